"""The safeguarding lead: without one no study opens, and raters see whom they can reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from annotation.errors import DomainError
from annotation.models import AuditEvent, AuditPayload, Plan, Rater, SafeguardingLead, Study, User
from annotation.queries.studies import opening_steps
from annotation.services.studies import change_state
from tests.conftest import LEAD, user_of

ClientOf = Callable[[User], Client]


def url(study: Study) -> str:
    return f"/studies/{study.code}/ethics/safeguarding/"


def test_study_without_a_safeguarding_lead_does_not_open(plan: Plan, owner: User) -> None:
    Study.objects.filter(pk=plan.study_id).update(state="paused")
    SafeguardingLead.objects.all().delete()
    missing = [step.page for step in opening_steps(plan.study) if step.is_required and not step.is_done]
    assert missing == ["study_safeguarding"]
    with pytest.raises(DomainError) as refusal:
        change_state(plan.study, Study.State.OPEN, actor=owner)
    assert ["safeguarding" in sentence for sentence in refusal.value.details] == [True]


def test_lead_is_named_on_the_page_and_seen_by_raters_but_not_by_the_trail(
    plan: Plan, rater: Rater, coordinator: User, client_of: ClientOf
) -> None:
    client, path = client_of(coordinator), url(plan.study)
    assert LEAD["name"] in client.get(path).content.decode()
    wrong = client.post(path, LEAD | {"response_time": " "})
    assert wrong.status_code == 400
    assert client.post(path, LEAD | {"name": "Ugo Ward"}).status_code == 302
    rates = client_of(user_of(rater))
    for page in ("rate/", "rate/history/"):
        shown = rates.get(f"/studies/{plan.study.code}/{page}").content.decode()
        assert "Ugo Ward" in shown
        assert LEAD["response_time"] in shown
    event = AuditEvent.objects.filter(kind="safeguarding.named").latest("id")
    assert AuditPayload.objects.get(event=event).data == {}


def test_safeguarding_page_is_for_coordinators_of_the_study(
    study: Study, researcher: User, outsider: User, client_of: ClientOf, client: Client
) -> None:
    assert client.get(url(study)).status_code == 302
    assert client_of(outsider).get(url(study)).status_code == 404
    assert client_of(researcher).post(url(study), LEAD).status_code == 403
