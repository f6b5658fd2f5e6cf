"""The restricted log of incidents, and the logs of adverse events, deviations and unblindings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from annotation.models import (
    AuditPayload,
    Incident,
    IncidentEntry,
    IncidentReading,
    LogEntry,
    Plan,
    Rater,
    Role,
    Study,
    User,
)
from annotation.models.leaving import new_receipt_code
from annotation.services import people
from annotation.services.leaving import leave_study
from tests.conftest import make_user, user_of

ClientOf = Callable[[User], Client]
SAID = "A rater wrote that they are not safe at home."


@pytest.fixture
def guard(study: Study, owner: User) -> User:
    user = make_user("gus")
    people.add_member(study, actor=owner, user=user, roles=[Role.SAFEGUARDING])
    return user


def base(study: Study) -> str:
    return f"/studies/{study.code}/ethics/incidents/"


def text_of(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def test_incident_is_reported_by_a_coordinator_and_read_by_few(
    study: Study, rater: Rater, coordinator: User, guard: User, owner: User, client_of: ClientOf
) -> None:
    reports = client_of(coordinator)
    sent = {"text": SAID, "pseudonym": rater.pseudonym}
    assert reports.post(f"{base(study)}new/", sent | {"pseudonym": "PEE-nobody"}).status_code == 400
    assert reports.post(f"{base(study)}new/", sent)["Location"] == f"/studies/{study.code}/"
    incident = Incident.objects.get()
    one = f"{base(study)}{incident.code}/"
    for path in (base(study), one):
        assert reports.get(path).status_code == 403
    assert reports.post(f"{one}read/").status_code == 403
    # The list and the page that asks show no word; reading is recorded once per quarter of an hour.
    reads = client_of(guard)
    assert reads.get(f"/studies/{study.code}/")["Location"] == base(study)
    assert "looks for no sign of risk" in text_of(reads, base(study))
    assert SAID not in text_of(reads, base(study)) + text_of(reads, one)
    assert IncidentReading.objects.count() == 0
    assert reads.post(f"{one}read/")["Location"] == one
    assert [SAID in text_of(reads, one) for _again in range(2)] == [True, True]
    assert SAID not in text_of(client_of(owner), one)
    assert list(IncidentReading.objects.values_list("reader__username", flat=True)) == ["gus"]
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert SAID not in text_of(reads, one)
        assert reads.post(f"{one}write/", {"kind": "acted", "text": "Late."}).status_code == 409
    assert SAID not in str(list(AuditPayload.objects.values_list("data", flat=True)))


def test_incident_is_acted_on_corrected_closed_and_opened_again(
    study: Study, guard: User, client_of: ClientOf
) -> None:
    client = client_of(guard)
    client.post(f"{base(study)}new/", {"text": SAID})
    incident = Incident.objects.get()
    one, first = f"{base(study)}{incident.code}/", IncidentEntry.objects.get()
    client.post(f"{one}read/")
    wrong: list[dict[str, Any]] = [
        {"kind": "acted", "text": " "},
        {"kind": "reopened", "text": "Too early."},
        {"kind": "corrected", "text": "Which?"},
    ]
    assert [client.post(f"{one}write/", sent).status_code for sent in wrong] == [400, 400, 400]
    for sent in (
        {"kind": "acted", "text": "Called back."},
        {"kind": "corrected", "text": "It was the neighbour.", "corrects": first.code},
        {"kind": "closed", "text": "Settled."},
        {"kind": "reopened", "text": "Wrote again."},
    ):
        assert client.post(f"{one}write/", sent).status_code == 302
        incident.refresh_from_db()
        assert (incident.closed_at is not None) == (sent["kind"] == "closed")
    page = text_of(client, one)
    assert [words in page for words in (SAID, "Called back.", "It was the neighbour.")] == [True] * 3
    for rows in (IncidentEntry, IncidentReading):
        with pytest.raises(DatabaseError, match=r"correction|stays on record"), transaction.atomic():
            rows.objects.update(created_at=timezone.now())


def test_erasing_a_rater_leaves_the_incident_without_them(
    plan: Plan, rater: Rater, guard: User, client_of: ClientOf, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    sent = {"text": SAID, "pseudonym": rater.pseudonym}
    client_of(guard).post(f"{base(plan.study)}new/", sent)
    now = timezone.now()
    leave_study(rater, actor=user_of(rater), choice="erase", receipt_code=new_receipt_code(), now=now)
    assert Incident.objects.get().rater is None


@pytest.mark.parametrize("page", ["", "new/", "0/", "0/read/", "0/write/"])
def test_incident_pages_are_closed_to_raters_and_strangers(
    page: str, study: Study, rater: Rater, outsider: User, client_of: ClientOf, client: Client
) -> None:
    ask = "post" if page.endswith(("read/", "write/")) else "get"
    path = f"{base(study)}{page}"
    assert getattr(client, ask)(path).status_code == 302
    assert getattr(client_of(outsider), ask)(path).status_code == 404
    assert getattr(client_of(user_of(rater)), ask)(path).status_code == 403


def test_log_is_written_and_corrected_by_further_entries(
    study: Study, rater: Rater, items: Any, coordinator: User, client_of: ClientOf, frozen_now: Any
) -> None:
    client, logs = client_of(coordinator), f"/studies/{study.code}/ethics/logs/"
    assert "Nothing is in the log" in text_of(client, logs)
    sent = {"happened_on": "2026-03-01", "text": "A rater felt unwell.", "reason": "Ended the session."}
    about = {"pseudonym": rater.pseudonym, "item": items[0].external_id}
    for wrong in ({"happened_on": "2026-03-03"}, {"reason": " "}, {"item": "nowhere"}, {"pseudonym": "x"}):
        assert client.post(f"{logs}adverse/new/", sent | wrong).status_code == 400
    assert client.post(f"{logs}adverse/new/", sent | about).status_code == 302
    assert client.post(f"{logs}deviation/new/", sent).status_code == 302
    first = LogEntry.objects.get(kind="adverse")
    assert (first.number, first.rater, first.item) == (1, rater, items[0])
    correct = f"{logs}{first.code}/correct/"
    assert "A rater felt unwell." in text_of(client, correct)
    assert client.post(correct, sent | {"text": "A rater felt tired."}).status_code == 302
    second = LogEntry.objects.get(kind="adverse", number=2)
    assert (second.corrects, second.happened_on) == (first, date(2026, 3, 1))
    page = text_of(client, f"{logs}?kind=adverse")
    assert ["felt unwell" in page, "felt tired" in page, "Corrects number 1." in page] == [True] * 3
    assert client.get(f"{logs}gossip/new/").status_code == 404
    with pytest.raises(DatabaseError, match="correction"), transaction.atomic():
        LogEntry.objects.update(text="Nothing happened.")


@pytest.mark.parametrize("page", ["", "adverse/new/", "0/correct/"])
def test_logs_are_for_coordinators_of_the_study(
    page: str, study: Study, researcher: User, outsider: User, client_of: ClientOf, client: Client
) -> None:
    path = f"/studies/{study.code}/ethics/logs/{page}"
    assert client.get(path).status_code == 302
    assert client_of(outsider).get(path).status_code == 404
    assert client_of(researcher).get(path).status_code == 403
