"""One's own API tokens: the secret once, the list, the end of one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotation.errors import DomainError
from annotation.models import ApiToken, AuditEvent, Study, User
from annotation.services.tokens import create_token

SignIn = Callable[[User], Client]


def made(client: Client) -> str:
    answer = client.post(reverse("my_tokens"), {"name": "R script", "days": "90", "scopes": ["read:studies"]})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    found = re.search(r'id="token-secret"[^>]*>([^<]+)<', answer.content.decode())
    assert found is not None
    return found[1]


def test_token_when_made_shows_secret_once_and_stores_digest(owner: User, client_of: SignIn) -> None:
    client = client_of(owner)
    secret = made(client)
    token = ApiToken.objects.get(user=owner)
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in client.get(reverse("my_tokens")).content.decode()
    assert not AuditEvent.objects.filter(payload__data__icontains=secret).exists()


def test_token_that_was_made_opens_the_api(owner: User, client_of: SignIn, client: Client) -> None:
    secret = made(client_of(owner))
    answer = client.get("/api/v1/studies/", headers={"Authorization": f"Token {secret}"})
    assert answer.status_code == 200


def test_token_list_shows_only_own_tokens(owner: User, outsider: User, client_of: SignIn) -> None:
    create_token(actor=outsider, name="Otto's notebook")
    assert "notebook" not in client_of(owner).get(reverse("my_tokens")).content.decode()


def test_token_without_name_or_with_odd_days_is_refused(owner: User, client_of: SignIn) -> None:
    answer = client_of(owner).post(
        reverse("my_tokens"), {"name": "", "days": "4000", "scopes": ["everything"], "study": "x"}
    )
    assert answer.status_code == 400
    assert not ApiToken.objects.exists()


def test_token_pages_signed_out_lead_to_sign_in(client: Client, db: None) -> None:
    for path in (reverse("my_tokens"), reverse("my_token_revoke", args=["0"])):
        assert client.get(path).headers["Location"].startswith(reverse("account_login"))


def test_token_revoked_by_post_is_gone(owner: User, client_of: SignIn) -> None:
    token, _ = create_token(actor=owner, name="old")
    client = client_of(owner)
    path = reverse("my_token_revoke", args=[token.code])
    assert client.get(path).status_code == 200
    assert ApiToken.objects.filter(pk=token.pk).exists()
    assert client.post(path).status_code == 302
    assert not ApiToken.objects.filter(pk=token.pk).exists()
    assert client.post(path).status_code == 404


def test_token_of_somebody_else_cannot_be_revoked(owner: User, outsider: User, client_of: SignIn) -> None:
    token, _ = create_token(actor=owner, name="mine")
    assert client_of(outsider).post(reverse("my_token_revoke", args=[token.code])).status_code == 404
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_token_page_with_wrong_method_is_refused(owner: User, client_of: SignIn) -> None:
    assert client_of(owner).put(reverse("my_tokens")).status_code == 405
    assert client_of(owner).delete(reverse("my_token_revoke", args=["0"])).status_code == 405


def test_token_made_for_one_study_stores_scopes_and_study(
    study: Study, owner: User, outsider: User, client_of: SignIn
) -> None:
    client = client_of(owner)
    sent = {"name": "Sync", "days": "30", "scopes": ["read:items", "write:items"], "study": study.code}
    page = client.post(reverse("my_tokens"), sent).content.decode()
    token = ApiToken.objects.get(user=owner)
    assert (token.scopes, token.study) == (["read:items", "write:items"], study)
    assert "read:items, write:items" in page
    others = client_of(outsider).post(reverse("my_tokens"), sent)
    assert others.status_code == 400
    assert not ApiToken.objects.filter(user=outsider).exists()


def test_token_service_refuses_what_the_form_would(study: Study, owner: User, outsider: User) -> None:
    every: list[dict[str, Any]] = [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"study": Study.objects.get(title="Another study")},
    ]
    for unfit in every:
        with pytest.raises(DomainError):
            create_token(actor=owner, name="x", **unfit)
