"""Five hundred mutants of rows, entries and evidence files: the first bad one is named, always."""

import pytest

from tests.test_tampering import record, try_mutant

__all__ = ["record"]

pytestmark = [pytest.mark.django_db, pytest.mark.prove_rules]


@pytest.mark.parametrize("number", range(500))
def test_a_mutant_is_named(record, number, monkeypatch):
    try_mutant(number, monkeypatch)
