"""Tokens: made once, good until they expire, never stored in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from annotation.errors import DomainError
from annotation.models import ApiToken, User
from annotation.services.tokens import MAX_TOKENS, create_token, delete_token
from tests.api.calls import error_of

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


def test_create_token_that_would_have_expired_is_refused(owner: User, frozen_now: datetime) -> None:
    with pytest.raises(DomainError, match="expired already"):
        create_token(actor=owner, name="x", expires_at=frozen_now)
    assert not ApiToken.objects.exists()


def test_delete_token_ends_its_use(owner: User) -> None:
    token, secret = create_token(actor=owner, name="x")
    assert answered(secret) == 200
    delete_token(token, actor=owner)
    assert answered(secret) == 401
