"""Archives of studies that somebody uploads: kept until a worker has restored the study, then deleted."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.jobs import JobCancelledError, JobLostError, enqueue, report_progress
from annotation.models import Job, User
from annotation.pulse import pulse
from rating.job_kinds import RESTORE_STUDY
from rating.services.study_restore import restore_study

FOLDER = "restores"
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)
# The work is one transaction: how far it is goes out beside it.
TELL_SECONDS = 2.0


def start_restore(file: File[bytes], *, actor: User) -> Job:
    """Store the archive and queue its restoring. The caller has found that the actor may make studies.

    Raises:
        DomainError: an earlier one of theirs is still under way (STATE_FORBIDS).
    """
    theirs = Job.objects.filter(kind=RESTORE_STUDY, created_by=actor)
    if theirs.filter(state__in=UNFINISHED).exists():
        raise DomainError(Code.STATE_FORBIDS, _("An earlier archive of yours is still being restored."))
    _forget_leftovers()
    name = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.zip", file)
    try:
        with transaction.atomic():
            return enqueue(RESTORE_STUDY, actor=actor, study=None, payload={"file": name})
    except BaseException:
        default_storage.delete(name)
        raise


def _forget_leftovers() -> None:
    """Files of work that ended without deleting its own: a worker was killed at its last attempt."""
    ended = Job.objects.filter(kind=RESTORE_STUDY).exclude(state__in=UNFINISHED).exclude(payload={})
    for job in ended:
        default_storage.delete(job.payload["file"])
        Job.objects.filter(pk=job.pk).update(payload={})


class _Course:
    """How far the work is, told from a thread of its own: nothing that a transaction writes is seen yet."""

    def __init__(self, job: Job) -> None:
        self._job, self._share, self._words = job, 0.0, ""
        self._stop: Exception | None = None

    def tell(self, share: float, words: str) -> None:
        """Called by the work; raises where it shall stop."""
        self._share, self._words = share, words
        if self._stop is not None:
            raise self._stop

    def beat(self) -> None:
        try:
            report_progress(self._job, self._share, self._words)
        except (JobCancelledError, JobLostError) as error:
            self._stop = error


@contextmanager
def _local(name: str) -> Iterator[Path]:
    with TemporaryDirectory(prefix="attune-restore-") as folder:
        path = Path(folder) / "study.zip"
        with default_storage.open(name) as stored, path.open("wb") as copy:
            shutil.copyfileobj(stored, copy)
        yield path


def restore_uploaded(job: Job) -> dict[str, Any]:
    """Restore the study of the job's archive for whoever began it. Run again after it was done: nothing.

    Raises:
        DomainError: what `restore_study` refuses, or the login may make no studies any more.
    """
    if job.study is None:
        name = job.payload["file"]
        try:
            _restore(job, name)
        except (DomainError, JobCancelledError):
            default_storage.delete(name)
            raise
        default_storage.delete(name)
    return {"url": f"/studies/{job.study.code}/"} if job.study else {}


def _restore(job: Job, name: str) -> None:
    owner = job.created_by
    if owner is None or not owner.is_active or not owner.can_create_studies:
        raise DomainError(
            Code.NOT_ALLOWED, _("Your login may not set up studies. Ask whoever runs this site.")
        )
    course = _Course(job)
    with _local(name) as path, pulse(course.beat, every=TELL_SECONDS), transaction.atomic():
        restored = restore_study(path, owner=owner, tell=course.tell)
        # One transaction with the study: whoever takes the job over finds it done, or finds nothing.
        mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, n_attempts=job.n_attempts)
        if not mine.update(study=restored.study, heartbeat_at=timezone.now()):
            raise JobLostError
    job.study = restored.study
