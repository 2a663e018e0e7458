"""What the parties say of a period, who signed at its end, and its closing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.access import Rights
from tracker.actions.checkpoints import keep_checkpoint
from tracker.actions.due import do_each
from tracker.actions.guarding import coordinator, institution_of
from tracker.actions.publication import AlreadyDone, check, publication
from tracker.actions.refusals import Conflict, Forbidden, Refusal
from tracker.models import (
    LedgerEntry,
    Membership,
    Narrative,
    NarrativeDraft,
    Party,
    Pillar,
    Plan,
    ReportingPeriod,
    Signature,
)
from tracker.rules.dates import day_of
from tracker.vocabulary import Act

log = structlog.get_logger()

SAVED_MEANWHILE = gettext_lazy("A colleague saved this summary after you opened it.")
CLOSING = uuid.UUID("3a0c8a55-6f0e-5c0e-8f2b-4f5c2f6b9d21")


# Summaries


def save_narrative(
    *,
    period: ReportingPeriod,
    party: Party,
    pillar: Pillar | None,
    texts: Mapping[str, str],
    version: int,
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> NarrativeDraft:
    """Save a coordinator's summary of a pillar in a period; the first save starts it.

    `texts` by language, `version` the one the person opened, `act_id` that of the draft it was the
    version of. Raises Conflict when a colleague saved in the meantime.
    """
    membership = coordinator(rights, party)
    _refuse_over(period, at)
    with transaction.atomic():
        drafts = NarrativeDraft.objects.select_for_update(of=("self",))
        draft = drafts.filter(period=period, party=party, pillar=pillar).first()
        is_published = LedgerEntry.objects.filter(act_id=_publication_of(act_id)).exists()
        if is_published or (version and (draft is None or draft.act_id != act_id)):
            raise Conflict(_("This summary was published after you opened it."))
        if draft is None:
            draft = NarrativeDraft(period=period, party=party, pillar=pillar, act_id=act_id)
        elif draft.version != version:
            if draft.version == version + 1 and _says(draft, texts):
                return draft  # sent twice
            raise Conflict(SAVED_MEANWHILE)
        for language, text in texts.items():
            setattr(draft, f"text_{language}", text)
        draft.version, draft.saved_at = draft.version + 1, at
        check(draft)
        _store(draft)
        draft.writers.add(membership.user)
    return draft


def _says(draft: NarrativeDraft, texts: Mapping[str, str]) -> bool:
    return all(getattr(draft, f"text_{language}") == text for language, text in texts.items())


def _store(draft: NarrativeDraft) -> None:
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise Conflict(SAVED_MEANWHILE) from error


def publish_narrative(
    *,
    period: ReportingPeriod,
    party: Party,
    pillar: Pillar | None,
    version: int,
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> Narrative:
    """Make a summary public, by another coordinator than those who wrote it.

    `version` and `act_id` are those of the draft that coordinator read. Raises Conflict when
    another one is there by now. It takes the place of the one published before for the same period
    and pillar.
    """
    membership = coordinator(rights, party)
    with publication(
        period.plan,
        act=Act.PUBLISH_NARRATIVE,
        subject=f"{party.code} {period.code} {pillar.number if pillar else '-'}",
        membership=membership,
        at=at,
        act_id=_publication_of(act_id),
    ) as record:
        drafts = NarrativeDraft.objects.select_for_update(of=("self",))
        draft = drafts.filter(period=period, party=party, pillar=pillar).first()
        if draft is None:
            raise Refusal(_("This summary was published or taken back meanwhile."))
        _refuse_over(period, record.at)
        _refuse_own(draft, membership)
        if (draft.act_id, draft.version) != (act_id, version):
            raise Conflict(_("It was saved after you opened it: read it again before you publish."))
        _refuse_incomplete(draft)
        thing = {"period": period, "party": party, "pillar": pillar}
        narrative = Narrative.objects.open().filter(**thing).first() or Narrative(**thing)
        narrative.institution = institution_of(membership)
        for language in ("en", "fr", "es"):
            setattr(narrative, f"text_{language}", getattr(draft, f"text_{language}"))
        record.put(narrative)
        draft.delete()
    return narrative


def _publication_of(draft: uuid.UUID) -> uuid.UUID:
    """The id of the act that publishes a draft, so that what it was is known once it is gone."""
    return uuid.uuid5(draft, "publish")


def _refuse_over(period: ReportingPeriod, at: dt.datetime) -> None:
    day = period.plan.today(at)
    if period.starts_on > day:
        raise Refusal(_("%(period)s has not begun.") % {"period": period})
    if period.is_closed(day):
        raise Refusal(_("%(period)s is closed: it stays as it is.") % {"period": period})


def _refuse_own(draft: NarrativeDraft, membership: Membership) -> None:
    if draft.writers.filter(pk=membership.user_id).exists():
        raise Forbidden(_("You wrote this summary: another coordinator must publish it."))


def _refuse_incomplete(draft: NarrativeDraft) -> None:
    lacking = [
        f"text_{language}"
        for language in draft.party.publication_languages
        if not getattr(draft, f"text_{language}").strip()
    ]
    if lacking:
        raise Refusal(
            _("The summary is not complete yet."),
            {name: [_("Complete this text in this language too.")] for name in lacking},
        )


# Signatures


def sign_ledger(
    plan: Plan,
    *,
    party: Party,
    period: ReportingPeriod | None,
    size: int,
    head: str,
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> Signature:
    """Say in the name of an institution that the ledger had this head at this size.

    `size` and `head` are what the person saw. With a period it is the party's signature at its
    end, from the day after it until it closes.
    """
    membership = coordinator(rights, party)
    with publication(
        plan,
        act=Act.SIGN,
        subject=f"{party.code} {period.code if period else size}",
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        _refuse_unseen(plan, size, head)
        if period:
            _refuse_unsignable(period, record.at)
        signature = Signature(
            plan=plan,
            party=party,
            institution=institution_of(membership),
            period=period,
            size=size,
            head=head,
        )
        record.put(signature)
        # Beside the database once it is certain: an older one put in its place is then noticed.
        transaction.on_commit(lambda: keep_checkpoint(Plan.objects.get(pk=plan.pk), at))
    return signature


def _refuse_unseen(plan: Plan, size: int, head: str) -> None:
    if not LedgerEntry.objects.filter(plan=plan, sequence=size, hash=head).exists():
        raise Refusal(_("The ledger has another head at this size: open the page again."))


def _refuse_unsignable(period: ReportingPeriod, at: dt.datetime) -> None:
    day = period.plan.today(at)
    if day <= period.ends_on:
        raise Refusal(_("%(period)s has not ended yet.") % {"period": period})
    if period.is_closed(day):
        raise Refusal(_("%(period)s is closed: it stays as it is.") % {"period": period})


# Closing


def close_periods(at: dt.datetime, plans: Iterable[Plan] | None = None) -> list[ReportingPeriod]:
    """Close every period whose closing day is over, with the signatures it has. Repeatable.

    Of all open plans, unless some are named. Periods that were over before the plan was opened here
    are left: nobody could report on them.
    """
    closed = []
    for plan in Plan.objects.open() if plans is None else plans:
        today = plan.today(at)
        opened_on = day_of(plan.opened_at, plan.time_zone) if plan.opened_at else today
        due = plan.periods.filter(
            closed_at__isnull=True, closes_on__lt=today, closes_on__gte=opened_on
        )
        closed += do_each(due.order_by("closes_on"), lambda period: _close(period, at))
    return closed


def _close(period: ReportingPeriod, at: dt.datetime) -> bool:
    plan = period.plan
    try:
        with publication(
            plan,
            act=Act.CLOSE_PERIOD,
            subject=period.code,
            membership=None,
            at=at,
            act_id=uuid.uuid5(CLOSING, f"{plan.slug} {period.code}"),
        ) as record:
            period.closed_at = record.at
            period.save(update_fields=["closed_at"])
            record.note(period)
    except AlreadyDone:
        return False
    log.info("period-closed", plan=plan.slug, period=period.code)
    return True
