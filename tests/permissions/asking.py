"""Asking for every address as everybody, cheaply: nothing stays written, and no page is drawn."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http.cookie import SimpleCookie
from django.template.backends.django import Template
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from annotation.models import User

HEADERS = {
    "X-Frame-Options": {"DENY"},
    "X-Content-Type-Options": {"nosniff"},
    "Referrer-Policy": {"same-origin", "no-referrer"},
}
# What is checked before the address is looked up must be sound.
RATING = {"client_id": "00000000-0000-4000-8000-000000000000", "rubric_version": "x", "answers": []}


def signed_in(user: User | None) -> Client:
    # JSON for errors: no page is drawn for them.
    client = Client(raise_request_exception=False, headers={"accept": "application/json"})
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@contextmanager
def nothing_drawn(patch: Any) -> Iterator[None]:
    """Pages and the OpenAPI document have tests of their own; here only the way to them counts."""
    patch.setattr(Template, "render", lambda *_args, **_context: "")
    patch.setattr(SchemaGenerator, "get_schema", lambda *_args, **_options: {})
    drawing = (SimpleNamespace(key="drawing"), "<svg/>")
    patch.setattr("rating.views.report_files.item_drawing", lambda *_args: drawing)
    for paper in ("api.views.papers.card_pdf", "annotation.views.consents.paper_pdf"):
        patch.setattr(paper, lambda *_args, **_options: b"")
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def kept(cookies: SimpleCookie) -> SimpleCookie:
    return SimpleCookie({name: morsel.value for name, morsel in cookies.items()})


def ask(client: Client, method: str, path: str) -> Any:
    """One request; whatever it wrote is taken back, also a sign-out."""
    cookies = kept(client.cookies)
    cache.clear()
    body: dict[str, Any] = {}
    if path.startswith("/api/") and method not in {"GET", "HEAD"}:
        sent = RATING if path.endswith("/rating/") else {}
        body = {"data": json.dumps(sent), "content_type": "application/json"}
    with transaction.atomic():
        response = getattr(client, method.lower())(path, **body)
        if response.streaming:
            list(response.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def cell_of(response: Any) -> str:
    """What the table calls this answer. A fault of ours, or a method that nobody has, is no cell."""
    status: int = response.status_code
    location = response.headers.get("Location", "")
    if status == 401 or (status == 302 and location.startswith("/accounts/login/")):
        return "sign-in"
    if status in {403, 404, 405} or status >= 500:
        return str(status)
    return "yes"


def missing_headers(response: Any) -> list[str]:
    """What every answer must say to the browser, files and errors included."""
    policy = response.headers.get("Content-Security-Policy", "")
    wrong = [name for name, value in HEADERS.items() if response.headers.get(name) not in value]
    is_strict = "default-src 'none'" in policy and "unsafe" not in policy
    return wrong if is_strict else [*wrong, "Content-Security-Policy"]
