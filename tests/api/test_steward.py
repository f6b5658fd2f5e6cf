"""Promises, screening, calls, the team, the trail and archives through the API."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from annotation.models import (
    AccessEvent,
    Application,
    CheckSettings,
    ContactWish,
    DataRequest,
    EthicsSettings,
    Invitation,
    Item,
    Job,
    JoiningSettings,
    KeyedItem,
    LegalScreen,
    Member,
    Plan,
    PublicCall,
    Rater,
    RetentionDate,
    ScreeningAnswer,
    ScreeningQuestion,
    Study,
    User,
)
from annotation.services.studies import publish_consent
from annotation.services.tokens import token_digest
from annotation.tasks import joining as mails
from rating.models import HeldComment, PayTerms, Rating
from rating.tasks import restores
from tests.api.calls import caller
from tests.api.desk import Desk
from tests.conftest import user_of
from tests.rating.services.submitting import submit

# Celery knows a task once its module is imported.
assert (mails.__name__, restores.__name__) == ("annotation.tasks.joining", "rating.tasks.restores")


@pytest.fixture
def desk(study: Study, coordinator: User) -> Desk:
    return Desk(coordinator, study)


@pytest.fixture
def house(study: Study, owner: User) -> Desk:
    return Desk(owner, study)


def named(study: Study, name: str, **parts: str) -> str:
    """The address behind a route's name, from the study on."""
    whole = reverse(name, kwargs={"code": study.code, **parts})
    return whole.removeprefix(f"/api/v1/studies/{study.code}/")


def test_days_on_which_data_go_are_set_read_and_noted_as_done(desk: Desk, study: Study) -> None:
    path, day = named(study, "api_retention"), (timezone.now() + timedelta(days=40)).date().isoformat()
    rows = desk.ask("put", path, {"days": [{"kind": "raw", "due_on": day}]})
    assert {row["kind"]: row["due_on"] for row in rows}["raw"] == day
    assert rows == desk.ask("get", path)
    assert desk.refused("put", path, {"days": [{"kind": "raw", "due_on": "2020-01-01"}]}, status=400)
    done = named(study, "api_retention_done", kind="raw")
    assert desk.refused("post", done, status=409)["code"] == "state_forbids"
    RetentionDate.objects.update(due_on="2020-01-01")
    assert {row["kind"]: row["done_at"] for row in desk.ask("post", done)}["raw"]


def test_assessment_is_noted_part_by_part_and_signed_as_read(desk: Desk, study: Study) -> None:
    path, sign = named(study, "api_protection"), named(study, "api_protection_sign")
    desk.ask("put", path, {"notes": [{"key": "risks", "note": "None beyond."}]})
    read = desk.ask("put", path, {"notes": [{"key": "time", "note": "Ten years."}]})
    notes = {part["key"]: part["note"] for part in read["parts"]}
    assert (notes["risks"], notes["time"], notes["data"]) == ("None beyond.", "Ten years.", "")
    who = {"name": "Dana Officer", "capacity": "data protection officer"}
    assert desk.refused("post", sign, who | {"digest": "0" * 64}, status=409)["code"] == "stale_revision"
    signed = desk.ask("post", sign, who | {"digest": read["digest"]}, status=201)
    assert [signed] == desk.ask("get", path)["signatures"]


def test_consents_proxies_and_data_requests_are_told_by_pseudonym(
    desk: Desk, study: Study, rater: Rater, owner: User
) -> None:
    rows = desk.ask("get", named(study, "api_rater_consents"))["results"]
    assert [(row["pseudonym"], row["version"], row["is_current"]) for row in rows] == [
        (rater.pseudonym, 1, True)
    ]
    EthicsSettings.objects.create(study=study, asks_capacity=True, takes_proxy=True)
    LegalScreen.objects.create(rater=rater, is_of_age=True, has_capacity=False, answered_at=timezone.now())
    proxy = named(study, "api_rater_proxy", rater=rater.code)
    said = {"relationship": "guardian", "given_on": "2026-01-02"}
    assert desk.ask("put", proxy, said) == said
    assert desk.ask("get", "raters/consents/")["results"][0]["proxy"] == said
    assert desk.refused("put", proxy, said, status=409)
    desk.ask("delete", proxy, status=204)
    publish_consent(study, actor=owner, title="New", body="New words.")
    assert desk.ask("get", "raters/consents/", {"is_waiting": "true"})["count"] == 1
    DataRequest.objects.create(rater=rater)
    asked = desk.ask("get", named(study, "api_data_requests"))["results"]
    assert [row["pseudonym"] for row in asked] == [rater.pseudonym]


def test_screening_is_built_switched_on_and_told_in_bands(desk: Desk, study: Study, rater: Rater) -> None:
    path = named(study, "api_screening")
    assert desk.refused("put", path, {"when": "before"}, status=409)
    desk.ask("post", named(study, "api_screening_ready"), {"name": "age"}, status=201)
    scale = {"kind": "scale", "construct": "trust", "low": 1, "high": 5, "words": "I trust it."}
    first = desk.ask("post", named(study, "api_screening_questions"), scale, status=201)
    desk.ask("post", "screening/questions/", scale | {"words": "I rely on it."}, status=201)
    assert desk.refused("post", "screening/questions/", scale | {"high": 9}, status=400)
    told = desk.ask("put", path, {"when": "before"})
    assert (told["when"], len(told["questions"]), told["is_fixed"]) == ("before", 3, False)
    desk.ask("delete", named(study, "api_screening_question", key=first["key"]), status=204)
    question = ScreeningQuestion.objects.get(study=study, kind="number")
    ScreeningAnswer.objects.create(rater=rater, question=question, value=41)
    assert desk.refused("delete", f"screening/questions/{question.key}/", status=409)
    assert desk.ask("get", path)["is_fixed"]
    assert desk.ask("get", named(study, "api_screening_answers"))["results"] == []
    assert desk.ask("get", named(study, "api_screening_scales")) == []


def test_call_is_opened_its_applications_decided_and_it_closes(desk: Desk, study: Study) -> None:
    assert desk.refused("post", named(study, "api_calls"), {"group": ""}, status=400)
    call = desk.ask("post", "calls/", {"group": "peer", "days": 5}, status=201)
    assert call["address"].startswith("http://testserver/apply/")
    asked = Application.objects.create(
        call=PublicCall.objects.get(study=study), token_digest=token_digest("a"), words="I would like to."
    )
    waiting = desk.ask("get", named(study, "api_applications"))["results"]
    assert [(row["code"], row["words"]) for row in waiting] == [(asked.code, "I would like to.")]
    decide = named(study, "api_application_decide", application=asked.code)
    assert desk.ask("post", decide, {"decision": "approve"})["state"] == "approved"
    assert desk.refused("post", decide, {"decision": "decline"}, status=409)
    closed = desk.ask("post", named(study, "api_call_close", call=call["code"]))
    assert (closed["is_open"], closed["n_approved"]) == (False, 1)
    assert desk.ask("get", "calls/")["results"] == [closed]


def test_people_are_invited_by_mail_and_the_mail_sent_again(desk: Desk, study: Study) -> None:
    path = named(study, "api_invitations_mail")
    people = [
        {"address": "Pia@example.org", "group": "peer"},
        {"address": "ria@example.org", "role": "adjudicator"},
    ]
    with TestCase.captureOnCommitCallbacks(execute=True):
        made = desk.ask("post", path, {"people": people, "days": 7}, status=202)
    assert sorted(one for sent in mail.outbox for one in sent.to) == ["pia@example.org", "ria@example.org"]
    assert "example.org" not in str(made)
    assert desk.refused("post", path, {"people": people}, status=400)["details"]
    again = named(study, "api_invitation_resend", invitation=made[0]["code"])
    with TestCase.captureOnCommitCallbacks(execute=True):
        desk.ask("post", again, status=202)
    assert len(mail.outbox) == 3
    Invitation.objects.update(email="")
    assert desk.refused("post", again, status=409)


def test_team_is_told_its_roles_changed_and_members_taken_out(
    desk: Desk, house: Desk, study: Study, researcher: User, rater: Rater
) -> None:
    team = {one["username"]: one for one in desk.ask("get", named(study, "api_members"))}
    assert team[researcher.username]["roles"] == ["researcher"]
    assert user_of(rater).username not in team
    member = named(study, "api_member", member=team[researcher.username]["code"])
    assert desk.refused("put", member, {"roles": ["owner"]}, status=403)
    assert house.refused("put", member, {"roles": ["rater"]}, status=400)
    roles = {one["username"]: one["roles"] for one in house.ask("put", member, {"roles": ["adjudicator"]})}
    assert roles[researcher.username] == ["adjudicator"]
    desk.ask("delete", member, status=204)
    assert Member.objects.get(study=study, user=researcher).left_at


def test_withdrawal_by_letter_gives_a_receipt_that_is_not_kept(
    desk: Desk, study: Study, rater: Rater
) -> None:
    path = named(study, "api_withdrawals")
    letter = {"pseudonym": rater.pseudonym, "choice": "erase", "holds_request": False}
    assert desk.refused("post", path, letter, status=400)
    made = desk.ask("post", path, letter | {"holds_request": True}, status=201)
    assert made["is_erased"]
    assert desk.client.get(f"/receipts/{made['receipt']}/").status_code == 200
    assert not Rater.objects.filter(pk=rater.pk).exists()
    headers = {"idempotency-key": "one"}
    response = desk.client.post(desk.base + path, letter, content_type="application/json", headers=headers)
    assert response.status_code == 400


def test_care_terms_and_wishes_are_read_and_changed(desk: Desk, study: Study, rater: Rater) -> None:
    care = desk.ask("get", named(study, "api_care"))
    assert desk.ask("put", "care/", care | {"break_minutes": 45})["break_minutes"] == 45
    assert desk.refused("put", "care/", care | {"retention_days": 1}, status=400)
    freeze = (timezone.now() + timedelta(days=30)).isoformat()
    terms = named(study, "api_terms")
    assert desk.ask("put", terms, {"contact": "Dr A", "data_freeze_at": freeze})["contact"] == "Dr A"
    assert desk.refused("put", terms, {"data_freeze_at": "2020-01-01T00:00:00Z"}, status=400)
    wish = ContactWish.objects.create(rater=rater, wished_at=timezone.now(), reach="By letter")
    [told] = desk.ask("get", named(study, "api_wishes"))["results"]
    assert (told["reach"], rater.pseudonym in str(told)) == ("By letter", False)
    desk.ask("post", named(study, "api_wish_answer", wish=wish.code), status=204)
    assert desk.ask("get", "wishes/")["count"] == 0


def test_trail_is_filtered_checked_and_lists_who_looked(
    desk: Desk, house: Desk, study: Study, rater: Rater, owner: User
) -> None:
    path = named(study, "api_audit")
    assert desk.refused("get", path, status=403)
    lines = house.ask("get", path, {"kind": "study.created"})["results"]
    assert [line["kind"] for line in lines] == ["study.created"]
    assert house.ask("get", path, {"since": "2100-01-01"})["count"] == 0
    # Raters are asked for together, never one by one.
    place = Member.objects.get(rater=rater)
    response = house.client.get(house.base + path, {"person": place.code})
    assert response.status_code == 400
    assert house.ask("get", path, {"person": "raters"})["results"]
    assert house.ask("post", named(study, "api_audit_check"))["is_whole"]
    AccessEvent.objects.create(
        study_code=study.code, user=owner, what="audit", object_code="", way="api", at=timezone.now()
    )
    assert house.ask("get", named(study, "api_accesses"))["results"][0]["who"] == owner.username


def test_rules_of_exports_held_comments_and_the_card(desk: Desk, plan: Plan, rater: Rater) -> None:
    study = plan.study
    rules = {"min_cell": 7, "days_kept": 3}
    assert (
        desk.ask("put", named(study, "api_export_rules"), rules) == rules == desk.ask("get", "export-rules/")
    )
    submit(rater)
    held = HeldComment.objects.create(rating=Rating.objects.get(), digest="0" * 64)
    path = named(study, "api_held_comments")
    assert desk.ask("get", path)["results"][0]["code"] == held.code
    assert desk.ask("post", path, {"codes": [held.code]}) == {"n_released": 1}
    desk.ask("post", named(study, "api_held_comment_hold", held=held.code), status=204)
    assert desk.ask("get", path)["results"][0]["released_at"] is None
    assert desk.ask("get", named(study, "api_protocol"))["stage"] == "main"
    assert desk.client.get(desk.base + "protocol/", {"stage": "none"}).status_code == 400


def test_study_is_copied_with_what_was_decided(
    house: Desk, desk: Desk, study: Study, items: list[Item]
) -> None:
    CheckSettings.objects.create(study=study, gold_every=9)
    KeyedItem.objects.create(study=study, item=items[0], use="gold")
    ScreeningQuestion.objects.create(study=study, key="years", kind="number", words="How many years?")
    JoiningSettings.objects.create(study=study, screening="before", screening_since=timezone.now())
    PayTerms.objects.create(study=study, basis="hour", rate=20, currency="EUR")
    path = named(study, "api_study_copy")
    assert desk.refused("post", path, {"title": "Again"}, status=403)
    made = house.ask("post", path, {"title": "Again", "with_training": True}, status=201)
    copy = Study.objects.get(code=made["code"])
    assert copy.state == "draft"
    assert KeyedItem.objects.get(study=copy).item.study_id == copy.pk
    assert Item.objects.filter(study=copy).count() == 1
    assert CheckSettings.objects.get(study=copy).gold_every == 9
    assert JoiningSettings.objects.get(study=copy).screening == "before"
    assert ScreeningQuestion.objects.get(study=copy).words == "How many years?"
    assert PayTerms.objects.get(study=copy).rate == 20
    bare = house.ask("post", path, {"title": "Bare", "with_screening": False}, status=201)
    assert not ScreeningQuestion.objects.filter(study__code=bare["code"]).exists()
    assert not CheckSettings.objects.filter(study__code=bare["code"]).exists()


def test_archive_sent_as_the_body_is_restored_by_a_job_that_can_be_asked_and_stopped(
    owner: User, coordinator: User, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    address = reverse("api_restores")
    client = caller(owner)

    def send(body: bytes, kind: str = "application/zip") -> Any:
        return client.generic("POST", address, body, content_type=kind)

    assert (
        caller(coordinator).generic("POST", address, b"x", content_type="application/zip").status_code == 403
    )
    assert send(b"{}", "application/json").status_code == 415
    assert send(b"").status_code == 400
    job = send(BytesIO(b"PK no archive").getvalue())
    assert (job.status_code, job.json()["state"]) == (202, "queued")
    assert send(b"PK another").status_code == 409
    path = reverse("api_restore", args=[job.json()["code"]])
    assert client.get(path).json()["study"] is None
    assert client.delete(path).json()["state"] == "cancelled"


def test_work_in_the_background_is_stopped(desk: Desk, plan: Plan) -> None:
    job = Job.objects.create(study=plan.study, kind="rating.tasks.run_import")
    assert desk.ask("post", named(plan.study, "api_job_cancel", job=job.code))["state"] == "cancelled"
