"""Compile the translations (.po) into what gettext reads (.mo), without gettext's own tools."""

import os
from pathlib import Path

import polib


def compile_catalogues(folder: Path) -> list[Path]:
    """Compile each catalogue that is newer than its compiled form; those compiled."""
    return [
        catalogue for catalogue in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _compile(catalogue)
    ]


def _compile(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
        return False
    # Beside it, then in its place at once: several processes may start together.
    draft = compiled.with_suffix(f".{os.getpid()}.mo")
    polib.pofile(str(catalogue)).save_as_mofile(str(draft))
    draft.replace(compiled)
    return True
