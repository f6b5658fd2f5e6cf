"""Before each request a connection is looked at, not asked; one that the server has ended is noticed."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql import base

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL alone"),
]


def test_connection_in_use_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda _self: pytest.fail("asked"))
    assert connection.is_usable()


def test_connection_ended_by_the_server_is_noticed_at_once() -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    mine = connection.connection.info
    with psycopg.connect(mine.dsn, password=mine.password, autocommit=True) as other:
        # Waits until it is gone.
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [mine.backend_pid])
    assert not connection.is_usable()
    connection.close()
