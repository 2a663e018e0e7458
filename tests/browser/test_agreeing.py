"""What sides agree on and sign: wordings, a quarter, "no change", what is taken away again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_reporting import PLAN, TEXTS, fill, press

MARKER = "yak7withdrawn"
DESK = f"/en/desk/{PLAN}"
Go = Callable[..., Page]  # go("coordinator.ca", "/en/..."): with JavaScript or without it


@dataclass(frozen=True)
class Side:
    """A party as its pages call it: its accounts, its ministry, the languages it publishes in."""

    code: str
    name: str
    ministry: str
    languages: tuple[str, ...]

    @property
    def coordinator(self) -> str:
        return f"coordinator.{self.code}"

    @property
    def colleague(self) -> str:
        return f"coordinator2.{self.code}"


CANADA = Side("ca", "Canada", "Global Affairs Canada", ("en", "fr"))
MEXICO = Side("mx", "Mexico", "Ministry of Foreign Affairs", ("es",))


def told(*columns: str, js: tuple[Any, ...], no_js: tuple[Any, ...]) -> pytest.MarkDecorator:
    """A story with JavaScript, and one without it about something else: they do not meet."""
    rows = [pytest.param(True, *js, id="js"), pytest.param(False, *no_js, id="no-js")]
    return pytest.mark.parametrize(("javascript", *columns), rows)


# Joint acts -------------------------------------------------------------------------------------


@told("reference", js=("PRO-02",), no_js=("PRO-03",))
def test_a_wording_is_agreed_and_the_next_one_refused(go, reference):
    viewer = go("", public(reference))
    first = title_of(viewer).inner_text()
    agreed, unwanted = f"{first}, with a yearly review", f"{first}, without any review"

    canada = go(CANADA.coordinator, f"{DESK}/work/")
    canada.get_by_role("link", name="Joint acts", exact=True).click()
    canada.get_by_text("A change to a commitment").click()
    canada.get_by_role("link", name=f"wording, test, target {reference}").click()
    propose_title(canada, agreed, why="Both sides want to look back once a year.")
    expect(canada.get_by_text("Not public until then.")).to_be_visible()
    viewer.reload()
    expect(title_of(viewer)).to_have_text(first)
    expect(region(viewer, "Wordings")).to_contain_text("The wording has not been changed.")

    mexico = go(MEXICO.coordinator, f"{DESK}/queue/")
    accept(mexico, reference, says="with a yearly review")
    viewer.reload()
    expect(title_of(viewer)).to_have_text(agreed)
    expect(region(viewer, "Wordings")).to_contain_text("Changed by: the parties together.")
    expect(region(viewer, "Wordings")).to_contain_text("Both sides want to look back once a year.")

    canada.goto(viewer.url)
    canada.get_by_role("link", name="Propose a change").click()
    propose_title(canada, unwanted, why="A review every year is too much.")
    refuse(mexico, reference, why="The yearly review was agreed only just now.")
    canada.reload()
    expect(canada.get_by_text("Refused.", exact=True)).to_be_visible()
    expect(region(canada, "Answers")).to_contain_text("The yearly review was agreed only just now.")
    viewer.reload()
    expect(title_of(viewer)).to_have_text(agreed)
    expect(viewer.get_by_role("main")).not_to_contain_text("without any review")


def propose_title(page: Page, title: str, why: str) -> None:
    expect(title_of(page)).to_have_text("Propose another wording, test or target")
    page.get_by_label("Title (English)").fill(title)
    page.get_by_label("Reason (English)").fill(why)
    propose(page)


def propose(page: Page) -> None:
    page.get_by_role("button", name="Propose it to the parties").click()
    expect(page.get_by_text("Proposed. The parties’ coordinators see it now.")).to_be_visible()


def open_waiting(page: Page, subject: str) -> None:
    """From the queue, which says what waits for an answer."""
    page.get_by_role("link", name="Review", exact=True).click()
    waiting = region(page, "Joint acts that wait for your answer")
    waiting.get_by_role("link", name=re.compile(f": {subject}$")).click()
    expect(title_of(page)).to_contain_text(subject)


def accept(page: Page, subject: str, says: str) -> None:
    """After a look at the words that would come in; then nothing waits any more."""
    open_waiting(page, subject)
    change = region(page, "What would change")
    expect(change).to_contain_text("Title (English)")
    expect(change.get_by_role("insertion")).to_contain_text(says)
    answer(page, "Accepts")
    expect(page.get_by_text("Accepted by all: it is public now.")).to_be_visible()
    page.get_by_role("link", name="Review", exact=True).click()
    expect(title_of(page)).to_contain_text("Review for")
    expect(page.get_by_role("link", name=re.compile(f": {subject}$"))).to_have_count(0)


def answer(page: Page, verdict: str) -> None:
    page.get_by_role("radio", name=verdict).check()
    page.get_by_role("button", name="Send the answer").click()


def refuse(page: Page, subject: str, why: str) -> None:
    """First words without an answer, then an answer without words: each is said, nothing lost."""
    open_waiting(page, subject)
    words = page.get_by_label("Words to it (English)")
    words.fill(why)
    page.get_by_role("button", name="Send the answer").click()
    expect_one_problem(page, "Choose an answer.")
    expect(words).to_have_value(why)

    words.fill("")
    answer(page, "Refuses")
    expect_one_problem(page, "Give a reason.")
    expect(page.get_by_role("radio", name="Refuses")).to_be_checked()

    words.fill(why)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer is recorded.")).to_be_visible()


def expect_one_problem(page: Page, sentence: str) -> None:
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.get_by_role("alert")).to_have_count(1)
    expect(page.get_by_role("heading", name="There is a problem")).to_have_count(1)
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_role("alert")).to_be_focused()


# Periods ----------------------------------------------------------------------------------------


@told("side", "pillar", js=(CANADA, "I Prosperity"), no_js=(MEXICO, "III Security"))
def test_a_quarter_is_summed_up_and_signed(go, side, pillar):
    viewer = go("", f"/en/plans/{PLAN}/periods/2026-q3/")
    expect(line_of(viewer, side)).to_contain_text("Not signed yet.")

    writer = open_quarter(go, side.coordinator)
    summary = region(writer, pillar)
    summary.get_by_role("link", name=f"Write a summary {pillar}").click()
    boxes = summary.get_by_role("textbox")
    expect(boxes).to_have_count(len(side.languages))
    for box in boxes.all():
        box.fill(TEXTS[box.get_attribute("lang")])
    summary.get_by_role("button", name="Save draft").click()
    expect(writer.get_by_text("Draft saved.")).to_be_visible()
    expect(summary).to_contain_text("another coordinator of your side must publish it")
    expect(summary.get_by_role("button", name="Publish")).to_have_count(0)
    viewer.reload()
    for code in side.languages:
        expect(viewer.get_by_role("main")).not_to_contain_text(TEXTS[code])

    second = open_quarter(go, side.colleague)
    second.get_by_role("button", name=f"Publish {pillar}").click()
    expect(second.get_by_text("Published. Everyone can read it here.")).to_be_visible()
    viewer.reload()
    for code in side.languages:
        read_in(viewer, code)
        expect(viewer.get_by_role("main")).to_contain_text(TEXTS[code])

    second.get_by_role("link", name="Summaries and signature").click()
    second.get_by_role("button", name="Sign for this period").click()
    expect(second.get_by_text("Signed in the name of your institution.")).to_be_visible()
    viewer.goto(second.url)
    expect(line_of(viewer, side)).to_contain_text(
        re.compile(rf"{side.ministry} signed on 22 Nov 2026 that it saw \d+ entries of the ledger")
    )
    assert "(demo)" not in viewer.content()  # as the names of persons end here


def open_quarter(go: Go, who: str) -> Page:
    page = go(who, f"{DESK}/queue/")
    page.get_by_role("link", name="2026 Q3", exact=True).click()
    expect(title_of(page)).to_contain_text("2026 Q3 for ")
    return page


def line_of(page: Page, side: Side) -> Locator:
    """What the public page says of a party's reports and signature."""
    return region(page, "As it stands").get_by_role("listitem").filter(has_text=side.name)


# No change --------------------------------------------------------------------------------------


@told("side", "reference", js=(CANADA, "PRO-06"), no_js=(MEXICO, "PRO-07"))
def test_nothing_has_changed_since_the_last_report(go, side, reference):
    viewer = published(go, side, reference)

    writer = go(side.colleague, f"{DESK}/work/")
    writer.get_by_role("link", name=f"No change {reference}, 2026 Q4").click()
    hand_in = writer.get_by_role("button", name="Hand in “no change”")
    hand_in.click()
    expect_one_problem(writer, "Date of the last action")
    writer.get_by_label("Date of the last action").fill("2026-11-10")
    hand_in.click()
    expect(writer.get_by_text("Handed to your coordinator")).to_be_visible()
    viewer.reload()
    expect(viewer.get_by_role("main")).not_to_contain_text("No change since")

    publish(go, side, reference, "2026 Q4")
    viewer.reload()
    position = region(viewer, side.name)
    expect(position).to_contain_text("No change since the report for 2026 Q3")
    expect(position).to_contain_text("Last action: 10 November 2026.")
    expect(position).to_contain_text("Under way")


# Redactions -------------------------------------------------------------------------------------


@told("side", "other", "reference", js=(CANADA, MEXICO, "PRO-08"), no_js=(MEXICO, CANADA, "PRO-09"))
def test_a_text_is_taken_away_by_both_sides(go, side, other, reference):
    viewer = published(go, side, reference, done=MARKER)
    expect(viewer.get_by_role("main")).to_contain_text(MARKER)

    mine = go(side.coordinator, f"/en/plans/{PLAN}/ledger/")
    newest = mine.get_by_role("row").filter(has_text=reference).first
    number = newest.get_by_role("rowheader").inner_text()
    newest.get_by_role("rowheader").get_by_role("link").click()
    expect(title_of(mine)).to_contain_text(f"Entry {number}: ")
    entry = mine.url
    mine.get_by_role("link", name="Propose a redaction").click()
    expect(title_of(mine)).to_contain_text(f"redaction of entry {number}")
    for box in mine.get_by_role("checkbox", name=re.compile(MARKER)).all():
        box.check()
    mine.get_by_label("Reason (English)").fill("A court has ordered it.")
    propose(mine)
    viewer.reload()
    expect(viewer.get_by_role("main")).to_contain_text(MARKER)

    theirs = go(other.coordinator, f"{DESK}/queue/")
    open_waiting(theirs, f"entry {number}")
    expect(region(theirs, "Reason")).to_contain_text("A court has ordered it.")
    answer(theirs, "Accepts")
    expect(theirs.get_by_text("Accepted by all: it is public now.")).to_be_visible()

    viewer.reload()
    expect(region(viewer, side.name)).to_contain_text("[…]")
    for code in ("fr", "es", "en"):
        read_in(viewer, code)
        assert MARKER not in viewer.content(), code
    viewer.goto(entry)
    expect(viewer.get_by_role("main")).to_contain_text("This was redacted.")
    assert MARKER not in viewer.content()
    viewer.get_by_role("link", name="says why").click()
    expect(viewer.get_by_role("main")).to_contain_text("A court has ordered it.")
    for party in (side, other):
        expect(viewer.get_by_role("main")).to_contain_text(party.ministry)
    assert MARKER not in viewer.content()


# Helpers ----------------------------------------------------------------------------------------


def public(reference: str) -> str:
    return f"/en/plans/{PLAN}/commitments/{reference}/"


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def read_in(page: Page, language: str) -> None:
    """The same page in another language."""
    page.goto(re.sub(r"/(en|fr|es)/plans/", f"/{language}/plans/", page.url))


def title_of(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def published(go: Go, side: Side, reference: str, **texts: str) -> Page:
    """A report for the third quarter, as everyone reads it: its page."""
    page = go(side.colleague, f"{DESK}/{side.code.upper()}/{reference}/report/?period=2026-Q3")
    fill(page, side.languages, "under-way", **texts)
    page.get_by_label("On which day was this true?").fill("2026-09-30")
    page.get_by_label("Date of the last action").fill("2026-09-15")
    press(page, "submit")
    expect(page.get_by_text("Not public: only your own side reads this page.")).to_be_visible()
    publish(go, side, reference, "2026 Q3")
    return go("", public(reference))


def publish(go: Go, side: Side, reference: str, quarter: str) -> None:
    page = go(side.coordinator, f"{DESK}/queue/")
    page.get_by_role("link", name=re.compile(f"{reference}, {quarter}$")).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page).to_have_url(re.compile(f"/commitments/{reference}/"))
