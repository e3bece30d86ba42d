"""A group's history over stored readings, on every database; and the same from the report."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from scrapers.capture import Capture, Outcome
from scrapers.recorded import Recorded
from scrapers.snapshot import Steward
from tests.vetting.reading import AT, REF, reading
from vetting import models
from vetting.errors import NotFound
from vetting.services.history import timeline
from vetting.services.keep import keep_reading
from vetting.services.rescore import rescore
from vetting.services.vet import vet

WEEK = timedelta(days=7)
ADDRESS = "https://harbour.example/"
LISTED = [["timestamp", "original", "statuscode", "digest"], ["20190301000000", ADDRESS, "200", "A"]]
INDEX = (
    "https://web.archive.org/cdx/search/cdx?url=https%3A%2F%2Fharbour.example%2F&output=json&fl=timestamp%2Coriginal%2Cstatuscode%2Cdigest"
    "&filter=statuscode%3A200&collapse=timestamp%3A6&limit=1000&showResumeKey=true"
)


def keep(context, collection):
    with context.database.writing() as session:
        return keep_reading(session, collection, is_demo=False, at=AT)


def test_changes_between_stored_readings_are_told_newest_first(context):
    for week, name, handles in (
        (2, "Quiet Cove", ("wren", "juno")),
        (0, "Quiet Harbour", ("wren",)),
        (1, "Quiet Harbour", ("wren",)),
    ):
        collection = reading(*(Steward(handle, "moderator") for handle in handles), at=AT + week * WEEK, name=name)
        object.__setattr__(collection.snapshot, "stewards_complete", True)
        keep(context, collection)
    found = [(change.kind, change.before, change.after, change.at) for change in timeline(context, REF.id)]
    assert found == [
        ("name", "Quiet Harbour", "Quiet Cove", AT + 2 * WEEK),
        ("steward_joined", "", "juno", AT + 2 * WEEK),
    ]


def test_a_group_that_was_never_read_has_no_history(context):
    with pytest.raises(NotFound):
        timeline(context, "0" * 16)


def test_a_reading_kept_before_there_was_a_past_is_still_read(context):
    row = keep(context, reading())
    with context.database.writing() as session:
        kept = session.get_one(models.Snapshot, row.id)
        kept.document = {
            key: part for key, part in kept.document.items() if key not in ("archive", "domain", "past_rules")
        }
    keep(context, reading(at=AT + WEEK, name="Quiet Cove"))
    assert [change.kind for change in timeline(context, REF.id)] == ["name"]


def answers(at, name: str, *, archive: bool = True) -> list[Capture]:
    home = f"<html><head><title>{name}</title></head><body><main><p>{'A calm place to talk with others. ' * 9}</p></main></body></html>"
    page = Capture(ADDRESS, ADDRESS, Outcome.OK, at, 200, {"content-type": "text/html"}, home.encode())
    listed = Capture(
        INDEX, INDEX, Outcome.OK, at, 200, {"content-type": "application/json"}, json.dumps(LISTED).encode()
    )
    return [page, listed] if archive else [page]


def test_what_an_archive_told_is_kept_as_evidence_judged_and_shown(context):
    vet(context, ADDRESS, fetch=Recorded(answers(AT, "Quiet Harbour")), at=AT)
    judged = vet(context, ADDRESS, fetch=Recorded(answers(AT + WEEK, "Quiet Cove")), at=AT + WEEK)
    document = json.loads(judged.report)
    assert [(change["kind"], change["before"], change["after"]) for change in document["changes"]] == [
        ("name", "Quiet Harbour", "Quiet Cove"),
        ("archived", "", "internet_archive"),
    ]
    assert document["changes"][1]["at"] == "2019-03-01T00:00:00Z"
    with context.database.reading() as session:
        digests = {row.digest for row in session.query(models.Body)}
    assert {item["ref"] for change in document["changes"] for item in change["evidence"]} <= digests
    age = next(finding for finding in document["findings"] if finding["rule"] == "history-age")
    assert age["result"] == "passed"
    assert len(timeline(context, judged.group_id)) == 2


def test_reading_the_kept_captures_again_finds_the_same_past(context):
    judged = vet(context, ADDRESS, fetch=Recorded(answers(AT, "Quiet Harbour")), at=AT)
    (again,) = rescore(context, [judged.group_id], reread=True)
    assert again.group_id == judged.group_id
    with context.database.reading() as session:
        archives = {row.document["archive"]["value"]["first"] for row in session.query(models.Snapshot)}
    assert archives == {"2019-03-01T00:00:00+00:00"}


def test_a_replay_without_an_archive_says_nothing_of_one(context):
    judged = vet(context, ADDRESS, fetch=Recorded(answers(AT, "Quiet Harbour", archive=False)), at=AT)
    document = json.loads(judged.report)
    assert not document["changes"]
    assert not any("archive" in line["url"] for line in document["captures"])
