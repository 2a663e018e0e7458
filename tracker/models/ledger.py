"""The ledger: one chain of entries per plan, appended by every publication, never changed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.columns import Spanned
from tracker.models.plans import Plan
from tracker.rules.ledger import instant, stand_ins
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


def stand_ins_of(plan: Plan) -> dict[int, Any]:
    """What the redactions of a plan left of each payload they took away, by its number."""
    rows = LedgerEntry.objects.filter(plan=plan, act=Act.REDACT).order_by("-sequence")
    return stand_ins(rows.values_list("sequence", "payload"))


class LedgerMention(models.Model):
    """That an entry speaks of a commitment: for changes by commitment, pillar and ministry.

    Follows from the entry's payload; a rebuild makes it anew.
    """

    entry = models.ForeignKey(
        LedgerEntry, models.CASCADE, related_name="mentions", verbose_name=_("ledger entry")
    )
    commitment = models.ForeignKey(
        "tracker.Commitment",
        models.PROTECT,
        related_name="mentions",
        verbose_name=_("commitment"),
    )

    class Meta:
        verbose_name = _("mention in the ledger")
        verbose_name_plural = _("mentions in the ledger")
        ordering = ["entry", "commitment"]
        constraints = [models.UniqueConstraint(name="mention_once", fields=["entry", "commitment"])]

    def __str__(self) -> str:
        return f"{self.entry} {self.commitment}"


class SigningKey(Spanned):
    """The public key under which the site signs checkpoints of a plan's ledger. Its secret half
    lies outside the database."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="signing_keys", verbose_name=_("plan")
    )
    public_key = models.CharField(_("public key"), max_length=64)

    class Meta(Spanned.Meta):
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["plan", "public_from", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="signing_key_one_open",
                fields=["plan"],
                condition=models.Q(public_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.public_key[:16]


class Redaction(models.Model):
    """That an entry's payload was taken away, and by which entry. The guards let nothing else
    through than what a redaction names."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="redactions", verbose_name=_("plan")
    )
    sequence = models.PositiveBigIntegerField(_("entry redacted"))
    by_sequence = models.PositiveBigIntegerField(_("entry of the redaction"))

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["plan", "sequence", "by_sequence"]
        constraints = [
            models.UniqueConstraint(
                name="redaction_once", fields=["plan", "sequence", "by_sequence"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.sequence} ({self.by_sequence})"


class RedactedRow(models.Model):
    """A published row some of whose texts were emptied by a redaction."""

    redaction = models.ForeignKey(Redaction, models.PROTECT, related_name="rows")
    of_table = models.CharField(max_length=100)
    of_row = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("redacted row")
        verbose_name_plural = _("redacted rows")
        ordering = ["of_table", "of_row", "pk"]

    def __str__(self) -> str:
        return f"{self.of_table} {self.of_row}"
