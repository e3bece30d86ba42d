"""Reads a pack's files strictly: what is missing, misspelt or of the wrong type becomes a problem that names its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from rules.conditions import ALWAYS, Condition, ConditionInvalid, parse
from rules.vocabulary import Vocabulary, is_number

_MISSING = object()


class _UniqueKeys(yaml.CSafeLoader):  # libyaml's, which comes with PyYAML: five times as fast
    """YAML lets the last of two equal keys win in silence; whoever wrote the first would never know."""


def _mapping(loader: _UniqueKeys, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    if twice := sorted({str(key) for key in keys if keys.count(key) > 1}):
        raise yaml.constructor.ConstructorError(None, None, f"written twice: {', '.join(twice)}", node.start_mark)
    return loader.construct_mapping(node, deep=True)


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path, problems: list[str]) -> Any:
    """The parsed file; None, and a problem, where it cannot be parsed."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # noqa: S506 -- a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problems.append(f"{path.name}: cannot be read: {' '.join(str(error).split())}")
        return None


def content_digest(document: object) -> str:
    """SHA-256 over the canonical JSON of parsed YAML; spacing, comments and the order of keys do not matter."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Section:
    """A mapping from which every key is taken by name; `close` reports what nobody took."""

    def __init__(self, raw: object, where: str, problems: list[str]) -> None:
        self.where, self.problems = where, problems
        self.raw: dict[str, Any] = {}
        if isinstance(raw, dict):
            self.raw = {str(key): value for key, value in raw.items()}
        else:
            self.problem("must be a mapping")

    def problem(self, reason: str) -> None:
        self.problems.append(f"{self.where}: {reason}")

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = _MISSING) -> Any:
        """The value under `key`; where it is missing or no `kind`, a problem and an empty value of that kind."""
        empty = (kind[0] if isinstance(kind, tuple) else kind)()
        if key not in self.raw:
            if default is _MISSING:
                self.problem(f"{key} is missing")
                return empty
            return default
        value = self.raw.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.problem(f"{key} has the wrong type: {value!r}")
            return empty
        return value

    def text(self, key: str, default: Any = _MISSING) -> str:
        value: str = self.take(key, str, default)
        if key and default is _MISSING and not value.strip() and not self._reported(key):
            self.problem(f"{key} is empty")
        return value

    def _reported(self, key: str) -> bool:
        return any(problem.startswith(f"{self.where}: {key} ") for problem in self.problems)

    def number(self, key: str, default: Any = _MISSING) -> float:
        value = self.take(key, (float, int), default)
        if value is not None and not is_number(value):
            self.problem(f"{key} must be a finite number")
            return 0.0
        return value  # type: ignore[no-any-return]  # `take` has checked it

    def section(self, key: str) -> Section:
        return Section(self.take(key, dict), f"{self.where}: {key}", self.problems)

    def sections(self, key: str, default: Any = _MISSING) -> list[Section]:
        entries = self.take(key, list, default)
        return [Section(entry, f"{self.where}: {key}[{n}]", self.problems) for n, entry in enumerate(entries)]

    def condition(self, key: str, vocabulary: Vocabulary, default: Any = _MISSING) -> Condition:
        raw = self.take(key, dict, default)
        if raw is None or (not raw and self._reported(key)):
            return ALWAYS
        try:
            return parse(raw, vocabulary)
        except ConditionInvalid as error:
            self.problem(f"{key}: {error}")
            return ALWAYS

    def table(self, key: str, low: float, high: float) -> Mapping[str, float]:
        """A mapping of names to numbers between `low` and `high`."""
        entries = self.take(key, dict)
        for name, value in entries.items():
            if not is_number(value) or not low <= value <= high:
                self.problem(f"{key}: {name} must be a number from {low:g} to {high:g}, not {value!r}")
        return {str(name): float(value) for name, value in entries.items() if is_number(value)}

    def close(self) -> None:
        for key in self.raw:
            self.problem(f"unknown key {key}")
