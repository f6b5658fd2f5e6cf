"""Sessions looked up by a kept statement: valid ones, past ones, and keys that nobody gave out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from annotation.models import User


def test_session_signs_in_until_its_time_is_over(client_of: Callable[[User], Client], owner: User) -> None:
    client = client_of(owner)
    assert client.session["_auth_user_id"] == str(owner.pk)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert "_auth_user_id" not in client.session
    assert "/accounts/login/" in client.get("/studies/new/")["Location"]


def test_session_key_that_nobody_gave_out_is_no_session(owner: User) -> None:
    del owner
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    assert "/accounts/login/" in client.get("/studies/new/")["Location"]
