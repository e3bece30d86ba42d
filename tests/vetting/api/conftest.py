from __future__ import annotations

from tests.vetting.faces import app, client, site

__all__ = ["app", "client", "site"]
