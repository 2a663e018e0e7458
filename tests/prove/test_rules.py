"""Long random walks through the life of reports."""

import pytest

from tests.workflow import walk


@pytest.mark.prove_rules
def test_any_order_of_acts_keeps_the_record(real_plan):
    walk(100, steps=50)
