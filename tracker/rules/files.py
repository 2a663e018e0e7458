"""Which files may be evidence: extension and content must be one of a few, and the same one."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import filetype
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE  # bytes
LARGEST_UNPACKED = 200 * MEGABYTE  # bytes; office files are zip archives
MOST_MEMBERS = 5_000
LONGEST_NAME = 150

Sentence = str | Promise


@dataclass(frozen=True)
class Kind:
    """A sort of file. `mimes` is what its content shows; empty for plain text."""

    content_type: str
    mimes: tuple[str, ...] = ()
    inner: str = ""  # for archives: the member that makes it what it is


OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
ZIP = ("application/zip",)
KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", ("application/pdf",)),
    "png": Kind("image/png", ("image/png",)),
    "jpg": Kind("image/jpeg", ("image/jpeg",)),
    "jpeg": Kind("image/jpeg", ("image/jpeg",)),
    "docx": Kind(
        f"{OFFICE}.wordprocessingml.document",
        (*ZIP, f"{OFFICE}.wordprocessingml.document"),
        "word/document.xml",
    ),
    "xlsx": Kind(
        f"{OFFICE}.spreadsheetml.sheet",
        (*ZIP, f"{OFFICE}.spreadsheetml.sheet"),
        "xl/workbook.xml",
    ),
    "pptx": Kind(
        f"{OFFICE}.presentationml.presentation",
        (*ZIP, f"{OFFICE}.presentationml.presentation"),
        "ppt/presentation.xml",
    ),
    "odt": Kind(f"{OPEN}.text", (*ZIP, f"{OPEN}.text"), "content.xml"),
    "ods": Kind(f"{OPEN}.spreadsheet", (*ZIP, f"{OPEN}.spreadsheet"), "content.xml"),
    "txt": Kind("text/plain; charset=utf-8"),
    "csv": Kind("text/csv; charset=utf-8"),
}
# Members of office files that run: macros and embedded programs.
RUNNING = ("vbaproject.bin", "vbadata.xml", "activex", "basic/", "scripts/", ".exe", ".js")


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def content_type_of(name: str) -> str:
    """What a kept file is served as."""
    kind = KINDS.get(extension_of(name))
    return kind.content_type if kind else "application/octet-stream"


def file_fault(name: str, size: int, file: BinaryIO) -> Sentence | None:
    """Why a file is not taken, or None. Reads its beginning and, of an archive, its table.

    `size` in bytes is asked first: nothing of a file that is too large is read.
    """
    if size > LARGEST:
        return _("This file is larger than 20 MB: attach a smaller one, or give a link.")
    if size == 0:
        return _("This file is empty.")
    if len(name) > LONGEST_NAME or any(ord(char) < 32 for char in name):
        return _("The name of this file is too long or cannot be shown: give it another.")
    kind = KINDS.get(extension_of(name))
    if kind is None:
        return _("Files of this kind are not taken. Take PDF, PNG, JPEG, office files or text.")
    file.seek(0)
    fault = _content_fault(kind, file)
    file.seek(0)
    return fault


def _content_fault(kind: Kind, file: BinaryIO) -> Sentence | None:
    found = filetype.guess(file.read(8192))
    if not kind.mimes:
        file.seek(0)
        return _text_fault(file) if found is None else DIFFERS
    if found is None or found.mime not in kind.mimes:
        return DIFFERS
    return _archive_fault(kind, file) if kind.inner else None


DIFFERS = _("The content of this file is not what its name says: save it anew and attach it again.")


def _text_fault(file: BinaryIO) -> Sentence | None:
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return _("This text file is not in UTF-8: save it so, or as PDF.")
    start = text.lstrip()[:200].lower()
    if "\0" in text or start.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script")):
        return DIFFERS
    return None


def _archive_fault(kind: Kind, file: BinaryIO) -> Sentence | None:
    """Only the table of an office file is read, never what is packed in it."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return DIFFERS
    names = [member.filename.lower() for member in members]
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED:
        return _("This file unpacks to more than 200 MB: attach a smaller one.")
    if kind.inner not in names:
        return DIFFERS
    if any(part in name for name in names for part in RUNNING):
        return _("This file holds macros or programs: save it without them.")
    return None
