"""What stands in for the payloads that redactions took away."""

from __future__ import annotations

from typing import Any

from tracker.models import Plan
from tracker.vocabulary import Act


def stand_ins_of(plan: Plan) -> dict[int, dict[str, Any]]:
    """The last stand-in for each redacted entry of a plan, by its number.

    A redaction may itself be redacted: then what stands in for it counts.
    """
    found: dict[int, dict[str, Any]] = {}
    redactions = plan.ledger.filter(act=Act.REDACT).order_by("-sequence")
    for entry in redactions.iterator():
        payload = entry.payload or found.get(entry.sequence) or {}
        for one in payload.get("redacts", []):
            found.setdefault(one["sequence"], one["payload"])
    return found
