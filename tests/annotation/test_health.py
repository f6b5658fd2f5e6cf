from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import patch

import pytest
from celery import current_app
from django.db import OperationalError, connection
from django.test import Client, override_settings

from annotation.queries.readiness import known_migrations


@pytest.mark.django_db
def test_healthz_without_login_says_ok_and_is_not_cached(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_healthz_when_posted_to_refuses(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_healthz_without_database_says_503(client: Client) -> None:
    with patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        response = client.get("/healthz")

    assert response.status_code == 503
    assert b"gone" not in response.content


@pytest.mark.django_db
def test_readyz_when_all_is_well_names_each_part(client: Client) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.content.decode().splitlines() == [
        *("database: ok", "migrations: ok", "broker: ok", "cache: ok", "storage: ok")
    ]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_when_a_migration_is_missing_says_so_and_is_503(client: Client) -> None:
    more = known_migrations() | {("annotation", "9999_next")}
    with patch("annotation.queries.readiness.known_migrations", return_value=more):
        response = client.get("/readyz")

    assert response.status_code == 503
    assert b"migrations: not applied" in response.content


@pytest.mark.django_db
def test_readyz_without_broker_says_so_and_tells_no_address(client: Client) -> None:
    gone = "redis://:hush@127.0.0.1:1/0"
    with (
        current_app.connection_for_read(gone) as connection,
        patch("annotation.broker.current_app.connection_for_read", return_value=connection),
    ):
        response = client.get("/readyz")

    assert response.status_code == 503
    assert b"broker: not reached" in response.content
    assert b"hush" not in response.content


@pytest.mark.django_db
def test_readyz_when_files_cannot_be_written_says_so(client: Client, tmp_path: Path) -> None:
    with override_settings(MEDIA_ROOT=tmp_path), patch("os.access", return_value=False):
        assert b"storage: not writable" in client.get("/readyz").content
    full = shutil.disk_usage(tmp_path)._replace(free=1)
    with patch("shutil.disk_usage", return_value=full):
        assert b"storage: full" in client.get("/readyz").content
