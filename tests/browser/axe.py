"""Axe on every kind of page, full and empty and with errors: no violation at any level (A1, A2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
REAL, SAMPLE = "plans/canada-mexico/", "plans/borealia-meridia/"


@dataclass(frozen=True)
class Look:
    """In which language, theme and width a page is looked at."""

    language: str
    theme: str
    width: int

    @property
    def name(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


SAMPLED = (Look("en", "light", 1280), Look("fr", "dark", 360))
# Every pair of language, theme and width once at least.
PAIRWISE = (
    Look("en", "light", 1280), Look("fr", "dark", 1280), Look("es", "light", 360),
    Look("en", "dark", 360), Look("fr", "light", 360), Look("es", "dark", 1280),
)  # fmt: skip

PUBLIC = (
    *(REAL + path for path in (
        "", "pillars/", "commitments/", "commitments/?q=nothingofthekind", "institutions/",
        "meetings/", "meetings/?level=call", "timeline/", "?as_of=2026-01-01",
        "commitments/?level=no-such",
    )),
)  # fmt: skip
THINGS = (
    *(REAL + path for path in (
        "commitments/PRO-05/", "commitments/SEC-08/", "institutions/ca-gac/", "announcement/",
        "sources/", "method/", "commitments/ZZZ-99/",
    )),
    "accounts/login/", "accounts/password/reset/",
)  # fmt: skip
# The sample shows every level, flag and disagreement.
SAMPLED_PLAN = tuple(SAMPLE + path for path in (
    "", "commitments/", "timeline/", "commitments/WAT-02/", "commitments/CUL-02/",
    "institutions/bo-ports/", "changes/", "changes/?pillar=no-such",
    "compare/?from=2026-05-01&to=2026-11-20", "periods/", "periods/2026-q2/", "ledger/",
    "ledger/300/", "commitments/CUL-07/",
))  # fmt: skip
DESK = (
    "desk/canada-mexico/work/", "desk/canada-mexico/board/", "desk/canada-mexico/queue/",
    "desk/canada-mexico/CA/PRO-01/report/", "desk/canada-mexico/board/?pillar=no-such",
    "accounts/2fa/", "accounts/email/", "accounts/logout/",
)  # fmt: skip
JOINT = tuple(f"desk/borealia-meridia/{path}" for path in (
    "queue/", "joint/", "joint/TRA-02/wording/", "joint/TRA-02/supersede/", "redact/300/",
    "answer/TRA-10/", "periods/2026-q3/", "periods/2026-q3/?pillar=1", "minutes/nobody-knows/",
))  # fmt: skip
ADMIN = (
    "", "tracker/commitment/", "tracker/commitment/?q=nothingofthekind",
    "tracker/commitment/add/", "tracker/commitment/1/change/", "tracker/commitment/1/history/",
    "tracker/commitment/1/delete/", "tracker/meeting/1/change/", "tracker/institution/1/change/",
    "tracker/ledgerentry/", "tracker/ledgerentry/1/change/", "tracker/statusreport/",
    "tracker/user/add/", "tracker/plan/1/change/",
)  # fmt: skip


def violations(page: Any) -> list[str]:
    """What axe finds on the page as it stands, a sentence each."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return [
        f"{one['id']}: {one['help']}: " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found.response["violations"]
    ]


PARTS = ("public", "things", "sample", "desk", "joint", "admin")


def look_at(visit: Any, site: Any, look: Look, part: str) -> dict[str, list[str]]:
    """The pages of one part in one combination; those that fail, with what is wrong."""
    who, start, paths = {
        "public": ("", f"/{look.language}/", PUBLIC),
        "things": ("", f"/{look.language}/", THINGS),
        "sample": ("", f"/{look.language}/", SAMPLED_PLAN),
        "desk": ("coordinator2.ca", f"/{look.language}/", DESK),
        "joint": ("coordinator2.bo", f"/{look.language}/", JOINT),
        "admin": ("administrator", "/admin/", ADMIN),
    }[part]
    page = visit(
        who,
        start,
        viewport={"width": look.width, "height": 900},
        color_scheme=look.theme,
        locale=look.language,
        bypass_csp=True,  # axe itself sets styles while it looks
    )
    found = {}
    for path in paths:
        page.goto(f"{site.url}{start}{path}")
        found[path] = violations(page)
    if part in FORMS:
        path, typed, button = FORMS[part]
        page.goto(f"{site.url}{start}{path}")
        for field, words in typed.items():
            page.fill(field, words)
        with page.expect_navigation():
            page.locator(button).first.click()
        found[f"{path} with errors"] = violations(page)
    return {path: wrong for path, wrong in found.items() if wrong}


# Forms that are sent with what will be refused: the page with its faults is looked at, too.
FORMS: dict[str, tuple[str, dict[str, str], str]] = {
    "things": (
        "accounts/login/",
        {"[name=login]": "nobody@example.org", "[name=password]": "not the password"},
        "main button.primary",
    ),
    "desk": ("desk/canada-mexico/CA/PRO-01/report/", {}, "button[value=submit]"),
    "joint": ("desk/borealia-meridia/joint/TRA-02/close/", {}, "main button.primary"),
    "admin": ("tracker/commitment/add/", {}, "[name=_save]"),
}


def told(found: dict[str, list[str]]) -> str:
    """For the person who mends it: page by page."""
    return "\n".join(f"{path}\n    " + "\n    ".join(wrong) for path, wrong in found.items())
