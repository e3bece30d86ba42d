"""What those who run the group say of their qualification. Claims as published, never a name matched to a register."""

from __future__ import annotations

from datetime import datetime

from rules.facts import Evidence
from scrapers.snapshot import Reading, State, Steward
from vetting.probes.claims import FoundClaim, claims_in
from vetting.probes.known import Known
from vetting.probes.sheet import Sheet, cite, evidence


def probe(known: Known, sheet: Sheet, at: datetime) -> None:  # noqa: ARG001 - every family has one signature
    stewards, description = sheet.snapshot.stewards, sheet.snapshot.description
    found = claims_in(sheet.snapshot)
    claims = tuple(claim for claim in found if claim.protected)
    if claims:
        _claimed(sheet, claims)
    elif found or _told(stewards):
        _unclaimed(sheet, (*cite(stewards), *cite(description)))
    else:
        _unanswerable(sheet, stewards)
    _unchecked(sheet, claims=bool(claims))


def _unchecked(sheet: Sheet, *, claims: bool) -> None:
    """No register and no organisation has been asked. What is there to be asked about stays open; where nothing is known that
    could be contradicted or confirmed, nothing is. Our own records of verified certificates can always be read: there are none.
    """
    named = sheet.facts["organisation_named"].value is True
    for name, open_question in (("credential_contradicted", claims), ("organisation_vouches", named)):
        if open_question:
            sheet.unknown(name, "not_checked")
        else:
            sheet.known(name, False)
    sheet.known("peer_certification", False)
    sheet.unknown("credential_excluded", "not_screened")


def _told(stewards: Reading[tuple[Steward, ...]]) -> bool:
    """Only where lines were read in which people present themselves (or the group its team) can silence be an answer."""
    return stewards.state is State.VALUE and any(s.bio or s.title for s in stewards.value or ())


def _claimed(sheet: Sheet, claims: tuple[FoundClaim, ...]) -> None:
    """`claims` are those of a protected title; a degree or a coach's title is shown with the person, and is no licence."""
    told = [evidence(source, claim.text) for claim in claims for source in claim.sources]
    sheet.known("credentials_claimed", True, told)
    sheet.known("credential_claims", len(claims), told)
    sheet.known("credentials_checked", "self_reported", told)
    sheet.known("credential_jurisdiction_stated", all(claim.jurisdiction for claim in claims), told)


def _unclaimed(sheet: Sheet, told: tuple[Evidence, ...]) -> None:
    sheet.known("credentials_claimed", False, told)
    sheet.known("credential_claims", 0, told)
    for name in ("credentials_checked", "credential_jurisdiction_stated"):
        sheet.unknown(name, "nothing_claimed")


def _unanswerable(sheet: Sheet, stewards: Reading[tuple[Steward, ...]]) -> None:
    for name in ("credentials_claimed", "credential_claims", "credentials_checked", "credential_jurisdiction_stated"):
        sheet.missing(name, "stewards", stewards)
