"""Bringing an archive in the browser: checked and restored in the background, for who may make studies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotation.jobs import JobLostError
from annotation.models import Job, Study, User
from rating.models import StudyOrigin
from rating.services import study_uploads
from rating.services.archives.writing import write_archive

SignIn = Callable[[User], Client]
URL = reverse("study_restore")


@pytest.fixture(autouse=True)
def _quiet(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    # No thread looks into the test's transaction.
    monkeypatch.setattr(study_uploads, "TELL_SECONDS", 3600.0)


@pytest.fixture
def archive(study: Study, tmp_path: Path) -> bytes:
    path = tmp_path / "study.zip"
    write_archive(study, path, parts=frozenset(), now=timezone.now(), tell=lambda share, words: None)
    return path.read_bytes()


@pytest.fixture
def bring(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, client_of: SignIn
) -> Callable[[User, bytes], Any]:
    def brought(user: User, content: bytes) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            file = SimpleUploadedFile("study.zip", content, "application/zip")
            return client_of(user).post(URL, {"file": file})

    return brought


def n_kept() -> int:
    return len(default_storage.listdir("restores")[1])


def test_archive_when_brought_makes_the_study_again(
    bring: Callable[[User, bytes], Any], archive: bytes, study: Study, outsider: User, client_of: SignIn
) -> None:
    shown = client_of(outsider).get(URL)
    assert "multipart/form-data" in shown.content.decode()
    assert bring(outsider, archive).status_code == 302
    job = Job.objects.get(kind="rating.tasks.restore_study")
    assert (job.state, job.error, n_kept()) == ("done", "", 0)
    made = StudyOrigin.objects.get(origin_code=study.code).study
    page = client_of(outsider).get(reverse("study_restoring", args=[job.code])).content.decode()
    assert reverse("study", args=[made.code]) in page
    assert client_of(outsider).get(reverse("study", args=[made.code])).status_code == 200
    # A worker that takes a finished work up again finds it done.
    assert study_uploads.restore_uploaded(Job.objects.get(pk=job.pk))["url"]
    assert StudyOrigin.objects.count() == 1


def test_archive_when_damaged_is_refused_in_words_and_leaves_nothing(
    bring: Callable[[User, bytes], Any], archive: bytes, outsider: User, client_of: SignIn
) -> None:
    bring(outsider, archive[:-100])
    job = Job.objects.get(kind="rating.tasks.restore_study")
    assert (job.state, n_kept(), StudyOrigin.objects.exists()) == ("failed", 0, False)
    page = client_of(outsider).get(reverse("study_restoring", args=[job.code]), headers={"hx-request": "1"})
    assert job.error.splitlines()[0] in page.content.decode()


def test_restoring_when_not_ones_own_is_closed(
    client_of: SignIn, coordinator: User, outsider: User, owner: User
) -> None:
    assert client_of(coordinator).get(URL).status_code == 403
    assert Client().get(URL).status_code == 302
    job = Job.objects.create(
        kind="rating.tasks.restore_study", created_by=owner, payload={"file": "restores/a"}
    )
    pages = [reverse("study_restoring", args=[job.code]), reverse("study_restore_stop", args=[job.code])]
    assert [
        client_of(outsider).get(pages[0]).status_code,
        client_of(outsider).post(pages[1]).status_code,
    ] == [
        404,
        404,
    ]
    # One at a time for each login.
    file = SimpleUploadedFile("study.zip", b"x", "application/zip")
    assert client_of(owner).post(URL, {"file": file}).status_code == 400
    assert client_of(owner).post(pages[1]).status_code == 302
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_restoring_when_taken_over_meanwhile_leaves_nothing(archive: bytes, outsider: User) -> None:
    name = default_storage.save("restores/a.zip", SimpleUploadedFile("a.zip", archive))
    job = Job.objects.create(
        kind="rating.tasks.restore_study",
        created_by=outsider,
        payload={"file": name},
        state=Job.State.RUNNING,
        n_attempts=2,
    )
    job.n_attempts = 1
    with pytest.raises(JobLostError):
        study_uploads.restore_uploaded(job)
    assert not StudyOrigin.objects.exists()
    assert default_storage.exists(name)
