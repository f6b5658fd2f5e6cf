"""Whoever has left a study changes none of the ratings that stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from annotation.errors import Code, DomainError
from annotation.models import Plan, Rater, User
from annotation.models.leaving import new_receipt_code
from annotation.services.leaving import leave_study
from annotation.services.members import remove_member
from annotation.services.presence import LEFT
from rating.models import CurrentRating, Rating
from rating.services.answer_inputs import Submission
from rating.services.submission import submit_rating
from tests.conftest import user_of
from tests.rating.services.submitting import claimed, filled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def revised(plan: Plan, rater: Rater) -> tuple[Rating, Submission]:
    """A rating, and a revision of it that its rater has open in another tab."""
    presentation = claimed(rater)
    outcome = submit_rating(rater, filled(presentation, value=4), actor=user_of(rater), claim_next=False)
    return outcome.rating, filled(presentation, value=1, expected_revision=1)


def left_alone(rater: Rater, owner: User) -> None:
    actor, code = user_of(rater), new_receipt_code()
    leave_study(rater, actor=actor, choice="keep", receipt_code=code, now=timezone.now())


def taken_out(rater: Rater, owner: User) -> None:
    assert rater.member is not None
    remove_member(rater.member, actor=owner)


@pytest.mark.parametrize("go", [left_alone, taken_out])
@pytest.mark.parametrize("claim_next", [True, False])
def test_revision_after_its_rater_has_left_is_refused_and_the_rating_stays(
    revised: tuple[Rating, Submission],
    rater: Rater,
    owner: User,
    go: Callable[[Rater, User], None],
    *,
    claim_next: bool,
) -> None:
    rating, revision = revised
    actor = user_of(rater)
    go(rater, owner)
    with pytest.raises(DomainError) as caught:
        submit_rating(rater, revision, actor=actor, claim_next=claim_next)
    assert (caught.value.code, caught.value.message) == (Code.STATE_FORBIDS, str(LEFT))
    assert list(Rating.objects.filter(rater=rater)) == [rating]
    assert CurrentRating.objects.get(slot=rating.slot).rating == rating
    assert set(rating.answers.filter(level__isnull=False).values_list("value", flat=True)) >= {4.0}


def test_revision_before_its_rater_has_left_is_taken(
    revised: tuple[Rating, Submission], rater: Rater
) -> None:
    """What the refusal above is compared with."""
    rating, revision = revised
    again = submit_rating(rater, revision, actor=user_of(rater), claim_next=False).rating
    assert (again.revision, CurrentRating.objects.get(slot=rating.slot).rating) == (2, again)
