"""Who may call which endpoint, and how often, in one table. What is missing here is refused, and a test fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    PUBLIC = "public"


class Rate(StrEnum):
    """Which of the operator's rates counts; what it is in figures, the settings say."""

    FREE = "free"
    API = "api_rate"
    SUBMIT = "submit_rate"


@dataclass(frozen=True)
class Access:
    who: Who
    rate: Rate


PAGE = Access(Who.PUBLIC, Rate.FREE)
PROGRAM = Access(Who.PUBLIC, Rate.API)
SUBMISSION = Access(Who.PUBLIC, Rate.SUBMIT)  # costs a platform requests and us minutes

ACCESS: Mapping[str, Access] = {
    "web.static": PAGE,
    "web.home": PAGE,
    "web.submit": SUBMISSION,
    "web.job": PAGE,
    "web.report": PAGE,
    "web.capture": PAGE,
    "web.capture_file": PAGE,
    "web.contribute": PAGE,
    "web.preview_contribution": SUBMISSION,
    "web.send_contribution": SUBMISSION,
    "web.contribution": PAGE,
    "web.withdraw_contribution": SUBMISSION,
    "web.self_description": PAGE,
    "web.check_self_description": SUBMISSION,
    "web.self_description_schema": PAGE,
    "web.method": PAGE,
    "web.privacy": PAGE,
    "web.bot": PAGE,
    "groups.submit": SUBMISSION,
    "groups.show": PROGRAM,
    "groups.report": PROGRAM,
    "contributions.send": SUBMISSION,
    "contributions.show": PROGRAM,
    "contributions.withdraw": SUBMISSION,
    "jobs.show": PROGRAM,
    "evidence.listing": PROGRAM,
    "evidence.export": PROGRAM,
    "evidence.capture": PROGRAM,
    "api-docs.openapi_json": PROGRAM,
}
