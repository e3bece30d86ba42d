"""Bodies out of their content encoding, under caps.

Threat: an endless body, or a few kilobytes that unpack to gigabytes.
Guard: what comes over the wire and what it unpacks to are counted apart; unpacking goes in small steps and ends at the cap.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

from urllib3.exceptions import HTTPError
from urllib3.response import ContentDecoder, DeflateDecoder, GzipDecoder

from scrapers.guards import Stopped

MAX_BYTES = 5_000_000
# Pages pack to a fifth, repetitive JSON to a fiftieth; a bomb to a thousandth. Small bodies may pack as they like.
MAX_RATIO = 100
RATIO_FREE_BYTES = 1_000_000
# Small beside the caps, so that what was fed and what came out of it can be compared.
STEP = 16_384

DECODERS: dict[str, Callable[[], ContentDecoder]] = {
    "gzip": GzipDecoder,
    "x-gzip": GzipDecoder,
    "deflate": DeflateDecoder,
}
ACCEPTED = "gzip, deflate"


def decode(chunks: Iterable[bytes], encoding: str, max_bytes: int = MAX_BYTES) -> bytes:
    """The body that the chunks carry under this Content-Encoding (RFC 9110 §8.4).

    Raises Stopped: too_large, decompression_bomb, encoding_unknown, encoding_broken.
    """
    unpack = _unpacker(encoding.strip().lower())
    body = bytearray()
    wire = 0
    for chunk in chunks:
        wire += len(chunk)
        if wire > max_bytes:
            raise Stopped("too_large")
        for piece in unpack(chunk):
            body += piece
            _check(len(body), wire, max_bytes)
    return bytes(body)


def _check(unpacked: int, wire: int, max_bytes: int) -> None:
    if unpacked > wire * MAX_RATIO and unpacked > min(RATIO_FREE_BYTES, max_bytes):
        raise Stopped("decompression_bomb")
    if unpacked > max_bytes:
        raise Stopped("too_large")


def _unpacker(encoding: str) -> Callable[[bytes], Iterator[bytes]]:
    if encoding in ("", "identity"):
        return lambda chunk: iter((chunk,))
    if encoding not in DECODERS:
        raise Stopped("encoding_unknown")
    decoder = DECODERS[encoding]()
    return lambda chunk: _steps(decoder, chunk)


def _steps(decoder: ContentDecoder, chunk: bytes) -> Iterator[bytes]:
    try:
        piece = decoder.decompress(chunk, STEP)
        yield piece
        while piece and decoder.has_unconsumed_tail:
            piece = decoder.decompress(b"", STEP)
            yield piece
    except (zlib.error, HTTPError):
        raise Stopped("encoding_broken") from None
