"""Numbers that the scheduler counts for large studies, each held against counting plainly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import CheckIn, Item, KeyedItem, Plan, Rater, Slot, StageSummary, Study, User
from annotation.queries import stage_counts as counting
from annotation.queries.opt_outs import TOPICS, study_topics
from annotation.queries.plan_checks import CHECKED
from annotation.queries.plans import PLANNABLE, n_claimable_items
from annotation.queries.retention import KEPT, retention_rows
from annotation.queries.stage_counts import n_unplanned
from annotation.services.stage_summaries import tend_summaries
from annotation.services.study_summaries import take_study_summary
from annotation.study_numbers import registered
from rating.queries import workbench
from rating.queries.analyses import READY, readiness, stage_choices
from rating.queries.card_counts import CARD, card_counts, told_counts
from rating.queries.exports import stage_counts
from rating.queries.keyed_items import MET, keyed_rows
from rating.queries.pay import PAY
from rating.queries.planning import plan_outset
from rating.queries.told_columns import COLUMNS
from rating.queries.watching import LOOKS
from rating.queries.withheld import WITHHELD
from rating.queries.workbench import is_work_over, rater_progress
from rating.services.repeat_figures import STEADY
from rating.services.second_looks import ask_for_second_look
from tests.conftest import make_item, user_of
from tests.rating.rated import rate_item

SignIn = Callable[[User], Client]


@pytest.fixture
def worked(plan: Plan, rater: Rater, owner: User) -> Study:
    """Something of everything that is counted: ratings, a second look, a known item met, a check-in."""
    first, second = Item.objects.filter(study=plan.study).order_by("pk")[:2]
    rating = rate_item(plan, rater, first, {"safety": 3.0})
    ask_for_second_look(rating, actor=owner, reason="Please.", now=timezone.now())
    KeyedItem.objects.create(study=plan.study, item=second, use=KeyedItem.Use.GOLD)
    rate_item(plan, rater, second, {}, purpose="gold", number=rater.pk)
    CheckIn.objects.create(rater=rater, value=20, is_above=False, answered_at=timezone.now())
    return plan.study


def shown_columns(study: Study, client: Client) -> int:
    book = client.get(reverse("export_codebook", args=[study.code])).context["book"]
    wide = next(file for file in book.files if file.name == "ratings-wide.csv")
    return sum(f"{name}__missing" in wide.columns for name in wide.columns)


def shown_on_card(study: Study, client: Client) -> int:
    card = client.get(reverse("study_protocol", args=[study.code])).context["card"]
    part = next(one for one in card.to_dict()["parts"] if one["key"] == "raters")
    assert part["tables"]
    return told_counts(study, "main", now=timezone.now()).ratings.n_ratings


def shown_looks(study: Study, client: Client) -> int:
    page = client.get(reverse("study_second_looks", args=[study.code]))
    n: int = page.context["page_obj"].paginator.count
    return n


def shown_met(study: Study, _client: Client) -> int:
    return sum(row.n_met for row in keyed_rows(study))


def shown_plannable(study: Study, _client: Client) -> int:
    return n_claimable_items(study)


def shown_kept(study: Study, _client: Client) -> int:
    return {row.kind: row.n or 0 for row in retention_rows(study, now=timezone.now())}["wellbeing"]


def shown_ready(study: Study, _client: Client) -> int:
    return sum(group.n_items for group in readiness(study).groups)


def one_ready_more(study: Study, rater: Rater, owner: User) -> None:
    rate_item(Plan.objects.get(study=study), rater, make_item(study, 70), {"safety": 2.0})


def shown_withheld(study: Study, client: Client) -> int:
    page = client.get(reverse("study_exports", args=[study.code]), {"audience": "public"})
    n: int = page.context["withheld"].number[0]
    return n


def shown_topics(study: Study, _client: Client) -> int:
    return len(study_topics(study))


def one_topic_more(study: Study, rater: Rater, owner: User) -> None:
    make_item(study, 70, content_notes=["loss"])


def one_look_more(study: Study, rater: Rater, owner: User) -> None:
    rating = rate_item(Plan.objects.get(study=study), rater, make_item(study, 70), {})
    ask_for_second_look(rating, actor=owner, reason="Please.", now=timezone.now())


def one_met_more(study: Study, rater: Rater, owner: User) -> None:
    item = make_item(study, 70)
    KeyedItem.objects.create(study=study, item=item, use=KeyedItem.Use.ATTENTION)
    rate_item(Plan.objects.get(study=study), rater, item, {}, purpose="attention", number=rater.pk)


def one_item_more(study: Study, rater: Rater, owner: User) -> None:
    make_item(study, 70)


def one_check_in_more(study: Study, rater: Rater, owner: User) -> None:
    CheckIn.objects.create(rater=rater, value=20, is_above=False, answered_at=timezone.now())


def one_column_more(study: Study, rater: Rater, owner: User) -> None:
    rate_item(Plan.objects.get(study=study), rater, make_item(study, 70), {"safety": 2.0, "flag_gushing": 0})


NUMBERS: dict[str, tuple[Callable[..., int], int, Callable[..., None]]] = {
    CARD: (shown_on_card, 1, one_ready_more),
    COLUMNS: (shown_columns, 1, one_column_more),
    LOOKS: (shown_looks, 1, one_look_more),
    MET: (shown_met, 1, one_met_more),
    PLANNABLE: (shown_plannable, 3, one_item_more),
    KEPT: (shown_kept, 1, one_check_in_more),
    READY: (shown_ready, 1, one_ready_more),
    TOPICS: (shown_topics, 0, one_topic_more),
    WITHHELD: (shown_withheld, 1, one_ready_more),
}
# Held in the tests of plan checks, of pay and of hidden checks.
ELSEWHERE = {CHECKED, PAY, STEADY}


def test_every_number_of_a_study_is_held_against_counting() -> None:
    assert registered().keys() == NUMBERS.keys() | ELSEWHERE


@pytest.mark.parametrize("name", NUMBERS)
def test_stored_number_of_a_study_is_what_counting_tells_and_is_what_is_shown(
    name: str, worked: Study, rater: Rater, owner: User, client_of: SignIn
) -> None:
    shown, expected, one_more = NUMBERS[name]
    client = client_of(owner)
    assert shown(worked, client) == expected
    take_study_summary(worked, now=timezone.now())
    assert shown(worked, client) == expected
    # Read, not counted: what comes later shows with the next count.
    one_more(worked, rater, owner)
    assert shown(worked, client) == expected
    take_study_summary(worked, now=timezone.now())
    assert shown(worked, client) == expected + 1


def test_stored_counts_of_a_card_are_those_counted_plainly(worked: Study) -> None:
    at = timezone.now()
    take_study_summary(worked, now=at)
    counted, told = card_counts(worked, "main"), told_counts(worked, "main", now=at)
    # As JSON has them: pairs are lists.
    assert replace(told, counted_at=None, items=counted.items) == counted
    assert json.loads(json.dumps(asdict(counted.items))) == asdict(told.items)
    assert told.counted_at == at


@pytest.fixture
def large(worked: Study, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A stage that counts as large."""
    monkeypatch.setattr(counting, "LARGE", 3)
    return Plan.objects.select_related("study").get(study=worked)


def shown_of_stage(plan: Plan, now: datetime) -> tuple[Any, ...]:
    main = next(one for one in stage_counts(plan.study) if one.stage == "main")
    n_items = plan_outset(plan.study).n_items
    return main.n_ratings, n_unplanned(plan, now=now), stage_choices(plan.study), n_items


def test_stored_numbers_of_a_stage_are_what_exports_and_planning_count(large: Plan, rater: Rater) -> None:
    make_item(large.study, 60)
    now = timezone.now()
    counted = shown_of_stage(large, now)
    assert counted == (1, 1, [("main", "Main (1 ratings)")], 4)
    assert tend_summaries(now=now) == 1
    assert shown_of_stage(large, now) == counted
    rate_item(large, rater, make_item(large.study, 61), {})
    assert shown_of_stage(large, now) == counted
    StageSummary.objects.all().delete()
    assert shown_of_stage(large, now) == (2, 1, [("main", "Main (2 ratings)")], 5)


def test_progress_of_a_large_stage_is_counted_while_little_is_left(large: Plan, rater: Rater) -> None:
    now = timezone.now()
    counted = rater_progress(large, rater, now)
    # Of four items one is rated; the known one was met under another purpose and is not handed out again.
    assert (counted.n_done, counted.n_left) == (2, 2)
    tend_summaries(now=now)
    assert rater_progress(large, rater, now) == counted


def test_progress_of_a_large_stage_is_what_the_group_is_asked_about_while_much_is_left(
    large: Plan, rater: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    tend_summaries(now=now)
    monkeypatch.setattr(workbench, "COUNTED", 1)
    monkeypatch.setattr(workbench, "_many_left", {})
    told = rater_progress(large, rater, now)
    assert (told.n_done, told.n_total) == (2, 4)


def test_start_page_of_a_large_stage_tells_what_the_group_is_asked_about(
    large: Plan, rater: Rater, client_of: SignIn
) -> None:
    tend_summaries(now=timezone.now())
    page = client_of(user_of(rater)).get(reverse("home")).content.decode()
    assert "1 of 4" in page
    Slot.objects.filter(plan=large, state="open").delete()
    page = client_of(user_of(rater)).get(reverse("home")).content.decode()
    assert "1 of 1" in page


def test_work_is_over_once_nothing_is_left_for_the_rater(large: Plan, rater: Rater) -> None:
    now = timezone.now()
    assert not is_work_over(rater, now)
    Slot.objects.filter(plan=large, state="open", group=rater.group).delete()
    assert is_work_over(rater, now)
    Slot.objects.filter(plan=large, rater=rater).update(state="claimed")
    assert not is_work_over(rater, now)
