"""Long random walks through the acts on the record: 500 on SQLite, 100 on PostgreSQL."""

import pytest
from django.db import connection

from tests.workflow import walk

LOTS = 5  # so that several can be walked at once


@pytest.mark.prove_rules
@pytest.mark.parametrize("lot", range(LOTS))
def test_any_order_of_acts_keeps_the_record(real_plan, lot):
    postgres = connection.vendor == "postgresql"
    walk(100 // LOTS if postgres else 100, steps=50, lot=lot)
