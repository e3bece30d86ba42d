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
    claims = tuple(
        claim for claim in claims_in(sheet.snapshot) if claim.kind != "peer"
    )  # peers claim no clinical credential
    if claims:
        _claimed(sheet, claims)
    elif _told(stewards):
        _unclaimed(sheet, (*cite(stewards), *cite(description)))
    else:
        _unanswerable(sheet, stewards)
    # These ask what has been verified and recorded here, and our own records can always be read: nothing has.
    sheet.known("credential_contradicted", False)
    sheet.known("peer_certification", False)
    sheet.known("organisation_vouches", False)
    sheet.unknown("credential_excluded", "not_screened")


def _told(stewards: Reading[tuple[Steward, ...]]) -> bool:
    """Only where the lines were read in which people present themselves can silence be an answer."""
    return stewards.state is State.VALUE and any(s.bio or s.title for s in stewards.value or ())


def _claimed(sheet: Sheet, claims: tuple[FoundClaim, ...]) -> None:
    told = [evidence(source, claim.text) for claim in claims for source in claim.sources]
    protected = [claim for claim in claims if claim.protected]
    sheet.known("credentials_claimed", True, told)
    sheet.known("credential_claims", len(claims), told)
    sheet.known("credentials_checked", "self_reported", told)
    sheet.known("credential_jurisdiction_stated", all(claim.jurisdiction for claim in protected), told)


def _unclaimed(sheet: Sheet, told: tuple[Evidence, ...]) -> None:
    sheet.known("credentials_claimed", False, told)
    sheet.known("credential_claims", 0, told)
    for name in ("credentials_checked", "credential_jurisdiction_stated"):
        sheet.unknown(name, "nothing_claimed")


def _unanswerable(sheet: Sheet, stewards: Reading[tuple[Steward, ...]]) -> None:
    for name in ("credentials_claimed", "credential_claims", "credentials_checked", "credential_jurisdiction_stated"):
        sheet.missing(name, "stewards", stewards)
