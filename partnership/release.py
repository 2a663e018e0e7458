"""The release that is running, as a hash of what pages are made of: part of every page's ETag."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("tracker", "templates", "static", "locale", "partnership")
ENDINGS = {".py", ".html", ".css", ".js", ".po", ".svg"}


def release_of(root: Path) -> str:
    """SHA-256 over names and contents, shortened; the same on every machine with the same files."""
    found = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in ENDINGS and path.is_file():
                found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


RELEASE = release_of(ROOT)
