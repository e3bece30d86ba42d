"""Who we say we are to the sites that we read."""

from __future__ import annotations

from vetting import __version__
from vetting.config import Settings
from vetting.log import log

NAME = "GroupVetting"  # the product token, which robots.txt may name
PAGE = "/bot"  # where a site's owner is told who reads and how to be left alone


def about(settings: Settings) -> str:
    """The address at which a site's owner learns more; empty where the operator has named none."""
    return f"{settings.public_url}{PAGE}" if settings.public_url else settings.contact_url


def user_agent(settings: Settings) -> str:
    """The header as it is sent."""
    page = about(settings)
    return f"{NAME}/{__version__} (+{page})" if page else f"{NAME}/{__version__} (no contact page configured)"


def warn_if_nameless(settings: Settings) -> None:
    """Says in the log that sites cannot reach whoever reads them. Fit for a trial on one's own machine, and for nothing else."""
    if not about(settings):
        log.warning(
            "reader_without_address",
            meaning="Sites that this service reads cannot find out who reads them, nor ask to be left alone.",
            remedy="Set PUBLIC_URL, and CONTACT_URL to a page where people can write to you.",
        )
