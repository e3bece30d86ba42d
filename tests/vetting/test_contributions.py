"""From what one person sends to what is known of a group, and back: on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from scrapers.capture import Outcome
from scrapers.snapshot import Fetched, Reading, State
from tests.vetting.reading import AT, REF, capture, reading
from vetting import models
from vetting.cli import main
from vetting.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound
from vetting.jobs.handlers import HANDLERS
from vetting.models import ContributionState, JobState, Role
from vetting.models.contributions import TRANSITIONS
from vetting.services import contributions, hosts, households, jobs, records, reports, rescore, subjects, tokens, vet
from vetting.services.contributions import CONSENT_VERSION, AlreadyContributed
from vetting.services.keep import keep_reading
from vetting.services.proofs import shown_in
from vetting.services.sendings import FieldsRefused, checked
from vetting.services.submissions import submit

ADDRESS = "https://www.facebook.com/groups/quietharbour/"
RULES = "1. Be kind.\n2. We are no crisis service: in danger call 112.\n3. No selling."
SENT = {
    "name": "Quiet Harbour",
    "purpose": "Peers who live with panic attacks help one another.",
    "rules": RULES,
    "moderators": [{"handle": "wren", "role": "admin", "title": "peer supporter"}],
    "members": 1200,
    "visibility": "private",
}
HOMES = ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5")


@pytest.fixture
def at(context):
    """Sets the context's clock; the first moment is set already."""

    def move(days: float):
        moment = AT + timedelta(days=days)
        object.__setattr__(context, "clock", lambda: moment)

    move(0)
    return move


@pytest.fixture
def closed(context, at):
    """A group on a platform that asks programs to stay away: its reading has failed, and that is all that is known."""
    job = submit(context, ADDRESS)
    with context.database.writing() as session:
        row = session.get_one(models.Job, job.id)
        row.state, row.finished_at = JobState.FAILED, AT
        row.error = {"code": "robots_disallowed", "message": "It asks us to stay away.", "remedy": "Look yourself."}
    return job.payload["group_id"]


@pytest.fixture
def open_group(context, at):
    """A group of which we read name and team, and are not shown the rules."""
    group = replace(
        reading().snapshot,
        description=Reading.of("A place for people with panic attacks."),
        fetched=(),
        rules=Reading.withheld("login_wall"),
        rules_text=Reading.withheld("login_wall"),
    )
    return publish(context, group)


def publish(context, snapshot, *captures):
    lines = (Fetched(REF.canonical_url, "about", Outcome.OK, snapshot.taken_at),)
    collection = replace(reading(at=snapshot.taken_at), snapshot=replace(snapshot, fetched=lines))
    collection = replace(collection, captures=(*collection.captures, *captures))
    return vet.publish(context, collection, context.clock(), is_demo=False).group_id


def send(context, group, home=0, role=Role.MEMBER, **changes):
    document = changes.pop("document", None) or {**SENT, **changes}
    return contributions.contribute(context, group, document, role=role, consent=CONSENT_VERSION, address=HOMES[home])


def work(context):
    """Does the jobs of re-assessment that are open; says how many."""
    with context.database.reading() as session:
        open_jobs = session.scalars(select(models.Job.id).where(models.Job.kind == contributions.REASSESS)).all()
    held = [lease for job in open_jobs if (lease := jobs.lease(context, job))]
    for one in held:
        jobs.complete(context, one, HANDLERS[one.kind](context, one.payload, lambda _: None))
    return len(held)


def report(context, group):
    return json.loads(reports.get_report(context, group).body)


def test_two_unconnected_people_make_a_report_on_a_group_that_nobody_could_read(context, at, closed):
    _, first = send(context, closed)
    assert (first.state, first.agreed, work(context)) == (ContributionState.SUBMITTED, (), 0)
    with pytest.raises(NotFound):
        reports.get_report(context, closed)
    at(2)
    token, second = send(context, closed, 1, members=1300)
    assert (second.state, second.agreed) == (ContributionState.COUNTED, tuple(SENT))
    assert work(context) == 1
    document = report(context, closed)
    assert document["group"]["name"] == "Quiet Harbour"
    assert set(document["contributed"]) == set(SENT)
    assert document["contributable"] == ["joining"]
    assert [row["handle"] for row in document["stewards"]] == ["wren"]
    evidence = [e for f in document["findings"] for fact in f["facts"] for e in fact["evidence"]]
    assert {item["kind"] for item in evidence} == {"contributed"}
    assert document["captures"] == []
    contributions.withdraw(context, token)
    assert work(context) == 1
    after = report(context, closed)
    assert (after["contributed"], after["group"]["name"], after["grade"]) == ([], "group/quietharbour", "U")


def test_three_on_one_day_count_as_one(context, at, closed):
    for home in range(3):
        at(home / 4)
        _, view = send(context, closed, home)
    assert (view.agreed, work(context)) == ((), 0)


def test_one_household_is_refused_within_the_month_and_its_mark_is_erased_after_it(context, at, closed):
    token, _ = send(context, closed)
    at(29)
    with pytest.raises(AlreadyContributed):
        send(context, closed)
    with context.database.reading() as session:
        row = session.scalars(select(models.Contribution)).one()
        assert HOMES[0] not in str(vars(row))
        assert token not in str(vars(row))
    at(30)
    jobs.resend_expired(context)
    with context.database.reading() as session:
        assert session.scalars(select(models.Contribution)).one().household is None
    _, again = send(context, closed)
    assert again.agreed == ()  # a month apart: nobody can tell any more whether the two are one


def test_marks_of_two_groups_cannot_be_compared_and_a_network_is_one_household(context):
    mark = households.mark(context, "a" * 16, "2001:db8:1:2::1")
    assert mark == households.mark(context, "a" * 16, "2001:db8:1:2:ffff::9")
    assert mark != households.mark(context, "b" * 16, "2001:db8:1:2::1")
    assert mark != households.mark(context, "a" * 16, "2001:db8:1:3::1")


def test_a_lone_dissent_changes_nothing_and_a_second_leaves_it_open(context, at, closed):
    for day in range(2):
        at(2 * day)
        send(context, closed, day)
    work(context)
    before = reports.get_report(context, closed).body
    at(4)
    send(context, closed, 2, rules="Anything goes.", document=None)
    assert work(context) == 1  # it agrees on the rest; of the rules nothing changes
    assert report(context, closed)["contributed"] == json.loads(before)["contributed"]
    at(6)
    _, view = send(context, closed, 3, rules="Anything goes.")
    work(context)
    assert "rules" in view.open
    assert "rules" not in report(context, closed)["contributed"]
    reasons = {
        fact["reason"]
        for f in report(context, closed)["findings"]
        for fact in f["facts"]
        if fact["name"] == "rules_published"
    }
    assert reasons <= {"contributions_disagree", "not_offered"}


def test_contributions_fill_what_is_withheld_and_leave_what_is_shown(context, at, open_group):
    about = subjects.subject(context, open_group)
    assert about.fields == ("rules", "members", "visibility", "joining")
    with pytest.raises(FieldsRefused) as raised:
        send(context, open_group, document={"name": "Mine"})
    assert set(raised.value.problems) == {"name"}
    headline = report(context, open_group)["headline"]
    for day in range(2):
        at(2 * day)
        send(context, open_group, day, document={"rules": RULES})
    work(context)
    after = report(context, open_group)
    assert after["contributed"] == ["rules"]
    assert after["group"]["name"] == "Quiet Harbour"
    assert after["headline"] >= headline
    assert after["changes"] == []
    (done,) = rescore.rescore(context, [open_group])
    assert done.headline == pytest.approx(after["headline"], abs=0.01)


def test_a_later_reading_that_shows_the_field_stands_above_all_voices(context, at, open_group):
    for day in range(2):
        at(2 * day)
        send(context, open_group, day, document={"rules": RULES})
    at(3)
    shown = replace(reading(at=context.clock()).snapshot, rules_text=Reading.of("Our own rules, as we show them."))
    publish(context, shown)
    assert report(context, open_group)["contributed"] == []


def test_a_steward_proves_control_by_a_word_in_the_group_once_and_in_time(context, at, open_group):
    token, view = send(context, open_group, role=Role.STEWARD, document={"rules": RULES})
    assert view.proof.startswith(tokens.PREFIX)
    with context.database.reading() as session:
        assert view.proof not in str(vars(session.scalars(select(models.Contribution)).one()))
    at(0.9)
    shown = replace(
        reading(at=context.clock()).snapshot,
        description=Reading.of(f"For people with panic attacks. {view.proof}"),
        rules=Reading.withheld("login_wall"),
        rules_text=Reading.withheld("login_wall"),
    )
    publish(context, shown)
    proven = contributions.status(context, token)
    assert (proven.proven, proven.proof, proven.agreed) == (True, "", ("rules",))
    assert report(context, open_group)["contributed"] == ["rules"]
    with context.database.reading() as session:
        assert session.scalars(select(models.Contribution)).one().proof_hash is None


@pytest.mark.parametrize("late", [True, False])
def test_a_word_that_is_late_or_anothers_proves_nothing(context, at, open_group, late):
    token, view = send(context, open_group, role=Role.STEWARD, document={"rules": RULES})
    at(1.1 if late else 0.5)
    word = view.proof if late else tokens.PREFIX + "0" * 32
    publish(context, replace(reading(at=context.clock()).snapshot, description=Reading.of(f"Calm. {word}")))
    assert not contributions.status(context, token).proven


def test_a_word_in_the_self_description_of_the_groups_own_host_proves_it(context, at):
    word = tokens.PREFIX + "a" * 32
    own = replace(
        reading(), snapshot=replace(reading().snapshot, ref=replace(REF, canonical_url="https://harbour.example/"))
    )
    body = json.dumps({"version": 1, "url": "https://harbour.example/", "proof": word}).encode()
    found = capture(".well-known/support-group.json", body)
    elsewhere = replace(found, final_url="https://other.example/.well-known/support-group.json")
    page = capture("comments", body)
    assert shown_in(replace(own, captures=(found,))) == {word}
    assert shown_in(replace(own, captures=(elsewhere, page))) == set()


def test_where_we_read_nothing_a_steward_gets_no_word_and_counts_like_a_member(context, at, closed):
    assert not subjects.subject(context, closed).can_prove
    _, view = send(context, closed, role=Role.STEWARD)
    assert (view.proof, view.proof_until, view.agreed) == ("", None, ())


def test_withdrawing_deletes_what_was_sent_and_happens_once(context, at, closed):
    token, _ = send(context, closed)
    contributions.withdraw(context, token)
    with context.database.reading() as session:
        row = session.scalars(select(models.Contribution)).one()
        assert (row.document, row.household, row.state) == ({}, None, ContributionState.WITHDRAWN)
    assert contributions.status(context, token).document == {}
    with pytest.raises(IllegalTransition):
        contributions.withdraw(context, token)
    with pytest.raises(NotFound):
        contributions.withdraw(context, "another")
    send(context, closed)  # the household may tell again


def test_the_operator_takes_out_what_should_not_have_been_sent(context, at, closed):
    token, view = send(context, closed)
    contributions.reject(context, view.id)
    assert contributions.status(context, token).state is ContributionState.REJECTED
    assert [row.document for row in contributions.listing(context, closed)] == [{}]


def test_the_operator_does_it_from_the_command_line(context, at, closed, environ):
    token, view = send(context, closed, document={"name": "Quiet\nHarbour"})
    shown = CliRunner().invoke(main, ["contributions", "list", closed], env=environ)
    assert f"{view.id}  2026-03-01  submitted  member" in shown.output
    assert "Quiet Harbour" in shown.output
    assert token not in shown.output
    assert CliRunner().invoke(main, ["contributions", "reject", view.id], env=environ).exit_code == 0
    assert CliRunner().invoke(main, ["contributions", "reject", view.id], env=environ).exit_code == 1
    assert CliRunner().invoke(main, ["contributions", "reject", "none"], env=environ).exit_code == 1


def test_what_was_said_half_a_year_ago_counts_no_more(context, at, closed):
    for day in range(2):
        at(2 * day)
        send(context, closed, day)
    work(context)
    at(181)
    with context.database.reading() as session:
        row = session.scalars(select(models.Snapshot).order_by(models.Snapshot.taken_at.desc())).first()
        known = records.known(session, row, vet.known_alone(row.reading()), context.clock())
    assert [voice.at for voice in known.contributions] == [AT + timedelta(days=2)]
    assert known.told.name.state is State.WITHHELD
    jobs.resend_expired(context)
    assert [row.at for row in contributions.listing(context, closed)] == [AT + timedelta(days=2)]


def test_a_group_that_was_not_found_closed_or_is_invented_takes_nothing(context, at):
    with pytest.raises(NotFound):
        subjects.subject(context, "0" * 16)
    with context.database.writing() as session:
        demo = keep_reading(session, reading(), is_demo=True, at=AT).group_id
    with pytest.raises(NotAllowed):
        subjects.subject(context, demo)


def test_nothing_is_taken_without_consent_or_of_a_site_that_asked_to_be_left_out(context, at, closed):
    with pytest.raises(InvalidInput):
        contributions.contribute(context, closed, SENT, role=Role.MEMBER, consent="", address=HOMES[0])
    hosts.leave_out(context, "facebook.com", reason="asked", by="wren")
    with pytest.raises(InvalidInput):
        send(context, closed)
    with context.database.reading() as session:
        assert session.scalars(select(models.Contribution)).all() == []


def test_a_group_takes_so_many_and_no_more(context, at, closed, monkeypatch):
    monkeypatch.setattr(contributions, "MOST_LIVE", 1)
    send(context, closed)
    with pytest.raises(contributions.TooMany):
        send(context, closed, 1)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "all"),
        ([], "all"),
        ({"posts": ["…"]}, "posts"),
        ({"members": "many"}, "members"),
        ({"members": True}, "members"),
        ({"members": -1}, "members"),
        ({"name": " \u200b "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"rules": []}, "rules"),
        ({"rules": ["x" * 6000, "y" * 6000]}, "rules"),
        ({"rules": {"a": 1}}, "rules"),
        ({"moderators": [{"handle": "wren", "role": "king"}]}, "moderators"),
        ({"moderators": [{"handle": "wren", "role": "admin", "bio": "…"}]}, "moderators"),
        ({"visibility": "secret"}, "visibility"),
    ],
)
def test_only_the_allowed_fields_are_taken(document, field):
    with pytest.raises(FieldsRefused) as raised:
        checked(document)
    assert set(raised.value.problems) == {field}


def test_what_cannot_be_printed_is_left_out():
    kept = checked({"name": "Quiet\x00\u202e  Harbour\ud800", "rules": "Be kind.\r\n\r\n\r\n\r\nNo selling.\x07"})
    assert kept == {"name": "Quiet Harbour", "rules": "Be kind.\n\nNo selling."}


def test_every_step_of_a_contribution_is_in_the_table():
    row = models.Contribution(state=ContributionState.SUBMITTED, document={}, household="h")
    for state in ContributionState:
        for to in ContributionState:
            row.state = state
            if to in TRANSITIONS[state]:
                row.move(to)
                assert row.state is to
            else:
                with pytest.raises(IllegalTransition):
                    row.move(to)


def test_the_closed_reading_says_why():
    snapshot = subjects.closed_snapshot(REF, "needs_auth", AT)
    assert (snapshot.rules_text.state, snapshot.rules_text.reason) == (State.WITHHELD, "needs_auth")
