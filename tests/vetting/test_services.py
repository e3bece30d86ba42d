"""What the faces ask: submit, find, list, read the report, see and take away the evidence."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from scrapers import warc
from scrapers.refs import GroupRef
from tests.vetting.reading import ADDRESS, AT, REF, judge, reading
from vetting import models
from vetting.errors import AddressRefused, NotFound
from vetting.services import evidence, groups, reports
from vetting.services.keep import keep_reading
from vetting.services.submissions import ref_of, submit


@pytest.fixture
def judged(context):
    """A group with two readings, judged C and then B."""
    with context.database.writing() as session:
        for days, grade in ((0, "C"), (7, "B")):
            at = AT + timedelta(days=days)
            snapshot = keep_reading(session, reading(at=at), is_demo=False, at=at)
            judge(session, snapshot, at=at, grade=grade, report=grade.encode())
    return REF.id


def test_every_spelling_of_an_address_is_one_job(context):
    spellings = [
        ADDRESS,
        "r/quietharbour",
        "https://www.reddit.com/r/quietharbour/comments/1/",
        "reddit.com/r/QUIETHARBOUR",
    ]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: submit(context, spellings[number % 4]), range(16)))
    assert len({job.id for job in found}) == 1
    with context.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(models.Job)) == 1
    assert ref_of(found[0].payload) == REF
    assert "utm_source" not in str(found[0].payload)


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "https://u:p@calm.example/", "x" * 3000])
def test_a_refused_address_says_what_to_do_and_leaves_no_job(context, address):
    with pytest.raises(AddressRefused) as raised:
        submit(context, address)
    assert raised.value.code != "scrapers_error"
    assert raised.value.remedy
    with context.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(models.Job)) == 0


def test_a_group_is_found_by_any_spelling(context, judged):
    object.__setattr__(context, "clock", lambda: AT + timedelta(days=8))
    view = groups.find(context, ADDRESS)
    assert view == groups.get(context, judged)
    assert (view.name, view.assessment.grade, view.assessment.flags) == ("Quiet Harbour", "B", ("new",))
    with pytest.raises(NotFound):
        groups.find(context, "r/another")
    with pytest.raises(NotFound):
        groups.get(context, "0" * 16)


@pytest.mark.parametrize(
    "address", ["forum.example", "https://forum.example/", "https://www.reddit.com/r/quietharbour"]
)
def test_a_page_that_turned_out_to_be_a_forum_is_found_by_its_address(context, judged, address):
    forum = GroupRef("discourse", "forum.example", "https://forum.example")
    with context.database.writing() as session:
        keep_reading(session, reading(ref=forum), is_demo=False, at=AT)
    assert groups.find(context, address).id == (judged if "reddit" in address else forum.id)


def test_the_list_holds_what_is_judged_and_keeps_demo_apart(context, judged):
    with context.database.writing() as session:
        demo = keep_reading(session, reading(), is_demo=True, at=AT)
        assert groups.listing(context, demo=True).groups == ()
        judge(session, demo)
    assert [group.id for group in groups.listing(context).groups] == [judged]
    assert [group.id for group in groups.listing(context, demo=True).groups] == [demo.group_id]
    page = groups.listing(context, offset=1)
    assert (page.groups, page.total) == ((), 1)


def test_history_is_newest_first(context, judged):
    assert [view.grade for view in groups.history(context, judged)] == ["B", "C"]


def test_the_report_is_the_bytes_that_were_stored(context, judged):
    object.__setattr__(context, "clock", lambda: AT + timedelta(days=8))
    report = reports.get_report(context, judged)
    assert (report.body, report.etag, report.at) == (b"B", "etag-B", AT + timedelta(days=7))
    older = groups.history(context, judged)[1]
    assert reports.get_past_report(context, older.id).body == b"C"
    for missing in (reports.get_report, reports.get_past_report):
        with pytest.raises(NotFound):
            missing(context, "0" * 16)


def test_evidence_is_what_stands_behind_the_report(context, judged):
    views = evidence.captures(context, judged)
    assert [(view.status, view.size > 0) for view in views] == [(200, True), (403, False), (200, True)]
    assert {view.at for view in views} == {AT + timedelta(days=7)}
    kept = evidence.body(context, views[0].digest)
    assert hashlib.sha256(kept.content).hexdigest() == kept.digest == views[0].digest
    assert kept.content_type == "text/html"


def test_bytes_of_no_capture_are_not_shown(context, judged):
    stray = hashlib.sha256(b"stray").hexdigest()
    with context.database.writing() as session:
        session.add(models.Body(**models.Body.columns(b"stray", stray)))
    for digest in (stray, "0" * 64, "", "%"):
        with pytest.raises(NotFound):
            evidence.body(context, digest)
    with pytest.raises(NotFound):
        evidence.captures(context, "0" * 16)


def test_exported_evidence_reads_back_equal(context, judged, tmp_path):
    target = tmp_path / "evidence.warc.gz"
    assert evidence.export(context, judged, target) == 3
    assert warc.read(target) == list(reading(at=AT + timedelta(days=7)).captures)
    assert list(tmp_path.glob(".*.warc.gz")) == []


def test_a_full_disk_leaves_the_old_file_whole(context, judged, tmp_path, monkeypatch):
    target = tmp_path / "evidence.warc.gz"
    target.write_bytes(b"old")

    def full(captures, place):
        place.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(warc, "write", full)
    with pytest.raises(OSError, match="No space"):
        evidence.export(context, judged, target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.glob(".*.warc.gz")) == []
