"""What remains of an erased rater, signed, and kept a second time outside the database.

A database restored from a backup would bring erased people back. The list of erasures lies beside the
database in the data folder; `manage.py repeat_erasures` reads it and erases them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from annotation.models import Departure, Rater, Study

FILE, BEGUN = "erasures.jsonl", "erasures-begun"
# No erasure takes longer.
UNDER_WAY = timedelta(minutes=15)
SALT = "annotation.tombstone"
TIMES = ("left_at", "erased_at")
SIGNED = ("code", "receipt_code", "pseudonym", "group_name", *TIMES, "is_by_letter", "statement")


def tombstone_of(departure: Departure, rater_code: str) -> dict[str, Any]:
    """What is signed: no answer, no word that the rater wrote, no login."""
    said = {name: getattr(departure, name) for name in SIGNED}
    said |= {name: said[name].isoformat() for name in TIMES}
    return {"study": departure.study.code, "rater": rater_code, **said}


def signature_of(tombstone: dict[str, Any]) -> str:
    text = json.dumps(tombstone, sort_keys=True, separators=(",", ":"))
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


def erasures_file() -> Path:
    return Path(settings.DATA_DIR) / FILE


def begun_files() -> list[Path]:
    """Tombstones of erasures that were under way when the process died, or are at this moment."""
    return sorted((Path(settings.DATA_DIR) / BEGUN).glob("*.json"))


def keep_tombstone(departure: Departure, rater_code: str) -> str:
    """Write the tombstone to the list of erasures once the transaction holds; returns its signature.

    A process that dies between both would leave an erasure that no restored backup knows of. So the tombstone
    is put beside the list before, and `settle_tombstones` takes it over.
    """
    tombstone = tombstone_of(departure, rater_code)
    signature = signature_of(tombstone)
    line = json.dumps({**tombstone, "signature": signature}, sort_keys=True)
    begun = Path(settings.DATA_DIR) / BEGUN / f"{departure.code}.json"
    begun.parent.mkdir(parents=True, exist_ok=True)
    begun.write_text(line, encoding="utf-8")
    transaction.on_commit(partial(_list, line, begun))
    return signature


def _list(line: str, begun: Path) -> None:
    """Into the list, unless it is there: erased again after a backup was restored."""
    path = erasures_file()
    if not path.exists() or line not in path.read_text(encoding="utf-8"):
        # Short lines in append mode: two processes do not tear each other's.
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
    begun.unlink(missing_ok=True)


def settle_tombstones(*, now: datetime) -> int:
    """Take over what a process that died has begun: into the list where the rater is erased, away where the
    erasure was rolled back. Safe to run at any time; returns how many came into the list."""
    n = 0
    for begun in begun_files():
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(begun.stat().st_mtime, UTC) > now - UNDER_WAY:
                continue
            line = begun.read_text(encoding="utf-8")
            if Rater.objects.filter(code=json.loads(line)["rater"]).exists():
                begun.unlink()
            else:
                _list(line, begun)
                n += 1
    return n


def list_all_begun() -> None:
    """After a restore, which brings the raters back: whether an erasure had been finished cannot be told any
    more, and was asked for."""
    for begun in begun_files():
        _list(begun.read_text(encoding="utf-8"), begun)


def listed_tombstones(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Tombstones of the file with their signature, "" where it does not fit what is written."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            tombstone = json.loads(line)
            signature = str(tombstone.pop("signature", ""))
            fits = constant_time_compare(signature, signature_of(tombstone))
            yield tombstone, signature if fits else ""


def departure_again(tombstone: dict[str, Any]) -> tuple[Departure, Rater] | None:
    """The departure (made anew where the backup is older) and the rater who is back; None when nobody is."""
    rater = Rater.objects.filter(study__code=tombstone["study"], code=tombstone["rater"]).first()
    if rater is None:
        return None
    fields = {name: tombstone[name] for name in SIGNED if name not in {"code", *TIMES}}
    study = Study.objects.get(code=tombstone["study"])
    left_at = datetime.fromisoformat(tombstone["left_at"])
    departure, _ = Departure.objects.get_or_create(
        code=tombstone["code"], defaults={"study": study, "rater": rater, "left_at": left_at, **fields}
    )
    return departure, rater
