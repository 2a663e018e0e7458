"""The site's key in the ledger, and checkpoints signed with it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.actions.publication import publication
from tracker.actions.refusals import Refusal
from tracker.models import Plan, SigningKey
from tracker.models.checkpoints import signed_checkpoint
from tracker.rules.checkpoints import holds, public_half
from tracker.vocabulary import Act


def enter_key(plan: Plan, *, at: dt.datetime) -> bool:
    """Name the site's key in a plan's ledger, if it is not the one named last.

    Called from the console. Before the first checkpoint of a ledger its key must stand in it. False
    where nothing was to be done. Raises Refusal where the site has no key.
    """
    if settings.SIGNING_KEY is None:
        raise Refusal(_("This site has no signing key: make one with “manage.py rotate_key”."))
    public_key = public_half(settings.SIGNING_KEY)
    named = plan.signing_keys.open().first()
    if named and named.public_key == public_key:
        return False
    with publication(
        plan,
        act=Act.ROTATE_KEY,
        subject=public_key[:16],
        membership=None,
        at=at,
        act_id=uuid.uuid5(uuid.UUID(public_key[:32]), f"{plan.slug} {plan.ledger_size}"),
    ) as record:
        row = named or SigningKey(plan=plan)
        row.public_key = public_key
        record.put(row)
    return True


# Kept outside the database, so that an older database put in its place is noticed.


def keep_checkpoint(plan: Plan, at: dt.datetime) -> None:
    """Keep the newest checkpoint beside the database, after a party has signed the ledger."""
    checkpoint = signed_checkpoint(plan, settings.SIGNING_KEY, at)
    if checkpoint is None:
        return
    path = kept_path(plan)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(checkpoint, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def kept_path(plan: Plan) -> Path:
    return Path(settings.DATA_DIR) / "checkpoints" / f"{plan.slug}.json"


def older_than_kept() -> list[str]:
    """Sentences about plans whose ledger does not hold the checkpoint kept for them."""
    found = []
    for plan in Plan.objects.open():
        path = kept_path(plan)
        if not path.exists():
            continue
        kept = _read(path)
        if kept is None:
            found.append(
                f"The checkpoint kept for {plan.slug} cannot be read, or is not as it was signed."
            )
            continue
        size, head = kept["size"], kept["head"]
        if size and not plan.ledger.filter(sequence=size, hash=head).exists():
            found.append(
                f"The ledger of {plan.slug} has {plan.ledger_size} entries and not the head that a "
                f"party signed at {size}: this database is older than the site was, or another."
            )
    return found


def _read(path: Path) -> dict[str, Any] | None:
    """A kept checkpoint whose signature holds; None for anything else."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_whole = isinstance(kept, dict) and isinstance(kept.get("size"), int) and "head" in kept
    return kept if is_whole and holds(kept) else None


def forget_kept(plan: Plan) -> bool:
    """Start with an older ledger on purpose: the kept checkpoint is put aside, not deleted."""
    path = kept_path(plan)
    if not path.exists():
        return False
    path.replace(path.with_name(f"{path.stem}.put-aside-{plan.ledger_size}.json"))
    return True
