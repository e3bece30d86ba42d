"""A folder of recorded responses as it lies on a disk, in whatever state.

Each file is a response, with its `<file>.meta.json` beside it (`scrapers.recorded`). A MANIFEST.tsv may tell more of each, in its
columns path, platform, url_captured_from and http_status; what a sidecar says goes first.

Threat: a recording may come from anybody: links that lead out of the folder, endless files, broken descriptions.
Guard: nothing is read that lies elsewhere or is larger than a fetch takes; what is wrong is told of each file, and none ends the
reading of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scrapers import recorded
from scrapers.capture import Capture, Outcome
from scrapers.errors import AddressRefused
from scrapers.parse import opened
from scrapers.recorded import NOWHERE, SIDECAR, UNDATED, capped, leads_out
from scrapers.urls import Address, Url

MANIFEST = "MANIFEST.tsv"

_placeholder = re.compile(r"<([^<>]+)>")
_page = re.compile(
    rb"(?>(?:\xef\xbb\xbf|\s|<\?[^>]*>|<!--.*?-->)*)<(?:!doctype html|html|head|body|title|meta|link|script|div|table|p)\b",
    re.IGNORECASE | re.DOTALL,
)
# What stands in no text of the web: control characters other than those that part lines and words. UTF-16 tells itself.
_binary = re.compile(rb"(?!\xff\xfe|\xfe\xff).*?[\x00-\x08\x0e-\x1a\x1c-\x1f]", re.DOTALL)


@dataclass(frozen=True)
class Recording:
    """One file: where it lies, the response, its address if it tells one, and the platform that somebody filed it under.

    `warnings` say what is wrong with it. One that could not be read at all has a capture without status.
    """

    path: str
    capture: Capture
    url: Url | None = None
    filed: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def is_read(self) -> bool:
        return self.capture.status is not None

    @property
    def is_binary(self) -> bool:
        """True for a body that is no text, so nothing that any platform answers."""
        return _binary.match(self.capture.body[:4096]) is not None

    @property
    def is_page(self) -> bool:
        """True for a body that begins as HTML does, whatever its headers say."""
        return _page.match(self.capture.body[:4096]) is not None


def read(folder: Path) -> Iterator[Recording]:
    """Every response below the folder, by path: each file that is neither the manifest nor a sidecar; then what is told of and not
    there. Raises OSError.
    """
    rows, problem = _manifest(folder)
    if problem:
        yield _unread(MANIFEST, problem)
    files = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
    for path, file in files.items():
        if path != MANIFEST and not path.endswith(SIDECAR):
            yield _recording(file, path, rows.get(path, {}), folder)
    for path in files:
        if path.endswith(SIDECAR) and path.removesuffix(SIDECAR) not in files:
            yield _unread(path, "the response that it describes is not in the folder", Outcome.UNAVAILABLE)
    for path in rows:
        if path not in files:
            yield _unread(path, f"{MANIFEST} names it, but it is not in the folder", Outcome.UNAVAILABLE)


def _recording(file: Path, path: str, row: Mapping[str, str], folder: Path) -> Recording:
    if leads_out(file, folder):
        return _unread(path, "it leads out of the folder, and is not followed", Outcome.UNAVAILABLE)
    told = {"url": row.get("url_captured_from", ""), "status": row.get("http_status", "")}
    capture, warnings = recorded.read_file(file, **told)
    url = _url(capture.url) or _url(_said(capture))
    for name in _placeholder.findall(capture.url):  # what stands for a group's name there stands for it inside, too
        capture = replace(capture, body=capture.body.replace(f"<{name}>".encode(), name.encode()))
    address = url.href if url else f"https://{NOWHERE}/{file.name}"
    filed = (row.get("platform") or file.parent.name).removeprefix("forum-")
    return Recording(path, replace(capture, url=address, final_url=address), url, filed, warnings)


def _unread(path: str, problem: str, outcome: Outcome = Outcome.PARSE_ERROR) -> Recording:
    nowhere = f"https://{NOWHERE}/"
    return Recording(path, Capture(nowhere, nowhere, outcome, UNDATED), warnings=(problem,))


def _url(text: str) -> Url | None:
    """The address, with what stands for a secret or either scheme written as an address; None where it is none."""
    text = _placeholder.sub(r"\1", text.replace("http(s)://", "https://").split(" ", 1)[0])
    try:
        url = Address.parse(text).url
    except AddressRefused:
        return None
    return None if url is None or url.on(NOWHERE) else url


def _said(capture: Capture) -> str:
    """The address by which an ActivityPub object names itself; nothing for other answers."""
    document = opened(capture)
    return str(document.get("id")) if isinstance(document.get("type"), str) else ""


def _manifest(folder: Path) -> tuple[dict[str, dict[str, str]], str]:
    """The rows by their path, and what is wrong with the file as a whole; a folder without one is in order."""
    file = folder / MANIFEST
    if not file.is_file():
        return {}, ""
    content = None if leads_out(file, folder) else capped(file)
    if content is None:
        return {}, "it is too large or leads out of the folder, and was not read"
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        return {}, "it is not text in UTF-8, and was not used"
    header, *rows = ([cell.strip("\r") for cell in line.split("\t")] for line in lines)
    named = (dict(zip(header, row, strict=False)) for row in rows)
    return {row["path"]: row for row in named if row.get("path")}, ""
