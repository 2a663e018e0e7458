"""Files attached to a report that is not public: for those who may read the report."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from tracker.access import report_of_own_side, report_shared
from tracker.desk.entry import at_the_desk
from tracker.public.evidence_files import send_file


@require_safe
@at_the_desk
def report_file(request: HttpRequest, pk: int, sha256: str) -> FileResponse:
    """A file of the own side's report, or of one that is shared with the reader."""
    try:
        report = report_of_own_side(request, pk)
    except Http404:
        report = report_shared(request, pk)
    return send_file(report.evidence.filter(sha256=sha256).first())
