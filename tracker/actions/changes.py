"""The parts of a thing that change together: what a form's rows ask to put and to withdraw."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.actions.publication import Publication
from tracker.models import Commitment
from tracker.models.columns import Spanned


@dataclass
class Changes:
    """Rows to publish (new, or stored ones with other values) and rows to withdraw."""

    put: list[Spanned] = field(default_factory=list)
    withdraw: list[Spanned] = field(default_factory=list)

    def apply(self, record: Publication) -> None:
        """Withdraw first: a row may take the place of one that goes."""
        for row in self.withdraw:
            record.withdraw(type(row)._default_manager.get(pk=row.pk))
        for row in self.put:
            record.put(row)

    def commitments(self) -> list[Commitment]:
        """Commitments the rows belong to or bear on."""
        rows = [*self.put, *self.withdraw]
        found = (getattr(row, "commitment", None) for row in rows)
        return [commitment for commitment in found if commitment]
