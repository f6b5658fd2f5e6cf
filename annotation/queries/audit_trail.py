"""The audit trail and the access log, page by page, for the owners of a study."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.models import AccessEvent, AuditEvent, AuditSeal, Member, Role, Study
from annotation.queries.events import event_words, staff_names

PIECE = 2000
COLUMNS = (
    "number",
    "at",
    "who",
    "kind",
    "words",
    "object_kind",
    "object_code",
    "event",
    "commitment",
    "seal",
)
# So many ids before the newest sealed one the sealer looks for events that came into sight late.
LOOK_BACK = 2000
NEXT_KIND = """
WITH RECURSIVE found(kind) AS (
    SELECT min(kind) FROM annotation_auditevent WHERE study_id = %s
    UNION ALL
    SELECT (SELECT min(kind) FROM annotation_auditevent WHERE study_id = %s AND kind > found.kind)
    FROM found WHERE found.kind IS NOT NULL
)
SELECT kind FROM found WHERE kind IS NOT NULL
"""
RATERS, PROGRAM = "raters", "program"
WHAT = {
    "people": gettext_lazy("the list of people"),
    "applications": gettext_lazy("who asked to join"),
    "consents": gettext_lazy("who has agreed to what"),
    "pay": gettext_lazy("hours and payments"),
    "raters": gettext_lazy("ratings by rater"),
    "comments": gettext_lazy("comments of raters"),
    "problems": gettext_lazy("reported problems"),
    "care": gettext_lazy("wellbeing totals and wishes"),
    "incidents": gettext_lazy("the incident log"),
    "sources": gettext_lazy("items with who wrote their replies"),
    "export": gettext_lazy("an export"),
    "snapshot": gettext_lazy("the rows of a snapshot"),
    "ratings": gettext_lazy("ratings"),
    "audit": gettext_lazy("the audit trail"),
}


@dataclass(frozen=True)
class TrailFilter:
    kind: str = ""
    person: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class TrailLine:
    event: AuditEvent
    number: int | None
    seal: str
    who: str
    words: str
    is_erased: bool


@dataclass(frozen=True)
class ChainState:
    n_sealed: int
    n_waiting: int
    head: str
    sealed_at: datetime | None = field(default=None)


def chain_state(study: Study) -> ChainState:
    """How far the chain has come; whether it is whole only a check tells. Two queries.

    Waiting are events without a seal as the sealer looks for them: from a little before its last one on.
    """
    last = AuditSeal.objects.filter(study=study).order_by("-number").first()
    above = max(0, last.event_id - LOOK_BACK) if last else 0
    waiting = AuditEvent.objects.filter(study=study, id__gt=above, seal__isnull=True).count()
    if last is None:
        return ChainState(0, waiting, "")
    return ChainState(last.number, waiting, last.digest, last.sealed_at)


def trail_people(study: Study) -> list[tuple[str, str]]:
    """Whom the trail can be filtered by: the team by name, raters all together, the program. One query."""
    team = [(f"user-{key}", name) for key, name in sorted(staff_names(study).items(), key=lambda one: one[1])]
    codes = dict(Member.objects.filter(study=study).values_list("user_id", "code"))
    named = [(codes[int(key.removeprefix("user-"))], name) for key, name in team]
    return [*named, (RATERS, _("Raters")), (PROGRAM, _("The program itself"))]


def trail_kinds(study: Study) -> list[str]:
    """Kinds of events in the study's trail, in order. One query, which steps from kind to kind in the index:
    DISTINCT reads every event."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_KIND, [study.pk, study.pk])
        return [kind for (kind,) in cursor.fetchall()]


def trail_events(study: Study, wanted: TrailFilter) -> QuerySet[AuditEvent]:
    """The newest events first. One query, whatever is shown of them."""
    events = AuditEvent.objects.filter(study=study).select_related("payload", "seal").order_by("-id")
    if wanted.since or wanted.until:
        # The order of the index that finds the days; ids were drawn at almost the same time.
        events = events.order_by("-created_at", "-id")
    if wanted.kind:
        events = events.filter(kind=wanted.kind)
    if wanted.about:
        events = events.filter(object_code=wanted.about)
    if wanted.since:
        events = events.filter(created_at__gte=_midnight(wanted.since))
    if wanted.until:
        events = events.filter(created_at__lt=_midnight(wanted.until + timedelta(days=1)))
    return _by_person(events, study, wanted.person)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _by_person(events: QuerySet[AuditEvent], study: Study, person: str) -> QuerySet[AuditEvent]:
    if person == PROGRAM:
        return events.filter(actor__isnull=True)
    if person == RATERS:
        return events.filter(actor__isnull=False).exclude(actor__in=list(staff_names(study)))
    if person:
        chosen = Member.objects.filter(study=study, code=person, grants__role__in=Role.values)
        return events.filter(actor__in=chosen.values("user"))
    return events


def trail_lines(study: Study, events: Iterable[AuditEvent]) -> Iterator[TrailLine]:
    """Events in words; raters stay without a name. One query besides the events."""
    names = staff_names(study)
    for event in events:
        payload, seal = getattr(event, "payload", None), getattr(event, "seal", None)
        fallback = _("A rater") if event.actor_id else "Attune"
        yield TrailLine(
            event=event,
            number=seal.number if seal else None,
            seal=seal.digest if seal else "",
            who=names.get(event.actor_id or 0, fallback),
            words=event_words(event.kind, payload.data if payload else {}),
            is_erased=payload is None,
        )


def _row(line: TrailLine) -> list[Any]:
    event = line.event
    about = [event.object_kind, event.object_code, event.code, event.commitment, line.seal]
    return [line.number, event.created_at.isoformat(), line.who, event.kind, line.words, *about]


class _Echo:
    def write(self, text: str) -> str:
        return text


def trail_csv(study: Study, wanted: TrailFilter) -> Iterator[str]:
    """The whole trail in lines, at constant memory."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    events = trail_events(study, wanted).iterator(chunk_size=PIECE)
    for line in trail_lines(study, events):
        yield writer.writerow([_harmless(cell) for cell in _row(line)])


def _harmless(cell: Any) -> Any:
    """A cell that a spreadsheet would run is shown instead."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def trail_json(study: Study, wanted: TrailFilter) -> Iterator[str]:
    """JSON, one object a line within a list."""
    between = "[\n"
    for line in trail_lines(study, trail_events(study, wanted).iterator(chunk_size=PIECE)):
        yield between + json.dumps(dict(zip(COLUMNS, _row(line), strict=True)), ensure_ascii=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def study_accesses(study: Study) -> QuerySet[AccessEvent]:
    """Who saw what, the newest first."""
    return AccessEvent.objects.filter(study_code=study.code).select_related("user").order_by("-id")
