"""What tests of the desk read from its pages and send to its forms."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation

PLAN = "canada-mexico"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')


def address(name: str, *args: Any, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=args)


def form_address(
    party: str = "CA", reference: str = "PRO-27", period: str = "2026-Q3", **query: Any
) -> str:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return f"{address('report-write', PLAN, party, reference)}?period={period}{more}"


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def hidden(response: Any) -> dict[str, str]:
    """Hidden fields of the page: act, version, management of the rows."""
    found = dict(HIDDEN.findall(response.content.decode()))
    found.pop("csrfmiddlewaretoken", None)
    return found


def opened(client: Client, url: str) -> dict[str, str]:
    """Open the form and return what it sends along by itself."""
    response = client.get(url)
    assert response.status_code == 200, text_of(response)
    return hidden(response)


DONE = {
    "en": "The drafting group met and exchanged a full text.",
    "fr": "Le groupe de rédaction s’est réuni et a échangé un texte complet.",
    "es": "El grupo de redacción se reunió e intercambió un texto completo.",
}


def typed(languages: tuple[str, ...] = ("en", "fr"), **changed: Any) -> dict[str, str]:
    """A report that passes its gate: under way, on track, with one link."""
    return {
        "level": "under-way",
        "confidence": "on-track",
        "effective_on": "2026-09-30",
        "action_on": "15 September 2026",
        **{f"done_{code}": DONE[code] for code in languages},
        "evidence-0-title": "Joint notice",
        "evidence-0-url": "https://example.org/notice",
        "evidence-0-language": "en",
        "evidence-0-dated_on": "2026-09-15",
        **changed,
    }


def write(
    client: Client,
    act: str,
    languages: tuple[str, ...] = ("en", "fr"),
    url: str | None = None,
    **changed: Any,
) -> Any:
    """Open the form, type, press a button."""
    url = url or form_address()
    return client.post(url, {**opened(client, url), **typed(languages, **changed), "act": act})


def press(client: Client, name: str, report: Any, **data: Any) -> Any:
    """Press a button of the review page."""
    return client.post(address(name, report.pk), {"act_id": str(uuid.uuid4()), **data})


def problems(response: Any) -> str:
    """The error summary of a page."""
    found = re.search(r'<div class="problem".*?</div>', text_of(response), re.S)
    return found[0] if found else ""
