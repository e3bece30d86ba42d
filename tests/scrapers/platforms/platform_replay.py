"""Drives an adapter from bodies: whatever is not given answers as the web would without it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

from scrapers.adapter import WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import GroupUnreadable
from scrapers.outcomes import classify
from scrapers.refs import GroupRef
from scrapers.snapshot import PAST, READINGS, Sanction, Snapshot, to_document

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
CASES = Path(__file__).parent / "cases"


def answer(
    url: str,
    body: bytes | str | dict | list,
    status: int = 200,
    *,
    headers: Mapping[str, str] | None = None,
    final_url: str = "",
) -> Capture:
    """A capture as the fetcher would classify this response."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    sent = {"content-type": "application/json", **(headers or {})}
    outcome, detail = classify(status, sent, data, url, final_url or url)
    return Capture(url, final_url or url, outcome, AT, status, sent, data, detail)


def refused(url: str, outcome: Outcome) -> Capture:
    """No response at all: no credential, robots, a dead host."""
    return Capture(url, url, outcome, AT)


@dataclass
class Web:
    """A fetch over given captures. `otherwise` answers for the rest; `asked` keeps every request."""

    captures: Iterable[Capture]
    otherwise: Callable[[Request], Capture] = lambda request: answer(request.url, "<html>not found</html>", 404)
    asked: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_url = {capture.url: capture for capture in self.captures}

    def __call__(self, request: Request) -> Capture:
        self.asked.append(request)
        return self._by_url.get(request.url) or self.otherwise(request)


def read(ref: GroupRef, *captures: Capture, otherwise: Callable[[Request], Capture] | None = None) -> Snapshot:
    return drive(ref, Web(captures, otherwise) if otherwise else Web(captures))


def without(outcome: Outcome) -> Callable[[Request], Capture]:
    return lambda request: refused(request.url, outcome)


def states(snapshot: Snapshot) -> dict[str, str]:
    """Field -> "value", "absent", "withheld:needs_auth" … of every reading."""
    readings = {name: getattr(snapshot, name) for name in READINGS}
    return {name: ":".join(filter(None, (r.state.value, r.reason))) for name, r in readings.items()}


def with_value(snapshot: Snapshot) -> set[str]:
    return {name for name, state in states(snapshot).items() if state == "value"}


def recorded(file: Path, url: str, status: int | None = None) -> Capture:
    """A recorded response, as if it had been given at `url`; status and headers by its sidecar."""
    meta = json.loads(file.with_name(f"{file.name}.meta.json").read_text())
    headers = {
        k.lower(): ", ".join(v) if isinstance(v, list) else str(v) for k, v in (meta.get("headers") or {}).items()
    }
    return answer(url, file.read_bytes(), status or meta.get("status") or 200, headers=headers)


def case(path: Path) -> tuple[GroupRef, list[Capture], dict[str, Any]]:
    """One case: the group, the responses and the expected twin (`<name>.expected.json`)."""
    given = json.loads(path.read_text())
    captures = [
        answer(r["url"], r["body"], r.get("status", 200), headers=r.get("headers"), final_url=r.get("final_url", ""))
        for r in given["responses"]
    ]
    expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text())
    return GroupRef(given["platform"], given["key"], given["canonical_url"]), captures, expected


def cases(platform: str) -> list[Path]:
    return sorted(p for p in (CASES / platform).glob("*.json") if not p.name.endswith(".expected.json"))


def facts(snapshot: Snapshot) -> dict[str, Any]:
    """What a twin holds: values and states of the readings and the plain fields, without addresses, digests and what others tell."""
    document = to_document(snapshot)
    plain = {k: v for k, v in document.items() if k not in READINGS and k not in {"ref", "taken_at", "fetched"}}
    values = {k: document[k]["value"] for k in READINGS if document[k]["state"] == "value"}
    rest = {k: v for k, v in states(snapshot).items() if v != "value" and k not in {*PAST, "marks"}}
    return {"ref": str(snapshot.ref), **plain, "values": values, "states": rest}


# What no platform sends in place of a number, a flag or a date.
JUNK: list[Any] = [[], {}, "mutilated", -1, 1e300, [[[[]]]], {"a": {"b": 1}}, "\ud800\x00"]
# Fields whose value no damage may change: it is the same, or it is not there.
EXACT = ("members", "created", "adult", "sanction", "visibility", "joining", "activity")
NESTED = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
HOSTILE = b"<html><head><title>x</title></head><body>" + b"<div><b><table>" * 5_000 + b"<script>alert(1)</script>"
BODIES = {
    "empty": b"",
    "text": b"not json",
    "null": b"null",
    "number": b"7",
    "string": b'"x"',
    "array": b"[1, [2], {}]",
    "object": b"{}",
    "nested": NESTED,
    "nested array": b"[" * 10_000,
    "large": b'{"a":"' + b"x" * 10_000_000 + b'"}',
    "large number": b'{"subscribers":' + b"9" * 10_000 + b"}",
    "hostile html": HOSTILE,
    "binary": bytes(range(256)) * 50,
}


def places(document: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a JSON document."""
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [path for key, value in items for path in [(*at, key), *places(value, (*at, key))]]


def damaged(document: Any, at: tuple[Any, ...], junk: Any) -> Any:
    """The document with one value replaced."""
    copy = json.loads(json.dumps(document))
    holder = copy
    for key in at[:-1]:
        holder = holder[key]
    holder[at[-1]] = junk
    return copy


def agree(part: Any, whole: Any) -> bool:
    """Every stated detail of the first is the second's; details may be missing."""
    if part is None or part == whole:
        return True
    stated = vars(part) if hasattr(part, "__dict__") else {}
    return bool(stated) and all(value is None or value == getattr(whole, name, None) for name, value in stated.items())


def drive(ref: GroupRef, web: Web) -> Snapshot:
    """What the adapter makes of these answers; as `collect`, but without its second try as a web page."""
    reader = import_module(f"scrapers.platforms.{ref.platform}").ADAPTER.read(ref)
    try:
        request = next(reader)
        while True:
            request = reader.send(web(request))
    except StopIteration as stop:
        return stop.value


def try_reading(ref: GroupRef, captures: list[Capture]) -> Snapshot | None:
    """The snapshot, None for a declared refusal; whatever else is raised is a failure of the test."""
    try:
        return drive(ref, Web(captures))
    except (GroupUnreadable, WrongPlatform):
        return None


def assert_survives(path: Path, body: bytes) -> None:
    """No response of a case, exchanged for this body, makes the adapter raise or state another exact value."""
    ref, captures, _ = case(path)
    whole = drive(ref, Web(captures))
    for index, capture in enumerate(captures):
        changed = [*captures[:index], answer(capture.url, body), *captures[index + 1 :]]
        assert_agrees(try_reading(ref, changed), whole)


def assert_agrees(part: Snapshot | None, whole: Snapshot, where: str = "") -> None:
    """The same values or none; a bound on the age that still holds is no other value."""
    bound = part.created.value if part else None
    holds = bound and whole.created.value and not bound.exact and bound.at >= whole.created.value.at
    for name in set(EXACT) - ({"created"} if holds else set()) if part else ():
        assert agree(exact(getattr(part, name).value), exact(getattr(whole, name).value)), f"{name} {where}"


def exact(value: Any) -> Any:
    """Without the platform's own words, which may be any."""
    return replace(value, message="") if isinstance(value, Sanction) else value


def assert_harmless(path: Path) -> None:
    """No damaged value in one JSON response of a case makes another value of an exact field."""
    ref, captures, _ = case(path)
    whole = drive(ref, Web(captures))
    for (index, at), junk in product(json_places(path), JUNK):
        if at[-1:] == ("features",) and junk == []:  # a server without features is no damage
            continue
        body = damaged(json.loads(captures[index].body), at, junk)
        changed = answer(captures[index].url, body, captures[index].status or 200)
        part = try_reading(ref, [*captures[:index], changed, *captures[index + 1 :]])
        assert_agrees(part, whole, f"{junk!r} at {at}")


def json_places(path: Path) -> list[tuple[int, tuple[Any, ...]]]:
    """Every place in every JSON response of a case."""
    _, captures, _ = case(path)
    found = []
    for index, capture in enumerate(captures):
        try:
            found += [(index, at) for at in places(json.loads(capture.body))]
        except ValueError:
            continue
    return found
