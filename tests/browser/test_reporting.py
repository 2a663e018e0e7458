"""Reports of both sides, from the board to the public page; what is refused, what stays hidden."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_reading import hidden_focus

PLAN = "canada-mexico"
MARKER = "zebra4confidential"
TEXTS = {
    "en": "The three agencies signed the text and named their contacts.",
    "fr": "Les trois organismes ont signé le texte et désigné leurs responsables.",
    "es": "Las tres instituciones firmaron el texto y nombraron a sus responsables.",
}
PARTS = {
    "CA": ("official.ca", "coordinator.ca", "en", ("en", "fr")),
    "MX": ("official.mx", "coordinator.mx", "es", ("es",)),
}
# With JavaScript on one commitment, without it on another: the stories do not meet.
STORIES = [pytest.param(True, "PRO-27", id="js"), pytest.param(False, "PRO-28", id="no-js")]


def fill(page: Page, languages: tuple[str, ...], level: str, **texts: str) -> None:
    """Type a report: four required fields, and evidence."""
    page.locator(f"input[name=level][value={level}]").check()
    page.locator("input[name=confidence][value=on-track]").check()
    page.locator("[name=effective_on]").fill("2026-11-20")
    page.locator("[name=action_on]").fill("2026-11-10")
    if level == "planned":
        page.locator("[name=step_on]").fill("2027-01-15")
    names = ["done", "next_step"] if level == "planned" else ["done"]
    if page.locator("[name^=change_reason]").count():
        names.append("change_reason")
    for name in names:
        for code in languages:
            box = page.locator(f"[name={name}_{code}]")
            if not box.is_visible():
                page.locator("details", has=box).locator("summary").first.click()
            box.fill(texts.get(name, TEXTS[code]))
    page.locator("[name=evidence-0-title]").fill("Joint notice")
    page.locator("[name=evidence-0-url]").fill("https://example.org/notice")
    page.locator("[name=evidence-0-language]").select_option("en")
    page.locator("[name=evidence-0-dated_on]").fill("2026-11-10")


def press(page: Page, act: str) -> None:
    page.locator(f"button[name=act][value={act}]").click()


def report(
    visit, party: str, reference: str, level: str, javascript: bool, *, secret=None, corrects=False
) -> None:
    """An official writes and submits; the coordinator reads and publishes.

    What corrects a published report is shown to the other side first.
    """
    official, coordinator, language, languages = PARTS[party]
    page = visit(official, f"/{language}/desk/{PLAN}/board/", javascript=javascript)
    page.locator("th.title a, td.ref a", has_text=reference).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(reference)
    if secret:
        secret(page)
    fill(page, languages, level)
    press(page, "submit")
    expect(page).to_have_url(re.compile(r"/desk/reports/\d+/"))
    number = re.search(r"/reports/(\d+)/", page.url)[1]

    chief = visit(coordinator, f"/{language}/desk/{PLAN}/queue/", javascript=javascript)
    chief.locator(f"a[href$='/desk/reports/{number}/']").first.click()
    expect(chief.get_by_role("heading", level=1)).to_contain_text(reference)
    if corrects:
        chief.locator("form[action$='/share/'] button").click()
    chief.locator("form[action$='/publish/'] button").click()
    expect(chief).to_have_url(re.compile(f"/commitments/{reference}/"))


@pytest.mark.parametrize(("javascript", "reference"), STORIES)
def test_both_sides_report_agree_and_then_differ(visit, javascript, reference):
    public = f"/en/plans/{PLAN}/commitments/{reference}/"

    def keep_secret(page: Page) -> None:
        """A draft with a marker: nobody else finds it. Then it is taken out."""
        fill(page, ("en", "fr"), "under-way", done=MARKER)
        press(page, "save")
        expect(page.locator("p.saved")).to_contain_text("Draft saved at")
        assert MARKER in page.content()
        never_seen(visit, page.url, reference, javascript)

    report(visit, "CA", reference, "under-way", javascript, secret=keep_secret)
    viewer = visit("", public, javascript=javascript)
    expect(viewer.locator(".positions")).to_contain_text(TEXTS["en"])
    expect(viewer.locator(".positions")).not_to_contain_text(MARKER)

    report(visit, "MX", reference, "under-way", javascript)
    viewer.reload()
    expect(viewer.locator("section.joint")).to_contain_text("Agreed")

    report(visit, "MX", reference, "planned", javascript, corrects=True)
    viewer.reload()
    expect(viewer.locator("section.joint")).to_contain_text("positions differ", ignore_case=True)
    expect(viewer.locator("section.joint")).to_contain_text("Planned")
    viewer.goto(viewer.url.replace("/en/", "/fr/"))
    expect(viewer.locator(".positions")).to_contain_text(TEXTS["fr"])


def never_seen(visit, form: str, reference: str, javascript: bool) -> None:
    """The other side, the secretariat, a stranger and the public, at every door near by."""
    doors = {
        "coordinator.mx": ["desk/", f"desk/{PLAN}/board/", f"desk/{PLAN}/queue/"],
        "official.mx": [f"desk/{PLAN}/work/", f"desk/{PLAN}/MX/{reference}/report/"],
        "secretariat": ["desk/"],
        "stranger": [],
        "": [],
    }
    for who, paths in doors.items():
        page = visit(who, f"/en/plans/{PLAN}/commitments/{reference}/", javascript=javascript)
        assert MARKER not in page.content(), who
        for path in paths:
            page.goto(re.sub(r"/en/.*", f"/en/{path}", form))
            assert MARKER not in page.content(), (who, path)
        answer = page.goto(form)
        assert answer.status == (403 if who else 200)  # nobody's is the sign-in page
        assert MARKER not in page.content(), (who, form)
        page.context.close()


def test_a_stranger_is_refused_in_words(visit):
    page = visit("stranger", f"/en/desk/{PLAN}/board/")
    expect(page.locator("main")).to_contain_text("Your account has no role here")
    answer = page.goto(re.sub(r"/en/.*", "/admin/", page.url))
    assert answer.status == 403


def test_a_refused_report_says_why_and_keeps_what_was_typed(visit):
    """A14, without JavaScript: summary on top, title begins with Error, nothing is lost."""
    page = visit("official.ca", f"/en/desk/{PLAN}/CA/PRO-28/report/", javascript=False)
    page.locator("input[name=level][value=under-way]").check()
    page.locator("[name=done_en]").fill("Half a report")
    page.locator("[name=effective_on]").fill("the day before yesterday")
    press(page, "submit")
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.locator(".problem")).to_be_visible()
    page.locator(".problem a").first.click()
    expect(page).to_have_url(re.compile("#"))
    expect(page.locator("[name=done_en]")).to_have_value("Half a report")
    expect(page.locator("[name=effective_on]")).to_have_value("the day before yesterday")


def test_a_report_is_written_by_keyboard_alone(visit):
    """A4: Tab, arrows and Enter; every stop is seen; no trap."""
    page = visit("coordinator2.ca", f"/en/desk/{PLAN}/CA/PRO-01/report/")
    tab_to(page, "[name=level]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=level][value=under-way]")).to_be_checked()
    tab_to(page, "[name=effective_on]")
    page.keyboard.type("2026-11-20")
    tab_to(page, "[name=done_en]")
    page.keyboard.type("Written without a mouse.")
    tab_to(page, "button[value=save]")
    page.keyboard.press("Enter")
    expect(page.locator("p.saved")).to_contain_text("Draft saved at")
    expect(page.locator("[name=done_en]")).to_have_value("Written without a mouse.")


def tab_to(page: Page, selector: str) -> None:
    for _press in range(80):
        page.keyboard.press("Tab")
        assert hidden_focus(page) == ""
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_nothing_scrolls_sideways_at_the_desk_of_a_phone(site, visit):
    page = visit("coordinator.mx", "/es/desk/", viewport={"width": 320, "height": 640})
    wide = []
    for path in (f"{PLAN}/work/", f"{PLAN}/board/", f"{PLAN}/queue/", f"{PLAN}/MX/PRO-01/report/"):
        page.goto(f"{site.url}/es/desk/{path}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []


def test_the_administration_keeps_to_the_policy(site, visit):
    """S19: lists, forms with inlines, suggestions, history, withdrawal: no violation."""
    page = visit("administrator", "/admin/")
    for path in (
        "tracker/commitment/", "tracker/commitment/1/change/", "tracker/commitment/add/",
        "tracker/commitment/1/history/", "tracker/commitment/1/delete/", "tracker/meeting/add/",
        "tracker/statusreport/", "tracker/ledgerentry/", "tracker/user/",
    ):  # fmt: skip
        answer = page.goto(f"{site.url}/admin/{path}")
        assert answer.status == 200, path


def test_what_is_typed_is_saved_by_itself(visit):
    """Nothing is pressed: the page closes, and another browser finds the text."""
    address = f"/en/desk/{PLAN}/CA/PRO-05/report/?period=2026-Q4"
    page = visit("coordinator.ca", address)
    page.locator("[name=done_en]").fill("The working group met twice.")
    expect(page.locator("#saved")).to_contain_text("Draft saved at", timeout=15_000)
    saved = page.locator("#id_version").input_value()
    page.locator("[name=done_en]").fill("The working group met three times.")
    expect(page.locator("#id_version")).not_to_have_value(saved, timeout=15_000)
    page.context.close()
    again = visit("coordinator.ca", address, javascript=False)
    expect(again.locator("[name=done_en]")).to_have_value("The working group met three times.")
