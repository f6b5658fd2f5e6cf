"""Schemathesis against every operation of the OpenAPI document: no 500, every answer as the document says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from annotation.models import Item, Plan, Rater, Slot, Study, User
from annotation.services.invitations import create_invitation
from annotation.services.problems import report_problem
from annotation.services.tokens import create_token
from rating.models import Export
from rating.queries.exports import export_scope
from rating.services.analyses import start_analysis
from rating.services.analysis_plans import write_plan
from rating.services.snapshots import take_snapshot
from rating.services.stored_exports import start_export
from tests.conftest import user_of
from tests.rating.services.submitting import submit

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 2
FEW = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def real(plan: Plan, owner: User, rater: Rater, items: list[Item], study: Study) -> dict[str, str]:
    """A study in which every code of an address names something; `slug`s by the name in the address."""
    submit(rater)
    problem = report_problem(rater, items[0], actor=user_of(rater), text="The reply is cut off.")
    analysis = start_analysis(study, actor=owner, options={}, seed=1)
    assert analysis.job is not None
    peer = study.groups.get(key="peer")
    invitation, _ = create_invitation(study, actor=owner, role="rater", days=3, max_uses=1, group=peer)
    scope = export_scope(study, stage="main", is_current_only=True)
    export: Export = start_export(scope, actor=owner, form="csv-long")
    slot = Slot.objects.filter(rater=rater).first()
    assert slot is not None
    return {
        "code": study.code,
        "item": items[0].code,
        "snapshot": take_snapshot(study, actor=owner).code,
        "analysis": analysis.code,
        "job": analysis.job.code,
        "version": plan.rubric_version.code,
        "invitation": invitation.code,
        "problem": problem.code,
        "export": export.code,
        "slot": slot.code,
        "analysis_plan": write_plan(study, actor=owner, title="Plan", options={"stage": "main"}).code,
        "stage": plan.code,
    }


def addressed(path: str, real: dict[str, str]) -> dict[str, str]:
    """The codes for an address; “plan” is an analysis plan or a stage."""
    plan = real["analysis_plan" if "analysis-plans" in path else "stage"]
    named = real | {"plan": plan}
    return {name: value for name, value in named.items() if f"{{{name}}}" in path}


def closing(application: Any) -> Any:
    """The application as a server runs it: every answer is read to its end and closed."""

    def run(environ: Any, start_response: Any) -> list[bytes]:
        answer = application(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    return run


def test_schemathesis_finds_nothing_wrong(real: dict[str, str], owner: User, rater: Rater) -> None:
    document: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document, default=str)))
    schema.app = closing(get_wsgi_application())
    owners, raters = (create_token(actor=user, name="schemathesis")[1] for user in (owner, user_of(rater)))
    n, failures = 0, []
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        codes = addressed(operation.path, real)
        is_rating = operation.definition.raw["summary"].endswith("(rater)")
        # Packed answers would be read as they lie.
        headers = {"Authorization": f"Token {raters if is_rating else owners}", "Accept-Encoding": "identity"}
        for mode, parameters in (
            (GenerationMode.POSITIVE, codes),
            (GenerationMode.POSITIVE, {}),
            (GenerationMode.NEGATIVE, codes),
        ):
            try:
                n += try_out(operation, mode, parameters, headers)
            except FailureGroup as group:
                failures.append(f"{operation.label}: {group.exceptions}")
    assert failures == []
    assert n > 100
    schema.app = None


@pytest.fixture(autouse=True)
def _open_connection() -> Iterator[None]:
    """Requests end in the test's own thread: as with the test client, they leave its connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def try_out(operation: Any, mode: GenerationMode, parameters: dict[str, str], headers: dict[str, str]) -> int:
    asked = []

    @FEW
    @given(case=operation.as_strategy(mode, path_parameters=parameters or None))
    def ask(case: Any) -> None:
        asked.append(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    try:
        ask()
    except Unsatisfiable:  # nothing can be wrong with a request that has neither body nor parameters
        return 0
    return len(asked)
