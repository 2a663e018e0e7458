"""Evidence files: as attachments that run nothing, to whoever may read the report they bear out."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.access import opened_plan
from tracker.models import Evidence
from tracker.rules.files import content_type_of
from tracker.vocabulary import ReportState


@require_safe
def evidence_file(request: HttpRequest, slug: str, sha256: str) -> FileResponse:
    """A file of published evidence, by its hash; 404 for one that is public nowhere."""
    plan = opened_plan(slug)
    found = Evidence.objects.filter(
        sha256=sha256, report__commitment__plan=plan, report__state=ReportState.PUBLISHED
    )
    response = send_file(found.exclude(file="").first())
    # Its address is its hash, so it never changes; but a redaction must reach the caches, too.
    response["Cache-Control"] = "public, max-age=3600"
    return response


def send_file(evidence: Evidence | None) -> FileResponse:
    """The file of a row of evidence. Nothing in it can run, wherever it is opened."""
    if evidence is None or not evidence.file.name:
        raise Http404
    try:
        file = default_storage.open(evidence.file.name)
    except OSError:
        raise Http404(_("This file cannot be read now.")) from None
    response = FileResponse(
        file,
        as_attachment=True,
        filename=evidence.file_name,
        content_type=content_type_of(evidence.file_name),
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
