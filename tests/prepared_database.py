"""An SQLite database with all tables, kept between runs: migrating an empty one takes longer than most tests.

It lies in the system's temporary folder under the digest of what it is made from: another migration, rule
or version of a package gives another one. On PostgreSQL every run migrates.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE_FROM = ("*/migrations/*.py", "*/models/*.py", "requirements/*.txt")


def prepared_path() -> Path:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in MADE_FROM for path in ROOT.glob(pattern)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return Path(tempfile.gettempdir()) / f"attune-tables-{os.getuid()}-{digest.hexdigest()[:16]}.sqlite3"


def use_prepared(name: Path) -> bool:
    """Whether a prepared database stands at `name` now."""
    prepared = prepared_path()
    if not prepared.is_file():
        return False
    name.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(prepared, name)
    return True


def keep_prepared(name: Path) -> None:
    """Keep what stands at `name`, where nobody has yet: whole or not at all."""
    prepared = prepared_path()
    if prepared.exists():
        return
    unfinished = prepared.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(prepared)
