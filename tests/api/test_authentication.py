"""Tokens: made once, good until they expire, never stored in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from annotation.errors import DomainError
from annotation.models import ApiToken, User
from annotation.services.tokens import MAX_TOKENS, create_token
from tests.api.calls import caller, error_of, sends

SignIn = Callable[[User], Client]
STUDIES = "/api/v1/studies/"


def answered(secret: str) -> int:
    return Client(headers={"authorization": f"Token {secret}"}).get(STUDIES).status_code


def test_token_when_good_signs_in_and_notes_its_use(owner: User, frozen_now: datetime) -> None:
    token, secret = create_token(actor=owner, name="R script")
    assert answered(secret) == 200
    token.refresh_from_db()
    assert token.last_used_at == frozen_now
    assert secret not in token.digest


def test_token_used_again_within_a_minute_writes_nothing(owner: User, frozen_now: datetime) -> None:
    earlier = frozen_now - timedelta(seconds=30)
    token, secret = create_token(actor=owner, name="R script")
    ApiToken.objects.update(last_used_at=earlier)
    answered(secret)
    token.refresh_from_db()
    assert token.last_used_at == earlier


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Token", "Write the header as"),
        ("Token two words", "Write the header as"),
        ("Token wrong", "unknown or has expired"),
        ("token wrong", "unknown or has expired"),
        ("Token \xff", "unknown or has expired"),
    ],
)
@pytest.mark.django_db
def test_token_when_wrong_is_refused_in_words(header: str, words: str) -> None:
    response = Client(headers={"authorization": header}).get(STUDIES)
    assert response.status_code == 401
    assert words in error_of(response)["message"]


@pytest.mark.django_db
def test_header_of_another_scheme_is_no_sign_in() -> None:
    response = Client(headers={"authorization": "Basic b2xpdmU6eA=="}).get(STUDIES)
    assert error_of(response)["code"] == "not_authenticated"


def test_token_when_expired_is_refused(owner: User, frozen_now: datetime) -> None:
    _, secret = create_token(actor=owner, name="old", expires_at=frozen_now + timedelta(seconds=1))
    assert answered(secret) == 200
    ApiToken.objects.update(expires_at=frozen_now)
    assert answered(secret) == 401


def test_token_of_a_login_that_was_closed_is_refused(owner: User) -> None:
    _, secret = create_token(actor=owner, name="x")
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert answered(secret) == 401


def test_session_signs_in_too(client_of: SignIn, owner: User) -> None:
    assert client_of(owner).get(STUDIES).status_code == 200


def test_create_token_when_there_are_too_many_is_refused(owner: User) -> None:
    for number in range(MAX_TOKENS):
        create_token(actor=owner, name=str(number))
    with pytest.raises(DomainError, match="at most"):
        create_token(actor=owner, name="one more")


def test_tokens_when_made_in_the_browser_sign_in_and_can_be_deleted(client_of: SignIn, owner: User) -> None:
    client = client_of(owner)
    made = sends(client, "post", reverse("api_tokens"), {"name": "R script"})
    assert made.status_code == 201
    secret, code = made.json()["secret"], made.json()["token"]["code"]
    assert answered(secret) == 200
    listed = client.get(reverse("api_tokens")).json()
    assert [row["name"] for row in listed["results"]] == ["R script"]
    assert secret not in str(listed)
    assert client.delete(reverse("api_token", args=[code])).status_code == 204
    assert answered(secret) == 401


def test_tokens_cannot_be_made_or_deleted_with_a_token(owner: User) -> None:
    client = caller(owner)
    assert sends(client, "post", reverse("api_tokens"), {"name": "x"}).status_code == 401
    assert client.delete(reverse("api_token", args=[ApiToken.objects.get().code])).status_code == 401


def test_token_of_somebody_else_is_not_found(client_of: SignIn, owner: User, outsider: User) -> None:
    token, _ = create_token(actor=owner, name="x")
    client = client_of(outsider)
    assert client.get(reverse("api_tokens")).json()["count"] == 0
    response = client.delete(reverse("api_token", args=[token.code]))
    assert (response.status_code, error_of(response)["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "x" * 101}, {"name": "x", "expires_at": "soon"},
     {"name": "x", "expires_at": datetime(2020, 1, 1, tzinfo=UTC).isoformat()}],
)  # fmt: skip
def test_tokens_when_the_request_does_not_fit_are_refused(
    client_of: SignIn, owner: User, body: dict[str, str]
) -> None:
    response = sends(client_of(owner), "post", reverse("api_tokens"), body)
    assert response.status_code == 400
    assert error_of(response)["code"] == "invalid"
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("name", ["api_tokens", "api_token"])
@pytest.mark.django_db
def test_tokens_without_sign_in_or_by_a_wrong_method_are_refused(
    client: Client, client_of: SignIn, owner: User, name: str
) -> None:
    path = reverse(name, args=["0"] if name == "api_token" else [])
    assert client.delete(path).status_code == 401
    assert sends(client_of(owner), "put", path, {}).status_code == 405
