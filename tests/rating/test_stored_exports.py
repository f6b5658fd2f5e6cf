"""Files that a worker makes: through HTTP, from asking to deleting."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from annotation.models import AuditEvent, Plan, Rater, Study, User
from rating.forms.exports import MakeExportForm
from rating.models import Export, ExportPolicy, Rating
from rating.queries.exports import export_scope
from rating.services.stored_exports import expire_exports, start_export
from tests.conftest import user_of
from tests.rating.exporting import rate_everything

SignIn = Callable[[User], Client]
ASKED = {"stage": "main", "revisions": "current", "checks": "without", "audience": "team"}


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


@pytest.fixture
def make(
    study: Study, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Callable[..., Export]:
    """Ask for a file and let the worker make it."""

    def made(actor: User, form: str = "csv-wide", **options: Any) -> Export:
        scope = export_scope(study, stage="main", is_current_only=True, **options)
        reason = "a reason" if scope.with_restricted else ""
        with django_capture_on_commit_callbacks(execute=True):
            export = start_export(scope, actor=actor, form=form, unlock_reason=reason)
        export.refresh_from_db()
        return export

    return made


def members_of(export: Export) -> dict[str, bytes]:
    with default_storage.open(export.file_name) as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    return {name: archive.read(name) for name in archive.namelist()}


def test_file_when_asked_for_is_made_listed_and_downloaded(
    client_of: SignIn,
    researcher: User,
    study: Study,
    ratings: list[Rating],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = client_of(researcher)
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post(reverse("export_make", args=[study.code]), {**ASKED, "format": "csv"})
    export = Export.objects.get()
    assert asked["Location"] == reverse("export_made", args=[study.code, export.code])
    # A small study is done by then: the page goes on to the list.
    assert (
        client.get(asked["Location"])["Location"] == reverse("study_exports", args=[study.code]) + "#stored"
    )
    page = client.get(reverse("study_exports", args=[study.code])).content.decode()
    assert (export.state, export.digest in page) == ("ready", True)
    response: Any = client.get(reverse("export_stored_file", args=[study.code, export.code]))
    # Reads to the end, and closes the file.
    content = response.getvalue()
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (export.digest, export.size)
    assert response["Cache-Control"] == "private, no-store"
    assert f"attune-{study.code}-main-csv-{export.code}.zip" in response["Content-Disposition"]


def test_zip_holds_codebook_readme_description_and_digests_that_match(
    make: Callable[..., Export], researcher: User, ratings: list[Rating]
) -> None:
    members = members_of(make(researcher))
    lines = [line.split("  ") for line in members.pop("SHA256SUMS.txt").decode().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    beside = {"protocol-card.json", "protocol-card.pdf", "croissant.json"}
    about_it = {"codebook.csv", "codebook.md", "export.json", "README.txt"}
    assert set(members) == {"ratings-wide.csv", *about_it, *beside}
    about = json.loads(members["export.json"])
    assert (about["n_ratings"], about["n_raters"], about["stage"]) == (3, 2, "main")
    version = ratings[0].rubric_version
    assert [(one["version"], one["digest"]) for one in about["rubric_versions"]] == [(1, version.digest)]
    assert version.digest in members["README.txt"].decode()


def url_of(name: str, study: Study, export: Export) -> str:
    return reverse(name, args=[study.code, export.code])


@pytest.fixture
def waiting(study: Study, researcher: User, ratings: list[Rating]) -> Export:
    """Asked for, and no worker has begun."""
    scope = export_scope(study, stage="main", is_current_only=True)
    return start_export(scope, actor=researcher, form="csv")


# How each page is asked: what a visit, and what a form sends.
PAGES = {
    "export_made": "get",
    "export_stored_file": "get",
    "export_stop": "post",
    "export_again": "post",
    "export_delete": "post",
}


@pytest.mark.parametrize(("name", "method"), PAGES.items())
def test_page_of_a_file_for_whoever_may_not_have_it_is_refused(
    client_of: SignIn,
    client: Client,
    waiting: Export,
    study: Study,
    owner: User,
    outsider: User,
    rater: Rater,
    name: str,
    method: str,
) -> None:
    url = url_of(name, study, waiting)
    asked = getattr(client, method)(url)
    assert (asked.status_code, asked["Location"].startswith(reverse("account_login"))) == (302, True)
    assert getattr(client_of(outsider), method)(url).status_code == 404
    assert getattr(client_of(user_of(rater)), method)(url).status_code == 403
    wrong = client_of(owner).put(url) if name == "export_delete" else None
    other = client_of(owner).post(url) if method == "get" else client_of(owner).get(url)
    assert (wrong if wrong is not None else other).status_code == 405
    nothing = reverse(name, args=[study.code, "nothing"])
    assert getattr(client_of(owner), method)(nothing).status_code == 404
    waiting.refresh_from_db()
    assert (waiting.state, Export.objects.count()) == ("making", 1)


@pytest.mark.parametrize("name", ["export_make", "export_rules", "export_comments"])
def test_asking_for_files_and_their_rules_is_for_the_team(
    client_of: SignIn, client: Client, study: Study, outsider: User, rater: Rater, owner: User, name: str
) -> None:
    url = reverse(name, args=[study.code])
    assert client.post(url)["Location"].startswith(reverse("account_login"))
    assert client_of(outsider).post(url).status_code == 404
    assert client_of(user_of(rater)).post(url).status_code == 403
    assert client_of(owner).put(url).status_code == 405


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"format": "papyrus"}, 400, "papyrus"),
        ({"stage": "rehearsal"}, 400, "rehearsal"),
        ({"format": "preferences", "min_margin": "7"}, 400, "less than or equal to 1"),
        ({"format": "preferences", "checks": "with"}, 409, "No item of this study has two or more replies."),
    ],
)
def test_file_that_cannot_be_made_is_refused_beside_what_was_chosen(
    client_of: SignIn,
    study: Study,
    researcher: User,
    ratings: list[Rating],
    wrong: dict[str, str],
    status: int,
    words: str,
) -> None:
    data = {**ASKED, "format": "csv", **wrong}
    asked = client_of(researcher).post(reverse("export_make", args=[study.code]), data)
    page = asked.content.decode()
    assert (asked.status_code, words in page) == (status, True)
    make = asked.context["make"]
    assert {name: make[name].value() for name in data} == data
    assert not Export.objects.exists()


def test_file_asked_for_twice_is_made_once_and_can_be_stopped_then_deleted(
    client_of: SignIn, waiting: Export, study: Study, researcher: User
) -> None:
    client = client_of(researcher)
    client.post(reverse("export_make", args=[study.code]), {**ASKED, "format": "csv"})
    assert Export.objects.count() == 1
    page = client.get(url_of("export_made", study, waiting))
    assert url_of("export_stop", study, waiting) in page.content.decode()
    assert client.get(url_of("export_stored_file", study, waiting)).status_code == 404
    assert client.post(url_of("export_delete", study, waiting)).status_code == 409
    assert client.post(url_of("export_stop", study, waiting)).status_code == 302
    waiting.refresh_from_db()
    assert waiting.job is not None
    assert waiting.job.state == "cancelled"
    assert client.post(url_of("export_delete", study, waiting)).status_code == 302
    assert not Export.objects.exists()


def test_file_when_deleted_is_gone_from_disk_and_stays_in_the_trail(
    client_of: SignIn,
    make: Callable[..., Export],
    researcher: User,
    study: Study,
    ratings: list[Rating],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    export, client = make(researcher), client_of(researcher)
    url = url_of("export_delete", study, export)
    assert client.get(url).status_code == 200
    assert default_storage.exists(export.file_name)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url)["Location"] == reverse("study_exports", args=[study.code])
    assert not default_storage.exists(export.file_name)
    event = AuditEvent.objects.get(kind="export.deleted")
    assert (event.actor, event.payload.data["digest"]) == (researcher, export.digest)


def test_file_whose_days_are_over_is_deleted_once_and_said_so(
    client_of: SignIn,
    make: Callable[..., Export],
    researcher: User,
    study: Study,
    ratings: list[Rating],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    export = make(researcher)
    assert export.expires_at is not None
    assert export.finished_at is not None
    # What the study asks unless it says otherwise.
    assert (export.expires_at - export.finished_at).days == ExportPolicy(study=study).days_kept
    assert expire_exports(now=export.expires_at - timedelta(seconds=1)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_exports(now=export.expires_at) == 1
    assert expire_exports(now=export.expires_at) == 0
    assert not default_storage.exists(export.file_name)
    client = client_of(researcher)
    assert client.get(url_of("export_stored_file", study, export)).status_code == 404
    assert "Its days are over" in client.get(reverse("study_exports", args=[study.code])).content.decode()


def test_exports_page_asks_as_few_queries_for_many_files_as_for_one(
    client_of: SignIn,
    waiting: Export,
    study: Study,
    researcher: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client, url = client_of(researcher), reverse("study_exports", args=[study.code])
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for form in ("csv-wide", "jsonl", "timing"):
        start_export(export_scope(study, stage="main", is_current_only=True), actor=researcher, form=form)
    with django_assert_max_num_queries(len(one)):
        page = client.get(url)
    assert len(page.context["stored"]) == 4
    assert len(one) <= 22


def test_rules_of_preference_sets_are_kept_only_for_them_and_where_they_are_not_usual() -> None:
    given = {"min_raters": "3", "min_margin": "0.1", "veto_share": ""}
    form = MakeExportForm({"format": "preferences", **given}, may_unlock=False)
    assert form.is_valid()
    assert form.format_options() == {"min_raters": 3}
    other = MakeExportForm({"format": "csv", **given}, may_unlock=False)
    assert other.is_valid()
    assert other.format_options() == {}
    assert not MakeExportForm({"format": "preferences", "min_margin": "2"}, may_unlock=False).is_valid()
