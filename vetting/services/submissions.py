"""A pasted address becomes a job: one for each group, however often and however spelt it is asked for."""

from __future__ import annotations

from scrapers import registry
from scrapers.refs import GroupRef
from vetting.services import groups, hosts, jobs
from vetting.services.context import Context, in_our_words
from vetting.services.jobs import JobView

VET = "vet"


def submit(context: Context, address: str) -> JobView:
    """The job that vets the group at `address`; the one that runs already, if any. What was pasted is not kept, only the
    group's canonical address. Raises AddressRefused, also for a site that has asked to be left out, and HostPaused.
    """
    with in_our_words():
        ref = registry.resolve(address)
    hosts.require_open(context, ref.canonical_url)
    with context.database.writing() as session:
        ref = groups.on_record(session, ref)
        job = jobs.open_job(session, VET, payload(ref), dedupe_key=f"{VET}:{ref.id}", at=context.clock())
    context.tell(job.id)
    return job


def payload(ref: GroupRef) -> dict[str, str]:
    """What a job of kind "vet" carries; `ref_of` reads it."""
    return {"platform": ref.platform, "key": ref.key, "canonical_url": ref.canonical_url, "group_id": ref.id}


def ref_of(job_payload: dict[str, str]) -> GroupRef:
    return GroupRef(job_payload["platform"], job_payload["key"], job_payload["canonical_url"])
