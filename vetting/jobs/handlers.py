"""Kind of job -> the service that does it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from vetting.services.context import Context
from vetting.services.contributions import REASSESS
from vetting.services.jobs import Progress
from vetting.services.submissions import VET

Tell = Callable[[Progress], None]
Handler = Callable[[Context, Mapping[str, Any], Tell], Mapping[str, Any]]


def vet(context: Context, payload: Mapping[str, Any], progress: Tell) -> Mapping[str, Any]:
    """Loaded when the first job comes: a process that only serves pages never pays for scrapers, rules and parsers."""
    result: Mapping[str, Any] = importlib.import_module("vetting.services.vet").run_job(context, payload, progress)
    return result


def reassess(context: Context, payload: Mapping[str, Any], progress: Tell) -> Mapping[str, Any]:
    """Loaded when the first job comes, as above."""
    result: Mapping[str, Any] = importlib.import_module("vetting.services.reassess").run_job(context, payload, progress)
    return result


HANDLERS: Mapping[str, Handler] = {VET: vet, REASSESS: reassess}
