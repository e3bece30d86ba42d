"""Facts in, a judgement out. Pure and total: the same pack, facts and moment give the same evaluation, for any valid facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from rules.caps import Cap
from rules.conditions import Values, view
from rules.facts import Facts, Incident
from rules.findings import AppliedCap, Discount, Evaluation, Finding, Pending
from rules.grading import (
    UNGRADED,
    Standpoint,
    freshness,
    hold_downgrade,
    missing_for_best,
    on_ladder,
    ungraded_reasons,
    with_hysteresis,
)
from rules.history import Before, as_before, carry_failures
from rules.pack import Pack
from rules.scoring import Score, capped, discount, score_findings, vouch_points

PLACES = 6  # to which headline and coverage are rounded before they are graded, and shown


def evaluate(pack: Pack, facts: Facts, at: datetime) -> Evaluation:
    """The judgement of `facts` by `pack` at `at` (UTC).

    The facts are taken to be valid (`vocabulary.validate`). Nothing outside the arguments is looked at: what was published before
    comes in with `facts.previous`, and what the next evaluation must know of this one stands in its document.
    """
    case = _Case.of(pack, facts, at)
    findings = pack.panel(case.values, at)
    if case.before:
        findings = carry_failures(findings, case.before, facts.read_at, pack.carry_refreshes)
    score = case.score(findings)
    caps = case.caps(pack.caps)
    arithmetic = _arithmetic(score, caps)
    award = _award(case, findings, score, caps, arithmetic["headline"])
    return Evaluation(
        pack=pack.name,
        pack_version=pack.version,
        pack_digest=pack.digest,
        at=at,
        findings=findings,
        dimensions=score.dimensions,
        discounts=score.discounts,
        incident_score=100 * score.factor,
        low=score.low,
        high=score.high,
        coverage=score.coverage,
        caps=caps,
        headline=arithmetic["headline"],
        grade=award.grade,
        grade_reasons=award.reasons,
        flags=award.flags,
        arithmetic=arithmetic,
        read_at=facts.read_at,
        last_grade=award.last_grade,
        last_grade_at=award.last_grade_at,
        pending=award.pending,
        facts=facts,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One group at one moment: what every step of the judgement needs."""

    pack: Pack
    facts: Facts
    at: datetime
    values: Values
    incidents: tuple[Incident, ...]
    discounts: tuple[Discount, ...]
    before: Before | None

    @classmethod
    def of(cls, pack: Pack, facts: Facts, at: datetime) -> _Case:
        incidents = tuple(sorted(facts.incidents, key=repr))
        return cls(
            pack=pack,
            facts=facts,
            at=at,
            values=view(facts),
            incidents=incidents,
            discounts=tuple(discount(incident, pack.incidents, at) for incident in incidents),
            before=Before.of(facts.previous, pack.grades.names) if facts.previous else None,
        )

    def score(self, findings: Iterable[Finding]) -> Score:
        vouches = vouch_points(self.facts.vouches, self.facts.objections, self.pack.vouch_points)
        return score_findings(findings, self.pack.dimensions, self.discounts, vouches)

    def caps(self, caps: Iterable[Cap]) -> tuple[AppliedCap, ...]:
        applied = [cap.apply(self.values, self.incidents, self.at) for cap in caps]
        return tuple([cap for cap in applied if cap])

    def standpoint(self, score: Score, headline: float) -> Standpoint:
        coverage = round(score.coverage, PLACES)
        missing = missing_for_best(
            self.pack.grades, coverage, self.values, self.at, open_incident=self._open_incident()
        )
        return Standpoint(headline, coverage, missing)

    def _open_incident(self) -> bool:
        pairs = zip(self.incidents, self.discounts, strict=True)
        return any(weight.corroboration > 0 and not incident.is_resolved(self.at) for incident, weight in pairs)


def _headline(score: Score, caps: Iterable[AppliedCap]) -> float:
    """Rounded as it is shown: the number that is printed is the number that is graded."""
    return round(capped(score.low, caps), PLACES)


def _arithmetic(score: Score, caps: tuple[AppliedCap, ...]) -> Mapping[str, float]:
    """mean_low + vouches (100 at most), times incident_factor, is low; high alike; the lowest limit then holds each down."""
    headline = _headline(score, caps)
    certain = [cap for cap in caps if cap.certain]
    return {
        "mean_low": score.mean_low,
        "mean_high": score.mean_high,
        "vouches": score.vouches,
        "incident_factor": score.factor,
        "low": score.low,
        "high": score.high,
        "limit": capped(100.0, caps),
        "headline": headline,
        "headline_high": max(headline, round(capped(score.high, certain), PLACES)),
    }


# --- the grade -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Award:
    grade: str
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    last_grade: str = ""
    last_grade_at: datetime | None = None
    pending: Pending | None = None


def _award(
    case: _Case, findings: tuple[Finding, ...], score: Score, caps: tuple[AppliedCap, ...], headline: float
) -> _Award:
    flags = tuple(dict.fromkeys([cap.flag for cap in caps if cap.flag and cap.certain]))
    age = freshness(case.facts.read_at, case.at, case.pack.fresh_days)
    flags += (age,) if age else ()
    reasons, suspended = _no_grade(case, score, caps, age)
    if suspended:
        flags += ("suspended",)
    if reasons:
        last = (case.before.last_grade, case.before.last_grade_at) if case.before else ("", None)
        return _Award(UNGRADED, reasons, flags, *last)
    return _graded(case, findings, case.standpoint(score, headline), caps, flags)


def _no_grade(case: _Case, score: Score, caps: tuple[AppliedCap, ...], age: str) -> tuple[tuple[str, ...], bool]:
    """Reasons for U, and whether the rating is suspended."""
    suspending = tuple([cap.message for cap in caps if cap.limit is None])
    stale = ("The group has not been read for more than half a year.",) if age == "stale" else ()
    unknown = [text for fact, text in case.pack.must_know.items() if fact not in case.values]
    coverage = round(score.coverage, PLACES)
    return (*suspending, *stale, *ungraded_reasons(case.pack.grades, coverage, unknown)), bool(suspending)


def _graded(
    case: _Case,
    findings: tuple[Finding, ...],
    standpoint: Standpoint,
    caps: tuple[AppliedCap, ...],
    flags: tuple[str, ...],
) -> _Award:
    grades, before = case.pack.grades, case.before
    last = before.last_grade if before else ""
    grade = with_hysteresis(grades, standpoint, last)
    reasons = tuple(cap.message for cap in caps)
    if standpoint.headline >= grades.ladder[0][1]:
        reasons += standpoint.missing_for_best
    plain = on_ladder(grades, standpoint.headline, best_allowed=not standpoint.missing_for_best)
    if plain != grade:
        reasons += (
            f"The score has reached {plain}; the grade rises once it stands {grades.margin_up:g} points above the mark.",
        )
    pending = None
    if before and case.facts.read_at and grades.rank(grade) < grades.rank(before.grade):
        held = grades.worse(before.grade, _grade_as_read_before(case, before, findings))
        if grades.rank(held) > grades.rank(grade):
            grade, pending = hold_downgrade(grades, grade, held, before.pending, case.facts.read_at)
    if before and pending:
        pending = replace(pending, findings=before.firm_findings, caps=before.firm_caps)
        flags += ("pending_downgrade",)
        reasons += (f"A reading gave {pending.grade}; a second one must agree before the grade falls.",)
    return _Award(grade, reasons, flags, grade, case.at, pending)


def _grade_as_read_before(case: _Case, before: Before, findings: tuple[Finding, ...]) -> str:
    """The grade with incidents, vouches and registers as they are now, and everything read from the web as it was."""
    at_once = case.pack.grades.at_once
    fresh = {rule.id for rule in case.pack.rules if rule.reads & at_once}
    firm = before.firm_findings
    mixed = [finding if finding.rule in fresh else as_before(finding, firm) for finding in findings]
    score = case.score(mixed)
    now = case.caps(cap for cap in case.pack.caps if cap.when is None or cap.when.reads & at_once)
    then = tuple(
        AppliedCap(cap.id, cap.limit, cap.message, ())
        for cap in case.pack.caps
        if cap.id in before.firm_caps and cap.when is not None and not cap.when.reads & at_once
    )
    return with_hysteresis(case.pack.grades, case.standpoint(score, _headline(score, now + then)), before.last_grade)
