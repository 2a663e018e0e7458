"""From the files of a plan into the record: every complaint names file, line, row and field.

The files are ordinary Django fixtures. `loaddata` would overwrite silently and name no row; this
way in refuses what it does not understand and stores nothing in part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from tracker.actions.plans import open_plan
from tracker.models import Plan

# In the order in which rows may refer to each other.
FILES = (
    "pillars", "ministries", "sources", "announcement", "commitments", "responsibilities",
    "funding", "entries", "citations", "participants", "meetings", "milestones", "readings",
)  # fmt: skip
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast


class PlanFileFault(Exception):
    """What is wrong with a file, and where."""

    def __init__(
        self, sentence: str, file: str, line: int = 0, row: str = "", field: str = ""
    ) -> None:
        where = [file]
        if line:
            where.append(_("line %(line)s") % {"line": line})
        where += [part for part in (row, field) if part]
        super().__init__(f"{', '.join(where)}: {sentence}")


@dataclass(frozen=True)
class Row:
    """One object of a file, with where it stands."""

    file: str
    line: int
    content: Any

    @property
    def name(self) -> str:
        """What a person calls the row: its model and the fields that identify it."""
        if not isinstance(self.content, dict):
            return ""
        fields = self.content.get("fields")
        fields = fields if isinstance(fields, dict) else {}
        marks = ("reference", "code", "key", "slug", "number", "commitment", "entry", "meeting")
        told = [str(fields[mark]) for mark in marks if fields.get(mark)]
        return " ".join([str(self.content.get("model", "")).removeprefix("tracker."), *told[:2]])

    def fault(self, sentence: str, field: str = "") -> PlanFileFault:
        return PlanFileFault(sentence, self.file, self.line, self.name, field)


def open_plan_from(folder: Path, at: dt.datetime) -> Plan:
    """Load a plan's files and open it, in one transaction. Raises PlanFileFault or Refusal."""
    rows = [row for name in FILES for row in read_rows(folder / f"{name}.yaml")]
    with transaction.atomic():
        things = [store(row, at) for row in rows]
        plans = [thing for thing in things if isinstance(thing, Plan)]
        if len(plans) != 1:
            raise PlanFileFault(_("The files must hold exactly one plan."), "pillars.yaml")
        plan = Plan.objects.get(pk=plans[0].pk)
        open_plan(plan, at=at)
    return plan


def read_rows(path: Path) -> Iterator[Row]:
    """The objects of a file with their lines. A file that is missing holds nothing."""
    if not path.exists():
        return
    try:
        loader = Loader(path.read_text(encoding="utf-8"))
        document = loader.get_single_node()
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise PlanFileFault(_("The file is not readable as YAML."), path.name, line) from error
    if document is None:
        return
    if not isinstance(document, yaml.SequenceNode):
        raise PlanFileFault(_("The file must be a list of objects."), path.name, 1)
    for node in document.value:
        line = node.start_mark.line + 1
        try:
            content = loader.construct_document(node)
        except (yaml.YAMLError, ValueError) as error:
            raise PlanFileFault(str(error), path.name, line) from error
        yield Row(path.name, line, content)


def store(row: Row, at: dt.datetime) -> models.Model:
    """Check one row and save it as entered at `at`.

    A row that is in the database already is refused, not overwritten; a party or institution that
    another plan brought stays as it is.
    """
    known = _shared_noun(row)
    if known is not None:
        return known
    loaded = _deserialized(row)
    thing = loaded.object
    if thing.pk:
        raise row.fault(_("This row is in the database already."))
    _check_fields(row, thing)
    try:
        with transaction.atomic():
            thing._history_date = at  # type: ignore[attr-defined] # simple-history's
            models.Model.save_base(thing, raw=False)
            _save_relations(loaded)
    except IntegrityError as error:
        raise row.fault(_broken_rule(thing, error)) from error
    return thing


def _model_of(row: Row) -> type[models.Model]:
    if not isinstance(row.content, dict) or not isinstance(row.content.get("fields"), dict):
        raise row.fault(_("A row has a model and fields."))
    name = str(row.content.get("model", ""))
    try:
        if not name.startswith("tracker."):
            raise LookupError
        return apps.get_model(name)
    except (LookupError, ValueError):
        raise row.fault(_("“%(name)s” is not a thing of the record.") % {"name": name}) from None


def _shared_noun(row: Row) -> models.Model | None:
    model = _model_of(row)
    key = {"party": "code", "institution": "slug"}.get(model._meta.model_name or "")
    if key is None:
        return None
    return model._default_manager.filter(**{key: row.content["fields"].get(key)}).first()


def _deserialized(row: Row) -> DeserializedObject:
    model = _model_of(row)
    names = {field.name for field in model._meta.get_fields()}
    for field in row.content["fields"]:
        if field not in names:
            raise row.fault(_("There is no such field."), field)
    try:
        return next(iter(serializers.deserialize("python", [row.content])))
    except DeserializationError as error:
        raise row.fault(*_told(row, model, error)) from error
    except (FieldDoesNotExist, ValidationError, TypeError, ValueError) as error:
        raise row.fault(str(error)) from error


def _told(row: Row, model: type[models.Model], error: Exception) -> tuple[str, str]:
    """The sentence and the field of a reference or value that Django could not read."""
    for name, value in row.content["fields"].items():
        field = model._meta.get_field(name)
        related = field.related_model
        if not related or value is None:
            continue
        for key in value if field.many_to_many else [value]:
            if not _known(related, key):
                return _("“%(key)s” is not known.") % {"key": _spelled(key)}, name
    return _unreadable(row, model) or (str(error.__cause__ or error), "")


def _unreadable(row: Row, model: type[models.Model]) -> tuple[str, str] | None:
    """The first value that its field cannot read, with the field's own sentence."""
    for name, value in row.content["fields"].items():
        field = model._meta.get_field(name)
        if isinstance(field, models.Field) and not field.is_relation:
            try:
                field.to_python(value)
            except ValidationError as error:
                return " ".join(error.messages), name
    return None


def _known(related: Any, key: Any) -> bool:
    try:
        parts = key if isinstance(key, list) else [key]
        related._default_manager.get_by_natural_key(*parts)
    except (related.DoesNotExist, TypeError, ValueError, AttributeError):
        return False
    return True


def _spelled(key: Any) -> str:
    return " ".join(str(part) for part in key) if isinstance(key, list) else str(key)


def _check_fields(row: Row, thing: models.Model) -> None:
    # References were looked up on reading; asking the database again would take minutes.
    references = {field.name for field in thing._meta.fields if field.is_relation}
    try:
        thing.clean_fields(exclude=references)
        thing.clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise row.fault(" ".join(sentences), field) from error


def _save_relations(loaded: DeserializedObject) -> None:
    for name, others in (loaded.m2m_data or {}).items():
        getattr(loaded.object, name).set(others)


def _broken_rule(thing: models.Model, error: IntegrityError) -> str:
    """The sentence of the constraint that the database names, or the database's own."""
    for constraint in thing._meta.constraints:
        if constraint.name in str(error):
            return str(constraint.get_violation_error_message()) % {"name": constraint.name}
    return _("This row stands here already, or breaks a rule of the record (%(error)s).") % {
        "error": error
    }
