"""Changes by day, two days compared, and the ledger: what their filters find and leave out."""

import datetime as dt
import re
import uuid

import pytest
import time_machine

from tests.factories import NOW, coordinators_of, make_published, rights_at
from tests.joint import changing
from tests.public.reading import page, words
from tracker.actions.report_publication import publish_translation
from tracker.models import AgendaItem, Decision, LedgerEntry, Milestone
from tracker.vocabulary import Act

# The day after the opening, on which the readings became public, and the day after that.
SOON, LATER = (NOW + dt.timedelta(days=days) for days in (1, 2))


@pytest.fixture
def reported(real_plan):
    """Four publications: two of Canada and one of Mexico on the 23rd, one more on the 24th."""
    make_published("PRO-01", "CA", at=SOON)
    make_published("PRO-27", "CA", at=SOON)
    make_published("PRO-27", "MX", at=SOON + dt.timedelta(hours=1))
    make_published("SEC-01", "MX", at=LATER)
    with time_machine.travel(LATER + dt.timedelta(hours=1), tick=True):
        yield real_plan


def changed(**query):
    """References on the page of changes, in its order."""
    response = page("changes/", **query)
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2]
    return re.findall(r'class="ref"[^>]*>([A-Z]{3}-\d\d)<', main)


# Changes ----------------------------------------------------------------------------------------


def test_changes_stand_by_day_the_newest_first(reported):
    assert changed() == ["SEC-01", "PRO-27", "PRO-27", "PRO-01"]
    text = words(page("changes/"))
    assert text.index("24 November 2026") < text.index("23 November 2026")


@pytest.mark.parametrize(
    ("query", "references"),
    [
        ({"commitment": "PRO-27"}, ["PRO-27", "PRO-27"]),
        ({"commitment": "pro-27"}, ["PRO-27", "PRO-27"]),
        ({"commitment": "PRO-99"}, []),
        ({"ministry": "ca-nserc"}, ["PRO-27", "PRO-27"]),
        ({"act": Act.PUBLISH_REPORT}, ["SEC-01", "PRO-27", "PRO-27", "PRO-01"]),
        ({"act": Act.SIGN}, []),
        ({"as_of": "2026-11-23"}, ["PRO-27", "PRO-27", "PRO-01"]),
        ({"as_of": "2026-11-22"}, []),
    ],
)
def test_changes_are_narrowed(reported, query, references):
    assert changed(**query) == references


def test_changes_of_a_pillar_are_those_of_its_commitments(reported):
    pillars = {one.slug: one for one in reported.pillars.all()}
    found = {slug: changed(pillar=slug) for slug in pillars}
    assert sorted(one for those in found.values() for one in those) == [
        "PRO-01",
        "PRO-27",
        "PRO-27",
        "SEC-01",
    ]
    for slug, references in found.items():
        on_it = reported.commitments.filter(reference__in=references)
        assert {one.pillar.slug for one in on_it} <= {slug}


def test_what_is_new_since_a_visit_is_kept_in_the_address(reported):
    seen = LedgerEntry.objects.filter(plan=reported, time__lt=LATER).latest("sequence").sequence
    assert changed(since=str(seen)) == ["SEC-01"]
    reported.refresh_from_db()
    assert changed(since=str(reported.ledger_size)) == []
    assert f"since={reported.ledger_size}" in page("changes/").content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "yesterday"}, "is not the number of an entry"),
        ({"since": "-1"}, "is not the number of an entry"),
        ({"since": "²"}, "is not the number of an entry"),
        ({"act": "invented"}, "is not a value we know for “What was done”"),
        ({"pillar": "9"}, "is not a value we know for “Pillar”"),
        ({"ministry": "us-state"}, "is not a value we know"),
        ({"page": "99"}, "The list has no page 99."),
    ],
)
def test_a_value_that_means_nothing_is_named(reported, query, sentence):
    response = page("changes/", **query)
    assert response.status_code == 400
    assert sentence in words(response)


def test_a_translation_is_told_as_a_change(reported):
    mine = make_published("PRO-02", "CA", at=LATER)
    publish_translation(
        mine, language="es", texts={"done": "Se reunieron."},
        rights=rights_at(coordinators_of("CA")[0], LATER), at=LATER, act_id=uuid.uuid4(),
    )  # fmt: skip
    assert changed()[:2] == ["PRO-02", "PRO-02"]
    assert len(changed(act=Act.PUBLISH_REPORT)) == 5


# Two days compared ------------------------------------------------------------------------------


def moved(**query):
    """References on the page of a comparison of the 22nd with the 24th."""
    response = page("compare/", **{"from": "2026-11-22", "to": "2026-11-24", **query})
    assert response.status_code == 200
    return re.findall(r'<td class="ref"><a[^>]*>([A-Z]{3}-\d\d)<', response.content.decode())


@pytest.mark.parametrize(
    ("query", "references"),
    [
        ({}, ["PRO-01", "PRO-27", "SEC-01"]),
        ({"what": "", "pillar": ""}, ["PRO-01", "PRO-27", "SEC-01"]),
        ({"what": "level"}, ["PRO-01", "PRO-27"]),
        ({"what": "evidence"}, ["PRO-01", "PRO-27", "SEC-01"]),
        ({"what": "money"}, []),
        ({"what": "wording"}, []),
        ({"to": "2026-11-23"}, ["PRO-01", "PRO-27"]),
        ({"from": "2026-11-23"}, ["SEC-01"]),
        ({"from": "2026-11-24", "to": "2026-11-24"}, []),
    ],
)
def test_what_moved_between_two_days_is_narrowed(reported, query, references):
    assert moved(**query) == references


def test_a_change_of_words_shows_what_went_and_what_came(reported):
    changing(by="secretariat", at=LATER, title_en="A clearer title")()
    assert moved(what="wording") == ["PRO-01"]
    text = words(page("compare/", **{"from": "2026-11-22", "to": "2026-11-24"}))
    assert "added: A clearer title" in text


def test_a_commitment_that_was_moved_stands_in_both_pillars_and_never_went(reported):
    before = reported.commitments.get(reference="PRO-01").pillar
    area = reported.areas.filter(pillar__isnull=False).exclude(pillar=before).first()
    columns = {"pillar": area.pillar, "area": area}
    changing(by="secretariat", at=LATER, columns=columns)()
    for pillar in (before, area.pillar):
        assert "PRO-01" in moved(pillar=pillar.slug, what="place")
        assert moved(pillar=pillar.slug, what="public") == []
    text = words(page("compare/", **{"from": "2026-11-22", "to": "2026-11-24", "what": "place"}))
    assert f"{before} · " in text
    assert f"→ {area.pillar} · {area}" in text


def test_what_came_changed_and_went_between_two_days_is_counted(reported):
    with_steps = reported.commitments.get(reference="PRO-01")

    def step(number, *, at, until=None):
        Milestone.objects.create(
            commitment=with_steps, title_en=f"Step {number}", public_from=at, public_until=until
        )  # fmt: skip

    step(1, at=NOW, until=LATER)
    step(1, at=LATER)
    step(2, at=LATER)
    step(3, at=SOON, until=LATER)  # came and went
    assert moved(what="steps") == ["PRO-01"]
    query = {"from": "2026-11-22", "to": "2026-11-24"}
    assert "Milestones : 1 new, 1 changed" in words(page("compare/", what="steps", **query))
    query = {"from": "2026-11-23", "to": "2026-11-24"}
    assert "Milestones : 2 changed" in words(page("compare/", what="steps", **query))


def test_a_decision_that_came_is_no_change_of_an_agenda_that_went(reported):
    commitment, meeting = reported.commitments.get(reference="PRO-01"), reported.meetings.first()
    AgendaItem.objects.create(
        meeting=meeting, commitment=commitment, position=9, public_from=NOW, public_until=LATER
    )
    Decision.objects.create(
        meeting=meeting, commitment=commitment, number=9, text_en="Meet again.", public_from=LATER
    )
    query = {"from": "2026-11-22", "to": "2026-11-24", "what": "meetings"}
    assert "1 new, 1 withdrawn" in words(page("compare/", **query))


def test_days_the_wrong_way_round_are_exchanged_with_a_sentence(reported):
    query = {"from": "2026-11-24", "to": "2026-11-22"}
    assert moved(**query) == ["PRO-01", "PRO-27", "SEC-01"]
    assert "The first day must lie before the second." in words(page("compare/", **query))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"from": "soon"}, "soon"),
        ({"to": "2026-02-30"}, "2026-02-30"),
        ({"to": "2027-01-01"}, "This day lies in the future"),
        ({"what": "weather"}, "is not a value we know for “What moved”"),
        ({"pillar": "9"}, "is not a value we know for “Pillar”"),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(reported, query, sentence):
    response = page("compare/", **query)
    assert response.status_code == 400
    assert sentence in words(response)


# The ledger -------------------------------------------------------------------------------------


def entries(**query):
    """How many entries the ledger's page says it found."""
    response = page("ledger/", **query)
    assert response.status_code == 200
    return int(re.search(r"([\d,]+) entr(?:y|ies)", words(response))[1].replace(",", ""))


def test_the_ledger_is_narrowed_by_act_subject_and_day(reported):
    assert entries(act=Act.PUBLISH_REPORT) == 4
    assert entries(act=Act.PUBLISH_REPORT, since="2026-11-24") == 1
    assert entries(act=Act.PUBLISH_REPORT, until="2026-11-23") == 3
    assert entries(act=Act.PUBLISH_REPORT, since="2026-11-22", until="2026-11-22") == 0
    assert entries(act=Act.PUBLISH_REPORT, q="pro-27") == 2
    assert entries(q="nothing of the kind") == 0
    assert entries(as_of="2026-11-23") == entries() - 1
