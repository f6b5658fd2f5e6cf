"""The log of incidents: opened by whoever runs the study, read by few. The trail holds no word of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Incident, IncidentEntry, IncidentReading, Rater, Study, User
from annotation.queries.sites import raters_seen_by
from annotation.services.alerts import note_incident

Kind = IncidentEntry.Kind
# What may be written into a record, by whether it is closed.
OPEN_KINDS = (Kind.ACTED, Kind.CORRECTED, Kind.CLOSED)
CLOSED_KINDS = (Kind.CORRECTED, Kind.REOPENED)


def rater_named(study: Study, pseudonym: str, *, actor: User) -> Rater | None:
    """The rater under this pseudonym, of those whom the actor sees; None where none is named.

    Raises:
        DomainError: nobody rates here under it.
    """
    if not pseudonym.strip():
        return None
    rater = raters_seen_by(study, actor).filter(pseudonym__iexact=pseudonym.strip()).first()
    if rater is None:
        raise DomainError(Code.INVALID, _("Nobody rates here under this pseudonym."))
    return rater


def open_incident(study: Study, *, actor: User, text: str, pseudonym: str = "") -> Incident:
    """Write down a disclosure or danger. Who opens it need not be allowed to read it afterwards.

    Raises:
        DomainError: nothing is written, or nobody rates here under the pseudonym.
    """
    if not text.strip():
        raise DomainError(Code.INVALID, _("Write down what happened."))
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        last = Incident.objects.filter(study=study).aggregate(last=Max("number"))["last"] or 0
        rater = rater_named(study, pseudonym, actor=actor)
        incident = Incident.objects.create(study=study, number=last + 1, rater=rater, opened_by=actor)
        IncidentEntry.objects.create(incident=incident, kind=Kind.OPENED, text=text.strip(), written_by=actor)
        record("incident.opened", actor=actor, study=study, about=incident, number=incident.number)
        note_incident(incident, actor=actor)
        return incident


def read_incident(incident: Incident, *, actor: User) -> IncidentReading:
    """Every reading stays on record, beside the incident and in the trail."""
    with transaction.atomic():
        reading = IncidentReading.objects.create(incident=incident, reader=actor)
        record("incident.read", actor=actor, study=incident.study, about=incident, number=incident.number)
        return reading


def _corrected(incident: Incident, kind: str, code: str) -> IncidentEntry | None:
    if kind != Kind.CORRECTED:
        return None
    entry = IncidentEntry.objects.filter(incident=incident, code=code).first()
    if entry is None:
        raise DomainError(Code.INVALID, _("Choose the entry that is corrected."))
    return entry


def write_entry(
    incident: Incident, *, actor: User, kind: str, text: str, now: datetime, corrects: str = ""
) -> IncidentEntry:
    """Add what was done, correct an earlier entry, close or open again. `corrects`: the entry's code.

    Raises:
        DomainError: nothing is written; the entry does not fit the incident's state (409).
    """
    if not text.strip():
        raise DomainError(Code.INVALID, _("Write down what was done, or why."))
    with transaction.atomic():
        held = Incident.objects.select_for_update(of=("self",)).select_related("study").get(pk=incident.pk)
        if kind not in (CLOSED_KINDS if held.closed_at else OPEN_KINDS):
            raise DomainError(
                Code.STATE_FORBIDS, _("The record has changed since you opened it. Please load it again.")
            )
        entry = IncidentEntry.objects.create(
            incident=held,
            kind=kind,
            text=text.strip(),
            written_by=actor,
            corrects=_corrected(held, kind, corrects),
        )
        if kind in {Kind.CLOSED, Kind.REOPENED}:
            held.closed_at = now if kind == Kind.CLOSED else None
            held.save(update_fields=["closed_at"])
        record(f"incident.{kind}", actor=actor, study=held.study, about=held, number=held.number)
        return entry
