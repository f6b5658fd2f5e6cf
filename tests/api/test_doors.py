"""What every address of the API is asked: what is missing, what is wrong, always in one shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Plan, Rater, Study, User
from tests.api.calls import caller, error_of, sends
from tests.conftest import user_of

TEAM = {"owner", "coordinator", "researcher"}
RESEARCH = {"owner", "researcher"}
RATERS = {"rater"}
EVERYBODY = TEAM | RATERS


@dataclass(frozen=True)
class Door:
    """An operation on a study: method, URL name, further codes of its address, who may."""

    method: str
    name: str
    may: frozenset[str]
    codes: tuple[str, ...] = ()

    def path(self, study: str) -> str:
        return reverse(self.name, args=[study, *self.codes])

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


NOTHING = ("0000000000",)
DOORS = [
    Door("get", "api_study", frozenset(EVERYBODY)),
    Door("get", "api_items", frozenset(TEAM)),
    Door("get", "api_item", frozenset(TEAM), NOTHING),
    Door("get", "api_ratings", frozenset(TEAM)),
    Door("get", "api_snapshots", frozenset(RESEARCH)),
    Door("get", "api_snapshot", frozenset(RESEARCH), NOTHING),
    Door("get", "api_analyses", frozenset(RESEARCH)),
    Door("post", "api_analyses", frozenset(RESEARCH)),
    Door("get", "api_analysis", frozenset(RESEARCH), NOTHING),
    Door("get", "api_job", frozenset(TEAM), NOTHING),
    Door("post", "api_next", frozenset(RATERS)),
    Door("get", "api_current", frozenset(RATERS)),
    Door("put", "api_draft", frozenset(RATERS), NOTHING),
    Door("post", "api_submit", frozenset(RATERS), NOTHING),
    Door("post", "api_pass", frozenset(RATERS), NOTHING),
    Door("get", "api_own_ratings", frozenset(RATERS)),
]
WITH_CODES = [door for door in DOORS if door.codes]
each_door = pytest.mark.parametrize("door", DOORS, ids=str)


@pytest.fixture
def cast(
    plan: Plan, owner: User, coordinator: User, researcher: User, rater: Rater, outsider: User
) -> dict[str, User]:
    return {
        "owner": owner,
        "coordinator": coordinator,
        "researcher": researcher,
        "rater": user_of(rater),
        "outsider": outsider,
    }


@each_door
def test_door_when_the_method_is_wrong_says_so(door: Door, study: Study, cast: dict[str, User]) -> None:
    # A study itself may be patched.
    wrong = "put" if door.name == "api_study" else "patch"
    response = sends(caller(cast["owner"]), wrong, door.path(study.code), {})
    assert response.status_code == 405
    assert error_of(response)["code"] == "method_not_allowed"


@each_door
def test_door_without_sign_in_asks_for_it(door: Door, study: Study, client: Client) -> None:
    response = sends(client, door.method, door.path(study.code))
    assert response.status_code == 401
    assert error_of(response)["code"] == "not_authenticated"
    assert response.headers["WWW-Authenticate"] == "Token"


@each_door
def test_door_of_a_study_that_does_not_exist_is_not_found(door: Door, cast: dict[str, User]) -> None:
    response = sends(caller(cast["owner"]), door.method, door.path("nothing"), {})
    assert response.status_code == 404


@pytest.mark.parametrize("door", WITH_CODES, ids=str)
def test_door_with_a_code_that_names_nothing_is_not_found(
    door: Door, study: Study, cast: dict[str, User]
) -> None:
    who = min(door.may)
    body = {
        "api_draft": {"number": 0, "payload": {}},
        "api_submit": {
            "client_id": "00000000-0000-4000-8000-000000000000",
            "rubric_version": "x",
            "answers": [],
        },
    }.get(door.name, {})
    response = sends(caller(cast[who]), door.method, door.path(study.code), body)
    assert response.status_code == 404
    assert error_of(response)["code"] == "not_found"


@pytest.mark.parametrize(
    "door", [door for door in DOORS if door.name in {"api_items", "api_ratings", "api_own_ratings"}], ids=str
)
def test_list_page_that_does_not_exist_is_not_found(door: Door, study: Study, cast: dict[str, User]) -> None:
    who = min(door.may)
    for page in ("99", "zero", "-1"):
        response = caller(cast[who]).get(door.path(study.code), {"page": page})
        assert response.status_code == 404
        assert error_of(response)["code"] == "not_found"


# Draft and pass look their slot up first: `test_workbench` sends them broken bodies.
@pytest.mark.parametrize(
    "door",
    [door for door in DOORS if door.method == "post" and door.name in {"api_analyses", "api_submit"}],
    ids=str,
)
def test_door_with_a_broken_body_says_so(door: Door, study: Study, cast: dict[str, User]) -> None:
    client = caller(cast[max(door.may)])
    for body in ("{not json", '["a list"]', ""):
        response = client.generic(door.method.upper(), door.path(study.code), body, "application/json")
        assert response.status_code == (409 if (door.name, body) == ("api_analyses", "") else 400)
        error_of(response)


def test_body_that_is_not_json_is_refused(study: Study, cast: dict[str, User]) -> None:
    path = reverse("api_analyses", args=[study.code])
    response = caller(cast["researcher"]).post(path, {"seed": "1"})
    assert response.status_code == 415
    assert error_of(response)["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/v1/", "/api/v1/nothing/", "/api/v1/studies", "/api/v1/a\x00b/"]
)
def test_address_that_does_not_exist_is_not_found_in_shape(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert error_of(response)["code"] == "not_found"


@pytest.mark.django_db
def test_address_that_does_not_exist_is_not_found_for_posts_too(client: Client) -> None:
    assert error_of(client.post("/api/v1/nothing/"))["code"] == "not_found"


def test_session_write_without_csrf_token_is_refused(
    client_of: Callable[[User], Client], study: Study, cast: dict[str, User]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["rater"], backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post(reverse("api_next", args=[study.code]))
    assert response.status_code == 403
    assert error_of(response)["code"] == "permission_denied"
    assert client_of(cast["rater"]).post(reverse("api_next", args=[study.code])).status_code == 200
