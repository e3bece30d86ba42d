"""Serves the pages and the API with gunicorn; embedded, the same process also works on jobs."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from vetting.app import create_app
from vetting.config import Settings
from vetting.errors import VettingError
from vetting.jobs.worker import working
from vetting.services.context import Context

THREADS = 8
GRACE = 5  # seconds that a request in work is waited for when the service stops


class PortTaken(VettingError):
    code, title = "port_taken", "The port cannot be used"
    remedy = "Stop what listens there, or choose another with --port."


def serve(settings: Settings, workers: int) -> None:
    """Serves until the process is told to stop, and says where as soon as it answers. Raises PortTaken."""
    listener = _listening(settings.host, settings.port)
    Server(settings, listener, 1 if settings.embedded else workers).run()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise PortTaken(f"Port {port} on {host} cannot be used: {error.strerror}.") from error


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """Threads that serve; told to quit, it leaves its loop as on SIGTERM.

    Its parent class shuts the pool down inside the signal handler. The pool's lock may be held by the very code that the signal
    interrupted, and then the process waits for itself for ever.
    """

    def handle_quit(self, sig: int, frame: object) -> None:
        self.handle_exit(sig, frame)


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Everything is opened after the fork, in the process that uses it, and closed where that process ends."""

    def __init__(self, settings: Settings, listener: socket.socket, workers: int) -> None:
        """Takes the listener over: gunicorn closes it."""
        host, port = listener.getsockname()[:2]
        self._address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        self._settings, self._descriptor, self._workers = settings, listener.detach(), workers
        self._opened = ExitStack()
        super().__init__()

    def load_config(self) -> None:
        choices: dict[str, Any] = {
            "bind": f"fd://{self._descriptor}",
            "worker_class": Worker,
            "graceful_timeout": GRACE,
            "workers": self._workers,
            "threads": THREADS,
            "keepalive": 5,
            "control_socket_disable": True,
            "accesslog": None,  # nobody's visit is written down
            "loglevel": "warning",
            "post_worker_init": self._announce,
            "worker_exit": lambda _server, _worker: self._opened.close(),
        }
        for name, value in choices.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        context = self._opened.enter_context(Context.open(self._settings))
        if self._settings.embedded:
            self._opened.enter_context(working(context))
        return create_app(context)

    def _announce(self, worker: Any) -> None:
        if worker.age == 1:
            click.echo(f"Serving on {self._address}")
