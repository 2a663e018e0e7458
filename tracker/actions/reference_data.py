"""What of the reference data stays as it is, because other rows rest on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import models
from django.utils.translation import gettext as _

from tracker.actions.refusals import Refusal
from tracker.models import Institution, Plan, PriorityArea, ReportingPeriod

# What may not move while others rest on where it stands: its place, and who rests on it.
PLACES = {PriorityArea: ("pillar_id", "commitments"), Institution: ("party_id", "memberships")}


def refuse_change(
    row: models.Model, relations: Mapping[str, Iterable[models.Model]], at: dt.datetime
) -> None:
    """Raise Refusal where changing a stored row would leave others with what no longer holds."""
    refuse_closed_period(row, at)
    _refuse_move(row)
    _refuse_other_parties(row, relations)


def refuse_closed_period(row: models.Model, at: dt.datetime) -> None:
    if isinstance(row, ReportingPeriod) and row.pk:
        stored = ReportingPeriod.objects.select_related("plan").get(pk=row.pk)
        if stored.is_closed(stored.plan.today(at)):
            raise Refusal(_("%(period)s is closed: it stays as it is.") % {"period": stored})


def _refuse_move(row: models.Model) -> None:
    """An area stays with its commitments’ pillar, an institution with its people’s party."""
    place, users = PLACES.get(type(row), ("", ""))
    if not place or not row.pk:
        return
    stored = type(row)._default_manager.get(pk=row.pk)
    if getattr(stored, place) == getattr(row, place) or not getattr(stored, users).exists():
        return
    name = getattr(stored, users).model._meta.verbose_name_plural
    raise Refusal(
        _("“%(thing)s” is in use (%(users)s): it cannot move.") % {"thing": stored, "users": name}
    )


def _refuse_other_parties(
    row: models.Model, relations: Mapping[str, Iterable[models.Model]]
) -> None:
    """Every standing has a position for each party: none comes or goes once a plan is open."""
    if not isinstance(row, Plan) or row.opened_at is None or "parties" not in relations:
        return
    if set(relations["parties"]) != set(row.parties.all()):
        raise Refusal(_("The parties of an open plan stay as they are."))
