"""The tests' own surroundings hold what they promise."""

import socket

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from tracker.models import Plan, StatusReport, guards


def test_the_real_plan_is_open(real_plan):
    assert real_plan.opened_at
    assert real_plan.commitments.count() == 80


def test_the_clock_stands_at_now(now):
    assert timezone.now().date() == now.date()


def test_no_test_reaches_another_machine():
    with socket.socket() as outside, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))


def test_rate_limits_have_their_table(db):
    cache.set("a", 1)
    assert cache.get("a") == 1


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_nothing_behind(published_report, time):
    assert Plan.objects.get().opened_at
    assert not StatusReport.objects.exists()
    published_report()
    assert not guards.missing(connection)


def test_reports_are_published_with_one_call(published_report):
    assert published_report("PRO-01", "MX").is_published
