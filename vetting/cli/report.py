"""A report as plain text, from the one document that every face shows: what is gravest first, and every addend of the score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vetting.cli.text import plain, wrapped
from vetting.web import labels
from vetting.web.reading import Reading, forbids
from vetting.web.text import day, minute, month, percent, points, words

PLACES = 4  # of the addends, as the page shows them
SIGNS = {"passed": "+", "partial": "~", "failed": "-", "cant_tell": "?"}
NO_INCIDENT = (
    "No reviewed incident is on record. That means that none was reported to us and borne out; it does not mean that nothing ever "
    "happened."
)
HELP = "You do not have to wait for a group. These lines are free and open at any hour:"
ELSEWHERE = "Elsewhere: https://findahelpline.com/ lists free lines in many countries."
CONTRIBUTED = (
    "The platform shows us no {fields}. What stands here of it was sent by people who can see the group. We could not read it "
    "ourselves."
)
DECLARED = "The group's own word alone, a claim and not a finding: {fields}."
ASKS_ITSELF = "what counts is what it asks for itself."
UNCERTAIN = "It counts as a limit all the same: hiding something must not lift one."

Document = Mapping[str, Any]


def render(report: Document) -> str:
    """The whole report in lines of at most 100 columns; the evidence behind each finding stands in the document alone."""
    reading = Reading(report)
    parts: list[Iterable[str]] = [
        _gravest(report),
        _verdict(report),
        _titled("Why this grade", _items(report["grade_reasons"])),
        _titled("Limits", _limits(report)),
        _titled("Incidents on record", _incidents(report)),
        _titled("If you need someone to talk to now", _help() if reading.warns else ()),
        *(_dimension(report, dimension) for dimension in report["dimensions"]),
        _titled("What the group offers", _offers(report)),
        _titled("How the score was made", _score(report)),
        _titled("What was read", _read(report)),
    ]
    return "\n\n".join("\n".join(lines) for lines in map(list, parts) if lines) + "\n"


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Nothing where there is nothing to say."""
    told = list(lines)
    if told:
        yield from (title, *told)


def _items(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from wrapped(text, "  - ")


# --- the verdict -------------------------------------------------------------------------------------------------------


def _gravest(report: Document) -> Iterator[str]:
    """What says not to join, or not to rely on a grade: a reader who stops here knows what matters most."""
    if report["suspended"]:
        yield from wrapped(report["summary"])
    for cap in report["caps"]:
        if forbids(cap):
            yield from wrapped(cap["message"])


def _verdict(report: Document) -> Iterator[str]:
    group = report["group"]
    yield from wrapped(f"{group['name']}  ({group['url']})")
    if group["is_demo"]:
        yield "An invented example: this group, its members and its incidents do not exist."
    yield _grade(report)
    yield (
        f"{points(report['headline'])} of 100, between {points(report['low'])} and {points(report['high'])}; "
        f"{percent(report['coverage'])} of what was asked is known."
    )
    if not any(_gravest(report)):  # which is the summary then
        yield from wrapped(report["summary"])
    last = report["last_known"]
    if last and report["grade"] == "U":
        yield f"Last known grade: {last['grade']}, on {day(last['at'])}."


def _grade(report: Document) -> str:
    if report["suspended"]:
        return "The rating is paused"
    return f"Grade {report['grade']}: {labels.grade_label(report['grade']).title.lower()}"


def _limits(report: Document) -> Iterator[str]:
    for cap in report["caps"]:
        limit = (
            "" if cap["limit"] is None else f" The score cannot be more than {points(cap['limit'])} while this stands."
        )
        doubt = "" if cap["certain"] else f" {UNCERTAIN}"
        yield from wrapped(f"{cap['message']}{limit}{doubt}", "  - ")


def _incidents(report: Document) -> Iterator[str]:
    records = report["incidents"]["records"]
    if not records:
        yield from wrapped(NO_INCIDENT, "  ")
    for record in records:
        yield from wrapped(
            f"{words(record['category']).capitalize()}, {month(record['month'])}: severity {record['severity']} of 4, "
            f"{words(record['state'])}; the group's response: {words(record['response'])}. {record.get('summary', '')}",
            "  - ",
        )


def _help() -> Iterator[str]:
    yield f"  {HELP}"
    width = max(len(line.place) for line in labels.HELP_LINES)
    yield from (f"  {line.place:<{width}}  {line.name} {line.number}" for line in labels.HELP_LINES)
    yield f"  {ELSEWHERE}"


# --- findings and offers -----------------------------------------------------------------------------------------------


def _dimension(report: Document, dimension: Document) -> Iterator[str]:
    yield (
        f"{plain(dimension['title'])}: {points(dimension['low'])} to {points(dimension['high'])} of 100, "
        f"{percent(dimension['coverage'])} known"
    )
    if dimension["id"] == "clarity":
        yield from wrapped(report.get("rules_note", ""), "  ")
    findings = _findings(report, dimension)
    for sign in ("failed", "partial", "passed", "cant_tell"):
        for finding in findings:
            if finding["result"] == sign:
                yield from _finding(finding)
    yield from _not_asked(findings)
    if dimension["id"] == "clarity" and report.get("platform_rules"):
        yield from _of_the_platform(report["platform_rules"])


def _findings(report: Document, dimension: Document) -> list[Document]:
    """The heavier before the lighter."""
    mine = [finding for finding in report["findings"] if finding["dimension"] == dimension["id"]]
    return sorted(mine, key=lambda finding: (-finding["weight"], finding["rule"]))


def _finding(finding: Document) -> Iterator[str]:
    yield from wrapped(finding["message"], f"  {SIGNS[finding['result']]} ", "    ")
    if finding["carried_from"]:
        found = f"Found on {day(finding['carried_from'])}; it could not be read since, and stays until it can."
        yield from wrapped(found, "    ")
    if finding["result"] in ("failed", "partial") and finding["remedy"]:
        yield from wrapped(f"What would change this: {finding['remedy']}", "    ")


def _not_asked(findings: Iterable[Document]) -> Iterator[str]:
    count = sum(finding["result"] not in SIGNS for finding in findings)
    if count:
        asked = "1 question does" if count == 1 else f"{count} questions do"
        yield f"  {asked} not apply or cannot be seen here, and do{'es' if count == 1 else ''} not count."


def _of_the_platform(rules: Document) -> Iterator[str]:
    hold = "1 rule of the platform holds" if rules["count"] == 1 else f"{rules['count']} rules of the platform hold"
    yield from wrapped(f"{hold} here too. They do not count for the group: {ASKS_ITSELF}", "  ")
    for answer in rules["answers"]:
        yield from wrapped(f"{answer['question']} “{answer['quote']}”", "    ")


def _offers(report: Document) -> Iterator[str]:
    for offer in report["offers"]:
        quote = f"“{offer['quote']}”" if offer.get("quote") else ""
        yield from wrapped(f"{offer['label']}: {' '.join(filter(None, (offer['value'], quote)))}", "  - ")


# --- the arithmetic ----------------------------------------------------------------------------------------------------


def _score(report: Document) -> Iterator[str]:
    """Each addend on a line of its own, then the steps from the sums to the headline."""
    for dimension in report["dimensions"]:
        yield f"  {plain(dimension['title'])}, {points(dimension['weight'])} parts: earned, of what it weighs"
        for finding in _findings(report, dimension):
            if finding["result"] in SIGNS:
                yield from _addend(_earned(finding), finding["weight"], finding["question"])
        unknown = f", with {points(dimension['unknown'], PLACES)} not known" if dimension["unknown"] else ""
        yield from _addend(points(dimension["earned"], PLACES), dimension["observable"], f"in all{unknown}")
    for row in report["incidents"]["discounts"]:
        parts = " × ".join(f"{row[name]:.12g} ({name})" for name in ("severity", "corroboration", "decay", "response"))
        yield from _step(row["factor"], f"Incident {row['incident']}: 1 − {parts}")
    for step in report["arithmetic"]:
        yield from _step(step["value"], f"{step['label']}: {step['expression']}")


def _addend(earned: str, weight: float, what: str) -> list[str]:
    return wrapped(f"{earned:>12} of {points(weight, PLACES):>5}  {what}", "  ", " " * 25)


def _step(value: float, how: str) -> list[str]:
    return wrapped(f"{value:>12.12g}  {how}", "  ", " " * 16)


def _earned(finding: Document) -> str:
    """A range where all of the weight, or the rest of it, could not be told."""
    unknown = finding.get("unknown", finding["weight"] if finding["result"] == "cant_tell" else 0)
    low, high = points(finding["earned"], PLACES), points(finding["earned"] + unknown, PLACES)
    return f"{low} to {high}" if unknown else low


# --- the reading -------------------------------------------------------------------------------------------------------


def _read(report: Document) -> Iterator[str]:
    fresh = labels.FRESHNESS.get(report["freshness"], report["freshness"])
    if report.get("contributed") and not report["captures"]:
        yield f"  Last contributed on {day(report['read_at'])}; never read by us."
    else:
        yield f"  Last read on {minute(report['read_at'])}: {fresh}."
    if report.get("contributed"):
        fields = labels.fields_in_words(report["contributed"], "or")
        yield from wrapped(CONTRIBUTED.format(fields=fields), "  ")
    if report.get("declared"):
        yield from wrapped(DECLARED.format(fields=", ".join(map(words, report["declared"]))), "  ")
    for warning in report["warnings"]:
        yield from wrapped(labels.warning_words(warning), "  - ")
    pack = report["pack"]
    yield from wrapped(
        f"Judged on {minute(report['assessed_at'])} by pack {pack['name']} {pack['version']} ({pack['digest'][:12]}), assessment "
        f"{report['assessment']}. The same with all evidence: --json.",
        "  ",
    )
