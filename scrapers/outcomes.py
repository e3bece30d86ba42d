"""What an HTTP answer means for us: its outcome and the code that tells apart causes of one outcome."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scrapers.capture import Outcome

_challenge_page = re.compile(rb"<title>\s*(?:just a moment|attention required! \| cloudflare)", re.IGNORECASE)
_login_page = re.compile(r"^[a-z]+://[^/?#]+/(?:[^?#]*/)?(?:log-?in|sign-?in)(?:\.\w+)?(?:[/?#]|$)", re.IGNORECASE)
_HEAD = 8192


def classify(status: int, headers: Mapping[str, str], body: bytes, asked: str, answered: str) -> tuple[Outcome, str]:
    """Outcome and detail of a response; `asked` and `answered` are the addresses before and after redirects.

    The detail of rate_limited is the seconds in Retry-After where it has them; of other failures "http_" and the status.
    Adapters know better what a platform's 403 or 404 means and refine it by the body.
    """
    code = f"http_{status}"
    if _is_challenge(status, headers, body):
        return Outcome.CHALLENGE, code
    if status == 401 or (_leads_to_login(answered, headers) and not _login_page.match(asked)):
        return Outcome.LOGIN_WALL, code
    if status == 429 or (status == 503 and "retry-after" in headers):
        return Outcome.RATE_LIMITED, headers.get("retry-after", "").strip()
    if 200 <= status < 300:
        return Outcome.OK, ""
    if status == 304:
        return Outcome.NOT_MODIFIED, ""
    return (Outcome.NOT_FOUND if status in (404, 410) else Outcome.UNAVAILABLE), code


def _is_challenge(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    return status in (403, 429, 503) and _challenge_page.search(body[:_HEAD]) is not None


def _leads_to_login(answered: str, headers: Mapping[str, str]) -> bool:
    """The page that answered is a login form's, or a redirect that was not followed leads to one."""
    location = headers.get("location", "")
    target = location if "://" in location else f"http://host/{location.lstrip('/')}"
    return bool(_login_page.match(answered) or (location and _login_page.match(target)))
