"""What people who can see a group say of it, where the platform shows it to nobody logged out. Pure.

The rule, and what it is there against:

- One contributor alone makes nothing known, and changes nothing that is. A field is known when a steward who has proved to
  control the group says it, or when two unconnected contributors say the same. A single hostile act can so neither add a bad
  answer nor take a good one away.
- Unconnected means: at least `LEAST_APART` and less than `MOST_APART` between them, and not from one household, which is refused
  when it is sent (`vetting.services.households`). This makes a second voice slow and a little costly; it cannot be proof
  against one person with two connections and a day's patience. Hence the next three.
- A contribution only fills what our own reading lacks. What the platform shows, also that there is none, always stands.
- Two backed accounts that differ leave the field open ("contributions_disagree"): a pair that lies, and a steward who praises
  the group against what its members see, are answered by two who say otherwise. Nobody gains by that: open earns no points.
- Only what is there can be said. There is no way to contribute that a group lacks something, and what is left out says nothing.
  Changes over time (takeovers, gutted rules) are looked for in our own readings alone, never in contributed ones.

What this cannot do: two people who agree to lie, or one with two connections and a day's patience, can add a bad answer, and with
it a limit of the score; a pair that loses one voice, because it was withdrawn or grew old, loses what it made known. The page says
of every such field that it was contributed, two honest voices undo it, and the operator can reject it.

A steward's newest word replaces an older one of a steward's. What is shown is the newest of those that agree, and only the day
on which it was said, not the moment.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scrapers.snapshot import GroupRule, Members, Reading, Snapshot, Source, SourceKind, Steward

LEAST_APART = timedelta(hours=24)
MOST_APART = timedelta(days=30)  # households can be compared for so long
CURRENT = timedelta(days=180)  # what was said longer ago counts no more
TOLERANCE = 0.2  # of the larger count
DISAGREE = "contributions_disagree"
# What can be contributed -> the field of the snapshot that it fills. Rules fill `rules` or `rules_text`.
FIELDS = {
    "name": "name",
    "purpose": "description",
    "rules": "rules",
    "moderators": "stewards",
    "members": "members",
    "visibility": "visibility",
    "joining": "joining",
}

_marker = re.compile(r"^\s*(?:\d{1,3}[.):]|[-*•–—·])\s*", re.MULTILINE)
_word = re.compile(r"\w+")
Agree = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Voice:
    """One contribution as it counts: `document` has some of `FIELDS`; `proven` that its sender controls the group."""

    id: str
    at: datetime
    document: Mapping[str, Any]
    proven: bool = False


@dataclass(frozen=True)
class Answer:
    """What voices say of one field together: the value, who stands behind it, when it was last said. None: they disagree."""

    value: Any
    at: datetime
    voices: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Said:
    voice: Voice
    value: Any

    @property
    def order(self) -> tuple[datetime, str]:
        return self.voice.at, self.voice.id


def unconnected(one: Voice, other: Voice) -> bool:
    """Whether the two may count as two."""
    return LEAST_APART <= abs(one.at - other.at) < MOST_APART


def answers(voices: Iterable[Voice]) -> dict[str, Answer]:
    """What is known by the voices, or open because they disagree, by field; fields on which nothing can be said are left out."""
    heard = sorted(voices, key=lambda voice: (voice.at, voice.id))
    found = {field: _together(_said(heard, field), agree) for field, agree in _AGREE.items()}
    found["moderators"] = _team(heard)
    return {field: answer for field, answer in found.items() if answer is not None}


def with_contributions(snapshot: Snapshot, voices: Iterable[Voice]) -> Snapshot:
    """The reading with what is known by the voices in the places that it leaves open; the same reading if there are none."""
    filled: dict[str, Any] = {}
    for field, answer in answers(voices).items():
        if is_open(snapshot, field):
            filled |= _filled(snapshot, field, answer)
    if "stewards" in filled:
        filled["stewards_complete"] = False  # nobody can say that nobody is missing
    return replace(snapshot, **filled) if filled else snapshot


def is_open(snapshot: Snapshot, field: str) -> bool:
    """Whether our own reading leaves a field of `FIELDS` unknown; the rules only where they are known in neither form."""
    places = ("rules", "rules_text") if field == "rules" else (FIELDS[field],)
    return not any(getattr(snapshot, place).known for place in places)


def contributed(snapshot: Snapshot) -> tuple[str, ...]:
    """Those of `FIELDS` that were filled here."""
    places = {place for place in (*FIELDS.values(), "rules_text") if _is_contributed(getattr(snapshot, place))}
    return tuple(
        field for field, place in FIELDS.items() if place in places or (field == "rules" and "rules_text" in places)
    )


def agree_on_text(one: Any, other: Any) -> bool:
    """Whether two texts, or lists of texts, say the same but for case, spaces, punctuation and the marks of lists."""
    return _words(one) == _words(other)


def _is_contributed(reading: Reading[Any]) -> bool:
    return any(source.kind is SourceKind.CONTRIBUTED for source in reading.sources)


def _said(voices: list[Voice], field: str) -> list[_Said]:
    """What each voice says of the field; of stewards, only the last."""
    said = [_Said(voice, voice.document[field]) for voice in voices if field in voice.document]
    last = next((each for each in reversed(said) if each.voice.proven), None)
    return [each for each in said if not each.voice.proven or each is last]


def _together(said: list[_Said], agree: Agree) -> Answer | None:
    camps = _camps(said, agree)
    if len(camps) == 1:
        newest = max(camps[0], key=lambda each: each.order)
        return Answer(newest.value, newest.voice.at, frozenset(each.voice.id for each in camps[0]))
    if camps or _quarrel(said, agree):
        return Answer(None, max(each.voice.at for each in said))
    return None


def _camps(said: list[_Said], agree: Agree) -> list[list[_Said]]:
    """The statements that have weight, those together that agree, be it through one between them."""
    backed = [each for each in said if each.voice.proven or any(_backs(each, other, agree) for other in said)]
    camps: list[list[_Said]] = []
    for each in backed:
        near = [camp for camp in camps if any(agree(each.value, other.value) for other in camp)]
        camps = [camp for camp in camps if camp not in near]
        camps.append([each, *(other for camp in near for other in camp)])
    return camps


def _backs(one: _Said, other: _Said, agree: Agree) -> bool:
    return unconnected(one.voice, other.voice) and agree(one.value, other.value)


def _quarrel(said: list[_Said], agree: Agree) -> bool:
    return any(
        unconnected(one.voice, other.voice) and not agree(one.value, other.value)
        for index, one in enumerate(said)
        for other in said[:index]
    )


def _team(voices: list[Voice]) -> Answer | None:
    """Each moderator's line by itself: two lists need not be equal, and a name that only one gives is not shown."""
    lines: dict[str, list[Voice]] = {}
    for voice in voices:
        own = {_handle(line): line for line in voice.document.get("moderators", ())}
        for handle, line in own.items():
            lines.setdefault(handle, []).append(replace(voice, document={"line": line}))
    told = [_together(_said(each, "line"), _agree_on_line) for _, each in sorted(lines.items())]
    found = [answer for answer in told if answer is not None]
    known = [answer for answer in found if answer.value is not None]
    if not found:
        return None
    at = max(answer.at for answer in known or found)
    return Answer(
        [answer.value for answer in known] or None, at, frozenset().union(*(answer.voices for answer in known))
    )


def _handle(line: Mapping[str, str]) -> str:
    return line["handle"].casefold().lstrip("@")


def _agree_on_line(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return one["role"] == other["role"] and agree_on_text(one.get("title", ""), other.get("title", ""))


def _agree_on_count(one: int, other: int) -> bool:
    return abs(one - other) <= TOLERANCE * max(one, other)


def _words(value: Any) -> list[str]:
    text = value if isinstance(value, str) else "\n".join(value)
    return _word.findall(_marker.sub("", unicodedata.normalize("NFKC", text)).casefold())


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


_AGREE: dict[str, Agree] = {
    "name": agree_on_text,
    "purpose": agree_on_text,
    "rules": agree_on_text,
    "members": _agree_on_count,
    "visibility": _same,
    "joining": _same,
}


def _filled(snapshot: Snapshot, field: str, answer: Answer) -> dict[str, Any]:
    if answer.value is None:
        return {FIELDS[field]: Reading.unread(DISAGREE)}
    place = "rules_text" if field == "rules" and isinstance(answer.value, str) else FIELDS[field]
    return {place: Reading.of(_value(field, answer.value), _source(snapshot, field, answer))}


def _value(field: str, value: Any) -> Any:
    if field == "members":
        return Members(value, "approximate")
    if field == "moderators":
        return tuple(Steward(line["handle"], line["role"], title=line.get("title", "")) for line in value)
    if field == "rules" and not isinstance(value, str):
        return tuple(GroupRule(order, "", text) for order, text in enumerate(value, start=1))
    return value


def _source(snapshot: Snapshot, field: str, answer: Answer) -> Source:
    """The digest is of what is shown: whoever has the same words can compute it, and it leads to nobody."""
    written = json.dumps({field: answer.value}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    day = answer.at.replace(hour=0, minute=0, second=0, microsecond=0)
    digest = hashlib.sha256(written.encode()).hexdigest()
    return Source(digest, snapshot.ref.canonical_url, day, SourceKind.CONTRIBUTED, field)
