"""The sample made on an earlier day; apart, for it cannot stand beside the whole one."""

import datetime as dt
from pathlib import Path

from tracker.actions.standing_check import standing_faults
from tracker.importing.sample import open_sample
from tracker.models import StatusReport

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "sample"


def test_what_lies_after_the_day_has_not_happened(db):
    plan = open_sample(FOLDER, dt.datetime(2024, 2, 1, tzinfo=dt.UTC))
    last = StatusReport.objects.order_by("published_at").last()
    assert str(last.period) == "2023 Q4"
    assert list(standing_faults(plan)) == []
