"""Reading public pages as a visitor does: valid HTML, one title, no inline script or style."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import html5lib
import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tracker.models import Plan
from tracker.public.pages import Asked

ADDRESS = "/en/plans/canada-mexico/"


@dataclass
class Answer:
    """What came back: status, markup, plain words, number of queries."""

    status: int
    html: str
    queries: int

    @property
    def words(self) -> str:
        tree = html5lib.parse(self.html, namespaceHTMLElements=False)
        skipped = {"script", "style"}
        parts = [
            text
            for node in tree.iter()
            if node.tag not in skipped
            for text in (node.text, node.tail)
        ]
        return " ".join(" ".join(part for part in parts if part).split())


def check_html(html: str) -> None:
    """Strictly valid, one h1, unique ids, a language, nothing the security policy refuses."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    assert parser.errors == []
    nodes = list(tree.iter())
    assert len([node for node in nodes if node.tag == "h1"]) == 1
    assert tree.get("lang")
    ids = [node.get("id") for node in nodes if node.get("id")]
    assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})
    for node in nodes:
        assert not node.get("style")
        assert not [name for name in node.attrib if str(name).startswith("on")]
        for name in ("aria-labelledby", "aria-describedby"):
            assert set((node.get(name) or "").split()) <= set(ids)


@pytest.fixture
def ask(real_plan) -> Callable[..., Answer]:
    """ask("commitments/?pillar=security"): an anonymous reader's page, never from the cache."""

    def get(path: str = "", client: Client | None = None, language: str = "en") -> Answer:
        caches["pages"].clear()
        address = ADDRESS.replace("/en/", f"/{language}/") + path
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = (client or Client()).get(address)
        html = response.content.decode()
        check_html(html)
        return Answer(response.status_code, html, len(queries))

    return get


@pytest.fixture
def asked(real_plan) -> Callable[..., Asked]:
    """asked("2026-01-01", pillar="security"): a reader's question, for context builders."""
    import datetime as dt

    from django.http import QueryDict

    def question(day: str = "2026-11-22", **params: str) -> Asked:
        query = QueryDict(mutable=True)
        query.update(params)
        plan = Plan.objects.prefetch_related("parties").get(pk=real_plan.pk)
        return Asked(plan, dt.date(2026, 11, 22), dt.date.fromisoformat(day), query)

    return question
