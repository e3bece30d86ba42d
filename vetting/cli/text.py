"""Lines for a terminal: harmless, and no longer than a reader's eye likes."""

from __future__ import annotations

import textwrap

WIDTH = 100  # columns


def plain(text: str) -> str:
    """Without characters that could steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """`text` in lines of at most 100 columns (addresses stay whole); the first begins with `first`, the others with `rest`, or as
    many spaces.
    """
    rest = " " * len(first) if rest is None else rest
    return textwrap.wrap(
        plain(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
