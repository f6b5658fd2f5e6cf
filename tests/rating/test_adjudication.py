"""Adjudication: alone first, then with what raters said but not who said it, beside the ratings."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import AuditEvent, Group, Item, Member, Plan, Rater, Role, Study, User, Withheld
from annotation.services import members, people
from rating.models import Adjudication, CurrentRating, Judgement, Rating
from rating.queries.adjudication import disputed_questions, disputes
from rating.services.adjudication import choose_items, take_next
from tests.conftest import make_user, user_of
from tests.rating.rated import APART, make_raters, rate_item
from tests.rating.services.submitting import submit
from tests.rating.workbench_forms import SCALES, answer_field

ClientOf = Callable[[User], Client]


def page(study: Study, name: str, *args: str) -> str:
    return reverse(name, args=[study.code, *args])


def words(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


@pytest.fixture
def rated(plan: Plan, items: list[Item]) -> Plan:
    """Three peers and three clinicians, apart on every item."""
    for group, values in APART.items():
        raters = make_raters(plan, group, 3)
        for number, (rater, row) in enumerate(zip(raters, values, strict=True), start=1):
            for item, value in zip(items, row, strict=True):
                rate_item(plan, rater, item, {"safety": value}, number=number)
    return plan


@pytest.fixture
def adjudicator(study: Study, owner: User) -> User:
    user = make_user("ada")
    people.add_member(study, actor=owner, user=user, roles=[Role.ADJUDICATOR])
    return user


@pytest.fixture
def chosen(rated: Plan, items: list[Item], owner: User) -> Adjudication:
    peers = Group.objects.get(study=rated.study, key="peer")
    (made,) = choose_items(rated, items[:1], actor=owner, as_group=peers, reason="far apart")
    return made


def filled_in(step: str, version: str, *, value: str, comment: str = "") -> dict[str, str]:
    answers = {answer_field(key): value for key in SCALES}
    return {"step": step, "rubric_version": version, "comment": comment, **answers}


def test_disputes_list_items_whose_answers_lie_apart_widest_first(rated: Plan, items: list[Item]) -> None:
    safety = next(one for one in disputed_questions(rated) if one.key == "safety")
    found = disputes(rated, safety, at_least=3)
    # APART: 1 to 5 on all but the third item, 2 to 4 there.
    assert {one.item.external_id: one.spread for one in found} == {"item1": 4, "item2": 4, "item4": 4}
    assert disputes(rated, safety, at_least=5) == []


def test_coordinator_chooses_items_and_takes_one_out_again(
    client_of: ClientOf, rated: Plan, coordinator: User
) -> None:
    study, client = rated.study, client_of(coordinator)
    asked = {"question": "safety", "at_least": "3", "as_group": "peer"}
    listed = client.get(page(study, "study_adjudication"), asked)
    text = words(listed)
    assert text.count('type="checkbox" name="item"') == 3
    codes = list(
        Item.objects.filter(study=study, external_id__in=["item1", "item2"]).values_list("code", flat=True)
    )
    choose = page(study, "study_adjudication_choose")
    client.post(choose, {"item": codes, "as_group": "peer", "reason": "Answers at least 3 apart"})
    assert Adjudication.objects.count() == 2
    # Those that are there stay as they are, and are listed no more.
    client.post(choose, {"item": codes, "as_group": "peer", "reason": "Again"})
    assert set(Adjudication.objects.values_list("reason", flat=True)) == {"Answers at least 3 apart"}
    assert words(client.get(page(study, "study_adjudication"), asked)).count('name="item"') == 1
    assert "Choose between 1 and" in words(client.post(choose, {"as_group": "peer"}, follow=True))
    assert client.post(choose, {"item": codes, "as_group": "nobody"}).status_code == 400
    one = Adjudication.objects.earliest("pk")
    client.post(page(study, "study_adjudication_drop", one.code))
    assert Adjudication.objects.count() == 1


def test_all_items_found_are_put_up_once_their_number_has_been_read(
    client_of: ClientOf, rated: Plan, coordinator: User
) -> None:
    study, client = rated.study, client_of(coordinator)
    asked = {"question": "safety", "at_least": "3", "as_group": "peer"}
    listed = words(client.get(page(study, "study_adjudication"), asked))
    assert "checked" not in listed.partition("disputes-caption")[2]
    assert "Put up all 3 items found" in listed
    found = re.findall(r'name="found" value="([^"]+)"', listed)
    choose = page(study, "study_adjudication_choose")
    asking = words(client.post(choose, {"found": found, "as_group": "peer", "reason": "far", "all": "1"}))
    assert "Put 3 items up for adjudication?" in asking
    assert not Adjudication.objects.exists()
    codes = re.findall(r'name="item" value="([^"]+)"', asking)
    assert sorted(codes) == sorted(found)
    done = client.post(choose, {"item": codes, "as_group": "peer", "reason": "far"}, follow=True)
    assert "Items put up for adjudication: 3." in words(done)
    assert Adjudication.objects.count() == 3


def test_several_items_are_taken_out_at_once_but_none_that_somebody_has_taken(
    client_of: ClientOf, rated: Plan, items: list[Item], coordinator: User, adjudicator: User
) -> None:
    study, client = rated.study, client_of(coordinator)
    peers = Group.objects.get(study=study, key="peer")
    made = choose_items(rated, items[:3], actor=coordinator, as_group=peers, reason="far apart")
    taken = take_next(study, Member.objects.get(user=adjudicator), now=timezone.now())
    drop = page(study, "study_adjudication_drop_several")
    assert words(client.get(page(study, "study_adjudication"))).count('name="waiting"') == 2
    told = words(client.post(drop, {"waiting": [one.code for one in made]}, follow=True))
    assert "Items taken out again: 2." in told
    assert "The others have been taken" in told
    assert list(Adjudication.objects.all()) == [taken]
    assert AuditEvent.objects.filter(kind="adjudication.dropped").count() == 2
    assert "Choose between 1 and" in words(client.post(drop, follow=True))


def test_adjudicator_judges_alone_then_reads_what_raters_said_and_decides(
    client_of: ClientOf, chosen: Adjudication, adjudicator: User, rated: Plan
) -> None:
    study, client = rated.study, client_of(adjudicator)
    assert client.get(f"/studies/{study.code}/")["Location"] == page(study, "study_adjudication")
    assert "1 item waits" in words(client.get(page(study, "study_adjudication")))
    own = client.post(page(study, "study_adjudication_next"))["Location"]
    assert own == page(study, "study_adjudicate", chosen.code)
    version = rated.rubric_version.code
    first = words(client.get(own))
    assert "What 6 raters said" not in first
    assert not [
        word for word in ("Secretmodel-9", "hiddencondition", "peer-1", "Clinicians") if word in first
    ]
    # Incomplete: nothing is lost, nothing stored.
    refused = client.post(own, {"step": "own", "rubric_version": version, answer_field("safety"): "3"})
    assert refused.status_code == 400
    assert not Judgement.objects.exists()
    client.post(own, filled_in("own", version, value="3"))
    second = words(client.get(own))
    assert "What 6 raters said" in second
    assert not [word for word in ("Secretmodel-9", "peer-1", "clinician-1", "Clinicians") if word in second]
    # A double click does not become the decision.
    client.post(own, filled_in("own", version, value="5"))
    assert "Say what the decision rests on" in words(
        client.post(own, filled_in("decision", version, value="2"))
    )
    client.post(own, filled_in("decision", version, value="2", comment="The last turn was missed."))
    steps = Judgement.objects.order_by("pk")
    assert [
        (one.step, {answer.value for answer in one.answers.filter(question__kind="scale")}) for one in steps
    ] == [
        ("own", {3}),
        ("decision", {2}),
    ]
    done = words(client.get(own))
    assert "The last turn was missed." in done
    assert "Own rating" in done
    # The raw ratings are what they were.
    assert CurrentRating.objects.filter(rating__slot__item=chosen.item).count() == 6
    kinds = AuditEvent.objects.filter(kind__startswith="adjudication.").values_list("kind", flat=True)
    assert set(kinds) >= {"adjudication.taken", "adjudication.own", "adjudication.decision"}


def test_own_rating_of_an_adjudicator_is_hidden_from_the_team_until_the_decision(
    client_of: ClientOf, chosen: Adjudication, adjudicator: User, coordinator: User, rated: Plan
) -> None:
    study, client = rated.study, client_of(adjudicator)
    address = client.post(page(study, "study_adjudication_next"))["Location"]
    client.post(address, filled_in("own", rated.rubric_version.code, value="3", comment="my own words"))
    text = words(client_of(coordinator).get(address))
    assert "Not decided yet" in text
    assert "my own words" not in text


def test_nobody_adjudicates_what_they_rated_nor_rates_what_they_adjudicate(
    plan: Plan, items: list[Item], rater: Rater, owner: User, study: Study
) -> None:
    rated = submit(rater).rating
    peers = Group.objects.get(study=study, key="peer")
    choose_items(plan, items, actor=owner, as_group=peers, reason="")
    member = rater.member
    assert member is not None
    members.change_roles(member, actor=owner, roles=[Role.ADJUDICATOR])
    taken = take_next(study, member, now=timezone.now())
    assert taken is not None
    assert taken.item_id != rated.slot.item_id
    # What is in hand comes first, however often one asks.
    assert take_next(study, member, now=timezone.now()) == taken
    assert Withheld.objects.filter(rater=rater, item=taken.item).exists()
    mine = Adjudication.objects.get(item=rated.slot.item)
    with pytest.raises(IntegrityError, match="nobody adjudicates"), transaction.atomic():
        Adjudication.objects.filter(pk=mine.pk).update(adjudicator=member)
    with pytest.raises(IntegrityError, match="nobody rates"), transaction.atomic():
        rate_item(plan, rater, taken.item, {"safety": 4}, number=2)
    assert Rating.objects.filter(rater=rater).count() == 1


def test_judgements_never_change_and_the_decision_comes_second(
    chosen: Adjudication, adjudicator: User, rated: Plan
) -> None:
    member = Member.objects.get(user=adjudicator)
    taken = take_next(rated.study, member, now=timezone.now())
    assert taken == chosen
    fields = {"adjudication": chosen, "rubric_version": rated.rubric_version, "judged_at": timezone.now()}
    with pytest.raises(IntegrityError, match="own rating"), transaction.atomic():
        Judgement.objects.create(step="decision", comment="why", **fields)
    own = Judgement.objects.create(step="own", **fields)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Judgement.objects.filter(pk=own.pk).update(comment="later")
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.create(step="decision", comment="", **fields)


def test_adjudication_pages_when_somebody_may_not_see_them_refuse(
    client_of: ClientOf,
    chosen: Adjudication,
    adjudicator: User,
    rater: Rater,
    researcher: User,
    outsider: User,
) -> None:
    study = rater.study
    item = page(study, "study_adjudicate", chosen.code)
    posts = [
        page(study, "study_adjudication_choose"),
        page(study, "study_adjudication_next"),
        page(study, "study_adjudication_drop", chosen.code),
        page(study, "study_adjudication_drop_several"),
    ]
    assert [
        client_of(user_of(rater)).get(one).status_code for one in (item, page(study, "study_adjudication"))
    ] == [403, 403]
    # An adjudicator sees what they have, nobody else's.
    assert client_of(adjudicator).get(item).status_code == 404
    assert client_of(researcher).get(item).status_code == 200
    assert [client_of(user_of(rater)).post(one).status_code for one in posts] == [403] * 4
    assert [client_of(outsider).post(one).status_code for one in posts] == [404] * 4
    assert [Client().post(one).status_code for one in [*posts, item]] == [302] * 5
    assert client_of(adjudicator).post(posts[2]).status_code == 403
