"""The way of a prospective member, with nothing pretended: a real site, a real server, a real worker, a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from pytest_httpserver import HTTPServer

from tests.chromium import served
from tests.vetting.faces import create_app, open_context
from vetting.jobs.worker import working

pytestmark = pytest.mark.browser

HOME = """<!doctype html><html lang="en"><head><title>Tidewater Circle</title>
<meta name="description" content="A peer support group for people who live with anxiety."></head><body><main>
<h1>Tidewater Circle</h1><p>A peer support group for people who live with anxiety. We are not professionals.</p>
<p><a href="/rules">Our rules</a> <a href="/team">Who we are</a></p></main></body></html>"""
RULES = """<!doctype html><html lang="en"><head><title>Our rules</title></head><body><main><h1>Our rules</h1>
<p>We are not a crisis service. If you are in danger, call your local emergency number first.</p>
<ol><li>Be kind. Do not judge anyone's pain.</li>
<li>Do not describe methods of suicide or self-harm.</li>
<li>No medical advice: never tell anyone to start or stop medication.</li>
<li>What is said here stays here.</li></ol></main></body></html>"""
TEAM = """<!doctype html><html lang="en"><head><title>Who we are</title></head><body><main><h1>Who we are</h1>
<p>Two peers run the circle. Write to us at team@tidewater.example.</p></main></body></html>"""


@pytest.fixture
def circle(httpserver: HTTPServer) -> str:
    """The address of a small group's own web site on loopback."""
    for path, body in (("/", HOME), ("/rules", RULES), ("/team", TEAM)):
        httpserver.expect_request(path).respond_with_data(body, content_type="text/html; charset=utf-8")
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nAllow: /\n", content_type="text/plain")
    return httpserver.url_for("/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_who_pastes_an_address_gets_a_report_with_evidence(tmp_path, circle, chromium, scripts):
    with (
        open_context(tmp_path, allow_loopback=True) as context,
        working(context, threads=1),
        served(create_app(context)) as address,
    ):
        page = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts).new_page()
        page.goto(address)
        page.get_by_label("The group’s address").fill(circle)
        page.get_by_role("button", name="Look into this group").click()
        page.wait_for_url("**/groups/*", timeout=60_000)
        expect(page.locator("h1")).to_have_text("Tidewater Circle")
        expect(page.locator("#verdict")).to_contain_text("Grade ")
        finding = page.locator(".finding", has_text="What was read").first
        finding.locator("summary").click()
        finding.get_by_role("link", name="What was read").first.click()
        expect(page.locator("pre.excerpt")).to_contain_text("<h1>")
        assert page.context.cookies() == []
        page.context.close()


def test_who_pastes_what_cannot_be_read_is_told_what_to_do(tmp_path, chromium, httpserver):
    httpserver.expect_request("/robots.txt").respond_with_data(
        "User-agent: *\nDisallow: /\n", content_type="text/plain"
    )
    with (
        open_context(tmp_path, allow_loopback=True) as context,
        working(context, threads=1),
        served(create_app(context)) as address,
    ):
        page = chromium.new_page()
        page.goto(address)
        page.get_by_label("The group’s address").fill(httpserver.url_for("/"))
        page.get_by_role("button", name="Look into this group").click()
        expect(page.locator("h1")).to_have_text("The group could not be read", timeout=20_000)
        expect(page.locator(".notice")).to_contain_text("asks automated")
        page.get_by_role("link", name="Contribute what you see").click()
        expect(page.locator("h1")).to_have_text("Contribute what you see of the group")
        page.context.close()
