from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from annotation.models import User

pytestmark = pytest.mark.django_db


def test_create_owner_from_stdin_makes_a_login_that_may_create_studies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("seven quiet herons\n"))

    call_command("create_owner", username="olive", password_stdin=True)

    assert User.objects.get().can_create_studies
    assert authenticate(None, username="olive", password="seven quiet herons") is not None
    assert "olive can sign in now" in capsys.readouterr().out


def test_create_owner_with_weak_pass_phrase_says_why_and_makes_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))

    with pytest.raises(CommandError, match="too short"):
        call_command("create_owner", username="olive", password_stdin=True)

    assert not User.objects.exists()


def test_create_owner_with_nobody_to_ask_says_what_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(""))

    with pytest.raises(CommandError, match="--password-stdin"):
        call_command("create_owner")


def test_create_owner_without_a_name_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("seven quiet herons\n"))

    with pytest.raises(CommandError, match="user name is needed"):
        call_command("create_owner", password_stdin=True)


def test_create_owner_with_pass_phrases_that_differ_makes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["seven quiet herons", "seven quiet herrings"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("annotation.management.commands.create_owner.getpass", lambda _prompt: next(typed))
    monkeypatch.setattr("builtins.input", lambda _prompt: "")

    with pytest.raises(CommandError, match="differ"):
        call_command("create_owner", username="olive")

    assert not User.objects.exists()
