"""The list of commitments: filters and sorting live in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Subquery, Value, When, Window
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker.filters.commitments import CommitmentFilter, Scope
from tracker.public.filtering import Chip
from tracker.public.pages import Asked, BadQuestion, legible, public_page, render_page
from tracker.public.paging import page_number
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.vocabulary import Level

PER_PAGE = 100
FILTERS = (*CommitmentFilter.MAIN, *CommitmentFilter.MORE)
SEVERAL = ("area", "level", "flag")

# From the least to the furthest; what stands outside the order and what is not reported come last.
STEPS = Case(
    *[When(level=level.value, then=Value(level.step)) for level in Level.ordered()],
    When(level="", then=Value(-2)),
    default=Value(-1),
    output_field=IntegerField(),
)
PLAIN = ("position", "pk")
SORTS: dict[str, tuple[Any, ...]] = {
    "": PLAIN,
    "target": (F("wording__target_to").asc(nulls_last=True), *PLAIN),
    "report": (F("last_published_at").desc(nulls_last=True), *PLAIN),
    "level": (STEPS.desc(), *PLAIN),
}
# What stands after the count: "19 of 80 commitments, in the plan’s order".
ORDERS = {
    "": gettext_lazy("in the plan’s order"),
    "target": gettext_lazy("earliest target date first"),
    "report": gettext_lazy("latest report first"),
    "level": gettext_lazy("furthest level first"),
}
SORT_NAMES = {
    "": gettext_lazy("plan’s order"),
    "target": gettext_lazy("target date"),
    "report": gettext_lazy("last report"),
    "level": gettext_lazy("level"),
}


@dataclass
class Sort:
    """A way to sort, and its address."""

    key: str
    name: str
    url: str
    current: bool


@dataclass
class CommitmentList:
    """All that the page says, without HTML."""

    filter: CommitmentFilter
    rows: list[StandingRow]
    page: Page
    found: int
    total: int
    sort: str
    query: QueryDict

    @property
    def headline(self) -> str:
        """ "19 of 80 commitments, in the plan’s order"."""
        numbers = {"found": self.found, "total": self.total}
        counted = ngettext(
            "%(found)d of %(total)d commitment", "%(found)d of %(total)d commitments", self.total
        )
        return f"{counted % numbers}, {ORDERS[self.sort]}"

    @property
    def chips(self) -> list[Chip]:
        form = self.filter.form
        return [
            Chip(str(form.fields[name].label), self._words(name, value), self._without(name, value))
            for name in FILTERS
            for value in self.query.getlist(name)
        ]

    @property
    def sorts(self) -> list[Sort]:
        return [
            Sort(key, str(name), self._address(sort=key), key == self.sort)
            for key, name in SORT_NAMES.items()
        ]

    @property
    def clear_url(self) -> str:
        """The whole list, on the same day and in the same order."""
        query = QueryDict(mutable=True)
        for name in ("as_of", "sort"):
            if name in self.query:
                query.setlist(name, self.query.getlist(name))
        return f"?{query.urlencode()}"

    @property
    def main_fields(self) -> list[Any]:
        return [self.filter.form[name] for name in CommitmentFilter.MAIN]

    @property
    def more_fields(self) -> list[Any]:
        return [self.filter.form[name] for name in CommitmentFilter.MORE]

    @property
    def more_is_open(self) -> bool:
        return any(name in self.query for name in CommitmentFilter.MORE)

    def _words(self, name: str, value: str) -> str:
        choices = dict(getattr(self.filter.form.fields[name], "choices", []))
        return str(choices.get(value, value))

    def _without(self, name: str, value: str) -> str:
        query = self.query.copy()
        query.setlist(name, [one for one in query.getlist(name) if one != value])
        query.pop("page", None)
        return f"?{query.urlencode()}"

    def _address(self, *, sort: str) -> str:
        query = self.query.copy()
        query.pop("page", None)
        query.pop("sort", None)
        if sort:
            query["sort"] = sort
        return f"?{query.urlencode()}"


@public_page(*FILTERS, "sort", "page")
def commitment_list(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Every commitment with both positions, narrowed by what the address asks."""
    context = {"list": build_list(asked)}
    return render_page(
        request, "public/commitment_list.html", asked, context, current="commitment-list"
    )


def build_list(asked: Asked) -> CommitmentList:
    """The list the address asks for. Raises BadQuestion naming the value that means nothing."""
    sort, number = _sort(asked.params), page_number(asked.params)
    narrowed = checked_filter(asked)
    counted = narrowed.qs.annotate(found=Window(Count("*")), total=_total(asked))
    first = (number - 1) * PER_PAGE
    rows = rows_of(asked, counted.order_by(*SORTS[sort])[first : first + PER_PAGE])
    if rows:
        found, total = rows[0].standing.found, rows[0].standing.total  # type: ignore[attr-defined]
    else:
        found, total = 0, standings(asked).count()
    if number > 1 and not rows:
        raise BadQuestion(_("The list has no page %(number)d.") % {"number": number})
    paginator: Any = Paginator(range(found), PER_PAGE)
    page = Page(rows, number, paginator)
    return CommitmentList(narrowed, rows, page, found, total, sort, asked.query)


def checked_filter(asked: Asked) -> CommitmentFilter:
    """The filters of the address, bound and sound. Raises BadQuestion."""
    for name in FILTERS:
        if name not in SEVERAL and len(asked.params.getlist(name)) > 1:
            raise BadQuestion(
                _("“%(name)s” stands in the address more than once.") % {"name": name}
            )
    scope = Scope(asked.plan, asked.day, asked.periods_followed_up, asked.public)
    narrowed = CommitmentFilter(asked.params, standings(asked), scope=scope)
    for name in narrowed.form.errors:
        raise BadQuestion(_bad_value(name, asked.params.getlist(name), narrowed))
    return narrowed


def _bad_value(name: str, values: list[str], narrowed: CommitmentFilter) -> str:
    known = {str(key) for key, _label in getattr(narrowed.form.fields[name], "choices", [])}
    strange = next((value for value in values if value not in known), values[0])
    return _("“%(value)s” is not a value we know for “%(label)s” (%(name)s).") % {
        "value": legible(strange),
        "label": narrowed.form.fields[name].label,
        "name": name,
    }


def _total(asked: Asked) -> Any:
    """How many commitments were public on the day, whatever the filters."""
    everything = standings(asked).order_by().values("plan").annotate(all=Count("pk")).values("all")
    return Coalesce(Subquery(everything), 0)


def _sort(params: QueryDict) -> str:
    asked_for = params.getlist("sort")
    if len(asked_for) > 1 or any(one not in SORTS for one in asked_for):
        raise BadQuestion(
            _("The list cannot be sorted by “%(text)s”: choose target, report or level.")
            % {"text": legible(asked_for[-1])}
        )
    return asked_for[0] if asked_for else ""
