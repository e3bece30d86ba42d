"""What hostile and broken servers do, each by a real one: the fetcher names the cause and ends in time."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import struct
import threading
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.capture import Outcome, Request
from scrapers.collect import GUARDS
from scrapers.fetch import Fetcher, FetchSettings
from scrapers.guards import is_public, resolve
from scrapers.politeness import MemoryGate
from tests.scrapers.servers import AGENT, AT, certificate, fetcher, response, saying, serving

# What a machine under load may add to a limit.
SLACK = 2.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def ask(fetch, url):
    return fetch(Request(url, "page"))


def strict(resolve=lambda *_: pytest.fail("the name was looked up")):
    """As in production: loopback is closed."""
    return Fetcher(FetchSettings(AGENT), MemoryGate(), {}, lambda: AT, resolve=resolve)


class Endless:
    """Sends a head, then the same bytes until the other side leaves."""

    def __init__(self, head: bytes, more: bytes, pause: float = 0.0) -> None:
        self.head, self.more, self.pause = head, more, pause
        self.sent = 0
        self.left = threading.Event()

    def __call__(self, connection: socket.socket) -> None:
        try:
            connection.sendall(self.head)
            while True:
                connection.sendall(self.more)
                self.sent += len(self.more)
                time.sleep(self.pause)
        finally:
            self.left.set()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost.", "0.0.0.0", "0", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "127.1", "１２７.0.0.1",
        "127。0。0。1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fc00::1]", "[ff02::1]", "[2001:db8::1]",
        "169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_spelling_of_an_address_that_is_not_public_is_asked(scheme, host):
    capture = ask(strict(resolve=lambda *_: ["127.0.0.1"]), f"{scheme}://{host}/")
    assert (capture.outcome, capture.detail) == (Outcome.UNAVAILABLE, "private_address")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "193.0.6.139"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "scheme_not_allowed"),
        ("gopher://forum.example/", "scheme_not_allowed"),
        ("ftp://forum.example/", "scheme_not_allowed"),
        ("javascript:alert(1)", "scheme_not_allowed"),
        ("data:text/html,x", "scheme_not_allowed"),
        ("https://user:secret@forum.example/", "credentials_in_address"),
        ("https://user@forum.example/", "credentials_in_address"),
        ("http://forum.example:22/", "port_not_allowed"),
        ("https://forum.example:6379/", "port_not_allowed"),
        ("https://", "not_an_address"),
        ("no address", "not_an_address"),
        ("http://[::1", "not_an_address"),
        ("", "not_an_address"),
    ],
)
def test_what_no_page_of_a_group_can_have_as_its_address_is_refused_before_any_lookup(url, code):
    capture = ask(strict(), url)
    assert (capture.outcome, capture.detail, capture.status, capture.url) == (Outcome.UNAVAILABLE, code, None, url)
    assert code in GUARDS


@given(
    st.text(max_size=20), st.sampled_from(["http://{}:1/", "http://forum.example:1/{}", "{}", "http://{}.example:1"])
)
def test_no_address_raises(text, shape):
    """Names lead to a closed port of loopback, so that whatever passes the guards goes all the way to the connection."""
    capture = ask(fetcher(max_seconds=1), shape.format(text))
    assert (capture.outcome, capture.status) == (Outcome.UNAVAILABLE, None)


@pytest.mark.parametrize("answers", [["10.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["93.184.215.14", "::1"]])
def test_a_name_with_one_private_address_is_refused_whole(answers):
    assert ask(strict(resolve=lambda *_: answers), "https://forum.example/").detail == "private_address"


@pytest.mark.parametrize("name", ["no-such-name.invalid", "a..b.example", f"{'a' * 64}.example"])
def test_a_name_that_does_not_exist(name):
    assert ask(strict(resolve), f"https://{name}/").detail == "name_not_found"


def test_the_name_server_is_asked_once_a_hop_and_a_second_answer_is_not_used():
    lookups = []

    def rebinding(host, port):
        lookups.append(host)
        return ["127.0.0.1"] if len(lookups) % 2 else ["10.0.0.1"]

    with serving(saying(response(b"seen"))) as server:
        fetch = fetcher(resolve=rebinding)
        # First lookup: robots.txt, loopback, which this fetcher allows. Second: the page, private.
        assert ask(fetch, f"http://forum.example:{server.port}/").detail == "private_address"
        # Third lookup: the page. Were the name looked up again for the connection, it would lead to 10.0.0.1.
        assert ask(fetch, f"http://forum.example:{server.port}/").body == b"seen"
    assert lookups == ["forum.example"] * 3
    assert f"Host: forum.example:{server.port}".encode() in server.asked[0]


def test_a_name_server_that_does_not_answer_is_not_waited_for():
    start = time.monotonic()
    capture = ask(fetcher(resolve=lambda *_: time.sleep(1.5) or ["127.0.0.1"], max_seconds=0.2), "http://slow.example/")
    assert capture.detail == "timeout"
    assert time.monotonic() - start < 1.4


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://10.0.0.1/", "private_address"),
        ("http://169.254.169.254/latest/meta-data/", "private_address"),
        ("//[::ffff:10.0.0.1]/", "private_address"),
        ("file:///etc/passwd", "scheme_not_allowed"),
        ("gopher://10.0.0.1/", "scheme_not_allowed"),
        ("http://user:secret@forum.example/", "credentials_in_address"),
        ("http://[", "not_an_address"),
    ],
)
def test_a_redirect_passes_the_same_guards(location, code):
    with serving(saying(response(b"", f"Location: {location}", status="302 Found"))) as server:
        capture = ask(fetcher(), server.url)
    assert (capture.outcome, capture.detail) == (Outcome.UNAVAILABLE, code)
    assert len(server.asked) == 1


def test_redirects_without_end_are_followed_five_times():
    steps = iter(range(100))

    def onward(connection):
        connection.sendall(response(b"", f"Location: /{next(steps)}", status="302 Found"))

    with serving(onward) as server:
        assert ask(fetcher(), server.url).detail == "too_many_redirects"
    assert len(server.asked) == 6


def test_a_redirect_to_itself_ends():
    with serving(saying(response(b"", "Location: /", status="301 Moved"))) as server:
        assert ask(fetcher(), server.url).detail == "too_many_redirects"


def test_the_time_limit_holds_for_all_redirects_together():
    def slowly(connection):
        time.sleep(0.15)
        connection.sendall(response(b"", "Location: /", status="302 Found"))

    start = time.monotonic()
    with serving(slowly) as server:
        assert ask(fetcher(max_seconds=0.4), server.url).detail == "timeout"
    assert time.monotonic() - start < 0.4 + 0.4 + SLACK


@pytest.mark.parametrize(
    "server",
    [
        Endless(HEAD + b"\r\n", b"x" * 65536),
        Endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        Endless(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b""), gzip.compress(b"")),
        Endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536),
        Endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    ],
    ids=["body", "chunks", "gzip members of nothing", "a header", "headers"],
)
def test_what_has_no_end_is_too_large(server):
    with serving(server) as address:
        assert ask(fetcher(max_bytes=100_000), address.url).detail == "too_large"
        assert server.left.wait(SLACK)
    assert server.sent < 20_000_000, "the connection was read far beyond the limit"


def test_an_announced_ten_gigabytes_are_not_begun():
    with serving(saying(HEAD + b"Content-Length: 10000000000\r\n\r\n", pause=1)) as server:
        start = time.monotonic()
        assert ask(fetcher(), server.url).detail == "too_large"
    assert time.monotonic() - start < 0.9


def test_headers_larger_than_any_site_needs_are_too_large():
    lines = "".join(f"X-{n}: {'y' * 1000}\r\n" for n in range(90)).encode()
    with serving(saying(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 2\r\n\r\nok")) as server:
        assert ask(fetcher(), server.url).detail == "too_large"


def bomb(encoding):
    zeros = b"\0" * 50_000_000
    return gzip.compress(zeros, 9) if encoding == "gzip" else zlib.compress(zeros, 9)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_decompression_bomb_is_named_and_not_unpacked(encoding):
    with serving(saying(response(bomb(encoding), f"Content-Encoding: {encoding}"))) as server:
        start = time.monotonic()
        capture = ask(fetcher(), server.url)
    assert (capture.detail, capture.body) == ("decompression_bomb", b"")
    assert time.monotonic() - start < SLACK


@pytest.mark.parametrize(
    "server",
    [
        Endless(HEAD + b"\r\n", b"x", pause=0.02),
        Endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", pause=0.02),
        Endless(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", pause=0.02),
        Endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.02),
        Endless(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x", pause=0.02),
        saying(b"", pause=3),
    ],
    ids=["body", "chunks", "header", "continue", "known length", "silence"],
)
def test_a_drip_ends_at_the_time_limit(server):
    with serving(server) as address:
        ask(fetcher(), f"{address.url}/robots.txt")
        start = time.monotonic()
        capture = ask(fetcher(max_seconds=0.4), address.url)
    assert capture.detail == "timeout"
    assert time.monotonic() - start < 0.4 + SLACK


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reset, "connection_failed"),
        (saying(b""), "connection_failed"),
        (saying(b"\x16\x03\x01 this is no HTTP\r\n\r\n"), "connection_failed"),
        (saying(b"HTTP/1.1 -7 Odd\r\n\r\n"), "connection_failed"),
        (saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n10\r\nonly half"), "truncated"),
        (saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nno number\r\n"), "truncated"),
        (saying(HEAD + b"Content-Length: 100\r\n\r\nless"), "truncated"),
        (saying(response(b"no gzip", "Content-Encoding: gzip")), "encoding_broken"),
        (saying(response(b"no br", "Content-Encoding: br")), "encoding_unknown"),
    ],
    ids=["reset", "nothing", "no http", "status", "chunk cut", "chunk size", "length too long", "not gzip", "brotli"],
)
def test_a_broken_answer_is_named(answer, code):
    with serving(answer) as server:
        capture = ask(fetcher(), server.url)
    assert (capture.outcome, capture.detail, capture.body) == (Outcome.UNAVAILABLE, code, b"")


def test_a_content_length_that_is_too_short_ends_the_body_there():
    with serving(saying(HEAD + b"Content-Length: 2\r\n\r\nok and more")) as server:
        assert ask(fetcher(), server.url).body == b"ok"


def test_a_closed_port_is_a_failed_connection_and_the_next_address_of_the_name_is_tried():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert ask(fetcher(), f"http://127.0.0.1:{port}/").detail == "connection_failed"
    with serving(saying(response(b"ok"))) as server:
        fetch = fetcher(resolve=lambda *_: ["127.0.0.9", "127.0.0.1"])
        assert ask(fetch, f"http://forum.example:{server.port}/").body == b"ok"


def test_headers_that_are_not_utf8_are_kept():
    with serving(
        saying(b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9 \xff\r\nX-Name: two\r\nContent-Length: 2\r\n\r\nok")
    ) as server:
        capture = ask(fetcher(), server.url)
    assert (capture.ok, capture.headers["x-name"]) == (True, "caf\xe9 \xff, two")


needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")


@needs_openssl
def test_tls_is_checked_for_the_name_though_the_connection_goes_to_an_address(tmp_path):
    pem = certificate(tmp_path, "forum.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    names = []
    context.sni_callback = lambda _, name, __: names.append(name)
    with serving(saying(response(b"secret page")), tls=context) as server:
        trusting = fetcher(ca_bundle=str(tmp_path / "cert.pem"))
        assert ask(trusting, f"https://forum.example:{server.port}/").body == b"secret page"
        assert set(names) == {"forum.example"}
        assert ask(trusting, f"https://other.example:{server.port}/").detail == "tls_failed"
        assert ask(fetcher(), f"https://forum.example:{server.port}/").detail == "tls_failed"


@needs_openssl
def test_a_redirect_from_secure_to_insecure_is_refused(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "forum.example"))
    with serving(saying(response(b"", "Location: http://forum.example/", status="302 Found")), tls=context) as server:
        capture = ask(fetcher(ca_bundle=str(tmp_path / "cert.pem")), f"https://forum.example:{server.port}/")
    assert capture.detail == "insecure_redirect"
    assert capture.detail in GUARDS


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    with serving(saying(response(b"direct"))) as server:
        assert ask(fetcher(), server.url).body == b"direct"


def test_the_systems_resolver_answers_with_addresses():
    assert set(resolve("localhost", 80)) <= {"127.0.0.1", "::1"}


def test_a_redirect_in_latin_letters_is_followed():
    answers = iter(
        [b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", response(b"ok")]
    )
    with serving(lambda connection: connection.sendall(next(answers))) as server:
        assert ask(fetcher(), server.url).final_url == f"{server.url}/caf%C3%A9"
