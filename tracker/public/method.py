"""How the record is kept: marks, levels, flags, counting, time, sources, ledger, accessibility."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from tracker.models import Citation, EntryVersion, MeetingVersion, Plan
from tracker.public.institutions import institutions_of
from tracker.public.pages import Asked, public_page, render_page
from tracker.public.standings import standings
from tracker.rules.date_words import day_words
from tracker.rules.dates import day_of
from tracker.rules.gates import GATES, Sentence
from tracker.vocabulary import (
    Composition,
    Confidence,
    Flag,
    Kind,
    Level,
    MeetingState,
    Origin,
    SourceConfidence,
)

# The day on which accessibility was last checked by hand and by tests; changed when it is repeated.
ACCESSIBILITY_CHECKED = dt.date(2026, 11, 22)


@dataclass(frozen=True)
class FlagRule:
    """A flag and when it is raised, with the plan's own number of days."""

    flag: Flag
    sentence: Sentence
    days: Callable[[Plan], int] = lambda plan: 0

    def words(self, plan: Plan) -> str:
        return str(self.sentence) % {"days": self.days(plan)}


FLAG_RULES = (
    FlagRule(
        Flag.OVERDUE,
        _("The target date has passed, a party has reported, and the level is not final."),
    ),
    FlagRule(
        Flag.OUTCOME_UNKNOWN,
        _("The target date has passed and no party has reported. This is no verdict."),
    ),
    FlagRule(
        Flag.DUE_SOON,
        _("The target date lies within the next %(days)d days."),
        lambda plan: plan.due_soon_days,
    ),
    FlagRule(
        Flag.DIFFER, _("The reports compared give different levels. Both are shown side by side.")
    ),
    FlagRule(
        Flag.NO_EVIDENCE, _("A party reports action under way or further, and names no evidence.")
    ),
    FlagRule(
        Flag.AWAITED,
        _("One party has reported, the other has not, and its due date has passed."),
    ),
    FlagRule(
        Flag.STALE,
        _("A party’s last report is older than %(days)d days, and the next was due."),
        lambda plan: plan.stale_after_days,
    ),
    FlagRule(
        Flag.WORDING_CHANGED,
        _("The wording is not the first one. Earlier wordings stay on the commitment’s page."),
    ),
)
ORIGIN_RULES: dict[Origin, Sentence] = {
    Origin.ANNOUNCEMENT: _("A paragraph of the announcement carries it."),
    Origin.PLAN_TEXT: _("It stands in the part of the plan’s own text that could be read."),
    Origin.PLAN_PRESS: _("Press or institutions quote or sum up the plan’s text."),
    Origin.FOLLOW_UP: _("It was undertaken later, and is no part of the plan’s text."),
}
CONFIDENCE_RULES: dict[Confidence, Sentence] = {
    Confidence.ON_TRACK: _("The party expects to meet the date."),
    Confidence.NEEDS_ATTENTION: _(
        "The date can be met if something is done: a reason and a step are given."
    ),
    Confidence.AT_RISK: _("The date is not expected to be met: a reason and a step are given."),
}
JOINT_LEVELS: dict[Level, Sentence] = {
    Level.SUPERSEDED: _("A joint act: another commitment has taken its place."),
    Level.CLOSED: _("A joint act: a decision of the parties ended it."),
}


@dataclass(frozen=True)
class Counts:
    """What is in the record on the day asked. Every number the page names comes from here."""

    total: int
    counted: int
    aims: int
    contexts: int
    envelopes: int
    components: int
    entries: int
    undated: int
    meetings: int
    held: int
    sources: int
    institutions: int
    without_test: int


def counts_of(asked: Asked) -> Counts:
    """Five queries, whatever the size of the record."""
    plan = asked.plan
    found = (
        standings(asked)
        .order_by()
        .aggregate(
            total=Count("pk"),
            counted=Count("pk", filter=Q(counted=True)),
            aims=Count("pk", filter=Q(kind=Kind.AIM)),
            contexts=Count("pk", filter=Q(kind=Kind.CONTEXT)),
            envelopes=Count("pk", filter=Q(commitment__composition=Composition.ENVELOPE)),
            components=Count("pk", filter=Q(commitment__composition=Composition.COMPONENT)),
            without_test=Count("pk", filter=_no_test()),
        )
    )
    entries = asked.public(EntryVersion.objects.filter(entry__plan=plan)).aggregate(
        entries=Count("pk"), undated=Count("pk", filter=Q(happened_to=None))
    )
    meetings = asked.public(MeetingVersion.objects.filter(meeting__plan=plan)).aggregate(
        meetings=Count("pk"), held=Count("pk", filter=Q(state=MeetingState.HELD))
    )
    sources, institutions = plan.sources.count(), institutions_of(asked).count()
    return Counts(**found, **entries, **meetings, sources=sources, institutions=institutions)


def _no_test() -> Q:
    return Q(**{f"wording__completion_test_{code}": "" for code in ("en", "fr", "es")})


def origin_counts(asked: Asked) -> list[tuple[Origin, Sentence, int]]:
    """How many commitments each origin has; one commitment may have several."""
    rows = asked.public(Citation.objects.filter(commitment__plan=asked.plan)).exclude(origin="")
    found = dict(
        rows.order_by().values_list("origin").annotate(number=Count("commitment", distinct=True))
    )
    return [(origin, rule, found.get(origin, 0)) for origin, rule in ORIGIN_RULES.items()]


def opened_on(plan: Plan) -> dt.date | None:
    """The day this record was opened, in the plan's time zone."""
    return day_of(plan.opened_at, plan.time_zone) if plan.opened_at else None


@public_page()
def method(request: HttpRequest, asked: Asked) -> HttpResponse:
    context = {
        "counts": counts_of(asked),
        "origins": origin_counts(asked),
        "gates": [(level, sentence) for level, sentence in GATES.items()],
        "joint_levels": list(JOINT_LEVELS.items()),
        "confidences": list(CONFIDENCE_RULES.items()),
        "flags": [(rule.flag, rule.words(asked.plan)) for rule in FLAG_RULES],
        "source_confidences": list(SourceConfidence),
        "opened_on": opened_on(asked.plan),
        "accessibility_checked": day_words(ACCESSIBILITY_CHECKED),
        "limits": [line for line in asked.plan.limits.splitlines() if line.strip()],
    }
    return render_page(request, "public/method.html", asked, context, current="plan-method")
