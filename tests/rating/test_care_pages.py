"""Pause, check-in, break, topics, own data, contact and debrief as a rater meets them, without script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from annotation.models import (
    CheckIn,
    ContactWish,
    Exposure,
    Item,
    Pass,
    Pause,
    Plan,
    Rater,
    Slot,
    Study,
    TopicOptOut,
    User,
)
from annotation.services import studies
from annotation.services.care import update_care
from annotation.services.wellbeing import begin_pause, note_item
from rating.models import Draft
from tests.conftest import user_of
from tests.rating.workbench_forms import claimed_slot, filled, rate_url, shown, submit_url

ClientOf = Callable[[User], Client]
LIVE = "Nobody reads your comments live."
CONTACT = "Ask for the study&#x27;s support person."
PAGES = ("pause/", "check-in/", "break/", "contact/", "topics/", "wellbeing/", "debrief/")


@pytest.fixture
def client(rater: Rater, client_of: ClientOf) -> Client:
    return client_of(user_of(rater))


def body(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_page_has_contacts_and_the_sentence_and_is_kept_by_no_cache(
    client: Client, plan: Plan, study: Study, page: str
) -> None:
    response = client.get(rate_url(study, page))
    assert response.status_code == 200
    assert LIVE in body(response)
    assert CONTACT in body(response)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("page", PAGES)
def test_page_refuses_strangers_and_who_does_not_rate(
    client_of: ClientOf, plan: Plan, study: Study, outsider: User, coordinator: User, page: str
) -> None:
    url = rate_url(study, page)
    for ask in ("get", "post") if page != "debrief/" else ("get",):
        assert getattr(client_of(outsider), ask)(url).status_code == 404
        assert getattr(client_of(coordinator), ask)(url).status_code == 403
        assert "/accounts/login/" in getattr(Client(), ask)(url)["Location"]


def test_every_page_of_a_rater_shows_the_contacts(
    client: Client, plan: Plan, study: Study, rater: Rater
) -> None:
    slot = claimed_slot(client, study, rater)
    item = f"{slot.code}/"
    for page in ("", "history/", "guidelines/", item, f"{item}skip/", f"{item}problem/"):
        assert CONTACT in body(client.get(rate_url(study, page))), page
    assert LIVE in body(client.get(rate_url(study, f"{item}skip/")))


def test_pause_in_an_item_keeps_what_was_typed_releases_it_and_gives_it_back(
    client: Client, plan: Plan, study: Study, rater: Rater
) -> None:
    slot = claimed_slot(client, study, rater)
    page = shown(client, study, slot)
    assert f'formaction="{rate_url(study, f"{slot.code}/pause/")}"' in body(page)
    half = filled(page, value="", safety="2", comment="half a thought")
    response = client.post(rate_url(study, f"{slot.code}/pause/"), half)
    assert response["Location"] == rate_url(study, "pause/")
    slot.refresh_from_db()
    assert (slot.state, slot.rater) == (Slot.State.OPEN, None)
    assert "You are taking a break" in body(client.get(rate_url(study, "pause/")))
    assert "half a thought" in str(Draft.objects.get().payload)
    assert client.post(rate_url(study, "claim/"))["Location"] == rate_url(study, f"{slot.code}/")
    assert "half a thought" in body(shown(client, study, slot))
    assert Pause.objects.get().ended_at is not None


def test_pause_in_an_item_after_signing_in_again_leads_to_the_item(
    client: Client, client_of: ClientOf, plan: Plan, study: Study, rater: Rater, second_rater: Rater
) -> None:
    slot = claimed_slot(client, study, rater)
    url = rate_url(study, f"{slot.code}/pause/")
    assert client.get(url)["Location"] == rate_url(study, f"{slot.code}/")
    assert client_of(user_of(second_rater)).post(url).status_code == 404
    slot.refresh_from_db()
    assert slot.rater == rater


def test_pause_when_the_draft_cannot_be_kept_is_a_pause_all_the_same(
    client: Client, plan: Plan, study: Study, rater: Rater
) -> None:
    slot = claimed_slot(client, study, rater)
    form = filled(shown(client, study, slot), comment="x" * 100_001)
    response = client.post(rate_url(study, f"{slot.code}/pause/"), form, follow=True)
    assert "too long to keep" in body(response)
    assert Pause.objects.count() == 1


def test_pause_without_an_item_begins_one(client: Client, plan: Plan, study: Study) -> None:
    assert "Take a break" in body(client.get(rate_url(study, "pause/")))
    assert client.post(rate_url(study, "pause/"))["Location"] == rate_url(study, "pause/")
    assert Pause.objects.count() == 1


def due(study: Study, owner: User, **changes: int) -> None:
    """Settings under which a check-in comes after each item, unless they say otherwise."""
    usual = {"break_minutes": 0, "break_heavy_items": 0, "checkin_every": 1, "checkin_number": 70}
    update_care(study, actor=owner, retention_days=90, debrief="", **(usual | changes))


def rated(client: Client, study: Study, rater: Rater) -> Any:
    slot = claimed_slot(client, study, rater)
    return client.post(submit_url(study, slot), filled(shown(client, study, slot)))


def test_submit_when_a_check_in_is_due_leads_to_it_and_an_answer_leads_on(
    client: Client, plan: Plan, study: Study, rater: Rater, owner: User
) -> None:
    due(study, owner)
    assert rated(client, study, rater)["Location"] == rate_url(study, "check-in/")
    # No way around it, and it can be skipped.
    assert client.post(rate_url(study, "claim/"))["Location"] == rate_url(study, "check-in/")
    response = client.post(rate_url(study, "check-in/"), {"value": "70"})
    held = Slot.objects.get(rater=rater, state="claimed")
    assert response["Location"] == rate_url(study, f"{held.code}/")
    assert CheckIn.objects.get().value == 70


def test_check_in_when_skipped_leads_on_and_keeps_nothing(
    client: Client, plan: Plan, study: Study, rater: Rater, owner: User
) -> None:
    due(study, owner)
    rated(client, study, rater)
    response = client.post(rate_url(study, "check-in/"), {"skip": "yes", "value": ""})
    held = Slot.objects.get(rater=rater, state="claimed")
    assert response["Location"] == rate_url(study, f"{held.code}/")
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("value", ["", "101", "-1", "fine"])
def test_check_in_with_something_else_says_what_to_give(
    client: Client, plan: Plan, study: Study, value: str
) -> None:
    response = client.post(rate_url(study, "check-in/"), {"value": value})
    assert response.status_code == 400
    assert "Give a number from 0 to 100, or skip the question." in body(response)
    assert not CheckIn.objects.exists()


def test_check_in_above_the_number_offers_a_break_and_contacts_and_tells_nobody(
    client: Client, client_of: ClientOf, plan: Plan, study: Study, rater: Rater, coordinator: User
) -> None:
    response = client.post(rate_url(study, "check-in/"), {"value": "71"}, follow=True)
    assert response.redirect_chain == [(rate_url(study, "break/"), 302)]
    assert "Nobody else is told" in body(response)
    assert "Tell the coordinator that I would like to be contacted" in body(response)
    assert CONTACT in body(response)
    assert not ContactWish.objects.exists()
    assert "Nobody at the moment." in body(client_of(coordinator).get(f"/studies/{study.code}/care/"))


def test_claim_when_a_break_is_due_offers_it_and_going_on_hands_out_the_next(
    client: Client, plan: Plan, study: Study, rater: Rater, owner: User
) -> None:
    due(study, owner, checkin_every=0, break_heavy_items=1)
    note_item(rater, is_heavy=True, now=timezone.now())
    assert client.post(rate_url(study, "claim/"))["Location"] == rate_url(study, "break/")
    assert "heavy texts" in body(client.get(rate_url(study, "break/")))
    response = client.post(rate_url(study, "break/"))
    held = Slot.objects.get(rater=rater, state="claimed")
    assert response["Location"] == rate_url(study, f"{held.code}/")


def test_break_page_after_long_work_says_how_long(
    client: Client, plan: Plan, study: Study, rater: Rater
) -> None:
    now = timezone.now()
    Exposure.objects.create(rater=rater, began_at=now - timedelta(minutes=46), last_at=now)
    assert "for 45 minutes" in body(client.get(rate_url(study, "break/")))


def test_contact_tells_the_coordinator_only_that_and_only_then(
    client: Client, client_of: ClientOf, plan: Plan, study: Study, rater: Rater, coordinator: User
) -> None:
    client.post(rate_url(study, "check-in/"), {"value": "93"})
    begin_pause(rater, now=timezone.now())
    response = client.post(rate_url(study, "contact/"), {"reach": "room 4"})
    assert response["Location"] == rate_url(study, "pause/")
    assert "have known since" in body(client.get(rate_url(study, "pause/")))
    staff = client_of(coordinator)
    page = body(staff.get(f"/studies/{study.code}/care/"))
    assert "pia@example.org" in page
    assert "room 4" in page
    assert [word for word in (rater.pseudonym, "93", rater.code) if word in page] == []
    wish = ContactWish.objects.get()
    staff.post(f"/studies/{study.code}/care/{wish.code}/")
    assert "Nobody at the moment." in body(staff.get(f"/studies/{study.code}/care/"))


def test_contact_with_too_long_a_way_brings_the_form_back(client: Client, plan: Plan, study: Study) -> None:
    response = client.post(rate_url(study, "contact/"), {"reach": "x" * 201})
    assert response.status_code == 400
    assert not ContactWish.objects.exists()


def test_topics_chosen_are_never_handed_out_and_nothing_left_says_so_to_the_rater_alone(
    client: Client, client_of: ClientOf, plan: Plan, study: Study, rater: Rater, coordinator: User
) -> None:
    Item.objects.filter(study=study).update(content_notes=["Loss"])
    assert "Loss" in body(client.get(rate_url(study, "topics/")))
    response = client.post(rate_url(study, "topics/"), {"topics": ["loss"]}, follow=True)
    assert "Saved. Only you see this." in body(response)
    assert client.post(rate_url(study, "claim/"))["Location"] == rate_url(study)
    assert "Everything else is done" in body(client.get(rate_url(study)))
    staff = client_of(coordinator)
    for page in ("", "items/", "people/", "plan/", "care/"):
        told = body(staff.get(f"/studies/{study.code}/{page}")).lower()
        assert [word for word in ("everything else is done", "opted", "rather not see") if word in told] == []
    client.post(rate_url(study, "topics/"), {})
    assert "Rate the next item" in body(client.get(rate_url(study)))


def test_topics_refuse_what_no_item_is_about(client: Client, plan: Plan, study: Study) -> None:
    assert "No item of this study has a content note" in body(client.get(rate_url(study, "topics/")))
    assert client.post(rate_url(study, "topics/"), {"topics": ["x"]}).status_code == 400
    assert not TopicOptOut.objects.exists()


def test_wellbeing_shows_what_is_kept_and_deletes_it(
    client: Client, client_of: ClientOf, plan: Plan, study: Study, rater: Rater, second_rater: Rater
) -> None:
    other = client_of(user_of(second_rater))
    other.post(rate_url(study, "check-in/"), {"value": "88"})
    assert "Nothing is kept" in body(client.get(rate_url(study, "wellbeing/")))
    slot = claimed_slot(client, study, rater)
    client.post(rate_url(study, f"{slot.code}/skip/"), {"reason": "too close to home"})
    client.post(rate_url(study, "check-in/"), {"value": "41"})
    client.post(rate_url(study, "pause/"))
    client.post(rate_url(study, "contact/"), {"reach": "room 4"})
    page = body(client.get(rate_url(study, "wellbeing/")))
    assert [words for words in ("41", "too close to home", "room 4", "Breaks") if words not in page] == []
    # Codes in addresses may hold any two figures.
    assert "88" not in strip_tags(page)
    assert "Nothing is kept" in body(client.post(rate_url(study, "wellbeing/"), follow=True))
    assert CheckIn.objects.get().rater == second_rater
    assert Pass.objects.get().withdrawn_at is None
    assert not ContactWish.objects.exists()


def test_debrief_waits_for_the_end_of_the_work(client: Client, plan: Plan, study: Study, owner: User) -> None:
    update_care(
        study,
        actor=owner,
        break_minutes=45,
        break_heavy_items=5,
        checkin_every=10,
        checkin_number=70,
        retention_days=90,
        debrief="Half of the replies were written by a machine.",
    )
    assert "written by a machine" not in body(client.get(rate_url(study, "debrief/")))
    studies.change_state(study, Study.State.CLOSED, actor=owner)
    page = body(client.get(rate_url(study, "debrief/")))
    for words in ("written by a machine", "How do replies on a night line read?", "Thank you", "withdraw"):
        assert words in page
    assert rate_url(study, "debrief/") in body(client.get(rate_url(study)))
    assert client.post(rate_url(study, "debrief/")).status_code == 405


def test_heavy_item_is_closed_and_its_notes_stand_before_the_text(
    client: Client, plan: Plan, study: Study, rater: Rater
) -> None:
    Item.objects.filter(study=study).update(is_heavy=True, content_notes=["loss"])
    page = body(shown(client, study, claimed_slot(client, study, rater)))
    assert '<details class="content-note" >' in page
    assert 0 < page.index("Content note:") < page.index("Hello, I am here.")
