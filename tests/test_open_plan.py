"""A plan comes into the record whole or not at all, and every complaint says where to look."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tracker.importing.plan_files import PlanFileFault, open_plan_from, read_rows
from tracker.models import Commitment, LedgerEntry, Plan, Source
from tracker.models import Party as PartyModel

pytestmark = pytest.mark.django_db

SAMPLE = settings.BASE_DIR / "fixtures" / "sample"
SLUG = "borealia-meridia"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample's files, to be broken."""
    return Path(shutil.copytree(SAMPLE, tmp_path / SLUG))


@pytest.fixture
def broken(folder: Path) -> Callable[[str, str, str], Path]:
    """broken("commitments.yaml", "what stands there", "what stands there instead")."""

    def break_file(name: str, before: str, after: str) -> Path:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text, f"{before!r} is not in {name}: the test breaks nothing"
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        return folder

    return break_file


def counts() -> tuple[int, ...]:
    return tuple(m.objects.count() for m in (Plan, PartyModel, Commitment, Source, LedgerEntry))


BREAKS = [
    ("unknown field", "pillars.yaml", "    slug: borealia-meridia\n", "    slag: x\n", "slag"),
    ("unknown choice", "commitments.yaml", "kind: continuing", "kind: forever", "kind"),
    ("unknown reference", "commitments.yaml", "pillar: [borealia-meridia, 1]",
     "pillar: [borealia-meridia, 9]", "pillar"),
    ("not a day", "pillars.yaml", "announced_on: 2023-09-15", "announced_on: soon",
     "announced_on"),
    ("not a thing", "ministries.yaml", "model: tracker.institution", "model: auth.group",
     "auth.group"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "before", "after", "named"),
    [case[1:] for case in BREAKS],
    ids=[case[0] for case in BREAKS],
)
def test_a_broken_row_is_named_with_file_line_and_field(
    real_plan: Plan, broken, now, name: str, before: str, after: str, named: str
) -> None:
    stood = counts()
    with pytest.raises(PlanFileFault) as fault:
        open_plan_from(broken(name, before, after), now)
    said = str(fault.value)
    assert said.startswith(f"{name}, line ")
    assert named in said
    assert counts() == stood


def test_half_a_date_is_refused_by_the_rule_of_the_record(real_plan: Plan, broken, now) -> None:
    stood = counts()
    folder = broken("commitments.yaml", "    target_to: ", "    target_note_en: ")
    with pytest.raises(PlanFileFault, match=r"commitments\.yaml, line \d+.*both days"):
        open_plan_from(folder, now)
    assert counts() == stood


def test_a_row_that_stands_twice_is_refused(real_plan: Plan, folder: Path, now) -> None:
    path = folder / "sources.yaml"
    first = path.read_text(encoding="utf-8")
    start = first.index("- model: tracker.source")
    end = first.index("- model: tracker.source", start + 1)
    path.write_text(first + "\n" + first[start:end], encoding="utf-8")
    stood = counts()
    with pytest.raises(PlanFileFault, match=r"sources\.yaml, line \d+"):
        open_plan_from(folder, now)
    assert counts() == stood


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- model: [", "not readable as YAML"),
        ("model: tracker.plan", "must be a list"),
        ("- just words", "A row has a model and fields"),
        ("- model: tracker.party\n  fields: 7", "A row has a model and fields"),
        ("- 2023-99-99", r"pillars\.yaml, line 1"),
    ],
)
def test_a_file_of_another_shape_is_said_in_a_sentence(
    real_plan: Plan, folder: Path, now, text: str, said: str
) -> None:
    (folder / "pillars.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanFileFault, match=said):
        open_plan_from(folder, now)


def test_a_file_in_another_encoding_is_said_in_a_sentence(folder: Path, now) -> None:
    (folder / "pillars.yaml").write_bytes("# México".encode("latin-1"))
    with pytest.raises(PlanFileFault, match="not readable as YAML"):
        open_plan_from(folder, now)


def test_files_without_a_plan_are_refused(real_plan: Plan, tmp_path: Path, now) -> None:
    with pytest.raises(PlanFileFault, match="exactly one plan"):
        open_plan_from(tmp_path, now)


def test_an_empty_or_missing_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing\n", encoding="utf-8")
    assert list(read_rows(tmp_path / "empty.yaml")) == []
    assert list(read_rows(tmp_path / "missing.yaml")) == []


def test_a_second_open_plan_is_refused_and_changes_nothing(real_plan: Plan) -> None:
    stood = counts()
    with pytest.raises(CommandError, match="open already; nothing was changed"):
        call_command("open_plan")
    assert counts() == stood


def test_an_open_plan_is_left_alone_when_asked_to_open_only_an_empty_record(
    real_plan: Plan,
) -> None:
    stood = counts()
    call_command("open_plan", "--if-empty")
    assert counts() == stood


def test_the_command_says_that_nothing_was_loaded(real_plan: Plan, broken) -> None:
    folder = broken("pillars.yaml", "announced_on: 2023-09-15", "announced_on: soon")
    with pytest.raises(CommandError, match=r"pillars\.yaml, line .* Nothing was loaded\."):
        call_command("open_plan", folder)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("open_plan", tmp_path / "nowhere")


def test_a_plan_in_files_is_opened_by_the_command(real_plan: Plan, folder: Path, capsys) -> None:
    call_command("open_plan", folder)
    plan = Plan.objects.get(slug=SLUG)
    assert plan.opened_at
    assert plan.ledger_size == plan.ledger.count()
    assert f"Opened {SLUG}: 28 commitments." in capsys.readouterr().out
