"""How a stage goes: course, factors, raters beside their groups; and asking for a second look."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pandas as pd
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import (
    AuditEvent,
    Factor,
    Item,
    ItemFactor,
    Job,
    Plan,
    Rater,
    Slot,
    StageTarget,
    Study,
    User,
)
from annotation.models.leaving import new_receipt_code
from annotation.services import leaving
from rating.models import Rating, SecondLook
from rating.services.rater_watch import distances_from_group, with_standing_out
from tests.conftest import user_of
from tests.rating.rated import make_raters, rate_item
from tests.rating.services.submitting import submit

ClientOf = Callable[[User], Client]
Queries = Callable[[int], Any]


def words(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


def page(study: Study, name: str, *args: str) -> str:
    return reverse(name, args=[study.code, *args])


@pytest.fixture
def rated(plan: Plan, items: list[Item]) -> Plan:
    """Peers rated all items over the last four days, clinicians two of them."""
    tones = Factor.objects.create(study=plan.study, key="tone", name="Tone", is_hidden=False)
    for number, item in enumerate(items):
        ItemFactor.objects.create(item=item, factor=tones, value="warm" if number < 2 else "brisk")
    channels = Factor.objects.create(study=plan.study, key="channel", name="Channel", is_hidden=False)
    for item in items:
        ItemFactor.objects.create(item=item, factor=channels, value="chat")
    now = timezone.now()
    for group, n in (("peer", 4), ("clinician", 2)):
        (rater,) = make_raters(plan, group, 1)
        for day, item in enumerate(items[:n]):
            rate_item(plan, rater, item, {"safety": 4}, at=now - timedelta(days=4 - day))
    Slot.objects.filter(plan=plan, state="done", completed_at=None).update(completed_at=now)
    return plan


def test_watch_page_shows_course_factors_and_alerts(
    client_of: ClientOf, rated: Plan, coordinator: User, django_assert_max_num_queries: Queries
) -> None:
    client = client_of(coordinator)
    with django_assert_max_num_queries(50):
        text = words(client.get(page(rated.study, "study_watch"), {"factor": "tone"}))
    assert "Share of the planned ratings" in text
    assert '<polyline points="' in text
    assert "There is no forecast yet" in text
    rows = re.findall(r'<th scope="row">(\w+)</th>((?: ?<td class="num">[^<]*</td>)+)', text)
    cells = {level: re.findall(r">([^<]+)</td>", told) for level, told in rows}
    # Two items a level, two ratings each of both groups; levels of the other factor are none of these.
    assert cells == {"brisk": ["2 of 4", "0 of 4"], "warm": ["2 of 4", "2 of 4"]}


def test_watch_page_when_no_stage_is_planned_leads_to_the_plan(
    client_of: ClientOf, study: Study, coordinator: User
) -> None:
    assert page(study, "study_plan") in words(client_of(coordinator).get(page(study, "study_watch")))


def test_watch_pages_when_somebody_may_not_see_them_refuse(
    client_of: ClientOf, rated: Plan, rater: Rater, researcher: User, outsider: User
) -> None:
    study = rated.study
    addresses = [page(study, "study_watch"), page(study, "study_second_looks")]
    assert [client_of(user_of(rater)).get(one).status_code for one in addresses] == [403, 403]
    assert [client_of(outsider).get(one).status_code for one in addresses] == [404, 404]
    assert [client_of(researcher).get(one).status_code for one in addresses] == [200, 403]
    posts = [
        page(study, "study_watch_measure"),
        page(study, "study_watch_target", rated.code),
        page(study, "study_second_look_new", "nothing"),
        page(study, "study_second_look_withdraw", "nothing"),
    ]
    assert [client_of(user_of(rater)).post(one).status_code for one in posts] == [403] * 4
    assert [client_of(outsider).post(one).status_code for one in posts] == [404] * 4
    assert [Client().post(one).status_code for one in posts] == [302] * 4
    assert [client_of(researcher).get(one).status_code for one in posts[:2]] == [405, 405]


def test_target_when_set_is_kept_compared_and_taken_away(
    client_of: ClientOf, rated: Plan, coordinator: User
) -> None:
    client, address = client_of(coordinator), page(rated.study, "study_watch_target", rated.code)
    client.post(address, {"due_on": "2031-02-03"})
    assert str(StageTarget.objects.get(plan=rated).due_on) == "2031-02-03"
    assert 'value="2031-02-03"' in words(client.get(page(rated.study, "study_watch")))
    assert "not a day" in words(client.post(address, {"due_on": "soon"}, follow=True))
    client.post(address, {"due_on": ""})
    assert not StageTarget.objects.exists()


def test_measuring_compares_raters_and_goes_when_somebody_withdraws(
    client_of: ClientOf,
    plan: Plan,
    coordinator: User,
    rater: Rater,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    submit(rater)
    client = client_of(coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page(plan.study, "study_watch_measure"))
    job = Job.objects.get(kind="rating.tasks.measure_raters")
    assert job.state == Job.State.DONE, job.error
    (row,) = job.result["raters"]
    # One rating says nothing of anybody.
    assert (row["rater"], row["distance"], row["alike"], row["far"]) == (rater.pseudonym, None, None, [])
    text = words(client.get(page(plan.study, "study_watch")))
    assert "A difference is not an error." in text
    assert rater.pseudonym in text
    leaving.leave_study(
        rater, actor=user_of(rater), choice="erase", receipt_code=new_receipt_code(), now=timezone.now()
    )
    assert not Job.objects.filter(pk=job.pk).exists()


def test_distance_is_taken_from_the_others_of_the_group_as_a_share_of_the_scale() -> None:
    entries = [{"key": "q", "kind": "scale", "scale": {"values": [1.0, 3.0, 5.0]}}]
    cells = [
        ("g", rater, item, value)
        for item in range(12)
        for rater, value in (("a", 1.0), ("b", 5.0), ("c", 5.0))
    ]
    # Somebody of another group on the same items is nobody's peer.
    cells += [("h", "d", item, 3.0) for item in range(12)]
    rows = pd.DataFrame(cells, columns=["group", "rater", "item", "value"]).assign(
        question="q", target="item"
    )
    found = distances_from_group(rows, entries)
    # a: |1 - 5| / 4; b: |5 - 3| / 4.
    assert found == {"a": pytest.approx(1.0), "b": pytest.approx(0.5), "c": pytest.approx(0.5)}


def test_standing_out_needs_five_of_a_group_and_the_side_that_matters() -> None:
    def row(group: str, seconds: float) -> dict[str, Any]:
        return {"group": group, "seconds": seconds, "alike": None, "distance": None}

    peers = [row("g", seconds) for seconds in (40, 41, 42, 43, 44, 2, 400)]
    few = [row("h", seconds) for seconds in (40, 41, 42, 2)]
    found = with_standing_out([*peers, *few])
    assert [one["seconds"] for one in found if one["far"]] == [2]
    assert found[5]["far"] == ["seconds"]


@pytest.fixture
def rating(rater: Rater, plan: Plan) -> Rating:
    del plan
    return submit(rater).rating


def test_second_look_when_asked_reaches_the_rater_who_revises(
    client_of: ClientOf, coordinator: User, rater: Rater, rating: Rating
) -> None:
    study, staff, client = rater.study, client_of(coordinator), client_of(user_of(rater))
    new = page(study, "study_second_look_new", rating.slot.code)
    assert new in words(staff.get(page(study, "study_item", rating.slot.item.code)))
    assert staff.post(new, {"reason": " "}).status_code == 400
    staff.post(new, {"reason": "Please read the last turn once more."})
    assert "asked to look at it again already" in words(staff.post(new, {"reason": "Again."}))
    home = words(client.get(f"/studies/{study.code}/rate/"))
    assert "Please read the last turn once more." in home
    # Not only where it is asked: also beside the answers that may change.
    assert "“Please read the last turn once more.”" in words(
        client.get(page(study, "rate_item", rating.slot.code))
    )
    revised = submit_again(rater, rating)
    look = SecondLook.objects.get()
    assert (look.revision, look.is_withdrawn) == (revised, False)
    assert Rating.objects.filter(slot=rating.slot).count() == 2
    assert "Please look again" not in words(client.get(f"/studies/{study.code}/rate/"))
    assert "Revised" in words(staff.get(page(study, "study_second_looks")))
    told = [str(event.payload.data) for event in AuditEvent.objects.filter(kind="rating.second_look_asked")]
    assert len(told) == 1
    assert "last turn" not in told[0]


def submit_again(rater: Rater, rating: Rating) -> Rating:
    from rating.services.submission import submit_rating
    from tests.rating.services.submitting import filled

    assert rating.presentation is not None
    submission = filled(rating.presentation, value=2, expected_revision=1)
    return submit_rating(rater, submission, actor=user_of(rater), claim_next=False).rating


def test_second_look_when_kept_or_taken_back_is_closed(
    client_of: ClientOf, coordinator: User, rater: Rater, second_rater: Rater, rating: Rating
) -> None:
    study, staff = rater.study, client_of(coordinator)
    new = page(study, "study_second_look_new", rating.slot.code)
    staff.post(new, {"reason": "One more look, please."})
    look = SecondLook.objects.get()
    keep = page(study, "rate_second_look_keep", look.code)
    assert client_of(user_of(second_rater)).post(keep).status_code == 404
    assert client_of(user_of(rater)).post(keep).status_code == 302
    look.refresh_from_db()
    assert (look.closed_at is None, look.revision, look.is_withdrawn) == (False, None, False)
    staff.post(new, {"reason": "And once more."})
    second = SecondLook.objects.get(closed_at=None)
    staff.post(page(study, "study_second_look_withdraw", second.code))
    second.refresh_from_db()
    assert second.is_withdrawn
    # What is closed stays as it is.
    staff.post(page(study, "study_second_look_withdraw", look.code))
    look.refresh_from_db()
    assert not look.is_withdrawn
    assert Rating.objects.filter(slot=rating.slot).count() == 1


def test_second_look_when_nobody_can_revise_is_refused(
    client_of: ClientOf, plan: Plan, items: list[Item], coordinator: User
) -> None:
    (gone,) = make_raters(plan, "peer", 1)
    old = rate_item(plan, gone, items[0], {"safety": 4})
    new = page(plan.study, "study_second_look_new", old.slot.code)
    client = client_of(coordinator)
    assert "Nobody can revise this rating" in words(client.get(new))
    assert "Nobody can revise this rating" in words(client.post(new, {"reason": "Look."}))
    assert not SecondLook.objects.exists()
