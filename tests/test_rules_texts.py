"""Keys for searching and sorting, and the difference of two wordings."""

import pytest

from tracker.rules.texts import Piece, search_key, sort_key, word_diff


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Educación  Técnica", "educacion tecnica"),
        ("L’ÉNERGIE", "l’energie"),
        ("Straße", "strasse"),
        ("  a\n b ", "a b"),
        ("", ""),
    ],
)
def test_searching_is_blind_to_accents_and_case(text, key):
    assert search_key(text) == key


def test_texts_are_joined_and_empty_ones_left_out():
    assert search_key("PRO-05", "", "Été") == "pro-05 ete"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["cote", "coté", "Côte", "île", "zone"]),
        ("es", ["nube", "nz", "ñame", "oso"]),
        ("es", ["nz", "n\u0303ame", "oso"]),
        ("en", ["apple", "Énergie", "zinc"]),
    ],
)
def test_words_sort_as_the_language_does(language, words):
    keys = [sort_key(word, language) for word in words]
    assert keys == sorted(keys)


def test_a_difference_shows_what_stayed_went_and_came():
    assert word_diff("Hold two meetings a year", "Hold three meetings") == [
        Piece("same", "Hold "),
        Piece("removed", "two "),
        Piece("added", "three "),
        Piece("same", "meetings"),
        Piece("removed", "a year"),
    ]


def test_equal_wordings_have_no_difference():
    assert word_diff("as it was", "as it was") == [Piece("same", "as it was")]
    assert word_diff("", "") == []
