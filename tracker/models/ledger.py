"""The ledger: one chain of entries per plan, appended by every publication, never changed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.plans import Plan
from tracker.rules.ledger import instant
from tracker.vocabulary import Act


class LedgerEntry(models.Model):
    """One publication: act, subject, the hash of what was published, and the chain.

    Format and hashing: docs/ledger.md and rules/ledger.py. Guards in the database refuse update and
    delete; the two unique constraints make a gap or a fork impossible.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="ledger", verbose_name=_("plan"))
    sequence = models.PositiveBigIntegerField(_("number"))
    time = models.DateTimeField(_("time"))
    act = models.CharField(_("act"), max_length=30, choices=Act.choices)
    act_id = models.UUIDField(_("act id"), unique=True)
    subject = models.CharField(_("subject"), max_length=100)
    payload = models.JSONField(_("what was published"), null=True)
    payload_hash = models.CharField(_("hash of what was published"), max_length=64)
    previous = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["plan", "sequence"]
        constraints = [
            models.UniqueConstraint(name="ledger_sequence_once", fields=["plan", "sequence"]),
            models.UniqueConstraint(name="ledger_no_fork", fields=["plan", "previous"]),
            models.CheckConstraint(
                name="ledger_sequence_from_one", condition=models.Q(sequence__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.slug} {self.sequence}"

    def as_published(self) -> dict[str, Any]:
        """The entry as a line of ledger.jsonl has it, and as the rule of the chain checks it."""
        return {
            "sequence": self.sequence,
            "time": instant(self.time),
            "act": self.act,
            "act_id": str(self.act_id),
            "subject": self.subject,
            "payload_hash": self.payload_hash,
            "previous": self.previous,
            "hash": self.hash,
            "payload": self.payload,
        }
