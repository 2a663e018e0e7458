"""The record of the Canada-Mexico plan says what the dossier says, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import models

from tests import dossier
from tests.dossier import PROMISES, Event, Promise, Target
from tracker.models import (
    Citation,
    Commitment,
    EntryVersion,
    Funding,
    Institution,
    MeetingVersion,
    Milestone,
    Pillar,
    Plan,
    Reading,
    RecordEntry,
    Responsibility,
    SigningKey,
    Source,
    SourceParagraph,
    Wording,
)
from tracker.vocabulary import (
    Bears,
    Composition,
    EntryKind,
    InferenceBasis,
    MeetingLevel,
    MeetingState,
    MilestoneState,
    Precision,
    ReportingBasis,
    ResponsibilityRole,
)

pytestmark = pytest.mark.django_db

each_promise = pytest.mark.parametrize(
    "promise", PROMISES, ids=[promise.reference for promise in PROMISES]
)
each_event = pytest.mark.parametrize(
    "event", dossier.EVENTS, ids=[event.reference for event in dossier.EVENTS]
)


# The table itself -------------------------------------------------------------------------------


def test_the_table_has_the_dossiers_totals() -> None:
    announced = [p for p in PROMISES if dossier.ORIGINS["a"] in p.origins]

    assert len({p.reference for p in PROMISES}) == dossier.COMMITMENTS
    assert len(announced) == dossier.FROM_THE_ANNOUNCEMENT
    assert sum(p.counts for p in PROMISES) == dossier.COUNTED
    assert len(dossier.EVENTS) == dossier.DATED_ENTRIES + dossier.UNDATED_ENTRIES


def test_the_table_agrees_with_the_dossiers_coverage_check() -> None:
    from_source_lines = {(n, p.reference) for p in PROMISES for n in p.paragraphs}
    from_coverage = {(n, r) for n, covered in dossier.COVERAGE.items() for r in covered}
    given_together = {pair for pair in from_coverage if pair[0] in (23, 24, 25)}

    assert from_source_lines <= from_coverage
    assert from_coverage - from_source_lines <= given_together


# Totals -----------------------------------------------------------------------------------------


def test_the_plan_has_four_pillars(real_plan: Plan) -> None:
    assert real_plan.pillars.count() == dossier.PILLARS


def test_the_plan_has_exactly_the_dossiers_commitments(real_plan: Plan) -> None:
    recorded = {commitment.reference for commitment in real_plan.commitments.all()}

    assert recorded == {promise.reference for promise in PROMISES}


def test_seventy_two_of_eighty_commitments_count(real_plan: Plan) -> None:
    counted = [c for c in real_plan.commitments.all() if c.counts]

    assert (len(counted), real_plan.commitments.count()) == (72, 80)


def test_forty_five_commitments_come_from_the_announcement(real_plan: Plan) -> None:
    announced = real_plan.commitments.filter(citations__origin="announcement").distinct()

    assert announced.count() == dossier.FROM_THE_ANNOUNCEMENT


def test_the_record_has_the_dossiers_entries(real_plan: Plan) -> None:
    recorded = {entry.reference for entry in real_plan.entries.all()}

    assert recorded == {event.reference for event in dossier.EVENTS}
    assert sum(r.startswith("R-") for r in recorded) == dossier.DATED_ENTRIES
    assert sum(r.startswith("U-") for r in recorded) == dossier.UNDATED_ENTRIES


def test_every_institution_has_a_name_in_three_languages(real_plan: Plan) -> None:
    names = [(i.name_en, i.name_fr, i.name_es) for i in Institution.objects.all()]

    assert len(names) >= dossier.INSTITUTIONS_AT_LEAST
    assert all(all(three) for three in names)


# Commitments ------------------------------------------------------------------------------------


@each_promise
def test_a_commitment_counts_or_not_as_the_dossier_has_it(
    real_plan: Plan, promise: Promise
) -> None:
    assert commitment(real_plan, promise).counts == promise.counts


@each_promise
def test_a_commitment_has_the_dossiers_origins(real_plan: Plan, promise: Promise) -> None:
    cited = Citation.objects.filter(commitment=commitment(real_plan, promise)).exclude(origin="")

    assert set(cited.values_list("origin", flat=True)) == promise.origins


@each_promise
def test_a_commitment_cites_the_paragraphs_of_the_announcement_it_comes_from(
    real_plan: Plan, promise: Promise
) -> None:
    cited = set(
        Citation.objects.filter(
            commitment=commitment(real_plan, promise), paragraph__isnull=False
        ).values_list("paragraph__number", flat=True)
    )
    covered = {n for n, refs in dossier.COVERAGE.items() if promise.reference in refs}

    assert promise.paragraphs <= cited <= covered


@each_promise
def test_a_commitment_is_reported_on_by_the_parties_that_owe_it(
    real_plan: Plan, promise: Promise
) -> None:
    recorded = commitment(real_plan, promise)
    parties = set(recorded.reporting_parties.values_list("code", flat=True))

    assert parties == promise.parties
    assert (recorded.reporting_basis == ReportingBasis.BOTH) == (parties == {"CA", "MX"})
    assert (recorded.reporting_basis == ReportingBasis.OWN_ACT) == (len(parties) == 1)


@each_promise
def test_named_and_inferred_institutions_stay_apart(real_plan: Plan, promise: Promise) -> None:
    named = institutions(real_plan, promise, InferenceBasis.NAMED)
    inferred = institutions(real_plan, promise, InferenceBasis.INFERRED)

    assert promise.named <= named <= promise.named | promise.unmarked
    assert promise.inferred <= inferred <= promise.inferred | promise.unmarked


@each_promise
def test_a_commitment_has_the_target_date_of_the_dossier(real_plan: Plan, promise: Promise) -> None:
    wording = Wording.objects.get(
        commitment=commitment(real_plan, promise), public_until__isnull=True
    )

    assert describe(wording, expected=promise.target) == promise.target


def test_only_a_source_makes_a_lead(real_plan: Plan) -> None:
    leads = Responsibility.objects.filter(
        commitment__plan=real_plan, role=ResponsibilityRole.LEAD
    ).values_list("commitment__reference", "institution__slug")

    assert ("MOB-02", "int-ilo") in leads
    assert set(leads) <= dossier.LEADS


def test_every_commitment_has_a_citation_of_where_it_comes_from(real_plan: Plan) -> None:
    without = real_plan.commitments.exclude(
        pk__in=Citation.objects.exclude(origin="").values("commitment")
    )

    assert not without.exists()


def test_envelope_and_whole_hold_their_parts(real_plan: Plan) -> None:
    parts: dict[str, set[str]] = {}
    for part in real_plan.commitments.filter(parent__isnull=False).select_related("parent"):
        parts.setdefault(part.parent.reference, set()).add(part.reference)

    assert parts == dossier.PARTS
    assert composition(real_plan, "SEC-08") == Composition.ENVELOPE
    assert composition(real_plan, "MOB-02") == Composition.WHOLE
    assert composition(real_plan, "SEC-07") == Composition.SINGLE
    for component in dossier.PARTS["MOB-02"]:
        assert composition(real_plan, component) == Composition.COMPONENT


def test_no_completion_test_is_seeded(real_plan: Plan) -> None:
    wordings = Wording.objects.filter(commitment__plan=real_plan)

    assert not wordings.exclude(
        completion_test_en="", completion_test_fr="", completion_test_es=""
    ).exists()


def test_the_trade_mission_got_its_date_with_its_second_wording(real_plan: Plan) -> None:
    first, second = Wording.objects.filter(
        commitment__plan=real_plan, commitment__reference="PRO-05"
    ).order_by("number")

    assert not first.target
    assert first.public_until == second.public_from
    assert second.public_from == midnight(real_plan, dossier.SOURCE_DAYS["TCS"])
    assert second.reason


# The announcement -------------------------------------------------------------------------------


def test_the_announcement_has_its_paragraphs_in_order(real_plan: Plan) -> None:
    paragraphs = SourceParagraph.objects.filter(source__plan=real_plan, source__key="SEED")
    numbers = [(p.number, p.label) for p in paragraphs.order_by("number")]

    assert numbers == [(n, f"S{n}") for n in range(1, dossier.PARAGRAPHS + 1)]


def test_the_announcement_joins_two_documents(real_plan: Plan) -> None:
    paragraphs = SourceParagraph.objects.filter(source__plan=real_plan, source__key="SEED")
    last_of_first = dossier.PARAGRAPHS_OF_THE_STATEMENT

    for language in ("en", "fr", "es"):
        names = f"document_{language}"
        statement = set(paragraphs.filter(number__lte=last_of_first).values_list(names, flat=True))
        release = set(paragraphs.filter(number__gt=last_of_first).values_list(names, flat=True))
        assert len(statement) == len(release) == 1
        assert statement != release


def test_paragraphs_that_carry_a_commitment_are_cited_and_the_others_are_not(
    real_plan: Plan,
) -> None:
    cited = Citation.objects.filter(
        commitment__plan=real_plan, paragraph__source__key="SEED"
    ).values_list("paragraph__number", flat=True)

    assert set(cited) == set(dossier.COVERAGE)


def test_a_paragraph_belongs_to_the_source_that_is_cited(real_plan: Plan) -> None:
    for citation in Citation.objects.filter(paragraph__isnull=False).select_related("paragraph"):
        assert citation.paragraph.source_id == citation.source_id


def test_the_announcement_is_the_only_source_of_announced_commitments(real_plan: Plan) -> None:
    announced = Citation.objects.filter(commitment__plan=real_plan, origin="announcement")

    assert set(announced.values_list("source__key", flat=True)) == {"SEED"}
    assert not announced.filter(paragraph__isnull=True).exists()


# Days -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", dossier.SOURCE_DAYS)
def test_a_source_has_the_last_day_its_date_allows(real_plan: Plan, key: str) -> None:
    source = Source.objects.get(plan=real_plan, key=key)

    assert day_of(source) == dossier.SOURCE_DAYS[key]


@each_promise
def test_a_wording_is_public_from_its_earliest_source(real_plan: Plan, promise: Promise) -> None:
    first = Wording.objects.get(commitment=commitment(real_plan, promise), number=1)
    earliest = min(days_cited(commitment=first.commitment))

    # A page of before the launch may be cited, but the plan was not public then.
    assert first.public_from == midnight(real_plan, max(earliest, dossier.LAUNCHED))


def test_a_responsibility_opens_with_its_commitment_or_with_a_later_source(
    real_plan: Plan,
) -> None:
    days_of_sources = {midnight(real_plan, day_of(source)) for source in real_plan.sources.all()}

    for row in Responsibility.objects.filter(commitment__plan=real_plan):
        opening = row.commitment.wordings.get(number=1).public_from
        assert row.public_from == opening or row.public_from in days_of_sources, row
        assert row.public_from >= opening, row


@each_event
def test_an_entry_is_public_from_its_earliest_source(real_plan: Plan, event: Event) -> None:
    version = entry_version(real_plan, event)
    days = days_cited(entry=version.entry)

    assert version.public_from in {midnight(real_plan, day) for day in first_days(days, version)}, (
        sorted(days)
    )


def test_everything_seeded_opens_at_midnight_of_a_day_of_the_record(real_plan: Plan) -> None:
    for model in spanned_models():
        if model is SigningKey:  # the site's own, not the plan's
            continue
        for row in model.objects.all():
            day = row.public_from.astimezone(ZoneInfo(real_plan.time_zone)).date()
            assert row.public_from == midnight(real_plan, day), row
            assert dt.date(2025, 9, 15) <= day <= dossier.COMPILED, row


# Entries ----------------------------------------------------------------------------------------


@each_event
def test_an_entry_bears_on_what_the_dossier_says(real_plan: Plan, event: Event) -> None:
    entry = RecordEntry.objects.get(plan=real_plan, reference=event.reference)
    recorded = entry.bearings.values_list("commitment__reference", flat=True)

    assert set(recorded) == event.bears_on


@each_event
def test_an_entry_is_as_well_borne_out_as_the_dossier_says(real_plan: Plan, event: Event) -> None:
    version = entry_version(real_plan, event)

    if event.confidence is None:
        assert version.confidence_note
    else:
        assert version.confidence == event.confidence
    assert version.confidence or version.confidence_note


@each_event
def test_an_entry_happened_when_the_dossier_says(real_plan: Plan, event: Event) -> None:
    happened = entry_version(real_plan, event).happened

    if event.first is None:
        assert happened.precision is not Precision.DAY
    elif event.is_exact:
        assert (happened.start, happened.end) == (event.first, event.last)
        assert happened.precision is Precision.DAY
    else:
        assert happened.start is not None
        assert event.first <= happened.start <= happened.end <= event.last


@each_event
def test_an_event_is_told_by_a_source(real_plan: Plan, event: Event) -> None:
    cited = Citation.objects.filter(entry__plan=real_plan, entry__reference=event.reference)
    told = cited.filter(bears=Bears.EVENT)

    assert cited.exists()
    assert told.exists() or entry_version(real_plan, event).kind != EntryKind.EVENT


def test_parts_of_an_entry_are_not_public_before_it(real_plan: Plan) -> None:
    for entry in real_plan.entries.all():
        opening = min(version.public_from for version in entry.versions.all())
        for part in [*entry.bearings.all(), *entry.participants.all()]:
            assert part.public_from >= opening, part


def test_what_did_not_take_place_is_no_event_held(real_plan: Plan) -> None:
    kinds = dict(
        EntryVersion.objects.filter(entry__plan=real_plan).values_list("entry__reference", "kind")
    )

    for reference, kind in dossier.ENTRY_KINDS.items():
        assert kinds[reference] == kind
    assert {r for r, kind in kinds.items() if kind == EntryKind.NOT_HELD} == {"R-17", "R-35"}


# Meetings and milestones ------------------------------------------------------------------------


def test_a_meeting_is_held_only_where_the_record_tells_of_it(real_plan: Plan) -> None:
    held = MeetingVersion.objects.filter(meeting__plan=real_plan, state=MeetingState.HELD)
    kinds = held.values_list("meeting__entry__versions__kind", flat=True)

    assert held.exists()
    assert set(kinds) == {EntryKind.EVENT}


def test_meetings_that_failed_or_were_never_confirmed_say_so(real_plan: Plan) -> None:
    versions = MeetingVersion.objects.filter(
        meeting__plan=real_plan, meeting__entry__reference__in=("R-17", "R-35")
    )

    assert dict(versions.values_list("meeting__entry__reference", "state")) == {
        "R-17": MeetingState.NOT_HELD,
        "R-35": MeetingState.NOT_CONFIRMED,
    }


def test_the_security_ministers_had_a_call_and_no_sitting(real_plan: Plan) -> None:
    call = MeetingVersion.objects.get(
        meeting__plan=real_plan, meeting__entry__reference="R-21", public_until__isnull=True
    )

    assert call.level == MeetingLevel.CALL


def test_a_milestone_is_done_only_by_an_entry_of_the_record(real_plan: Plan) -> None:
    milestones = Milestone.objects.filter(commitment__plan=real_plan)

    assert milestones.exists()
    assert not milestones.filter(state=MilestoneState.DONE, entry=None).exists()


def test_the_research_memorandum_is_not_shown_as_signed(real_plan: Plan) -> None:
    milestones = Milestone.objects.filter(
        commitment__plan=real_plan, commitment__reference="PRO-27"
    )

    assert set(milestones.values_list("state", flat=True)) <= {MilestoneState.DUE}


# Readings ---------------------------------------------------------------------------------------


def test_a_reading_stands_only_where_the_record_has_evidence(real_plan: Plan) -> None:
    readings = dict(
        Reading.objects.filter(commitment__plan=real_plan, public_until=None).values_list(
            "commitment__reference", "level"
        )
    )

    assert readings == dossier.READINGS


def test_a_reading_with_a_level_names_the_entries_it_was_read_from(real_plan: Plan) -> None:
    readings = Reading.objects.filter(commitment__plan=real_plan).exclude(level="")

    assert [r.commitment.reference for r in readings if not r.entries.exists()] == []


def test_a_reading_that_leaves_something_open_says_so(real_plan: Plan) -> None:
    readings = Reading.objects.filter(commitment__plan=real_plan).exclude(note_en="")
    with_note = set(readings.values_list("commitment__reference", flat=True))

    assert with_note >= dossier.READINGS_WITH_NOTE


def test_readings_are_public_from_the_day_of_the_dossier(real_plan: Plan) -> None:
    days = Reading.objects.filter(commitment__plan=real_plan).values_list("public_from", flat=True)

    assert set(days) == {midnight(real_plan, dossier.COMPILED)}


# Money ------------------------------------------------------------------------------------------


def test_money_adds_up_to_the_envelope_and_never_to_twice_as_much(real_plan: Plan) -> None:
    fundings = Funding.objects.filter(commitment__plan=real_plan)
    counted = amounts(fundings.filter(is_envelope=False))

    assert counted == dossier.FUNDING
    assert amounts(fundings.filter(is_envelope=True)) == dossier.ENVELOPE
    assert sum(counted.values()) == dossier.ADDED_UP == sum(dossier.ENVELOPE.values())


def test_no_department_and_no_currency_is_named_for_the_money(real_plan: Plan) -> None:
    for funding in Funding.objects.filter(commitment__plan=real_plan):
        assert funding.provider is None
        assert funding.provider_party.code == "CA"
        assert (funding.currency, funding.currency_basis) == ("CAD", InferenceBasis.INFERRED)


# Texts ------------------------------------------------------------------------------------------

# No source shows how the French page of the plan words pillar II (dossier, section 1.2).
UNKNOWN_IN_FRENCH = {(Pillar, "variant")}

ALWAYS_FILLED = {"title", "name", "description", "about", "document", "text", "summary"}


def test_a_text_in_one_language_is_in_all_three(real_plan: Plan) -> None:
    gaps = [
        f"{model.__name__} {row}: {name}"
        for model, name in trilingual_fields()
        if (model, name) not in UNKNOWN_IN_FRENCH
        for row in model.objects.all()
        if len({bool(text) for text in texts(row, name)}) > 1
    ]

    assert gaps == []


def test_titles_names_and_descriptions_are_filled(real_plan: Plan) -> None:
    gaps = [
        f"{model.__name__} {row.pk}: {name}"
        for model, name in trilingual_fields()
        if name in ALWAYS_FILLED
        for row in model.objects.all()
        if not all(texts(row, name))
    ]

    assert gaps == []


def test_running_text_is_translated_and_not_copied(real_plan: Plan) -> None:
    copies = [
        f"{model.__name__} {row.pk}: {name}"
        for model, name in trilingual_fields()
        if isinstance(model._meta.get_field(f"{name}_en"), models.TextField)
        for row in model.objects.all()
        if any(texts(row, name)) and len(set(texts(row, name))) < 3
    ]

    assert copies == []


def test_texts_keep_the_house_punctuation(real_plan: Plan) -> None:
    faults = [
        f"{model.__name__} {row.pk}: {text}"
        for model, name in trilingual_fields()
        for row in model.objects.all()
        for text in texts(row, name)
        if "—" in text or (text == getattr(row, f"{name}_fr") and "'" in text)
    ]

    assert faults == []


# What the tests ask of the record ----------------------------------------------------------------


def commitment(plan: Plan, promise: Promise) -> Commitment:
    return Commitment.objects.get(plan=plan, reference=promise.reference)


def composition(plan: Plan, reference: str) -> str:
    return Commitment.objects.get(plan=plan, reference=reference).composition


def institutions(plan: Plan, promise: Promise, basis: InferenceBasis) -> set[str]:
    rows = Responsibility.objects.filter(
        commitment__plan=plan,
        commitment__reference=promise.reference,
        basis=basis,
        public_until__isnull=True,
    )
    return set(rows.values_list("institution__slug", flat=True))


def describe(wording: Wording, *, expected: Target | None) -> Target | None:
    """The target of a wording in the table's terms; no first day where the table has none."""
    if not wording.target:
        return None
    has_start = expected is None or expected.start is not None
    return Target(
        start=wording.target.start if has_start else None,
        end=wording.target.end,
        precision=wording.target.precision,
        qualifier=wording.target.qualifier,
        is_inferred=wording.target_basis == InferenceBasis.INFERRED,
    )


def entry_version(plan: Plan, event: Event) -> EntryVersion:
    return EntryVersion.objects.get(
        entry__plan=plan, entry__reference=event.reference, public_until__isnull=True
    )


def day_of(source: Source) -> dt.date:
    """The last day a source's date allows; the day of compilation if it has none."""
    return source.published.end or source.plan.compiled_on


def days_cited(**about: models.Model) -> set[dt.date]:
    citations = Citation.objects.filter(**about).select_related("source__plan")
    return {day_of(citation.source) for citation in citations}


def first_days(days: set[dt.date], version: EntryVersion) -> set[dt.date]:
    """Days from which an entry may be public.

    The day of its earliest source; but that an event took place cannot be known before it began, so
    pages that only announced it (a call, a notice, a schedule) wait for one that tells of it.
    """
    began = version.happened.start
    told = {day for day in days if began is None or day >= began}
    if version.kind == EntryKind.EVENT and told:
        return {min(told)}
    return {min(days), max(min(days), dossier.LAUNCHED)}


def midnight(plan: Plan, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(plan.time_zone))


def amounts(fundings: models.QuerySet[Funding]) -> dict[str, Decimal]:
    return dict(fundings.values_list("commitment__reference", "amount"))


def tracker_models() -> list[type[models.Model]]:
    found = apps.get_app_config("tracker").get_models()
    return [model for model in found if not model.__name__.startswith("Historical")]


def spanned_models() -> list[type[models.Model]]:
    """What the fixtures fill: the standing and the reports are made by acts."""
    made_by_acts = {"Standing", "StandingPosition", "StatusReport"}
    return [
        model
        for model in tracker_models()
        if model.__name__ not in made_by_acts
        and any(field.name == "public_from" for field in model._meta.get_fields())
    ]


def trilingual_fields() -> Iterator[tuple[type[models.Model], str]]:
    for model in tracker_models():
        names = {field.name for field in model._meta.get_fields()}
        for name in sorted(names):
            stem = name.removesuffix("_en")
            if stem == name or not {f"{stem}_fr", f"{stem}_es"} <= names:
                continue
            if isinstance(model._meta.get_field(name), models.CharField | models.TextField):
                yield model, stem


def texts(row: models.Model, name: str) -> tuple[str, str, str]:
    return tuple(getattr(row, f"{name}_{language}") for language in ("en", "fr", "es"))
