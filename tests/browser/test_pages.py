"""Every page in a real browser: accessible, within the screen, without a request to anyone else, with and without JavaScript."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from scrapers.refs import GroupRef
from tests.chromium import served
from tests.vetting.faces import AT, PAGE, create_app, open_context, publish, sample, variant
from vetting import models
from vetting.models import JobState, Role
from vetting.services.context import Context
from vetting.services.contributions import CONSENT_VERSION, contribute
from vetting.services.submissions import payload

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LONG = "supercalifragilistic" * 12
CAP = {"id": "grave", "limit": 10, "message": "Do not join this group for now."}


@dataclass(frozen=True)
class Site:
    context: Context
    address: str
    paths: dict[str, str]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """The service with reports of every kind and jobs in every state."""
    with open_context(tmp_path_factory.mktemp("site")) as context, served(create_app(context)) as address:
        group = publish(context, sample())
        grave = publish(context, variant(grade="E", headline=10, caps=[CAP], urgent_help={"shown": True}))
        long = publish(context, variant(group={"name": LONG, "key": LONG, "description": LONG}, grade="U", stewards=[]))
        digest = hashlib.sha256(PAGE).hexdigest()
        for number, (state, error) in enumerate(((JobState.RUNNING, None), (JobState.FAILED, PROBLEM))):
            add_job(context, f"{number}" * 32, state, error)
        closed = add_closed(context)
        yield Site(
            context,
            address,
            {
                "home": "/",
                "method": "/how-it-works",
                "privacy": "/privacy",
                "missing": "/nowhere",
                "report": f"/groups/{group}",
                "grave": f"/groups/{grave}",
                "long": f"/groups/{long}",
                "capture": f"/groups/{group}/captures/{digest}",
                "running": f"/jobs/{'0' * 32}",
                "failed": f"/jobs/{'1' * 32}",
                "closed": f"/jobs/{'2' * 32}",
                "contribute": f"/groups/{closed.group_id}/contribute",
                "status": f"/contributions/{closed.token}",
                "contributed": f"/groups/{publish(context, CONTRIBUTED)}",
                "self_description": "/self-description",
            },
        )


PROBLEM = {"code": "robots", "message": "The platform asks programs not to read it.", "remedy": "Look yourself."}
NAMES = (
    *("home", "method", "privacy", "missing", "report", "grave", "long", "capture", "running", "failed"),
    *("closed", "contribute", "status", "contributed", "self_description"),
)
FIELDS = ["name", "purpose", "rules", "moderators"]
CONTRIBUTED = variant(group={"is_demo": False}, contributed=FIELDS, contributable=["joining"], declared=["funding"])
SENT = {
    "name": "Quiet Harbour",
    "rules": "Be kind.\nNo selling.",
    "moderators": [
        {"handle": "wren", "role": "admin", "title": "peer supporter"},
        {"handle": LONG[:90], "role": "owner"},
    ],
}


@dataclass(frozen=True)
class Closed:
    group_id: str
    token: str


def add_closed(context: Context) -> Closed:
    """A group that we are not shown, and a first contribution to it."""
    ref = GroupRef("facebook", "group/quietharbour", "https://www.facebook.com/groups/quietharbour/")
    error = {**PROBLEM, "code": "robots_disallowed"}
    add_job(context, "2" * 32, JobState.FAILED, error, payload=payload(ref), dedupe_key=f"vet:{ref.id}")
    token, _ = contribute(context, ref.id, SENT, role=Role.STEWARD, consent=CONSENT_VERSION, address="192.0.2.1")
    return Closed(ref.id, token)


def add_job(context: Context, job: str, state: JobState, error: dict[str, str] | None = None, **columns) -> None:
    with context.database.writing() as session:
        session.add(
            models.Job(
                id=job,
                kind="vet",
                state=state,
                run_at=AT,
                told_at=AT,
                attempts=1,
                max_attempts=3,
                progress={"step": 1, "of": 4, "text": "Reading the team"},
                error=error,
                created_at=AT,
                **{"payload": {"canonical_url": "https://lemmy.example/c/quietharbour"}, "dedupe_key": job, **columns},
            )
        )


def opened(chromium: Browser, width: int, **options) -> Page:
    page = chromium.new_context(viewport={"width": width, "height": 900}, **options).new_page()
    page.set_default_timeout(20_000)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_no_page_keeps_anyone_out(site, chromium, name, scheme):
    page = opened(chromium, 1280, color_scheme=scheme)
    page.goto(site.address + site.paths[name])
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    found = Axe().run(page, options=RULES)
    page.context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_wider_than_the_screen(site, chromium, name, width):
    page = opened(chromium, width)
    page.goto(site.address + site.paths[name])
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.context.close()
    assert wide <= width


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_asked_of_anyone_else_nothing_breaks_the_policy_and_no_cookie_is_set(site, chromium, name):
    page = opened(chromium, 1280)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(site.address + site.paths[name], wait_until="load")
    cookies = page.context.cookies()
    page.context.close()
    assert all(url.startswith(site.address) for url in asked)
    assert [text for text in said if "404" not in text] == []
    assert cookies == []


def test_a_hostile_report_runs_nothing(site, chromium):
    attack = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    document = variant(group={"name": attack, "description": attack}, summary=attack)
    page = opened(chromium, 1280)
    page.goto(f"{site.address}/groups/{publish(site.context, document)}")
    expect(page.locator("h1")).to_have_text(attack)
    assert "taken'" in page.title()
    assert page.title() != "taken"
    page.context.close()


def test_progress_is_followed_without_reloading_and_leads_to_the_report(site, chromium):
    job = "b" * 32
    add_job(site.context, job, JobState.RUNNING)
    page = opened(chromium, 390)
    page.goto(f"{site.address}/jobs/{job}")
    page.evaluate("window.stayed = true")
    change(site.context, job, progress={"step": 3, "of": 4, "text": "Reading the rules"})
    expect(page.locator("#job-text")).to_have_text("Reading the rules")
    assert page.evaluate("window.stayed && document.querySelector('progress').value") == 3
    change(site.context, job, state=JobState.DONE, result={"group_id": sample()["group"]["id"]})
    expect(page.locator("#verdict")).to_have_text("Grade C: mixed")
    page.context.close()


def change(context: Context, job: str, **values) -> None:
    with context.database.writing() as session:
        row = session.get_one(models.Job, job)
        for name, value in values.items():
            setattr(row, name, value)


def test_without_javascript_the_job_page_reloads_itself(site, chromium):
    job = "c" * 32
    add_job(site.context, job, JobState.RUNNING)
    page = opened(chromium, 390, java_script_enabled=False)
    page.goto(f"{site.address}/jobs/{job}")
    change(site.context, job, state=JobState.DONE, result={"group_id": sample()["group"]["id"]})
    page.wait_for_url("**/groups/*")
    page.context.close()


def test_the_keyboard_reaches_the_box_and_a_mistake_is_explained_there(site, chromium):
    page = opened(chromium, 1280)
    page.goto(site.address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.get_by_label("The group’s address").fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    box = page.get_by_label("The group’s address")
    expect(box).to_have_value("javascript:alert(1)")
    expect(page.locator("#address-error")).to_contain_text("cannot be read")
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_contribution_is_seen_before_it_is_sent_and_can_be_taken_back(site, chromium, scripts):
    page = opened(chromium, 390, java_script_enabled=scripts)
    page.goto(site.address + site.paths["contribute"])
    page.get_by_label("The group’s name").fill("Quiet Harbour")
    page.get_by_label("Its rules").fill("Be kind.")
    page.get_by_label("How many members it has").fill("many")
    page.get_by_role("button", name="Look at what will be sent").click()
    expect(page.locator("#members-error")).to_be_visible()
    page.get_by_label("How many members it has").fill("1,200")
    page.get_by_role("button", name="Look at what will be sent").click()
    expect(page.locator("h1")).to_have_text("This will be sent, and nothing else")
    if scripts:
        assert Axe().run(page, options=RULES).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Send this").click()
    expect(page.locator("#consent-error")).to_be_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send this").click()
    expect(page.locator("h1")).to_have_text("Your contribution")
    page.get_by_role("button", name="Withdraw and delete it").click()
    expect(page.locator(".lead")).to_contain_text("withdrawn, and deleted")
    assert page.context.cookies() == []
    page.context.close()


def test_the_printed_report_shows_its_evidence(site, chromium):
    page = opened(chromium, 1280)
    page.goto(site.address + site.paths["report"])
    page.emulate_media(media="print")
    expect(page.locator(".fact").first).to_be_visible()
    expect(page.locator("nav").first).to_be_hidden()
    page.context.close()
