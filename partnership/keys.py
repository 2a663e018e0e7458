"""The secret keys of a site: one that signs sessions and links, one that signs checkpoints."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SIGNING = "signing_key"


def secret_key(folder: Path, *, make: bool) -> str:
    """The key kept in the folder; made on first use where that is allowed.

    Raises ImproperlyConfigured with a sentence for the person who starts the site.
    """
    path = folder / "secret_key"
    try:
        if make and not path.exists():
            _write_new_key(path, secrets.token_urlsafe(64))
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


def signing_key(folder: Path, *, make: bool) -> bytes | None:
    """The Ed25519 key (32 bytes) kept in the folder as hexadecimal; None where there is none.

    It never stands in the database. Raises ImproperlyConfigured for a file that holds no key.
    """
    path = folder / SIGNING
    try:
        if make and not path.exists():
            _write_new_key(path, secrets.token_hex(32))
        return read_signing_key(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"The signing key {path} cannot be read or made ({error.__class__.__name__})."
        ) from error


def read_signing_key(text: str) -> bytes:
    """A key from its 64 hexadecimal digits. Raises ImproperlyConfigured."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured("The signing key must be 64 hexadecimal digits.")
    return key


def replace_signing_key(folder: Path, stamp: str) -> bytes:
    """Make a new signing key; the old file stays beside it under a name with `stamp`."""
    path = folder / SIGNING
    if path.exists():
        path.replace(path.with_name(f"{SIGNING}.until-{stamp}"))
    key = secrets.token_hex(32)
    _write_new_key(path, key)
    return bytes.fromhex(key)


def _write_new_key(path: Path, key: str) -> None:
    """Write a key that only this user can read. Of two processes at once, one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process was first: its key is the key
    finally:
        draft.unlink()
