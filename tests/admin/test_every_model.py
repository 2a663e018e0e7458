"""Every registered noun is added, edited, given rows and withdrawn in bulk, through actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.db import models

from tests import factories
from tests.admin.conftest import address, sentences, typed
from tracker.models import (
    AgendaItem,
    Citation,
    Commitment,
    Decision,
    EntryBearing,
    Funding,
    Institution,
    LedgerEntry,
    Meeting,
    MeetingParticipant,
    Membership,
    Milestone,
    Participant,
    Party,
    Pillar,
    Plan,
    PriorityArea,
    Reading,
    RecordEntry,
    ReportingPeriod,
    Responsibility,
    Source,
    SourceParagraph,
    Standing,
    StatusReport,
    User,
)
from tracker.models.columns import Spanned
from tracker.vocabulary import Act, Role

Values = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """What is typed for a noun; None where the administration must refuse.

    `add` and `edit` name the act that must stand in the ledger, or "" where nothing public changes.
    `bulk` is what withdrawing an added row writes, or None where it is refused.
    """

    add: Values | None = None
    add_act: str = Act.REGISTER
    edit: Values | None = None
    edit_act: str = Act.REGISTER
    row: Callable[[], models.Model] | None = None
    bulk: str | None = None


def plan() -> Plan:
    return Plan.objects.get(slug=factories.PLAN)


def institution(slug: str = "ca-gac") -> Institution:
    return Institution.objects.get(slug=slug)


def source() -> Source:
    return plan().sources.order_by("pk").first()


def entry() -> RecordEntry:
    return plan().entries.order_by("pk").first()


def new_commitment() -> dict[str, Any]:
    return {
        "plan": plan(),
        "reference": "PRO-33",
        "position": 999,
        "kind": "deliverable",
        "reporting_parties": list(plan().parties.all()),
        "pillar": plan().pillars.get(number=1),
        "title_en": "Publish a joint guide for exporters",
        "title_fr": "Publier un guide conjoint à l’intention des exportateurs",
        "title_es": "Publicar una guía conjunta para exportadores",
        "target_from": "2027-01-01",
        "target_to": "2027-12-31",
        "target_precision": "year",
    }


def new_plan() -> dict[str, Any]:
    return {
        "slug": "north-south",
        "parties": list(Party.objects.all()),
        "title_en": "Another plan",
        "announced_on": "2026-01-01",
        "axis_ends_on": "2029-12-31",
        "compiled_on": "2026-02-01",
    }


def new_person() -> dict[str, Any]:
    return {"email": "New.Person@example.org", "name": "New Person"}


def stored(model: type[models.Model], **key: Any) -> Callable[[], models.Model]:
    return lambda: model._default_manager.get(**key)


def first(model: type[models.Model]) -> Callable[[], models.Model]:
    return lambda: model._default_manager.order_by("pk").first()


def role_of(person: str = "Somebody") -> Membership:
    return factories.make_person(person, Role.SECRETARIAT).memberships.get()


def a_draft() -> StatusReport:
    return factories.make_draft()


def a_decision() -> Decision:
    return Decision.objects.create(
        meeting=plan().meetings.first(), number=1, text_en="Meet again.", public_from=factories.NOW
    )


CASES: dict[type[models.Model], Case] = {
    Plan: Case(
        add=new_plan,
        add_act="",
        edit=lambda: {"summary_en": "Another summary."},
        row=stored(Plan, slug=factories.PLAN),
        bulk="",
    ),
    Party: Case(
        add=lambda: {"code": "XA", "name_en": "A third state", "publication_languages": "en"},
        add_act="",
        edit=lambda: {"position_en": 7},
        row=stored(Party, code="CA"),
        bulk="",
    ),
    Pillar: Case(
        add=lambda: {"plan": plan(), "number": 5, "slug": "fifth", "title_en": "A fifth pillar"},
        edit=lambda: {"variant_en": "Another wording"},
        row=first(Pillar),
        bulk=Act.WITHDRAW,
    ),
    PriorityArea: Case(
        add=lambda: {"plan": plan(), "slug": "space", "position": 999, "title_en": "Space"},
        edit=lambda: {"title_en": "Another title"},
        row=first(PriorityArea),
        bulk=Act.WITHDRAW,
    ),
    Institution: Case(
        add=lambda: {"slug": "ca-new", "kind": "agency", "party": 1, "name_en": "New Agency"},
        edit=lambda: {"note_en": "Renamed in 2026."},
        row=stored(Institution, slug="ca-gac"),
        bulk=Act.WITHDRAW,
    ),
    Source: Case(
        add=lambda: {
            "plan": plan(),
            "key": "NEW",
            "title": "A page",
            "publisher": "A ministry",
            "kind": "official",
        },
        edit=lambda: {"note_en": "Read again in November."},
        row=first(Source),
        bulk=Act.WITHDRAW,
    ),
    SourceParagraph: Case(row=first(SourceParagraph)),
    Commitment: Case(
        add=new_commitment,
        add_act=Act.ADD_COMMITMENT,
        edit=lambda: {"note_en": "A note for readers."},
        edit_act=Act.CHANGE_COMMITMENT,
        row=stored(Commitment, reference="PRO-01"),
        bulk=Act.WITHDRAW,
    ),
    RecordEntry: Case(
        add=lambda: {
            "plan": plan(),
            "reference": "R-99",
            "title_en": "Officials met",
            "text_en": "Officials of both sides met.",
        },
        add_act=Act.ADD_ENTRY,
        edit=lambda: {"title_en": "Another title", "reason": "The source was corrected."},
        edit_act=Act.CHANGE_ENTRY,
        row=stored(RecordEntry, reference="R-01"),
        bulk=Act.WITHDRAW,
    ),
    Reading: Case(
        add=lambda: {
            "commitment": factories.commitment_called("PRO-01"),
            "level": "under-way",
            "entries": [entry()],
        },
        add_act=Act.PUBLISH_READING,
        row=first(Reading),
    ),
    Meeting: Case(
        add=lambda: {
            "plan": plan(),
            "slug": "a-meeting",
            "level": "ministers",
            "title_en": "Ministers meet",
        },
        add_act=Act.ADD_MEETING,
        edit=lambda: {"place_en": "Ottawa"},
        edit_act=Act.CHANGE_MEETING,
        row=first(Meeting),
        bulk=Act.WITHDRAW,
    ),
    Decision: Case(row=a_decision),
    ReportingPeriod: Case(
        add=lambda: {
            "plan": plan(),
            "year": 2029,
            "quarter": 1,
            "starts_on": "2029-01-01",
            "ends_on": "2029-03-31",
            "due_on": "2029-04-30",
            "closes_on": "2029-05-30",
        },
        edit=lambda: {"closes_on": "2029-06-30"},
        row=stored(ReportingPeriod, year=2028, quarter=4),
        bulk=Act.WITHDRAW,
    ),
    StatusReport: Case(row=a_draft),
    Standing: Case(row=first(Standing)),
    LedgerEntry: Case(row=first(LedgerEntry)),
    User: Case(
        add=new_person,
        add_act="",
        edit=lambda: {"name": "Another Name"},
        edit_act="",
        row=lambda: role_of().user,
        bulk="",
    ),
    Membership: Case(
        add=lambda: {
            "user": factories.make_person("Nobody Yet"),
            "role": "official",
            "party": institution().party,
            "institution": institution(),
            "starts_on": "2026-11-01",
        },
        add_act="",
        edit=lambda: {"ends_on": "2027-01-31"},
        edit_act="",
        row=role_of,
        bulk="",
    ),
}

ENTERED = [model for model, case in CASES.items() if case.add]
EDITED = [model for model, case in CASES.items() if case.edit]
READ_ONLY = [model for model, case in CASES.items() if not case.edit]


def by_name(model: type[models.Model]) -> str:
    return model.__name__


def test_every_registered_model_stands_in_the_table() -> None:
    assert set(django_admin.site._registry) == set(CASES)


@pytest.mark.parametrize("model", ENTERED, ids=by_name)
def test_adding_runs_its_action(model, admin, entries) -> None:
    case, before = CASES[model], entries()
    page = admin.get(address(model, "add"))
    answer = admin.post(address(model, "add"), typed(page, **case.add()))
    assert answer.status_code == 302, sentences(answer)
    assert_act(case.add_act, entries() - before)


@pytest.mark.parametrize("model", ENTERED, ids=by_name)
def test_adding_twice_with_one_form_is_done_once(model, admin, entries) -> None:
    case = CASES[model]
    data = typed(admin.get(address(model, "add")), **case.add())
    admin.post(address(model, "add"), data)
    before, rows = entries(), model._default_manager.count()
    answer = admin.post(address(model, "add"), data)
    assert answer.status_code in (200, 302)
    assert (entries(), model._default_manager.count()) == (before, rows)


@pytest.mark.parametrize("model", EDITED, ids=by_name)
def test_editing_runs_its_action(model, admin, entries) -> None:
    case, row = CASES[model], CASES[model].row()
    page, before = admin.get(address(model, "change", row.pk)), entries()
    answer = admin.post(address(model, "change", row.pk), typed(page, **case.edit()))
    assert answer.status_code == 302, sentences(answer)
    assert_act(case.edit_act, entries() - before)


@pytest.mark.parametrize("model", EDITED, ids=by_name)
def test_saving_without_a_change_is_no_act(model, admin, entries) -> None:
    row = CASES[model].row()
    page, before = admin.get(address(model, "change", row.pk)), entries()
    answer = admin.post(address(model, "change", row.pk), typed(page))
    assert answer.status_code == 302, sentences(answer)
    assert entries() == before


@pytest.mark.parametrize("model", READ_ONLY, ids=by_name)
def test_what_is_read_only_refuses_every_direct_post(model, admin, entries) -> None:
    row = CASES[model].row()
    before, stored_before = entries(), columns(row)
    page = admin.get(address(model, "change", row.pk))
    assert page.status_code == 200
    data = {field.name: "1" for field in model._meta.concrete_fields}
    for name in ("change", "delete"):
        assert admin.post(address(model, name, row.pk), data).status_code == 403
    if not CASES[model].add:
        assert admin.post(address(model, "add"), data).status_code == 403
    row.refresh_from_db()
    assert (entries(), columns(row)) == (before, stored_before)


@pytest.mark.parametrize("model", list(CASES), ids=by_name)
def test_withdrawing_in_bulk_runs_the_action_or_is_refused(model, admin, entries) -> None:
    case = CASES[model]
    row = added(model, admin) if case.bulk is not None else case.row()
    before, stored_before = entries(), columns(row)
    data = {"action": "withdraw_selected", "_selected_action": [row.pk]}
    asked = admin.post(address(model, "changelist"), data)
    if case.bulk is None:
        assert asked.status_code in (200, 302)
        assert (entries(), columns(refreshed(row))) == (before, stored_before)
        return
    assert asked.status_code == 200
    assert entries() == before, "asking is not withdrawing"
    act_id = asked.context["form"]["act_id"].value()
    send = {**data, "withdraw": "1", "act_id": act_id, "reason": ""}
    assert "required" in str(admin.post(address(model, "changelist"), send).context["form"].errors)
    answer = admin.post(address(model, "changelist"), {**send, "reason": "Entered by mistake."})
    assert answer.status_code == 302
    assert_act(case.bulk, entries() - before)


@pytest.mark.parametrize("model", list(CASES), ids=by_name)
def test_nothing_is_deleted_by_djangos_own_action(model, admin, entries) -> None:
    row = CASES[model].row()
    rows = model._default_manager.count()
    data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    assert admin.post(address(model, "changelist"), data).status_code in (200, 302)
    assert model._default_manager.count() == rows


@pytest.mark.parametrize("model", list(CASES), ids=by_name)
def test_list_search_page_history_and_confirmation_open(model, admin) -> None:
    row = CASES[model].row()
    pages = [address(model, "changelist"), f"{address(model, 'changelist')}?q=Educación"]
    pages += [address(model, name, row.pk) for name in ("change", "history")]
    for page in pages:
        answer = admin.get(page)
        assert answer.status_code == 200, page
        assert b"<style" not in answer.content
        assert b" style=" not in answer.content


# Rows of a thing ----------------------------------------------------------------------------------


def new_row(model: type[models.Model]) -> dict[str, Any]:
    """What is typed into a new row, and another value to edit it to."""
    return {
        SourceParagraph: {"number": 99, "label": "S99", "about_en": "Closing."},
        Responsibility: {"institution": institution("ca-nrcan"), "role": "support"},
        Citation: {"source": source(), "locator_en": "paragraph 2"},
        Milestone: {"title_en": "First draft"},
        Funding: {"amount": "1000.00", "currency": "CAD"},
        EntryBearing: {"commitment": factories.commitment_called("PRO-02")},
        Participant: {"person": "A minister"},
        AgendaItem: {"commitment": factories.commitment_called("PRO-02")},
        MeetingParticipant: {"institution": institution()},
        Decision: {"number": 1, "text_en": "Meet again."},
        Membership: {"role": "secretariat", "starts_on": "2026-11-22"},
    }[model]


EDITS: dict[type[models.Model], dict[str, Any]] = {
    SourceParagraph: {"about_en": "The end."},
    Responsibility: {"note_en": "For the western provinces."},
    Citation: {"locator_en": "paragraph 3"},
    Milestone: {"title_en": "Second draft"},
    Funding: {"amount": "2000.00"},
    EntryBearing: {"commitment": lambda: factories.commitment_called("PRO-03")},
    Participant: {"person": "Another minister"},
    AgendaItem: {"note_en": "First item."},
    MeetingParticipant: {"note_en": "As host."},
    Decision: {"state": "done"},
    Membership: {"ends_on": "2027-12-31"},
}

ROWS = [
    (model, inline)
    for model, keeper in django_admin.site._registry.items()
    for inline in keeper.inlines
]


def row_name(case: Any) -> str:
    return getattr(case, "model", case).__name__


@pytest.mark.parametrize(("model", "inline"), ROWS, ids=row_name)
def test_rows_are_added_replaced_and_withdrawn(model, inline, admin, entries) -> None:
    owner = added(model, admin)
    part, prefix = inline.model, prefix_of(admin, model, inline)
    public = model is not User

    def save(*changes: dict[str, Any]) -> None:
        before = entries()
        page = admin.get(address(model, "change", owner.pk))
        data = typed(page, rows={prefix: list(changes)})
        answer = admin.post(address(model, "change", owner.pk), data)
        assert answer.status_code == 302, sentences(answer)
        assert entries() == before + public

    save(new_row(part))
    row = part._default_manager.order_by("-pk").first()
    save({name: value() if callable(value) else value for name, value in EDITS[part].items()})
    successor = part._default_manager.order_by("-pk").first()
    if issubclass(part, Spanned):
        row.refresh_from_db()
        assert row.public_until is not None
        assert (successor.pk, successor.is_open) != (row.pk, False)
    save({"DELETE": "on"})
    left = part._default_manager.filter(pk=successor.pk).first()
    if issubclass(part, Spanned):
        assert left is not None
        assert not left.is_open
    else:
        assert left is None
    page = admin.get(address(model, "change", owner.pk))
    formsets = {
        shown.formset.prefix: shown.formset for shown in page.context["inline_admin_formsets"]
    }
    assert not formsets[prefix].initial_forms, "what is withdrawn is listed no more"


# Help ---------------------------------------------------------------------------------------------


def added(model: type[models.Model], admin) -> models.Model:
    """A row entered in the administration."""
    page = admin.get(address(model, "add"))
    answer = admin.post(address(model, "add"), typed(page, **CASES[model].add()))
    assert answer.status_code == 302, sentences(answer)
    return model._default_manager.order_by("-pk").first()


def columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def refreshed(row: models.Model) -> models.Model:
    return type(row)._default_manager.get(pk=row.pk)


def prefix_of(admin, model: type[models.Model], inline: Any) -> str:
    page = admin.get(address(model, "add"))
    for shown in page.context["inline_admin_formsets"]:
        if isinstance(shown.opts, inline):
            return shown.formset.prefix
    raise AssertionError(f"{inline} is not on the form")


def assert_act(act: str, written: int) -> None:
    """The ledger holds the act, or nothing public was touched."""
    if not act:
        assert written in (0, 1)
        return
    assert written == 1
    assert plan().ledger.order_by("-sequence").first().act == act


def test_membership_that_never_gave_rights_is_gone_and_older_ones_end(admin) -> None:
    old = role_of()
    asked = admin.get(address(Membership, "delete", old.pk))
    data = {"withdraw": "1", "act_id": asked.context["form"]["act_id"].value(), "reason": "Left."}
    assert admin.post(address(Membership, "delete", old.pk), data).status_code == 302
    old.refresh_from_db()
    assert old.ends_on == dt.date(2026, 11, 21)
