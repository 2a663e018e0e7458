"""What happens to a report before it is public. Confidential to its own side."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.institutions import Institution
from tracker.models.people import User
from tracker.models.plans import Party
from tracker.models.reports import StatusReport
from tracker.vocabulary import ReportAct

LONGEST_NOTE = MaxLengthValidator(20_000)


class ReportEvent(models.Model):
    """What happened to a report before it was public, with the coordinator's note.

    Confidential: readable only by the party's responsible officials and coordinators.
    """

    report = models.ForeignKey(
        StatusReport, models.CASCADE, related_name="events", verbose_name=_("report")
    )
    act = models.CharField(_("act"), max_length=20, choices=ReportAct.choices)
    actor = models.ForeignKey(User, models.PROTECT, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"), blank=True, default="", validators=[LONGEST_NOTE])
    # What to mend, by the name of the text: {"done": "Name the day."}
    field_notes = models.JSONField(_("notes on texts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("step of a report")
        verbose_name_plural = _("steps of reports")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(ReportAct(self.act).label)


class ReportSave(models.Model):
    """What a report said each time it was saved. Automatic saves in a row are one."""

    report = models.ForeignKey(
        StatusReport, models.CASCADE, related_name="saves", verbose_name=_("report")
    )
    version = models.PositiveIntegerField(_("number"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    is_automatic = models.BooleanField(_("automatic"), default=False)
    values = models.JSONField(_("values"))
    evidence = models.JSONField(_("evidence"), default=list)

    class Meta:
        verbose_name = _("saved version of a report")
        verbose_name_plural = _("saved versions of reports")
        ordering = ["report", "version"]
        constraints = [
            models.UniqueConstraint(name="report_save_once", fields=["report", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.version}"


class ReportComment(models.Model):
    """What somebody says to the authors of a report that is not public.

    By a colleague of the same side: read by that side alone. By the coordinator of another party
    with whom the report was shared: read by both, and by nobody else, for ever.
    """

    report = models.ForeignKey(
        StatusReport, models.CASCADE, related_name="comments", verbose_name=_("report")
    )
    act_id = models.UUIDField(_("act"), unique=True, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party"))
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("comment"), validators=[LONGEST_NOTE])

    class Meta:
        verbose_name = _("comment on a report")
        verbose_name_plural = _("comments on reports")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.report}, {self.institution.short_name}"
