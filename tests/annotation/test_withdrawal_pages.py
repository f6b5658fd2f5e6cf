"""Withdrawals that come by letter, and what the team sees of who has left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Departure, Plan, Rater, Study, User
from annotation.models.leaving import new_receipt_code
from annotation.services.leaving import leave_study
from rating.models import Rating
from tests.conftest import user_of
from tests.rating.services.submitting import submit

ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def rated(plan: Plan, rater: Rater) -> Rater:
    submit(rater)
    return rater


def url(study: Study) -> str:
    return f"/studies/{study.code}/people/withdrawals/new/"


def asked(rater: Rater, choice: str = "erase", **more: str) -> dict[str, str]:
    sent = {"pseudonym": rater.pseudonym, "choice": choice, "is_asked": "on", "receipt": new_receipt_code()}
    return sent | more


def test_withdrawal_by_letter_erases_and_ends_in_the_receipt(
    rated: Rater, study: Study, coordinator: User, client_of: ClientOf
) -> None:
    client, sent = client_of(coordinator), asked(rated)
    response = client.post(url(study), sent)
    departure = Departure.objects.get()
    assert response["Location"] == f"/receipts/{sent['receipt']}/"
    assert (departure.is_by_letter, departure.is_erased) == (True, True)
    assert not Rating.objects.exists()
    assert client.post(url(study), sent)["Location"] == response["Location"]
    assert client.get(response["Location"]).status_code == 200


def test_withdrawal_by_letter_of_who_left_before_erases_what_they_kept(
    rated: Rater, study: Study, coordinator: User, client_of: ClientOf
) -> None:
    earlier = leave_study(
        rated, actor=user_of(rated), choice="keep", receipt_code=new_receipt_code(), now=timezone.now()
    )
    response = client_of(coordinator).post(url(study), asked(rated))
    assert response["Location"] == f"/receipts/{earlier.receipt_code}/"
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"pseudonym": "PEE-nobody"}, "Nobody rates with a login under this pseudonym"),
        ({"choice": "sell"}, "Select a valid choice"),
        ({"is_asked": ""}, "Tick this once you hold the request."),
        ({"receipt": "x"}, "Please load the page again"),
    ],
)
def test_withdrawal_by_letter_with_a_mistake_changes_nothing(
    rated: Rater, study: Study, coordinator: User, client_of: ClientOf, more: dict[str, str], said: str
) -> None:
    sent = {name: value for name, value in asked(rated, **more).items() if value}
    response = client_of(coordinator).post(url(study), sent)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert Rating.objects.exists()


def test_withdrawal_by_letter_after_the_freeze_is_refused_with_the_reason(
    rated: Rater, study: Study, coordinator: User, client_of: ClientOf
) -> None:
    Study.objects.filter(pk=study.pk).update(data_freeze_at=timezone.now() - timedelta(days=1))
    client = client_of(coordinator)
    assert "on request neither" in client.get(url(study)).content.decode()
    response = client.post(url(study), asked(rated))
    assert response.status_code == 400
    assert "can no longer be taken back" in response.content.decode()
    assert Rating.objects.exists()


def test_people_page_tells_pseudonym_and_day_of_who_left_and_nothing_else(
    rated: Rater, second_rater: Rater, study: Study, coordinator: User, client_of: ClientOf
) -> None:
    now = timezone.now()
    for person, choice in ((rated, "erase"), (second_rater, "keep")):
        leave_study(
            person,
            actor=user_of(person),
            choice="erase" if choice == "erase" else "keep",
            receipt_code=new_receipt_code(),
            now=now,
        )
    page = client_of(coordinator).get(f"/studies/{study.code}/people/").content.decode()
    _, _, table = page.partition("Raters who have left")
    rows, _, _ = table.partition("</table>")
    assert rated.pseudonym in rows
    assert second_rater.pseudonym in rows
    assert "rase" not in rows
    assert "receipts/" not in page


def test_withdrawal_page_is_for_coordinators(
    study: Study, researcher: User, rater: Rater, outsider: User, client_of: ClientOf
) -> None:
    answers = [client_of(user).get(url(study)).status_code for user in (researcher, user_of(rater), outsider)]
    assert answers == [403, 403, 404]
    assert Client().get(url(study)).status_code == 302
