"""Erasing while a rating is on its way: whoever comes first, nothing of the rater is left."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from annotation.errors import DomainError
from annotation.models import Departure, Plan, Rater, Slot
from annotation.models.leaving import new_receipt_code
from annotation.services.leaving import leave_study
from rating.models import Answer, Rating
from rating.services.submission import submit_rating
from tests.conftest import user_of
from tests.rating.services.submitting import claimed, filled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("is_erasing_first", [True, False])
def test_erasure_racing_a_submission_leaves_nothing_behind(
    plan: Plan, rater: Rater, settings: Any, tmp_path: Path, is_erasing_first: bool
) -> None:
    settings.DATA_DIR = tmp_path
    actor, code, submission = user_of(rater), new_receipt_code(), filled(claimed(rater))

    def erase() -> int:
        leave_study(rater, actor=actor, choice="erase", receipt_code=code, now=timezone.now())
        return 0

    def submit() -> int:
        submit_rating(rater, submission, actor=actor, claim_next=True)
        return 0

    def run(deed: Callable[[], int]) -> int:
        try:
            return deed()
        except DomainError as error:
            return error.status
        finally:
            connection.close()

    deeds = [erase, submit] if is_erasing_first else [submit, erase]
    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(deeds, pool.map(run, deeds), strict=True))
    # Refused with 409 (it has left) or, where the row was gone before it looked, 403 or 404.
    assert results[erase] == 0
    assert results[submit] in {0, 403, 404, 409}
    assert not Rater.objects.filter(pk=rater.pk).exists()
    assert (Rating.objects.count(), Answer.objects.count()) == (0, 0)
    assert Slot.objects.filter(plan=plan).exclude(state=Slot.State.OPEN).count() == 0
    assert Departure.objects.get().is_erased
