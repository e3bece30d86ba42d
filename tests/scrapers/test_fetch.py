"""What an answer becomes: outcomes, redirects, conditional requests, credentials, robots and pace."""

from __future__ import annotations

import gzip
import json
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from scrapers.adapter import Adapter, OAuthClient, Profile, ReadyToken, Scheme
from scrapers.capture import Capture, Outcome, Request
from scrapers.fetch import AccessToken, ClientSecret
from scrapers.politeness import Manners, MemoryGate, TurnedAway
from tests.scrapers.servers import AGENT, AT, HURRIED, fetcher, response, saying, serving


@pytest.fixture(scope="module")
def server():
    with HTTPServer() as running:
        yield running


@pytest.fixture
def bare(server):
    """A site that answers nothing yet."""
    server.clear()
    return server


@pytest.fixture
def site(bare):
    """A site without robots.txt."""
    bare.expect_request("/robots.txt").respond_with_data("", 404)
    return bare


def page(site, path="/page"):
    return Request(site.url_for(path), "page")


class Example(Adapter):
    platform = "example"
    profile = Profile(title="Example", delay=3.0, auth="example")

    def __init__(self, scheme: str | Scheme) -> None:
        """With the address at which client credentials are changed, or with another scheme."""
        self.auth_schemes = {"example": OAuthClient(scheme) if isinstance(scheme, str) else scheme}

    def read(self, ref):
        raise NotImplementedError


def test_an_answer_becomes_a_capture(site):
    site.expect_request("/page", headers={"User-Agent": AGENT, "X-Mine": "1"}).respond_with_data(
        gzip.compress(b"<p>hello"),
        headers={"Content-Encoding": "gzip", "X-Two": "2"},
        content_type="Text/HTML; charset=x",
    )
    capture = fetcher()(replace(page(site), headers={"X-Mine": "1"}))
    assert (capture.outcome, capture.status, capture.body, capture.detail) == (Outcome.OK, 200, b"<p>hello", "")
    assert (capture.url, capture.final_url, capture.at) == (site.url_for("/page"), site.url_for("/page"), AT)
    assert (capture.content_type, capture.headers["x-two"]) == ("text/html", "2")


def test_a_post_carries_its_body(site):
    site.expect_request("/gql", method="POST", data='{"a": 1}').respond_with_data("done")
    capture = fetcher()(
        Request(site.url_for("/gql"), "query", "POST", {"Content-Type": "application/json"}, b'{"a": 1}')
    )
    assert (capture.body, capture.method) == (b"done", "POST")


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (204, {}, b"", (Outcome.OK, "")),
        (404, {}, b"gone", (Outcome.NOT_FOUND, "http_404")),
        (410, {}, b"gone", (Outcome.NOT_FOUND, "http_410")),
        (401, {}, b"who?", (Outcome.LOGIN_WALL, "http_401")),
        (403, {}, b'{"reason": "private"}', (Outcome.UNAVAILABLE, "http_403")),
        (403, {"cf-mitigated": "challenge"}, b"", (Outcome.CHALLENGE, "http_403")),
        (403, {}, b"<html><title>Just a moment...</title>", (Outcome.CHALLENGE, "http_403")),
        (200, {}, b"<html><title>Just a moment</title>", (Outcome.OK, "")),
        (429, {"Retry-After": "7"}, b"slow down", (Outcome.RATE_LIMITED, "7")),
        (429, {"Retry-After": "Sun, 01 Mar 2026 12:02:00 GMT"}, b"", (Outcome.RATE_LIMITED, "120")),
        (429, {"Retry-After": "soon"}, b"", (Outcome.RATE_LIMITED, "")),
        (429, {}, b"", (Outcome.RATE_LIMITED, "")),
        (503, {"Retry-After": "5"}, b"", (Outcome.RATE_LIMITED, "5")),
        (503, {}, b"", (Outcome.UNAVAILABLE, "http_503")),
        (500, {}, b"oops", (Outcome.UNAVAILABLE, "http_500")),
        (451, {}, b"", (Outcome.UNAVAILABLE, "http_451")),
        (304, {}, b"", (Outcome.NOT_MODIFIED, "")),
        (300, {}, b"choose", (Outcome.UNAVAILABLE, "http_300")),
    ],
)
def test_a_status_has_an_outcome_and_errors_keep_their_body(site, status, headers, body, expected):
    site.expect_request("/page").respond_with_data(body, status, headers)
    capture = fetcher()(page(site))
    assert ((capture.outcome, capture.detail), capture.status, capture.body) == (expected, status, body)


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        ("/login/?reason=x", Outcome.LOGIN_WALL),
        ("/users/sign-in", Outcome.LOGIN_WALL),
        ("/auth/signin.php", Outcome.LOGIN_WALL),
        ("/about", Outcome.OK),
        ("/topics/login-trouble", Outcome.OK),
    ],
)
def test_a_redirect_to_a_login_form_is_a_wall(site, end, outcome):
    site.expect_request("/page").respond_with_data(status=302, headers={"Location": end})
    site.expect_request(end.partition("?")[0]).respond_with_data("form")
    capture = fetcher()(page(site))
    assert (capture.url, capture.final_url) == (site.url_for("/page"), site.url_for(end))
    assert capture.outcome is outcome


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"data"), (308, "POST", b"data")],
)
def test_a_post_is_repeated_only_where_the_redirect_says_so(site, status, method, body):
    site.expect_request("/page").respond_with_data(status=status, headers={"Location": "/next"})
    site.expect_request("/next").respond_with_handler(lambda asked: Response(asked.method.encode() + asked.data))
    capture = fetcher()(replace(page(site), method="POST", body=b"data"))
    assert capture.body == method.encode() + body


def test_an_address_in_other_letters_is_followed_and_fragments_are_not_sent():
    answers = iter([response(b"", "Location: /caf\xc3\xa9#top", status="302 Found"), response(b"ok")])
    with serving(lambda connection: connection.sendall(next(answers))) as server:
        capture = fetcher()(Request(f"{server.url}/start#there", "page"))
    assert capture.final_url == f"{server.url}/caf%C3%A9"
    assert [head.split()[1] for head in server.asked] == [b"/start", b"/caf%C3%A9"]


def test_no_cookie_comes_back(site):
    site.expect_request("/page").respond_with_handler(
        lambda asked: Response(asked.headers.get("Cookie", "none"), headers={"Set-Cookie": "session=1"})
    )
    fetch = fetcher()
    assert [fetch(page(site)).body for _ in range(2)] == [b"none", b"none"]


class Earlier:
    def __init__(self, capture: Capture) -> None:
        self.capture = capture

    def lookup(self, url):
        return self.capture if url == self.capture.url else None


def test_an_unchanged_page_is_given_again_from_the_cache(site):
    earlier = earlier_page(site, AT - timedelta(days=1))
    validators = {"If-None-Match": '"v1"', "If-Modified-Since": "Sun, 01 Feb 2026 12:00:00 GMT"}
    site.expect_request("/page", headers=validators).respond_with_data(
        status=304, headers={"ETag": '"v1"', "X-New": "1"}
    )
    capture = fetcher(cache=Earlier(earlier))(page(site))
    assert (capture.outcome, capture.detail, capture.status, capture.at) == (Outcome.OK, "not_modified", 200, AT)
    assert (capture.body, capture.digest) == (b"as before", earlier.digest)
    assert (capture.headers["content-type"], capture.headers["x-new"]) == ("text/plain", "1")


def test_a_changed_page_replaces_the_cached_one(site):
    site.expect_request("/page").respond_with_data("new")
    capture = fetcher(cache=Earlier(earlier_page(site, AT)))(page(site))
    assert (capture.body, capture.detail) == (b"new", "")


def earlier_page(site, at):
    headers = {"etag": '"v1"', "last-modified": "Sun, 01 Feb 2026 12:00:00 GMT", "content-type": "text/plain"}
    return Capture(site.url_for("/page"), site.url_for("/page"), Outcome.OK, at, 200, headers, b"as before")


# --- credentials ---


class Contract:
    """A platform with a token endpoint and an API that takes the newest token only."""

    def __init__(self, site) -> None:
        self.issued, self.forms = 0, []
        self.valid = None
        site.expect_request("/token", method="POST").respond_with_handler(self.issue)
        site.expect_request("/api").respond_with_handler(self.serve)
        self.adapter = Example(site.url_for("/token"))
        self.request = Request(site.url_for("/api"), "about", auth="example")

    def issue(self, asked):
        self.issued += 1
        self.forms.append((asked.authorization.username, asked.authorization.password, asked.form.to_dict()))
        self.valid = f"token-{self.issued}"
        body = {"access_token": self.valid, "token_type": "bearer", "expires_in": 600}
        return Response(json.dumps(body), content_type="application/json")

    def serve(self, asked):
        good = asked.headers.get("Authorization") == f"Bearer {self.valid}"
        return Response("members only" if good else "no", status=200 if good else 401)


def test_a_request_that_needs_a_credential_nobody_gave_asks_nothing(site):
    contract = Contract(site)
    unknown = replace(contract.request, auth="other")
    for fetch, request in [
        (fetcher(credentials={"elsewhere": ClientSecret("a", "b")}).for_platform(contract.adapter), contract.request),
        (fetcher().for_platform(contract.adapter), unknown),
        (fetcher(), contract.request),
    ]:
        capture = fetch(request)
        assert (capture.outcome, capture.detail, capture.status) == (Outcome.NEEDS_AUTH, "no_credential", None)
    assert site.log == []


def test_a_credential_is_exchanged_once_and_used_until_it_ends(site):
    contract = Contract(site)
    now = [AT]
    fetch = fetcher(clock=lambda: now[0], credentials={"example": ClientSecret("id:1", "s/ü")}).for_platform(
        contract.adapter
    )
    assert [fetch(contract.request).body for _ in range(2)] == [b"members only"] * 2
    assert contract.forms == [("id%3A1", "s%2F%C3%BC", {"grant_type": "client_credentials"})]
    now[0] += timedelta(seconds=541)
    assert fetch(contract.request).ok
    assert contract.issued == 2
    assert [asked.path for asked, _ in site.log].count("/robots.txt") == 0


def test_a_revoked_token_is_renewed_once(site):
    contract = Contract(site)
    fetch = fetcher().for_platform(contract.adapter)
    fetch(contract.request)
    contract.valid = "revoked"
    assert fetch(contract.request).ok
    assert contract.issued == 2


def test_a_credential_that_the_platform_does_not_take_needs_auth(site):
    contract = Contract(site)
    site.clear_all_handlers()
    site.expect_request("/token").respond_with_json({"access_token": "t", "expires_in": "600"})
    site.expect_request("/api").respond_with_data("no", 401)
    capture = fetcher().for_platform(contract.adapter)(contract.request)
    assert (capture.outcome, capture.detail) == (Outcome.NEEDS_AUTH, "credential_refused")
    assert [asked.path for asked, _ in site.log].count("/token") == 2


@pytest.mark.parametrize(
    ("status", "body", "outcome", "detail"),
    [
        (401, '{"error": "invalid_client"}', Outcome.NEEDS_AUTH, "token_refused"),
        (200, "no json", Outcome.NEEDS_AUTH, "token_refused"),
        (200, "[" * 100_000, Outcome.NEEDS_AUTH, "token_refused"),
        (200, "[]", Outcome.NEEDS_AUTH, "token_refused"),
        (200, '{"access_token": "a\\nb"}', Outcome.NEEDS_AUTH, "token_refused"),
        (302, "", Outcome.NEEDS_AUTH, "token_refused"),
        (500, "", Outcome.UNAVAILABLE, "token_http_500"),
    ],
)
def test_a_failed_exchange_is_named(site, status, body, outcome, detail):
    site.expect_request("/token").respond_with_data(body, status, headers={"Location": "/elsewhere"})
    capture = fetcher().for_platform(Example(site.url_for("/token")))(
        Request(site.url_for("/api"), "x", auth="example")
    )
    assert (capture.outcome, capture.detail) == (outcome, detail)
    assert {asked.path for asked, _ in site.log} == {"/token"}


@pytest.mark.parametrize("kind", ["Bearer", "Bot"])
def test_a_ready_token_is_sent_as_it_is_and_no_robots_are_asked(site, kind):
    site.expect_request("/api", headers={"Authorization": f"{kind} given-token"}).respond_with_data("members only")
    fetch = fetcher(credentials={"example": AccessToken("given-token")}).for_platform(Example(ReadyToken(kind=kind)))
    assert fetch(Request(site.url_for("/api"), "about", auth="example")).body == b"members only"
    assert [asked.path for asked, _ in site.log] == ["/api"]


def test_a_ready_token_that_is_refused_needs_auth_and_is_not_sent_again(site):
    site.expect_request("/api").respond_with_data("no", 401)
    fetch = fetcher(credentials={"example": AccessToken("given-token")}).for_platform(Example(ReadyToken()))
    capture = fetch(Request(site.url_for("/api"), "about", auth="example"))
    assert (capture.outcome, capture.detail, capture.status) == (Outcome.NEEDS_AUTH, "credential_refused", 401)
    assert len(site.log) == 1


@pytest.mark.parametrize(
    ("scheme", "credential"),
    [
        (ReadyToken(settings=("A", "B")), {}),
        (ReadyToken(settings=("A", "B")), {"example": ClientSecret("id", "secret")}),
        (OAuthClient("https://token.example/", settings=("A", "B")), {"example": AccessToken("given-token")}),
    ],
)
def test_a_missing_credential_is_told_with_the_settings_that_would_hold_it(site, scheme, credential):
    fetch = fetcher(credentials={"elsewhere": AccessToken("x"), **credential}).for_platform(Example(scheme))
    capture = fetch(Request(site.url_for("/api"), "about", auth="example"))
    assert (capture.outcome, capture.detail) == (Outcome.NEEDS_AUTH, "no_credential:A,B")
    assert site.log == []


def test_a_ready_token_is_not_shown_and_not_sent_to_another_site(site, caplog):
    caplog.set_level("DEBUG")
    with serving(saying(response(b"elsewhere"))) as other:
        site.expect_request("/api").respond_with_data(status=302, headers={"Location": f"{other.url}/"})
        fetch = fetcher(credentials={"example": AccessToken("hidden-token")}).for_platform(Example(ReadyToken()))
        capture = fetch(Request(site.url_for("/api"), "about", auth="example"))
    assert capture.body == b"elsewhere"
    assert b"hidden" not in b"".join(other.asked)
    assert b"Authorization" not in b"".join(other.asked)
    assert "hidden" not in repr(capture) + caplog.text + repr(AccessToken("hidden-token"))


def test_a_token_is_not_shown_and_not_sent_to_another_site(site, caplog):
    caplog.set_level("DEBUG")
    with serving(saying(response(b"elsewhere"))) as other:
        contract = Contract(site)
        site.clear_all_handlers()
        site.expect_request("/token").respond_with_json({"access_token": "hidden-token"})
        site.expect_request("/api").respond_with_data(status=302, headers={"Location": f"{other.url}/"})
        fetch = fetcher(credentials={"example": ClientSecret("id", "hidden-secret")}).for_platform(contract.adapter)
        capture = fetch(contract.request)
    assert capture.body == b"elsewhere"
    assert b"hidden" not in b"".join(other.asked)
    assert b"Authorization" not in b"".join(other.asked)
    assert "hidden" not in repr(capture) + caplog.text + repr(ClientSecret("id", "hidden-secret"))


# --- robots and pace ---


def test_what_robots_disallow_is_not_asked(bare):
    bare.expect_request("/robots.txt").respond_with_data(
        "User-agent: GroupVetting\nDisallow: /private\nCrawl-delay: 9\n"
    )
    bare.expect_request("/page").respond_with_data("ok")
    pauses = []
    gate = MemoryGate(HURRIED, monotonic=lambda: 0.0, sleep=pauses.append)
    fetch = fetcher(gate=gate)
    refused = fetch(page(bare, "/private/x"))
    assert (refused.outcome, refused.detail, refused.status) == (Outcome.ROBOTS_DISALLOWED, "robots_txt", None)
    assert fetch(page(bare)).ok
    assert fetch(page(bare)).ok
    assert [asked.path for asked, _ in bare.log] == ["/robots.txt", "/page", "/page"]
    assert pauses == [9.0, 9.0]


def test_a_redirect_into_what_robots_disallow_is_not_followed(bare):
    bare.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /private")
    bare.expect_request("/page").respond_with_data(status=302, headers={"Location": "/private"})
    assert fetcher()(page(bare)).outcome is Outcome.ROBOTS_DISALLOWED


def test_a_site_whose_robots_cannot_be_read_is_not_read(bare):
    bare.expect_request("/robots.txt").respond_with_data("", 503)
    capture = fetcher()(page(bare))
    assert (capture.outcome, capture.detail) == (Outcome.ROBOTS_DISALLOWED, "robots_unavailable")
    assert len(bare.log) == 1


def test_a_platforms_pace_reaches_the_gate(site):
    class Watching:
        entered, left = [], []

        def enter(self, host, delay):
            self.entered.append((host, delay))

        def leave(self, host, *, healthy, pause=0.0):
            self.left.append((host, healthy, pause))

    site.expect_request("/page").respond_with_data("", 429, headers={"Retry-After": "30"})
    gate = Watching()
    fetcher(gate=gate).for_platform(Example(""))(page(site))
    host = f"localhost:{site.port}"
    assert gate.entered == [(host, Profile.delay), (host, 3.0)]
    assert gate.left[-1] == (host, False, 30.0)


@pytest.mark.parametrize(
    ("away", "outcome", "detail"),
    [
        (TurnedAway("rate_limited", 300.4), Outcome.RATE_LIMITED, "300"),
        (TurnedAway("host_resting", 20), Outcome.UNAVAILABLE, "host_resting"),
    ],
)
def test_a_closed_gate_becomes_a_capture(site, away, outcome, detail):
    class Closed:
        def enter(self, *_):
            raise away

    capture = fetcher(gate=Closed())(page(site))
    assert (capture.outcome, capture.detail, site.log) == (outcome, detail, [])


def test_a_failing_host_is_left_to_rest(bare):
    bare.expect_request("/robots.txt").respond_with_data("")
    bare.expect_request("/page").respond_with_data("", 500)
    fetch = fetcher(gate=MemoryGate(Manners(backoff=1, strikes=3), monotonic=lambda: 0.0, sleep=lambda _: None))
    details = [fetch(page(bare)).detail for _ in range(4)]
    assert details == ["http_500"] * 3 + ["host_resting"]
    assert len(bare.log) == 4


def test_requests_to_one_host_come_one_at_a_time():
    busy, most = [], []

    def answer(connection):
        busy.append(1)
        most.append(len(busy))
        time.sleep(0.02)
        busy.pop()
        connection.sendall(response(b"ok"))

    with serving(answer) as server:
        fetch = fetcher()
        threads = [threading.Thread(target=fetch, args=(Request(f"{server.url}/{n}", "x"),)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == [1] * 6


@pytest.mark.parametrize(
    ("url", "token_url"),
    [("http://api.example/x", "https://api.example/token"), ("https://api.example/x", "http://api.example/t")],
)
def test_no_credential_travels_unencrypted(url, token_url):
    fetch = fetcher(allow_loopback=False, resolve=lambda *_: pytest.fail("the network was asked"))
    capture = fetch.for_platform(Example(token_url))(Request(url, "x", auth="example"))
    assert (capture.outcome, capture.detail) == (Outcome.UNAVAILABLE, "scheme_not_allowed")
