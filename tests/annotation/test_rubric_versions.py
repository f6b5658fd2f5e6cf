"""Versions of a rubric, through HTTP: corrections, differences between any two, who may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from annotation.errors import DomainError
from annotation.models import AuditPayload, Plan, RubricVersion, Slot, User
from annotation.services import queue
from annotation.services.rubric_drafts import begin_draft, edit_draft
from annotation.services.rubric_packs import shipped_document
from annotation.services.rubrics import load_rubric, publish_rubric
from tests.conftest import core_document, user_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def client(coordinator: User, client_of: ClientOf) -> Client:
    return client_of(coordinator)


def url(version: RubricVersion, page: str) -> str:
    return f"/studies/{version.rubric.study.code}/rubric/{version.code}/{page}"


def corrected(version: RubricVersion, actor: User, **changes: Any) -> RubricVersion:
    """The next draft, with the first question's entries changed."""
    draft = begin_draft(version, actor=actor)

    def edit(there: dict[str, Any]) -> dict[str, Any]:
        first, *others = there["questions"]
        return {**there, "questions": [{**first, **changes}, *others]}

    return edit_draft(draft, edit, actor=actor, deed="changed", about="first")


def test_publish_when_only_words_differ_may_be_declared_a_correction_with_its_reason(
    plan: Plan, owner: User, client: Client, rater: Any, frozen_now: Any
) -> None:
    first = plan.rubric_version
    begun = client.post(url(first, "begin/"))
    assert client.post(url(first, "begin/"))["Location"] == begun["Location"]
    version = corrected(first, owner, text="Does it feel meant for this very person?")
    claim = queue.claim_next(rater, actor=user_of(rater), now=frozen_now, begun=[])
    assert claim is not None
    page = client.get(url(version, "publish/")).content.decode()
    assert "Only words differ" in page
    assert "<del>Does it feel meant for this person?</del>" in page
    n_open = Slot.objects.filter(state="open").count()
    assert f"Places that nobody has taken yet: {n_open}." in page
    sent = {"meaning": "corrects", "hands_out": "on"}
    refused = client.post(url(version, "publish/"), sent)
    assert refused.status_code == 400
    assert "reason" in refused.context["form"].errors
    done = client.post(url(version, "publish/"), sent | {"reason": "Clearer, same sense."}, follow=True)
    assert "A correction of words of version 1: Clearer, same sense." in done.content.decode()
    version.refresh_from_db()
    assert version.equivalent_to == first
    # What somebody holds stays with the version it was handed out with.
    assert set(Slot.objects.filter(state="open").values_list("rubric_version", flat=True)) == {version.pk}
    assert Slot.objects.get(state="claimed").rubric_version == first
    plan.refresh_from_db()
    assert plan.rubric_version == version
    told = AuditPayload.objects.get(event__kind="rubric.published", data__number=2).data
    assert (told["corrects"], told["reason"], told["n_moved"]) == (1, "Clearer, same sense.", n_open)


@pytest.mark.parametrize(
    "changes", [{"key": "renamed"}, {"required": False}, {"scale": "harm"}, {"polarity": "neutral"}]
)
def test_publish_when_more_than_words_differs_is_never_a_correction(
    changes: dict[str, Any], rubric_version: RubricVersion, owner: User, client: Client
) -> None:
    version = corrected(rubric_version, owner, **changes)
    page = client.get(url(version, "publish/")).content.decode()
    assert "cannot be declared a correction" in page
    assert client.post(url(version, "publish/"), {"meaning": "corrects", "reason": "!"}).status_code == 400
    with pytest.raises(DomainError, match="More than words has changed"):
        publish_rubric(version, actor=owner, equivalence_reason="A typo, they say.")
    assert client.post(url(version, "publish/"), {"meaning": "new"}).status_code == 302
    version.refresh_from_db()
    assert version.equivalent_to is None


def test_changes_between_any_two_versions_are_a_page(
    rubric_version: RubricVersion, owner: User, client: Client, researcher: User, client_of: ClientOf
) -> None:
    second = publish_rubric(corrected(rubric_version, owner, text="Second?"), actor=owner)
    third = corrected(second, owner, text="Third?", required=False)
    page = client_of(researcher).get(url(third, "changes/")).content.decode()
    assert "From version 2 to version 3" in page
    assert "<del>Second?</del>" in page
    assert "More than words differs." in page
    far = client.get(url(third, f"changes/?since={rubric_version.code}")).content.decode()
    assert "<del>Second?</del>" not in far
    assert escape("Third?") in far
    assert client.get(url(third, "changes/?since=nothing")).status_code == 200
    alone = load_rubric(rubric_version.rubric.study, shipped_document("trust"), actor=owner)
    assert "There is no other version" in client.get(url(alone, "changes/")).content.decode()


def test_begin_and_changes_when_role_study_or_method_is_wrong_are_refused(
    rubric_version: RubricVersion, researcher: User, outsider: User, client: Client, client_of: ClientOf
) -> None:
    assert client.get(url(rubric_version, "begin/")).status_code == 405
    assert client_of(researcher).post(url(rubric_version, "begin/")).status_code == 403
    assert client_of(outsider).post(url(rubric_version, "begin/")).status_code == 404
    assert client_of(outsider).get(url(rubric_version, "changes/")).status_code == 404
    assert client.post(url(rubric_version, "changes/")).status_code == 405
    assert RubricVersion.objects.count() == 1


def test_core_document_when_loaded_after_a_draft_of_it_was_changed_is_a_version_of_its_own(
    rubric_version: RubricVersion, owner: User
) -> None:
    study = rubric_version.rubric.study
    draft = begin_draft(rubric_version, actor=owner)
    assert load_rubric(study, core_document(), actor=owner) == rubric_version
    assert draft.number == 2


def test_publish_page_of_a_later_version_calls_nothing_optional_that_it_may_refuse(
    plan: Plan, owner: User, client: Client
) -> None:
    later = corrected(plan.rubric_version, owner, text="Does it feel meant for you?")
    assert "field__optional" not in client.get(url(later, "publish/")).content.decode()
