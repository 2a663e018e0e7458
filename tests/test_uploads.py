"""Evidence files: what is taken, what is refused, how they are kept and served (S29 to S31)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests import factories
from tests.desk.pages import PLAN, address
from tests.factories import PDF, a_file, attached
from tracker.actions.verification import faults_of
from tracker.models import Evidence, Plan
from tracker.rules import files
from tracker.rules.files import KINDS, LARGEST, MOST_MEMBERS, content_type_of, file_fault

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 32


def office(kind: str, **members: bytes) -> bytes:
    """An office file of ours, with more members by name (__ for /, _ for a dot)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        if kind:
            archive.writestr(KINDS[kind].inner, "<document/>")
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


def many_members() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(KINDS["docx"].inner, "<document/>")
        for number in range(MOST_MEMBERS):
            archive.writestr(f"{number}.xml", "")
    return packed.getvalue()


def fault(name: str, content: bytes) -> str:
    return str(file_fault(name, len(content), io.BytesIO(content)) or "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("minutes.pdf", PDF), ("MINUTES.PDF", PDF), ("map.png", PNG), ("map.jpg", JPEG),
        ("note.txt", "Réunion du 3 mai".encode()), ("sums.csv", b"year,sum\n2026,3\n"),
        ("text.docx", office("docx")), ("sums.xlsx", office("xlsx")), ("talk.pptx", office("pptx")),
    ],
)  # fmt: skip
def test_a_file_that_is_what_it_says_is_taken(name, content):
    assert fault(name, content) == ""


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("minutes.pdf", b"", "is empty"),
        ("minutes.pdf", PNG, "not what its name says"),
        ("minutes.pdf", b"MZ\x90\0", "not what its name says"),
        ("map.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not what its name says"),
        ("map.svg", b"<svg/>", "Files of this kind are not taken"),
        ("page.html", b"<html>", "Files of this kind are not taken"),
        ("minutes", PDF, "Files of this kind are not taken"),
        ("minutes.pdf.exe", PDF, "Files of this kind are not taken"),
        ("note.txt", b"\xff\xfe\0n\0o", "not in UTF-8"),
        ("note.txt", b"<script>alert(1)</script>", "not what its name says"),
        ("note.txt", b"<!DOCTYPE html><title>x</title>", "not what its name says"),
        ("sums.csv", PDF, "not what its name says"),
        ("text.docx", office(""), "not what its name says"),
        ("text.docx", office("xlsx"), "not what its name says"),
        ("text.docx", office("docx")[:60], "not what its name says"),
        ("text.docx", office("docx", word__vbaProject_bin=b"x"), "macros or programs"),
        ("text.docx", office("docx", word__activeX__a_xml=b"x"), "macros or programs"),
        ("text.docx", office("docx", setup_exe=b"MZ"), "macros or programs"),
        (f"{'a' * 200}.pdf", PDF, "too long"),
        ("a\nb.pdf", PDF, "cannot be shown"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_words(name, content, sentence):
    assert sentence in fault(name, content)


def test_a_file_that_unpacks_to_too_much_is_refused_unread(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 1_000)
    assert "more than 200 MB" in fault("text.docx", office("docx", big_xml=b"0" * 2_000))
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 10**9)
    assert "more than 200 MB" in fault("text.docx", many_members())


def test_the_size_is_asked_before_anything_is_read():
    class Unread(io.BytesIO):
        def read(self, *_args: Any) -> bytes:
            raise AssertionError("it was read")

    assert "larger than 20 MB" in str(file_fault("minutes.pdf", LARGEST + 1, Unread()))


def test_every_kind_is_served_as_what_it_is():
    assert content_type_of("a.PDF") == "application/pdf"
    assert content_type_of("a.html") == "application/octet-stream"


def kept_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT, "evidence").rglob("*") if path.is_file()]


def test_the_same_content_is_kept_once_under_its_hash(real_plan):
    before = set(kept_files())
    content = PDF + b"kept once"
    for reference, name in (("PRO-27", "one.pdf"), ("PRO-28", "two.pdf")):
        upload = a_file(name, content)
        factories.make_published(reference, "CA", evidence=[attached(upload=upload)])
    rows = Evidence.objects.filter(file_name__in=["one.pdf", "two.pdf"])
    assert len({row.sha256 for row in rows}) == 1
    (path,) = set(kept_files()) - before
    assert path.name == rows[0].sha256
    assert path.read_bytes() == content


def test_a_published_file_is_an_attachment_that_runs_nothing(real_plan):
    report = factories.make_published("PRO-27", "CA", evidence=[attached()])
    answer = Client().get(address("evidence-file", PLAN, report.evidence.get().sha256))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="minutes.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_file_that_is_not_as_it_was_is_named(real_plan, harm):
    content = PDF + harm.encode()
    report = factories.make_published(
        "PRO-27", "CA", evidence=[attached(upload=a_file("a.pdf", content))]
    )
    row = report.evidence.get()
    path = Path(settings.MEDIA_ROOT, row.file.name)
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(b"%PDF-1.4 something else")
    assert row.sha256[:8] in " ".join(faults_of(Plan.objects.get(slug=PLAN)))
