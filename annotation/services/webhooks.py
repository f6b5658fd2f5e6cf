"""Webhooks: endpoints of a study, what they are told, signing, sending, trying again."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation import outgoing
from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.hook_events import BY_KIND, JOB_FINISHED, NAMES, TEST
from annotation.jobs import send
from annotation.models import AuditEvent, Job, Study, User, WebhookDelivery, WebhookEndpoint

MAX_ENDPOINTS = 10
# After the first attempt; then the message is given up: three days in all.
RETRIES = [timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1440, 1440)]
# So many messages given up one after the other switch an endpoint off.
GIVEN_UP_AT_MOST = 3
SENDER = "annotation.tasks.send_webhooks"
# Who sends holds a message this long; whoever dies at it leaves it to the next.
HELD = timedelta(minutes=2)
SENT_KEPT = timedelta(days=30)


def secret_of(endpoint: WebhookEndpoint) -> str:
    """Derived from the server's key, so that none is stored; another number is another secret."""
    text = f"attune.webhook:{endpoint.code}:{endpoint.secret_number}"
    return "whsec_" + hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def signature(secret: str, at: int, body: bytes) -> str:
    """The header Attune-Signature: time and HMAC-SHA256 over time, a dot and the body."""
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def _refuse_unfit(url: str, events: Sequence[str]) -> None:
    unknown = sorted(set(events) - set(NAMES))
    if unknown or not events:
        raise DomainError(Code.INVALID, _("Choose what the address is told."), unknown)
    try:
        outgoing.checked_target(url)
    except (outgoing.RefusedAddressError, outgoing.UnreachableError) as error:
        raise DomainError(Code.INVALID, str(error)) from error


def add_endpoint(
    study: Study, *, actor: User, url: str, label: str, events: Sequence[str]
) -> tuple[WebhookEndpoint, str]:
    """An address that is told from now on, and its secret, which is shown once.

    Raises:
        DomainError: unknown events; an address that may not be asked; too many endpoints.
    """
    _refuse_unfit(url, events)
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        if WebhookEndpoint.objects.filter(study=study).count() >= MAX_ENDPOINTS:
            raise DomainError(
                Code.STATE_FORBIDS, _("A study has at most %(n)s webhooks.") % {"n": MAX_ENDPOINTS}
            )
        endpoint = WebhookEndpoint.objects.create(
            study=study, url=url, label=label.strip(), events=sorted(set(events)), created_by=actor
        )
        record("webhook.added", actor=actor, study=study, about=endpoint, events=endpoint.events)
        return endpoint, secret_of(endpoint)


def renew_secret(endpoint: WebhookEndpoint, *, actor: User) -> str:
    """The old secret signs nothing from now on."""
    with transaction.atomic():
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(secret_number=F("secret_number") + 1)
        endpoint.refresh_from_db()
        record("webhook.secret_renewed", actor=actor, study=endpoint.study, about=endpoint)
        return secret_of(endpoint)


def switch_endpoint(endpoint: WebhookEndpoint, *, actor: User, on: bool) -> WebhookEndpoint:
    """Off: nothing is written down for it meanwhile. On again it begins with what happens then."""
    with transaction.atomic():
        endpoint.disabled_at = None if on else timezone.now()
        endpoint.disabled_why = ""
        endpoint.n_given_up = 0
        endpoint.save(update_fields=["disabled_at", "disabled_why", "n_given_up"])
        record("webhook.switched", actor=actor, study=endpoint.study, about=endpoint, on=on)
        return endpoint


def delete_endpoint(endpoint: WebhookEndpoint, *, actor: User) -> None:
    """Its log goes with it."""
    with transaction.atomic():
        record("webhook.deleted", actor=actor, study=endpoint.study, about=endpoint)
        endpoint.delete()


def send_test(endpoint: WebhookEndpoint, *, actor: User) -> WebhookDelivery:
    with transaction.atomic():
        record("webhook.tried", actor=actor, study=endpoint.study, about=endpoint)
        return WebhookDelivery.objects.create(
            endpoint=endpoint, event=TEST, body={"hello": "world"}, next_at=timezone.now()
        )


def send_again(delivery: WebhookDelivery, *, actor: User) -> WebhookDelivery:
    """Put a message that was sent or given up back into the outbox; the receiver knows it by its id."""
    with transaction.atomic():
        fresh = {"state": WebhookDelivery.State.WAITING, "n_attempts": 0, "next_at": timezone.now()}
        done = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(state=WebhookDelivery.State.WAITING)
        if done.update(**fresh):
            endpoint = delivery.endpoint
            record("webhook.sent_again", actor=actor, study=endpoint.study, about=delivery)
        delivery.refresh_from_db()
        return delivery


def write_outbox(event_ids: Sequence[int]) -> int:
    """Write messages about newly sealed audit events; part of the sealer's transaction. Returns how many.

    The audit trail is the outbox's source: whatever commits is told once, whatever rolls back never, and
    services that write events do not know of webhooks.
    """
    endpoints = WebhookEndpoint.objects.filter(disabled_at__isnull=True)
    by_study: dict[int, list[WebhookEndpoint]] = {}
    for endpoint in endpoints:
        by_study.setdefault(endpoint.study_id, []).append(endpoint)
    if not by_study:
        return 0
    told = AuditEvent.objects.filter(pk__in=event_ids, study__in=by_study, kind__in=BY_KIND)
    messages = [
        message
        for event in told.select_related("study", "payload").order_by("id")
        for message in _messages(event, by_study[event.study_id or 0])
    ]
    WebhookDelivery.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)


def _body(what: str, study: Study | None, about: tuple[str, str], at: datetime) -> dict[str, Any]:
    return {
        "what": what,
        "study": study.code if study else "",
        "about": {"kind": about[0], "code": about[1]},
        "at": at.isoformat(),
    }


def _messages(event: AuditEvent, endpoints: Iterable[WebhookEndpoint]) -> list[WebhookDelivery]:
    told = BY_KIND[event.kind]
    payload = getattr(event, "payload", None)
    about = (event.object_kind, event.object_code)
    body = _body(event.kind, event.study, about, event.created_at)
    body["data"] = told.data(payload.data if payload else {})
    now = timezone.now()
    return [
        WebhookDelivery(endpoint=one, event=told.name, source=event.code, body=body, next_at=now)
        for one in endpoints
        if told.name in one.events
    ]


def write_job_messages(*, now: datetime) -> None:
    """Messages about jobs that ended within the hour: jobs leave no audit event. Twice writes once."""
    for endpoint in WebhookEndpoint.objects.filter(disabled_at__isnull=True).select_related("study"):
        if JOB_FINISHED not in endpoint.events:
            continue
        since = max(endpoint.created_at, now - timedelta(hours=1))
        jobs = Job.objects.filter(study=endpoint.study, finished_at__gte=since)
        messages = [
            WebhookDelivery(
                endpoint=endpoint,
                event=JOB_FINISHED,
                source=job.code,
                body=_body(JOB_FINISHED, endpoint.study, ("job", job.code), job.finished_at or now)
                | {"data": {"kind": job.kind, "state": job.state}},
                next_at=now,
            )
            for job in jobs
        ]
        WebhookDelivery.objects.bulk_create(messages, ignore_conflicts=True)


def wake_sender() -> None:
    """Ask a worker to send where something is due; at most every few seconds, also while no worker hears."""
    now = timezone.now()
    write_job_messages(now=now)
    due = WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING, next_at__lte=now)
    living = due.filter(endpoint__disabled_at__isnull=True)
    if living.exists() and cache.add("webhook-sender-woken", 1, timeout=15):
        send(SENDER)


def send_due(*, limit: int = 50) -> int:
    """Send what is due; returns how many were tried. Several senders share the work without sending twice."""
    now = timezone.now()
    due = WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING, next_at__lte=now)
    n = 0
    for delivery in due.filter(endpoint__disabled_at__isnull=True).order_by("next_at", "id")[:limit]:
        mine = due.filter(pk=delivery.pk, next_at=delivery.next_at)
        # Claimed by the update: of two senders one changes the row.
        if mine.update(next_at=now + HELD):
            send_one(delivery.pk)
            n += 1
    return n


def send_one(pk: int) -> None:
    """One attempt, outside any transaction, and what came of it."""
    delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=pk)
    status, words = None, ""
    try:
        status = _post(delivery)
    except (outgoing.RefusedAddressError, outgoing.UnreachableError) as error:
        words = str(error)
    if status is not None and not 200 <= status < 300:
        words = f"The server answered {status}."
    _note(delivery, status, words)


def _post(delivery: WebhookDelivery) -> int:
    at = timezone.now()
    message = {"id": delivery.code, "event": delivery.event, **delivery.body}
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Attune-Webhook/1",
        "Attune-Event": delivery.event,
        "Attune-Delivery": delivery.code,
        "Attune-Signature": signature(secret_of(delivery.endpoint), int(at.timestamp()), body),
    }
    return outgoing.post(outgoing.checked_target(delivery.endpoint.url), body, headers)


def _note(delivery: WebhookDelivery, status: int | None, words: str) -> None:
    now = timezone.now()
    n = delivery.n_attempts + 1
    changes: dict[str, Any] = {"n_attempts": n, "last_at": now, "last_status": status, "last_error": words}
    if not words:
        changes["state"] = WebhookDelivery.State.SENT
    elif n > len(RETRIES):
        changes["state"] = WebhookDelivery.State.GIVEN_UP
    else:
        changes["next_at"] = now + RETRIES[n - 1]
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(**changes)
        if not words:
            WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, n_given_up__gt=0).update(n_given_up=0)
        elif n > len(RETRIES):
            _count_failure(delivery.endpoint, now)


def _count_failure(endpoint: WebhookEndpoint, now: datetime) -> None:
    living = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at__isnull=True)
    living.update(n_given_up=F("n_given_up") + 1)
    why = "Several messages in a row could not be delivered."
    if living.filter(n_given_up__gte=GIVEN_UP_AT_MOST).update(disabled_at=now, disabled_why=why):
        record("webhook.gave_up", actor=None, study=endpoint.study, about=endpoint)


def forget_deliveries(*, now: datetime) -> int:
    """Delete the log of messages that went out or were given up a month ago."""
    old = WebhookDelivery.objects.filter(created_at__lt=now - SENT_KEPT)
    return old.exclude(state=WebhookDelivery.State.WAITING).delete()[0]
