"""A ledger's size and head at a moment, signed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tracker.models.plans import Plan
from tracker.rules.checkpoints import public_half, signed
from tracker.rules.ledger import instant


def signed_checkpoint(plan: Plan, secret: bytes | None, at: dt.datetime) -> dict[str, Any] | None:
    """Plan, size, head and time, signed with the site's key.

    None where the site has no key, or the ledger does not name it yet: nobody could check it.
    """
    named = plan.signing_keys.filter(public_until=None).first()
    if secret is None or named is None or named.public_key != public_half(secret):
        return None
    fields = {
        "plan": plan.slug,
        "size": plan.ledger_size,
        "head": plan.ledger_head,
        "time": instant(at),
    }
    return signed(fields, secret)
