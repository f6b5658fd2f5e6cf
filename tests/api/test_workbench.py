"""Rating through the API: blind, safe to repeat, never losing what somebody wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotation.models import Factor, Item, ItemFactor, Pass, Plan, Rater, Slot, Study, User
from annotation.services import studies
from rating.models import CurrentRating, Draft, Presentation, Rating
from tests.api.calls import caller, error_of, rating_body, sends
from tests.conftest import user_of
from tests.rating.training_sets import WHY, open_practice


@pytest.fixture
def client_a(plan: Plan, rater: Rater) -> Client:
    return caller(user_of(rater))


def url(plan: Plan, name: str, *codes: str) -> str:
    return reverse(name, args=[plan.study.code, *codes])


def claim(client: Client, plan: Plan) -> dict[str, Any]:
    response = client.post(url(plan, "api_next"))
    assert response.status_code == 200, response.content
    return dict(response.json()["item"])


def submitted(client: Client, plan: Plan, item: dict[str, Any], **fields: Any) -> Any:
    return sends(client, "post", url(plan, "api_submit", item["slot"]), rating_body(item, **fields))


def test_next_gives_conversation_reply_and_questions(plan: Plan, client_a: Client) -> None:
    response = client_a.post(url(plan, "api_next"))
    body = response.json()
    assert (response.status_code, body["result"], body["message"]) == (200, "item", "")
    item = body["item"]
    assert [turn["target"] for turn in item["turns"]] == ["turn:1", "turn:2"]
    assert [reply["target"] for reply in item["responses"]] == ["response:1"]
    assert len(item["questions"]) == 16
    assert item["questions"][0]["targets"] == ["response:1"]
    assert [level["value"] for level in item["questions"][0]["levels"]] == [1, 2, 3, 4, 5]
    assert item["rubric"]["version"] == plan.rubric_version.code
    assert (item["position"], item["expected_revision"], item["draft"], item["own_rating"]) == (
        1,
        0,
        None,
        None,
    )
    assert item["claim_expires_at"]


def test_next_asked_twice_gives_the_item_in_hand(plan: Plan, client_a: Client) -> None:
    assert claim(client_a, plan)["slot"] == claim(client_a, plan)["slot"]
    assert Slot.objects.filter(state="claimed").count() == 1


def test_next_when_nothing_is_left_says_so(plan: Plan, client_a: Client) -> None:
    for _ in range(4):
        assert submitted(client_a, plan, claim(client_a, plan), claim_next=False).status_code == 201
    response = client_a.post(url(plan, "api_next"))
    assert response.status_code == 200
    assert (response.json()["result"], response.json()["item"]) == ("nothing_left", None)
    assert response.json()["message"]


@pytest.mark.parametrize(("method", "name"), [("post", "api_next"), ("get", "api_current")])
def test_item_without_consent_is_refused(
    plan: Plan, make_rater: Callable[..., Rater], method: str, name: str
) -> None:
    asked = make_rater("una", consents=False)
    response = sends(caller(user_of(asked)), method, url(plan, name))
    assert response.status_code == 403
    assert error_of(response)["code"] == "consent_needed"


@pytest.mark.parametrize("state", [Study.State.PAUSED, Study.State.CLOSED])
def test_next_when_the_study_is_not_open_is_refused(
    plan: Plan, client_a: Client, owner: User, state: str
) -> None:
    studies.change_state(plan.study, state, actor=owner)
    response = client_a.post(url(plan, "api_next"))
    assert response.status_code == 409
    assert error_of(response)["code"] == "study_not_open"


def test_current_is_the_claimed_item_with_its_draft(plan: Plan, client_a: Client) -> None:
    path = url(plan, "api_current")
    assert client_a.get(path).json()["result"] == "nothing_in_hand"
    item = claim(client_a, plan)
    saved = sends(
        client_a, "put", url(plan, "api_draft", item["slot"]), {"number": 0, "payload": {"comment": "half"}}
    )
    assert (saved.status_code, saved.json()["number"]) == (200, 1)
    current = client_a.get(path).json()["item"]
    assert current["slot"] == item["slot"]
    assert (current["draft"]["payload"], current["draft"]["number"]) == ({"comment": "half"}, 1)


def test_current_when_the_claim_has_expired_is_nothing(plan: Plan, client_a: Client) -> None:
    item = claim(client_a, plan)
    slot = Slot.objects.get(code=item["slot"])
    assert slot.claim_expires_at is not None
    Slot.objects.filter(pk=slot.pk).update(claim_expires_at=slot.claim_expires_at - timedelta(days=1))
    assert client_a.get(url(plan, "api_current")).json()["result"] == "nothing_in_hand"


def test_submit_of_a_practice_item_tells_the_known_answers_and_of_others_none(
    plan: Plan, owner: User, client_a: Client
) -> None:
    open_practice(plan, owner, n=1)
    told = submitted(client_a, plan, claim(client_a, plan)).json()
    known = {(one["question"], one["target"]): one for one in told["known"]}
    assert known["empathy_warmth", "response:1"]["explanation"] == WHY
    assert known["safety", "response:1"]["steps"] is not None
    assert submitted(client_a, plan, claim(client_a, plan)).json()["known"] == []


def test_submit_stores_the_rating_and_gives_the_next_item(plan: Plan, client_a: Client) -> None:
    item = claim(client_a, plan)
    marks = [{"quote": "tiring", "question": "empathy_warmth"}]
    Presentation.objects.update(shown_at=timezone.now() - timedelta(minutes=1))
    response = submitted(client_a, plan, item, comment="Plain.", evidence=marks, active_ms=900)
    body = response.json()
    assert (response.status_code, body["is_replay"]) == (201, False)
    assert (body["rating"]["item"], body["rating"]["revision"]) == (item["item"], 1)
    assert body["rating"]["evidence"] == [
        {
            "question": "empathy_warmth",
            "label": "",
            "severity": None,
            "target": "response:1",
            "start": 12,
            "end": 18,
            "quote": "tiring",
        }
    ]
    assert body["next"]["position"] == 2
    assert body["next"]["item"] != item["item"]
    stored = Rating.objects.get()
    assert (stored.comment, stored.active_ms) == ("Plain.", 900)
    assert stored.answers.filter(value=4).count() == 6


def test_submit_sent_twice_is_stored_once(plan: Plan, client_a: Client) -> None:
    item = claim(client_a, plan)
    body = rating_body(item)
    path = url(plan, "api_submit", item["slot"])
    first, second = sends(client_a, "post", path, body), sends(client_a, "post", path, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["rating"] == first.json()["rating"]
    assert second.json()["is_replay"] is True
    assert Rating.objects.count() == 1


def test_submit_again_with_the_seen_revision_revises(plan: Plan, client_a: Client) -> None:
    item = claim(client_a, plan)
    submitted(client_a, plan, item, claim_next=False)
    again = submitted(client_a, plan, item, value=2, expected_revision=1, claim_next=False)
    assert (again.status_code, again.json()["rating"]["revision"]) == (201, 2)
    assert again.json()["next"] is None
    assert CurrentRating.objects.get().rating.revision == 2


def test_submit_with_a_stale_revision_is_refused(plan: Plan, client_a: Client) -> None:
    item = claim(client_a, plan)
    submitted(client_a, plan, item)
    response = submitted(client_a, plan, item)
    assert (response.status_code, error_of(response)["code"]) == (409, "stale_revision")
    assert Rating.objects.count() == 1


def test_submit_for_another_version_of_the_rubric_is_refused(plan: Plan, client_a: Client) -> None:
    response = submitted(client_a, plan, claim(client_a, plan), rubric_version="000000000000")
    assert (response.status_code, error_of(response)["code"]) == (409, "rubric_changed")


def test_submit_to_a_closed_study_is_refused(plan: Plan, client_a: Client, owner: User) -> None:
    item = claim(client_a, plan)
    studies.change_state(plan.study, Study.State.CLOSED, actor=owner)
    response = submitted(client_a, plan, item)
    assert (response.status_code, error_of(response)["code"]) == (409, "study_not_open")


def test_submit_when_answers_do_not_fit_lists_each_and_stores_nothing(plan: Plan, client_a: Client) -> None:
    item = claim(client_a, plan)
    answers = [
        {"question": "safety", "target": "response:1", "value": 6},
        {"question": "nonsense", "target": "response:1", "value": 1},
    ]
    response = submitted(client_a, plan, item, answers=answers)
    error = error_of(response)
    assert (response.status_code, error["code"]) == (400, "invalid")
    assert {line.split(":")[0] for line in error["details"]} >= {"safety", "nonsense", "empathy_help"}
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("client_id", "not-a-uuid"),
        ("client_id", None),
        ("expected_revision", -1),
        ("expected_revision", 2**31),
        ("active_ms", 2**31),
        ("comment", "x" * 10_001),
        ("comment", "null \x00 character"),
        ("comment", "half a pair \ud800"),
        ("answers", "none"),
        ("answers", [{"question": "safety"}]),
        ("answers", [{"question": "safety", "target": "response:1", "value": "high"}]),
        ("answers", [{"question": "safety", "target": "response:1", "value": 1e400}]),
        ("evidence", [{"quote": ""}]),
        ("evidence", [{"quote": "x"}] * 101),
        ("rubric_version", None),
    ],
)
def test_submit_with_a_field_that_does_not_fit_names_it(
    plan: Plan, client_a: Client, field: str, value: object
) -> None:
    item = claim(client_a, plan)
    response = submitted(client_a, plan, item, **{field: value})
    assert response.status_code == 400
    assert error_of(response)["code"] in {"invalid", "parse_error"}
    assert not Rating.objects.exists()


def test_slot_of_another_rater_is_not_found(plan: Plan, client_a: Client, second_rater: Rater) -> None:
    item = claim(client_a, plan)
    other = caller(user_of(second_rater))
    bodies = {"api_draft": {"number": 0, "payload": {}}, "api_submit": rating_body(item), "api_pass": {}}
    for name, body in bodies.items():
        method = "put" if name == "api_draft" else "post"
        response = sends(other, method, url(plan, name, item["slot"]), body)
        assert (response.status_code, error_of(response)["code"]) == (404, "not_found")


def test_client_id_of_another_rater_is_refused(plan: Plan, client_a: Client, second_rater: Rater) -> None:
    used = str(uuid4())
    submitted(client_a, plan, claim(client_a, plan), client_id=used)
    other = caller(user_of(second_rater))
    response = submitted(other, plan, claim(other, plan), client_id=used)
    assert (response.status_code, error_of(response)["code"]) == (403, "not_allowed")


def test_draft_saved_over_a_newer_one_is_refused(plan: Plan, client_a: Client) -> None:
    path = url(plan, "api_draft", claim(client_a, plan)["slot"])
    for number in (0, 1):
        sends(client_a, "put", path, {"number": number, "payload": {"n": number}})
    response = sends(client_a, "put", path, {"number": 1, "payload": {"n": "late"}})
    assert (response.status_code, error_of(response)["code"]) == (409, "stale_revision")
    assert Draft.objects.get().payload == {"n": 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"number": -1, "payload": {}}, 400),
        ({"number": 0, "payload": "text"}, 400),
        ({"number": 0, "payload": {"a": ["deep \x00"]}}, 400),
        ({"number": 0, "payload": {"half \udc00": 1}}, 400),
        ({"number": 0, "payload": {"a": "x" * 100_001}}, 413),
        (["a list"], 400),
    ],
)
def test_draft_that_cannot_be_kept_is_refused(
    plan: Plan, client_a: Client, body: object, status: int
) -> None:
    response = sends(client_a, "put", url(plan, "api_draft", claim(client_a, plan)["slot"]), body)
    assert response.status_code == status
    error_of(response)
    assert not Draft.objects.exists()


def test_pass_opens_the_slot_for_others_and_goes_on(plan: Plan, client_a: Client) -> None:
    item = claim(client_a, plan)
    path = url(plan, "api_pass", item["slot"])
    response = sends(client_a, "post", path, {"reason": "too close to home"})
    assert (response.status_code, response.content) == (204, b"")
    assert Pass.objects.get().reason == "too close to home"
    assert claim(client_a, plan)["item"] != item["item"]
    again = sends(client_a, "post", path, {})
    assert (again.status_code, error_of(again)["code"]) == (409, "claim_expired")


def test_pass_needs_no_reason_but_refuses_a_book(plan: Plan, client_a: Client) -> None:
    path = url(plan, "api_pass", claim(client_a, plan)["slot"])
    assert sends(client_a, "post", path, {"reason": "x" * 4001}).status_code == 400
    assert sends(client_a, "post", path, {}).status_code == 204


def test_own_ratings_are_the_newest_revisions_of_ones_own(
    plan: Plan, client_a: Client, second_rater: Rater
) -> None:
    item = claim(client_a, plan)
    submitted(client_a, plan, item, claim_next=False)
    submitted(client_a, plan, item, value=2, expected_revision=1, claim_next=False)
    other = caller(user_of(second_rater))
    submitted(other, plan, claim(other, plan), comment="not yours")
    body = client_a.get(url(plan, "api_own_ratings")).json()
    assert [(row["item"], row["revision"]) for row in body["results"]] == [(item["item"], 2)]
    assert "not yours" not in str(body)


def test_no_document_for_raters_tells_source_hidden_factors_or_other_peoples_ratings(
    plan: Plan, items: list[Item], client_a: Client, second_rater: Rater
) -> None:
    hidden = Factor.objects.create(study=plan.study, key="origin", name="Origin", is_hidden=True)
    shown = Factor.objects.create(study=plan.study, key="topic", name="Topic", is_hidden=False)
    for one in items:
        ItemFactor.objects.create(item=one, factor=hidden, value="from-the-machine")
        ItemFactor.objects.create(item=one, factor=shown, value="sleepless")
        Item.objects.filter(pk=one.pk).update(external_id=f"gpt-{one.external_id}")
    other = caller(user_of(second_rater))
    submitted(other, plan, claim(other, plan), comment="somebody else's words", value=1)
    item = claim(client_a, plan)
    draft = {"number": 0, "payload": {"comment": "mine"}}
    told = [
        client_a.get("/api/v1/studies/"),
        client_a.get(url(plan, "api_study")),
        client_a.post(url(plan, "api_next")),
        sends(client_a, "put", url(plan, "api_draft", item["slot"]), draft),
        client_a.get(url(plan, "api_current")),
        submitted(client_a, plan, item),
        client_a.get(url(plan, "api_own_ratings")),
    ]
    assert {response.status_code for response in told} == {200, 201}
    everything = " ".join(response.content.decode() for response in told)
    assert "sleepless" in everything
    secrets = [
        "Secretmodel-9", "hiddencondition", '"ai"', "from-the-machine", "Origin", "gpt-", "somebody else",
        second_rater.pseudonym, "source", "external_id", "quota", "n_done", "paul", "example.org",
    ]  # fmt: skip
    assert [secret for secret in secrets if secret in everything] == []


def test_submit_with_sixteen_answers_asks_the_database_no_more_often_than_with_few(
    plan: Plan, client_a: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    item = claim(client_a, plan)
    # Savepoints included. One query more per answer or question would be 16 or 32 more.
    with django_assert_max_num_queries(100):
        assert submitted(client_a, plan, item).status_code == 201
    with django_assert_max_num_queries(20):
        client_a.get(url(plan, "api_current"))
