"""Texts: keys for searching and sorting, and the difference of two wordings by words."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass


def search_key(*texts: str) -> str:
    """Texts joined, without accents and case, so that "educacion" finds "Educación"."""
    joined = " ".join(text for text in texts if text)
    decomposed = unicodedata.normalize("NFKD", joined.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.split())


def sort_key(text: str, language: str) -> str:
    """A key that sorts as the language does: accents after plain letters, ñ after n in Spanish."""
    folded = unicodedata.normalize("NFC", text.casefold())
    if language == "es":
        folded = folded.replace("ñ", "n\uffff")
    return f"{search_key(folded)}\0{folded}"


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed ("same"), came ("added") or went ("removed")."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The words that stayed, went and came, in reading order."""
    old, new = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", after)
    pieces: list[Piece] = []
    # Compared without the space after them, so that a last word can equal one in the middle.
    words = [[token.rstrip() for token in tokens] for tokens in (old, new)]
    matcher = difflib.SequenceMatcher(a=words[0], b=words[1], autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece("removed", "".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece("added", "".join(new[new_from:new_to])))
    return pieces
