"""The rating screen through HTTP: show, draft, submit, revise, and everything that can go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Item, Plan, Rater, Response, Slot, Study, Turn, User
from annotation.services import queue, studies
from rating.models import Answer, CurrentRating, Draft, Evidence, Presentation, Rating
from tests.conftest import user_of
from tests.rating.workbench_forms import (
    SCALES,
    answer_field,
    claimed_slot,
    filled,
    hidden_fields,
    rate_url,
    shown,
    submit_url,
)

ClientOf = Callable[[User], Client]


@pytest.fixture
def client(rater: Rater, client_of: ClientOf) -> Client:
    return client_of(user_of(rater))


@pytest.fixture
def slot(client: Client, plan: Plan, study: Study, rater: Rater) -> Slot:
    return claimed_slot(client, study, rater)


def draft_url(study: Study, slot: Slot) -> str:
    return rate_url(study, f"{slot.code}/draft/")


def send_draft(client: Client, study: Study, slot: Slot, *, number: int, comment: str) -> Any:
    body = {"number": number, "fields": {"comment": [comment], answer_field("safety"): ["2"]}}
    return client.post(draft_url(study, slot), json.dumps(body), content_type="application/json")


def test_rate_item_shows_turns_reply_and_anchored_questions(client: Client, study: Study, slot: Slot) -> None:
    page = shown(client, study, slot).content.decode()
    assert Turn.objects.get(conversation=slot.item.conversation, position=1).text in page
    assert "What is night" in page
    assert page.index("Does it feel meant for this person?") < page.index("Gets it wrong")
    assert page.count('type="radio"') == len(SCALES) * 6
    assert "Nobody reads your comments live." in page


def test_rate_item_with_content_notes_keeps_heavy_text_closed(
    client: Client, study: Study, slot: Slot
) -> None:
    Item.objects.filter(pk=slot.item_id).update(is_heavy=True, content_notes=["loss"])
    page = shown(client, study, slot).content.decode()
    assert page.index("Content note:") < page.index("Hello, I am here.")
    assert page.count('<details class="content-note" >') == 2


def test_rate_item_that_is_heavy_without_a_note_names_none(client: Client, study: Study, slot: Slot) -> None:
    Item.objects.filter(pk=slot.item_id).update(is_heavy=True, content_notes=[])
    page = shown(client, study, slot).content.decode()
    assert "Content note" not in page
    assert page.index("These words may be hard to read.") < page.index("Hello, I am here.")


def test_rate_item_in_a_language_from_right_to_left_keeps_english_questions_in_order(
    client: Client, study: Study, slot: Slot
) -> None:
    client.cookies["attune_language"] = "ar"
    page = shown(client, study, slot).content.decode()
    assert 'dir="rtl"' in page
    # Isolated, so that the question mark stays at the sentence's end.
    assert '<bdi lang="en">Does it feel meant for this person?</bdi>' in page


@pytest.mark.parametrize("rest", ["", "submit/", "draft/", "skip/", "problem/"])
def test_item_pages_refuse_strangers_other_roles_and_unknown_codes(
    client: Client,
    client_of: ClientOf,
    study: Study,
    slot: Slot,
    second_rater: Rater,
    outsider: User,
    coordinator: User,
    rest: str,
) -> None:
    method = "post" if rest == "draft/" else "get"
    url = rate_url(study, f"{slot.code}/{rest}")
    statuses = {"outsider": 404, "coordinator": 403}
    assert getattr(client_of(outsider), method)(url).status_code == statuses["outsider"]
    assert getattr(client_of(coordinator), method)(url).status_code == statuses["coordinator"]
    assert getattr(client_of(user_of(second_rater)), method)(url).status_code == 404
    assert getattr(client, method)(rate_url(study, f"nowhere/{rest}")).status_code == 404
    assert "/accounts/login/" in getattr(Client(), method)(url)["Location"]


def test_rate_item_refuses_a_post_and_rate_draft_a_get(client: Client, study: Study, slot: Slot) -> None:
    assert client.post(rate_url(study, f"{slot.code}/")).status_code == 405
    assert client.get(draft_url(study, slot)).status_code == 405
    assert client.put(submit_url(study, slot)).status_code == 405


def test_rate_submit_by_get_leads_back_to_the_item(client: Client, study: Study, slot: Slot) -> None:
    assert client.get(submit_url(study, slot))["Location"] == rate_url(study, f"{slot.code}/")


def test_rate_submit_stores_the_rating_and_shows_the_next_item(
    client: Client, study: Study, slot: Slot, rater: Rater
) -> None:
    form = filled(shown(client, study, slot), comment="Kind.", active_ms="61000", value="5")
    Presentation.objects.update(shown_at=timezone.now() - timedelta(minutes=2))
    form[answer_field("flag_hopeless")] = "yes"
    form[answer_field("safety")] = "cannot_judge"
    response = client.post(submit_url(study, slot), form)
    following = Slot.objects.get(rater=rater, state="claimed")
    assert response["Location"] == rate_url(study, f"{following.code}/")
    rating = Rating.objects.get()
    assert (rating.slot_id, rating.comment, rating.active_ms) == (slot.pk, "Kind.", 61000)
    values = {one.question.key: (one.value, one.missing) for one in rating.answers.select_related("question")}
    assert values["empathy_warmth"] == (5.0, "")
    assert values["safety"] == (None, "cannot_judge")
    assert values["flag_hopeless"] == (1.0, "")
    assert values["flag_medicine"] == (0.0, "")


def test_rate_submit_of_the_whole_item_as_cannot_judge_stores_that_for_every_question(
    client: Client, study: Study, slot: Slot
) -> None:
    form = hidden_fields(shown(client, study, slot)) | {
        "whole": "cannot_judge",
        "comment": "Another language.",
    }
    assert client.post(submit_url(study, slot), form).status_code == 302
    # A flag left empty is no "no" where nothing could be judged.
    assert set(Answer.objects.values_list("missing", flat=True)) == {"cannot_judge"}


def test_rate_submit_with_an_unanswered_question_keeps_everything_and_links_to_it(
    client: Client, study: Study, slot: Slot
) -> None:
    form = filled(shown(client, study, slot), comment="Typed words.")
    form[answer_field("safety")] = ""
    response = client.post(submit_url(study, slot), form)
    page = response.content.decode()
    assert response.status_code == 400
    assert 'href="#q-safety--response-1"' in page
    assert "Typed words." in page
    assert page.count(" checked>") == len(SCALES) - 1
    assert hidden_fields(response)["client_id"] == form["client_id"]
    assert not Rating.objects.exists()


@pytest.mark.parametrize("value", ["9", "nonsense", "nan", "4.5"])
def test_rate_submit_with_a_value_off_the_scale_is_refused(
    client: Client, study: Study, slot: Slot, value: str
) -> None:
    response = client.post(submit_url(study, slot), filled(shown(client, study, slot), value=value))
    assert response.status_code == 400
    assert "not on the scale" in response.content.decode()


def test_rate_submit_sent_twice_stores_one_rating(client: Client, study: Study, slot: Slot) -> None:
    form = filled(shown(client, study, slot))
    assert client.post(submit_url(study, slot), form).status_code == 302
    assert client.post(submit_url(study, slot), form).status_code == 302
    assert Rating.objects.count() == 1


def test_rate_submit_after_the_claim_expired_and_was_taken_is_still_kept(
    client: Client, client_of: ClientOf, study: Study, slot: Slot, second_rater: Rater
) -> None:
    page = shown(client, study, slot)
    Slot.objects.filter(pk=slot.pk).update(claim_expires_at=timezone.now() - timedelta(minutes=1))
    assert "Your time for this item is up" in shown(client, study, slot).content.decode()
    # Somebody else holds it now.
    Slot.objects.filter(pk=slot.pk).update(
        rater=second_rater, claim_expires_at=timezone.now() + timedelta(hours=1)
    )
    assert "it is not lost" in shown(client, study, slot).content.decode()
    assert client.post(submit_url(study, slot), filled(page)).status_code == 302
    rating = Rating.objects.get()
    assert rating.slot_id != slot.pk
    assert rating.slot.item_id == slot.item_id


def test_rate_submit_to_a_closed_study_keeps_what_was_typed_as_a_draft(
    client: Client, study: Study, slot: Slot, owner: User
) -> None:
    form = filled(shown(client, study, slot), comment="Nearly done.")
    studies.change_state(study, "closed", actor=owner)
    response = client.post(submit_url(study, slot), form)
    assert response.status_code == 409
    assert "This study has closed" in response.content.decode()
    assert "Nearly done." in response.content.decode()
    assert Draft.objects.get().payload["fields"]["comment"] == ["Nearly done."]
    assert not Rating.objects.exists()


def test_rate_submit_with_another_rubric_version_says_so_and_keeps_the_answers(
    client: Client, study: Study, slot: Slot
) -> None:
    page = shown(client, study, slot)
    response = client.post(submit_url(study, slot), filled(page, rubric_version="older", comment="Kept."))
    assert response.status_code == 409
    assert "The questions have changed" in response.content.decode()
    assert "Kept." in response.content.decode()
    again = filled(response, comment="Kept.")
    assert client.post(submit_url(study, slot), again).status_code == 302


def test_rate_submit_of_a_revision_stores_the_next_and_leaves_the_first(
    client: Client, study: Study, slot: Slot
) -> None:
    client.post(submit_url(study, slot), filled(shown(client, study, slot), comment="First."))
    page = shown(client, study, slot)
    assert "You have rated this item" in page.content.decode()
    assert page.content.decode().count(" checked>") == len(SCALES)
    response = client.post(submit_url(study, slot), filled(page, value="2", comment="Second."))
    assert response["Location"] == rate_url(study, "history/")
    assert CurrentRating.objects.get().rating.revision == 2
    assert list(Rating.objects.order_by("revision").values_list("comment", flat=True)) == [
        "First.",
        "Second.",
    ]


def test_rate_submit_of_a_stale_revision_is_refused_with_a_way_on(
    client: Client, study: Study, slot: Slot
) -> None:
    client.post(submit_url(study, slot), filled(shown(client, study, slot)))
    stale = filled(shown(client, study, slot), value="1", comment="From the older tab.")
    client.post(submit_url(study, slot), filled(shown(client, study, slot), value="2"))
    response = client.post(submit_url(study, slot), stale)
    assert response.status_code == 409
    assert "in another tab" in response.content.decode()
    assert Rating.objects.count() == 2
    on = filled(response, value="1", comment="From the older tab.")
    assert on["expected_revision"] == "2"
    assert client.post(submit_url(study, slot), on).status_code == 302
    assert CurrentRating.objects.get().rating.comment == "From the older tab."


def test_rate_submit_with_another_persons_client_id_is_refused(
    client: Client, client_of: ClientOf, study: Study, slot: Slot, second_rater: Rater
) -> None:
    form = filled(shown(client, study, slot))
    client.post(submit_url(study, slot), form)
    other = client_of(user_of(second_rater))
    theirs = claimed_slot(other, study, second_rater)
    stolen = filled(shown(other, study, theirs), client_id=form["client_id"])
    assert other.post(submit_url(study, theirs), stolen).status_code == 403


def test_rate_submit_with_a_broken_client_id_is_stored_under_a_new_one(
    client: Client, study: Study, slot: Slot
) -> None:
    form = filled(shown(client, study, slot), client_id="broken", expected_revision="x", active_ms="-1")
    assert client.post(submit_url(study, slot), form).status_code == 302
    assert Rating.objects.get().active_ms is None


def test_passage_pasted_without_script_is_found_in_the_text(client: Client, study: Study, slot: Slot) -> None:
    form = filled(shown(client, study, slot))
    form["passage--empathy_warmth--response-1"] = "sounds tiring\r\nsleep again"
    assert client.post(submit_url(study, slot), form).status_code == 302
    found = {(one.target, one.start, one.end, one.quote) for one in Evidence.objects.all()}
    # "That sounds tiring." and "I can't sleep again": counted by hand.
    assert found == {("response:1", 5, 18, "sounds tiring"), ("turn:2", 8, 19, "sleep again")}


def test_passage_that_does_not_occur_is_refused_at_its_question(
    client: Client, study: Study, slot: Slot
) -> None:
    form = filled(shown(client, study, slot))
    form["passage--empathy_warmth--response-1"] = "never said"
    response = client.post(submit_url(study, slot), form)
    assert response.status_code == 400
    assert "does not occur in the text" in response.content.decode()
    assert 'href="#q-empathy_warmth--response-1"' in response.content.decode()
    assert "never said</textarea>" in response.content.decode()


def test_passage_marked_in_a_text_with_windows_line_ends_lands_in_the_stored_text(
    client: Client, study: Study, slot: Slot
) -> None:
    Response.objects.filter(item=slot.item_id).update(text="One 🙂\r\nTwo\r\nThree")
    mark = {"question": "safety", "target": "response:1", "start": 10, "end": 15, "quote": "Three"}
    form = filled(shown(client, study, slot), mark=json.dumps(mark))
    assert client.post(submit_url(study, slot), form).status_code == 302
    stored = Evidence.objects.get()
    # Code points: One, space, smile (5), CR LF (7), Two (10), CR LF (12), Three (17).
    assert (stored.start, stored.end, stored.quote) == (12, 17, "Three")


@pytest.mark.parametrize(
    "mark",
    [
        "{",
        "[]",
        '{"quote": 3}',
        "null",
        "[" * 100_000,
        '{"question": "\\ud800", "quote": "x"}',
    ],
    ids=range(6),
)
def test_mark_that_is_none_is_passed_over(client: Client, study: Study, slot: Slot, mark: str) -> None:
    form = filled(shown(client, study, slot), mark=mark)
    assert client.post(submit_url(study, slot), form).status_code == 302
    assert not Evidence.objects.exists()


def test_rate_draft_comes_back_with_the_page(client: Client, study: Study, slot: Slot) -> None:
    response = send_draft(client, study, slot, number=0, comment="Half a thought")
    assert response.json()["number"] == 1
    page = shown(client, study, slot).content.decode()
    assert "Half a thought" in page
    assert 'data-draft-number="1"' in page
    assert page.count(" checked>") == 1


def test_rate_draft_of_an_older_tab_is_refused_and_names_the_newer(
    client: Client, study: Study, slot: Slot
) -> None:
    send_draft(client, study, slot, number=0, comment="first tab")
    send_draft(client, study, slot, number=1, comment="first tab again")
    response = send_draft(client, study, slot, number=1, comment="second tab")
    assert response.status_code == 409
    assert response.json()["number"] == 2
    assert response.json()["error"]["code"] == "stale_revision"
    assert Draft.objects.get().payload["fields"]["comment"] == ["first tab again"]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "{}",
        '{"number": -1, "fields": {}}',
        '{"number": 0, "fields": {"a": "b"}}',
        '{"number": true}',
    ],
)
def test_rate_draft_in_a_wrong_shape_is_refused_as_json(
    client: Client, study: Study, slot: Slot, body: str
) -> None:
    response = client.post(draft_url(study, slot), body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid"


def test_rate_draft_of_another_shape_is_passed_over(
    client: Client, study: Study, slot: Slot, rater: Rater
) -> None:
    Draft.objects.create(slot=slot, rater=rater, payload={"x": 1}, saved_at=timezone.now())
    assert shown(client, study, slot).status_code == 200


def test_rate_submit_takes_the_draft_away(client: Client, study: Study, slot: Slot) -> None:
    send_draft(client, study, slot, number=0, comment="Half")
    client.post(submit_url(study, slot), filled(shown(client, study, slot)))
    assert not Draft.objects.exists()


def test_rate_pass_stores_the_reason_and_frees_the_item(
    client: Client, study: Study, slot: Slot, rater: Rater
) -> None:
    page = client.get(rate_url(study, f"{slot.code}/skip/")).content.decode()
    assert "Ask for the study&#x27;s support person." in page
    assert "Nobody reads your comments live." in page
    response = client.post(rate_url(study, f"{slot.code}/skip/"), {"reason": "Too close."})
    assert response["Location"] == rate_url(study)
    assert rater.passes.get().reason == "Too close."
    slot.refresh_from_db()
    assert slot.state == "open"


def test_rate_pass_of_an_item_no_longer_in_hand_says_so(
    client: Client, study: Study, slot: Slot, rater: Rater
) -> None:
    queue.release_claim(slot, rater, actor=user_of(rater))
    response = client.post(rate_url(study, f"{slot.code}/skip/"))
    assert response.status_code == 409
    assert "nothing to skip" in response.content.decode()


def test_rate_problem_reaches_the_coordinators_and_the_own_list(
    client: Client, study: Study, slot: Slot, rater: Rater
) -> None:
    url = rate_url(study, f"{slot.code}/problem/")
    assert client.get(url).status_code == 200
    assert client.post(url, {"text": "It breaks off."})["Location"] == rate_url(study, f"{slot.code}/")
    problem = study.problems.get()
    assert (problem.text, problem.item_id, problem.rater_id) == ("It breaks off.", slot.item_id, rater.pk)
    assert "It breaks off." in client.get(rate_url(study, "history/")).content.decode()
    slot.refresh_from_db()
    assert slot.rater == rater


def test_rate_problem_without_words_is_refused(client: Client, study: Study, slot: Slot) -> None:
    response = client.post(rate_url(study, f"{slot.code}/problem/"), {"text": " "})
    assert response.status_code == 400
    assert "Please write what is wrong" in response.content.decode()


def test_new_client_id_on_every_page(client: Client, study: Study, slot: Slot) -> None:
    first, second = (hidden_fields(shown(client, study, slot))["client_id"] for _ in range(2))
    assert first != second
    assert len(first) == len(str(uuid4()))


def test_draft_nested_without_end_is_refused(client: Client, study: Study, slot: Slot) -> None:
    answer = client.post(draft_url(study, slot), "[" * 100_000, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


@pytest.mark.parametrize(("start", "end"), [(-13, -10), (10, 10**15), (10**15, 10**15 + 1)])
def test_mark_that_lies_outside_the_text_is_named_and_nothing_is_stored(
    client: Client, study: Study, slot: Slot, start: int, end: int
) -> None:
    Response.objects.filter(item=slot.item).update(text="One two.\r\nThree four.")
    mark = {"question": "safety", "target": "response:1", "start": start, "end": end, "quote": "Thr"}
    form = filled(shown(client, study, slot), mark=json.dumps(mark))
    answer = client.post(submit_url(study, slot), form)
    assert answer.status_code == 400
    assert "does not match the text" in answer.content.decode()
    assert not Rating.objects.exists()
