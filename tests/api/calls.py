"""Calling the API in tests, and what every endpoint is asked."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.test import Client

from annotation.models import User
from annotation.services.tokens import create_token


def caller(user: User) -> Client:
    """A client that signs in with a token."""
    _, secret = create_token(actor=user, name="test")
    return Client(headers={"authorization": f"Token {secret}", "accept": "application/json"})


def sends(client: Client, method: str, path: str, body: Any = None) -> Any:
    return getattr(client, method)(path, body, content_type="application/json")


def error_of(response: Any) -> dict[str, Any]:
    """The error of a response, which must have the one shape."""
    body = response.json()
    assert set(body) == {"error"}, body
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["message"]
    assert all(isinstance(line, str) for line in body["error"]["details"])
    return dict(body["error"])


def rating_body(item: dict[str, Any], *, value: float = 4, **fields: Any) -> dict[str, Any]:
    """A complete rating of an item as `next/` gave it."""
    answers = [
        {"question": question["key"], "target": target, "value": value}
        for question in item["questions"]
        if question["kind"] == "scale"
        for target in question["targets"]
    ]
    body = {
        "client_id": str(uuid4()),
        "rubric_version": item["rubric"]["version"],
        "expected_revision": item["expected_revision"],
        "answers": answers,
    }
    return body | fields
