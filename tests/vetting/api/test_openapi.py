"""The running API keeps to its own description, whatever is sent to it."""

from __future__ import annotations

import hashlib

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.vetting.faces import PAGE, create_app, open_context, publish, sample

OPERATIONS = (
    ("POST", "/api/v1/groups"),
    ("GET", "/api/v1/groups/{group_id}"),
    ("GET", "/api/v1/groups/{group_id}/report"),
    ("GET", "/api/v1/groups/{group_id}/evidence"),
    ("GET", "/api/v1/groups/{group_id}/evidence.warc.gz"),
    ("GET", "/api/v1/jobs/{job_id}"),
    ("POST", "/api/v1/groups/{group_id}/contributions"),
    ("GET", "/api/v1/contributions/{token}"),
    ("DELETE", "/api/v1/contributions/{token}"),
    ("GET", "/api/v1/captures/{digest}"),
)
KNOWN = {"group_id": sample()["group"]["id"], "digest": hashlib.sha256(PAGE).hexdigest()}
SHARE = 8  # each example is a whole request: an eighth of the profile's number keeps it to seconds


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    with open_context(tmp_path_factory.mktemp("api")) as context:
        publish(context, sample())
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(context))


def test_every_described_operation_is_tried(described):
    tried = {(result.ok().method.upper(), result.ok().path) for result in described.get_all_operations()}
    assert tried == set(OPERATIONS)


TRIED = [(GenerationMode.POSITIVE, *operation) for operation in OPERATIONS]
# any text fits a path: only a body can be unfitting
TRIED += [(GenerationMode.NEGATIVE, *operation) for operation in OPERATIONS if operation[0] == "POST"]


@pytest.mark.parametrize(("mode", "method", "path"), TRIED)
def test_whatever_is_sent_the_answer_is_as_described(described, mode, method, path):
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=max(5, settings().max_examples // SHARE), suppress_health_check=list(HealthCheck))
    def call(case):
        # which text is a group's address no schema can say, so that a fitting request may be refused all the same
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    call()


@pytest.mark.parametrize(
    "path",
    [path for method, path in OPERATIONS if method == "GET" and not path.endswith((".gz", "{job_id}", "{token}"))],
)
def test_what_is_there_is_as_described(described, path):
    names = {name: value for name, value in KNOWN.items() if f"{{{name}}}" in path}
    response = described[path]["GET"].Case(path_parameters=names).call_and_validate()
    assert response.status_code == 200
