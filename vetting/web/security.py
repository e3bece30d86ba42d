"""What every answer carries, and whose forms are taken.

No page has an inline script or style, so that the policy needs no exception: not even a nonce, which a page revalidated
with 304 would carry in its old body beside a new header.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import Request, Response, g, request
from werkzeug.exceptions import Forbidden

from vetting.services.households import household

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A capture is somebody else's page: should a browser show it against our word, it may do nothing there.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000"


def harden(response: Response) -> Response:
    """Adds the headers; a file to download gets the sandbox instead of the pages' policy."""
    attachment = response.headers.get("Content-Disposition", "").startswith("attachment")
    response.headers["Content-Security-Policy"] = SANDBOX if attachment else CONTENT_SECURITY_POLICY
    response.headers.update(HEADERS)
    if request.is_secure or g.context.settings.public_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = HSTS
    return response


def refuse_foreign_forms() -> None:
    """Refuses what another site's page makes a visitor's browser send. Raises Forbidden.

    Whoever pastes an address has no session and gets no cookie, so that there is no token to compare; the browser itself says
    where the form stood: Fetch Metadata (`Sec-Fetch-Site`), or `Origin` where that is missing. Under the referrer policy
    "no-referrer" our own forms say "null" there.
    """
    if request.method not in SAFE_METHODS and not _from_here(request):
        raise Forbidden


def _from_here(received: Request) -> bool:
    site = received.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = received.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == received.host


def reader_key() -> str:
    """Who asks, for counting alone: a keyed hash, another one every day, that leads back to nobody. One key for all of an IPv6
    /64, which is what one household gets.
    """
    today = g.context.clock().date().isoformat()
    told = f"{today} {household(request.remote_addr or '')}"
    return hmac.new(g.context.settings.secret_key.encode(), told.encode(), hashlib.sha256).hexdigest()[:32]
