"""What else sides do: share, set a time, confirm, translate, keep minutes, answer a reading."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_agreeing import (
    CANADA,
    DESK,
    MEXICO,
    Go,
    Side,
    answer,
    expect_one_problem,
    open_waiting,
    public,
    publish,
    read_in,
    region,
    title_of,
    told,
)
from tests.browser.test_reporting import PLAN, TEXTS, fill, press

SECRET = "okapi3unpublished"
LETTER = "The ministry reports that both services have named their contacts.\n"


# Before it is public ----------------------------------------------------------------------------


@told(
    "side", "other", "official", "reference",
    js=(CANADA, MEXICO, "official.ca-tc", "PRO-10"),
    no_js=(MEXICO, CANADA, "official.mx", "PRO-29"),
)  # fmt: skip
def test_the_other_side_reads_a_report_before_the_public(go, side, other, official, reference):
    within, across = "Please look at the date once more.", "Our minutes name another day."
    author = submitted(go, official, side, reference, done=SECRET)

    mine = go(side.coordinator, f"{DESK}/queue/")
    open_submitted(mine, reference)
    comment(mine, within)
    mine.get_by_role("button", name="Share with the other side").click()
    expect(mine.get_by_text("Shared: the other side’s coordinators can read")).to_be_visible()
    expect(mine.get_by_role("button", name="Share with the other side")).to_have_count(0)

    theirs = go(other.coordinator, f"{DESK}/queue/")
    shared = region(theirs, "Shared with your side before it is public")
    shared.get_by_role("link", name=reference).click()
    expect(title_of(theirs)).to_contain_text(f"{side.name} shares its report on {reference}")
    expect(region(theirs, "As the public will read it")).to_contain_text(SECRET)
    theirs.get_by_role("button", name="Send the comment").click()
    expect_one_problem(theirs, "Write the comment first.")
    comment(theirs, across)
    expect(theirs.get_by_role("main")).not_to_contain_text(within)
    expect(theirs.get_by_role("button", name="Publish", exact=True)).to_have_count(0)

    author.reload()
    said = region(author, "Comments").get_by_role("listitem")
    expect(said.filter(has_text=across)).to_contain_text(f"({other.name})")
    expect(said.filter(has_text=within)).to_be_visible()
    never_shown(go, [public(reference), author.url], [SECRET, within, across])


def comment(page: Page, words: str) -> None:
    page.get_by_label("Comment", exact=True).fill(words)
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_text("Your comment stands below.")).to_be_visible()
    expect(region(page, "Comments")).to_contain_text(words)


def never_shown(go: Go, addresses: list[str], words: list[str]) -> None:
    """To a reader who has not signed in."""
    for address in addresses:
        viewer = go("", address)
        expect(title_of(viewer)).to_be_visible()
        for word in words:
            assert word not in viewer.content(), (address, word)


# A set time -------------------------------------------------------------------------------------


@told("side", "reference", js=(CANADA, "PRO-11"), no_js=(MEXICO, "PRO-12"))
def test_a_report_is_approved_for_a_set_time_and_stopped(go, side, reference):
    submitted(go, side.colleague, side, reference, done=SECRET)
    page = go(side.coordinator, f"{DESK}/queue/")
    open_submitted(page, reference)

    page.get_by_text("Publish at a set time").click()
    approve(page, "2026-11-20", "16:45")
    expect_one_problem(page, "Choose a later time.")
    expect(page.get_by_label("Day", exact=True)).to_have_value("2026-11-20")
    expect(page.get_by_label("Time", exact=True)).to_have_value("16:45")

    approve(page, "2026-12-04", "16:45")
    expect(page.get_by_text("Approved. It becomes public at the time you set.")).to_be_visible()
    when = re.compile(r"It becomes public on 4 December 2026 at 16:45 \(.+ time\)")
    expect(page.get_by_text(when)).to_be_visible()
    report = page.url
    page.get_by_role("link", name="Review", exact=True).click()
    approved = region(page, "Approved for a set time")
    expect(approved.get_by_role("listitem").filter(has_text=reference)).to_contain_text(
        "4 December 2026 16:45"
    )
    expect(waiting_for_review(page, reference)).to_have_count(0)

    approved.get_by_role("link", name=reference).click()
    page.get_by_role("button", name="Stop the publication").click()
    expect(page.get_by_text("Stopped: the report is not published by itself")).to_be_visible()
    expect(page.get_by_text(when)).to_have_count(0)
    page.get_by_role("link", name="Review", exact=True).click()
    expect(waiting_for_review(page, reference)).to_be_visible()
    expect(approved.get_by_role("link", name=reference)).to_have_count(0)
    never_shown(go, [public(reference), report], [SECRET])


def approve(page: Page, day: str, time: str) -> None:
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("Time", exact=True).fill(time)
    page.get_by_role("button", name="Approve for this time").click()


# On behalf --------------------------------------------------------------------------------------


@told("side", "reference", js=(CANADA, "PRO-13"), no_js=(MEXICO, "PRO-14"))
def test_a_report_entered_on_behalf_is_published_and_confirmed(go, side, reference):
    writer = go("secretariat", public(reference))
    writer.get_by_role("link", name=f"Enter a report on behalf of {side.name}").click()
    fill(writer, side.languages, "under-way")
    attach_letter(writer, marked=True)
    press(writer, "submit")
    expect(writer.get_by_text("Entered on behalf of the party by the secretariat.")).to_be_visible()
    expect(writer.get_by_role("button", name="Publish", exact=True)).to_have_count(0)

    second = go("administrator", "/en/desk/")
    region(second, "Keeping the record").get_by_role("link", name=reference).click()
    second.get_by_role("button", name="Publish", exact=True).click()
    expect(second).to_have_url(re.compile(f"/commitments/{reference}/"))

    viewer = go("", public(reference))
    position = region(viewer, side.name)
    expect(position).to_contain_text(
        f"Entered by the secretariat on behalf of {side.name}, from its own text."
    )
    expect(position).to_contain_text(f"Not confirmed by {side.name} yet.")
    evidence = position.get_by_role("listitem").filter(has_text="Letter of the ministry")
    expect(evidence).to_contain_text("the party’s own text")

    party = go(side.coordinator, f"{DESK}/queue/")
    unconfirmed = region(party, "Entered on your behalf, to confirm")
    unconfirmed.get_by_role("link", name=reference).click()
    expect(title_of(party)).to_contain_text(f"Confirm the report of {side.name} on {reference}")
    expect(region(party, "What was entered")).to_contain_text(TEXTS[side.languages[0]])
    party.get_by_role("button", name="Confirm the report").click()
    expect(party.get_by_text("Confirmed. The public page says so.")).to_be_visible()
    viewer.reload()
    expect(position).to_contain_text(f"Confirmed by {side.name} on 22 Nov 2026.")
    expect(position).not_to_contain_text("Not confirmed")


@pytest.mark.parametrize("javascript", [False], ids=["no-js"])
def test_a_file_is_kept_where_the_report_is_refused(go):
    page = go("secretariat", f"{DESK}/CA/PRO-17/on-behalf/")
    fill(page, CANADA.languages, "under-way")
    row = attach_letter(page, marked=False)
    press(page, "submit")
    expect_one_problem(page, "Attach the party’s own text, and mark it as such.")
    expect(page.get_by_role("alert")).not_to_contain_text("attach a file")
    expect(row.get_by_role("link", name="letter.txt")).to_be_visible()
    row.get_by_label("This is the party’s own text").check()
    press(page, "submit")
    expect(page.get_by_text("Entered on behalf of the party by the secretariat.")).to_be_visible()


def attach_letter(page: Page, *, marked: bool) -> Locator:
    row = page.get_by_role("group", name="Evidence 2", exact=True)
    row.get_by_label("Title").fill("Letter of the ministry")
    row.get_by_label("or a file").set_input_files(
        {"name": "letter.txt", "mimeType": "text/plain", "buffer": LETTER.encode()}
    )
    row.get_by_label("Date").fill("2026-11-18")
    row.get_by_label("This is the party’s own text").set_checked(marked)
    return row


# Translation ------------------------------------------------------------------------------------


@told(
    "who", "role", "reference",
    js=(MEXICO.coordinator, "Coordinator", "PRO-15"),
    no_js=("secretariat", "Secretariat", "PRO-16"),
)  # fmt: skip
def test_a_report_is_translated_and_the_translation_marked(go, who, role, reference):
    submitted(go, MEXICO.colleague, MEXICO, reference)
    publish(go, MEXICO, reference, "2026 Q4")
    viewer = go("", public(reference))
    position = region(viewer, "Mexico")
    expect(position).to_contain_text(f"{TEXTS['es']} (in Spanish)")

    page = go(who, public(reference))
    page.get_by_role("link", name="Translate the report of Mexico into English").click()
    expect(title_of(page)).to_contain_text(f"Report of Mexico on {reference}")
    expect(page.get_by_role("main")).to_contain_text(TEXTS["es"])
    page.get_by_role("button", name="Publish the translation").click()
    expect_one_problem(page, "This text is not translated yet.")
    page.get_by_label("What was done (English)").fill(TEXTS["en"])
    page.get_by_role("button", name="Publish the translation").click()
    expect(page.get_by_text("Published, as an unofficial translation.")).to_be_visible()

    viewer.reload()
    expect(position).to_contain_text(f"{TEXTS['en']} (unofficial translation by: {role})")
    expect(position).not_to_contain_text(TEXTS["es"])
    read_in(viewer, "es")
    expect(viewer.get_by_role("main")).to_contain_text(TEXTS["es"])
    expect(viewer.get_by_role("main")).not_to_contain_text(TEXTS["en"])


# Minutes ----------------------------------------------------------------------------------------


@told(
    "side", "other", "meeting",
    js=(CANADA, MEXICO, "2025-11-27-first-aeimc"),
    no_js=(MEXICO, CANADA, "2026-02-16-leblanc-ebrard-economic-plan"),
)  # fmt: skip
def test_minutes_are_proposed_and_accepted(go, side, other, meeting):
    summary, decision = f"{side.name} summed up the talks.", "Exchange the lists of contacts."
    viewer = go("", f"/en/plans/{PLAN}/meetings/{meeting}/")
    page = go(side.coordinator, viewer.url)
    page.get_by_role("link", name="Write the minutes").click()
    expect(title_of(page)).to_have_text("Minutes of a meeting")

    why = page.get_by_label("Reason (English)")
    why.fill("The coordinators met last week.")
    for box in summaries(page).all():
        box.fill("")
    send_minutes(page)
    expect_one_problem(page, "The minutes say nothing yet.")
    expect(why).to_have_value("The coordinators met last week.")

    summaries(page).first.fill(summary)
    row = page.locator("details", has_text="Decision in row 1")
    row.get_by_label("Decision (English)").fill(decision)
    row.get_by_label("State").select_option("Done")
    row.get_by_label("Precision").select_option("day")
    send_minutes(page)
    expect_one_problem(page, "A decision is not complete: see its row.")
    expect(summaries(page).first).to_have_value(summary)
    expect(row.get_by_label("Decision (English)")).to_have_value(decision)
    expect(why).to_have_value("The coordinators met last week.")

    row.get_by_label("Due: first day").fill("2026-11-15")
    row.get_by_label("Due: last day").fill("2026-11-15")
    send_minutes(page)
    expect(page.get_by_text("Proposed. The parties’ coordinators see it now.")).to_be_visible()
    viewer.reload()
    for words in (summary, decision):
        expect(viewer.get_by_role("main")).not_to_contain_text(words)

    theirs = go(other.coordinator, f"{DESK}/queue/")
    open_waiting(theirs, meeting)
    expect(region(theirs, "Reason")).to_contain_text("The coordinators met last week.")
    for words in (summary, decision):
        expect(region(theirs, "What would change")).to_contain_text(words)
    answer(theirs, "Accepts")
    expect(theirs.get_by_text("Accepted by all: it is public now.")).to_be_visible()
    viewer.reload()
    expect(viewer.get_by_role("main")).to_contain_text(summary)
    expect(region(viewer, "Decisions")).to_contain_text(re.compile(rf"1\. {decision}\s*Done"))
    expect(region(viewer, "Decisions")).to_contain_text("15 November 2026")


def summaries(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile(r"^Summary \("))


def send_minutes(page: Page) -> None:
    page.get_by_role("button", name=re.compile("the minutes")).click()


@pytest.mark.parametrize("javascript", [False], ids=["no-js"])
def test_a_coordinator_is_told_that_minutes_are_proposed(go):
    page = go(CANADA.coordinator, f"{DESK}/minutes/2025-12-05-leaders-washington/")
    expect(page.get_by_text("public when every party has accepted them")).to_be_visible()
    expect(page.get_by_role("button", name="Propose the minutes to the parties")).to_be_visible()


# Answers ----------------------------------------------------------------------------------------


@told(
    "side", "acronym", "reference",
    js=(CANADA, "GAC", "PRO-24"),
    no_js=(MEXICO, "SRE", "PRO-25"),
)  # fmt: skip
def test_a_reading_is_answered_in_public(go, side, acronym, reference):
    words = "The working group met again in October; the reading does not say so."
    viewer = go("", public(reference))
    page = go(side.coordinator, viewer.url)
    page.get_by_role("link", name=f"Answer the reading for {side.name}").click()
    expect(title_of(page)).to_have_text(f"Answer of {side.name} to {reference}")
    page.get_by_role("button", name="Publish the answer").click()
    expect_one_problem(page, "Write the answer first.")
    page.get_by_label("Answer (English)").fill(words)
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_text("Published beside what it answers.")).to_be_visible()

    viewer.reload()
    said = region(viewer, "Joint value").get_by_role("blockquote").filter(has_text=words)
    expect(said).to_contain_text(f"Answer of {side.name} ({acronym}), 22 Nov 2026")
    assert "(demo)" not in viewer.content()  # as the names of persons end here
    read_in(viewer, "fr")
    expect(viewer.get_by_role("main")).to_contain_text(f"{words} (en anglais)")


# Helpers ----------------------------------------------------------------------------------------


def submitted(go: Go, who: str, side: Side, reference: str, **texts: str) -> Page:
    """A report that waits for its coordinator: its page, for the author."""
    page = go(who, f"{DESK}/{side.code.upper()}/{reference}/report/?period=2026-Q4")
    fill(page, side.languages, "under-way", **texts)
    press(page, "submit")
    expect(page.get_by_text("Not public: only your own side reads this page.")).to_be_visible()
    return page


def waiting_for_review(page: Page, reference: str) -> Locator:
    """The way from a coordinator's queue to a report of the own side."""
    rows = region(page, "Submitted by your side")
    return rows.get_by_role("link", name=re.compile(f"{reference}, 2026 Q4$"))


def open_submitted(page: Page, reference: str) -> None:
    waiting_for_review(page, reference).click()
    expect(title_of(page)).to_contain_text(reference)
