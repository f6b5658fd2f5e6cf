"""JSON that cannot be stored or sent back is refused in the one shape, before anything looks at it."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from rest_framework.exceptions import APIException

from annotation.models import Plan, User
from api.parsers import MAX_DEPTH, StorableJSONParser
from tests.api.calls import caller, error_of

UNFIT = {
    "a null character": b'{"a": "\\u0000"}',
    "a null character in a name": b'{"\\u0000": 1}',
    "half a surrogate pair": b'["\\ud800"]',
    "half a surrogate pair in a name": b'{"options": {"\\ud800": 1}}',
    "a number beyond every bound": b'{"a": 1e400}',
    "not a number": b'{"a": NaN}',
    "a whole number of too many digits": b"9" * 5_000,
    "lists without end": b"[" * 100_000,
    "objects one level too deep": b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1),
    "bytes that are no text": b"\xff\xfe",
}


@pytest.mark.parametrize("body", UNFIT.values(), ids=UNFIT.keys())
def test_parse_when_the_json_is_unfit_refuses_with_400(body: bytes) -> None:
    with pytest.raises(APIException) as caught:
        StorableJSONParser().parse(io.BytesIO(body), "application/json", {})
    assert caught.value.status_code == 400


def test_parse_when_the_json_is_fit_gives_it() -> None:
    body = b"[" * (MAX_DEPTH - 1) + b'{"a": "\\ud83d\\ude42"}' + b"]" * (MAX_DEPTH - 1)
    data: object = StorableJSONParser().parse(io.BytesIO(body), "application/json", {})
    for _ in range(MAX_DEPTH - 1):
        assert isinstance(data, list)
        data = data[0]
    assert data == {"a": "🙂"}


@pytest.mark.parametrize("body", UNFIT.values(), ids=UNFIT.keys())
def test_request_with_unfit_json_is_answered_in_shape(body: bytes, plan: Plan, researcher: User) -> None:
    path = reverse("api_analyses", args=[plan.study.code])
    response = caller(researcher).post(path, body, content_type="application/json")
    assert response.status_code == 400
    assert error_of(response)["code"] in {"invalid", "parse_error"}


def test_request_larger_than_is_taken_is_answered_in_shape(plan: Plan, researcher: User) -> None:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert limit is not None
    # By session: the limit is met while the CSRF token is looked for.
    client = Client()
    client.force_login(researcher, backend="allauth.account.auth_backends.AuthenticationBackend")
    path = reverse("api_analyses", args=[plan.study.code])
    for who in (client, caller(researcher)):
        response = who.post(path, b'"' + b"x" * limit + b'"', content_type="application/json")
        assert (response.status_code, error_of(response)["code"]) == (413, "too_large")
