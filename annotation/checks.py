"""What `manage.py check --deploy` warns of beyond Django's own: settings fit for a trial alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 (Django's name)


def _is_server() -> bool:
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


def _has_own_cache() -> bool:
    return str(settings.CACHES["default"]["BACKEND"]).endswith(("LocMemCache", "DummyCache"))


# Of each: its number, whether it is so, what is wrong, what to do.
FINDINGS: tuple[tuple[str, Callable[[], bool], str, str], ...] = (
    (
        "W001",
        _has_own_cache,
        "Each process has a cache of its own: limits on sign-in attempts and on the API count per process.",
        "Set CACHE_URL to a Redis that all processes share.",
    ),
    (
        "W002",
        lambda: settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend")),
        "Mail goes to the log, with addresses and links that set a new pass phrase.",
        "Set EMAIL_URL to a mail server.",
    ),
    (
        "W003",
        lambda: _is_server() and settings.CELERY_BROKER_URL.startswith("filesystem"),
        "The database is a server and messages to workers are files: workers on other machines never hear.",
        "Set CELERY_BROKER_URL to Redis or RabbitMQ.",
    ),
    (
        "W004",
        lambda: not _is_server(),
        "The database is SQLite: one machine, one writer at a time.",
        "Set DATABASE_URL to PostgreSQL, or silence attune.W004 where one machine is enough.",
    ),
    (
        "W005",
        lambda: not settings.HTTPS,
        "Pages are served without TLS: sessions and ratings can be read on the way.",
        "Put a TLS proxy in front and set HTTPS=true.",
    ),
    (
        "W006",
        lambda: "*" in settings.ALLOWED_HOSTS,
        "Any name is taken for the server's own: links in mail can be made to lead elsewhere.",
        "List the names in ALLOWED_HOSTS.",
    ),
    (
        "W007",
        lambda: bool(settings.WEBHOOKS_TO_LOCALHOST),
        "Webhooks may ask programs on this machine.",
        "Unset WEBHOOKS_TO_LOCALHOST.",
    ),
    (
        "W008",
        lambda: settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"),
        "Mail says that it comes from localhost: most servers refuse it.",
        "Set DEFAULT_FROM_EMAIL.",
    ),
)


@register(Tags.security, deploy=True)
def fit_for_a_server(app_configs: Any, **more: Any) -> list[CheckMessage]:
    del app_configs, more
    return [
        Warning(words, hint=hint, id=f"attune.{number}") for number, is_so, words, hint in FINDINGS if is_so()
    ]
