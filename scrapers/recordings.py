"""A folder of recorded responses as it lies on a disk, in whatever state.

Each file is a response, with its `<file>.meta.json` beside it (`scrapers.recorded`). A MANIFEST.tsv may tell more of each, in its
columns path, platform, url_captured_from and http_status; what a sidecar says goes first.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scrapers import recorded
from scrapers.capture import Capture
from scrapers.errors import AddressRefused
from scrapers.parse import opened
from scrapers.recorded import SIDECAR
from scrapers.urls import Address, Url

MANIFEST = "MANIFEST.tsv"
NOWHERE = "recorded.invalid"  # the host of a response that tells no address

_placeholder = re.compile(r"<([^<>]+)>")
_page = re.compile(
    rb"(?>(?:\xef\xbb\xbf|\s|<\?[^>]*>|<!--.*?-->)*)<(?:!doctype html|html|head|body|title|meta|link|script|div|table|p)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Recording:
    """One file: where it lies, the response, its address if it tells one, and the platform that somebody filed it under."""

    path: str
    capture: Capture
    url: Url | None
    filed: str

    @property
    def is_page(self) -> bool:
        """True for a body that begins as HTML does, whatever its headers say."""
        return _page.match(self.capture.body[:4096]) is not None


def read(folder: Path) -> Iterator[Recording]:
    """Every response below the folder, by path: each file that is neither the manifest nor a sidecar. Raises OSError."""
    rows = _manifest(folder / MANIFEST)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        path = file.relative_to(folder).as_posix()
        if path != MANIFEST and not path.endswith(SIDECAR):
            yield _recording(file, path, rows.get(path, {}))


def _recording(file: Path, path: str, row: Mapping[str, str]) -> Recording:
    capture = recorded.read_file(file, url=row.get("url_captured_from", ""), status=row.get("http_status", ""))
    url = _url(capture.url) or _url(_said(capture))
    for name in _placeholder.findall(capture.url):  # what stands for a group's name there stands for it inside, too
        capture = replace(capture, body=capture.body.replace(f"<{name}>".encode(), name.encode()))
    address = url.href if url else f"https://{NOWHERE}/{file.name}"
    filed = (row.get("platform") or file.parent.name).removeprefix("forum-")
    return Recording(path, replace(capture, url=address, final_url=address), url, filed)


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


def _manifest(file: Path) -> dict[str, dict[str, str]]:
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            row["path"]: row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row.get("path")
        }
