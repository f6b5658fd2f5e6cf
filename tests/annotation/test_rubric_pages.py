"""The rubric of a study, through HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from annotation.models import Plan, Rubric, RubricVersion, Study, User
from annotation.services.rubric_packs import MAX_BYTES, shipped_document, shipped_packs
from annotation.services.rubrics import load_rubric
from tests.conftest import core_document
from tests.rating.every_kind import DOCUMENT

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
    response = client.post(url(study, "new/"), {"pack": "core"}, follow=True)
    version = RubricVersion.objects.get(rubric__study=study)
    assert version.state == "draft"
    assert "Publish this version" in response.content.decode()


def test_rubric_new_tells_of_every_pack_what_it_measures_and_how_long_it_takes(
    study: Study, client: Client
) -> None:
    page = client.get(url(study, "new/")).content.decode()
    for pack in shipped_packs():
        assert f'id="id_pack_{pack.key}"' in page
        assert escape(pack.purpose) in page
    assert "16 questions" in page
    # Six scales of 10 seconds and ten flags of 4: 100 seconds.
    assert next(pack.minutes for pack in shipped_packs() if pack.key == "core") == 2
    assert "about 2 minutes a reply, beside reading" in page


def test_document_when_downloaded_changed_and_loaded_again_makes_a_new_version(
    study: Study, client: Client
) -> None:
    client.post(url(study, "new/"), {"pack": "trust"})
    first = RubricVersion.objects.get(rubric__study=study)
    response = client.get(url(study, f"{first.code}/document/"))
    assert response["Content-Disposition"] == 'attachment; filename="trust-1.json"'
    document = json.loads(response.content)
    assert document == shipped_document("trust")
    assert client.post(url(study, "new/"), upload(response.content))["Location"].endswith(f"{first.code}/")
    document["questions"][0]["text"] = "Could they lean on it?"
    client.post(url(study, "new/"), upload(json.dumps(document).encode()))
    newest = RubricVersion.objects.get(rubric__study=study, number=2)
    assert newest.questions.get(position=1).text == "Could they lean on it?"
    assert first.questions.get(position=1).text == shipped_document("trust")["questions"][0]["text"]


def test_document_of_a_version_loaded_before_they_were_kept_is_not_found(
    study: Study, client: Client
) -> None:
    version = RubricVersion.objects.create(rubric=Rubric.objects.create(study=study, key="old"), number=1)
    page = url(study, f"{version.code}/")
    assert client.get(f"{page}document/").status_code == 404
    assert "document/" not in client.get(page).content.decode()


def test_publish_when_approval_is_asked_for_wants_a_name(study: Study, client: Client) -> None:
    client.post(url(study, "new/"), {"pack": "omission"})
    version = RubricVersion.objects.get(rubric__study=study)
    page = client.get(url(study, f"{version.code}/")).content.decode()
    assert "A clinician must approve" in page
    refused = client.post(url(study, f"{version.code}/publish/"), follow=True)
    assert "Say who has approved this rubric." in refused.content.decode()
    given = client.post(url(study, f"{version.code}/publish/"), {"signed_off_by": "Dr Example"}, follow=True)
    assert "Approved by Dr Example." in given.content.decode()
    version.refresh_from_db()
    assert version.state == "published"


def test_draft_when_thrown_away_is_gone_and_a_published_version_stays(
    rubric_version: RubricVersion, client: Client
) -> None:
    study = rubric_version.rubric.study
    client.post(url(study, "new/"), {"pack": "distress"})
    draft = RubricVersion.objects.get(state="draft")
    assert client.post(url(study, f"{draft.code}/discard/")).status_code == 302
    assert not RubricVersion.objects.filter(pk=draft.pk).exists()
    assert not Rubric.objects.filter(key="distress").exists()
    assert client.post(url(study, f"{rubric_version.code}/discard/")).status_code == 409
    assert RubricVersion.objects.filter(pk=rubric_version.pk).exists()


def test_rubric_page_shows_every_kind_of_question(study: Study, client: Client) -> None:
    version = load_rubric(study, DOCUMENT, actor=study.members.get(user__username="olive").user)
    page = client.get(url(study, f"{version.code}/")).content.decode()
    for question in DOCUMENT["questions"]:
        assert f"<code>{question['key']}</code>" in page
    for words in (
        "Asks about danger",
        "Missed cue",
        "<code>warmth = 1, 2</code>",
        "Rate warmth.",
        "overwhelmed",
    ):
        assert words in page


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
    assert client.get(page).status_code == 200
    version.refresh_from_db()
    assert version.state == "draft"
    assert client.post(page).status_code == 302
    version.refresh_from_db()
    assert version.state == "published"
    assert client.post(page).status_code == 302
    assert client.delete(page).status_code == 405


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
