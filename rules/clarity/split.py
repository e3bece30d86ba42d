"""Cuts a published text into its rules: numbered, bulleted, headed, tabled or plain paragraphs, as people really write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rules.clarity.readings import RuleText

LONGEST_TITLE = 100  # characters
FEWEST_LINES = 3  # in a list without markers
MOST_RULES = 500  # a text with more pieces than this is not a set of rules; the rest stays in the last one

_BARE_NUMBER = 20  # characters; "Rule 3:" alone on its line, its text below
_EMPHASIS = re.compile(r"^[*_~#>\s\ufe0f\u200b]{0,12}")
_NUMBER = re.compile(
    r"^(?:(?:rule|rules|regel|regla|regle|règle|regra|norma|norme|article|artikel|artículo|artigo|law|n[°º]|no\.|pr)\s{0,2}[#№]?\s?"
    r"(?:\d{1,3}|[ivx]{1,5}|one|two|three|four|five|six|seven|eight|nine|ten)\b\s?[.:)\]\-–—|]{0,2}"
    r"|[#§(\[]?\s?\d{1,3}\s?(?:[.)\]:]{1,2}(?!\d)|[-–—]\s)|[#§]\s?\d{1,3}\b|\d\ufe0f?\u20e3|[ivx]{1,5}[.)]\s|[a-z]\)\s)[*_]{0,3}\s{0,3}",
    re.IGNORECASE,
)
_BULLET = re.compile(
    r"^\s{0,12}(?:[-*+•·▪●►○◦‣➤➡✅❌⛔🚫📌🔹🔸–—]\ufe0f?)\s{1,4}(?=\S)|^\s{0,12}[•·▪●►○◦‣➤✅❌⛔🚫📌🔹🔸]\ufe0f?(?=\w)"
)
_HEADING = re.compile(
    r"^(?:#{1,6}\s{0,3}(?P<hash>\S.{0,150}?)\s{0,3}#{0,6}|={2,5}\s{0,3}(?P<wiki>[^=]{1,150}?)\s{0,3}={2,5}|(?P<bold>(?:\*\*|__)[^*_]{2,120}(?:\*\*|__)):?)$"
)
_RULER = re.compile(r"^[=\-~_*]{3,200}$")
_TABLE = re.compile(r"^\|.{0,4000}\|?$")
_TABLE_RULE = re.compile(r"^\|?[\s:|+\-]{3,400}$")
_INLINE = re.compile(r"(?:(?<=^)|(?<=\s))(?:[#(]?(\d{1,2})[.):](?=\s|\D))")
_LEAD = re.compile(
    r"^(?:\*\*|__)(?P<bold>[^*_]{2,100}?)(?:\*\*|__)\s?[:.\-–—]{0,2}\s{0,3}(?P<rest>\S.*)$|^(?P<plain>[^.:!?|]{2,80}?)(?::\s|\s[-–—]{1,2}\s)(?P<tail>\S.*)$",
    re.DOTALL,
)
_AROUND = " \t*_~>`\u200b\ufe0f"


@dataclass(frozen=True)
class Line:
    """One line of the text and what it is: number, bullet, heading, row, blank or plain; `body` is without its marker."""

    kind: str
    body: str
    indent: int


def split(text: str) -> list[RuleText]:
    """The rules of `text`, in its order. A preface, and what stands under no marker, is kept as a rule of its own."""
    lines = _lines(text)
    openers = _openers(lines)
    if not openers:
        return _paragraphs(lines)
    groups: list[list[Line]] = [[]]
    for line in lines:
        if line.kind in openers and _opens(line, lines) and len(groups) < MOST_RULES:
            groups.append([])
        groups[-1].append(line)
    found = [rule for group in groups for rule in _rules(group)]
    return (
        found or [RuleText("", line.body) for line in lines if line.body][:MOST_RULES]
    )  # headings with nothing below them


def _lines(text: str) -> list[Line]:
    """Lines with their kinds; a line over a ruler, and a bold line alone, is a heading."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: list[Line] = []
    for content in raw:
        if _RULER.match(content.strip()) or _TABLE_RULE.match(content.strip()):
            if (
                found
                and found[-1].kind == "plain"
                and content.strip()[0] in "=-"
                and len(found[-1].body) <= LONGEST_TITLE
            ):
                found[-1] = Line("heading", found[-1].body, 0)
            continue
        found.append(_line(content))
    return found


def _line(content: str) -> Line:
    indent = len(content) - len(content.lstrip())
    body = content.strip()
    if not body or body in {"{|", "|}", "|-"}:
        return Line("blank", "", indent)
    if _TABLE.match(body) and body.count("|") > 1:
        return Line("row", body, indent)
    kind, rest = _marked(content, body)
    return Line(kind, _clean(rest), indent)


def _marked(content: str, body: str) -> tuple[str, str]:
    """What begins the line (a number, a heading's marks, a bullet or nothing), and the line without it."""
    bare = _EMPHASIS.sub("", body, count=1)
    if number := _NUMBER.match(bare):
        rest = bare[number.end() :]
        if any(char.isalpha() for char in rest):
            return "number", rest
        if len(bare) < _BARE_NUMBER:
            return "number", ""
    if heading := _HEADING.match(body):
        return "heading", next(group for group in heading.groups() if group)
    if bullet := _BULLET.match(content):
        return "bullet", content[bullet.end() :]
    return "plain", body


def _openers(lines: Iterable[Line]) -> frozenset[str]:
    """Which kinds of line begin a rule in this text. Bullets under numbers or under several headings are details."""
    counts = dict.fromkeys(("number", "bullet", "heading", "row"), 0)
    for line in lines:
        if line.kind in counts:
            counts[line.kind] += 1
    kinds = {"heading", "row"} & {kind for kind, count in counts.items() if count}
    if counts["number"] >= 2:
        return frozenset(kinds | {"number"})
    if counts["bullet"] >= 2 and counts["heading"] <= 2:
        return frozenset(kinds | {"bullet"})
    return frozenset(kinds) if counts["heading"] >= 2 or counts["row"] >= 2 else frozenset()


def _opens(line: Line, lines: Iterable[Line]) -> bool:
    """A list item that is set in deeper than the outermost one belongs to the item above it."""
    if line.kind not in {"bullet", "number"}:
        return True
    return line.indent <= min(other.indent for other in lines if other.kind == line.kind) + 1


def _rules(group: list[Line]) -> list[RuleText]:
    if not group:
        return []
    first, rest = group[0], group[1:]
    below = "\n".join(line.body for line in rest if line.body)
    if first.kind == "row":
        return [*_row(first), *_paragraphs(rest)]
    if first.kind == "heading":
        return [RuleText(first.body, below)] if below else []
    if first.kind in {"number", "bullet"}:
        return [_titled(first.body, below)] if first.body or below else []
    return _paragraphs(group)


def _titled(first: str, below: str) -> RuleText:
    lead = _LEAD.match(first)
    if lead:
        title, text = lead["bold"] or lead["plain"], lead["rest"] or lead["tail"]
        return RuleText(title.strip(), "\n".join(part for part in (text.strip(), below) if part))
    if below and len(first) <= LONGEST_TITLE:
        return RuleText(first, below)
    return RuleText("", "\n".join(part for part in (first, below) if part))


def _row(line: Line) -> list[RuleText]:
    cells = [_clean(cell) for cell in re.split(r"\|{1,2}", line.body.strip("|")) if cell.strip()]
    cells = [cell for cell in cells if any(char.isalpha() for char in cell)]
    if not cells:
        return []
    return [RuleText(cells[0], " ".join(cells[1:])) if len(cells) > 1 else RuleText("", cells[0])]


def _paragraphs(lines: Iterable[Line]) -> list[RuleText]:
    """Paragraphs as rules; one that counts its points inside the line is cut at the numbers."""
    found: list[RuleText] = []
    block: list[str] = []
    for line in [*lines, Line("blank", "", 0)]:
        if line.body:
            block.append(line.body)
        elif block:
            found.extend(_paragraph(block))
            block = []
    if len(found) <= MOST_RULES:
        return found
    return [*found[: MOST_RULES - 1], RuleText("", "\n".join(rule.whole for rule in found[MOST_RULES - 1 :]))]


def _paragraph(block: list[str]) -> list[RuleText]:
    whole = "\n".join(block)
    points = _points(whole)
    if points:
        return [RuleText("", piece) for piece in points]
    if _is_list(block):
        return [_titled(line, "") for line in block]
    if _is_list(block[1:]) and block[0][-1] == ":":
        return [RuleText("", block[0]), *(_titled(line, "") for line in block[1:])]
    if len(block) > 1 and len(block[0]) <= LONGEST_TITLE and block[0][-1] not in ".!?,;":
        return [RuleText(block[0].rstrip(":"), "\n".join(block[1:]))]
    return [RuleText("", whole)]


def _is_list(block: list[str]) -> bool:
    """Whether each line is a rule without a marker: all are whole sentences, while of wrapped prose some line would break off."""
    return len(block) >= FEWEST_LINES and all(line[-1] in ".!?" and not line[0].islower() for line in block)


def _points(whole: str) -> list[str]:
    """Cuts "1. ... 2. ... 3. ..." where at least three numbers follow one another."""
    wanted, cuts = 1, []
    for match in _INLINE.finditer(whole):
        if int(match[1]) == wanted:
            cuts.append((match.start(), match.end()))
            wanted += 1
    if len(cuts) < 3:
        return []
    ends = [start for start, _ in cuts[1:]] + [len(whole)]
    pieces = [whole[: cuts[0][0]], *(whole[begin:end] for (_, begin), end in zip(cuts, ends, strict=True))]
    return [piece.strip() for piece in pieces if piece.strip()]


def _clean(body: str) -> str:
    """Without the emphasis around it; what is inside stays as it stands, so that every quote is found in the page."""
    return body.strip(_AROUND)
