"""What tests of public pages share: asking for a page, and judging whether it is sound."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

PLAN = "canada-mexico"


def page(path: str, language: str = "en", plan: str = PLAN, **query: str) -> Any:
    """A public page, made anew, as a visitor gets it."""
    caches["pages"].clear()
    return Client().get(f"/{language}/plans/{plan}/{path}", query)


def words(response: Any) -> str:
    """The page's text, without tags, on one line."""
    text = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def queries(path: str, **query: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert page(path, **query).status_code == 200
    return len(caught)


def tree(response: Any) -> Element:
    """The document; fails on any fault of its HTML."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(response.content.decode())
    assert parser.errors == []
    return document


def assert_sound(response: Any, language: str) -> None:
    """Valid, in its language, one h1, a title, unique ids, captions, labels, nothing inline."""
    document = tree(response)
    found = {name: list(document.iter(name)) for name in ("html", "h1", "title", "table")}
    assert found["html"][0].get("lang") == language
    assert len(found["h1"]) == 1
    assert found["title"][0].text
    ids = Counter(one.get("id") for one in document.iter() if one.get("id"))
    assert [name for name, number in ids.items() if number > 1] == []
    for table in found["table"]:
        assert table.find("caption") is not None
    labels = {one.get("for") for one in document.iter("label")}
    for control in (*document.iter("select"), *document.iter("input")):
        assert control.get("type") == "hidden" or control.get("id") in labels
    assert not [one for one in document.iter() if one.get("style") or one.get("onclick")]
