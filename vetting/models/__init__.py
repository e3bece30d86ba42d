"""Nouns: rows and their state machines. They open no session and ask no clock.

Importing this package loads every table, which migrations and relationships by name need.
"""

from vetting.models.answers import Answer
from vetting.models.assessments import Assessment
from vetting.models.captures import Body, Capture
from vetting.models.claims import Claim, ClaimState
from vetting.models.contributions import Contribution, ContributionState, Role
from vetting.models.groups import Group
from vetting.models.hosts import Decision, HostDecision, HostGate
from vetting.models.incidents import Category, Incident, IncidentState, Response
from vetting.models.jobs import Job, JobState
from vetting.models.looks import Finding, Look
from vetting.models.packs import Pack
from vetting.models.refusals import Refusal
from vetting.models.snapshots import Snapshot
from vetting.models.stewards import Steward

__all__ = [
    "Answer",
    "Assessment",
    "Body",
    "Capture",
    "Category",
    "Claim",
    "ClaimState",
    "Contribution",
    "ContributionState",
    "Decision",
    "Finding",
    "Group",
    "HostDecision",
    "HostGate",
    "Incident",
    "IncidentState",
    "Job",
    "JobState",
    "Look",
    "Pack",
    "Refusal",
    "Response",
    "Role",
    "Snapshot",
    "Steward",
]
