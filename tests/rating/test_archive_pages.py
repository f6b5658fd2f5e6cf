"""The owner's page of archives: asked for, fetched, deleted, gone by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotation.models import AuditEvent, Plan, Rater, Study, User
from annotation.services.erasure import run_always
from rating.models import StudyArchive
from rating.services.study_archives import expire_archives

SignIn = Callable[[User], Client]


@pytest.fixture
def make(
    study: Study,
    owner: User,
    client_of: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Callable[..., StudyArchive]:
    def made(**fields: str) -> StudyArchive:
        with django_capture_on_commit_callbacks(execute=True):
            client_of(owner).post(reverse("study_archives", args=[study.code]), fields)
        return StudyArchive.objects.latest("pk")

    return made


def test_archive_when_asked_for_is_made_listed_fetched_and_deleted(
    make: Callable[..., StudyArchive],
    client_of: SignIn,
    owner: User,
    study: Study,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    archive, client = make(), client_of(owner)
    args = [study.code, archive.code]
    assert archive.state == "ready"
    assert client.get(reverse("study_archive_made", args=args)).status_code == 302
    assert archive.digest in client.get(reverse("study_archives", args=[study.code])).content.decode()
    response: Any = client.get(reverse("study_archive_file", args=args))
    content = response.getvalue()
    assert hashlib.sha256(content).hexdigest() == archive.digest
    assert client.post(reverse("study_archive_stop", args=args)).status_code == 302
    assert client.get(reverse("study_archive_delete", args=args)).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("study_archive_delete", args=args))
    assert (StudyArchive.objects.exists(), default_storage.exists(archive.file_name)) == (False, False)
    kinds = AuditEvent.objects.filter(study=study, kind__startswith="archive.").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "archive.started",
        "archive.made",
        "archive.deleted",
    ]


def test_archive_pages_when_not_the_owner_are_closed(
    make: Callable[..., StudyArchive],
    client_of: SignIn,
    coordinator: User,
    researcher: User,
    outsider: User,
    study: Study,
) -> None:
    args = [study.code, make().code]
    pages = ("study_archive_made", "study_archive_file", "study_archive_delete", "study_archive_stop")
    urls = [reverse("study_archives", args=[study.code]), *(reverse(name, args=args) for name in pages)]
    for url in urls:
        ask = "post" if url.endswith("stop/") else "get"
        found = [getattr(client_of(one), ask)(url).status_code for one in (coordinator, researcher, outsider)]
        assert found == [403, 403, 404], url
        assert getattr(Client(), ask)(url).status_code == 302
    unknown = reverse("study_archive_file", args=[study.code, "nothing"])
    assert client_of(study.members.get(grants__role="owner").user).get(unknown).status_code == 404


def test_archive_when_more_is_asked_for_needs_a_reason_and_an_open_study_a_rest(
    client_of: SignIn, owner: User, study: Study, plan: Plan
) -> None:
    client, url = client_of(owner), reverse("study_archives", args=[study.code])
    assert client.post(url, {"with_wellbeing": "on"}).status_code == 400
    refused = client.post(url, {})
    assert (refused.status_code, StudyArchive.objects.count()) == (400, 0)
    assert "at rest" in refused.content.decode()


def test_archive_when_its_days_are_over_or_somebody_leaves_is_deleted(
    make: Callable[..., StudyArchive], rater: Rater, django_capture_on_commit_callbacks: Any
) -> None:
    first, second = make(), make(with_wellbeing="on", reason="The board asks for it.")
    assert second.reason
    StudyArchive.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_archives(now=timezone.now()) == 1
        run_always(rater)
    assert list(StudyArchive.objects.order_by("pk").values_list("state", "file_name")) == [
        ("expired", ""),
        ("withdrawn", ""),
    ]
    assert not any(default_storage.exists(one.file_name) for one in (first, second))
