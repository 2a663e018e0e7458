"""The evidence store: files kept once, under their own hash, before the row that names them."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.actions.refusals import Refusal
from tracker.models import Evidence
from tracker.models.reports import evidence_path
from tracker.rules.files import file_fault

CHUNK = 64 * 1024  # bytes


def keep_file(upload: Any) -> tuple[str, str]:
    """Check a file and keep it. Gives its SHA-256 and its name in the store.

    The file is whole on the disk before the row is: a file without its row does no harm. Raises
    Refusal with a sentence for a file that is not taken, or where it cannot be written.
    """
    fault = file_fault(upload.name, upload.size, upload)
    if fault:
        raise Refusal(_("This file cannot be attached."), {"evidence": [fault]})
    try:
        return _keep(upload)
    except OSError as error:
        raise Refusal(_("The file could not be kept: this site cannot write it now.")) from error


def _keep(upload: Any) -> tuple[str, str]:
    store = Path(settings.MEDIA_ROOT) / "evidence"
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = store / f".draft-{secrets.token_hex(8)}"
    try:
        sha256 = _write(draft, upload)
        name = evidence_path(Evidence(sha256=sha256), "")
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft.replace(path)
        _settle(path.parent)
    finally:
        draft.unlink(missing_ok=True)
    return sha256, name


def _write(path: Path, upload: Any) -> str:
    """Write and hash at once; the file is on the disk when this returns."""
    digest = hashlib.sha256()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in _chunks(upload):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _chunks(upload: Any) -> Iterator[bytes]:
    upload.seek(0)
    while chunk := upload.read(CHUNK):
        yield chunk


def _settle(folder: Path) -> None:
    """Make the new name in a folder survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_hash(path: Path) -> str:
    """SHA-256 of a kept file. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
