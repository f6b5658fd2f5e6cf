"""The second step of signing in: set up, asked for, recovered from, required of staff."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth import get_user
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from annotation.models import AuditEvent, Rater, Study, User
from tests.conftest import user_of

SignIn = Callable[[User], Client]
PHRASE = "a quiet pass phrase"
PAGES = ["mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"]
PAGES += ["mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_reauthenticate"]


@pytest.fixture(autouse=True)
def _no_attempts_so_far() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def code_of(secret: str) -> str:
    """RFC 6238: the counter is the number of half minutes since 1970."""
    return str(format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30)))


def sign_in(client: Client, login: str = "olive") -> str:
    answer = client.post(reverse("account_login"), {"login": login, "password": PHRASE})
    return str(answer.headers["Location"])


def set_up(client: Client) -> tuple[str, list[str]]:
    """Switch the second step on, after the pass phrase once more; the key and the recovery codes."""
    path = reverse("mfa_activate_totp")
    where = client.get(path).headers["Location"]
    assert where.startswith(reverse("account_reauthenticate"))
    assert client.post(where, {"password": PHRASE, "next": path}).headers["Location"] == path
    answer = client.get(path)
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.post(path, {"code": "000000"}).status_code == 200
    page = client.get(path).content.decode()
    found = re.search(r'id="totp-secret"[^>]*>([A-Z2-7]{32})<', page)
    assert found is not None
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(found[1])})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    shown = client.get(answer.headers["Location"]).content.decode()
    return found[1], re.findall(r"<code>(\d{8})</code>", shown)


def test_totp_of_rfc_6238_is_what_the_library_computes() -> None:
    """Appendix B, SHA-1, the last six of the eight digits printed there."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    published = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}
    assert {at: format_hotp_value(hotp_value(secret, at // 30)) for at in published} == published


def test_second_step_end_to_end(owner: User, frozen_now: object) -> None:
    client = Client()
    assert sign_in(client) == reverse("home")
    secret, recovery = set_up(client)
    assert len(recovery) == 10
    stored = Authenticator.objects.get(user=owner, type="totp")
    assert secret not in str(stored.data)

    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        other = Client()
        before = other.session
        before["mark"] = True
        before.save()
        key = before.session_key
        assert sign_in(other) == reverse("mfa_authenticate")
        assert not get_user(other).is_authenticated
        wrong = other.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert "This code is not right" in wrong.content.decode()
        answer = other.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert answer.headers["Location"] == reverse("home")
        assert get_user(other) == owner
        assert other.session.session_key != key
        again = Client()
        sign_in(again)
        used = again.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert used.status_code == 200
        for _ in range(2):
            answer = again.post(reverse("mfa_authenticate"), {"code": recovery[0]})
        assert answer.status_code == 302
        assert get_user(again) == owner
        third = Client()
        sign_in(third)
        assert third.post(reverse("mfa_authenticate"), {"code": recovery[0]}).status_code == 200


def test_second_step_asked_too_often_is_refused(owner: User, frozen_now: object) -> None:
    client = Client()
    sign_in(client)
    secret, _ = set_up(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        other = Client()
        sign_in(other)
        for _ in range(6):
            other.post(reverse("mfa_authenticate"), {"code": "000000"})
        answer = other.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert "Please wait five minutes" in answer.content.decode()
        assert not get_user(other).is_authenticated


def test_second_step_pages_ask_who_it_is_and_work_under_the_strict_policy(
    owner: User, frozen_now: object
) -> None:
    client = Client()
    sign_in(client)
    set_up(client)
    for name in (
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    ):
        page = client.get(reverse(name))
        assert page.status_code == 200
        text = page.content.decode()
        assert "script-src 'self';" in page.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*src=)|style=|onload=", text)
        assert text.count("<h1") == 1
    file = client.get(reverse("mfa_download_recovery_codes"))
    assert len(file.content.decode().split()) == 10
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        path = reverse("mfa_deactivate_totp")
        asked = client.get(path)
        assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
        where = asked.headers["Location"]
        assert client.get(where).status_code == 200
        assert client.post(where, {"password": "wrong wrong"}).status_code == 200
        assert client.post(where, {"password": PHRASE, "next": path}).headers["Location"] == path
        assert client.post(path).headers["Location"] == reverse("mfa_index")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("name", PAGES)
def test_second_step_pages_signed_out_lead_to_sign_in(client: Client, db: None, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_staff_without_second_step_are_sent_to_set_it_up_where_the_site_asks_it(
    study: Study,
    owner: User,
    researcher: User,
    rater: Rater,
    client_of: SignIn,
    settings: Settings,
    frozen_now: object,
) -> None:
    path = reverse("study", args=[study.code])
    assert client_of(researcher).get(path).status_code == 200
    settings.REQUIRE_MFA = "staff"
    for user in (owner, researcher):
        client = client_of(user)
        for closed in (path, reverse("my_tokens"), reverse("home")):
            assert client.get(closed).headers["Location"] == reverse("mfa_activate_totp")
        answer = client.get(reverse("api_study", args=[study.code]))
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "not_allowed"
        assert client.post(reverse("account_logout")).status_code == 302
    assert client_of(user_of(rater)).get(reverse("rate_home", args=[study.code])).status_code == 200
    client = Client()
    sign_in(client)
    set_up(client)
    assert client.get(path).status_code == 200
    page = client.get(reverse("mfa_deactivate_totp")).content.decode()
    assert "it stays on" in page
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=owner, type="totp").exists()


def test_command_switches_the_second_step_off_for_who_lost_the_phone(
    owner: User, frozen_now: object, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client()
    sign_in(client)
    set_up(client)
    call_command("reset_second_step", "olive")
    assert "switched off" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.filter(kind="login.second_step_reset").count() == 1
    assert sign_in(Client()) == reverse("home")
