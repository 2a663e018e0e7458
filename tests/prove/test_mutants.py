"""Five hundred mutants of rows, entries and evidence files: the first bad one is named, always."""

import os

import pytest

os.environ.setdefault("TRACKER_MUTANTS", "500")

from tests.test_tampering import (
    record,
    test_a_mutant_is_named,
    test_nothing_is_found_where_nothing_was_changed,
)

__all__ = ["record", "test_a_mutant_is_named", "test_nothing_is_found_where_nothing_was_changed"]

pytestmark = [pytest.mark.django_db, pytest.mark.prove_rules]
