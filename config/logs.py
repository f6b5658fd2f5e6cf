"""What must not reach a log, and the log as JSON lines: no login, no address, no text of a person."""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# The token of an invitation link or an application, the key of a pass phrase reset, the code of a receipt.
KEYS = re.compile(r"(/join/|/applications/|/password/reset/key/|/receipts/)[^/\s]+")
E_MAIL = re.compile(r"[^\s@<>\"'=,;:()]+@[^\s@<>\"'=,;:()]+\.[\w-]+")
IPV4 = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
IPV6 = re.compile(r"(?<![\w:])(?=[\da-fA-F:.]*::|(?:[\da-fA-F]+:){4})[\da-fA-F:.]{3,}(?![\w:])")
ADDRESS = re.compile(r"(?<![\w.])/[^\s\"',)]+")

OURS = ("annotation", "rating", "api", "config", "attune")
FRAMES = 12

# What lines written meanwhile bear too: the request's mark. Set anew, never changed in place.
CONTEXT: ContextVar[dict[str, str]] = ContextVar("attune_log_context", default={})  # noqa: B039 (never changed)


class WithoutKeys(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if KEYS.search(text):
            record.msg, record.args = KEYS.sub(r"\1…", text), None
        return True


def masked(text: str) -> str:
    """Without e-mail and network addresses.

    >>> masked("refused ada@example.org from 203.0.113.9 and 2001:db8::1 at 12:30:45")
    'refused … from … and … at 12:30:45'
    """
    for pattern in (E_MAIL, IPV4, IPV6):
        text = pattern.sub("…", text)
    return text


def message_of(record: logging.LogRecord) -> str:
    """Our own lines as written. Of other people's only the pattern: what they fill in may be anybody's."""
    if record.name.partition(".")[0] in OURS:
        return masked(record.getMessage())
    return ADDRESS.sub("/…", masked(str(record.msg)))


def exception_of(error: BaseException) -> dict[str, Any]:
    """Kind and place, and the same of what led to it. Never its words: databases quote rows in theirs."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    where = [f"{'/'.join(Path(one.filename).parts[-3:])}:{one.lineno} {one.name}" for one in frames]
    told: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}", "where": where}
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return {**told, "after": exception_of(before)} if before else told


class JsonLine(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "at": at,
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            **CONTEXT.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = exception_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def logging_settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """For Django's LOGGING and for gunicorn's."""
    quiet = {"django.request": {"level": "ERROR"}, "attune.request": {"level": "INFO"}} if as_json else {}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
            "json": {"()": "config.logs.JsonLine"},
        },
        "filters": {"without_keys": {"()": "config.logs.WithoutKeys"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if as_json else "line",
                "filters": ["without_keys"],
            }
        },
        # A 404 or a 403 has its own line by route; Django's would give the address.
        "loggers": quiet,
        "root": {"handlers": ["console"], "level": level},
    }
