"""Tells a group what is wrong with its `/.well-known/support-group.json`, field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from scrapers.capture import Request
from scrapers.refs import GroupRef
from scrapers.urls import Url
from vetting.errors import GroupUnreadable, InvalidInput
from vetting.services.context import Context, in_our_words

PATH = "/.well-known/support-group.json"
LONGEST = 50_000  # characters; a description is some hundreds
LONGEST_TEXT, MOST_ITEMS = 5_000, 50
ROLES = ("owner", "admin", "moderator", "organizer", "contact")
EXAMPLE = {
    "version": 1,
    "url": "https://quiet.example/",
    "name": "Quiet Harbour",
    "purpose": "Peer support for people who live with panic attacks. We are not professionals.",
    "language": "en",
    "founded": "2019-04",
    "run_by": [
        {"name": "wren", "role": "owner"},
        {"name": "Jo Doe", "role": "moderator", "credentials": "LCSW, Oregon, L1234"},
    ],
    "rules": "https://quiet.example/rules",
    "hours": "Moderators are here 18:00-22:00 UTC.",
    "urgent_help": "If you are in danger, call your local emergency number. We cannot help in an emergency.",
    "contact": ["mailto:team@quiet.example"],
    "funding": "Member donations. Taking part is free.",
}


@dataclass(frozen=True)
class Problem:
    """`field` as a path (“run_by, number 2, role”), empty for the whole; `message` says what to change."""

    field: str
    message: str


def _text(**options: Any) -> fields.String:
    told = f"Write 1 to {LONGEST_TEXT} characters, or leave it out."
    return fields.String(validate=validate.Length(min=1, max=LONGEST_TEXT, error=told), **options)


def _address() -> validate.Regexp:
    return validate.Regexp(r"https?://[^\s/]+", error="Write a whole web address that begins with https://.")


def _day(value: str) -> None:
    """A year, a month or a day that the calendar has."""
    parts = [*value.split("-"), "01", "01"][:3]
    try:
        date.fromisoformat("-".join(parts))
    except ValueError as error:
        raise ValidationError("Write a year, a month or a day: 2019, 2019-04 or 2019-04-30.") from error


class PersonSchema(Schema):
    class Meta:
        unknown = INCLUDE

    name = _text(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES, error=f"Write one of: {', '.join(ROLES)}."))
    credentials = _text()


class SelfDescriptionSchema(Schema):
    """The format, as `support-group.schema.json` has it. Fields that nobody knows are ignored."""

    class Meta:
        unknown = INCLUDE

    version = fields.Integer(required=True, strict=True, validate=validate.Equal(1, error="Write the number 1."))
    url = fields.String(required=True, validate=_address())
    name = _text()
    purpose = _text()
    language = fields.String(
        validate=validate.Regexp(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", error="Write a language such as en or pt-BR.")
    )
    founded = fields.String(
        validate=[validate.Regexp(r"\d{4}(-\d{2}(-\d{2})?)?\Z", error="Write 2019, 2019-04 or 2019-04-30."), _day]
    )
    run_by = fields.List(fields.Nested(PersonSchema), validate=validate.Length(min=1, max=MOST_ITEMS))
    rules = fields.String(validate=_address())
    hours = _text()
    urgent_help = _text()
    contact = fields.List(
        fields.String(validate=validate.Regexp(r"mailto:|https?://", error="Begin it with mailto: or https://.")),
        validate=validate.Length(min=1, max=MOST_ITEMS),
    )
    funding = _text()
    proof = fields.String(
        validate=validate.Regexp(r"group-proof-[0-9a-f]{32}\Z", error="Copy the word as you were given it.")
    )


def check(text: str | bytes) -> tuple[Problem, ...]:
    """Everything that is wrong with the description; empty if it is sound."""
    if len(text) > LONGEST:
        return (Problem("", f"It is longer than {LONGEST} characters."),)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return (Problem("", f"This is not JSON: {error}."),)
    if not isinstance(document, dict):
        return (Problem("", "It has to be one JSON object: { … }."),)
    return tuple(_problems(SelfDescriptionSchema().validate(document)))


def fetched(context: Context, address: str) -> bytes:
    """The file of the site at `address`, or the file itself where the address names it, read as politely as any page. Raises
    AddressRefused or GroupUnreadable.
    """
    from vetting.services.fetching import fetcher  # noqa: PLC0415 - who checks a text needs no network

    with in_our_words():
        url = Url.parse(address)
        target = f"{url.scheme}://{url.netloc}{PATH}"
        capture = fetcher(context, GroupRef("web", url.bare_host, target))(Request(target, "self-description"))
    if not capture.ok:
        told = f"status {capture.status}" if capture.status else capture.detail or str(capture.outcome)
        raise GroupUnreadable(
            f"{target} did not answer with a file ({told}).",
            code="self_description_unreadable",
            remedy="Open the address in a browser; it has to show the file to everyone.",
        )
    return capture.body


@cache
def schema() -> bytes:
    """The JSON Schema of the format (2020-12), as it is published."""
    return resources.files("scrapers").joinpath("support-group.schema.json").read_bytes()


def example() -> str:
    """A description that is sound, as a file has it."""
    return json.dumps(EXAMPLE, indent=2, ensure_ascii=False)


def text_of(content: bytes) -> str:
    """Raises InvalidInput for what is no UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("The file is not UTF-8.", code="not_utf8", remedy="Save it as UTF-8.") from error


def _problems(said: Any, *path: str) -> list[Problem]:
    if isinstance(said, dict):
        parts = ((f"number {key + 1}" if isinstance(key, int) else str(key), inner) for key, inner in said.items())
        return [problem for part, inner in parts for problem in _problems(inner, *path, part)]
    return [Problem(", ".join(path), str(message)) for message in said]
