"""The rules of a pack as somebody would write them down in plain Python or in another language of rules, for comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from rules.vocabulary import LEVELS, Kind, standard

Plain = Callable[[dict[str, Any], datetime], tuple[float, float] | None]


def every(*answers: bool | None) -> bool | None:
    return False if False in answers else None if None in answers else True


def some(*answers: bool | None) -> bool | None:
    return True if True in answers else None if None in answers else False


def opposite(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def among(value: Any, wanted: Any) -> bool | None:
    return None if value is None else value in wanted


def functions(folder: Path) -> list[Plain]:
    """One function a rule: the share it earns for certain and at best, None where it does not apply. None is unknown."""
    names = {"every": every, "some": some, "opposite": opposite, "among": among, "timedelta": timedelta}
    found = []
    for path in sorted(folder.glob("rules/*.yaml")):
        exec(_source(yaml.safe_load(path.read_text(encoding="utf-8"))), names)  # noqa: S102 - source made right here
        found.append(names["rule"])
    return found  # type: ignore[return-value]


def _source(rule: dict[str, Any]) -> str:
    lines = ["def rule(facts, at):"]
    if "applies" in rule:
        lines += [f"    applies = {_python(rule['applies'])}", "    if applies is not True:"]
        lines += ["        return None if applies is False else (0.0, 1.0)"]
    lines += ["    best = 0.0"]
    for condition, share in [(rule["expect"], 1.0), *((one["when"], one["earns"]) for one in rule.get("partial", []))]:
        lines += [
            f"    answer = {_python(condition)}",
            "    if answer is not False:",
            f"        best = best or {share}",
        ]
        lines += ["        if answer:", f"            return ({share}, best)"]
    return "\n".join([*lines, "    return (0.0, best)"])


def _python(raw: dict[str, Any]) -> str:
    ((operator, operand),) = raw.items()
    if operator in ("all", "any"):
        return f"{'every' if operator == 'all' else 'some'}({', '.join(map(_python, operand))})"
    if operator == "not":
        return f"opposite({_python(operand)})"
    ((name, wanted),) = operand.items()
    value = f"facts.get({name!r})"
    if operator in ("older_than", "within"):
        sign = ">" if operator == "older_than" else "<="
        return f"(None if {value} is None else at - {value} {sign} timedelta({wanted}))"
    if standard()[name].kind in (Kind.INTEGER, Kind.NUMBER) and operator in ("at_least", "at_most"):
        return f"(None if {value} is None else {value} {'>=' if operator == 'at_least' else '<='} {wanted})"
    return f"among({value}, {tuple(_allowed(operator, name, wanted))!r})"


def _allowed(operator: str, name: str, wanted: Any) -> Iterable[Any]:
    if operator in ("is", "one_of"):
        return [wanted] if operator == "is" else wanted
    rank = LEVELS.index(wanted)
    return LEVELS[rank:] if operator == "at_least" else LEVELS[: rank + 1]


def expression(raw: dict[str, Any], words: dict[str, str]) -> str:
    """A condition as text for an engine of two truths; moments are given to it as days of age. `words` are its and, or, not, ==."""
    ((operator, operand),) = raw.items()
    if operator in ("all", "any"):
        return "(" + f" {words[operator]} ".join(expression(part, words) for part in operand) + ")"
    if operator == "not":
        return f"{words['not']}({expression(operand, words)})"
    ((name, wanted),) = operand.items()
    if operator in ("older_than", "within"):
        return f"({name} {'>' if operator == 'older_than' else '<='} {float(wanted)})"
    if standard()[name].kind in (Kind.INTEGER, Kind.NUMBER) and operator in ("at_least", "at_most"):
        return f"({name} {'>=' if operator == 'at_least' else '<='} {float(wanted)})"
    return (
        "(" + f" {words['any']} ".join(f"{name} == {_literal(one)}" for one in _allowed(operator, name, wanted)) + ")"
    )


def _literal(value: Any) -> str:
    return (
        str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else f"{float(value)}"
    )


def flat(values: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Known values as such an engine takes them: numbers as floats, moments as days of age."""
    return {name: _flat(value, at) for name, value in values.items() if not isinstance(value, tuple)}


def _flat(value: Any, at: datetime) -> Any:
    if isinstance(value, datetime):
        return (at - value).total_seconds() / 86_400
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
