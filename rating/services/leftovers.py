"""What killed workers leave lying: files that no row names, scratch folders, pieces of analyses.

They hold data of studies, so they must not outlast those: a worker that takes the job up again removes
them, and the scheduler those of jobs that nobody takes up.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import Q

from annotation.models import ImportBatch, Job
from rating.job_kinds import RESTORE_STUDY
from rating.models import AnalysisPart, Export, StudyArchive

# Nothing that is at work now is older.
OLD = timedelta(days=1)
FILES: dict[str, type[Export] | type[StudyArchive]] = {"exports": Export, "archives": StudyArchive}
# Of uploads that wait for their import, by its code; of archives that wait to be restored.
UPLOADS, RESTORES = "imports", "restores"
SCRATCH = ("attune-export-*", "attune-archive-*", "attune-restore-*")


def attempt_name(folder: str, code: str) -> str:
    """Where one attempt stores its file: another name than any other attempt, which may still be writing."""
    return f"{folder}/{code}-{secrets.token_hex(4)}.zip"


def drop_leftovers(folder: str, code: str) -> None:
    """Delete what earlier attempts stored under the code and no row came to name."""
    for name in _names(folder):
        if Path(name).name.startswith(f"{code}-"):
            default_storage.delete(name)


def forget_leftovers(*, now: datetime) -> int:
    """Delete what is older than a day and belongs to nothing. Safe to run at any time; returns how much."""
    over = Q(analysis__job__isnull=True) | ~Q(analysis__job__state__in=[Job.State.QUEUED, Job.State.RUNNING])
    n = AnalysisPart.objects.filter(over).delete()[0]
    for name in chain(_orphans(now), _uploads(now), _archives(now)):
        default_storage.delete(name)
        n += 1
    for folder in _scratch(now):
        shutil.rmtree(folder, ignore_errors=True)
        n += 1
    return n


def _orphans(now: datetime) -> Iterator[str]:
    for folder, model in FILES.items():
        for study in _listed(folder)[0]:
            for name in _names(f"{folder}/{study}"):
                if _is_old(name, now) and not model.objects.filter(file_name=name).exists():
                    yield name


def _uploads(now: datetime) -> Iterator[str]:
    """Files of imports that are over, or of studies that are gone; of those that wait, what attempts at
    checking left that the import does not name."""
    for code in _listed(UPLOADS)[0]:
        batch = ImportBatch.objects.filter(code=code, state=ImportBatch.State.STAGED).first()
        wanted = {*batch.report.get("files", []), _kept(batch)} if batch else set()
        for name in _names(f"{UPLOADS}/{code}"):
            if Path(name).name not in wanted and _is_old(name, now):
                yield name


def _kept(batch: ImportBatch) -> str:
    return Path((batch.report.get("kept") or {}).get("name", "")).name


def _archives(now: datetime) -> Iterator[str]:
    """Archives that nobody restores any more, or whose restoring was never queued."""
    at_work = Job.objects.filter(kind=RESTORE_STUDY, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    for name in _names(RESTORES):
        if _is_old(name, now) and not at_work.filter(payload__file=name).exists():
            yield name


def _is_old(name: str, now: datetime) -> bool:
    return bool(default_storage.get_modified_time(name) < now - OLD)


def _scratch(now: datetime) -> Iterator[Path]:
    for pattern in SCRATCH:
        for path in Path(tempfile.gettempdir()).glob(pattern):
            with suppress(OSError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - OLD:
                    yield path


def _names(folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in _listed(folder)[1]]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
