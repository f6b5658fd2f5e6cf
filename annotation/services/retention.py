"""Retention: the day on which each kind of data goes, and carrying it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import AuditPayload, ErasurePermit, RetentionDate, Study, User
from annotation.retention import Keeper, keeper_of, register
from annotation.services.kept_care import delete_all_wellbeing, n_wellbeing_rows

# Rows of one short transaction.
BATCH = 2000


def set_retention(study: Study, *, actor: User, dates: Mapping[str, date | None], now: datetime) -> None:
    """Set, move or take away the days. What was carried out stays as it is.

    Raises:
        DomainError: a day that has passed: it would be carried out within the hour, unseen.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        held = {one.kind: one for one in RetentionDate.objects.select_for_update().filter(study=study)}
        for kind, day in dates.items():
            before = held.get(kind)
            if before is not None and (before.done_at is not None or before.due_on == day):
                continue
            if day is not None and day <= today:
                raise DomainError(Code.INVALID, _("Choose days that are still to come."))
            if day is None:
                RetentionDate.objects.filter(study=study, kind=kind).delete()
            else:
                RetentionDate.objects.update_or_create(study=study, kind=kind, defaults={"due_on": day})
        said = {kind: day.isoformat() if day else None for kind, day in dates.items()}
        record("retention.set", actor=actor, study=study, about=study, **said)


def note_done(row: RetentionDate, *, actor: User, now: datetime) -> None:
    """Somebody has deleted by hand what the program cannot. Twice is once.

    Raises:
        DomainError: the day has not come, or the program does it (409).
    """
    if row.due_on > timezone.localdate(now) or keeper_of(row.kind) is not None:
        raise DomainError(Code.STATE_FORBIDS, _("This is not due, or is carried out by itself."))
    with transaction.atomic():
        if RetentionDate.objects.filter(pk=row.pk, done_at__isnull=True).update(done_at=now, done_by=actor):
            record("retention.noted", actor=actor, study=row.study, about=row.study, kind_of=row.kind)


def tend_retention(*, now: datetime) -> int:
    """Carry out what is due in every study, where the program can. Safe to run at any time. Returns how many
    dates were carried out."""
    due = RetentionDate.objects.filter(due_on__lte=timezone.localdate(now), done_at__isnull=True)
    n = 0
    for row in due.select_related("study").order_by("pk"):
        keeper = keeper_of(row.kind)
        if keeper is not None:
            _carry_out(row, keeper, now)
            n += 1
    return n


def _carry_out(row: RetentionDate, keeper: Keeper, now: datetime) -> None:
    n_gone = keeper.delete(row.study, now)
    with transaction.atomic():
        due = RetentionDate.objects.filter(pk=row.pk, done_at__isnull=True)
        if due.update(done_at=now, n_done=n_gone):
            said = {"kind_of": row.kind, "n": n_gone}
            record("retention.carried_out", actor=None, study=row.study, about=row.study, **said)


def _payloads(study: Study) -> QuerySet[AuditPayload]:
    """Without what retention itself has written: what went when stays readable."""
    return AuditPayload.objects.filter(event__study=study).exclude(event__kind__startswith="retention.")


def _count_payloads(study: Study) -> int:
    return _payloads(study).count()


def _delete_payloads(study: Study, now: datetime) -> int:
    """The events stay with their commitments, so the trail stays whole."""
    del now
    n = 0
    while True:
        with transaction.atomic():
            keys = list(_payloads(study).order_by("pk").values_list("pk", flat=True)[:BATCH])
            if not keys:
                return n
            permit = ErasurePermit.objects.create(reason="retention of the audit trail")
            n += AuditPayload.objects.filter(pk__in=keys).delete()[0]
            permit.delete()


def register_keepers() -> None:
    register(Keeper(RetentionDate.Kind.AUDIT, _count_payloads, _delete_payloads))
    register(Keeper(RetentionDate.Kind.WELLBEING, n_wellbeing_rows, delete_all_wellbeing))
