"""Whether two things come from one household, without keeping where they came from."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from sqlalchemy import Update, update

from vetting.models import Contribution
from vetting.services.context import Context

KEPT = timedelta(days=30)


def household(address: str) -> str:
    """The network that one household gets: an IPv4 address, or all of an IPv6 /64. Empty where there is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:  # a Unix socket has no address
        return ""
    return str(IPv6Network((int(parsed), 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def mark(context: Context, group_id: str, address: str) -> str:
    """32 hex digits: the same for one household and one group, and without the service's secret meaningless. Marks of two
    groups cannot be compared.
    """
    told = f"contribution {group_id} {household(address)}"
    return hmac.new(context.settings.secret_key.encode(), told.encode(), hashlib.sha256).hexdigest()[:32]


def forgotten(at: datetime) -> Update:
    """Erases the marks whose time is over."""
    old = (Contribution.at <= at - KEPT, Contribution.household.is_not(None))
    return update(Contribution).where(*old).values(household=None)
