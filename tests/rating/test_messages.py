"""Messages to raters who are behind: to whom the pace table shows, muted in silence, logged without words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import (
    AuditEvent,
    Job,
    MessageCopy,
    MessageMute,
    Plan,
    Rater,
    RaterMessage,
    Slot,
    Study,
    User,
)
from annotation.models.leaving import new_receipt_code
from annotation.services import queue
from annotation.services.leaving import leave_study
from annotation.tasks.joining import send_message_mails
from tests.conftest import user_of

# Known by name to the code under test: importing it here registers the task.
assert send_message_mails.name == "annotation.tasks.send_message"

SignIn = Callable[[User], Client]
ASKED = {"subject": "How are you getting on?", "body": "Write to us if something <is> in the way."}


@pytest.fixture
def slow(plan: Plan, make_rater: Callable[..., Rater]) -> Rater:
    """Behind two others of the group, who have done all eight slots between them."""
    slow = make_rater("sam")
    for name in ("quinn", "oda"):
        quick = make_rater(name)
        while claim := queue.claim_next(quick, actor=user_of(quick), now=timezone.now()):
            queue.complete_slot(claim.slot, quick, now=timezone.now())
    assert not Slot.objects.filter(plan=plan, group=slow.group, state=Slot.State.OPEN).exists()
    return slow


@pytest.fixture
def write(
    study: Study, coordinator: User, client_of: SignIn, django_capture_on_commit_callbacks: Any
) -> Callable[..., Any]:
    """write(): the coordinator's form, sent; the mails gone out."""

    def send(**fields: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client_of(coordinator).post(reverse("study_messages", args=[study.code]), ASKED | fields)

    return send


def test_message_reaches_who_is_behind_and_nobody_else(
    study: Study, slow: Rater, coordinator: User, write: Callable[..., Any], client_of: SignIn
) -> None:
    path = reverse("study_messages", args=[study.code])
    before = client_of(coordinator).get(path).content.decode()
    assert "1 rater is behind" in before
    assert slow.pseudonym not in before
    assert write().headers["Location"] == path
    assert [message.to for message in mail.outbox] == [["sam@example.org"]]
    assert "something <is> in the way" in mail.outbox[0].body
    assert f"http://testserver/studies/{study.code}/rate/messages/" in mail.outbox[0].body
    home = reverse("rate_home", args=[study.code])
    client = client_of(user_of(slow))
    assert "something &lt;is&gt; in the way" in client.get(home).content.decode()
    others = Rater.objects.exclude(pk=slow.pk)
    for other in others:
        assert "in the way" not in client_of(user_of(other)).get(home).content.decode()
    event = AuditEvent.objects.get(kind="message.sent")
    assert event.payload.data == {}
    assert "getting on" not in str(list(Job.objects.values()))
    after = client_of(coordinator).get(path).content.decode()
    assert slow.pseudonym not in after
    assert "sam@" not in after

    away = reverse("rate_message_away", args=[study.code, RaterMessage.objects.get().code])
    assert client_of(user_of(others[0])).post(away).status_code == 404
    assert client.post(away).headers["Location"] == home
    assert "in the way" not in client.get(home).content.decode()


def test_muting_is_kept_from_the_coordinator(
    study: Study, slow: Rater, coordinator: User, write: Callable[..., Any], client_of: SignIn
) -> None:
    client = client_of(user_of(slow))
    mute = reverse("rate_messages_mute", args=[study.code])
    own = reverse("rate_messages", args=[study.code])
    assert client.post(mute, {"mute": "yes"}).headers["Location"] == own
    assert "switched off" in client.get(own).content.decode()
    events = AuditEvent.objects.count()
    page = client_of(coordinator).get(reverse("study_messages", args=[study.code])).content.decode()
    assert "1 rater is behind" in page
    assert write().status_code == 302
    assert AuditEvent.objects.count() == events + 1
    assert mail.outbox == []
    assert not MessageCopy.objects.exists()
    client.post(mute, {"mute": "no"})
    assert not MessageMute.objects.exists()


def test_message_without_an_address_stands_on_the_start_page_alone(
    study: Study, slow: Rater, write: Callable[..., Any], client_of: SignIn
) -> None:
    User.objects.filter(pk=user_of(slow).pk).update(email="")
    write()
    assert mail.outbox == []
    [job] = Job.objects.all()
    assert (job.state, job.result) == ("done", {})
    assert (
        "in the way" in client_of(user_of(slow)).get(reverse("rate_home", args=[study.code])).content.decode()
    )


def test_second_message_on_one_day_is_refused(
    study: Study, slow: Rater, coordinator: User, write: Callable[..., Any], client_of: SignIn
) -> None:
    write()
    assert write(subject="Once more").status_code == 400
    page = client_of(coordinator).get(reverse("study_messages", args=[study.code])).content.decode()
    assert "less than a day ago" in page
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert write(subject="Once more").status_code == 302


@pytest.mark.parametrize(
    "wrong", [{"subject": ""}, {"body": " "}, {"body": "x" * 4001}, {"subject": "x" * 151}]
)
def test_message_with_bad_input_is_not_sent(
    slow: Rater, write: Callable[..., Any], wrong: dict[str, str]
) -> None:
    assert write(**wrong).status_code == 400
    assert not RaterMessage.objects.exists()


def test_message_when_nobody_is_behind_is_not_sent(
    plan: Plan, rater: Rater, write: Callable[..., Any]
) -> None:
    assert write().status_code == 400
    assert not RaterMessage.objects.exists()


def test_who_leaves_takes_the_messages_along(
    study: Study, slow: Rater, write: Callable[..., Any], frozen_now: datetime
) -> None:
    write()
    leave_study(slow, actor=user_of(slow), choice="keep", receipt_code=new_receipt_code(), now=timezone.now())
    assert not MessageCopy.objects.exists()


def test_message_pages_for_others_are_closed(
    study: Study, researcher: User, rater: Rater, outsider: User, client_of: SignIn
) -> None:
    staff = reverse("study_messages", args=[study.code])
    assert client_of(researcher).get(staff).status_code == 403
    assert client_of(user_of(rater)).get(staff).status_code == 403
    own = [
        reverse("rate_messages", args=[study.code]),
        reverse("rate_messages_mute", args=[study.code]),
        reverse("rate_message_away", args=[study.code, "nothing"]),
    ]
    for path in [staff, *own]:
        assert Client().post(path).status_code in {302, 405}
        assert client_of(outsider).post(path).status_code in {404, 405}
    for path in own:
        assert client_of(researcher).post(path).status_code in {403, 405}
    assert client_of(user_of(rater)).post(own[2]).status_code == 404
    assert client_of(user_of(rater)).get(own[1]).status_code == 405
