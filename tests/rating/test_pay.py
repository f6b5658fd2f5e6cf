"""Hours and pay: paid whatever came of the work, telling nobody who skipped, rested or left."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.access import StudyAccess, study_for
from annotation.errors import DomainError
from annotation.models import Departure, Member, Plan, Rater, Study, User
from annotation.models.leaving import new_receipt_code
from annotation.services import queue
from annotation.services.leaving import Choice, leave_study
from annotation.services.study_summaries import take_study_summary
from annotation.views import lists
from rating.models import PayTerms
from rating.queries.pay import Work, amount_of, paid_people, pay_page, pay_sheet
from rating.services.pay import set_pay_terms, sheet_file
from rating.services.submission import submit_rating
from tests.conftest import user_of
from tests.rating.services.submitting import claimed, filled

SignIn = Callable[[User], Client]
MINUTE = 60_000


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    """Tombstones of a test stay in the test's own folder."""
    settings.DATA_DIR = tmp_path
    return tmp_path


def whole(study: Study) -> StudyAccess:
    """The study as its owner sees it."""
    return study_for(Member.objects.get(study=study, grants__role="owner").user, study.code)


def work(rater: Rater, now: datetime, *, rates: int, skips: int = 0, minutes: float = 6) -> None:
    """Open items at a frozen time; rate some in so many minutes, skip others."""
    for _ in range(rates):
        with time_machine.travel(now, tick=False):
            shown = claimed(rater)
        with time_machine.travel(now + timedelta(hours=1), tick=False):
            form = filled(shown, active_ms=int(minutes * MINUTE))
            submit_rating(rater, form, actor=user_of(rater), claim_next=False)
    for _ in range(skips):
        with time_machine.travel(now, tick=False):
            shown = claimed(rater)
            queue.pass_item(shown.slot, rater, actor=user_of(rater), reason="", now=now)


def test_sheet_pays_a_skipped_item_as_a_rated_one(
    study: Study, plan: Plan, owner: User, rater: Rater, second_rater: Rater, frozen_now: datetime
) -> None:
    set_pay_terms(study, actor=owner, basis="hour", rate=Decimal("12.00"), currency="eur")
    work(rater, frozen_now, rates=3)
    work(second_rater, frozen_now, rates=2, skips=1)
    rows = {row.pseudonym: row for row in pay_sheet(whole(study)).rows}
    assert rows[rater.pseudonym].work == rows[second_rater.pseudonym].work == Work(3, 18)
    assert {row.amount for row in rows.values()} == {Decimal("3.60")}
    sheet = pay_sheet(whole(study))
    assert (sheet.n_items, sheet.hours, sheet.total) == (6, "0:36", Decimal("7.20"))


@pytest.mark.parametrize("choice", ["keep", "erase"])
def test_who_leaves_keeps_what_was_earned_and_the_sheet_does_not_tell(
    study: Study,
    plan: Plan,
    owner: User,
    rater: Rater,
    second_rater: Rater,
    frozen_now: datetime,
    client_of: SignIn,
    choice: Choice,
) -> None:
    set_pay_terms(study, actor=owner, basis="item", rate=Decimal("0.50"), currency="EUR")
    work(rater, frozen_now, rates=2, skips=1)
    work(second_rater, frozen_now, rates=1)
    before = pay_sheet(whole(study))
    page = client_of(owner).get(reverse("study_pay", args=[study.code])).content.decode()
    leave_study(rater, actor=user_of(rater), choice=choice, receipt_code=new_receipt_code(), now=frozen_now)
    assert Departure.objects.count() == 1
    assert pay_sheet(whole(study)) == before
    after = client_of(owner).get(reverse("study_pay", args=[study.code])).content.decode()
    table = slice(page.index("<tbody"), page.index("</tfoot"))
    assert after[after.index("<tbody") : after.index("</tfoot")] == page[table]
    assert "1.50 EUR" in page


@pytest.mark.parametrize(("basis", "amount"), [("hour", "31.25"), ("item", "615.00"), ("flat", "15.00")])
def test_amount_by_hour_item_or_flat(basis: str, amount: str) -> None:
    terms = PayTerms(basis=basis, rate=Decimal("15.00"))
    assert amount_of(Work(41, 125), terms) == Decimal(amount)
    assert amount_of(Work(0, 0), terms) == Decimal(0)
    assert amount_of(Work(41, 125), None) is None
    # Half a cent goes up: 1 minute at 15.30 an hour is 0.255.
    assert amount_of(Work(1, 1), PayTerms(basis="hour", rate=Decimal("15.30"))) == Decimal("0.26")


def test_file_holds_what_the_sheet_shows_and_no_formula(
    study: Study, plan: Plan, owner: User, rater: Rater, frozen_now: datetime, client_of: SignIn
) -> None:
    rater.group.name = "=cmd()"
    rater.group.save()
    work(rater, frozen_now, rates=1)
    path = reverse("study_pay_file", args=[study.code])
    text = client_of(owner).get(path).content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["pseudonym"], row["items"], row["minutes"]) == (rater.pseudonym, "1", "6")
    assert row["group"] == "'=cmd()"
    assert row["amount"] == ""
    set_pay_terms(study, actor=owner, basis="flat", rate=Decimal(20), currency="EUR")
    assert f"{rater.pseudonym},'=cmd(),1,6,flat,20.00,20.00,EUR" in sheet_file(pay_sheet(whole(study)))
    assert user_of(rater).username not in text.replace(rater.pseudonym, "")


def test_rater_sees_their_own_hours(
    study: Study,
    plan: Plan,
    owner: User,
    rater: Rater,
    second_rater: Rater,
    frozen_now: datetime,
    client_of: SignIn,
) -> None:
    work(rater, frozen_now, rates=2)
    set_pay_terms(
        study, actor=owner, basis="hour", rate=Decimal(15), currency="EUR", words="Ask at the desk."
    )
    path = reverse("rate_pay", args=[study.code])
    page = client_of(user_of(rater)).get(path).content.decode()
    assert rater.pseudonym in page
    assert "3.00 EUR" in page
    assert "Ask at the desk." in page
    assert "0.00 EUR" in client_of(user_of(second_rater)).get(path).content.decode()
    assert client_of(owner).get(path).status_code == 403
    assert path in client_of(user_of(rater)).get(reverse("rate_home", args=[study.code])).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"basis": "smile"}, {"rate": "-1"}, {"rate": "much"}, {"currency": "E1"}, {"currency": "EURO"}]
)
def test_terms_with_bad_input_are_refused(
    study: Study, coordinator: User, client_of: SignIn, wrong: dict[str, str]
) -> None:
    client, path = client_of(coordinator), reverse("study_pay_terms", args=[study.code])
    asked = {"basis": "hour", "rate": "15", "currency": "eur", "words": ""}
    assert client.post(path, asked | wrong).status_code == 400
    assert not PayTerms.objects.exists()
    assert client.post(path, asked).headers["Location"] == reverse("study_pay", args=[study.code])
    assert PayTerms.objects.get().currency == "EUR"
    assert "No work yet" in client.get(reverse("study_pay", args=[study.code])).content.decode()
    with pytest.raises(DomainError):
        set_pay_terms(study, actor=coordinator, basis="hour", rate=Decimal(-1), currency="EUR")


def test_sheet_asks_the_same_number_of_questions_whatever_its_length(
    study: Study, plan: Plan, owner: User, rater: Rater, second_rater: Rater, frozen_now: datetime
) -> None:
    work(rater, frozen_now, rates=1)
    access = whole(study)
    with CaptureQueriesContext(connection) as few:
        pay_sheet(access)
    work(second_rater, frozen_now, rates=2)
    with CaptureQueriesContext(connection) as many:
        pay_sheet(access)
    assert len(few) == len(many) <= 6


def test_page_of_the_sheet_tells_what_the_file_tells_also_from_the_stored_totals(
    study: Study,
    plan: Plan,
    owner: User,
    rater: Rater,
    second_rater: Rater,
    frozen_now: datetime,
    client_of: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work(rater, frozen_now, rates=2, skips=1)
    work(second_rater, frozen_now, rates=1, minutes=4)
    monkeypatch.setattr(lists, "PER_PAGE", 1)
    for basis, rate in (("hour", "15.30"), ("item", "0.35"), ("flat", "20")):
        set_pay_terms(study, actor=owner, basis=basis, rate=Decimal(rate), currency="EUR")
        sheet, access = pay_sheet(whole(study)), whole(study)
        page = pay_page(access, paid_people(access)[:1], now=frozen_now)
        assert (page.rows, page.counted_at) == (sheet.rows[:1], None)
        assert (page.n_items, page.hours, page.total) == (sheet.n_items, sheet.hours, sheet.total)
        assert sheet.total == sum((row.amount for row in sheet.rows if row.amount is not None), Decimal(0))
    take_study_summary(study, now=frozen_now)
    stored = pay_page(access, [], now=frozen_now)
    assert (stored.total, stored.hours, stored.counted_at) == (sheet.total, sheet.hours, frozen_now)
    client, path = client_of(owner), reverse("study_pay", args=[study.code])
    assert 'rel="next"' in client.get(path).content.decode()
    found = client.get(path, {"q": second_rater.pseudonym}).content.decode()
    assert rater.pseudonym not in found
    assert second_rater.pseudonym in found
    assert "Nobody has this pseudonym" in client.get(path, {"q": "none"}).content.decode()


def test_pay_pages_for_others_are_closed(
    study: Study, researcher: User, rater: Rater, outsider: User, client_of: SignIn
) -> None:
    for name in ("study_pay", "study_pay_file", "study_pay_terms"):
        path = reverse(name, args=[study.code])
        assert Client().get(path).headers["Location"].startswith(reverse("account_login"))
        assert client_of(researcher).get(path).status_code == 403
        assert client_of(user_of(rater)).get(path).status_code == 403
        assert client_of(outsider).get(path).status_code == 404
    own = reverse("rate_pay", args=[study.code])
    assert Client().get(own).status_code == 302
    assert client_of(outsider).get(own).status_code == 404
