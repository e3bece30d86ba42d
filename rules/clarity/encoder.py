"""The optional sentence encoder: static word vectors of wordllama, which come inside its package (nothing is downloaded).

Imported only when first asked for; without the package every text has no vector and the plain heads are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

DIMENSIONS = 256


@cache
def _model() -> Any:
    """The loaded encoder, or None where wordllama is not installed (extra `encoder`)."""
    try:
        import wordllama  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        return None
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)


def available() -> bool:
    return _model() is not None


def embed(texts: Sequence[str]) -> list[list[float]]:
    """One vector of unit length for each text, of zeros where the text has no known word. Only where `available()`."""
    vectors = _model().embed([text or " " for text in texts], norm=True)
    rows: list[list[float]] = vectors.tolist()
    return [row if all(value == value for value in row) else [0.0] * DIMENSIONS for row in rows]  # noqa: PLR0124 - NaN
