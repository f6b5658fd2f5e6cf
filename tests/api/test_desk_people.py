"""Ethics, incidents, pay, messages, known answers, archives, webhooks and the record lock through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from annotation import outgoing
from annotation.models import (
    AccessEvent,
    Item,
    KeptAnswer,
    Plan,
    Rater,
    RaterMessage,
    Role,
    Study,
    User,
)
from annotation.services import people, studies
from annotation.services.tokens import create_token
from rating.models import StudyArchive
from rating.services.snapshots import take_snapshot
from tests.api.desk import Desk
from tests.conftest import make_user, user_of
from tests.rating.services.submitting import submit


@pytest.fixture
def desk(study: Study, coordinator: User) -> Desk:
    return Desk(coordinator, study)


def test_ethics_lead_and_approvals_are_set_and_told(desk: Desk) -> None:
    rules = {"pauses_rating": True, "minimum_age": 18, "asks_capacity": True, "takes_proxy": False}
    assert desk.ask("put", "ethics/", rules)["enrolment_closed"] is None
    lead = {"name": "Sia", "hours": "always", "contacts": "the door", "response_time": "soon"}
    assert desk.ask("put", "safeguarding/", lead) == lead == desk.ask("get", "safeguarding/")
    sent = {"board": "The board", "number": "A/1", "valid_from": "2020-01-01", "valid_until": "2020-12-31"}
    assert desk.refused("post", "approvals/", sent | {"valid_until": "2019-01-01"}, status=400)
    approval = desk.ask("post", "approvals/", sent, status=201)
    assert desk.ask("get", "ethics/")["enrolment_closed"]
    gone = desk.ask("post", f"approvals/{approval['code']}/withdraw/", {"why": "typo", "is_mistake": True})
    assert gone["is_mistake"]
    assert desk.ask("get", "approvals/")["count"] == 1


def test_log_entry_is_written_and_corrected_by_a_further_one(desk: Desk, rater: Rater) -> None:
    said = {"happened_on": "2026-01-02", "text": "A page broke.", "reason": "Mended."}
    entry = desk.ask("post", "logs/", said | {"kind": "deviation", "pseudonym": rater.pseudonym}, status=201)
    assert entry["pseudonym"] == rater.pseudonym
    right = desk.ask("post", f"logs/{entry['code']}/correct/", said | {"text": "A button."}, status=201)
    assert right["corrects"] == entry["code"]
    assert desk.ask("get", "logs/", {"kind": "deviation"})["count"] == 2
    assert desk.ask("get", "logs/", {"kind": "adverse"})["count"] == 0


def test_incident_is_read_by_few_and_each_reading_recorded(
    desk: Desk, study: Study, owner: User, settings: Any
) -> None:
    settings.ACCESS_LOG_DAYS = 30
    incident = desk.ask("post", "incidents/", {"text": "She told of a danger."}, status=201)
    assert set(incident) == {"code", "number"}
    assert desk.refused("get", "incidents/", status=403)
    guard = make_user("gwen")
    people.add_member(study, actor=owner, user=guard, roles=[Role.SAFEGUARDING])
    few = Desk(guard, study)
    assert "danger" not in str(few.ask("get", "incidents/"))
    entry = {"kind": "acted", "text": "Rang her."}
    assert (
        few.refused("post", f"incidents/{incident['code']}/entries/", entry, status=409)["code"]
        == "state_forbids"
    )
    record = few.ask("post", f"incidents/{incident['code']}/read/")
    assert (record["entries"][0]["text"], len(record["readings"])) == ("She told of a danger.", 1)
    assert "Rang" not in str(few.ask("post", f"incidents/{incident['code']}/entries/", entry, status=201))
    # Its words stand nowhere else: an answer that would be kept is refused.
    headers = {"idempotency-key": "one"}
    assert (
        few.client.post(few.base + f"incidents/{incident['code']}/read/", headers=headers).status_code == 400
    )
    assert not KeptAnswer.objects.exists()
    assert AccessEvent.objects.filter(what="incidents", user=guard).exists()


def test_pay_is_told_by_pseudonym_and_to_raters_their_own(
    desk: Desk, study: Study, plan: Plan, rater: Rater
) -> None:
    submit(rater, active_ms=60_000)
    terms = {"basis": "item", "rate": "2.50", "currency": "eur"}
    assert desk.ask("put", "pay/terms/", terms)["currency"] == "EUR"
    sheet = desk.ask("get", "pay/")
    assert [(row["rater"], row["amount"]) for row in sheet["rows"]] == [(rater.pseudonym, "2.50")]
    assert rater.pseudonym in desk.text("pay/file/")
    assert Desk(user_of(rater), study).ask("get", "my-pay/")["amount"] == "2.50"


def test_message_reaches_those_behind_who_can_put_it_away_and_mute(
    desk: Desk, study: Study, plan: Plan, rater: Rater, second_rater: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.ask("get", "messages/behind/") == {"n_behind": 0, "next_at": None}
    body = {"subject": "How is it going?", "body": "Can we help?"}
    assert desk.refused("post", "messages/", body, status=409)
    everybody = Rater.objects.filter(pk=rater.pk)
    monkeypatch.setattr("annotation.services.messages.behind_raters", lambda study, now: everybody)
    desk.ask("post", "messages/", body, status=201)
    assert desk.ask("get", "messages/")["count"] == 1
    own = Desk(user_of(rater), study)
    [copy] = own.ask("get", "my-messages/")
    own.ask("post", f"my-messages/{copy['code']}/away/", status=204)
    assert own.ask("get", "my-messages/") == []
    assert own.ask("put", "my-messages/mute/", {"is_muted": True}) == own.ask("get", "my-messages/mute/")
    assert RaterMessage.objects.count() == 1


def test_known_answers_are_kept_written_and_released(
    desk: Desk, study: Study, rubric_version: object, items: list[Item]
) -> None:
    named = items[0].external_id
    kept = desk.ask("post", "known-items/", {"item": named, "use": "practice"}, status=201)
    assert desk.refused("post", "known-items/", {"item": "none", "use": "gold"}, status=400)
    path = f"known-items/{kept['item']}/"
    key = {"question": "safety", "value": 4, "explanation": "It names\nthe danger."}
    written = desk.ask("put", path, {"keys": [key]})["keys"]
    assert [(one["target"], one["value"], one["explanation"]) for one in written] == [
        ("response:1", 4.0, "It names\nthe danger.")
    ]
    assert desk.refused("put", path, {"keys": [key | {"value": 40}]}, status=400)["code"] == "invalid_file"
    table = f"item,question,value\n{items[1].external_id},safety,2\n"
    uploaded = desk.ask("post", "known-answers/", {"content": table, "use": "gold"}, status=201)
    assert uploaded == {"n_items": 1, "n_keys": 1}
    card = {"conversation": "Seeker: Hello.", "response": "Choose 2.", "questions": ["safety"], "value": 2}
    desk.ask("post", "attention-checks/", card, status=201)
    assert desk.refused("post", "attention-checks/", card | {"value": 99}, status=400)["details"]
    assert len(desk.ask("get", "known-items/")) == 3
    assert desk.ask("get", path)["use"] == "practice"
    desk.ask("delete", path, status=204)


def test_practice_is_set_opened_and_passed_by_hand(
    desk: Desk, study: Study, plan: Plan, rater: Rater, items: list[Item]
) -> None:
    settings = desk.ask("get", "checks/")["settings"]
    rates = settings | {"gold_every": 10}
    assert desk.refused("put", "checks/settings/", rates, status=400)["details"]
    assert desk.ask("put", "checks/settings/", rates | {"is_announced": True})["gold_every"] == 10
    marks = {"marks": [{"question": "safety", "rule": "exact", "amount": 80}]}
    assert desk.ask("put", "checks/marks/", marks)["marks"][0]["amount"] == 80
    assert desk.refused(
        "put", "checks/marks/", {"marks": [marks["marks"][0] | {"question": "x"}]}, status=400
    )
    lacking = desk.refused("post", "checks/", {"stage": "training", "state": "open"}, status=400)
    assert lacking["details"]
    desk.ask("post", "checks/", {"stage": "training", "state": "closed"})
    [row] = desk.ask("get", "checks/raters/")["results"]
    assert (row["rater"], row["where"]) == (rater.pseudonym, "cleared")
    assert desk.refused("post", f"checks/raters/{row['code']}/again/", status=409)
    assert (
        desk.ask("post", f"checks/raters/{row['code']}/pass/", {"reason": "known to us"})["state"]
        == "by_hand"
    )
    assert isinstance(desk.ask("get", "checks/quality/")["results"], list)


def test_archive_is_asked_for_seen_and_deleted(study: Study, plan: Plan, owner: User, desk: Desk) -> None:
    top = Desk(owner, study)
    assert top.refused("post", "archives/", {}, status=409)["code"] == "state_forbids"
    assert desk.refused("get", "archives/", status=403)
    studies.change_state(study, Study.State.PAUSED, actor=owner)
    assert top.refused("post", "archives/", {"with_incidents": True}, status=400)
    archive = top.ask("post", "archives/", {}, status=202)
    path = f"archives/{archive['code']}/"
    assert top.refused("get", f"archives/{archive['code']}/file/", status=404)
    assert top.refused("delete", path, status=409)
    StudyArchive.objects.get().job.delete()  # type: ignore[union-attr]
    StudyArchive.objects.update(state=StudyArchive.State.EXPIRED)
    assert top.ask("get", path)["state"] == "expired"
    top.ask("delete", path, status=204)
    assert top.ask("get", "archives/")["count"] == 0


def test_webhook_tells_its_secret_once(study: Study, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    target = outgoing.Target("https", "hooks.example.org", 443, "/", "93.184.215.14")
    monkeypatch.setattr(outgoing, "checked_target", lambda url: target)
    top = Desk(owner, study)
    body = {"label": "CI", "url": "https://hooks.example.org/", "events": ["plan.state"]}
    made = top.ask("post", "webhooks/", body, status=201)
    path = f"webhooks/{made['code']}/"
    assert made["secret"].startswith("whsec_")
    assert "secret" not in top.ask("get", path)
    headers = {"idempotency-key": "one"}
    assert top.client.post(top.base + f"webhooks/{made['code']}/secret/", headers=headers).status_code == 400
    assert top.ask("post", f"webhooks/{made['code']}/secret/")["secret"] != made["secret"]
    assert not top.ask("post", f"webhooks/{made['code']}/state/", {"is_on": False})["is_on"]
    sent = top.ask("post", f"webhooks/{made['code']}/test/", status=202)
    again = f"webhooks/{made['code']}/deliveries/{sent['code']}/again/"
    assert top.ask("post", again, status=202)["state"] == "waiting"
    assert top.ask("get", f"webhooks/{made['code']}/deliveries/")["count"] == 1
    top.ask("delete", path, status=204)
    assert top.ask("get", "webhooks/")["count"] == 0


def test_data_set_is_signed_by_two_and_lifted_by_an_owner(
    study: Study, plan: Plan, rater: Rater, owner: User, researcher: User
) -> None:
    submit(rater)
    snapshot = take_snapshot(study, actor=owner)
    top, analyst = Desk(owner, study), Desk(researcher, study)
    assert top.refused("post", "lock/", {"snapshot": snapshot.code}, status=409)
    studies.change_state(study, Study.State.CLOSED, actor=owner)
    assert top.refused("post", "lock/", {"snapshot": "none"}, status=400)
    lock = top.ask("post", "lock/", {"snapshot": snapshot.code}, status=201)
    assert lock["current"]["digest"] == snapshot.digest
    said = {"capacity": "investigator", "name": "Olive", "meaning": "I have seen it.", "is_meant": True}
    assert top.refused("post", "lock/sign/", said | {"is_meant": False}, status=400)
    top.ask("post", "lock/sign/", said, status=201)
    signed = analyst.ask("post", "lock/sign/", said | {"capacity": "analyst", "name": "Rhea"}, status=201)
    assert signed["current"]["locked_at"] is not None
    assert analyst.refused("post", "lock/lift/", {"why": "a fault"}, status=403)
    lifted = top.ask("post", "lock/lift/", {"why": "a fault"})
    assert (lifted["current"], lifted["earlier"][0]["lifted_why"]) == (None, "a fault")
    assert top.ask("get", "lock/") == lifted


def test_signing_by_a_token_needs_the_scope_for_it(study: Study, owner: User) -> None:
    secret = create_token(actor=owner, name="t", scopes=["write:studies"])[1]
    client = Client(headers={"authorization": f"Token {secret}"})
    answer = client.post(f"/api/v1/studies/{study.code}/lock/sign/", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "token_scope")
