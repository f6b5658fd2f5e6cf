"""The rubric of a study, through HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotation.models import Plan, RubricVersion, Study, User
from annotation.services.rubric_packs import MAX_BYTES, shipped_packs
from annotation.services.rubrics import load_rubric
from tests.conftest import core_document

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def client(coordinator: User, client_of: ClientOf) -> Client:
    return client_of(coordinator)


def url(study: Study, page: str = "") -> str:
    return f"/studies/{study.code}/rubric/{page}"


def upload(body: bytes) -> dict[str, object]:
    return {"pack": "file", "file": SimpleUploadedFile("rubric.json", body, "application/json")}


def test_rubric_when_there_is_none_leads_on(study: Study, client: Client) -> None:
    content = client.get(url(study)).content.decode()
    assert "No rubric yet" in content
    assert url(study, "new/") in content


def test_rubric_shows_questions_points_and_guidelines(rubric_version: RubricVersion, client: Client) -> None:
    content = client.get(url(rubric_version.rubric.study)).content.decode()
    document = core_document()
    for question in document["questions"]:
        assert f"<code>{question['key']}</code>" in content or f">{question['key']}</code>" in content
    assert "could go to anyone" in content
    assert "<h3>What you are asked to do</h3>" in content
    assert "<strong>this</strong>" in content


def test_rubric_new_from_the_shipped_pack_makes_a_draft_to_read(study: Study, client: Client) -> None:
    assert [pack.key for pack in shipped_packs()] == ["core"]
    response = client.post(url(study, "new/"), {"pack": "core"}, follow=True)
    version = RubricVersion.objects.get(rubric__study=study)
    assert version.state == "draft"
    assert "Publish this version" in response.content.decode()


def test_rubric_new_from_a_file_makes_a_draft(study: Study, client: Client) -> None:
    document = core_document() | {"key": "mine", "name": "My own"}
    response = client.post(url(study, "new/"), upload(json.dumps(document).encode("utf-8-sig")))
    assert response.status_code == 302
    assert RubricVersion.objects.get(rubric__study=study).rubric.name == "My own"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "not JSON: line 1, column 2"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "expected an object"),
        (b'{"key": "x"}', "“name” is missing."),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * (MAX_BYTES + 1), "1 MB at most"),
    ],
)
def test_rubric_new_when_the_file_is_no_rubric_says_why(
    body: bytes, sentence: str, study: Study, client: Client
) -> None:
    response = client.post(url(study, "new/"), upload(body))
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert not RubricVersion.objects.filter(rubric__study=study).exists()


@pytest.mark.parametrize("body", [{}, {"pack": "file"}, {"pack": "../demo/study"}])
def test_rubric_new_when_nothing_is_chosen_says_so(
    body: dict[str, str], study: Study, client: Client
) -> None:
    assert client.post(url(study, "new/"), body).status_code == 400


def test_publish_when_draft_freezes_it(study: Study, coordinator: User, client: Client) -> None:
    version = load_rubric(study, core_document(), actor=coordinator)
    page = url(study, f"{version.code}/publish/")
    assert client.get(page).status_code == 405
    assert client.post(page).status_code == 302
    version.refresh_from_db()
    assert version.state == "published"
    assert client.post(page).status_code == 302


def test_publish_when_role_or_study_is_wrong_is_refused(
    study: Study, coordinator: User, researcher: User, outsider: User, client_of: ClientOf
) -> None:
    version = load_rubric(study, core_document(), actor=coordinator)
    page = f"{version.code}/publish/"
    assert client_of(researcher).post(url(study, page)).status_code == 403
    theirs = Study.objects.get(title="Another study")
    assert client_of(outsider).post(url(theirs, page)).status_code == 404
    version.refresh_from_db()
    assert version.state == "draft"


def test_rubric_shows_the_version_of_the_stage_at_hand_not_the_newest(
    plan: Plan, coordinator: User, client: Client
) -> None:
    newer = load_rubric(plan.study, core_document() | {"note": "Newer."}, actor=coordinator)
    assert client.get(url(plan.study)).context["shown"].version == plan.rubric_version
    assert client.get(url(plan.study, f"{newer.code}/")).context["shown"].version == newer
    assert client.get(url(plan.study, "nothere/")).status_code == 404
