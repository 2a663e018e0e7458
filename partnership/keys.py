"""The secret key that signs sessions and links."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_key(folder: Path, *, make: bool) -> str:
    """The key kept in the folder; made on first use where that is allowed.

    Raises ImproperlyConfigured with a sentence for the person who starts the site.
    """
    path = folder / "secret_key"
    try:
        if make and not path.exists():
            _write_new_key(path)
        key = path.read_text(encoding="ascii").strip()
    except FileNotFoundError as missing:
        raise ImproperlyConfigured(
            f"There is no secret key: set SECRET_KEY, or put one in {path}."
        ) from missing
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"The secret key {path} cannot be read or made ({error.__class__.__name__}): "
            "make the folder writable, or name another with TRACKER_DATA."
        ) from error
    return key


def _write_new_key(path: Path) -> None:
    """Write a key that only this user can read. Of two processes at once, one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"secret_key.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process was first: its key is the key
    finally:
        draft.unlink()
