"""What is done without a person: set times, ends of proposals, closing days. Again and again."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command

from tests import factories
from tests.factories import NOW, PLAN, make_submitted, rights_at
from tests.joint import accept_plan, after, changing, proposed, size
from tests.test_joint_acts import read
from tracker.actions import joint_acts, report_publication
from tracker.actions.report_publication import schedule_report
from tracker.actions.standing_check import standing_faults
from tracker.actions.verification import faults_of
from tracker.management.commands import run_due
from tracker.models import Plan, Proposal, StatusReport
from tracker.vocabulary import Level, ProposalState, ReportState

SET_TIME = after(2)
LATER = after(95)  # every proposal has ended, the third quarter is closed


@pytest.fixture
def scheduled(real_plan):
    """A report approved for a set time."""
    return approved("PRO-01")


# Each of the three ------------------------------------------------------------------------------


def test_nothing_is_due_and_nothing_is_done(scheduled):
    proposed()
    entries = size()
    assert run(NOW) == ""
    assert size() == entries


def test_a_report_is_published_at_its_set_time_or_soon_after(scheduled):
    assert run(SET_TIME - dt.timedelta(seconds=1)) == ""
    said = run(after(2.01))
    assert said == "published: PRO-01, Canada, 2026 Q3\n"
    report = StatusReport.objects.get(pk=scheduled.pk)
    assert (report.state, report.published_at) == (ReportState.PUBLISHED, after(2.01))
    assert report.published_by == factories.coordinators_of("CA")[0]


def test_a_missed_run_publishes_while_the_period_is_open(scheduled):
    """The closing day comes before the next run: the report goes back, with the reason."""
    assert "published" not in run(LATER)
    report = StatusReport.objects.get(pk=scheduled.pk)
    assert report.state == ReportState.SUBMITTED
    assert "is closed" in report.events.latest("pk").note


def test_who_may_no_longer_publish_does_not_by_a_set_time(scheduled):
    factories.coordinators_of("CA")[0].memberships.update(ends_on=after(1).date())
    run(after(3))
    assert StatusReport.objects.get(pk=scheduled.pk).state == ReportState.SUBMITTED


def test_a_proposal_lapses(real_plan):
    proposal = proposed()
    assert run(LATER) == f"proposal ended: {proposal}\nperiod closed: 2026 Q3\n"
    assert state_of(proposal) == ProposalState.LAPSED


def test_what_was_announced_is_public_after_the_courtesy_days(real_plan):
    accept_plan()
    proposal = proposed(read("PRO-01", Level.PLANNED), by="secretariat")
    run(after(5))
    assert state_of(proposal) == ProposalState.OPEN
    run(after(12))
    assert state_of(proposal) == ProposalState.ACCEPTED


def test_a_period_is_closed_after_its_day(real_plan):
    assert run(after(7)) == ""  # 29 November, its last day
    assert run(after(8)) == "period closed: 2026 Q3\n"


# Again ------------------------------------------------------------------------------------------


def test_run_twice_it_does_nothing_more(scheduled):
    proposed()
    run(after(3))
    run(LATER)
    entries, revision = size(), Plan.objects.get(slug=PLAN).revision
    assert run(LATER) == ""
    assert run(after(96)) == ""
    assert (size(), Plan.objects.get(slug=PLAN).revision) == (entries, revision)


def test_the_record_holds_after_it(scheduled):
    accept_plan()
    proposed(read("PRO-02", Level.PLANNED), by="secretariat")
    run(after(3))
    run(LATER)
    plan = Plan.objects.get(slug=PLAN)
    assert list(faults_of(plan)) == []
    assert list(standing_faults(plan)) == []


# One that fails ---------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", [name for name, _do in run_due.JOBS])
def test_one_job_that_fails_does_not_keep_the_others(scheduled, monkeypatch, failing):
    secret = "what a person wrote"
    proposal = proposed(changing("PRO-02", title_en="Other"))

    def fail(at):
        raise RuntimeError(secret)

    jobs = [(name, fail if name == failing else do) for name, do in run_due.JOBS]
    monkeypatch.setattr(run_due, "JOBS", jobs)
    out = io.StringIO()
    with pytest.raises(CommandError, match=failing) as told:
        run(LATER, out)
    assert secret not in str(told.value)
    done = {
        "published": StatusReport.objects.get(pk=scheduled.pk).state != ReportState.SCHEDULED,
        "proposal ended": state_of(proposal) == ProposalState.LAPSED,
        "period closed": "period closed: 2026 Q3" in out.getvalue(),
    }
    assert done == {name: name != failing for name in done}


def test_what_failed_is_done_by_the_next_run(real_plan, monkeypatch):
    proposal = proposed()
    with monkeypatch.context() as patch:
        patch.setattr(joint_acts, "_end", failing_for(proposal))
        with pytest.raises(CommandError):
            run(LATER)
    assert state_of(proposal) == ProposalState.OPEN
    run(LATER)
    assert state_of(proposal) == ProposalState.LAPSED


def test_one_proposal_that_fails_does_not_keep_the_others(real_plan, monkeypatch):
    first, second = proposed(), proposed(changing("PRO-02", title_en="Other"))
    monkeypatch.setattr(joint_acts, "_end", failing_for(first))
    with pytest.raises(CommandError):
        run(LATER)
    assert (state_of(first), state_of(second)) == (ProposalState.OPEN, ProposalState.LAPSED)


def test_one_report_that_fails_does_not_keep_the_others(scheduled, monkeypatch):
    other = approved("PRO-02")
    publish = report_publication._publish

    def fail(report, *given):
        if report.pk == scheduled.pk:
            raise RuntimeError
        return publish(report, *given)

    monkeypatch.setattr(report_publication, "_publish", fail)
    with pytest.raises(CommandError):
        run(after(3))
    assert StatusReport.objects.get(pk=other.pk).state == ReportState.PUBLISHED


# As long as the parent runs ---------------------------------------------------------------------


def test_it_goes_on_as_long_as_its_parent_runs(real_plan, monkeypatch):
    runs, waits = [], iter([True, True, False])
    monkeypatch.setattr(run_due.Command, "run_once", lambda self, at: runs.append(at) or ["failed"])
    monkeypatch.setattr(run_due.Command, "wait", lambda self, seconds, parent: next(waits))
    monkeypatch.setattr(run_due, "close_old_connections", lambda: None)
    call_command("run_due", every=60)  # a failure is no reason to stop
    assert len(runs) == 3


def test_it_ends_as_soon_as_its_parent_has(monkeypatch):
    slept = []
    monkeypatch.setattr(run_due.time, "sleep", slept.append)
    parents = iter([7, 7, 1])
    monkeypatch.setattr(run_due.os, "getppid", lambda: next(parents))
    assert run_due.Command().wait(60, 7) is False
    assert len(slept) == 2


# Helpers ----------------------------------------------------------------------------------------


def run(at, out=None):
    """What the command says, at a moment."""
    out = out or io.StringIO()
    with time_machine.travel(at, tick=False):
        call_command("run_due", stdout=out)
    return out.getvalue()


def approved(reference):
    report = make_submitted(reference, "CA")
    rights = rights_at(factories.coordinators_of("CA")[0])
    schedule_report(report, publish_at=SET_TIME, rights=rights, at=NOW)
    return report


def state_of(proposal):
    return Proposal.objects.get(pk=proposal.pk).state


def failing_for(proposal):
    end = joint_acts._end

    def fail(one, at):
        if one.pk == proposal.pk:
            raise RuntimeError
        end(one, at)

    return fail
