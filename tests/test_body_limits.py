"""What one request may bring: more is answered with 413 before it is read: a page, or the API's shape."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotation.models import Study, User
from tests.api.calls import caller, error_of

MULTIPART = "multipart/form-data; boundary=x"


def announced(client: Client, path: str, length: int, content_type: str = MULTIPART) -> Any:
    """A request that says how long it is; nothing of it is ever sent."""
    return client.post(path, b"--x--\r\n", content_type=content_type, CONTENT_LENGTH=str(length))


def test_form_beyond_the_limit_is_413_and_logs_no_traceback(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        body = "theme=" + "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        answer = client.post(reverse("set_theme"), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "more than can be taken" in answer.content.decode()
    assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]


def test_file_from_somebody_signed_out_is_refused_by_its_length(db: None, client: Client) -> None:
    path = reverse("account_login")
    assert announced(client, path, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1).status_code == 413
    assert announced(client, path, 7).status_code == 200


def test_file_from_somebody_signed_in_may_be_as_long_as_two_imports(
    client_of: Callable[[User], Client], study: Study, owner: User
) -> None:
    path = reverse("study_import", args=[study.code])
    client = client_of(owner)
    file = SimpleUploadedFile("items.csv", b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert client.post(path, {"ratings": file}).status_code in {200, 302}
    assert announced(client, path, settings.MAX_UPLOAD_BYTES + 1).status_code == 413


def test_body_of_the_api_beyond_the_limit_is_413_in_shape(study: Study, owner: User) -> None:
    path = reverse("api_items", args=[study.code])
    answer = announced(caller(owner), path, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1, "application/json")
    assert (answer.status_code, error_of(answer)["code"]) == (413, "too_large")


def test_form_of_too_many_fields_is_refused_in_words_without_traceback(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    body = "&".join(f"f{number}=" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    answer = client.post(reverse("set_theme"), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()
    assert not [record for record in caplog.records if record.exc_info]
