"""A whole study through the API alone: from nothing to a snapshot in pandas."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Item, Plan, Rater, Study, User
from annotation.services.problems import report_problem
from rating.models import Export
from rating.services.snapshots import take_snapshot
from tests.api.calls import caller, error_of, sends
from tests.conftest import core_document, user_of
from tests.rating.services.submitting import submit

ROOT = Path(__file__).resolve().parents[2]


def sent(client: Client, path: str, body: Any, status: int) -> Any:
    response = sends(client, "post", path, body)
    assert response.status_code == status, response.content
    return response.json()


def test_study_is_set_up_and_opened_through_the_api(owner: User) -> None:
    client = caller(owner)
    made = sent(
        client,
        "/api/v1/studies/",
        {"title": "By API", "support_title": "Talk", "support_text": "Ask for Ann."},
        201,
    )
    code = made["code"]
    base = f"/api/v1/studies/{code}/"
    changed = sends(client, "patch", base, {"purpose": "To see."})
    assert (changed.status_code, changed.json()["purpose"], changed.json()["title"]) == (
        200,
        "To see.",
        "By API",
    )
    sent(client, base + "groups/", {"name": "Peers", "key": "peer"}, 201)
    assert [one["key"] for one in client.get(base + "groups/").json()["results"]] == ["peer"]
    sent(client, base + "consents/", {"title": "Taking part", "body": "You may stop."}, 201)
    assert client.get(base + "consents/").json()["count"] == 1
    version = sent(client, base + "rubrics/", {"document": core_document()}, 201)["code"]
    assert sent(client, f"{base}rubrics/{version}/publish/", {}, 200)["state"] == "published"
    assert client.get(f"{base}rubrics/{version}/").json()["document"]["key"] == core_document()["key"]
    assert client.get(base + "rubrics/").json()["count"] == 1
    item = {"conversation": "Seeker: I can't sleep.", "response": "Since when?", "external_id": "a1"}
    assert sent(client, base + "items/", item, 201)["external_id"] == "a1"
    plan = sent(
        client, base + "plans/", {"stage": "main", "rubric_version": version, "quotas": {"peer": 2}}, 201
    )
    assert (plan["n_items"], plan["n_planned"], plan["n_done"]) == (1, 2, 0)
    assert sent(client, f"{base}plans/{plan['code']}/state/", {"state": "open"}, 200)["state"] == "open"
    assert client.get(base + "plans/").json()["results"][0]["code"] == plan["code"]
    refused = sends(client, "post", base + "state/", {"state": "paused"})
    assert (refused.status_code, error_of(refused)["code"]) == (409, "state_forbids")


def test_invitations_raters_and_problems_through_the_api(
    plan: Plan, coordinator: User, rater: Rater, items: list[Item]
) -> None:
    client, base = caller(coordinator), f"/api/v1/studies/{plan.study.code}/"
    made = sent(client, base + "invitations/", {"group": "peer", "days": 3}, 201)
    assert Client().get(made["link"].replace("http://testserver", "")).status_code == 200
    assert "link" not in client.get(base + "invitations/").json()["results"][0]
    revoked = sent(client, f"{base}invitations/{made['code']}/revoke/", {}, 200)
    assert revoked["revoked_at"] is not None
    assert sends(client, "post", base + "invitations/", {"group": "nobody"}).status_code == 400
    keyed = client.post(
        base + "invitations/", {}, headers={"idempotency-key": "k"}, content_type="application/json"
    )
    assert keyed.status_code == 400
    listed = client.get(base + "raters/").json()["results"]
    assert [one["pseudonym"] for one in listed] == [rater.pseudonym]
    assert "pia" not in json.dumps(listed)
    problem = report_problem(rater, items[0], actor=user_of(rater), text="Cut off.")
    answered = sent(client, f"{base}problems/{problem.code}/answer/", {"answer": "Mended."}, 200)
    assert answered["state"] == "answered"
    assert client.get(base + "problems/").json()["results"][0]["answer"] == "Mended."


def test_items_are_imported_from_text(plan: Plan, coordinator: User) -> None:
    client, path = caller(coordinator), reverse("api_imports", args=[plan.study.code])
    content = 'item_id,conversation,response\nx1,"seeker: I lie awake.","Since when?"\n'
    answer = sends(client, "post", path, {"content": content})
    assert answer.status_code in {202, 400, 409}, answer.content
    broken = sends(client, "post", path, {"content": "no,columns\n1,2\n"})
    assert broken.status_code in {400, 409}
    error_of(broken)


def test_exports_are_asked_for_and_listed(plan: Plan, rater: Rater, researcher: User) -> None:
    submit(rater)
    client, base = caller(researcher), f"/api/v1/studies/{plan.study.code}/exports/"
    made = sent(client, base, {"format": "csv-long"}, 202)
    assert made["job"]["state"] == "queued"
    assert client.get(base).json()["results"][0]["code"] == made["code"]
    assert client.get(f"{base}{made['code']}/").json()["state"] == Export.State.MAKING
    missing = client.get(f"{base}{made['code']}/file/")
    assert (missing.status_code, error_of(missing)["code"]) == (404, "not_found")
    assert sends(client, "post", base, {"format": "no-such"}).status_code in {400, 404, 409}


NOTHING = "0000000000"
COORDINATORS, TEAM, RESEARCH = {"coordinator"}, {"coordinator", "researcher"}, {"researcher"}
DOORS: list[tuple[str, str, list[str], set[str]]] = [
    ("post", "api_study_state", [], COORDINATORS),
    ("patch", "api_study", [], COORDINATORS),
    ("post", "api_groups", [], COORDINATORS),
    ("get", "api_consents", [], TEAM),
    ("post", "api_consents", [], COORDINATORS),
    ("get", "api_rubrics", [], TEAM),
    ("post", "api_rubrics", [], COORDINATORS),
    ("get", "api_rubric", [NOTHING], TEAM),
    ("post", "api_rubric_publish", [NOTHING], COORDINATORS),
    ("post", "api_items", [], COORDINATORS),
    ("post", "api_imports", [], COORDINATORS),
    ("get", "api_plans", [], TEAM),
    ("post", "api_plans", [], COORDINATORS),
    ("post", "api_plan_state", [NOTHING], COORDINATORS),
    ("get", "api_raters", [], COORDINATORS),
    ("get", "api_invitations", [], COORDINATORS),
    ("post", "api_invitation_revoke", [NOTHING], COORDINATORS),
    ("get", "api_problems", [], COORDINATORS),
    ("post", "api_problem_answer", [NOTHING], COORDINATORS),
    ("get", "api_exports", [], TEAM),
    ("post", "api_exports", [], TEAM),
    ("get", "api_export", [NOTHING], TEAM),
    ("get", "api_export_file", [NOTHING], TEAM),
    ("get", "api_snapshot_file", [NOTHING], RESEARCH),
]


def test_every_new_door_is_open_to_its_roles_alone(
    study: Study, coordinator: User, researcher: User, rater: Rater, outsider: User
) -> None:
    staff = {"coordinator": caller(coordinator), "researcher": caller(researcher)}
    rates, stranger = caller(user_of(rater)), caller(outsider)
    for method, name, codes, may in DOORS:
        path = reverse(name, args=[study.code, *codes])
        assert sends(Client(), method, path, {}).status_code == 401, name
        assert sends(stranger, method, path, {}).status_code == 404, name
        assert sends(rates, method, path, {}).status_code == 403, name
        assert sends(rates, "put", path, {}).status_code == 405, name
        for role, client in staff.items():
            answer = sends(client, method, path, {})
            assert (answer.status_code == 403) is (role not in may), (name, role)
            if role in may and codes:
                assert answer.status_code == 404, name
            elif role in may and method == "post":
                assert answer.status_code == 400, name
    assert sends(rates, "post", "/api/v1/studies/", {"title": "x"}).status_code == 403
    assert sends(Client(), "post", "/api/v1/studies/", {"title": "x"}).status_code == 401


def test_example_of_the_docs_reads_a_snapshot_into_pandas(
    plan: Plan, owner: User, researcher: User, rater: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests

    submit(rater)
    snapshot = take_snapshot(plan.study, actor=owner)
    client = caller(researcher)

    class Answer:
        def __init__(self, response: Any) -> None:
            self.status = response.status_code
            self.content = b"".join(response.streaming_content)

        def raise_for_status(self) -> None:
            assert self.status == 200

    monkeypatch.setattr(
        requests, "get", lambda address, **options: Answer(client.get(address.partition("example.org")[2]))
    )
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    found = re.search(r"## A snapshot in pandas\n\n```python\n(.*?)```", page, re.DOTALL)
    assert found is not None
    code = found[1].replace("<study>", plan.study.code).replace("<snapshot>", snapshot.code)
    assert len(code.strip().splitlines()) == 5
    names: dict[str, Any] = {"secret": "x", "io": io}
    exec(code, names)  # noqa: S102 (our own page)
    assert set(names["rows"]["rater"]) == {rater.pseudonym}
