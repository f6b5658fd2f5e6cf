"""Prompts, opt-outs, pauses, weekly totals and retention: what is kept, of whom, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from annotation.access import memberships
from annotation.errors import DomainError
from annotation.models import (
    CareWeek,
    CheckIn,
    ContactWish,
    Exposure,
    Factor,
    Item,
    ItemFactor,
    Pass,
    Pause,
    Plan,
    Rater,
    Role,
    RoleGrant,
    Slot,
    Study,
    TopicOptOut,
    User,
)
from annotation.queries.care import Interlude, care_weeks, due_interlude, is_overwhelmed
from annotation.queries.home import study_cards
from annotation.queries.opt_outs import study_topics
from annotation.queries.studies import rater_paces
from annotation.services import queue
from annotation.services import wellbeing as care
from annotation.services.care import update_care
from annotation.services.care_weeks import tend_wellbeing
from annotation.services.opt_outs import choose_topics, pause_work
from tests.conftest import user_of

pytestmark = pytest.mark.django_db

# A Wednesday.
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def settings(study: Study, owner: User, **changes: object) -> None:
    usual: dict[str, object] = {
        "break_minutes": 45,
        "break_heavy_items": 5,
        "checkin_every": 10,
        "checkin_number": 70,
        "retention_days": 90,
        "debrief": "",
    }
    update_care(study, actor=owner, **(usual | changes))  # type: ignore[arg-type]


def noted(rater: Rater, times: int, *, is_heavy: bool = False, apart: timedelta = MINUTE) -> datetime:
    """So many items one after the other; the time of the last."""
    for number in range(times):
        care.note_item(rater, is_heavy=is_heavy, now=NOW + number * apart)
    return NOW + (times - 1) * apart


def claimed(rater: Rater, now: datetime = NOW) -> Slot | None:
    claim = queue.claim_next(rater, actor=user_of(rater), now=now)
    return None if claim is None else claim.slot


def handed_out(rater: Rater) -> set[int]:
    """Every item the queue has for the rater."""
    found: set[int] = set()
    while slot := claimed(rater):
        found.add(slot.item_id)
        queue.complete_slot(slot, rater, now=NOW)
    return found


def about(item: Item, *notes: str) -> Item:
    item.content_notes = list(notes)
    item.save()
    return item


def test_due_interlude_by_default_asks_after_ten_items(rater: Rater) -> None:
    assert due_interlude(rater, now=noted(rater, 9)) is None
    assert due_interlude(rater, now=noted(rater, 1)) is Interlude.CHECK_IN
    care.skip_check_in(rater, now=NOW)
    assert due_interlude(rater, now=NOW) is None
    assert not CheckIn.objects.exists()


def test_due_interlude_after_five_heavy_items_in_a_row_is_a_break(rater: Rater) -> None:
    noted(rater, 4, is_heavy=True)
    noted(rater, 1)
    assert due_interlude(rater, now=noted(rater, 4, is_heavy=True)) is None
    assert due_interlude(rater, now=noted(rater, 1, is_heavy=True)) is Interlude.CHECK_IN
    care.check_in(rater, value=10, now=NOW)
    assert due_interlude(rater, now=NOW) is Interlude.HEAVY
    care.begin_stretch(rater, now=NOW)
    assert due_interlude(rater, now=NOW) is None


def test_due_interlude_after_45_minutes_without_rest_is_a_break(rater: Rater) -> None:
    last = noted(rater, 5, apart=12 * MINUTE)
    assert due_interlude(rater, now=last) is Interlude.LONG
    # Who has done nothing for a quarter of an hour has rested.
    assert due_interlude(rater, now=last + 15 * MINUTE) is None


def test_due_interlude_when_the_rater_rests_in_between_is_none(rater: Rater) -> None:
    assert due_interlude(rater, now=noted(rater, 6, apart=20 * MINUTE)) is None


def test_due_interlude_when_switched_off_is_none(study: Study, owner: User, rater: Rater) -> None:
    settings(study, owner, break_minutes=0, break_heavy_items=0, checkin_every=0)
    assert due_interlude(rater, now=noted(rater, 30, is_heavy=True, apart=3 * MINUTE)) is None


@pytest.mark.parametrize(("value", "is_above"), [(0, False), (70, False), (71, True), (100, True)])
def test_check_in_is_above_beyond_the_studys_number(rater: Rater, value: int, is_above: bool) -> None:
    assert care.check_in(rater, value=value, now=NOW).is_above is is_above
    assert is_overwhelmed(rater, now=NOW) is is_above


@pytest.mark.parametrize("value", [-1, 101])
def test_check_in_off_the_scale_is_refused(rater: Rater, value: int) -> None:
    with pytest.raises(DomainError):
        care.check_in(rater, value=value, now=NOW)


def test_check_in_when_the_number_is_moved_later_stays_as_it_was(
    study: Study, owner: User, rater: Rater
) -> None:
    care.check_in(rater, value=60, now=NOW)
    settings(study, owner, checkin_number=10)
    assert CheckIn.objects.get().is_above is False


def test_study_topics_names_notes_and_open_topics_once(study: Study, items: list[Item]) -> None:
    about(items[0], "Self-harm", "loss")
    about(items[1], "self-harm ")
    for key, is_hidden in (("topic", False), ("secret", True)):
        factor = Factor.objects.create(study=study, key=key, name=key, is_hidden=is_hidden)
        ItemFactor.objects.create(item=items[2], factor=factor, value=f"{key} words")
    assert set(study_topics(study)) == {"self-harm", "loss", "topic words"}


def test_study_topics_leaves_a_hidden_topic_out(study: Study, items: list[Item]) -> None:
    factor = Factor.objects.create(study=study, key="topic", name="Topic", is_hidden=True)
    ItemFactor.objects.create(item=items[0], factor=factor, value="what it hides")
    assert study_topics(study) == {}


def test_queue_never_hands_out_a_topic_the_rater_opted_out_of(
    plan: Plan, rater: Rater, second_rater: Rater, items: list[Item]
) -> None:
    about(items[0], "Self-Harm")
    about(items[1], "loss", "self-harm")
    about(items[2], "Trauer über ein Kind")
    choose_topics(rater, topics=["self-harm", "trauer ÜBER ein kind"], now=NOW)
    assert handed_out(rater) == {items[3].pk}
    assert handed_out(second_rater) == {item.pk for item in items}


def test_queue_never_hands_out_an_open_topic_the_rater_opted_out_of(
    plan: Plan, study: Study, rater: Rater, items: list[Item]
) -> None:
    factor = Factor.objects.create(study=study, key="topic", name="Topic", is_hidden=False)
    for item, value in zip(items, ["Grief", "work", "grief", "work"], strict=True):
        ItemFactor.objects.create(item=item, factor=factor, value=value)
    choose_topics(rater, topics=["grief"], now=NOW)
    assert handed_out(rater) == {items[1].pk, items[3].pk}


def test_queue_when_all_is_opted_out_has_nothing_and_the_raters_own_count_says_so(
    plan: Plan, rater: Rater, items: list[Item]
) -> None:
    for item in items:
        about(item, "loss")
    choose_topics(rater, topics=["loss"], now=NOW)
    assert claimed(rater) is None
    (card,) = study_cards(memberships(user_of(rater)), now=NOW)
    assert card.progress is not None
    assert card.progress.n_all == 0
    choose_topics(rater, topics=[], now=NOW)
    assert claimed(rater) is not None


def test_choose_topics_gives_back_the_item_in_hand(plan: Plan, rater: Rater) -> None:
    held = claimed(rater)
    assert held is not None
    about(held.item, "loss")
    choose_topics(rater, topics=["loss"], now=NOW)
    held.refresh_from_db()
    assert (held.state, held.rater) == (Slot.State.OPEN, None)


def test_return_to_an_item_one_has_opted_out_of_since_is_refused(plan: Plan, rater: Rater) -> None:
    held = claimed(rater)
    assert held is not None
    queue.pass_item(held, rater, actor=user_of(rater), reason="", now=NOW)
    about(held.item, "loss")
    choose_topics(rater, topics=["loss"], now=NOW)
    with pytest.raises(DomainError):
        queue.return_to_item(held.item, rater, actor=user_of(rater), now=NOW)


def test_pause_work_releases_the_item_and_claiming_ends_the_pause(plan: Plan, rater: Rater) -> None:
    held = claimed(rater)
    assert held is not None
    assert pause_work(rater, now=NOW) == pause_work(rater, now=NOW + MINUTE)
    held.refresh_from_db()
    assert held.state == Slot.State.OPEN
    claimed(rater, NOW + 30 * MINUTE)
    pause = Pause.objects.get()
    assert (pause.began_at, pause.ended_at) == (NOW, NOW + 30 * MINUTE)


def test_claim_after_a_pause_brings_back_what_was_begun(plan: Plan, rater: Rater) -> None:
    held = claimed(rater)
    assert held is not None
    pause_work(rater, now=NOW)
    claim = queue.claim_next(rater, actor=user_of(rater), now=NOW, begun=[held.pk])
    assert claim is not None
    assert (claim.slot.pk, claim.position) == (held.pk, 1)


def test_claim_after_a_pause_when_another_took_it_brings_the_next(
    plan: Plan, rater: Rater, second_rater: Rater
) -> None:
    held = claimed(rater)
    assert held is not None
    pause_work(rater, now=NOW)
    later = NOW + timedelta(hours=3)
    Slot.objects.filter(pk=held.pk).update(state="claimed", rater=second_rater, claim_expires_at=later)
    claim = queue.claim_next(rater, actor=user_of(rater), now=NOW, begun=[held.pk])
    assert claim is not None
    assert claim.slot.pk != held.pk


def test_wish_contact_twice_is_one_wish_until_it_is_answered(rater: Rater) -> None:
    first = care.wish_contact(rater, reach="", now=NOW)
    assert care.wish_contact(rater, reach="room 4", now=NOW) == first
    assert ContactWish.objects.get().reach == "room 4"
    care.answer_wish(first, now=NOW)
    assert care.wish_contact(rater, reach="", now=NOW) != first


@pytest.fixture
def crowd(make_rater: Callable[..., Rater]) -> list[Rater]:
    return [make_rater(f"p{number}") for number in range(6)]


def pauses(raters: list[Rater], at: datetime) -> None:
    for one in raters:
        Pause.objects.create(rater=one, began_at=at, ended_at=at + MINUTE)


def test_tend_wellbeing_sums_up_a_week_that_is_over_where_five_raters_stand_behind_it(
    study: Study, crowd: list[Rater]
) -> None:
    pauses([*crowd[:5], crowd[0]], NOW)
    for one in crowd[:4]:
        CheckIn.objects.create(rater=one, value=90, is_above=True, answered_at=NOW)
    for one in crowd:
        CheckIn.objects.create(rater=one, value=20, is_above=False, answered_at=NOW)
    tend_wellbeing(now=NOW)
    assert not CareWeek.objects.exists()
    tend_wellbeing(now=NOW + timedelta(days=7))
    week = CareWeek.objects.get()
    assert (week.monday, week.n_pauses, week.n_skips, week.n_above) == (date(2026, 3, 2), 6, None, None)


def test_care_week_once_written_never_changes(study: Study, crowd: list[Rater]) -> None:
    pauses(crowd, NOW)
    tend_wellbeing(now=NOW + timedelta(days=7))
    care.forget_wellbeing(crowd[0])
    tend_wellbeing(now=NOW + timedelta(days=8))
    assert CareWeek.objects.get().n_pauses == 6


def test_tend_wellbeing_leaves_out_raters_who_run_the_study(study: Study, crowd: list[Rater]) -> None:
    assert crowd[0].member is not None
    RoleGrant.objects.create(member=crowd[0].member, role=Role.COORDINATOR)
    pauses(crowd[:5], NOW)
    tend_wellbeing(now=NOW + timedelta(days=7))
    assert CareWeek.objects.get().n_pauses is None


def test_care_weeks_show_a_week_without_anything_like_one_with_too_few(
    study: Study, crowd: list[Rater]
) -> None:
    Study.objects.filter(pk=study.pk).update(created_at=NOW)
    study.refresh_from_db()
    pauses(crowd[:4], NOW)
    tend_wellbeing(now=NOW + timedelta(days=14))
    CareWeek.objects.filter(monday=date(2026, 3, 9)).delete()
    shown = care_weeks(study, today=date(2026, 3, 18))
    assert [(week.monday, week.n_pauses) for week in shown] == [
        (date(2026, 3, 9), None),
        (date(2026, 3, 2), None),
    ]


def test_tend_wellbeing_deletes_what_is_older_than_the_studys_days(
    plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    settings(study, owner, retention_days=14)
    held = claimed(rater)
    assert held is not None
    queue.pass_item(held, rater, actor=user_of(rater), reason="too close to home", now=NOW)
    choose_topics(rater, topics=["loss"], now=NOW)
    care.note_item(rater, is_heavy=True, now=NOW)
    care.check_in(rater, value=80, now=NOW)
    pauses([rater], NOW)
    care.wish_contact(rater, reach="room 4", now=NOW)
    tend_wellbeing(now=NOW + timedelta(days=13))
    assert CheckIn.objects.count() == 1
    tend_wellbeing(now=NOW + timedelta(days=15))
    for model in (CheckIn, Pause, ContactWish, Exposure):
        assert not model.objects.exists(), model.__name__
    # The skip and the opt-out hold as long as the queue needs them.
    assert Pass.objects.get().reason == ""
    assert TopicOptOut.objects.exists()
    Study.objects.filter(pk=study.pk).update(state=Study.State.CLOSED)
    tend_wellbeing(now=NOW + timedelta(days=15))
    assert not TopicOptOut.objects.exists()


def test_erase_wellbeing_when_a_rater_leaves_takes_everything(plan: Plan, rater: Rater) -> None:
    choose_topics(rater, topics=["loss"], now=NOW)
    care.check_in(rater, value=80, now=NOW)
    care.wish_contact(rater, reach="", now=NOW)
    pause_work(rater, now=NOW)
    care.erase_wellbeing(rater)
    for model in (CheckIn, Pause, ContactWish, Exposure, TopicOptOut):
        assert not model.objects.exists(), model.__name__


def behind(plan: Plan, now: datetime = NOW) -> set[str]:
    return {pace.pseudonym for pace in rater_paces(plan.study, plan, now=now) if pace.is_behind}


@pytest.fixture
def slow(plan: Plan, rater: Rater, make_rater: Callable[..., Rater]) -> Rater:
    """Behind two others, who have done all four items; one more slot of each item is free."""
    for item in Item.objects.filter(study=plan.study):
        Slot.objects.create(
            plan=plan, item=item, group=rater.group, rubric_version=plan.rubric_version, number=3
        )
    for name in ("quinn", "oda"):
        handed_out(make_rater(name))
    assert behind(plan) == {rater.pseudonym}
    return rater


def test_who_is_behind_when_items_are_opted_out_is_judged_by_what_is_left(
    plan: Plan, slow: Rater, items: list[Item]
) -> None:
    for item in items[:3]:
        about(item, "loss")
    choose_topics(slow, topics=["loss"], now=NOW)
    slot = claimed(slow)
    assert slot is not None
    queue.complete_slot(slot, slow, now=NOW)
    # One done of the one that is left, where 4 x 1/4 / 2 is asked.
    assert behind(plan) == set()


def test_who_is_behind_when_everything_was_skipped_is_nobody(plan: Plan, slow: Rater) -> None:
    while slot := claimed(slow):
        queue.pass_item(slot, slow, actor=user_of(slow), reason="", now=NOW)
    assert behind(plan) == set()


def test_who_is_behind_when_away_on_a_break_is_judged_by_the_time_there_was(plan: Plan, slow: Rater) -> None:
    Plan.objects.filter(pk=plan.pk).update(created_at=NOW - timedelta(days=10))
    Rater.objects.filter(pk=slow.pk).update(created_at=NOW - timedelta(days=10))
    plan.refresh_from_db()
    slot = claimed(slow)
    assert slot is not None
    queue.complete_slot(slot, slow, now=NOW)
    assert behind(plan) == {slow.pseudonym}
    pause = Pause.objects.create(rater=slow, began_at=NOW - timedelta(days=8))
    assert behind(plan) == set()
    pause.delete()
    # Nor is who joined two days ago: no verdict has one reason only.
    Rater.objects.filter(pk=slow.pk).update(created_at=NOW - timedelta(days=2))
    assert behind(plan) == set()
