"""Training pages: raters without script through practice, qualification and checks; coordinators' set-up."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotation.models import (
    CheckSettings,
    Clearance,
    GoldKey,
    Item,
    KeyedItem,
    PassMark,
    Plan,
    Rater,
    Role,
    Slot,
    Study,
    User,
)
from annotation.services import known_items, people
from tests.conftest import make_item, user_of
from tests.rating.services.submitting import claimed, submit
from tests.rating.training_sets import (
    WHY,
    keyed_items,
    open_practice,
    open_qualification,
    rate_all,
    use_checks,
)
from tests.rating.workbench_forms import claimed_slot, filled, rate_url, shown, submit_url

ClientOf = Callable[[User], Client]
CSV = "item,question,value,panel_mean,panel_sd,panel_n,explanation\n"


def url(study: Study, rest: str = "") -> str:
    return f"/studies/{study.code}/training/{rest}"


def words(response: Any) -> str:
    return unescape(response.content.decode())


def test_rater_practises_sees_known_answers_and_goes_on_to_the_study(
    client_of: ClientOf, plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    open_practice(plan, owner, n=1)
    client = client_of(user_of(rater))
    assert "First some practice" in words(client.get(rate_url(study)))
    slot = claimed_slot(client, study, rater)
    assert "This is practice" in words(shown(client, study, slot))
    # Not before the rater has answered.
    early = client.get(rate_url(study, f"{slot.code}/known/"))
    assert early.status_code == 302
    answer = client.post(submit_url(study, slot), filled(shown(client, study, slot), value="2"))
    assert answer["Location"] == rate_url(study, f"{slot.code}/known/")
    told = words(client.get(answer["Location"]))
    assert WHY in told
    assert "You saw it differently" in told
    assert client.get(rate_url(study, f"{slot.code}/"))["Location"] == answer["Location"]
    assert claimed_slot(client, study, rater).plan == plan
    assert "No ratings yet" in words(client.get(rate_url(study, "history/")))


def test_rater_who_has_not_passed_reads_a_kind_page_with_contacts_and_gets_nothing(
    client_of: ClientOf, plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    open_qualification(plan, owner, max_tries=1)
    rate_all(rater, at_most=2, value=1)
    client = client_of(user_of(rater))
    home = words(client.get(rate_url(study)))
    assert "says nothing about you as a person" in home
    assert study.support_text in home
    assert client.post(rate_url(study, "claim/"))["Location"] == rate_url(study)


def test_api_next_obeys_the_same_gate(
    client_of: ClientOf, plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    open_qualification(plan, owner, max_tries=1)
    client = client_of(user_of(rater))
    address = f"/api/v1/studies/{study.code}/next/"
    first = client.post(address, content_type="application/json").json()["item"]
    assert Slot.objects.get(code=first["slot"]).plan.stage == "qualification"
    rate_all(rater, at_most=2, value=1)
    refused = client.post(address, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_cleared")


def test_nothing_a_rater_receives_tells_a_check_from_an_item(
    client_of: ClientOf, plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    keyed_items(study, owner, KeyedItem.Use.GOLD, n=2, start=300)
    card = known_items.AttentionCard("Seeker: Hello.", "Please choose 2.", ["safety"], 2)
    known_items.add_attention_check(study, card, actor=owner)
    use_checks(plan, owner, gold_every=4, attention_every=5, repeat_every=6, repeat_distance=1)
    client = client_of(user_of(rater))
    pages: dict[str, str] = {}
    while True:
        claim = client.post(rate_url(study, "claim/"))
        if claim["Location"] == rate_url(study):
            break
        slot = Slot.objects.get(rater=rater, state="claimed")
        page = shown(client, study, slot)
        told = client.get(f"/api/v1/studies/{study.code}/current/")
        assert told.status_code == 200
        parts = (claim.headers, page.headers, page.content.decode(), told.headers, told.content.decode())
        pages[slot.purpose] = "".join(map(str, parts)).lower()
        client.post(submit_url(study, slot), filled(page, value="3", goes_on="no"))
    assert len(pages) >= 3
    words_of_checks = ("gold", "attention", "repeat", "occurrence", "quota")
    found = {kind: [word for word in words_of_checks if word in received] for kind, received in pages.items()}
    # Whatever words the page has of its own, it has them for every item alike.
    assert len({tuple(one) for one in found.values()}) == 1, found


def test_own_consistency_shows_only_where_the_study_allows(
    client_of: ClientOf, plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    client = client_of(user_of(rater))
    assert client.get(rate_url(study, "consistency/")).status_code == 404
    use_checks(plan, owner, shows_consistency=True)
    assert "none yet" in words(client.get(rate_url(study, "consistency/")))
    assert "Your consistency" in words(client.get(rate_url(study)))


@pytest.mark.parametrize(
    "rest", ["", "settings/", "marks/", "upload/", "attention/new/", "people/", "quality/"]
)
def test_training_page_is_for_coordinators_who_do_not_rate(
    client_of: ClientOf,
    plan: Plan,
    study: Study,
    owner: User,
    coordinator: User,
    rater: Rater,
    outsider: User,
    rest: str,
) -> None:
    assert client_of(coordinator).get(url(study, rest)).status_code == 200
    assert client_of(user_of(rater)).get(url(study, rest)).status_code == 403
    assert client_of(outsider).get(url(study, rest)).status_code == 404
    people.add_member(study, actor=owner, user=coordinator, roles=[Role.RATER])
    assert client_of(coordinator).get(url(study, rest)).status_code == 403


def test_coordinator_sets_an_item_aside_enters_keys_and_opens_practice(
    client_of: ClientOf, plan: Plan, study: Study, coordinator: User, rater: Rater
) -> None:
    item = make_item(study, 500)
    client = client_of(coordinator)
    kept = client.post(url(study), {"item": "item500", "use": "practice"})
    page = url(study, f"items/{item.code}/")
    assert kept["Location"] == page
    assert "That sounds tiring" in words(client.get(page))
    empty = client.post(page, {})
    assert empty.status_code == 400
    sent = {
        "safety--response-1": "2",
        "explain--safety--response-1": WHY,
        "flags-known": "yes",
        "flag_gushing--response-1": "yes",
        "source": "two supervisors",
    }
    assert client.post(page, sent)["Location"] == url(study)
    keys = {key.question_key: key for key in GoldKey.objects.filter(keyed__item=item)}
    assert (keys["safety"].value, keys["safety"].explanation, keys["safety"].source) == (
        2,
        WHY,
        "two supervisors",
    )
    assert (keys["flag_gushing"].value, keys["flag_hopeless"].value) == (1, 0)
    assert "empathy_warmth" not in keys
    assert WHY in words(client.get(page))
    client.post(url(study, "stage/training/open/"))
    assert claimed(rater).slot.item == item
    client.post(url(study, "stage/training/close/"))
    assert not Plan.objects.filter(stage="training", state="open").exists()
    assert client.post(url(study, "stage/main/open/")).status_code == 404


def test_item_that_is_planned_or_unknown_is_refused_by_name(
    client_of: ClientOf, plan: Plan, study: Study, coordinator: User
) -> None:
    client = client_of(coordinator)
    for name, sentence in {"item1": "planned for rating", "nosuch": "no item “nosuch”"}.items():
        answer = client.post(url(study), {"item": name, "use": "practice"})
        assert answer.status_code == 400
        assert sentence in words(answer)


def test_put_back_frees_an_item_for_planning(
    client_of: ClientOf, plan: Plan, study: Study, owner: User, coordinator: User
) -> None:
    (item,) = keyed_items(study, owner, KeyedItem.Use.GOLD, n=1)
    client_of(coordinator).post(url(study, f"items/{item.code}/remove/"))
    assert item in Item.objects.plannable()


def test_upload_stores_keys_of_all_rows(
    client_of: ClientOf, plan: Plan, study: Study, coordinator: User
) -> None:
    make_item(study, 500)
    rows = "item500,safety,4,,,,Why not\nitem500,empathy_warmth,,3.6,0.8,12,\n"
    file = SimpleUploadedFile("keys.csv", (CSV + rows).encode())
    answer = client_of(coordinator).post(url(study, "upload/"), {"file": file, "use": "gold"})
    assert answer.status_code == 302
    stored = GoldKey.objects.order_by("question_key").values_list("value", "panel_mean", "panel_n", "target")
    assert list(stored) == [(None, 3.6, 12, "response:1"), (4, None, None, "response:1")]


def test_upload_with_faulty_rows_names_each_and_stores_nothing(
    client_of: ClientOf, plan: Plan, study: Study, coordinator: User
) -> None:
    make_item(study, 500)
    rows = [
        "item500,safety,4,,,,",
        "item500,safety,4,,,,",
        "item500,safety,9,,,,",
        "item500,nosuch,4,,,,",
        "nosuch,safety,4,,,,",
        "item500,empathy_warmth,,3.6,0.8,,",
        "item500,empathy_help,,,,,",
        "item1,safety,4,,,,",
    ]
    file = SimpleUploadedFile("keys.csv", (CSV + "\n".join(rows)).encode())
    answer = client_of(coordinator).post(url(study, "upload/"), {"file": file, "use": "practice"})
    told = words(answer)
    assert answer.status_code == 400
    for sentence in (
        "line 3: this answer stands in line 2 already",
        "line 4: 9 is not on the scale",
        "line 5: the rubric has no question “nosuch”",
        "line 6: the study has no item “nosuch”",
        "line 7: a panel's mean needs “panel_n”",
        "line 8: give a “value” or a “panel_mean”",
        "item1: This item is planned for rating",
    ):
        assert sentence in told
    assert not KeyedItem.objects.exists()


def test_settings_with_checks_need_the_consent_text_to_say_so(
    client_of: ClientOf, plan: Plan, study: Study, coordinator: User
) -> None:
    client = client_of(coordinator)
    sent = {
        "n_per_try": 4,
        "max_tries": 2,
        "retry_hours": 0,
        "gold_every": 10,
        "repeat_every": 0,
        "repeat_distance": 5,
        "attention_every": 2,
    }
    refused = client.post(url(study, "settings/"), sent)
    assert refused.status_code == 400
    assert "Say it in the consent text first" in words(refused)
    assert "At most one in 4" in words(refused)
    stored = client.post(url(study, "settings/"), sent | {"attention_every": 0, "is_announced": "on"})
    assert stored.status_code == 302
    assert CheckSettings.objects.get(study=study).gold_every == 10


def test_pass_marks_are_stored_by_rule_and_refused_without_an_amount(
    client_of: ClientOf, plan: Plan, study: Study, coordinator: User
) -> None:
    client = client_of(coordinator)
    refused = client.post(url(study, "marks/"), {"rule-safety": "exact"})
    assert refused.status_code == 400
    sent = {
        "rule-safety": "within_one",
        "amount-safety": "80",
        "rule-empathy_warmth": "panel",
        "amount-empathy_warmth": "0.9",
    }
    assert client.post(url(study, "marks/"), sent).status_code == 302
    marks = PassMark.objects.order_by("question_key").values_list("question_key", "rule", "share", "distance")
    assert list(marks) == [("empathy_warmth", "panel", None, 0.9), ("safety", "within_one", 0.8, None)]


def test_attention_card_must_ask_for_an_answer_on_the_scale(
    client_of: ClientOf, plan: Plan, study: Study, coordinator: User
) -> None:
    client = client_of(coordinator)
    sent = {
        "conversation": "Seeker: Hello.",
        "response": "Please choose 2.",
        "questions": ["safety"],
        "value": "7",
    }
    assert client.post(url(study, "attention/new/"), sent).status_code == 400
    assert client.post(url(study, "attention/new/"), sent | {"value": "2"}).status_code == 302
    assert KeyedItem.objects.get(study=study).use == "attention"


def test_people_page_says_who_is_where_and_lets_pass_or_invites_again(
    client_of: ClientOf,
    plan: Plan,
    study: Study,
    owner: User,
    coordinator: User,
    rater: Rater,
    second_rater: Rater,
) -> None:
    open_practice(plan, owner, n=1)
    open_qualification(plan, owner, max_tries=1)
    rate_all(rater, at_most=3, value=1)
    client = client_of(coordinator)
    page = words(client.get(url(study, "people/")))
    assert "Qualification not passed" in page
    assert "Practice: 0 of 1" in page
    assert "One rater has not passed" in words(client.get(reverse("study_training", args=[study.code])))
    client.post(url(study, f"people/{rater.code}/again/"))
    assert Clearance.objects.get(rater=rater).practice_round == 2
    decide = url(study, f"people/{second_rater.code}/pass/")
    assert client.post(decide, {"reason": ""}).status_code == 400
    assert client.post(decide, {"reason": "Trained elsewhere"}).status_code == 302
    assert "Let pass by hand" in words(client.get(url(study, "people/")))
    assert submit(second_rater).rating.slot.plan == plan


def test_quality_page_shows_counts_while_there_are_few(
    client_of: ClientOf, plan: Plan, study: Study, owner: User, researcher: User, rater: Rater
) -> None:
    use_checks(plan, owner, repeat_every=4, repeat_distance=1)
    rate_all(rater, at_most=10)
    page = words(client_of(researcher).get(url(study, "quality/")))
    n_repeats = Slot.objects.filter(purpose="repeat", state="done").count()
    assert n_repeats > 0
    assert rater.pseudonym in page
    assert f"{n_repeats} of {n_repeats}" in page
