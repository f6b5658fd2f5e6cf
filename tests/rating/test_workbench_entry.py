"""Start page, consent, claim, skipped items, guidelines and history through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotation.models import Consent, Pass, Plan, Rater, Slot, Study, User
from annotation.services import studies
from tests.conftest import user_of
from tests.rating.workbench_forms import claimed_slot, filled, rate_url, shown, submit_url

PAGES = ("", "history/", "guidelines/")
ClientOf = Callable[[User], Client]


@pytest.fixture
def client(rater: Rater, client_of: ClientOf) -> Client:
    return client_of(user_of(rater))


def test_rate_home_of_an_open_study_offers_the_first_item(client: Client, plan: Plan, study: Study) -> None:
    page = client.get(rate_url(study)).content.decode()
    assert "Rate the next item" in page
    assert "0 of 4" in page
    assert "You rate as: Peer supporter" in page


def test_rate_home_with_an_item_in_hand_offers_to_continue(
    client: Client, plan: Plan, study: Study, rater: Rater
) -> None:
    slot = claimed_slot(client, study, rater)
    assert "Continue with your item" in client.get(rate_url(study)).content.decode()
    assert claimed_slot(client, study, rater) == slot


def test_rate_home_before_the_study_opens_says_so(client: Client, study: Study) -> None:
    assert "has not opened yet" in client.get(rate_url(study)).content.decode()


@pytest.mark.parametrize(("state", "words"), [("paused", "is paused"), ("closed", "has closed")])
def test_rate_home_of_a_stopped_study_says_so_and_hands_out_nothing(
    client: Client, plan: Plan, study: Study, owner: User, state: str, words: str
) -> None:
    studies.change_state(study, state, actor=owner)
    assert words in client.get(rate_url(study)).content.decode()
    assert client.post(rate_url(study, "claim/"))["Location"] == rate_url(study)
    assert not Slot.objects.exclude(state="open").exists()


def test_rate_home_when_everything_is_rated_says_thank_you(
    client: Client, plan: Plan, study: Study, rater: Rater
) -> None:
    for _ in range(4):
        slot = claimed_slot(client, study, rater)
        client.post(submit_url(study, slot), filled(shown(client, study, slot)))
    page = client.get(rate_url(study)).content.decode()
    assert "All done: thank you" in page
    assert "4 of 4" in page


@pytest.mark.parametrize("page", PAGES)
def test_pages_refuse_strangers_and_other_roles(
    client_of: ClientOf, plan: Plan, study: Study, outsider: User, coordinator: User, page: str
) -> None:
    url = rate_url(study, page)
    assert client_of(outsider).get(url).status_code == 404
    assert client_of(coordinator).get(url).status_code == 403
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_pages_refuse_a_post(client: Client, plan: Plan, study: Study, page: str) -> None:
    assert client.post(rate_url(study, page)).status_code == 405


@pytest.mark.parametrize("deed", ["claim/", "passed/0/"])
def test_deeds_refuse_get_strangers_and_other_roles(
    client: Client,
    client_of: ClientOf,
    plan: Plan,
    study: Study,
    outsider: User,
    coordinator: User,
    deed: str,
) -> None:
    url = rate_url(study, deed)
    assert client.get(url).status_code == 405
    assert client_of(outsider).post(url).status_code == 404
    assert client_of(coordinator).post(url).status_code == 403
    assert "/accounts/login/" in Client().post(url)["Location"]


def test_rate_consent_with_the_tick_stores_it_and_leads_on(
    make_rater: Callable[..., Rater], client_of: ClientOf, plan: Plan, study: Study
) -> None:
    newcomer = make_rater("nora", consents=False)
    client = client_of(user_of(newcomer))
    assert client.get(rate_url(study))["Location"] == rate_url(study, "consent/")
    assert client.post(rate_url(study, "claim/"))["Location"] == rate_url(study, "consent/")
    page = client.get(rate_url(study, "consent/")).content.decode()
    assert "You may stop at any time." in page
    version = study.consent_versions.get()
    response = client.post(rate_url(study, "consent/"), {"version": version.code, "agree": "on"})
    assert response["Location"] == rate_url(study)
    assert Consent.objects.filter(rater=newcomer, version=version).count() == 1


def test_rate_consent_without_the_tick_stores_nothing(
    make_rater: Callable[..., Rater], client_of: ClientOf, study: Study
) -> None:
    newcomer = make_rater("nora", consents=False)
    version = study.consent_versions.get()
    response = client_of(user_of(newcomer)).post(rate_url(study, "consent/"), {"version": version.code})
    assert response.status_code == 400
    assert "Tick the box" in response.content.decode()
    assert not Consent.objects.filter(rater=newcomer).exists()


def test_rate_consent_to_a_text_that_changed_asks_again(
    make_rater: Callable[..., Rater], client_of: ClientOf, study: Study, owner: User
) -> None:
    newcomer = make_rater("nora", consents=False)
    old = study.consent_versions.get()
    studies.publish_consent(study, actor=owner, title="Taking part", body="New words.")
    client = client_of(user_of(newcomer))
    response = client.post(rate_url(study, "consent/"), {"version": old.code, "agree": "on"}, follow=True)
    assert "The consent text has changed" in response.content.decode()
    assert "New words." in response.content.decode()
    assert not Consent.objects.filter(rater=newcomer).exists()


def test_rate_consent_already_given_leads_to_the_start_page(client: Client, study: Study) -> None:
    assert client.get(rate_url(study, "consent/"))["Location"] == rate_url(study)


def test_rate_consent_refuses_strangers_and_other_roles(
    client_of: ClientOf, study: Study, outsider: User, coordinator: User
) -> None:
    assert client_of(outsider).get(rate_url(study, "consent/")).status_code == 404
    assert client_of(coordinator).get(rate_url(study, "consent/")).status_code == 403


def test_rate_return_hands_a_skipped_item_out_again(
    client: Client, plan: Plan, study: Study, rater: Rater
) -> None:
    slot = claimed_slot(client, study, rater)
    client.post(rate_url(study, f"{slot.code}/skip/"), {"reason": ""})
    assert "Items you skipped" in client.get(rate_url(study)).content.decode()
    assert client.get(rate_url(study, f"{slot.code}/"))["Location"] == rate_url(study)
    response = client.post(rate_url(study, f"passed/{slot.item.code}/"))
    mine = Slot.objects.get(rater=rater, state="claimed")
    assert mine.item == slot.item
    assert response["Location"] == rate_url(study, f"{mine.code}/")
    assert Pass.objects.get(rater=rater).withdrawn_at is not None


def test_rate_return_of_an_unknown_item_is_not_found(client: Client, plan: Plan, study: Study) -> None:
    assert client.post(rate_url(study, "passed/nowhere/")).status_code == 404


def test_rate_history_lists_own_ratings_only(
    client: Client, client_of: ClientOf, plan: Plan, study: Study, rater: Rater, second_rater: Rater
) -> None:
    for person, words in ((rater, "My own words."), (second_rater, "Words of the second rater.")):
        signed_in = client_of(user_of(person))
        slot = claimed_slot(signed_in, study, person)
        signed_in.post(submit_url(study, slot), filled(shown(signed_in, study, slot), comment=words))
    page = client.get(rate_url(study, "history/")).content.decode()
    assert "My own words." in page
    assert "Words of the second rater." not in page
    assert page.count("Open and revise") == 1


def test_rate_history_asks_the_same_number_of_queries_for_any_number_of_ratings(
    client: Client,
    plan: Plan,
    study: Study,
    rater: Rater,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    for _ in range(3):
        slot = claimed_slot(client, study, rater)
        client.post(submit_url(study, slot), filled(shown(client, study, slot)))
    with django_assert_max_num_queries(21):
        client.get(rate_url(study, "history/"))


def test_rate_guidelines_shows_words_points_examples_and_keys(
    client: Client, plan: Plan, study: Study
) -> None:
    page = client.get(rate_url(study, "guidelines/")).content.decode()
    assert "Rate the reply, not the writer" in page
    assert "could go to anyone" in page
    assert "Nineteen years in one room" in page
    assert "Submit from anywhere" in page


def test_rate_guidelines_without_a_rubric_says_so(client: Client, study: Study) -> None:
    assert "has no questions yet" in client.get(rate_url(study, "guidelines/")).content.decode()
