"""What the service says when it cannot do what was asked: one tree, each with a code, an HTTP status and words safe to show.

The API renders these as problem details (RFC 9457), pages as a sentence with what to do next, the command line as two lines.
"""

from __future__ import annotations


class VettingError(Exception):
    """Base. `message` says what happened, `remedy` what to do; both are for the reader, never for a log."""

    code = "vetting_error"
    status = 500
    title = "Something went wrong"
    remedy = "Try again later."

    def __init__(self, message: str = "", *, code: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message or type(self).title)
        self.message = message or type(self).title
        self.code = code or type(self).code
        self.remedy = remedy or type(self).remedy


class InvalidInput(VettingError):
    code, status, title = "invalid_input", 422, "The input cannot be used"
    remedy = "Correct what is named and send it again."


class AddressRefused(InvalidInput):
    """A pasted address that no adapter claims, or that a guard refuses; `code` is the scraper's."""

    code, title = "address_refused", "This address cannot be vetted"
    remedy = "Paste the address of a group's page as your browser shows it."


class NotFound(VettingError):
    code, status, title = "not_found", 404, "There is nothing here"
    remedy = "Check the address, or look the group up by pasting its link."


class NotAllowed(VettingError):
    code, status, title = "not_allowed", 403, "This is not open to you"


class IllegalTransition(VettingError):
    """A state machine was asked for a step that it does not have."""

    code, status, title = "illegal_transition", 409, "This step is not possible now"


class TooMany(VettingError):
    code, status, title = "too_many_requests", 429, "Too many requests"
    remedy = "Wait a little and try again."


class GroupUnreadable(VettingError):
    """Nothing about the group could be read; what was known before stays as it was."""

    code, status, title = "group_unreadable", 502, "The group's platform could not be read"
    remedy = "It will be tried again; nothing that was known is lost."


class HostPaused(VettingError):
    """The operator has paused the reading of a host; nothing is asked of it until then."""

    code, status, title = "host_paused", 503, "Reading this site is paused"
    remedy = "Ask again later; what was known of the group is still shown."
