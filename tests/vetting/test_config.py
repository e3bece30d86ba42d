"""The environment is read once; what is wrong in it is named with what it may be."""

from __future__ import annotations

import pytest

from vetting.config import ConfigurationError, Settings

SECRET = "s" * 32


def test_with_nothing_configured_it_is_embedded_and_keeps_one_secret(tmp_path):
    environ = {"VETTING_VAR": str(tmp_path / "var")}
    first, second = Settings.from_environ(environ), Settings.from_environ(environ)
    assert first.embedded
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    kept = tmp_path / "var" / "secret_key"
    assert kept.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in kept.parent.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("spelling", ["postgres://u@h/n", "postgresql://u@h/n", "postgresql+psycopg://u@h/n"])
def test_every_spelling_of_postgresql_is_one(tmp_path, spelling):
    settings = Settings.from_environ({"VETTING_VAR": str(tmp_path), "DATABASE_URL": spelling, "SECRET_KEY": SECRET})
    assert settings.database_url == "postgresql+psycopg://u@h/n"
    assert settings.queue_url == settings.database_url
    assert not settings.embedded


def test_redis_carries_jobs_and_counts_rates(tmp_path):
    environ = {"VETTING_VAR": str(tmp_path), "QUEUE_URL": "redis://h:6379/0", "SECRET_KEY": SECRET}
    settings = Settings.from_environ(environ)
    assert settings.queue_url == settings.rate_storage_url == "redis://h:6379/0"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://h/n"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("QUEUE_URL", "amqp://h"),
        ("SECRET_KEY", "short"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "eighty"),
        ("PORT", "٨٠"),
        ("PUBLIC_URL", "vetting.example"),
        ("CONTACT_URL", "mailto:x@vetting.example"),
        ("SUBMIT_RATE", "often"),
        ("API_RATE", "0 per minute"),
        ("RATE_STORAGE_URL", "postgresql://h/n"),
        ("JOB_LEASE", "1"),
        ("DISCORD_BOT_TOKEN", "Bot abcdefghijk"),
        ("MATRIX_ACCESS_TOKEN", "short"),
        ("MEETUP_ACCESS_TOKEN", "two\nlines-of-it"),
        ("MEETUP_ACCESS_TOKEN", "t\u00f6ken-t\u00f6ken"),
    ],
)
def test_a_wrong_value_is_refused_by_name(tmp_path, variable, value):
    with pytest.raises(ConfigurationError, match=variable) as raised:
        Settings.from_environ({"VETTING_VAR": str(tmp_path), variable: value})
    assert raised.value.remedy


def test_half_a_credential_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="REDDIT_CLIENT_SECRET is missing"):
        Settings.from_environ({"VETTING_VAR": str(tmp_path), "REDDIT_CLIENT_ID": "id"})


def test_a_secret_must_be_given_where_several_processes_share_it(tmp_path):
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        Settings.from_environ({"VETTING_VAR": str(tmp_path), "DATABASE_URL": "postgresql://u@h/n"})


def test_the_queue_never_shares_the_database_file(tmp_path):
    url = f"sqlite:///{tmp_path / 'one.db'}"
    with pytest.raises(ConfigurationError, match="same SQLite file"):
        Settings.from_environ({"VETTING_VAR": str(tmp_path), "DATABASE_URL": url, "QUEUE_URL": url})


def test_secrets_stay_out_of_what_is_printed(tmp_path):
    environ = {"VETTING_VAR": str(tmp_path), "DATABASE_URL": "postgresql://u:pass-word@h/n", "SECRET_KEY": SECRET}
    names = ("DISCORD_BOT_TOKEN", "MATRIX_ACCESS_TOKEN", "MEETUP_ACCESS_TOKEN", "REDDIT_CLIENT_SECRET")
    given = {name: f"hidden-{name}" for name in names}
    shown = repr(Settings.from_environ({**environ, **given, "REDDIT_CLIENT_ID": "id"}))
    assert "pass-word" not in shown
    assert SECRET not in shown
    assert "hidden" not in shown
