"""Registers and archives: one file per source. Those that know of a group's past offer it as `PAST`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from scrapers.past import PastSource


@cache
def past_sources() -> tuple[PastSource, ...]:
    """Whoever can be asked about a group's past, by name; adding one is one file with a `PAST` in it."""
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return tuple(module.PAST for module in modules if isinstance(getattr(module, "PAST", None), PastSource))
