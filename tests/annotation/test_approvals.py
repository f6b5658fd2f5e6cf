"""Approval by an ethics board: when it pauses enrolment and rating, and the pages that record it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from annotation.errors import DomainError
from annotation.models import EthicsApproval, EthicsSettings, Plan, Rater, Study, User
from annotation.queries.enrolment import approval_warning, enrolment_closed, rating_halted
from annotation.services.approvals import add_approval, update_ethics, withdraw_approval
from annotation.services.consent import give_consent
from annotation.services.invitations import create_invitation, join_study
from rating.services.submission import submit_rating
from rating.services.workbench import claim_next_item
from tests.conftest import make_user, user_of
from tests.rating.services.submitting import claimed, filled

ClientOf = Callable[[User], Client]


def approve(study: Study, owner: User, first: date, last: date | None, **more: Any) -> EthicsApproval:
    return add_approval(
        study, actor=owner, board="Board of Bohn", number="EB-7", valid_from=first, valid_until=last, **more
    )


def test_enrolment_follows_the_approvals_day_by_day(study: Study, owner: User, frozen_now: datetime) -> None:
    today = frozen_now.date()
    assert enrolment_closed(study, now=frozen_now) is None
    last = today + timedelta(days=3)
    first = approve(study, owner, today - timedelta(days=9), last)
    # The last day itself is included.
    assert enrolment_closed(study, now=frozen_now + timedelta(days=3, hours=14)) is None
    after = frozen_now + timedelta(days=4)
    assert "ended on 5 March 2026" in (enrolment_closed(study, now=after) or "")
    assert "in 3 days" in (approval_warning(study, now=frozen_now) or "")
    # A renewal that follows without a gap silences the warning until its own end comes near.
    renewal = approve(study, owner, last + timedelta(days=1), last + timedelta(days=200))
    assert enrolment_closed(study, now=after) is None
    assert approval_warning(study, now=frozen_now) is None
    assert approval_warning(study, now=frozen_now + timedelta(days=180)) is not None
    withdraw_approval(first, actor=owner, why="suspended", now=frozen_now)
    assert "begins on 6 March 2026" in (enrolment_closed(study, now=frozen_now) or "")
    withdraw_approval(renewal, actor=owner, why="suspended", now=frozen_now)
    assert "not in force" in (enrolment_closed(study, now=frozen_now) or "")


def test_joining_and_first_consent_when_the_approval_has_passed_are_refused(
    study: Study, owner: User, groups: Any, make_rater: Any, client_of: ClientOf, frozen_now: datetime
) -> None:
    late = make_rater("lena", consents=False)
    early = make_rater("erik")
    invite: Any = {"actor": owner, "days": 9, "max_uses": 9}
    to_rate, token = create_invitation(study, role="rater", group=groups["peer"], **invite)
    to_help, _token = create_invitation(study, role="researcher", **invite)
    approve(study, owner, date(2025, 1, 1), date(2026, 3, 1))
    newcomer = make_user("nina")
    with pytest.raises(DomainError, match="ended on 1 March 2026"):
        join_study(to_rate, actor=newcomer)
    refused = client_of(newcomer).get(f"/join/{token}/")
    assert refused.status_code == 409
    assert "ended on 1 March 2026" in refused.content.decode()
    assert Client().get(f"/join/{token}/").status_code == 409
    join_study(to_help, actor=newcomer)
    version = study.consent_versions.get()
    page = client_of(user_of(late)).post(
        f"/studies/{study.code}/rate/consent/", {"version": version.code, "agree": "on"}
    )
    assert page.status_code == 400
    assert "ended on 1 March 2026" in page.content.decode()
    # Who has agreed before may agree to a newer text.
    assert give_consent(early, version, actor=user_of(early)).version == version


def test_rating_goes_on_for_who_has_joined_unless_the_study_pauses_it(
    plan: Plan, rater: Rater, owner: User, client_of: ClientOf
) -> None:
    study = plan.study
    with time_machine.travel(datetime.fromisoformat("2026-03-02T09:00Z"), tick=False) as clock:
        now = datetime.fromisoformat("2026-03-02T09:00Z")
        approve(study, owner, date(2025, 1, 1), date(2026, 3, 1))
        assert rating_halted(study, now=now) is None
        held = claimed(rater)
        update_ethics(
            study, actor=owner, pauses_rating=True, minimum_age=None, asks_capacity=False, takes_proxy=False
        )
        home = client_of(user_of(rater)).get(f"/studies/{study.code}/rate/").content.decode()
        assert "Until one holds, no new items are handed out" in home
        assert "Finish the item you have begun" in home
        clock.shift(60)
        submit_rating(rater, filled(held), actor=user_of(rater), claim_next=True)
        with pytest.raises(DomainError, match="no new items are handed out"):
            claim_next_item(rater, actor=user_of(rater))


def test_approval_pages_record_withdraw_and_say_who_may_take_part(
    study: Study, coordinator: User, client_of: ClientOf, frozen_now: datetime
) -> None:
    client, base = client_of(coordinator), f"/studies/{study.code}/ethics/"
    assert "No approval is recorded" in client.get(base).content.decode()
    sent = {"board": "Board of Bohn", "number": "EB-7", "valid_from": "2026-02-01"}
    wrong = client.post(f"{base}approvals/new/", sent | {"valid_until": "2026-01-01"})
    assert (wrong.status_code, EthicsApproval.objects.count()) == (400, 0)
    assert client.post(f"{base}approvals/new/", sent | {"valid_until": "2026-03-20"}).status_code == 302
    approval = EthicsApproval.objects.get()
    overview = client.get(f"/studies/{study.code}/").content.decode()
    assert "ends on 20 March 2026, in 18 days" in overview
    wrong = client.post(f"{base}who/", {"takes_proxy": "on"})
    assert wrong.status_code == 400
    assert client.post(f"{base}who/", {"minimum_age": "18", "pauses_rating": "on"}).status_code == 302
    settings = EthicsSettings.objects.get(study=study)
    assert (settings.minimum_age, settings.pauses_rating) == (18, True)
    leave = f"{base}approvals/{approval.code}/withdraw/"
    assert client.get(leave).status_code == 200
    assert client.post(leave, {"why": ""}).status_code == 400
    assert client.post(leave, {"why": "suspended"}).status_code == 302
    page = client.get(base).content.decode()
    assert "suspended" in page
    assert "not in force" in page


@pytest.mark.parametrize("page", ["", "who/", "approvals/new/", "approvals/0/withdraw/"])
def test_approval_pages_are_for_coordinators_of_the_study(
    page: str, study: Study, researcher: User, outsider: User, client_of: ClientOf, client: Client
) -> None:
    path = f"/studies/{study.code}/ethics/{page}"
    assert client.get(path).status_code == 302
    assert client_of(outsider).get(path).status_code == 404
    assert client_of(researcher).get(path).status_code == 403
    assert client_of(researcher).post(path).status_code == (403 if page else 405)
