"""Alerts by e-mail: chosen by each member, once a day at most, at once for incidents, without names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from smtplib import SMTPException
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client, TestCase
from django.urls import reverse

from annotation.models import (
    AlertChoice,
    AuditEvent,
    IncidentNotice,
    Job,
    Member,
    Plan,
    Rater,
    SafeguardingLead,
    Study,
    User,
)
from annotation.services import people
from annotation.services.alerts import choose_alerts, retry_notices
from annotation.services.incidents import open_incident
from annotation.tasks.alerts import send_incident_notices
from rating.queries.attention import all_alerts
from rating.services.alert_mails import start_day_mails
from rating.tasks.alerts import send_alerts
from tests.api.desk import Desk

ClientOf = Callable[[User], Client]
ROOT = "https://attune.example.org/"
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
assert (send_alerts.name, send_incident_notices.name) == (
    "rating.tasks.send_alerts",
    "annotation.tasks.send_notices",
)


def chosen(study: Study, user: User, **fields: Any) -> AlertChoice:
    member = Member.objects.get(study=study, user=user)
    return choose_alerts(
        member, actor=user, root=ROOT, **{"often": "daily", "incidents_at_once": False, **fields}
    )


def start(now: datetime) -> int:
    with time_machine.travel(now, tick=False), TestCase.captureOnCommitCallbacks(execute=True):
        return start_day_mails(now=now)


def open_one(study: Study, actor: User) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        open_incident(study, actor=actor, text="Ada told of a plan.")


@pytest.fixture
def unled(plan: Plan, rater: Rater) -> Study:
    """An open study with a rater, in which nobody is named for safeguarding."""
    SafeguardingLead.objects.all().delete()
    return plan.study


def test_day_mail_says_once_what_wants_attention_and_names_nobody(
    unled: Study, coordinator: User, rater: Rater, researcher: User
) -> None:
    chosen(unled, coordinator)
    assert start(MORNING.replace(hour=5)) == 0
    assert (start(MORNING), start(MORNING + timedelta(hours=1)), start(MORNING)) == (1, 0, 0)
    [sent] = mail.outbox
    assert sent.to == [coordinator.email]
    assert "No safeguarding lead is named." in sent.body
    assert f"{ROOT}studies/{unled.code}/ethics/safeguarding/" in sent.body
    assert f"{ROOT}studies/{unled.code}/progress/mail/" in sent.body
    assert rater.pseudonym not in f"{sent.subject}{sent.body}"
    assert coordinator.username not in str(sent.body)
    assert start(MORNING + timedelta(days=1)) == 1
    assert len(mail.outbox) == 2


def test_day_mail_is_not_written_where_nothing_waits_or_nobody_wants_it(
    plan: Plan, coordinator: User, researcher: User, owner: User
) -> None:
    chosen(plan.study, researcher)
    chosen(plan.study, coordinator, often="never")
    gone = chosen(plan.study, owner).member
    Member.objects.filter(pk=gone.pk).update(left_at=MORNING)
    Plan.objects.update(state="closed")
    assert start(MORNING) == 1
    assert mail.outbox == []
    assert Job.objects.get(kind=send_alerts.name).result == {"n_sent": 0, "n_failed": 0, "n_nothing": 1}


def test_day_mail_that_fails_is_tried_again_an_hour_later(
    unled: Study, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(unled, coordinator)

    def refuse(self: EmailMessage, *args: object, **kwargs: object) -> int:
        raise SMTPException("no route to coordinator@example.org")

    with monkeypatch.context() as away:
        away.setattr(EmailMessage, "send", refuse)
        start(MORNING)
    assert Job.objects.get(kind=send_alerts.name).result["n_failed"] == 1
    assert "example.org" not in str(Job.objects.filter(kind=send_alerts.name).values())
    assert start(MORNING + timedelta(hours=1)) == 1
    assert len(mail.outbox) == 1


def test_incident_is_told_at_once_to_who_may_read_it_and_asked_to_hear(
    study: Study, owner: User, coordinator: User, researcher: User, outsider: User
) -> None:
    people.add_member(study, actor=owner, user=outsider, roles=["safeguarding"])
    for user in (owner, outsider):
        chosen(study, user, often="never", incidents_at_once=True)
    open_one(study, coordinator)
    assert {address for one in mail.outbox for address in one.to} == {owner.email, outsider.email}
    assert not re.search(r"Ada|plan\b", "".join(str(one.body) for one in mail.outbox))
    open_one(study, outsider)
    assert [one.to for one in mail.outbox[2:]] == [[owner.email]]
    assert IncidentNotice.objects.filter(mailed_at__isnull=True).count() == 0


def test_notice_that_did_not_go_is_sent_later_and_never_twice(
    study: Study, owner: User, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(study, owner, incidents_at_once=True)
    with monkeypatch.context() as away:
        away.setattr(EmailMessage, "send", lambda self: (_ for _ in ()).throw(OSError))
        open_one(study, coordinator)
    made = IncidentNotice.objects.get()
    for minutes, n in ((5, 0), (15, 1), (30, 0)):
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert retry_notices(now=made.created_at + timedelta(minutes=minutes)) == n
    assert len(mail.outbox) == 1


def test_alerts_go_as_far_as_roles_do(unled: Study, owner: User, coordinator: User, researcher: User) -> None:
    open_one(unled, coordinator)
    Job.objects.create(
        study=unled, kind="rating.tasks.run_import", state="failed", finished_at=datetime.now(tz=UTC)
    )

    def told(user: User) -> str:
        member = Member.objects.get(study=unled, user=user)
        return " ".join(one.words for one in all_alerts(member, now=datetime.now(tz=UTC)))

    assert "1 incident is open." in told(owner)
    assert "incident" not in told(coordinator)
    assert "No safeguarding lead" in told(coordinator)
    assert "No safeguarding lead" not in told(researcher)
    assert "failed since yesterday" in told(researcher)


def test_member_chooses_on_the_page_and_by_the_api(
    study: Study, owner: User, coordinator: User, rater: Rater, client_of: ClientOf
) -> None:
    page = f"/studies/{study.code}/progress/mail/"
    client = client_of(coordinator)
    assert coordinator.email in client.get(page).content.decode()
    assert "incidents_at_once" not in client.get(page).content.decode()
    assert client.post(page, {"often": "weekly"}).status_code == 400
    assert client.post(page, {"often": "daily", "incidents_at_once": "on"}).status_code == 302
    choice = AlertChoice.objects.get()
    assert (choice.often, choice.incidents_at_once, choice.root) == ("daily", False, "http://testserver/")
    assert AuditEvent.objects.filter(kind="alerts.chosen", actor=coordinator).exists()
    desk = Desk(coordinator, study)
    assert desk.base + "my-alerts/" == reverse("api_own_alerts", args=[study.code])
    assert desk.ask("get", "my-alerts/") == {"often": "daily", "incidents_at_once": False}
    assert desk.refused("put", "my-alerts/", {"often": "daily", "incidents_at_once": True}, status=400)
    assert desk.ask("put", "my-alerts/", {"often": "never"})["often"] == "never"
    User.objects.filter(pk=owner.pk).update(email="")
    refused = client_of(User.objects.get(pk=owner.pk)).post(page, {"often": "daily"})
    assert refused.status_code == 400
    assert "no e-mail address" in refused.content.decode()
