"""A viewer's errands: with and without JavaScript, by keyboard, on a phone, enlarged."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

LIST = "/en/plans/canada-mexico/commitments/"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_viewer_finds_the_trade_mission_and_reads_its_sources(visit, javascript):
    page = visit("", "/", javascript=javascript)
    page.get_by_role("link", name="Commitments", exact=True).first.click()
    page.get_by_label("Words").fill("trade mission")
    page.get_by_role("button", name="Show commitments").click()
    expect(page).to_have_url(re.compile(r"q=trade"))
    expect(page.locator("#count")).to_contain_text("of 80")
    page.get_by_role("link", name=re.compile("PRO-05")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("trade mission", ignore_case=True)
    sources = page.get_by_role("region", name=re.compile("Sources"))
    expect(sources.get_by_role("link").first).to_be_visible()
    expect(page.locator(".as-of")).to_contain_text("22 November 2026")


def test_the_mission_was_not_there_yet_in_january(visit):
    page = visit("", "/en/plans/canada-mexico/commitments/PRO-05/?as_of=2026-01-01")
    expect(page.locator(".as-of")).to_contain_text("1 January 2026")
    expect(page.locator("main")).not_to_contain_text("15 February 2026")
    page.get_by_role("link", name="Español").click()
    expect(page).to_have_url(re.compile(r"/es/.*as_of=2026-01-01"))


def test_the_list_is_filtered_by_keyboard_alone(visit):
    """A4: Tab and Enter only; what is focused is seen and stands under nothing."""
    page = visit("", LIST)
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    for _press in range(40):
        page.keyboard.press("Tab")
        assert hidden_focus(page) == ""
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("capstone")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=capstone"))


SEEN = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const place = one.getBoundingClientRect();
  if (parseFloat(style.outlineWidth) < 2 || style.outlineStyle === "none") return "no outline";
  if (!place.width || !place.height) return "no size";
  const left = Math.max(place.left, 0), right = Math.min(place.right, innerWidth);
  const upper = Math.max(place.top, 0), lower = Math.min(place.bottom, innerHeight);
  if (right <= left || lower <= upper) return `out of sight at ${place.left}, ${place.top}`;
  const over = document.elementFromPoint((left + right) / 2, (upper + lower) / 2);
  const free = over && (one === over || one.contains(over) || over.contains(one));
  return free ? "" : `under ${over && over.outerHTML.slice(0, 80)}`;
}"""


def hidden_focus(page: Page) -> str:
    """Why the focus would not be seen: an outline of 2 px at least, in sight, under nothing."""
    why = page.evaluate(SEEN)
    return why and f"{why}: {page.evaluate('document.activeElement.outerHTML.slice(0, 200)')}"


PAGES = (
    "", "pillars/", "commitments/", "commitments/PRO-05/", "commitments/SEC-08/", "institutions/",
    "institutions/ca-gac/", "meetings/", "timeline/", "announcement/", "sources/", "method/",
    "changes/", "compare/", "periods/", "periods/2026-q3/", "ledger/", "ledger/1/",
)  # fmt: skip
# WCAG 1.4.12; a style sheet of the reader's own, as a browser's extension would set it.
SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_scrolls_sideways_at_320_pixels(site, visit, language):
    """A3: 1280 px at 400 %; what is wide scrolls in its own labelled, focusable frame."""
    page = visit("", "/", viewport={"width": 320, "height": 640})
    wide = []
    for path in PAGES:
        page.goto(site.path(path, language))
        if too_wide(page):
            wide.append(path)
        lost = page.evaluate(
            """() => [...document.querySelectorAll("main *")].filter(one =>
                one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
                && ["auto", "scroll"].includes(getComputedStyle(one).overflowX)
                && one.tabIndex < 0).map(one => one.outerHTML.slice(0, 80))"""
        )
        assert lost == [], path
    assert wide == []


def test_nothing_is_lost_with_wide_spacing(site, visit, new_context):
    page = visit("", "/", viewport={"width": 1280, "height": 800})
    page.context.close()
    context = new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    page = context.new_page()
    wide = []
    for path in ("", "commitments/", "commitments/PRO-05/"):
        page.goto(site.path(path))
        page.add_style_tag(content=SPACING)
        if too_wide(page):
            wide.append(path)
    assert wide == []


def too_wide(page: Page) -> bool:
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))


def test_the_first_screen_of_a_phone_answers_the_five_questions(site, visit):
    """A25: how far, is it late, who says so, since when, on what: before scrolling far."""
    page = visit("", "/", viewport={"width": 360, "height": 740})
    page.goto(site.path("commitments/PRO-05/"))
    first = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter(one =>
            one.getBoundingClientRect().top < innerHeight).map(one => one.innerText).join(" ")"""
    )
    for word in ("PRO-05", "Target", "public record", "Completed"):
        assert word.casefold() in first.casefold(), word
