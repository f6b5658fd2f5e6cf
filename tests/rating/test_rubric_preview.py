"""A rubric as raters will see it, before it is published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from annotation.models import RubricVersion, Study, User
from annotation.services.rubric_packs import shipped_document
from annotation.services.rubrics import load_rubric
from rating.models import Presentation
from tests.rating.every_kind import DOCUMENT

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def url(version: RubricVersion) -> str:
    return f"/studies/{version.rubric.study.code}/rubric/{version.code}/preview/"


@pytest.fixture
def draft(study: Study, owner: User) -> RubricVersion:
    return load_rubric(study, DOCUMENT, actor=owner)


def test_preview_shows_every_kind_as_the_group_reads_it_and_stores_nothing(
    draft: RubricVersion, coordinator: User, client_of: ClientOf
) -> None:
    client = client_of(coordinator)
    page = client.get(url(draft), {"group": "peer", "replies": "3"}).content.decode()
    assert 'name="warmth--response-3"' in page
    assert 'name="better--pair-1-2"' in page
    assert "How caring is it?" in page
    assert "Does it fit your work?" not in page
    theirs = client.get(url(draft), {"group": "clinician", "replies": "1"}).content.decode()
    assert "Rate warmth." in theirs
    assert "Does it fit your work?" in theirs
    assert 'name="warmth--response-2"' not in theirs
    assert not Presentation.objects.exists()


def test_preview_of_a_rubric_that_compares_shows_two_replies(
    draft: RubricVersion, study: Study, coordinator: User, client_of: ClientOf
) -> None:
    client = client_of(coordinator)
    assert 'name="better--pair-1-2"' in client.get(url(draft)).content.decode()
    single = load_rubric(study, shipped_document("core"), actor=coordinator)
    assert "response-2" not in client.get(url(single)).content.decode()


def test_preview_when_asked_for_what_is_not_offered_goes_back_to_what_is(
    draft: RubricVersion, coordinator: User, client_of: ClientOf
) -> None:
    response = client_of(coordinator).get(url(draft), {"group": "nobody", "replies": "99"})
    assert (response.status_code, response["Location"]) == (302, url(draft))


def test_preview_is_for_those_who_set_up_the_study(
    draft: RubricVersion,
    researcher: User,
    outsider: User,
    client_of: ClientOf,
    make_rater: Callable[..., object],
) -> None:
    assert client_of(researcher).get(url(draft)).status_code == 200
    assert client_of(outsider).get(url(draft)).status_code == 404
    make_rater("pia")
    assert client_of(User.objects.get(username="pia")).get(url(draft)).status_code == 403


def test_preview_says_for_whom_it_is_and_leads_back_to_the_set_up(
    draft: RubricVersion, study: Study, coordinator: User, client_of: ClientOf
) -> None:
    study.groups.filter(key="clinician").update(words="As it would reach your patient.")
    client = client_of(coordinator)
    page = client.get(url(draft), {"group": "clinician", "replies": "1"}).content.decode()
    assert "the words for Clinicians" in page
    assert "As it would reach your patient." in page
    assert f"/studies/{study.code}/setup/" in page
    assert (
        "As it would reach" not in client.get(url(draft), {"group": "peer", "replies": "1"}).content.decode()
    )
