"""The operator's credentials: from the environment to the header that a platform receives."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.adapter import OAuthClient, ReadyToken
from scrapers.capture import Outcome, Request
from scrapers.fetch import AccessToken, ClientSecret
from scrapers.registry import adapters
from tests.scrapers.servers import fetcher
from vetting.config import Settings
from vetting.services.fetching import credentials

SCHEMES = {name: scheme for adapter in adapters().values() for name, scheme in adapter.auth_schemes.items()}
READY = {name: scheme for name, scheme in SCHEMES.items() if isinstance(scheme, ReadyToken)}
HEADERS = {
    "discord": "Bot token-of-discord",
    "matrix": "Bearer token-of-matrix",
    "meetup": "Bearer token-of-meetup",
}
README = (Path(__file__).parents[2] / "vetting" / "README.md").read_text()


def given(tmp_path, *names):
    """The settings of an operator who has credentials for these platforms."""
    environ = {variable: f"token-of-{name}" for name in names for variable in SCHEMES[name].settings}
    return Settings.from_environ({"VETTING_VAR": str(tmp_path), **environ})


@pytest.mark.parametrize("name", SCHEMES)
def test_what_an_adapter_names_is_the_setting_that_opens_it(tmp_path, name):
    kinds = {OAuthClient: ClientSecret, ReadyToken: AccessToken}
    found = credentials(given(tmp_path, name))
    assert set(found) == {name}
    assert isinstance(found[name], kinds[type(SCHEMES[name])])


def test_nothing_given_is_nothing_sent(tmp_path):
    assert credentials(given(tmp_path)) == {}
    assert set(credentials(given(tmp_path, *SCHEMES))) == set(SCHEMES)


@pytest.mark.parametrize("name", READY)
def test_the_platform_receives_the_token_as_it_wants_it(httpserver, tmp_path, name):
    httpserver.expect_request("/api", headers={"Authorization": HEADERS[name]}).respond_with_data("welcome")
    fetch = fetcher(credentials=credentials(given(tmp_path, name))).for_platform(adapters()[name])
    assert fetch(Request(httpserver.url_for("/api"), "x", auth=name)).body == b"welcome"


@pytest.mark.parametrize("name", SCHEMES)
def test_without_it_the_platform_is_not_asked_and_the_setting_is_named(httpserver, tmp_path, name):
    others = credentials(given(tmp_path, *(set(SCHEMES) - {name})))
    capture = fetcher(credentials=others).for_platform(adapters()[name])(
        Request(httpserver.url_for("/api"), "x", auth=name)
    )
    assert (capture.outcome, capture.status) == (Outcome.NEEDS_AUTH, None)
    assert capture.detail == f"no_credential:{','.join(SCHEMES[name].settings)}"
    assert httpserver.log == []


@pytest.mark.parametrize("variable", [variable for scheme in SCHEMES.values() for variable in scheme.settings])
def test_the_readme_tells_how_to_get_it(variable):
    assert f"`{variable}`" in README.partition("## Access to platforms")[2].partition("\n## ")[0]
