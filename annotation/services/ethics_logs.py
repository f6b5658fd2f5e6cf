"""Adverse events, deviations, unblindings: written once, corrected by further entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Item, LogEntry, Study, User
from annotation.queries.ethics_logs import has_unblinded
from annotation.services.incidents import rater_named


@dataclass(frozen=True)
class Happened:
    """What an entry says. `reason`: what was done, or why; `item`: its name in the study."""

    happened_on: date
    text: str
    reason: str
    pseudonym: str = ""
    item: str = ""


def _item_named(study: Study, external_id: str) -> Item | None:
    if not external_id.strip():
        return None
    item = Item.objects.visible().filter(study=study, external_id=external_id.strip()).first()
    if item is None:
        raise DomainError(Code.INVALID, _("This study has no item of this name."))
    return item


def _next_number(study: Study, kind: str) -> int:
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    return (LogEntry.objects.filter(study=study, kind=kind).aggregate(last=Max("number"))["last"] or 0) + 1


def write_log(
    study: Study,
    said: Happened,
    *,
    actor: User,
    kind: str,
    now: datetime,
    corrects: LogEntry | None = None,
) -> LogEntry:
    """Add an entry to one of the logs; nothing changes it afterwards.

    Raises:
        DomainError: something is missing, the day lies ahead, or rater or item are not of this study.
    """
    if kind not in LogEntry.Kind.values or not said.text.strip() or not said.reason.strip():
        raise DomainError(Code.INVALID, _("Say what happened, and what was done or why."))
    if said.happened_on > timezone.localdate(now):
        raise DomainError(Code.INVALID, _("This day has not come yet."))
    with transaction.atomic():
        entry = LogEntry.objects.create(
            study=study,
            kind=kind,
            number=_next_number(study, kind),
            happened_on=said.happened_on,
            text=said.text.strip(),
            reason=said.reason.strip(),
            rater=rater_named(study, said.pseudonym, actor=actor),
            item=_item_named(study, said.item),
            written_by=actor,
            corrects=corrects,
        )
        record("log.written", actor=actor, study=study, about=entry, kind_of=kind, number=entry.number)
        return entry


def unblind_item(item: Item, *, actor: User, reason: str, now: datetime) -> LogEntry | None:
    """Show this person who wrote the replies of an item, from now on; None where they see it already.

    Raises:
        DomainError: no reason is given.
    """
    said = Happened(
        happened_on=timezone.localdate(now),
        text=_("Saw who wrote the replies of item %(id)s.") % {"id": item.external_id},
        reason=reason,
        item=item.external_id,
    )
    with transaction.atomic():
        # Pressed twice, the second waits here and then finds the entry of the first.
        Study.objects.select_for_update(no_key=True).get(pk=item.study_id)
        if has_unblinded(item, actor):
            return None
        return write_log(item.study, said, actor=actor, kind=LogEntry.Kind.UNBLINDING, now=now)
