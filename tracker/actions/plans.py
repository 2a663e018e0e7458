"""Opening a plan, and keeping its structure and reference data."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.checkpoints import enter_key
from tracker.actions.guarding import secretariat
from tracker.actions.payloads import key_of
from tracker.actions.publication import check, publication, remove_unused
from tracker.actions.reference_data import refuse_change, refuse_closed_period
from tracker.actions.refusals import Refusal
from tracker.actions.standings import save_standing, standing_of
from tracker.models import (
    Commitment,
    Institution,
    Meeting,
    Party,
    Pillar,
    Plan,
    PriorityArea,
    RecordEntry,
    ReportingPeriod,
    Source,
    SourceParagraph,
)
from tracker.rules.dates import quarters
from tracker.vocabulary import Act

# Acts of an opening are numbered from the plan's own name, so that opening twice is refused.
OPENING = uuid.UUID("6f6d2ad5-2c5c-5a53-9c3f-3f0f6a3c6d10")


def open_plan(plan: Plan, *, at: dt.datetime) -> None:
    """Make a loaded plan public: periods, ledger entries, standings for every day since its start.

    Called from the console within the transaction that loaded the rows. Raises Refusal for a plan
    that is open already or has nothing in it.
    """
    if plan.opened_at:
        raise Refusal(_("The plan “%(plan)s” is open already.") % {"plan": plan.slug})
    if not plan.commitments.exists():
        raise Refusal(_("The plan “%(plan)s” has no commitments.") % {"plan": plan.slug})
    plan.opened_at = at
    plan.save(update_fields=["opened_at"])
    make_periods(plan)
    _enter_structure(plan, at)
    _enter_commitments(plan, at)
    _enter_record(plan, at)
    for commitment in plan.commitments.all():
        write_history(commitment)
    if settings.SIGNING_KEY:
        enter_key(plan, at=at)


def make_periods(plan: Plan) -> None:
    """The reporting periods of the plan: quarters from the announcement to the axis' end."""
    ReportingPeriod.objects.bulk_create(
        ReportingPeriod(
            plan=plan,
            year=period.year,
            quarter=period.quarter,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            due_on=period.due_on,
            closes_on=period.closes_on,
        )
        for period in quarters(
            plan.announced_on, plan.axis_ends_on, plan.due_after_days, plan.close_after_days
        )
    )


def _enter(
    plan: Plan, act: Act, subject: str, rows: Iterable[models.Model], at: dt.datetime
) -> None:
    with publication(
        plan,
        act=act,
        subject=subject,
        membership=None,
        at=at,
        act_id=uuid.uuid5(OPENING, f"{plan.slug} {act.value} {subject}"),
    ) as record:
        for row in rows:
            record.note(row)


def _enter_structure(plan: Plan, at: dt.datetime) -> None:
    structure = [plan, *plan.parties.all(), *plan.pillars.all(), *plan.areas.all()]
    _enter(plan, Act.OPEN_PLAN, plan.slug, structure, at)
    _enter(plan, Act.REGISTER, "institutions", institutions_of(plan), at)
    paragraphs = SourceParagraph.objects.filter(source__plan=plan)
    _enter(plan, Act.REGISTER, "sources", [*plan.sources.all(), *paragraphs], at)
    _enter(plan, Act.REGISTER, "periods", plan.periods.all(), at)


def institutions_of(plan: Plan) -> models.QuerySet[Institution]:
    """Institutions of the plan's parties, and those of no party."""
    return Institution.objects.filter(Q(party__in=plan.parties.all()) | Q(party=None))


def _enter_commitments(plan: Plan, at: dt.datetime) -> None:
    for commitment in plan.commitments.all():
        rows = [commitment, *parts_of(commitment)]
        _enter(plan, Act.ADD_COMMITMENT, commitment.reference, rows, at)


def _enter_record(plan: Plan, at: dt.datetime) -> None:
    for entry in plan.entries.all():
        rows = [entry, *parts_of(entry)]
        _enter(plan, Act.ADD_ENTRY, entry.reference, rows, at)
    for commitment in plan.commitments.filter(milestones__isnull=False).distinct():
        rows = list(commitment.milestones.all())
        _enter(plan, Act.CHANGE_COMMITMENT, f"{commitment.reference} milestones", rows, at)
    for meeting in plan.meetings.all():
        rows = [meeting, *parts_of(meeting)]
        _enter(plan, Act.ADD_MEETING, meeting.slug, rows, at)
    for commitment in plan.commitments.filter(readings__isnull=False).distinct():
        rows = list(commitment.readings.all())
        _enter(plan, Act.PUBLISH_READING, commitment.reference, rows, at)


def parts_of(thing: Commitment | RecordEntry | Meeting) -> list[models.Model]:
    """The spanned rows that belong to a commitment, entry or meeting (milestones name entries and
    are entered after them; readings likewise)."""
    names = {
        Commitment: ("wordings", "responsibilities", "citations", "fundings"),
        RecordEntry: ("versions", "bearings", "participants", "citations"),
        Meeting: ("versions", "agenda", "participants", "decisions"),
    }[type(thing)]
    return [row for name in names for row in getattr(thing, name).all()]


def write_history(commitment: Commitment) -> None:
    """Write the standings of a commitment for every span in its wordings and readings."""
    spans = [*commitment.wordings.all(), *commitment.readings.all()]
    moments = sorted(
        {row.public_from for row in spans} | {row.public_until for row in spans if row.public_until}
    )
    for start, end in zip(moments, [*moments[1:], None], strict=True):
        standing, positions = standing_of(commitment, end)
        if standing:
            save_standing(standing, positions, public_from=start, public_until=end)


def register(
    row: models.Model,
    *,
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
    reason: str = "",
    relations: Mapping[str, Iterable[models.Model]] | None = None,
    parts: Sequence[models.Model] = (),
    removed: Sequence[models.Model] = (),
) -> None:
    """Enter or change reference data: a plan, party, pillar, area, institution, source, period.

    `relations` sets many-to-many fields; `parts` are rows that belong to it (the paragraphs of a
    source), `removed` those that no longer do. Every open plan that uses the row gets a ledger
    entry and a new revision. A plan that is not open yet only stores it.
    """
    membership = secretariat(rights)
    refuse_change(row, relations or {}, at)
    check(row)
    with transaction.atomic():
        plans = [plan for plan in plans_using(row) if plan.opened_at]
        if not plans:
            _store(row, relations or {}, parts, removed)
        for number, plan in enumerate(plans):
            with publication(
                plan,
                act=Act.REGISTER,
                subject=subject_of(row),
                membership=membership,
                at=at,
                act_id=act_id if number == 0 else uuid.uuid5(act_id, plan.slug),
                reason=reason,
            ) as record:
                record.put(row, **{name: list(rows) for name, rows in (relations or {}).items()})
                for part in removed:
                    record.remove(part)
                for part in parts:
                    record.put(_owned(part, row))


def withdraw_registered(
    row: models.Model, *, reason: str, rights: Rights, at: dt.datetime, act_id: uuid.UUID
) -> None:
    """Take out reference data entered by mistake. Refused where anything in the record uses it."""
    membership = secretariat(rights)
    if not reason.strip():
        raise Refusal(_("Say why it is withdrawn."), {"reason": [_("Give a reason.")]})
    if isinstance(row, Plan) and row.opened_at:
        raise Refusal(_("A plan that was opened is kept for ever."))
    refuse_closed_period(row, at)
    with transaction.atomic():
        subject = subject_of(row)
        plans = [plan for plan in plans_using(row) if plan.opened_at]
        if not plans:
            remove_unused(row)
        for number, plan in enumerate(plans):
            with publication(
                plan,
                act=Act.WITHDRAW,
                subject=subject,
                membership=membership,
                at=at,
                act_id=act_id if number == 0 else uuid.uuid5(act_id, plan.slug),
                reason=reason,
            ) as record:
                record.remove(row)


def open_entered_plan(plan: Plan, *, rights: Rights, at: dt.datetime, act_id: uuid.UUID) -> None:
    """Make public a plan that was entered by hand, whose commitments are in its ledger already."""
    membership = secretariat(rights)
    if not plan.standings.exists():
        raise Refusal(_("The plan “%(plan)s” has no commitments.") % {"plan": plan.slug})
    with publication(
        plan,
        act=Act.OPEN_PLAN,
        subject=plan.slug,
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        if record.plan.opened_at:
            raise Refusal(_("The plan “%(plan)s” is open already.") % {"plan": plan.slug})
        plan.opened_at = record.at
        plan.save(update_fields=["opened_at"])
        if not plan.periods.exists():
            make_periods(plan)
        for row in _structure_of(plan):
            record.note(row)
    if settings.SIGNING_KEY:
        enter_key(plan, at=at)


def _structure_of(plan: Plan) -> list[models.Model]:
    """Everything of a plan that is reference data."""
    paragraphs = SourceParagraph.objects.filter(source__plan=plan)
    return [
        plan,
        *plan.parties.all(),
        *plan.pillars.all(),
        *plan.areas.all(),
        *institutions_of(plan),
        *plan.sources.all(),
        *paragraphs,
        *plan.periods.all(),
    ]


def _store(
    row: models.Model,
    relations: Mapping[str, Iterable[models.Model]],
    parts: Sequence[models.Model],
    removed: Sequence[models.Model],
) -> None:
    """Keep reference data that no public plan shows yet."""
    row.save()
    for name, others in relations.items():
        getattr(row, name).set(others)
    for part in removed:
        remove_unused(part)
    for part in parts:
        check(_owned(part, row))
        part.save()


def _owned(part: models.Model, owner: models.Model) -> models.Model:
    """A part made before its owner was stored comes to belong to it."""
    for field in part._meta.concrete_fields:
        if field.related_model is type(owner):
            setattr(part, field.name, owner)
    return part


def subject_of(row: models.Model) -> str:
    """What the ledger calls a row of reference data."""
    name = "/".join(str(part) for part in key_of(row)) if hasattr(row, "natural_key") else str(row)
    return f"{row._meta.model_name} {name}"[:100]


def plans_using(row: models.Model) -> list[Plan]:
    """The plans on whose pages a row of reference data stands."""
    if isinstance(row, Plan):
        return [row]
    if isinstance(row, Party):
        return list(row.plans.all()) if row.pk else []
    if isinstance(row, Institution):
        if row.party_id is None:
            return list(Plan.objects.all())
        return list(Plan.objects.filter(parties=row.party_id))
    if isinstance(row, SourceParagraph):
        return [row.source.plan]
    if isinstance(row, Pillar | PriorityArea | Source | ReportingPeriod):
        return [row.plan]
    raise TypeError(f"{type(row).__name__} is not reference data")
