"""One exception for everything an action refuses. Its sentence is read by the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.functional import Promise

Sentence = str | Promise


class Refusal(Exception):
    """An act that cannot be done: a sentence, and the fields it concerns where there are any.

    `status` is what a page answers with that says so.
    """

    status = 409

    def __init__(
        self, sentence: Sentence, fields: Mapping[str, Sequence[Sentence]] | None = None
    ) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.fields = dict(fields or {})


class Forbidden(Refusal):
    """The person's rights do not cover the act."""

    status = 403


class Conflict(Refusal):
    """Someone else changed the thing since the person opened it."""


def refuse_invalid(error: ValidationError, sentence: Sentence) -> Refusal:
    """The refusal that a model's own validation asks for."""
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return Refusal(sentence, fields)
