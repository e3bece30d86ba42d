"""What a WSGI server loads: `gunicorn wsgi:app`. The environment decides the settings."""

from __future__ import annotations

from vetting.app import create_app
from vetting.config import Settings
from vetting.services.context import Context

app = create_app(Context.open(Settings.from_environ()))
