"""What a text of rules says, without a group around it: for people who write rules and for those who measure the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rules.clarity import ClarityReading, Quality, quality, read
from rules.clarity.lines import LineInvalid, read_lines
from scrapers.collect import Watch, collect
from scrapers.errors import AddressRefused as RefusedByScrapers
from scrapers.registry import resolve
from vetting.errors import InvalidInput, NotFound
from vetting.probes.clarity import texts
from vetting.services.context import Context, in_our_words
from vetting.services.fetching import fetcher

LARGEST = 2_000_000  # bytes of a file of rules
SAVE_AS = "Open it in an editor and save it as UTF-8."
TEXTS = frozenset(
    {".txt", ".text", ".md", ".markdown", ".rst", ".json", ".jsonl", ".yaml", ".yml", ".csv", ".doc", ".docx", ".odt"}
)


def of_lines(lines: Iterable[bytes]) -> Iterator[str]:
    """One JSON line of findings for each JSON line of a rule, in UTF-8 with or without a mark at its start. Raises InvalidInput,
    naming the line.
    """
    try:
        yield from read_lines(_decoded(lines))
    except LineInvalid as error:
        raise InvalidInput(f"The input is not one rule a line: {error}.", code=error.code) from error


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            message = f"Line {number} of the input is not text in UTF-8 (byte {error.start + 1} of the line)."
            raise InvalidInput(message, code="not_text", remedy=SAVE_AS) from error


def names_a_file(what: str) -> bool:
    """Whether `what` can only be meant as a file: it is one, ends like a text, or has a slash and is no group's address."""
    path = Path(what)
    if "://" in what:
        return False
    return path.is_file() or path.suffix.lower() in TEXTS or what.startswith(("/", ".", "~")) or _slash_alone(what)


def _slash_alone(what: str) -> bool:
    if "/" not in what:
        return False
    try:
        resolve(what)
    except RefusedByScrapers:
        return True
    return False


def of_file(path: Path) -> ClarityReading:
    """What the rules in a text file say. Raises NotFound where there is none, and InvalidInput for what is no text."""
    if not path.exists():
        raise NotFound(
            f"There is no file {path}.",
            code="file_not_found",
            remedy="Check its name and folder; write https:// before the address of a group.",
        )
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder.", code="not_text", remedy="Name the file with the rules in it.")
    content = path.read_bytes()
    if len(content) > LARGEST:
        raise InvalidInput(f"{path} is larger than {LARGEST:,} bytes.", code="text_too_long")
    try:
        return read(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not text in UTF-8.", code="not_text", remedy=SAVE_AS) from error


def of_group(context: Context, address: str, watch: Watch = lambda _: None) -> ClarityReading:
    """What the rules of the group at `address` say, read now; nothing is stored. Raises AddressRefused or GroupUnreadable."""
    with in_our_words():
        ref = resolve(address)
        snapshot = collect(ref, fetcher(context, ref), watch).snapshot
    return read(texts(snapshot), snapshot.description.value or "")


def reader() -> Quality:
    """How well the reader that is installed here reads."""
    return quality()
