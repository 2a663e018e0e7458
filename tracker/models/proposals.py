"""Joint acts: what one side or the secretariat proposes and every party must accept."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.columns import prose
from tracker.models.commitments import Commitment
from tracker.models.institutions import Institution
from tracker.models.people import User
from tracker.models.plans import Party, Plan
from tracker.vocabulary import Act, ProposalState, Role, Verdict


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> Self:
        return self.filter(state=ProposalState.OPEN)

    def ripe(self, moment: dt.datetime) -> Self:
        """Open ones whose days are over: announced ones become public, the others lapse."""
        return self.open().filter(ends_at__lte=moment)


class Proposal(models.Model):
    """A change to the record that becomes public when every party's coordinator has accepted it.

    `content` holds the rows it would open and close, as the ledger writes them: it was tried out
    when it was proposed. With `needs_acceptance` false it is only announced: it becomes public when
    the plan's courtesy days are over, with the parties' answers beside it.
    Seen by the coordinators, the secretariat and administrators; public once it is accepted.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="proposals", verbose_name=_("plan"))
    act = models.CharField(_("act"), max_length=30, choices=Act.choices)
    act_id = models.UUIDField(_("act id"), unique=True, editable=False)
    subject = models.CharField(_("subject"), max_length=100)
    commitment = models.ForeignKey(
        Commitment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("commitment"),
    )
    needs_acceptance = models.BooleanField(_("needs every party’s acceptance"), default=True)
    reason = prose(_("reason"))
    content = models.JSONField(_("what would change"), default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="proposals", verbose_name=_("proposed by")
    )
    proposed_role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    proposed_institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("institution"),
    )
    proposed_party = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("party"),
    )
    proposed_at = models.DateTimeField(_("proposed"))
    ends_at = models.DateTimeField(_("open until"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="proposal_closed_has_its_time",
                condition=Q(state=ProposalState.OPEN, closed_at__isnull=True)
                | (~Q(state=ProposalState.OPEN) & Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.subject}"

    @property
    def title(self) -> str:
        return str(Act(self.act).as_proposed)


class ProposalAnswer(models.Model):
    """What a party's coordinator says to a proposal."""

    proposal = models.ForeignKey(
        Proposal, models.CASCADE, related_name="answers", verbose_name=_("proposal")
    )
    act_id = models.UUIDField(_("act id"), unique=True, editable=False)
    party = models.ForeignKey(
        Party, models.PROTECT, related_name="proposal_answers", verbose_name=_("party")
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        related_name="proposal_answers",
        verbose_name=_("institution"),
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    verdict = models.CharField(_("answer"), max_length=10, choices=Verdict.choices)
    text = prose(_("words"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("answer to a proposal")
        verbose_name_plural = _("answers to proposals")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="proposal_answered_once",
                fields=["proposal", "party"],
                violation_error_message=_("Your side has answered already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_verdict_display()}"
