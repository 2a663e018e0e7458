"""The French and Spanish catalogues: complete, true to their messages, and up to date."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.utils import translation

from tracker.templatetags.shapes import age
from tracker.vocabulary import Level

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|</?[a-z]+[^>]*>")
GETTEXT = ("xgettext", "msguniq", "msgmerge", "msgattrib")
LANGUAGES = pytest.mark.parametrize("language", ["fr", "es"])


def catalogue(language, root=ROOT):
    return polib.pofile(str(root / "locale" / language / "LC_MESSAGES" / "django.po"))


def identity(entry):
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


def forms(entry):
    """Each translation of an entry with the message it stands for."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid_plural, text) for text in entry.msgstr_plural.values()]


# The files --------------------------------------------------------------------------------------


@LANGUAGES
def test_the_header_says_the_language_and_its_plural_forms(language):
    metadata = catalogue(language).metadata
    assert metadata["Project-Id-Version"] == "partnership-tracker"
    assert metadata["Language"] == language
    assert re.match(r"nplurals=[23]; plural=.*n", metadata["Plural-Forms"])


@LANGUAGES
def test_every_message_is_translated_and_no_translation_is_a_guess(language):
    entries = catalogue(language)
    left = [entry.msgid for entry in entries if not all(text for _source, text in forms(entry))]
    guessed = [entry.msgid for entry in entries if entry.fuzzy]
    obsolete = [entry.msgid for entry in entries if entry.obsolete]
    assert (left, guessed, obsolete) == ([], [], [])


@LANGUAGES
def test_every_plural_form_of_the_header_is_filled(language):
    entries = catalogue(language)
    number = int(re.search(r"nplurals=(\d)", entries.metadata["Plural-Forms"])[1])
    short = [
        entry.msgid
        for entry in entries
        if entry.msgid_plural and sorted(entry.msgstr_plural) != list(range(number))
    ]
    assert short == []


@LANGUAGES
def test_placeholders_and_tags_are_those_of_the_message(language):
    """A form may leave its number out ("one thing") where the message's own singular does."""
    differing = []
    for entry in catalogue(language):
        singular = sorted(PLACEHOLDER.findall(entry.msgid))
        for source, text in forms(entry):
            found = sorted(PLACEHOLDER.findall(text))
            if found != sorted(PLACEHOLDER.findall(source)) and found != singular:
                differing.append((entry.msgid, text))
    assert differing == []


@LANGUAGES
def test_line_ends_and_outer_spaces_are_those_of_the_message(language):
    """Parts of sentences are joined as they stand: a lost space would join two words."""

    def outside(text):
        return re.match(r"[ \n]*", text)[0], re.search(r"[ \n]*$", text)[0]

    differing = [
        (entry.msgid, text)
        for entry in catalogue(language)
        for source, text in forms(entry)
        if outside(source) != outside(text)
    ]
    assert differing == []


def test_extracting_again_finds_no_message_that_a_catalogue_lacks(tmp_path):
    missing = [tool for tool in GETTEXT if not shutil.which(tool)]
    if missing:
        sentence = f"GNU gettext is not installed here ({', '.join(missing)})."
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(sentence)
        pytest.skip(sentence)
    for folder in ("locale", "partnership", "templates", "tracker"):
        unwanted = shutil.ignore_patterns("__pycache__", "*.mo")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=unwanted)
    shutil.copy(ROOT / "manage.py", tmp_path)
    done = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "fr", "-l", "es",
         "--no-location", "--no-obsolete"],
        cwd=tmp_path,
        env={**os.environ, "TRACKER_DATA": str(tmp_path / "data"), "TRACKER_PRODUCTION": "0"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lacking = {}
    for language in ("fr", "es"):
        known = {identity(entry) for entry in catalogue(language)}
        found = {identity(entry) for entry in catalogue(language, tmp_path)}
        assert found, "Nothing was extracted."
        lacking[language] = sorted(message for _context, message, _plural in found - known)
    assert lacking == {"fr": [], "es": []}


# What the reader sees ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("en", 1, "1 day ago"),
        ("en", 2, "2 days ago"),
        ("en", 5, "5 days ago"),
        ("en", 1_000_000, "1000000 days ago"),
        ("fr", 1, "il y a 1 jour"),
        ("fr", 2, "il y a 2 jours"),
        ("fr", 5, "il y a 5 jours"),
        ("fr", 1_000_000, "il y a 1000000 jours"),
        ("es", 1, "hace 1 día"),
        ("es", 2, "hace 2 días"),
        ("es", 5, "hace 5 días"),
        ("es", 1_000_000, "hace 1000000 de días"),
    ],
)
def test_a_number_is_told_in_the_form_its_language_asks_for(language, days, words):
    with translation.override(language):
        shown = str(age(days)).replace("\u00a0", " ")
    assert shown == f'<span class="age">{words}</span>'


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Réalisé en grande partie"),
        ("es", "Cumplido en gran parte"),
    ],
)
def test_levels_are_told_in_the_words_fixed_for_them(language, words):
    with translation.override(language):
        assert str(Level.SUBSTANTIALLY.label) == words
