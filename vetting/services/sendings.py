"""What a contribution may hold: these fields, this long, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from vetting.errors import InvalidInput

LONGEST_NAME, LONGEST_PURPOSE, LONGEST_RULES, LONGEST_LINE = 200, 3_000, 10_000, 100
MOST_RULES, MOST_MODERATORS, MOST_MEMBERS = 50, 30, 1_000_000_000
ROLES = ("owner", "admin", "moderator", "organizer")
VISIBILITIES = ("public", "restricted", "private", "unlisted")
JOININGS = ("open", "approval", "invite", "knock", "closed", "paid")
# Controls, halves of characters, and what is not seen but changes what is.
_unprintable = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_blank = re.compile(r"\n{3,}")
_some = validate.Length(min=1)


class FieldsRefused(InvalidInput):
    """`problems` tells what is wrong, by field."""

    code = "fields_refused"

    def __init__(self, problems: Mapping[str, str]) -> None:
        told = " ".join(f"{field}: {problem}" for field, problem in problems.items())
        super().__init__(f"Some of this cannot be sent. {told}")
        self.problems = problems


class Line(fields.String):
    """One line without unshown characters."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return " ".join(_unprintable.sub("", super()._deserialize(value, attr, data, **kwargs)).split())


class Prose(fields.String):
    """Text with its lines, without characters that cannot be printed."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).replace("\r\n", "\n").replace("\r", "\n")
        return _blank.sub("\n\n", _unprintable.sub("", text)).strip()


class RulesField(fields.Field[Any]):
    """A text, or a list of texts."""

    text = Prose(validate=[_some, validate.Length(max=LONGEST_RULES)])
    texts = fields.List(
        Prose(validate=[_some, validate.Length(max=LONGEST_RULES)]), validate=validate.Length(min=1, max=MOST_RULES)
    )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            return self.text.deserialize(value, attr, data, **kwargs)
        rules = self.texts.deserialize(value, attr, data, **kwargs)
        if sum(map(len, rules)) > LONGEST_RULES:
            raise ValidationError(f"Longer than {LONGEST_RULES} characters.")
        return rules


class ModeratorSchema(Schema):
    handle = Line(required=True, validate=[_some, validate.Length(max=LONGEST_LINE)])
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    title = Line(validate=validate.Length(max=LONGEST_LINE))


class SendingSchema(Schema):
    """Everything may be left out, but not all of it. There is no field for posts, messages or members, and none is taken."""

    name = Line(validate=[_some, validate.Length(max=LONGEST_NAME)])
    purpose = Prose(validate=[_some, validate.Length(max=LONGEST_PURPOSE)])
    rules = RulesField(
        metadata={
            "oneOf": [
                {"type": "string", "minLength": 1, "maxLength": LONGEST_RULES},
                {"type": "array", "minItems": 1, "maxItems": MOST_RULES, "items": {"type": "string", "minLength": 1}},
            ]
        }
    )
    moderators = fields.List(fields.Nested(ModeratorSchema), validate=validate.Length(min=1, max=MOST_MODERATORS))
    members = fields.Integer(strict=True, validate=validate.Range(min=0, max=MOST_MEMBERS))
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))
    joining = fields.String(validate=validate.OneOf(JOININGS))

    @post_load
    def _something(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if not data:
            raise ValidationError("Nothing is filled in.")
        return data


def checked(document: Any) -> dict[str, Any]:
    """The document as it is kept: cleaned, and of the allowed fields alone. Raises FieldsRefused."""
    try:
        loaded: dict[str, Any] = SendingSchema().load(document)
    except ValidationError as error:
        raise FieldsRefused(
            {
                _label(field): _first(said)
                for field, said in error.normalized_messages().items()  # type: ignore[no-untyped-call] # marshmallow has none here
            }
        ) from error
    return loaded


def _label(field: Any) -> str:
    return "all" if field == "_schema" else str(field)


def _first(said: Any) -> str:
    """The first sentence of marshmallow's nested messages; where it stands in a list is told."""
    if isinstance(said, Mapping):
        where, inner = next(iter(said.items()))
        place = f"Number {where + 1}: " if isinstance(where, int) else ""
        return f"{place}{_first(inner)}"
    return str(said[0]) if isinstance(said, list) else str(said)
