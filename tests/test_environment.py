"""Readers of the environment: a wrong value refuses to start and says which."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from environs import EnvError

from config.environment import mfa_required_of, oidc_providers
from tests.conftest import ROOT

GIVEN = {
    "ATTUNE_OIDC": "uni",
    "ATTUNE_OIDC_UNI_URL": "https://id.example.edu/realm/",
    "ATTUNE_OIDC_UNI_CLIENT_ID": "attune",
    "ATTUNE_OIDC_UNI_SECRET": "hush",
}


def put(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)


def test_oidc_reads_its_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert oidc_providers() == []
    put(monkeypatch, GIVEN)
    [provider] = oidc_providers()
    assert (provider.name, provider.server_url) == ("Uni", "https://id.example.edu/realm")
    assert provider.origins == ("https://id.example.edu",)
    put(monkeypatch, {"ATTUNE_OIDC_UNI_SIGN_IN_URLS": "https://login.example.edu:8443/start"})
    assert oidc_providers()[0].origins == ("https://id.example.edu", "https://login.example.edu:8443")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ATTUNE_OIDC", "uni,uni"),
        ("ATTUNE_OIDC", "Uni versity"),
        ("ATTUNE_OIDC_UNI_URL", ""),
        ("ATTUNE_OIDC_UNI_URL", "http://id.example.edu"),
        ("ATTUNE_OIDC_UNI_URL", "https://id.example.edu; script-src *"),
        ("ATTUNE_OIDC_UNI_URL", "https://user:word@id.example.edu"),
        ("ATTUNE_OIDC_UNI_CLIENT_ID", " "),
        ("ATTUNE_OIDC_UNI_SECRET", ""),
        ("ATTUNE_OIDC_UNI_SIGN_IN_URLS", "javascript:alert(1)"),
    ],
)
def test_oidc_with_a_wrong_value_names_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    put(monkeypatch, GIVEN | {name: value})
    with pytest.raises(EnvError, match=f'"{name}"'):
        oidc_providers()


def test_second_step_is_asked_of_nobody_or_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    assert mfa_required_of() == ""
    monkeypatch.setenv("ATTUNE_REQUIRE_MFA", "Staff ")
    assert mfa_required_of() == "staff"
    monkeypatch.setenv("ATTUNE_REQUIRE_MFA", "yes")
    with pytest.raises(EnvError, match="ATTUNE_REQUIRE_MFA"):
        mfa_required_of()


def test_settings_allow_forms_to_the_houses_and_refuse_to_start_on_a_wrong_value() -> None:
    show = "import json; from config import settings as s; print(json.dumps(s.CONTENT_SECURITY_POLICY))"
    arguments = [sys.executable, "-c", show]
    env = {**os.environ, **GIVEN}
    told = subprocess.run(arguments, cwd=ROOT, env=env, capture_output=True, text=True, check=True)  # noqa: S603
    assert """"form-action": ["'self'", "https://id.example.edu"]""" in told.stdout
    env |= {"ATTUNE_REQUIRE_MFA": "everybody"}
    told = subprocess.run(arguments, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    assert told.returncode != 0
    assert 'Environment variable "ATTUNE_REQUIRE_MFA" is wrong' in told.stderr
