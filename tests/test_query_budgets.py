"""How many questions a page asks the database: within budget, the same at ten times the rows."""

from __future__ import annotations

import uuid

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.scene import address
from tracker.actions.report_publication import publish_report
from tracker.actions.reports import share_report
from tracker.models import MeetingVersion, Plan, StatusReport

DAY = "2026-06-01"
BUDGETS = {"": 10, "commitments/": 8}
OTHERS = 15
FIRST_ENTRY = "ledger/1/"
DESK = 15
pytestmark = pytest.mark.no_cover


def queries(client: Client, url: str) -> int:
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as caught:
        response = client.get(url)
    assert response.status_code == 200, url
    return len(caught)


def pages(plan: Plan) -> list[str]:
    """Every public page; of things the one with most to show."""
    busy = plan.commitments.order_by("position").first().reference
    reported = plan.commitments.filter(reports__isnull=False).order_by("position").first()
    found = [
        "", "pillars/", "commitments/", "institutions/", "meetings/", "timeline/",
        "announcement/", "sources/", "method/", "changes/", "compare/", "periods/",
        "periods/2026-q3/", "ledger/", FIRST_ENTRY, "commitments/?sort=report",
        "commitments/?q=a&level=under-way&level=planned&sort=target",
        f"commitments/{reported.reference if reported else busy}/",
    ]  # fmt: skip
    meeting = MeetingVersion.objects.open().filter(meeting__plan=plan).order_by("pk").first()
    if meeting:
        found.append(f"meetings/{meeting.meeting.slug}/")
    body = plan.parties.order_by("pk").first().institutions.order_by("pk").first()
    return [*found, f"institutions/{body.slug}/"]


def counts(plan: Plan) -> dict[str, int]:
    """Questions for each page, today and on an earlier day."""
    client = Client()
    found = {}
    for path in pages(plan):
        url = f"/en/plans/{plan.slug}/{path}"
        found[path] = queries(client, url)
        if path == FIRST_ENTRY:
            continue  # the record of sources of that day is older than the ledger
        found[f"{path} as of"] = queries(client, f"{url}{'&' if '?' in url else '?'}as_of={DAY}")
    return found


def over(found: dict[str, int]) -> dict[str, int]:
    return {
        path: count
        for path, count in found.items()
        if count > BUDGETS.get(path.removesuffix(" as of").split("?")[0], OTHERS)
    }


def test_the_real_plan_keeps_its_budgets(real_plan):
    for reference in ("PRO-01", "PRO-27", "PRO-05"):
        factories.make_published(reference, "CA")
    assert over(counts(real_plan)) == {}


def test_queries_do_not_grow_with_ten_times_the_rows(sample_plan, request):
    before = counts(sample_plan)
    assert over(before) == {}
    tenfold = request.getfixturevalue("sample_tenfold")
    after = counts(tenfold)
    assert {
        path: (before[path], after[path]) for path in before if after[path] > before[path]
    } == {}


@pytest.mark.parametrize("who", ["canada_official", "canada_coordinator"])
def test_the_desk_keeps_its_budget(real_plan, client_of, request, who):
    theirs = factories.make_published("PRO-27", "MX")
    report = factories.make_submitted("PRO-27", "CA")
    urls = [address(name, real_plan.slug) for name in ("desk-work", "desk-board")]
    urls += [
        address("report-write", real_plan.slug, "CA", "PRO-28"),
        address("report-review", report.pk),
    ]
    if who == "canada_coordinator":
        urls += [address("desk-queue", real_plan.slug), address("report-concur", theirs.pk)]
        urls += [address("proposal-list", real_plan.slug)]
        urls += [address("proposal-write", real_plan.slug, "PRO-27", "wording")]
        urls += [address("redaction-write", real_plan.slug, 1)]
        urls += [address("period-work", real_plan.slug, "2026-q3")]
    client = client_of(request.getfixturevalue(who))
    found = {url: queries(client, url) for url in urls}
    assert {url: count for url, count in found.items() if count > DESK} == {}


def test_publishing_costs_twenty_queries_however_long_the_history(real_plan, canada_coordinator):
    def cost() -> int:
        rights = factories.rights_at(canada_coordinator)
        report = fetched(factories.make_submitted("PRO-27", "CA"))
        if report.corrects_id:
            share_report(report, rights=rights, at=factories.NOW)
        with CaptureQueriesContext(connection) as caught:
            publish_report(report, rights=rights, at=factories.NOW, act_id=uuid.uuid4())
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in caught)

    first = cost()
    for _time in range(5):
        cost()
    last = cost()
    assert (first, last) <= (20, 20)
    assert last <= first + 2  # the report that is corrected, and whether there is a side to tell


def fetched(report: StatusReport) -> StatusReport:
    """As the desk fetches it, with what belongs to it."""
    rows = StatusReport.objects.select_related("commitment__plan", "party", "period")
    return rows.get(pk=report.pk)
