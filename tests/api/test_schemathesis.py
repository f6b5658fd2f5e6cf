"""Schemathesis against every operation of the OpenAPI document: no 500, every answer as the document says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.files.base import ContentFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
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

from annotation.models import (
    Item,
    Job,
    MessageCopy,
    Plan,
    Rater,
    RaterMessage,
    Role,
    Slot,
    Study,
    User,
    WebhookEndpoint,
)
from annotation.services.approvals import add_approval
from annotation.services.ethics_logs import Happened, write_log
from annotation.services.incidents import open_incident
from annotation.services.invitations import create_invitation
from annotation.services.known_items import keep_item
from annotation.services.overrides import assign_item
from annotation.services.people import add_member
from annotation.services.problems import report_problem
from annotation.services.rubric_drafts import begin_draft
from annotation.services.tokens import create_token
from annotation.services.webhooks import send_test
from rating.job_kinds import SIMULATE_PLAN
from rating.models import Export, Rating, StudyArchive
from rating.queries.exports import export_scope
from rating.services.adjudication import choose_items, take_next
from rating.services.analyses import start_analysis
from rating.services.analysis_plans import write_plan
from rating.services.import_sources import ImportOptions
from rating.services.import_uploads import receive_upload
from rating.services.second_looks import ask_for_second_look
from rating.services.snapshots import take_snapshot
from rating.services.stored_exports import start_export
from tests.conftest import make_user, user_of
from tests.rating.services.submitting import submit

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 2
# So that several workers can share the work.
PARTS = 4
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
    return (
        desk_codes(study, plan, owner, rater)
        | built_codes(study, plan, owner)
        | {
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
    )


def desk_codes(study: Study, plan: Plan, owner: User, rater: Rater) -> dict[str, str]:
    """What coordinators and owners have made in a running study."""
    now = timezone.now()
    member = add_member(study, actor=owner, user=make_user("ada"), roles=[Role.ADJUDICATOR])
    items = list(Item.objects.filter(study=study).order_by("pk"))
    peer = study.groups.get(key="peer")
    choose_items(plan, items[1:], actor=owner, as_group=peer, reason="far apart")
    taken = take_next(study, member, now=now)
    assigned = assign_item(plan, items[2], rater, actor=owner, reason="to try")
    rating = Rating.objects.filter(rater=rater).latest("pk")
    hook = WebhookEndpoint.objects.create(
        study=study, label="a", url="https://a.example", events=["plan.state"]
    )
    happened = Happened(now.date(), "A page broke.", "Mended.")
    keep_item(study, items[3], actor=owner, use="gold")
    message = RaterMessage.objects.create(study=study, subject="Hello", body="How are you?")
    MessageCopy.objects.create(message=message, rater=rater)
    archive = StudyArchive.objects.create(study=study, created_by=owner, state=StudyArchive.State.EXPIRED)
    assert taken is not None
    assert assigned.seat is not None
    return {
        "adjudication": taken.code,
        "seat": assigned.seat.code,
        "look": ask_for_second_look(rating, actor=owner, reason="Once more?", now=now).code,
        "approval": add_approval(study, actor=owner, board="B", number="1", valid_from=now.date()).code,
        "entry": write_log(study, happened, actor=owner, kind="deviation", now=now).code,
        "incident": open_incident(study, actor=owner, text="A disclosure.").code,
        "rater": rater.code,
        "hook": hook.code,
        "delivery": send_test(hook, actor=owner).code,
        "archive": archive.code,
        "message": message.code,
        "known": items[3].code,
    }


def built_codes(study: Study, plan: Plan, owner: User) -> dict[str, str]:
    """What a study is built from: a rubric draft, an import that waits, a simulated plan."""
    file = ContentFile(b"nr,question,note\n1,I lie awake.,x\n", name="items.csv")
    batch = receive_upload(study, actor=owner, items=file, ratings=None, options=ImportOptions())
    return {
        "draft": begin_draft(plan.rubric_version, actor=owner).code,
        "batch": batch.code,
        "simulation": Job.objects.create(study=study, kind=SIMULATE_PLAN, created_by=owner).code,
        "group": "peer",
        "question": "safety",
        "scale": "felt",
        "name": "ratings-long.csv",
        "number": "1",
    }


@schemathesis.serializer("application/zip")
def as_it_is(context: Any, value: Any) -> bytes:
    """The body of a restoring is the file itself."""
    del context
    return value if isinstance(value, bytes) else str(value).encode()


def addressed(path: str, real: dict[str, str]) -> dict[str, str]:
    """The codes of an address. “plan”: an analysis plan or a stage; “version”: a draft where it is built."""
    plan = real["analysis_plan" if "analysis-plans" in path else "stage"]
    item = real["known" if "known-items" in path else "item"]
    version = real["draft" if "/draft/" in path else "version"]
    key = real["scale" if "/scales/" in path else "question"]
    named = real | {"plan": plan, "item": item, "version": version, "key": key}
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


@pytest.mark.parametrize("part", range(PARTS))
def test_schemathesis_finds_nothing_wrong(part: int, real: dict[str, str], owner: User, rater: Rater) -> None:
    document: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document, default=str)))
    schema.app = closing(get_wsgi_application())
    cast = {"rater": user_of(rater), "adjudicator": User.objects.get(username="ada"), "": owner}
    secrets = {who: create_token(actor=user, name="schemathesis")[1] for who, user in cast.items()}
    n, failures = 0, []
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
    for operation in operations[part::PARTS]:
        summary = operation.definition.raw["summary"]
        who = next(one for one in secrets if summary.endswith(f"({one})") or not one)
        # Packed answers would be read as they lie.
        headers = {"Authorization": f"Token {secrets[who]}", "Accept-Encoding": "identity"}
        for mode, codes in tries(operation, addressed(operation.path, real)):
            try:
                n += try_out(operation, mode, codes, headers)
            except FailureGroup as group:
                failures.append(f"{operation.label}: {group.exceptions}")
    assert failures == []
    assert n > 40
    schema.app = None


def tries(operation: Any, codes: dict[str, str]) -> Iterator[tuple[GenerationMode, dict[str, str]]]:
    """What is asked of an operation: as it should be, of what is not there, and wrongly."""
    yield GenerationMode.POSITIVE, codes
    if codes:
        yield GenerationMode.POSITIVE, {}
    # Without body and query there is nothing to send wrongly.
    if operation.body or operation.query:
        yield GenerationMode.NEGATIVE, codes


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
