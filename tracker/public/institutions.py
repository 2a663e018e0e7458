"""Ministries and institutions, and the page of one: what it does for the plan, and its names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tracker.filters.institutions import InstitutionFilter
from tracker.models import (
    Decision,
    Funding,
    Institution,
    MeetingParticipant,
    Participant,
    Responsibility,
)
from tracker.models.columns import language_now
from tracker.public.filtering import narrowed
from tracker.public.institution_page import build_institution, institution_in
from tracker.public.pages import Asked, public_page, render_page
from tracker.rules.texts import sort_key
from tracker.vocabulary import InferenceBasis, InstitutionKind

OUTSIDE_THE_PARTIES = (InstitutionKind.INTERNATIONAL, InstitutionKind.FOREIGN)


@dataclass
class InstitutionRow:
    """One institution of the list, with how many commitments it is named or inferred for."""

    institution: Institution
    named: int = 0
    inferred: int = 0


@dataclass
class InstitutionGroup:
    """A part of the list: a party's government, bodies of neither side, or non-government."""

    key: str
    title: str
    rows: list[InstitutionRow] = field(default_factory=list)


def institutions_of(asked: Asked) -> QuerySet[Institution]:
    """The institutions that the plan's record speaks of on the day asked."""
    plan = asked.plan
    parts = asked.public(Responsibility.objects.filter(commitment__plan=plan))
    events = asked.public(Participant.objects.filter(entry__plan=plan, institution__isnull=False))
    meetings = asked.public(MeetingParticipant.objects.filter(meeting__plan=plan))
    money = asked.public(Funding.objects.filter(commitment__plan=plan, provider__isnull=False))
    owners = asked.public(Decision.objects.filter(meeting__plan=plan, owner__isnull=False))
    return Institution.objects.filter(
        Q(pk__in=parts.values("institution"))
        | Q(pk__in=events.values("institution"))
        | Q(pk__in=meetings.values("institution"))
        | Q(pk__in=money.values("provider"))
        | Q(pk__in=owners.values("owner"))
    ).select_related("party")


def institution_groups(asked: Asked, rows: Iterable[Institution]) -> list[InstitutionGroup]:
    """The list in its groups, each sorted as the reader's language does; empty groups left out."""
    groups = {str(party.pk): InstitutionGroup(party.code, party.name) for party in asked.parties}
    groups["outside"] = InstitutionGroup("outside", _("International and third-country bodies"))
    groups["civil"] = InstitutionGroup("civil", _("Outside government"))
    counts = _counts(asked)
    language = language_now()
    for row in sorted(rows, key=lambda row: sort_key(row.name, language)):
        named = counts.get((row.pk, InferenceBasis.NAMED), 0)
        inferred = counts.get((row.pk, InferenceBasis.INFERRED), 0)
        groups[_group_of(row, groups)].rows.append(InstitutionRow(row, named, inferred))
    return [group for group in groups.values() if group.rows]


def _group_of(row: Institution, groups: dict[str, InstitutionGroup]) -> str:
    if row.kind in OUTSIDE_THE_PARTIES:
        return "outside"
    if not row.is_government:
        return "civil"
    key = str(row.party_id)
    return key if key in groups else "outside"


def _counts(asked: Asked) -> dict[tuple[int, str], int]:
    """Commitments per institution and basis."""
    parts = asked.public(Responsibility.objects.filter(commitment__plan=asked.plan))
    found = parts.order_by().values("institution", "basis").annotate(number=Count("pk"))
    return {(row["institution"], row["basis"]): row["number"] for row in found}


@public_page("q", "party", "kind")
def institution_list(request: HttpRequest, asked: Asked) -> HttpResponse:
    everything = institutions_of(asked)
    filters = InstitutionFilter(asked.params, everything, parties=asked.parties)
    narrowing = narrowed(asked, filters)
    groups = institution_groups(asked, narrowing.rows)
    context = {
        "groups": groups,
        "narrowing": narrowing,
        "found": sum(len(group.rows) for group in groups),
        "total": everything.count(),
    }
    return render_page(
        request, "public/institution_list.html", asked, context, current="institution-list"
    )


@public_page()
def institution_detail(request: HttpRequest, asked: Asked, institution: str) -> HttpResponse:
    page = build_institution(asked, institution_in(asked, institution))
    return render_page(
        request, "public/institution.html", asked, {"page": page}, current="institution-list"
    )
