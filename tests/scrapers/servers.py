"""Real servers on loopback for what a hostile or broken site does: each connection is handed to a function of the test's."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from scrapers.fetch import ClientSecret, Fetcher, FetchSettings
from scrapers.politeness import Manners, MemoryGate

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
AGENT = "GroupVetting/1.0 (+https://vetting.example/bot)"
HURRIED = Manners(jitter=0, backoff=0, strikes=1000)
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def fetcher(*, resolve=lambda *_: ["127.0.0.1"], gate=None, credentials=None, cache=None, clock=lambda: AT, **limits):
    """A fetcher for loopback that waits for nobody; names lead to 127.0.0.1."""
    settings = FetchSettings(**{"user_agent": AGENT, "allow_loopback": True, "max_seconds": 5.0, **limits})
    gate = gate or MemoryGate(HURRIED, sleep=lambda _: None)
    return Fetcher(
        settings, gate, credentials or {"example": ClientSecret("id", "secret")}, clock, cache=cache, resolve=resolve
    )


@dataclass
class Server:
    """`asked` holds the head of every request that came, robots.txt left out."""

    port: int
    host: str = "127.0.0.1"
    asked: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@contextlib.contextmanager
def serving(answer: Callable[[socket.socket], None], *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server that reads each request's head, says 404 for robots.txt and leaves the rest of the connection to `answer`."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])

    def attend(connection: socket.socket) -> None:
        # A guarded client leaves in the middle: that is what is tested, and no error here.
        with contextlib.suppress(OSError):
            secured = tls.wrap_socket(connection, server_side=True) if tls else connection
            with secured:
                head = read_head(secured)
                if head.startswith(b"GET /robots.txt"):
                    secured.sendall(NO_ROBOTS)
                elif head:
                    server.asked.append(head)
                    answer(secured)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=attend, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def read_head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        received = connection.recv(4096)
        if not received:
            break
        head += received
    return head


def saying(*parts: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """An answer that sends the parts, with a pause after each."""

    def answer(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)

    return answer


def response(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate for a name, with its key, in one PEM file."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*command, "-keyout", key, "-out", cert, *subject], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes(cert.read_bytes() + key.read_bytes())
    return both
