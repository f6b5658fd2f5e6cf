"""Retention dates and what carries them out; a rater's file of their own data."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from annotation.models import (
    AuditPayload,
    CheckIn,
    DataRequest,
    ErasurePermit,
    Plan,
    Rater,
    RetentionDate,
    Study,
    User,
)
from annotation.queries.retention import retention_rows, retention_warning
from annotation.services.retention import set_retention, tend_retention
from rating.models import Answer, Export, Rating
from tests.conftest import user_of
from tests.rating.services.submitting import submit

ClientOf = Callable[[User], Client]
KINDS = RetentionDate.Kind
DAY = date(2026, 4, 1)


@pytest.fixture
def rated(plan: Plan, rater: Rater) -> Rating:
    rating = submit(rater, comment="Too smooth for my taste.", quote="That sounds tiring.").rating
    CheckIn.objects.create(rater=rater, value=81, is_above=True, answered_at=datetime.now(tz=UTC))
    return rating


def test_retention_deletes_on_its_day_what_the_program_can(
    rated: Rating, study: Study, owner: User, frozen_now: datetime
) -> None:
    answer = rated.answers.all()[0]
    permit = ErasurePermit.objects.create(reason="words for a test")
    Answer.objects.filter(pk=answer.pk).update(text="It went round me.")
    permit.delete()
    export = Export.objects.create(study=study, stage="main", format="csv", state="ready", file_name="")
    n_values = Answer.objects.filter(value__isnull=False).count()
    set_retention(study, actor=owner, dates=dict.fromkeys(KINDS.values, DAY), now=frozen_now)
    assert tend_retention(now=frozen_now) == 0
    assert "goes on 1 April 2026" in (retention_warning(study, now=frozen_now) or "")
    there = {row.kind: row.n for row in retention_rows(study, now=frozen_now)}
    assert (there["comments"], there["wellbeing"], there["exports"], there["raw"]) == (2, 2, 1, None)
    day = datetime(2026, 4, 1, 0, 5, tzinfo=UTC)
    with time_machine.travel(day, tick=False):
        call_command("tend_retention")
    rated.refresh_from_db()
    export.refresh_from_db()
    answer.refresh_from_db()
    assert (rated.comment, answer.text, export.state) == ("", "", "expired")
    assert (answer.value is not None, Answer.objects.filter(value__isnull=False).count()) == (True, n_values)
    assert not CheckIn.objects.exists()
    # What remains readable of the trail is what was deleted, and how much.
    left = [payload.data for payload in AuditPayload.objects.filter(event__study=study)]
    assert {"kind_of": "audit", "n": left_of(study)} in left
    assert {"kind_of": "comments", "n": 2} in left
    assert [one for one in left if "kind_of" not in one and "raw" not in one] == []
    assert {row.kind: row.date.done_at is not None for row in retention_rows(study, now=day) if row.date} == {
        "raw": False, "comments": True, "wellbeing": True, "exports": True, "audit": True,
    }  # fmt: skip
    assert tend_retention(now=day) == 0


def left_of(study: Study) -> int:
    return RetentionDate.objects.get(study=study, kind="audit").n_done


def test_retention_pages_set_days_and_note_what_was_done_by_hand(
    study: Study, coordinator: User, client_of: ClientOf, frozen_now: datetime
) -> None:
    client, base = client_of(coordinator), f"/studies/{study.code}/ethics/retention/"
    assert client.post(f"{base}days/", {"raw": "2026-03-02"}).status_code == 400
    assert client.post(f"{base}days/", {"raw": "2026-03-03"}).status_code == 302
    assert client.post(f"{base}raw/done/").status_code == 409
    with time_machine.travel(frozen_now + timedelta(days=1), tick=False):
        assert "It is deleted" in client.get(base).content.decode()
        assert "goes on 3 March 2026" in client.get(f"/studies/{study.code}/").content.decode()
        assert client.post(f"{base}raw/done/").status_code == 302
    row = RetentionDate.objects.get()
    assert (row.done_by, row.done_at is not None) == (coordinator, True)
    assert "raw" not in client.get(f"{base}days/").context["form"].fields
    assert client.post(f"{base}gossip/done/").status_code == 404


def test_rater_gets_everything_of_their_own_and_nobody_else_does(
    rated: Rating, rater: Rater, second_rater: Rater, coordinator: User, client_of: ClientOf
) -> None:
    submit(second_rater, comment="Not for others.")
    study, path = rater.study, f"/studies/{rater.study.code}/rate/data/"
    client = client_of(user_of(rater))
    assert client.get(path).status_code == 200
    assert DataRequest.objects.count() == 0
    answer = client.post(path)
    assert answer["Content-Disposition"].endswith(f'"my-data-{rater.pseudonym}.json"')
    file: dict[str, Any] = json.loads(answer.content)
    assert file["profile"]["user_name"] == "pia"
    assert file["consents"][0]["ticks"][0]["is_agreed"] is True
    (one,) = file["ratings"]
    assert (one["comment"], one["item"]) == (rated.comment, rated.slot.item.code)
    assert {row["value"] for row in one["answers"] if row["value"] is not None} >= {4}
    assert [row["quote"] for row in one["passages"]] == ["That sounds tiring."]
    assert [row["value"] for row in file["wellbeing"]["check_ins"]] == [81]
    text = answer.content.decode()
    hidden = ["Secretmodel-9", "hiddencondition", "quota", "Not for others.", second_rater.pseudonym]
    assert [word for word in hidden if word in text] == []
    page = client_of(coordinator).get(f"/studies/{study.code}/ethics/retention/").content.decode()
    assert rater.pseudonym in page
    assert rated.comment not in page


@pytest.mark.parametrize("page", ["", "days/", "raw/done/"])
def test_retention_is_for_coordinators_of_the_study(
    page: str, study: Study, researcher: User, outsider: User, client_of: ClientOf, client: Client
) -> None:
    path, ask = f"/studies/{study.code}/ethics/retention/{page}", "post" if page.endswith("done/") else "get"
    assert getattr(client, ask)(path).status_code == 302
    assert getattr(client_of(outsider), ask)(path).status_code == 404
    assert getattr(client_of(researcher), ask)(path).status_code == 403


def test_own_data_are_for_raters_only(
    study: Study, coordinator: User, outsider: User, client_of: ClientOf, client: Client
) -> None:
    path = f"/studies/{study.code}/rate/data/"
    assert client.post(path).status_code == 302
    assert client_of(outsider).post(path).status_code == 404
    assert client_of(coordinator).post(path).status_code == 403
