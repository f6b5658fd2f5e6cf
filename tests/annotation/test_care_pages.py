"""What coordinators see and set of the care for raters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import AuditPayload, CareSettings, CareWeek, ContactWish, Rater, Study, User
from annotation.queries.care import monday_of
from annotation.services.wellbeing import wish_contact
from tests.conftest import user_of

ClientOf = Callable[[User], Client]
GOOD = {
    "break_minutes": "30",
    "break_heavy_items": "0",
    "checkin_every": "5",
    "checkin_number": "60",
    "retention_days": "14",
    "debrief": "Thank you. Some replies came from a machine.",
}


def care_url(study: Study, rest: str = "care/") -> str:
    return f"/studies/{study.code}/{rest}"


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("page", ["care/", "settings/care/"])
def test_page_is_for_coordinators_only(
    client_of: ClientOf,
    study: Study,
    coordinator: User,
    owner: User,
    researcher: User,
    outsider: User,
    rater: Rater,
    page: str,
) -> None:
    url = care_url(study, page)
    for user, status in ((coordinator, 200), (owner, 200), (outsider, 404)):
        assert client_of(user).get(url).status_code == status
    for user in (researcher, user_of(rater)):
        assert client_of(user).get(url).status_code == 403
    assert "/accounts/login/" in Client().get(url)["Location"]


def test_care_shows_totals_where_five_stand_behind_them_and_hides_the_rest(
    client_of: ClientOf, study: Study, coordinator: User
) -> None:
    today = timezone.now()
    Study.objects.filter(pk=study.pk).update(created_at=today - timedelta(weeks=2))
    monday = monday_of(today.date()) - timedelta(weeks=1)
    CareWeek.objects.create(study=study, monday=monday, n_pauses=4711, n_skips=None, n_above=None)
    page = text(client_of(coordinator).get(care_url(study)))
    assert "4711" in page
    # Two of that week, and three of each earlier week, of which nothing is stored.
    assert page.count("too few raters to show") == 2 + 3
    assert client_of(coordinator).post(care_url(study)).status_code == 405


def test_care_in_the_first_week_says_that_nothing_can_be_shown_yet(
    client_of: ClientOf, study: Study, coordinator: User
) -> None:
    assert "The first week is not over yet" in text(client_of(coordinator).get(care_url(study)))


def test_care_wish_is_answered_by_a_coordinator_of_the_study_only(
    client_of: ClientOf, study: Study, rater: Rater, coordinator: User, researcher: User, outsider: User
) -> None:
    wish = wish_contact(rater, reach="", now=timezone.now())
    url = care_url(study, f"care/{wish.code}/")
    assert client_of(outsider).post(url).status_code == 404
    assert client_of(researcher).post(url).status_code == 403
    assert client_of(coordinator).get(url).status_code == 405
    assert client_of(coordinator).post(care_url(study, "care/nowhere/")).status_code == 404
    assert ContactWish.objects.get().answered_at is None
    assert client_of(coordinator).post(url)["Location"] == care_url(study)
    assert ContactWish.objects.get().answered_at is not None


def test_care_settings_show_the_defaults_and_store_a_change(
    client_of: ClientOf, study: Study, coordinator: User
) -> None:
    client, url = client_of(coordinator), care_url(study, "settings/care/")
    form = client.get(url).context["form"]
    assert {name: form.initial[name] for name in form.fields if name != "debrief"} == {
        "break_minutes": 45,
        "break_heavy_items": 5,
        "checkin_every": 10,
        "checkin_number": 70,
        "retention_days": 90,
    }
    assert url in text(client.get(care_url(study, "settings/")))
    assert client.post(url, GOOD)["Location"] == url
    care = CareSettings.objects.get()
    assert (care.break_minutes, care.break_heavy_items, care.checkin_number) == (30, 0, 60)
    assert "machine" not in str(list(AuditPayload.objects.values_list("data", flat=True)))


@pytest.mark.parametrize(
    ("field", "value"),
    [("checkin_number", "101"), ("retention_days", "13"), ("break_minutes", "-1"), ("checkin_every", "")],
)
def test_care_settings_that_cannot_be_bring_the_form_back(
    client_of: ClientOf, study: Study, coordinator: User, field: str, value: str
) -> None:
    response = client_of(coordinator).post(care_url(study, "settings/care/"), GOOD | {field: value})
    assert response.status_code == 400
    assert response.context["form"].errors.keys() == {field}
    assert "Some replies came from a machine." in text(response)
    assert not CareSettings.objects.exists()
