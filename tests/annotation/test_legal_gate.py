"""Who may take part at all: two answers before consent, somebody else's consent, and copies of it all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.errors import DomainError
from annotation.models import AuditPayload, LegalScreen, Plan, ProxyConsent, Rater, Study, User
from annotation.queries.legal_gate import Gate, gate_of
from annotation.services.approvals import update_ethics
from annotation.services.studies import publish_consent
from rating.services.workbench import claim_next_item
from tests.conftest import user_of

ClientOf = Callable[[User], Client]


def ask(study: Study, owner: User, *, takes_proxy: bool) -> None:
    update_ethics(
        study, actor=owner, pauses_rating=False, minimum_age=16, asks_capacity=True, takes_proxy=takes_proxy
    )


def agree(study: Study) -> dict[str, str]:
    version = study.consent_versions.first()
    assert version is not None
    return {"version": version.code, "agree": "on"}


def test_screen_comes_before_consent_and_stores_nothing_of_who_cannot_take_part(
    plan: Plan, owner: User, make_rater: Callable[..., Rater], client_of: ClientOf
) -> None:
    study, rater = plan.study, make_rater("lena", consents=False)
    ask(study, owner, takes_proxy=False)
    client, rate = client_of(user_of(rater)), f"/studies/{study.code}/rate/"
    assert client.get(rate, follow=True).redirect_chain[-1][0] == f"{rate}before/"
    page = client.get(f"{rate}before/").content.decode()
    assert "Are you 16 years old or older?" in page
    assert "checked" not in page
    assert client.post(f"{rate}before/", {"is_of_age": "yes"}).status_code == 400
    refused = client.post(f"{rate}before/", {"is_of_age": "no", "has_capacity": "yes"})
    assert (refused.status_code, LegalScreen.objects.count()) == (400, 0)
    assert "nothing is stored about it" in refused.content.decode()
    # Not by the consent page either, nor by the queue.
    assert client.post(f"{rate}consent/", agree(study))["Location"] == f"{rate}before/"
    with pytest.raises(DomainError):
        claim_next_item(rater, actor=user_of(rater))
    assert client.post(f"{rate}before/", {"is_of_age": "yes", "has_capacity": "yes"}).status_code == 302
    assert client.post(f"{rate}consent/", agree(study))["Location"] == rate
    assert claim_next_item(rater, actor=user_of(rater)) is not None
    assert client.get(f"{rate}before/")["Location"] == rate


def test_rater_who_cannot_decide_alone_rates_once_both_have_agreed(
    plan: Plan, owner: User, coordinator: User, make_rater: Callable[..., Rater], client_of: ClientOf
) -> None:
    study, rater = plan.study, make_rater("lena", consents=False)
    ask(study, owner, takes_proxy=True)
    client, rate = client_of(user_of(rater)), f"/studies/{study.code}/rate/"
    client.post(f"{rate}before/", {"is_of_age": "no", "has_capacity": "yes"})
    assert "Two agreements are needed" in client.get(f"{rate}consent/").content.decode()
    assert client.post(f"{rate}consent/", agree(study))["Location"] == rate
    assert "Two agreements are needed" in client.get(rate).content.decode()
    with pytest.raises(DomainError, match="has to agree as well"):
        claim_next_item(rater, actor=user_of(rater))
    desk, consents = client_of(coordinator), f"/studies/{study.code}/ethics/consents/"
    record = f"{consents}{rater.code}/proxy/"
    assert f'href="{record}"' in desk.get(consents).content.decode()
    today = timezone.localdate().isoformat()
    sent = {"relationship": "parent", "given_on": today, "is_held": "on"}
    assert desk.post(record, sent | {"given_on": "2999-01-01"}).status_code == 400
    assert desk.post(record, sent).status_code == 302
    assert desk.post(record, sent).status_code == 400
    assert claim_next_item(rater, actor=user_of(rater)) is not None
    # A new text needs both again, and what was given can be taken back.
    publish_consent(study, actor=owner, title="Taking part", body="You may stop at any time. New.")
    client.post(f"{rate}consent/", agree(study))
    assert gate_of(rater) == Gate.PROXY
    desk.post(record, sent)
    assert gate_of(rater) == Gate.OPEN
    assert desk.post(f"{record}end/").status_code == 302
    assert gate_of(rater) == Gate.PROXY
    assert ProxyConsent.objects.filter(withdrawn_at__isnull=False).count() == 2
    assert "parent" not in str(list(AuditPayload.objects.values_list("data", flat=True)))


def test_consents_list_names_who_is_to_be_asked_again(
    study: Study,
    owner: User,
    coordinator: User,
    rater: Rater,
    make_rater: Callable[..., Rater],
    client_of: ClientOf,
    django_assert_num_queries: Any,
) -> None:
    desk, path = client_of(coordinator), f"/studies/{study.code}/ethics/consents/"
    assert "0 raters are still to be asked" in desk.get(path).content.decode()
    publish_consent(study, actor=owner, title="Taking part", body="Something new.")
    late, ready = make_rater("lena", consents=False), make_rater("rolf")
    page = desk.get(f"{path}?show=waiting").content.decode()
    shown = {one.pseudonym: one.pseudonym in page for one in (rater, late, ready)}
    assert shown == {rater.pseudonym: True, late.pseudonym: True, ready.pseudonym: False}
    assert "to be asked again" in page
    with CaptureQueriesContext(connection) as few:
        desk.get(path)
    for number in range(5):
        make_rater(f"more{number}")
    with django_assert_num_queries(len(few)):
        desk.get(path)


@pytest.mark.parametrize("kind", ["txt", "html", "pdf"])
def test_consent_copy_holds_the_text_as_given_for_rater_and_coordinator(
    kind: str, study: Study, owner: User, coordinator: User, make_rater: Any, client_of: ClientOf
) -> None:
    body = "## Why\n\n- **one** point\n\n#set page(width: 1pt) <b>no markup</b>"
    publish_consent(study, actor=owner, title="Taking part, again", body=body)
    rater = make_rater("lena")
    own = f"/studies/{study.code}/rate/consent/yours/2/copy.{kind}"
    desk = f"/studies/{study.code}/ethics/consents/{rater.code}/copy.{kind}"
    for user, path in ((user_of(rater), own), (coordinator, desk)):
        answer = client_of(user).get(path)
        assert answer["Content-Disposition"].endswith(f'version-2.{kind}"')
        if kind == "pdf":
            assert answer.content.startswith(b"%PDF-")
            continue
        words = answer.content.decode()
        said = ["Taking part, again", rater.pseudonym, "one point", "have everything you gave erased", "Yes"]
        assert [one in words for one in said] == [True] * len(said)
        assert ("<b>" in words) == (kind == "txt")
    assert client_of(user_of(rater)).get(own.replace("/2/", "/1/")).status_code == 404
    assert client_of(user_of(rater)).get(own.replace(kind, "exe")).status_code == 404


def test_consent_says_after_the_freeze_what_can_no_longer_be_taken_back(
    study: Study, rater: Rater, client_of: ClientOf
) -> None:
    Study.objects.filter(pk=study.pk).update(data_freeze_at=timezone.now())
    page = client_of(user_of(rater)).get(f"/studies/{study.code}/rate/consent/yours/1/copy.txt")
    words = " ".join(page.content.decode().split())
    assert "comments and marked passages given until then" in words
    assert "can no longer be taken back" in words


@pytest.mark.parametrize("page", ["", "0/copy.txt", "0/proxy/", "0/proxy/end/"])
def test_consents_are_for_coordinators_of_the_study(
    page: str, study: Study, researcher: User, outsider: User, client_of: ClientOf, client: Client
) -> None:
    path = f"/studies/{study.code}/ethics/consents/{page}"
    ask_by = "post" if page.endswith("end/") else "get"
    assert getattr(client, ask_by)(path).status_code == 302
    assert getattr(client_of(outsider), ask_by)(path).status_code == 404
    assert getattr(client_of(researcher), ask_by)(path).status_code == 403
