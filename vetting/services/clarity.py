"""What a text of rules says, without a group around it: for people who write rules and for those who measure the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rules.clarity import ClarityReading, Quality, quality, read
from rules.clarity.lines import LineInvalid, read_lines
from scrapers.collect import Watch, collect
from scrapers.registry import resolve
from vetting.errors import InvalidInput
from vetting.probes.clarity import texts
from vetting.services.context import Context, in_our_words
from vetting.services.fetching import fetcher

LARGEST = 2_000_000  # bytes of a file of rules


def of_lines(lines: Iterable[str]) -> Iterator[str]:
    """One JSON line of findings for each JSON line of a rule. Raises InvalidInput, naming the line."""
    try:
        yield from read_lines(lines)
    except LineInvalid as error:
        raise InvalidInput(f"The input is not one rule a line: {error}.", code=error.code) from error


def of_file(path: Path) -> ClarityReading:
    """What the rules in a text file say. Raises InvalidInput for what is no text."""
    content = path.read_bytes()
    if len(content) > LARGEST:
        raise InvalidInput(f"{path} is larger than {LARGEST:,} bytes.", code="text_too_long")
    try:
        return read(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not text in UTF-8.", code="not_text") from error


def of_group(context: Context, address: str, watch: Watch = lambda _: None) -> ClarityReading:
    """What the rules of the group at `address` say, read now; nothing is stored. Raises AddressRefused or GroupUnreadable."""
    with in_our_words():
        ref = resolve(address)
        snapshot = collect(ref, fetcher(context, ref), watch).snapshot
    return read(texts(snapshot), snapshot.description.value or "")


def reader() -> Quality:
    """How well the reader that is installed here reads."""
    return quality()
