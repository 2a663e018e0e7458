"""Short random walks through the life of reports; bin/prove takes long ones."""

import pytest
from django.db import connection

from tests.workflow import walk


@pytest.mark.no_cover
def test_any_order_of_acts_keeps_the_record(real_plan):
    walk(50 if connection.vendor == "sqlite" else 15, steps=30)
