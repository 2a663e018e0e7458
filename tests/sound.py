"""What is wrong with a page: as a document, for readers with assistive technology, as an answer.

Each function gives sentences; an empty list is a sound page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Words that say nothing on their own; they need what stands around them to be in the link.
EMPTY_NAMES = {"here", "more", "link", "read more", "ici", "plus", "aquí", "más", "→", "…"}
POLICY = (
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'",
    "frame-ancestors 'none'", "form-action 'self'",
)  # fmt: skip


def faults(response: Any, language: str) -> list[str]:
    """Everything below, for a page of ours."""
    text = response.content.decode()
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(text)
    return [
        *(f"invalid HTML at {place}: {code} {more}" for place, code, more in parser.errors),
        *document_faults(page, language),
        *heading_faults(page),
        *id_faults(page),
        *label_faults(page),
        *table_faults(page),
        *link_faults(page),
        *inline_faults(page),
        *answer_faults(response),
    ]


def document_faults(page: Element, language: str) -> Iterator[str]:
    if page.get("lang") != language:
        yield f"the page is in {page.get('lang')!r}, not {language!r}"
    title = (page.findtext(".//title") or "").strip()
    if not title or title.startswith("·"):
        yield f"the title is {title!r}"
    for landmark in ("main", "header", "footer"):
        if len(list(page.iter(landmark))) < 1:
            yield f"no <{landmark}>"
    if len(list(page.iter("main"))) != 1:
        yield "not one <main>"
    first = next(iter(page.iter("a")), None)
    if first is None or first.get("href") != "#main":
        yield "the first link does not skip to the content"


def heading_faults(page: Element) -> Iterator[str]:
    levels = [int(one.tag[1]) for one in page.iter() if one.tag in HEADINGS]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"h{after} follows h{before}"
    for one in page.iter():
        if one.tag in HEADINGS and not words(one):
            yield f"an empty {one.tag}"


def id_faults(page: Element) -> Iterator[str]:
    ids = Counter(one.get("id") for one in page.iter() if one.get("id"))
    yield from (f"id {name} {count} times" for name, count in ids.items() if count > 1)
    for one in page.iter():
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            for target in (one.get(name) or "").split():
                if target not in ids:
                    yield f"{name} names {target}, which is not there"
        href = one.get("href") or ""
        if href.startswith("#") and href[1:] not in ids and one.tag == "a":
            yield f"{href} leads nowhere"


def label_faults(page: Element) -> Iterator[str]:
    labelled = {one.get("for") for one in page.iter("label")}
    wrapped = {id(inner) for label in page.iter("label") for inner in label.iter()}
    for one in page.iter():
        if one.tag not in ("input", "select", "textarea"):
            continue
        if one.get("type") in ("hidden", "submit", "button"):
            continue
        named = one.get("aria-label") or one.get("aria-labelledby")
        if not (named or one.get("id") in labelled or id(one) in wrapped):
            yield f"no label for {one.get('name')}"
    for button in page.iter("button"):
        if not (words(button) or button.get("aria-label")):
            yield "a button without a name"
    for image in page.iter("img"):
        if image.get("alt") is None:
            yield f"no alt for {image.get('src')}"
    for drawing in page.iter("svg"):
        titled = drawing.get("aria-labelledby") or drawing.get("aria-label")
        if drawing.get("aria-hidden") != "true" and not titled:
            yield "a drawing that is neither hidden nor named"


def table_faults(page: Element) -> Iterator[str]:
    for table in page.iter("table"):
        if table.find("caption") is None or not words(table.find("caption")):
            yield "a table without caption"
        for head in table.iter("th"):
            if not head.get("scope"):
                yield f"no scope at {words(head)!r}"


def link_faults(page: Element) -> Iterator[str]:
    """A21: a name says something, and with the row it stands in leads to one address only."""
    targets: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link, row in _links_in_rows(page, ""):
        name = link.get("aria-label") or words(link)
        href = link.get("href") or ""
        if not name:
            yield f"a link to {href} without a name"
        elif name.casefold() in EMPTY_NAMES:
            yield f"a link named {name!r} to {href}"
        elif not href.startswith("#"):
            targets[name, row].add(href.split("#")[0])
    for (name, _row), found in targets.items():
        if len(found) > 1:
            yield f"{len(found)} addresses named {name!r}: {sorted(found)[:3]}"


def _links_in_rows(node: Element, row: str) -> Iterator[tuple[Element, str]]:
    """Every link with the words of the list item, table row or definition around it."""
    if node.tag in ("li", "tr", "dd"):
        row = words(node)
    if node.tag == "a":
        yield node, row
    for inner in node:
        yield from _links_in_rows(inner, row)


def inline_faults(page: Element) -> Iterator[str]:
    for one in page.iter():
        if one.get("style") or [name for name in one.attrib if str(name).startswith("on")]:
            yield f"inline style or script at <{one.tag}>"
        is_data = one.get("type") == "application/json"
        if one.tag == "style" or (one.tag == "script" and not one.get("src") and not is_data):
            yield f"inline <{one.tag}>"
        for name in ("src", "href", "action"):
            value = (one.get(name) or "").strip().lower()
            if value.startswith(("javascript:", "data:", "vbscript:")):
                yield f"{name}={value[:40]}"


def answer_faults(response: Any) -> Iterator[str]:
    """Headers: S19, S20, S22."""
    if response["Content-Type"] != "text/html; charset=utf-8":
        yield f"Content-Type: {response['Content-Type']}"
    policy = response.get("Content-Security-Policy", "")
    for part in POLICY:
        if part not in policy:
            yield f"the policy lacks {part}"
    if "unsafe" in policy:
        yield "the policy allows something unsafe"
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items():
        if response.get(name) != value:
            yield f"{name}: {response.get(name)}"


def words(node: Element | None) -> str:
    """What a screen reader says of a node: its text without what is hidden from it."""
    return " ".join("".join(_texts(node)).split()) if node is not None else ""


def _texts(node: Element) -> Iterator[str]:
    if node.get("aria-hidden") == "true" or node.tag in ("script", "style"):
        return
    if node.tag == "img":
        yield node.get("alt") or ""
    yield node.text or ""
    for inner in node:
        yield from _texts(inner)
        yield inner.tail or ""


def links(text: str) -> set[str]:
    """Addresses of this site in a page, in the order of the alphabet."""
    found = re.findall(r'<a\b[^>]*?\bhref="([^"]+)"', text)
    return {href.replace("&amp;", "&") for href in found if href.startswith(("/", "?", "#"))}
