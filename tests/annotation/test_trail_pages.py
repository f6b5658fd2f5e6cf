"""Audit trail, access log and webhooks in the browser: for owners, filtered, in pages, downloadable."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from annotation import outgoing
from annotation.access_log import watched_addresses
from annotation.audit import record
from annotation.models import (
    AccessEvent,
    AuditEvent,
    AuditPayload,
    ErasurePermit,
    Plan,
    Rater,
    Study,
    User,
    WebhookDelivery,
    WebhookEndpoint,
)
from annotation.queries.audit_trail import WHAT
from annotation.services import webhooks
from annotation.services.access_log import forget_accesses
from annotation.services.audit_seals import seal_events
from tests.api.calls import caller

SignIn = Callable[[User], Client]
PAGES = [("study_audit", []), ("study_audit_file", ["csv"]), ("study_accesses", []), ("study_webhooks", [])]


@pytest.fixture(autouse=True)
def _no_names_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    check = outgoing.checked_target
    monkeypatch.setattr(
        outgoing, "checked_target", lambda url: check(url, resolve=lambda host, port: ["93.184.215.14"])
    )


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_pages_are_for_owners_of_the_study_alone(
    name: str,
    more: list[str],
    study: Study,
    owner: User,
    coordinator: User,
    outsider: User,
    client_of: SignIn,
) -> None:
    path = reverse(name, args=[study.code, *more])
    assert client_of(owner).get(path).status_code == 200
    assert client_of(coordinator).get(path).status_code == 403
    assert client_of(outsider).get(path).status_code == 404
    assert Client().get(path).headers["Location"].startswith(reverse("account_login"))


def test_audit_page_names_the_team_and_no_rater_and_counts_queries(
    plan: Plan, owner: User, rater: Rater, client_of: SignIn
) -> None:
    seal_events()
    client, path = client_of(owner), reverse("study_audit", args=[plan.study.code])
    page = client.get(path).content.decode()
    assert "agreed to the consent text" in page
    assert "A rater" in page
    assert "pia" not in page
    with CountQueries(client, path) as before:
        pass
    for number in range(30):
        record("item.added", actor=owner, study=plan.study, n_turns=number)
    with CountQueries(client, path) as after:
        pass
    assert before.n == after.n


class CountQueries:
    """How many queries a page takes."""

    def __init__(self, client: Client, path: str) -> None:
        self.client, self.path, self.n = client, path, 0

    def __enter__(self) -> CountQueries:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            self.client.get(self.path)
        self.n = len(captured)
        return self

    def __exit__(self, *args: object) -> None:
        del args


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({"kind": "group.added"}, {"group.added"}),
        ({"person": "raters"}, {"consent.given"}),
        ({"person": "program"}, set()),
        ({"since": "2999-01-01"}, set()),
        ({"until": "1999-01-01"}, set()),
        ({"about": "nothing"}, set()),
    ],
)
def test_audit_trail_is_filtered_by_kind_person_code_and_day(
    query: dict[str, str], kinds: set[str], plan: Plan, owner: User, rater: Rater, client_of: SignIn
) -> None:
    path = reverse("study_audit_file", args=[plan.study.code, "json"])
    shown = json.loads(b"".join(client_of(owner).get(path, query)))
    assert {line["kind"] for line in shown} == kinds


def test_audit_file_holds_every_event_with_its_seal_and_says_what_was_erased(
    plan: Plan, owner: User, client_of: SignIn
) -> None:
    seal_events()
    made = AuditEvent.objects.filter(study=plan.study, kind="study.created").get()
    AuditPayload.objects.filter(event=made).delete()
    client = client_of(owner)
    body = b"".join(client.get(f"/studies/{plan.study.code}/settings/audit/audit.csv"))
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert len(rows) == AuditEvent.objects.filter(study=plan.study).count()
    assert {row["seal"] for row in rows} == {
        event.seal.digest for event in AuditEvent.objects.filter(study=plan.study)
    }
    assert client.get(reverse("study_audit_file", args=[plan.study.code, "exe"])).status_code == 404
    assert "(words erased)" in client.get(reverse("study_audit", args=[plan.study.code])).content.decode()


def test_check_on_the_page_tells_whether_the_chain_is_whole(
    plan: Plan, owner: User, client_of: SignIn
) -> None:
    seal_events()
    client, path = client_of(owner), reverse("study_audit_check", args=[plan.study.code])
    assert "the chain is whole" in client.post(path).content.decode()
    assert client.get(path).status_code == 405
    ErasurePermit.objects.create(reason="broken on purpose")
    AuditEvent.objects.filter(study=plan.study, kind="group.added").update(kind="x")
    assert "The chain is broken" in client.post(path).content.decode()


@pytest.fixture
def log_on(settings: Any) -> None:
    settings.ACCESS_LOG_DAYS = 30
    cache.clear()


def test_look_at_people_is_noted_once_a_quarter_hour_and_shown_to_the_owner(
    study: Study, owner: User, coordinator: User, outsider: User, client_of: SignIn, log_on: None
) -> None:
    path = reverse("study_people", args=[study.code])
    client_of(outsider).get(path)
    for _ in range(2):
        client_of(coordinator).get(path)
    seen = AccessEvent.objects.get()
    assert (seen.user, seen.study_code, seen.what, seen.way) == (coordinator, study.code, "people", "page")
    page = client_of(owner).get(reverse("study_accesses", args=[study.code])).content.decode()
    assert "the list of people" in page
    assert "cora" in page


def test_reads_by_api_and_downloads_are_noted_each_time(
    plan: Plan, owner: User, client_of: SignIn, log_on: None
) -> None:
    client = caller(owner)
    for _ in range(2):
        client.get(reverse("api_ratings", args=[plan.study.code]))
    client_of(owner).get(reverse("study_audit_file", args=[plan.study.code, "csv"]))
    noted = list(AccessEvent.objects.order_by("id").values_list("what", "way"))
    assert noted == [("ratings", "api"), ("ratings", "api"), ("audit", "download")]


def test_access_log_never_changes_but_ends_with_its_retention(
    study: Study, owner: User, client_of: SignIn, log_on: None
) -> None:
    client_of(owner).get(reverse("study_people", args=[study.code]))
    now = timezone.now()
    assert forget_accesses(now=now + timedelta(days=29)) == 0
    assert forget_accesses(now=now + timedelta(days=31)) == 1
    assert not ErasurePermit.objects.exists()
    seen = AccessEvent.objects.create(study_code=study.code, user=owner, what="people", way="page", at=now)
    with pytest.raises(DatabaseError, match="never changed"):
        AccessEvent.objects.filter(pk=seen.pk).update(what="x")


def test_every_watched_address_exists_and_has_words() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    for name, watched in watched_addresses().items():
        assert name in names, name
        assert watched.what in WHAT


@pytest.fixture
def endpoint(study: Study, owner: User) -> WebhookEndpoint:
    return webhooks.add_endpoint(
        study, actor=owner, url="https://hooks.example.org/", label="Sync", events=["rater.left"]
    )[0]


def test_webhook_is_made_with_its_secret_shown_once(study: Study, owner: User, client_of: SignIn) -> None:
    client, path = client_of(owner), reverse("study_webhooks", args=[study.code])
    sent = {"label": "Sync", "url": "https://hooks.example.org/in", "events": ["rating.submitted"]}
    page = client.post(path, sent).content.decode()
    endpoint = WebhookEndpoint.objects.get()
    assert webhooks.secret_of(endpoint) in page
    assert webhooks.secret_of(endpoint) not in client.get(path).content.decode()
    refused = client.post(path, sent | {"url": "http://hooks.example.org/"})
    assert refused.status_code == 400
    assert "Only https" in refused.content.decode()


def test_webhook_is_tried_renewed_switched_sent_again_and_deleted(
    endpoint: WebhookEndpoint, owner: User, client_of: SignIn
) -> None:
    client, args = client_of(owner), [endpoint.study.code, endpoint.code]

    def change(word: str) -> Any:
        return client.post(reverse("study_webhook_change", args=[*args, word]))

    assert change("test").status_code == 302
    delivery = WebhookDelivery.objects.get()
    assert "Waiting" in client.get(reverse("study_webhook", args=args)).content.decode()
    WebhookDelivery.objects.update(state="given_up", last_error="The server did not answer.")
    assert "did not answer" in client.get(reverse("study_webhook", args=args)).content.decode()
    client.post(reverse("study_webhook_again", args=[*args, delivery.code]))
    assert WebhookDelivery.objects.get().state == "waiting"
    before = webhooks.secret_of(endpoint)
    assert before not in change("renew").content.decode()
    change("off")
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is not None
    change("on")
    assert change("nonsense").status_code == 404
    change("delete")
    assert not WebhookEndpoint.objects.exists()


def test_webhook_is_for_owners_of_its_study(
    endpoint: WebhookEndpoint, coordinator: User, outsider: User, client_of: SignIn
) -> None:
    args = [endpoint.study.code, endpoint.code]
    for user, status in ((coordinator, 403), (outsider, 404)):
        assert client_of(user).get(reverse("study_webhook", args=args)).status_code == status
        for path in (
            reverse("study_webhook_change", args=[*args, "delete"]),
            reverse("study_webhook_again", args=[*args, "0"]),
        ):
            assert client_of(user).post(path).status_code == status
    assert WebhookEndpoint.objects.exists()
