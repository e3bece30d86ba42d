"""The log: events with fields, on standard error. No visitor's address and no pasted text is ever a field."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(*, verbose: bool = False) -> None:
    """Lines for people on a terminal, one JSON object a line elsewhere. Libraries keep to Python's own way: warnings and worse."""
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(
            sys.stderr
        ),  # asked for at each event: the stream may be replaced
    )


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
