"""What a token may, how often the API may be asked, and that a POST sent twice happens once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import KeptAnswer, Plan, Rater, Role, Study, User
from annotation.scopes import Scope
from annotation.services import people, studies
from annotation.services.erasure import run_always
from annotation.services.kept_answers import forget_answers
from annotation.services.tokens import create_token
from api.endpoint import Endpoint
from api.permissions import ANY
from api.urls import urlpatterns
from rating.models import Analysis, AnalysisPlan
from tests.api.calls import caller, error_of, sends
from tests.conftest import user_of

STUDIES = "/api/v1/studies/"


def caller_with(user: User, *scopes: str, study: Study | None = None) -> Client:
    _, secret = create_token(actor=user, name="scoped", scopes=scopes, study=study)
    return Client(headers={"authorization": f"Token {secret}", "accept": "application/json"})


@pytest.mark.parametrize(
    ("scope", "method", "name", "status"),
    [
        (Scope.READ_STUDIES, "get", "api_study", 200),
        (Scope.READ_ITEMS, "get", "api_study", 403),
        (Scope.READ_ITEMS, "get", "api_items", 200),
        (Scope.READ_STUDIES, "get", "api_items", 403),
        (Scope.READ_RATINGS, "get", "api_ratings", 200),
        (Scope.READ_ITEMS, "get", "api_ratings", 403),
        (Scope.READ_ANALYSES, "get", "api_analyses", 200),
        (Scope.READ_ANALYSES, "post", "api_analysis_plans", 403),
        (Scope.WRITE_ANALYSES, "post", "api_analysis_plans", 201),
        (Scope.WRITE_ANALYSES, "get", "api_analysis_plans", 403),
        (Scope.ALL, "get", "api_ratings", 200),
        (Scope.ALL, "post", "api_next", 403),
    ],
)
def test_token_does_what_its_scope_says_and_nothing_else(
    plan: Plan, owner: User, scope: str, method: str, name: str, status: int
) -> None:
    path = reverse(name, args=[plan.study.code])
    response = sends(caller_with(owner, scope), method, path, {"title": "T"})
    assert response.status_code == status
    if status == 403:
        assert error_of(response)["code"] == ("not_allowed" if scope == Scope.ALL else "token_scope")


def test_token_of_one_study_sees_no_other(study: Study, owner: User) -> None:
    other = studies.create_study(actor=owner, title="Second")
    client = caller_with(owner, Scope.ALL, study=study)
    assert [one["code"] for one in client.get(STUDIES).json()["results"]] == [study.code]
    assert client.get(reverse("api_study", args=[study.code])).status_code == 200
    refused = client.get(reverse("api_study", args=[other.code]))
    assert (refused.status_code, error_of(refused)["code"]) == (403, "token_scope")
    assert sends(client, "post", STUDIES, {"title": "Third"}).status_code in {403, 405}


def test_every_address_says_which_scope_each_of_its_methods_needs() -> None:
    for pattern in urlpatterns:
        view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
        if pattern.name in {"api_schema", "api_docs", "api_nothing"}:
            continue
        assert view is not None
        assert issubclass(view, Endpoint), pattern.name
        own = {
            method.upper() for method in ("get", "post", "put", "patch", "delete") if hasattr(view, method)
        }
        assert set(view.scopes) == own, pattern.name
        assert set(view.scopes.values()) <= set(Scope.values) | {ANY}, pattern.name


def test_tokens_made_before_there_were_scopes_can_do_everything(owner: User) -> None:
    from django.apps import apps

    token, _ = create_token(actor=owner, name="old")
    type(token).objects.update(scopes=[])
    editor = SimpleNamespace(connection=connection)
    import_module("annotation.migrations.0012_scopes_of_earlier_tokens").give_all(apps, editor)
    token.refresh_from_db()
    assert token.scopes == ["all"]


@pytest.fixture
def counted(settings: Any) -> Iterator[Any]:
    cache.clear()
    settings.API_TOKEN_PER_MINUTE = settings.API_LOGIN_PER_MINUTE = 100
    yield settings
    cache.clear()


def test_asking_too_often_is_refused_with_the_seconds_to_wait(
    owner: User, counted: Any, frozen_now: datetime
) -> None:
    counted.API_TOKEN_PER_MINUTE = 2
    client, other = caller(owner), caller(owner)
    with time_machine.travel(frozen_now + timedelta(seconds=20), tick=False):
        assert [client.get(STUDIES).status_code for _ in range(3)] == [200, 200, 429]
        refused = client.get(STUDIES)
        assert error_of(refused)["code"] == "throttled"
        assert refused.headers["Retry-After"] == "40"
        assert other.get(STUDIES).status_code == 200
    with time_machine.travel(frozen_now + timedelta(seconds=60), tick=False):
        assert client.get(STUDIES).status_code == 200


def test_all_tokens_of_a_login_share_its_limit(owner: User, counted: Any, frozen_now: datetime) -> None:
    counted.API_LOGIN_PER_MINUTE = 2
    answers = [caller(owner).get(STUDIES).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    counted.API_LOGIN_PER_MINUTE = 0
    assert caller(owner).get(STUDIES).status_code == 200


def writes_plan(client: Client, study: Study, key: str, **body: Any) -> Any:
    path = reverse("api_analysis_plans", args=[study.code])
    return client.post(
        path, {"title": "Main", **body}, content_type="application/json", headers={"idempotency-key": key}
    )


def test_post_sent_twice_with_a_key_happens_once(plan: Plan, researcher: User) -> None:
    client = caller(researcher)
    first = writes_plan(client, plan.study, "k1")
    again = writes_plan(client, plan.study, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first["Idempotency-Replayed"], again["Idempotency-Replayed"]) == ("false", "true")
    client.post(reverse("api_analysis_plan_lock", args=[plan.study.code, first.json()["code"]]))
    assert writes_plan(client, plan.study, "k1").json()["code"] == first.json()["code"]
    assert AnalysisPlan.objects.count() == 1
    assert writes_plan(client, plan.study, "k2").json()["number"] == 2


def test_key_sent_with_another_request_is_refused(plan: Plan, researcher: User, owner: User) -> None:
    client = caller(researcher)
    writes_plan(client, plan.study, "k1")
    refused = writes_plan(client, plan.study, "k1", note="other")
    assert (refused.status_code, error_of(refused)["code"]) == (422, "key_reused")
    # Another login's key of the same name is another key.
    assert writes_plan(caller(owner), plan.study, "k1", note="other").status_code == 201


@pytest.mark.parametrize("key", ["x" * 201, "a\x07b"])
def test_key_that_cannot_be_stored_is_refused(plan: Plan, researcher: User, key: str) -> None:
    assert writes_plan(caller(researcher), plan.study, key).status_code == 400


def test_refused_post_may_be_tried_again_with_its_key(plan: Plan, researcher: User) -> None:
    client = caller(researcher)
    path = reverse("api_analyses", args=[plan.study.code])
    sent: dict[str, Any] = {"options": {}}
    headers = {"idempotency-key": "k"}
    refused = client.post(path, sent, content_type="application/json", headers=headers)
    assert refused.status_code == 409  # nothing has been rated yet
    assert not KeptAnswer.objects.exists()
    assert not Analysis.objects.exists()
    assert client.post(reverse("api_study", args=[plan.study.code]), headers=headers).status_code == 405


def test_kept_answers_are_forgotten_after_a_day_and_with_the_person(plan: Plan, rater: Rater) -> None:
    client, path = caller(user_of(rater)), reverse("api_next", args=[plan.study.code])
    first = client.post(path, headers={"idempotency-key": "k"})
    assert json.loads(KeptAnswer.objects.get().body or "") == first.json()
    tomorrow = timezone.now() + timedelta(hours=24)
    assert forget_answers(now=tomorrow - timedelta(minutes=1)) == 0
    with time_machine.travel(tomorrow, tick=False):
        renewed = client.post(path, headers={"idempotency-key": "k"})
        assert renewed["Idempotency-Replayed"] == "false"
    run_always(rater)
    assert not KeptAnswer.objects.exists()
    client.post(path, headers={"idempotency-key": "k"})
    assert forget_answers(now=tomorrow + timedelta(days=2)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_with_one_key_happen_once(
    study: Study, owner: User, needs_postgresql: None
) -> None:
    people.add_member(study, actor=owner, user=owner, roles=[Role.RESEARCHER])
    answers: list[Any] = []
    secret = create_token(actor=owner, name="race")[1]

    def work() -> None:
        client = Client(headers={"authorization": f"Token {secret}"})
        answers.append(writes_plan(client, study, "same"))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer["Idempotency-Replayed"] for answer in answers) == ["false", "true", "true", "true"]
