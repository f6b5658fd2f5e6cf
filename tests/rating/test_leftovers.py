"""What killed workers leave lying goes."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from annotation.jobs import enqueue
from annotation.models import ImportBatch, Job, Study, User
from annotation.services.staging import SILENCE, begin_writing
from rating.job_kinds import RESTORE_STUDY
from rating.models import Export
from rating.services.leftovers import attempt_name, drop_leftovers, forget_leftovers
from rating.services.study_imports import remove_interrupted

pytestmark = pytest.mark.django_db


def left(folder: str, code: str, *, days: float = 0) -> str:
    name: str = default_storage.save(attempt_name(folder, code), ContentFile(b"half a file"))
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(default_storage.path(name), (then, then))
    return name


def test_drop_leftovers_deletes_what_earlier_attempts_stored_and_nothing_else(files: Path) -> None:
    torn, other = left("exports/s", "mine"), left("exports/s", "minetoo")
    drop_leftovers("exports/s", "mine")
    assert (default_storage.exists(torn), default_storage.exists(other)) == (False, True)


def test_drop_leftovers_where_nothing_was_stored_yet_does_nothing(files: Path) -> None:
    drop_leftovers("exports/nowhere", "mine")


def test_forget_leftovers_deletes_old_files_that_no_row_names(files: Path, study: Study) -> None:
    old, fresh = left("exports/s", "a", days=2), left("exports/s", "b")
    named = left("exports/s", "c", days=2)
    Export.objects.create(study=study, stage="main", format="csv", file_name=named, state=Export.State.READY)
    assert forget_leftovers(now=timezone.now()) == 1
    assert [default_storage.exists(name) for name in (old, fresh, named)] == [False, True, True]


def test_forget_leftovers_deletes_scratch_folders_of_a_day_ago(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    old, fresh = tmp_path / "attune-export-old", tmp_path / "attune-export-new"
    for folder in (old, fresh):
        folder.mkdir()
    then = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(old, (then, then))
    forget_leftovers(now=timezone.now())
    assert (old.exists(), fresh.exists()) == (False, True)


def uploaded(batch_code: str, name: str, *, days: float) -> str:
    path: str = default_storage.save(f"imports/{batch_code}/{name}", ContentFile(b"somebody's items"))
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(default_storage.path(path), (then, then))
    return path


@pytest.mark.parametrize(
    ("state", "kept"), [("staged", True), ("visible", False), ("abandoned", False), (None, False)]
)
def test_forget_leftovers_keeps_uploads_of_imports_that_wait_and_no_others(
    files: Path, study: Study, state: str | None, *, kept: bool
) -> None:
    report = {"files": ["items"], "kept": {"name": "imports/x/checked-now.arrow"}}
    code = "gone"
    if state:
        code = ImportBatch.objects.create(study=study, kind="study", state=state, report=report).code
    names = ("items", "checked-now.arrow", "checked-torn.arrow")
    stored = [uploaded(code, name, days=2) for name in names]
    fresh = uploaded(code, "checked-fresh.arrow", days=0)
    forget_leftovers(now=timezone.now())
    assert [default_storage.exists(name) for name in (*stored, fresh)] == [kept, kept, False, True]


def test_forget_leftovers_deletes_archives_that_nobody_restores(files: Path, owner: User) -> None:
    waiting, over, unknown, fresh = (left("restores", name, days=2) for name in ("w", "o", "u", "f"))
    os.utime(default_storage.path(fresh))
    for name, state in ((waiting, Job.State.QUEUED), (over, Job.State.FAILED)):
        job = enqueue(RESTORE_STUDY, actor=owner, study=None, payload={"file": name})
        Job.objects.filter(pk=job.pk).update(state=state)
    assert forget_leftovers(now=timezone.now()) == 2
    assert [default_storage.exists(name) for name in (waiting, over, unknown, fresh)] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("is_resumed", [True, False])
def test_remove_interrupted_leaves_an_import_whose_job_will_be_taken_up(
    study: Study, owner: User, *, is_resumed: bool
) -> None:
    batch = ImportBatch.objects.create(study=study, kind="study")
    begin_writing(batch)
    long_ago = (timezone.now() - 2 * SILENCE).isoformat()
    ImportBatch.objects.filter(pk=batch.pk).update(report={**batch.report, "writing_at": long_ago})
    if is_resumed:
        enqueue("tests.task", actor=owner, study=study, payload={"batch": batch.code})
    assert remove_interrupted(study, actor=owner) == (0 if is_resumed else 1)
