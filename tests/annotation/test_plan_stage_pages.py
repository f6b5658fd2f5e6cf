"""Designs and their preview, and the changes of a stage, through HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import (
    AuditEvent,
    Factor,
    Item,
    ItemFactor,
    Plan,
    Rater,
    RubricVersion,
    Slot,
    Study,
    User,
    Withheld,
)
from annotation.queries.designs import Design
from annotation.services import plans, queue
from tests.annotation.services.test_seats import NOW
from tests.conftest import make_item, user_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
MakeRater = Callable[..., Rater]


@pytest.fixture
def client(coordinator: User, client_of: ClientOf) -> Client:
    return client_of(coordinator)


def url(study: Study, page: str = "") -> str:
    return f"/studies/{study.code}/plan/{page}"


@pytest.fixture
def seated(plan: Plan, owner: User) -> Plan:
    """The main stage once more, open: two seats for each group, everybody rates everything."""
    plans.close_plan(plan, actor=owner)
    made = plans.make_plan(
        plan.study,
        actor=owner,
        stage="main",
        rubric_version=plan.rubric_version,
        quotas={"peer": 2, "clinician": 2},
        seed=5,
        design=Design("crossed", {"peer": 2, "clinician": 2}),
    )
    return plans.open_plan(made, actor=owner)


def wanted(version: RubricVersion, **fields: str) -> dict[str, str]:
    body = {"stage": "main", "rubric": version.code, "quota-peer": "2", "quota-clinician": "2"}
    return body | {"n_items": "", "seed": "5", "step": "preview"} | fields


def held(rater: Rater) -> Slot:
    served = queue.claim_next(rater, actor=user_of(rater), now=NOW)
    assert served is not None
    return served.slot


def test_preview_of_a_design_shows_loads_links_and_power_and_makes_nothing(
    study: Study, rubric_version: RubricVersion, items: list[Item], client: Client
) -> None:
    body = wanted(rubric_version, design="incomplete", **{"seats-peer": "4", "seats-clinician": "2"})
    response = client.post(url(study, "new/"), body)
    content = response.content.decode()
    assert response.status_code == 200
    # By hand: 4 items by 2 of 4 seats and 2 of 2; C(6, 2) = 15 labellings.
    loads = [(load.n_ratings, load.n_seats, load.least, load.per_rater) for load in response.context["loads"]]
    assert loads == [(8, 4, 2, 2), (8, 2, 4, 4)]
    assert "All are linked by common items." in content
    assert "smallest possible p value is 0.067" in content
    assert "nobody has joined yet. Seats that wait for raters: 4." in content
    assert not Plan.objects.filter(study=study).exists()


def test_preview_of_a_pool_supposes_an_equal_pace(
    study: Study, rubric_version: RubricVersion, items: list[Item], client: Client, make_rater: MakeRater
) -> None:
    for number in range(4):
        make_rater(f"p{number}", group="peer" if number % 2 else "clinician")
    response = client.post(url(study, "new/"), wanted(rubric_version))
    preview = response.context["preview"]
    assert preview.is_expected
    assert (preview.linkage.n_components, preview.linkage.within["peer"].most) == (1, 4)
    assert "raters of equal pace" in response.content.decode()


def test_plan_new_with_a_design_and_rules_stores_both(
    study: Study, rubric_version: RubricVersion, items: list[Item], client: Client
) -> None:
    factor = Factor.objects.create(study=study, key="topic", name="Topic")
    for item in items:
        ItemFactor.objects.create(item=item, factor=factor, value="crisis" if item == items[0] else "sleep")
    rules = {"rule-1-what": "topic:crisis", "rule-1-who": "group-peer"}
    rules |= {"rule-2-what": "topic:sleep", "rule-2-who": "practised"}
    seats = {"seats-peer": "3", "seats-clinician": "3"}
    body = wanted(rubric_version, design="anchored", n_anchors="1", conditions="topic", **rules, **seats)
    response = client.post(url(study, "new/"), body)
    content = response.content.decode()
    assert "3 items are for raters who have practised. Clinicians have 0 of them" in content
    assert "The order of 2 conditions is balanced over every 2 seats." in content
    assert client.post(url(study, "new/"), body | {"step": "make"}).status_code == 302
    plan = Plan.objects.get(study=study)
    assert (plan.design, plan.options["conditions"], len(plan.options["anchors"])) == ("anchored", "topic", 1)
    assert [(rule["groups"], rule["needs"]) for rule in plan.rules] == [(["peer"], ""), ([], "practised")]
    assert not plan.slots.filter(group__key="clinician", item=items[0]).exists()
    assert client.get(url(study, f"{plan.code}/")).content.decode().count("topic = ") == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"design": "incomplete", "seats-peer": "1"}, "too few for 2 ratings per item"),
        ({"design": "anchored"}, "anchor items: all groups rate them"),
        ({"design": "batched", "batch_size": "9"}, "A batch has between 1 and 4 items"),
        ({"design": "nothere"}, "Select a valid choice"),
    ],
)
def test_plan_new_with_a_design_that_cannot_be_says_why(
    fields: dict[str, str],
    words: str,
    study: Study,
    rubric_version: RubricVersion,
    items: list[Item],
    client: Client,
) -> None:
    response = client.post(url(study, "new/"), wanted(rubric_version, **fields))
    assert response.status_code == 400
    assert words in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"design": "anchored"}, "n_anchors"),
        ({"design": "batched", "batch_size": "9"}, "batch_size"),
        ({"n_items": "9"}, "n_items"),
    ],
)
def test_plan_new_says_what_cannot_be_at_the_field_that_asked_for_it(
    fields: dict[str, str],
    at: str,
    study: Study,
    rubric_version: RubricVersion,
    items: list[Item],
    client: Client,
) -> None:
    form = client.post(url(study, "new/"), wanted(rubric_version, **fields)).context["form"]
    assert list(form.errors) == [at]


def test_stage_shows_seats_and_who_fills_them_but_not_how_far_they_are(
    seated: Plan, rater: Rater, client: Client
) -> None:
    slot = held(rater)
    queue.pass_item(slot, rater, actor=user_of(rater), reason="", now=NOW)
    content = client.get(url(seated.study, f"{seated.code}/")).content.decode()
    assert rater.pseudonym in content
    rows = client.get(url(seated.study, f"{seated.code}/")).context["stage"].seats
    assert [row.n_items for row in rows] == [4, 4, 4, 4]


def test_stage_asks_a_fixed_number_of_queries(seated: Plan, client: Client, study: Study) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(url(study, f"{seated.code}/"))
    later = Plan.objects.get(pk=seated.pk)
    for number in range(9):
        make_item(study, 50 + number)
    assert (
        client.post(
            url(study, f"{seated.code}/grow/"), {"seats-peer": "9", "seats-clinician": "4", "later": "on"}
        ).status_code
        == 302
    )
    with CaptureQueriesContext(connection) as many:
        client.get(url(study, f"{later.code}/"))
    assert len(many) <= len(few)


def test_grow_of_a_pool_adds_ratings_and_later_items(plan: Plan, study: Study, client: Client) -> None:
    make_item(study, 9)
    page = client.get(url(study, f"{plan.code}/grow/")).content.decode()
    assert "Take up the 1 items" in page
    body = {"quota-peer": "3", "quota-clinician": "2", "later": "on"}
    assert client.post(url(study, f"{plan.code}/grow/"), body).status_code == 302
    assert plan.slots.count() == 25
    assert client.post(url(study, f"{plan.code}/grow/"), {"quota-peer": "1"}).status_code == 400


def test_override_assigns_and_takes_away_with_a_reason(
    plan: Plan, items: list[Item], rater: Rater, client: Client
) -> None:
    page = url(plan.study, f"{plan.code}/override/")
    body = {"deed": "assign", "item": "item3", "pseudonym": rater.pseudonym.lower(), "reason": "her field"}
    assert client.post(page, body).status_code == 302
    assert held(rater).item == items[2]
    assert client.post(page, body | {"deed": "withhold"}).status_code == 302
    assert Withheld.objects.get().item == items[2]
    assert held(rater).item != items[2]
    for field, words in (
        ("item", "no item of this name"),
        ("pseudonym", "Nobody rates here"),
        ("reason", ""),
    ):
        response = client.post(page, body | {field: "" if field == "reason" else "nothere"})
        assert response.status_code == 400
        assert words in response.content.decode()


def test_seat_is_freed_with_a_reason(seated: Plan, rater: Rater, client: Client) -> None:
    held(rater)
    seat = seated.seats.get(rater=rater)
    page = url(seated.study, f"{seated.code}/seats/{seat.code}/")
    assert "What " + rater.pseudonym in client.get(page).content.decode()
    assert client.post(page, {"reason": ""}).status_code == 400
    assert client.post(page, {"reason": "away"}).status_code == 302
    assert not seated.seats.exclude(rater=None).exists()
    assert client.post(page, {"reason": "away"}).status_code == 400


def test_slot_is_opened_again_from_the_items_page(plan: Plan, rater: Rater, client: Client) -> None:
    slot = queue.complete_slot(held(rater), rater, now=NOW)
    page = url(plan.study, f"{plan.code}/slots/{slot.code}/")
    assert page in client.get(f"/studies/{plan.study.code}/items/{slot.item.code}/").content.decode()
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": "misread"}).status_code == 302
    slot.refresh_from_db()
    assert slot.purpose == "surplus"
    assert client.post(page, {"reason": "misread"}).status_code == 400


def test_what_is_left_is_opened_to_all_after_asking(seated: Plan, client: Client) -> None:
    page = url(seated.study, f"{seated.code}/share/")
    assert client.get(page).status_code == 200
    assert not seated.slots.filter(is_shared=True).exists()
    assert client.post(page).status_code == 302
    assert not seated.slots.filter(is_shared=False).exists()


def test_stage_is_deleted_after_asking_where_nobody_worked_in_it(
    seated: Plan, client: Client, coordinator: User
) -> None:
    page = url(seated.study, f"{seated.code}/discard/")
    assert client.post(page).status_code == 409
    plans.close_plan(seated, actor=coordinator)
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 302
    assert not Plan.objects.filter(pk=seated.pk).exists()
    assert AuditEvent.objects.filter(kind="plan.discarded").count() == 1


PAGES = ["", "grow/", "override/", "discard/", "share/", "seats/{seat}/", "slots/{slot}/"]


@pytest.mark.parametrize("page", PAGES)
def test_stage_pages_are_the_coordinators_alone(
    page: str,
    seated: Plan,
    researcher: User,
    rater: Rater,
    outsider: User,
    client_of: ClientOf,
    client: Client,
) -> None:
    names = {"seat": seated.seats.all()[0].code, "slot": seated.slots.all()[0].code}
    address = url(seated.study, f"{seated.code}/{page.format(**names)}")
    assert client.get(address).status_code == 200
    assert client.put(address).status_code == 405
    assert client_of(researcher).get(address).status_code == 403
    assert client_of(user_of(rater)).get(address).status_code == 403
    assert client_of(outsider).get(address).status_code == 404
    assert "/accounts/login/" in Client().get(address)["Location"]
    unknown = url(seated.study, f"{seated.code}/{page.format(seat='nothere', slot='nothere')}")
    other = url(seated.study, f"nothere/{page.format(**names)}")
    assert client.get(other).status_code == 404
    assert client.get(unknown).status_code == (404 if "{" in page else 200)
