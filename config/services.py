"""The servers that the program leans on, each named by one address in the environment.

Addresses hold passwords: of a wrong one only the variable is told, and what it takes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
import django_cache_url

from config.readers import secret, text, wrong

DATABASES = "sqlite:///path or postgres://user:password@host:port/name"
BROKERS = (
    "filesystem://localhost, redis://host:port/number, rediss://… or amqp://user:password@host:port/name"
)
CACHES = "locmem://, redis://host:port/number or rediss://…"
MAIL = (
    "console://, smtp://host:port, smtp+tls://user:password@host:587 (STARTTLS), "
    "smtp+ssl://user:password@host:465 or file:///folder"
)


def _split(name: str, value: str, takes: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        # Read here, because a wrong port is noticed only then.
        _ = parts.port
    except ValueError:
        raise wrong(name, takes) from None
    if "://" not in value:
        raise wrong(name, takes)
    return parts


def database(data_dir: Path) -> dict[str, Any]:
    """Django's settings of the database; SQLite in the data folder where nothing is said."""
    value = secret("DATABASE_URL") or f"sqlite:///{data_dir / 'attune.sqlite3'}"
    parts = _split("DATABASE_URL", value, DATABASES)
    is_server = parts.scheme in {"postgres", "postgresql"}
    if not (is_server or parts.scheme == "sqlite") or not parts.path.strip("/"):
        raise wrong("DATABASE_URL", DATABASES)
    try:
        return dict(dj_database_url.parse(value, engine="config.postgresql" if is_server else None))
    except ValueError:
        raise wrong("DATABASE_URL", DATABASES) from None


def broker_url() -> str:
    value = secret("CELERY_BROKER_URL") or "filesystem://localhost"
    parts = _split("CELERY_BROKER_URL", value, BROKERS)
    if parts.scheme not in {"filesystem", "redis", "rediss", "amqp", "amqps"} or not parts.hostname:
        raise wrong("CELERY_BROKER_URL", BROKERS)
    if parts.scheme.startswith("redis") and not (parts.path.strip("/") or "0").isdecimal():
        raise wrong("CELERY_BROKER_URL", BROKERS)
    return value


def broker_options(url: str, data_dir: Path) -> dict[str, object]:
    """Celery's transport options; the file-system transport needs folders of its own."""
    if not url.startswith("filesystem://"):
        return {}
    folder = data_dir / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    # One folder for both directions: producer and consumer share it, messages are files in it.
    return {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.1,
    }


def cache() -> dict[str, Any]:
    value = secret("CACHE_URL") or "locmem://"
    parts = _split("CACHE_URL", value, CACHES)
    is_redis = parts.scheme in {"redis", "rediss"}
    if not (is_redis or parts.scheme == "locmem") or (is_redis and not parts.hostname):
        raise wrong("CACHE_URL", CACHES)
    return dict(django_cache_url.parse(value))


def _smtp(parts: SplitResult) -> dict[str, Any]:
    is_ssl, is_tls = parts.scheme == "smtp+ssl", parts.scheme == "smtp+tls"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if is_ssl else 587 if is_tls else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": is_tls,
        "EMAIL_USE_SSL": is_ssl,
        # A mail server that hangs must not hold a worker for ever.
        "EMAIL_TIMEOUT": 20,
    }


def mail() -> dict[str, Any]:
    """Django's EMAIL_ settings."""
    value = secret("EMAIL_URL") or "console://"
    parts = _split("EMAIL_URL", value, MAIL)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "file" and parts.path.strip("/"):
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": parts.path}
    if parts.scheme in {"smtp", "smtp+tls", "smtp+ssl"} and parts.hostname:
        return _smtp(parts)
    raise wrong("EMAIL_URL", MAIL)


def sender() -> str:
    """Who mail comes from: an address, with a name before it in angle brackets where wanted."""
    said = text("DEFAULT_FROM_EMAIL", "attune@localhost")
    address = said.rpartition("<")[2].rstrip(">")
    if address.count("@") != 1 or any(mark in address for mark in " ,;") or "\n" in said:
        raise wrong("DEFAULT_FROM_EMAIL", "one address, as a@b.org or Name <a@b.org>", got=said)
    return said
