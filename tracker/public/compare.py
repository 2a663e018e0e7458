"""Two days next to each other: what moved on each commitment between them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.filters.commitments import ACROSS
from tracker.filters.compare import MOVES, CompareFilter
from tracker.models import AgendaItem, Decision, Evidence, Funding, Milestone
from tracker.public.filtering import Narrowing, narrowed
from tracker.public.joint_words import opening_words
from tracker.public.pages import Asked, public_page, read_day, render_page
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.rules.date_words import source_date_words
from tracker.vocabulary import Confidence, Level

DAYS_BACK = 90


@dataclass
class Move:
    """One thing that moved: its kind, and what it was and is, in words or as a level."""

    kind: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return str(MOVES[self.kind])

    @property
    def is_level(self) -> bool:
        return self.kind == "level"


@dataclass
class Moved:
    """A commitment on which something moved; one of the two is missing where it came or went."""

    before: StandingRow | None
    after: StandingRow | None
    moves: list[Move] = field(default_factory=list)

    @property
    def row(self) -> StandingRow:
        found = self.after or self.before
        if found is None:
            raise LookupError("neither day has it")
        return found

    def is_in(self, pillar: str) -> bool:
        """Whether it stood there on either day: what was moved belongs to both pillars."""
        return any(_pillar(row) == pillar for row in (self.before, self.after) if row)


@dataclass
class Tally:
    """How many rows came to each commitment, and how many went. A changed row did both."""

    came: Counter[int] = field(default_factory=Counter)
    gone: Counter[int] = field(default_factory=Counter)


@dataclass
class Comparison:
    """Two days of a plan. `first` is the earlier."""

    asked: Asked
    first: Asked
    last: Asked
    narrowing: Narrowing

    @cached_property
    def rows(self) -> list[Moved]:
        """Commitments on which anything moved, in the plan's order."""
        before, after = (
            {row.commitment.pk: row for row in rows_of(day, standings(day))}
            for day in (self.first, self.last)
        )
        moved = [self._moved(before.get(key), after.get(key)) for key in {**before, **after}]
        shown = [one for one in moved if one.moves and self._is_asked_for(one)]
        return sorted(shown, key=lambda one: one.row.standing.position)

    def _is_asked_for(self, moved: Moved) -> bool:
        wanted = self.narrowing.filters.form.cleaned_data
        kind, pillar = wanted["what"], wanted["pillar"]
        return (not kind or any(kind == move.kind for move in moved.moves)) and (
            not pillar or moved.is_in(pillar)
        )

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many commitments moved in each way, in the order of the words."""
        found = Counter(move.kind for row in self.rows for move in row.moves)
        return [(str(label), found[kind]) for kind, label in MOVES.items() if found[kind]]

    def _moved(self, before: StandingRow | None, after: StandingRow | None) -> Moved:
        moved = Moved(before, after)
        if before and after:
            moved.moves = [*_said(before, after), *self._counted(after.commitment.pk)]
        else:
            word = _("not public")
            level = [_level(row) if row else word for row in (before, after)]
            moved.moves = [Move("public", level[0], level[1])]
        return moved

    def _counted(self, key: int) -> list[Move]:
        """What came to a commitment, changed on it or went, in numbers."""
        said = {
            kind: _number_words([(tally.came[key], tally.gone[key]) for tally in tallies])
            for kind, tallies in self._tallies.items()
        }
        return [Move(kind, "", words) for kind, words in said.items() if words]

    @cached_property
    def _tallies(self) -> dict[str, list[Tally]]:
        """Evidence, money, meetings and steps by commitment: a query for each kind of row."""
        start, end = self.first.end, self.last.end
        evidence = Evidence.objects.filter(
            report__commitment__plan=self.asked.plan,
            report__published_at__gte=start,
            report__published_at__lt=end,
        ).values_list("report__commitment", flat=True)
        return {
            "evidence": [Tally(Counter(evidence.order_by()))],
            "money": [self._tally(Funding)],
            "meetings": [self._tally(AgendaItem), self._tally(Decision)],
            "steps": [self._tally(Milestone)],
        }

    def _tally(self, model: Any) -> Tally:
        """What was public on one of the two days only. What came and went between is left out."""
        tally, start, end = Tally(), self.first.end, self.last.end
        turned = Q(public_from__gte=start, public_from__lt=end)
        turned |= Q(public_until__gte=start, public_until__lt=end)
        rows = model.objects.filter(turned, commitment__plan=self.asked.plan).order_by()
        for key, since, until in rows.values_list("commitment", "public_from", "public_until"):
            was, stays = since < start, until is None or until >= end
            tally.came[key] += stays and not was
            tally.gone[key] += was and not stays
        return tally


def _number_words(counts: list[tuple[int, int]]) -> str:
    """Of each kind of row, how many came and went, summed up in words.

    One that came in the place of one of its own kind that went has changed.
    """
    changed = sum(min(pair) for pair in counts)
    said = [
        (sum(came for came, _gone in counts) - changed, _("%(number)d new")),
        (changed, _("%(number)d changed")),
        (sum(gone for _came, gone in counts) - changed, _("%(number)d withdrawn")),
    ]
    return ", ".join(words % {"number": number} for number, words in said if number)


def _said(before: StandingRow, after: StandingRow) -> list[Move]:
    """What the two standings say differently."""
    pairs = [
        ("level", before.standing.level, after.standing.level),
        ("confidence", _confidence(before), _confidence(after)),
        ("agreement", opening_words(before), opening_words(after)),
        ("wording", *_wordings(before, after)),
        ("target", source_date_words(before.target), source_date_words(after.target)),
        ("place", _place(before), _place(after)),
    ]
    return [Move(kind, old, new) for kind, old, new in pairs if old != new]


def _pillar(row: StandingRow) -> str:
    """As the filter names it."""
    pillar = row.standing.pillar
    return pillar.slug if pillar else ACROSS


def _place(row: StandingRow) -> str:
    """Pillar and area, in words."""
    pillar, area = row.standing.pillar, row.standing.area
    return " · ".join(str(one) for one in (pillar or _("Across the plan"), area) if one)


def _wordings(before: StandingRow, after: StandingRow) -> tuple[str, str]:
    old, new = before.standing.wording, after.standing.wording
    if old.pk == new.pk:
        return "", ""
    texts = [(getattr(old, name), getattr(new, name)) for name in ("title", "description")]
    texts.append((old.completion_test, new.completion_test))
    changed = [pair for pair in texts if pair[0] != pair[1]]
    return "\n".join(pair[0] for pair in changed), "\n".join(pair[1] for pair in changed)


def _confidence(row: StandingRow) -> str:
    value = row.standing.confidence
    return str(Confidence(value).label) if value else ""


def _level(row: StandingRow) -> str:
    value = row.standing.level
    return str(Level(value).label) if value else _("Not reported")


EARLIER = gettext_lazy("The first day must lie before the second.")


@public_page("from", "to", "what", "pillar")
def compare(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What moved between two days, which stand in the address."""
    plan, today = asked.plan, asked.today
    last = read_day(asked.params.get("to", ""), plan, today, default=asked.day)
    back = max(plan.announced_on, last - dt.timedelta(days=DAYS_BACK))
    first = read_day(asked.params.get("from", ""), plan, today, default=back)
    problem = str(EARLIER) if first >= last else ""
    if problem:
        first, last = min(first, last), max(first, last)
    days = [Asked(plan, today, day, asked.params) for day in (first, last)]
    narrowing = narrowed(asked, CompareFilter(asked.params, standings(days[1]), plan=plan))
    comparison = Comparison(asked, days[0], days[1], narrowing)
    context = {
        "comparison": comparison,
        "problem": problem,
        "before_opening": plan.opened_at and days[0].end <= plan.opened_at,
    }
    return render_page(request, "public/compare.html", asked, context, current="plan-changes")
