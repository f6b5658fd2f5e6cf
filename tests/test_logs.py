"""The log tells what happened and to which route, and nothing about people."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from annotation.models import User
from config.logs import CONTEXT, JsonLine, logging_settings
from config.observing import ObserveRequests, request_id_of

pytestmark = pytest.mark.django_db


def line_of(record: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(JsonLine().format(record))
    return told


def record(name: str, message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    about = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.ERROR, "somewhere.py", 1, message, args, about)


def test_own_lines_are_told_whole_but_for_addresses() -> None:
    told = line_of(record("rating.tasks", "job %s of ada@example.org, from 203.0.113.9", "j1"))

    assert told["message"] == "job j1 of …, from …"
    assert (told["level"], told["logger"]) == ("ERROR", "rating.tasks")


@pytest.mark.parametrize(
    ("name", "message", "args", "told"),
    [
        (
            "gunicorn.error",
            "Invalid request from ip=%s: %s",
            ("203.0.113.9", "x"),
            "Invalid request from ip=%s: %s",
        ),
        ("allauth", "login ada failed from 2001:db8::7", (), "login ada failed from …"),
        ("django.security", "Not Found: /studies/abc/raters/def", (), "Not Found: /…"),
        ("celery.x", "Task %(name)s took %(s)s", ({"name": "t", "s": 1},), "Task %(name)s took %(s)s"),
    ],
)
def test_lines_of_libraries_are_told_without_what_they_fill_in(
    name: str, message: str, args: tuple[object, ...], told: str
) -> None:
    assert line_of(record(name, message, *args))["message"] == told


def test_exception_is_told_by_kind_and_place_never_by_its_words() -> None:
    def fail() -> None:
        raise IntegrityError("ada wrote: I cannot sleep") from ValueError("Key (email)=(ada@example.org)")

    try:
        fail()
    except IntegrityError as error:
        told = line_of(record("rating", "it failed", error=error))

    assert told["exception"]["type"] == "django.db.utils.IntegrityError"
    assert told["exception"]["after"]["type"] == "builtins.ValueError"
    assert "test_logs.py" in told["exception"]["where"][-1]
    assert "ada" not in json.dumps(told)
    assert "sleep" not in json.dumps(told)


def test_json_settings_are_accepted_and_write_lines_that_can_be_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    del capsys
    made = logging_settings(as_json=True, level="WARNING")
    assert made["loggers"]["attune.request"]["level"] == "INFO"
    assert logging_settings(as_json=False, level="INFO")["loggers"] == {}


def ask(client: Client, **headers: str) -> HttpResponse:
    """A page of a rater, asked for through the whole stack with the middleware on."""
    return client.get("/studies/nosuchstudy1/?q=I+cannot+sleep", headers=headers)  # type: ignore[return-value]


@pytest.fixture
def written() -> Iterator[StringIO]:
    """All that is logged meanwhile, as JSON lines."""
    root, stream = logging.getLogger(), StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.setLevel(before)
    root.removeHandler(handler)


def test_request_is_logged_by_route_without_login_address_or_what_was_asked(
    client: Client, owner: User, written: StringIO
) -> None:
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    with override_settings(LOG_FORMAT="json"):
        response = ask(client, **{"X-Request-ID": "abc-12345", "User-Agent": "Ada's browser"})

    text = written.getvalue()
    [line] = [one for one in map(json.loads, text.splitlines()) if one["logger"] == "attune.request"]
    assert (line["route"], line["method"], line["status"]) == ("study", "GET", 404)
    assert line["request_id"] == response["X-Request-ID"] == "abc-12345"
    assert line["ms"] > 0
    for secret in (owner.username, owner.email, "127.0.0.1", "nosuchstudy1", "sleep", "browser"):
        assert secret not in text
    assert CONTEXT.get() == {}


def test_request_id_of_a_stranger_is_replaced_by_one_of_ours() -> None:
    request = RequestFactory().get("/", headers={"X-Request-ID": 'x" evil=1'})

    assert len(request_id_of(request)) == 32


def test_middleware_is_left_out_where_nobody_wants_lines_or_metrics() -> None:
    def respond(request: HttpRequest) -> HttpResponse:
        del request
        return HttpResponse()

    with override_settings(LOG_FORMAT="line", METRICS_TOKEN=""), pytest.raises(MiddlewareNotUsed):
        ObserveRequests(respond)
