"""Column groups that several nouns share: texts in three languages, dates in sources, spans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from translated_fields import TranslatedField

from tracker.rules.dates import SourceDate, end_of_day
from tracker.vocabulary import LANGUAGES, Precision, Qualifier


def language_now() -> str:
    """The reader's language, one of the record's three."""
    code = (translation.get_language() or "en")[:2]
    return code if code in LANGUAGES else "en"


def text_in(row: models.Model, name: str, language: str) -> tuple[str, str]:
    """The text of a field and the language it is in: the reader's, else the first that exists."""
    for code in (language, *LANGUAGES):
        text = getattr(row, f"{name}_{code}")
        if text:
            return text, code
    return "", language


def _in_the_readers_language(name: str, field: TranslatedField) -> Callable[[models.Model], str]:
    return lambda row: text_in(row, name, language_now())[0]


def trilingual(field: models.Field) -> TranslatedField:
    """Columns `<name>_en`, `_fr`, `_es`; the attribute `<name>` reads in the reader's language.

    A language may stay empty, for a translation can come later: then the one that exists is read.
    """
    field.blank = True
    return TranslatedField(field, languages=list(LANGUAGES), attrgetter=_in_the_readers_language)


def line(verbose_name: Any, help_text: Any = "") -> TranslatedField:
    """A line of text in three languages, 300 characters at most."""
    return trilingual(
        models.CharField(verbose_name, max_length=300, default="", help_text=help_text)
    )


def prose(verbose_name: Any, help_text: Any = "") -> TranslatedField:
    """Running text in three languages, 20,000 characters at most (checked in full_clean)."""
    return trilingual(
        models.TextField(
            verbose_name,
            default="",
            help_text=help_text,
            validators=[MaxLengthValidator(20_000), ProhibitNullCharactersValidator()],
        )
    )


class SourceDateColumns:
    """One date of a source as columns `<name>_from`, `_to`, `_precision`, `_qualifier`, and a note.

    The note is a text in three languages, `<name>_note_en` and so on.

    The attribute `<name>` reads and writes a `SourceDate`. Half a date is refused by the form and
    by the constraints of `source_date_constraints`.
    """

    def __init__(self, verbose_name: Any = None) -> None:
        self.verbose_name = verbose_name

    if TYPE_CHECKING:
        # After contribute_to_class the attribute is a property of the row.
        def __get__(self, row: Any, owner: Any = None) -> SourceDate: ...
        def __set__(self, row: Any, value: SourceDate) -> None: ...

    def contribute_to_class(self, cls: type[models.Model], name: str) -> None:
        if not hasattr(cls, f"{name}_precision"):
            self._add_columns(cls, name)
        setattr(cls, name, property(_read_source_date(name), _write_source_date(name)))

    def _add_columns(self, cls: type[models.Model], name: str) -> None:
        columns: dict[str, models.Field] = {
            "from": models.DateField(_("from"), null=True, blank=True),
            "to": models.DateField(_("to"), null=True, blank=True),
            "precision": models.CharField(
                _("precision"),
                max_length=10,
                choices=Precision.choices,
                default=Precision.UNKNOWN,
            ),
            "qualifier": models.CharField(
                _("qualifier"),
                max_length=10,
                choices=Qualifier.choices,
                default=Qualifier.ON,
            ),
        }
        for part, field in columns.items():
            field.contribute_to_class(cls, f"{name}_{part}")
        line(_("note on the date")).contribute_to_class(cls, f"{name}_note")


def _read_source_date(name: str) -> Callable[[models.Model], SourceDate]:
    def read(row: models.Model) -> SourceDate:
        return SourceDate(
            start=getattr(row, f"{name}_from"),
            end=getattr(row, f"{name}_to"),
            precision=Precision(getattr(row, f"{name}_precision")),
            qualifier=Qualifier(getattr(row, f"{name}_qualifier")),
            note=getattr(row, f"{name}_note"),
        )

    return read


def _write_source_date(name: str) -> Callable[[models.Model, SourceDate], None]:
    def write(row: models.Model, value: SourceDate) -> None:
        setattr(row, f"{name}_from", value.start)
        setattr(row, f"{name}_to", value.end)
        setattr(row, f"{name}_precision", value.precision)
        setattr(row, f"{name}_qualifier", value.qualifier)

    return write


def source_date_constraints(name: str) -> list[models.CheckConstraint]:
    """A date is whole or unknown, and does not end before it starts."""
    unknown = Q(
        **{
            f"{name}_precision": Precision.UNKNOWN,
            f"{name}_from": None,
            f"{name}_to": None,
        }
    )
    # Both days are asked for: a comparison with an empty one is unknown, and a check lets it by.
    known = ~Q(**{f"{name}_precision": Precision.UNKNOWN}) & Q(
        **{
            f"{name}_from__isnull": False,
            f"{name}_to__isnull": False,
            f"{name}_to__gte": F(f"{name}_from"),
        }
    )
    return [
        models.CheckConstraint(
            name=f"%(class)s_{name}_whole_or_unknown",
            condition=unknown | known,
            violation_error_message=_(
                "Give both days of the date, the end not before the start, or choose “unknown”."
            ),
        )
    ]


class SpannedQuerySet(models.QuerySet):
    """Rows that are public from an instant until another: replaced, never overwritten."""

    def open(self) -> Self:
        """What is in force now."""
        return self.filter(public_until__isnull=True)

    def public_at(self, moment: dt.datetime) -> Self:
        """What was in force just before `moment`."""
        return self.filter(public_from__lt=moment).filter(
            Q(public_until__isnull=True) | Q(public_until__gte=moment)
        )

    def public_on(self, day: dt.date, zone: str) -> Self:
        """What was in force at the end of `day` in the plan's time zone."""
        return self.public_at(end_of_day(day, zone))


class Spanned(models.Model):
    """A published fact with the span in which it was in force; `public_until` null: it still is.

    The database refuses any change but the closing of an open span (models/guards.py).
    """

    public_from = models.DateTimeField(_("public from"))
    public_until = models.DateTimeField(_("public until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects: ClassVar[Any] = SpannedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_span_in_order",
                condition=Q(public_until__isnull=True) | Q(public_until__gte=F("public_from")),
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.public_until is None
