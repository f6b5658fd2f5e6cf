"""Heads of all chains of the audit trail, kept in a file outside the database: one line each time.

Whoever holds the database can rewrite a chain with all its seals; not a file that lies elsewhere.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from annotation.errors import Code, DomainError
from annotation.services.audit_check import ChainReport, Noted

Heads = dict[str, list[Noted]]


def read_anchors(path: Path) -> Heads:
    """By study (empty for the events of none) the heads of every line of the file.

    Raises:
        DomainError: INVALID_FILE: it cannot be read, is empty, or a line is no anchor.
    """
    found: Heads = defaultdict(list)
    lines = _lines(path)
    for number, line in enumerate(lines, start=1):
        for study, head in _heads(line, number).items():
            found[study].append(head)
    if not lines:
        raise DomainError(Code.INVALID_FILE, "The file holds no anchor.")
    return dict(found)


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise DomainError(Code.INVALID_FILE, f"The anchors cannot be read: {error}") from error


def _heads(line: str, number: int) -> Mapping[str, Noted]:
    try:
        told = json.loads(line)["heads"]
        return {str(study): Noted(int(head["number"]), str(head["digest"])) for study, head in told.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DomainError(Code.INVALID_FILE, f"Line {number} is no anchor.") from error


def write_anchor(path: Path, reports: Sequence[ChainReport], *, now: datetime) -> int:
    """Add a line with the heads of these chains; returns how many. Chains without a seal have no head.

    Raises:
        DomainError: a chain is broken, which nothing should vouch for (STATE_FORBIDS); the file cannot be
            written (INVALID_FILE).
    """
    if not all(report.is_whole for report in reports):
        raise DomainError(Code.STATE_FORBIDS, "A chain is broken: no anchor was written.")
    heads = {
        report.study: {"number": report.n_sealed, "digest": report.head}
        for report in reports
        if report.n_sealed
    }
    line = json.dumps({"at": now.isoformat(), "heads": heads}, sort_keys=True)
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DomainError(Code.INVALID_FILE, f"The anchor cannot be written: {error}") from error
    return len(heads)
