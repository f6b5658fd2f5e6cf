"""Of several schedulers one works; whatever fails is tried again; the next takes over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError
from django.db.models.functions import Now
from django.utils import timezone

from annotation.models import AuditSeal, Lease, Study
from annotation.services.leases import give_lease_back, hold_lease
from rating.management.scheduler import LEASE, RENEW_SECONDS, Scheduler
from rating.services.chores import CHORES, Chore

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def scheduler(clock: Clock, *chores: Chore) -> Scheduler:
    return Scheduler(chores=chores, clock=clock)


def test_lease_when_held_is_refused_to_others_until_given_back_or_over() -> None:
    assert hold_lease("x", holder="one", seconds=30)
    assert hold_lease("x", holder="one", seconds=30)
    assert not hold_lease("x", holder="two", seconds=30)
    assert hold_lease("y", holder="two", seconds=30)

    give_lease_back("x", holder="two")
    assert not hold_lease("x", holder="two", seconds=30)
    give_lease_back("x", holder="one")
    assert hold_lease("x", holder="two", seconds=30)

    Lease.objects.filter(name="x").update(expires_at=Now() - timedelta(seconds=1))
    assert hold_lease("x", holder="one", seconds=30)


def test_chores_are_done_when_due_and_not_before() -> None:
    done: list[str] = []
    clock = Clock()
    one = scheduler(
        clock,
        Chore("often", 3, lambda: done.append("often")),
        Chore("seldom", 3600, lambda: done.append("seldom")),
    )
    for seconds in (0, 1, 2, 1):
        clock.now += seconds
        one.round()

    assert done == ["often", "seldom", "often"]


def test_two_schedulers_at_once_do_each_chore_once_and_the_second_takes_over() -> None:
    done: list[str] = []
    clock = Clock()

    def chore(name: str) -> Chore:
        return Chore("same", 1, lambda: done.append(name))

    first, second = scheduler(clock, chore("first")), scheduler(clock, chore("second"))
    for _ in range(3):
        first.round()
        second.round()
        clock.now += 1
    assert (done, first.is_in_charge, second.is_in_charge) == (["first"] * 3, True, False)

    first.stop()
    clock.now += RENEW_SECONDS
    second.round()

    assert (done[-1], second.is_in_charge) == ("second", True)


def test_scheduler_whose_lease_was_taken_meanwhile_stops_doing() -> None:
    done: list[str] = []
    clock = Clock()
    slow = scheduler(clock, Chore("same", 1, lambda: done.append("slow")))
    slow.round()
    Lease.objects.filter(name=LEASE).update(expires_at=Now() - timedelta(seconds=1))
    assert hold_lease(LEASE, holder="other", seconds=30)

    clock.now += RENEW_SECONDS
    slow.round()

    assert (done, slow.is_in_charge) == (["slow"], False)


def failing(error: Exception) -> Callable[[], object]:
    def fail() -> object:
        raise error

    return fail


def test_chore_that_fails_is_logged_and_hinders_no_other(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    one = scheduler(
        Clock(),
        Chore("broken", 3, failing(ValueError("no"))),
        Chore("whole", 3, lambda: done.append("whole")),
    )
    with caplog.at_level(logging.ERROR):
        one.round()

    assert done == ["whole"]
    assert "the chore broken failed" in caplog.text


def test_scheduler_without_database_waits_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    clock = Clock()
    one = scheduler(clock, Chore("same", 1, lambda: done.append("done")))
    with monkeypatch.context() as patched, caplog.at_level(logging.CRITICAL):
        gone = failing(DatabaseError("gone"))
        patched.setattr("rating.management.scheduler.hold_lease", lambda *_args, **_more: gone())
        one.round()
    assert (done, one.is_in_charge) == ([], False)

    clock.now += RENEW_SECONDS
    one.round()

    assert done == ["done"]


def test_all_chores_of_the_list_run_on_a_study(study: Study) -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    out = StringIO()

    call_command("run_scheduler", once=True, stdout=out)

    assert out.getvalue() == "Done.\n"
    assert AuditSeal.objects.filter(study=study).exists()
    assert not Session.objects.exists()
    # Given back: the next need not wait.
    assert hold_lease(LEASE, holder="next", seconds=30)


def test_run_scheduler_once_while_another_is_at_work_says_so() -> None:
    assert hold_lease(LEASE, holder="other", seconds=30)
    out = StringIO()

    call_command("run_scheduler", once=True, stdout=out)

    assert "Another scheduler is at work" in out.getvalue()


def test_chores_have_names_of_their_own() -> None:
    assert len({chore.name for chore in CHORES}) == len(CHORES)
