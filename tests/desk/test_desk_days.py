"""Days as people type them."""

import datetime as dt

import pytest
from django.utils import translation

from tracker.forms.days import read_day, written_day

NINTH = dt.date(2026, 10, 9)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-09",
        "2026-10-9",
        " 9 October 2026 ",
        "9 oct 2026",
        "9th October 2026",
        "October 9, 2026",
        "9 octobre 2026",
        "9 oct. 2026",
        "9 de octubre de 2026",
        "9 de octubre del 2026",
        "9 OCTUBRE 2026",
    ],
)
def test_a_day_is_read_in_each_language(text):
    assert read_day(text) == NINTH


@pytest.mark.parametrize(
    "text",
    ["", "October 2026", "2026", "2026-10", "09/10/2026", "10.09.2026", "31 February 2026",
     "9 Brumaire 2026", "2026-13-01", "９ October 2026x", "yesterday"],
)  # fmt: skip
def test_half_wrong_and_ambiguous_days_are_not_guessed(text):
    assert read_day(text) is None


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_written_day_is_read_again(language, month):
    day = dt.date(2026, month, 1)
    with translation.override(language):
        assert read_day(written_day(day)) == day
