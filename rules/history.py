"""What an earlier evaluation's document still says today: failures that cannot be read any more, and what is pending."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rules.facts import Standing
from rules.findings import Finding, Pending, Result
from rules.vocabulary import read_moment


@dataclass(frozen=True, slots=True)
class Before:
    """The parts of a `Standing` that count. `findings` are by rule, as the document has them; `caps` the ids of those applied."""

    at: datetime
    read_at: datetime | None
    findings: Mapping[str, Mapping[str, Any]]
    caps: frozenset[str]
    grade: str
    last_grade: str
    last_grade_at: datetime | None
    pending: Pending | None

    @classmethod
    def of(cls, standing: Standing, ladder: Container[str]) -> Before:
        """Of what was published before. A standing without a grade from the ladder points to the one before it."""
        document = standing.evaluation
        graded = standing.grade in ladder
        pending = document.get("pending")
        return cls(
            at=standing.at,
            read_at=_moment(document.get("read_at")),
            findings={finding["rule"]: finding for finding in document.get("findings", ())},
            caps=frozenset(cap["id"] for cap in document.get("caps", ())),
            grade=standing.grade if graded else "",
            last_grade=standing.grade if graded else document.get("last_grade", ""),
            last_grade_at=standing.at if graded else _moment(document.get("last_grade_at")),
            pending=_pending(pending) if pending else None,
        )

    @property
    def firm_findings(self) -> Mapping[str, Mapping[str, Any]]:
        """What the grade rests on: the last findings, or those before them while they await a second reading."""
        if self.pending:
            return self.pending.findings
        kept = ("result", "fraction", "possible", "carried")
        return {rule: {key: finding[key] for key in kept} for rule, finding in self.findings.items()}

    @property
    def firm_caps(self) -> tuple[str, ...]:
        return self.pending.caps if self.pending else tuple(sorted(self.caps))


def _pending(raw: Mapping[str, Any]) -> Pending:
    return Pending(raw["grade"], read_moment(raw["read_at"]), raw["findings"], tuple(raw["caps"]))


def _moment(raw: object) -> datetime | None:
    return None if raw is None else read_moment(raw)


def carry_failures(
    findings: Iterable[Finding], before: Before, read_at: datetime | None, refreshes: int
) -> tuple[Finding, ...]:
    """The findings, where a failure that has become unreadable stays one for so many refreshes, under its own date.

    A refresh is a newer reading: judging the same reading again does not use one up. A carried failure earns nothing at best, and
    still does not count as known, so that it can neither raise nor shield.
    """
    newer = read_at is not None and (before.read_at is None or read_at > before.read_at)
    return tuple(_carry(finding, before, newer=newer, refreshes=refreshes) for finding in findings)


def _carry(finding: Finding, before: Before, *, newer: bool, refreshes: int) -> Finding:
    earlier = before.findings.get(finding.rule)
    if finding.result is not Result.CANT_TELL or earlier is None or earlier["result"] != Result.FAILED:
        return finding
    carried = max(1, earlier.get("carried", 0) + newer)
    if carried > refreshes:
        return finding
    since = _moment(earlier.get("carried_from")) or before.at
    return replace(finding, result=Result.FAILED, possible=0.0, carried_from=since, carried=carried)


def as_before(finding: Finding, firm: Mapping[str, Mapping[str, Any]]) -> Finding:
    """The finding with its earlier result, as if this rule had not been read anew; unchanged where there is no earlier one."""
    earlier = firm.get(finding.rule)
    if earlier is None:
        return finding
    return replace(
        finding,
        result=Result(earlier["result"]),
        fraction=earlier["fraction"],
        possible=earlier["possible"],
        carried=earlier["carried"],
    )
