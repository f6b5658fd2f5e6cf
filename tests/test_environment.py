"""Readers of the environment: a wrong value refuses to start and says which."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from environs import EnvError

from config import services
from config.environment import allowed_hosts, log_level, mfa_required_of, oidc_providers, trusted_origins
from config.readers import flag, folder, secret, whole
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


READERS: dict[str, Callable[[], object]] = {
    "DEBUG": lambda: flag("DEBUG", default=False),
    "TRUSTED_PROXIES": lambda: whole("TRUSTED_PROXIES", 0),
    "LOG_LEVEL": log_level,
    "ALLOWED_HOSTS": allowed_hosts,
    "CSRF_TRUSTED_ORIGINS": trusted_origins,
    "DATABASE_URL": lambda: services.database(Path()),
    "CELERY_BROKER_URL": services.broker_url,
    "CACHE_URL": services.cache,
    "EMAIL_URL": services.mail,
    "DEFAULT_FROM_EMAIL": services.sender,
    "ATTUNE_FILES_DIR": lambda: folder("ATTUNE_FILES_DIR", Path()),
}


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("DEBUG", "perhaps", "true or false"),
        ("TRUSTED_PROXIES", "-1", "a whole number of 0 or more"),
        ("TRUSTED_PROXIES", "one", "a whole number"),
        ("LOG_LEVEL", "LOUD", "one of: DEBUG, INFO"),
        ("ALLOWED_HOSTS", "https://a.example", "without scheme and port"),
        ("ALLOWED_HOSTS", "a.example,b.example:8000", "without scheme and port"),
        ("CSRF_TRUSTED_ORIGINS", "a.example", "https://"),
        ("CSRF_TRUSTED_ORIGINS", "https://a.example/page", "https://"),
        ("DEFAULT_FROM_EMAIL", "Attune", "one address"),
        ("DEFAULT_FROM_EMAIL", "a@b.example, c@d.example", "one address"),
        ("ATTUNE_FILES_DIR", "/proc/nowhere", "a folder"),
    ],
)
def test_wrong_value_is_refused_with_what_it_says_and_what_it_takes(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, takes: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(
        EnvError, match=f'Environment variable "{name}" is wrong: it says “.+ It takes'
    ) as told:
        READERS[name]()
    assert takes in str(told.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://u:hush@host/name"),
        ("DATABASE_URL", "postgres://u:hush@host"),
        ("DATABASE_URL", "postgres://u:hush@host:port/name"),
        ("DATABASE_URL", "hush"),
        ("CELERY_BROKER_URL", "sqs://hush"),
        ("CELERY_BROKER_URL", "redis://:hush@host/first"),
        ("CELERY_BROKER_URL", "redis://"),
        ("CACHE_URL", "memcached://hush"),
        ("CACHE_URL", "redis:///hush"),
        ("EMAIL_URL", "smtps://u:hush@host"),
        ("EMAIL_URL", "smtp+tls://"),
        ("EMAIL_URL", "file://hush"),
    ],
)
def test_wrong_address_is_refused_without_a_word_of_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(EnvError, match=f'"{name}" is wrong: It takes') as told:
        READERS[name]()
    assert "hush" not in str(told.value)
    assert told.value.__cause__ is None


@pytest.mark.parametrize("name", READERS)
def test_empty_value_counts_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name, raising=False)
    unset = READERS[name]()
    monkeypatch.setenv(name, " ")
    assert READERS[name]() == unset


def test_mail_reads_each_kind_of_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://u%40x:p%2Fq@mail.example")
    made = services.mail()
    assert (made["EMAIL_HOST_USER"], made["EMAIL_HOST_PASSWORD"]) == ("u@x", "p/q")
    assert (made["EMAIL_PORT"], made["EMAIL_USE_TLS"], made["EMAIL_USE_SSL"]) == (587, True, False)
    monkeypatch.setenv("EMAIL_URL", "smtp+ssl://mail.example")
    made = services.mail()
    assert (made["EMAIL_PORT"], made["EMAIL_USE_TLS"], made["EMAIL_USE_SSL"]) == (465, False, True)


def test_servers_are_read_as_django_and_celery_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@host:5433/name")
    assert services.database(Path())["PORT"] == 5433
    monkeypatch.setenv("CACHE_URL", "redis://host:6379/1")
    assert services.cache()["LOCATION"] == "redis://host:6379/1"
    for url in ("amqp://u:p@host:5672/vhost", "rediss://host/2", "filesystem://localhost"):
        monkeypatch.setenv("CELERY_BROKER_URL", url)
        assert services.broker_url() == url


def test_secret_is_read_from_its_file_and_both_at_once_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("hush\n")
    monkeypatch.setenv("METRICS_TOKEN_FILE", str(file))
    assert secret("METRICS_TOKEN") == "hush"
    monkeypatch.setenv("METRICS_TOKEN", "other")
    with pytest.raises(EnvError, match="both set"):
        secret("METRICS_TOKEN")


@pytest.mark.parametrize("held", [None, "", "\n"])
def test_secret_whose_file_is_missing_or_empty_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: str | None
) -> None:
    if held is not None:
        (tmp_path / "token").write_text(held)
    monkeypatch.setenv("METRICS_TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(EnvError, match='"METRICS_TOKEN_FILE" is wrong'):
        secret("METRICS_TOKEN")
