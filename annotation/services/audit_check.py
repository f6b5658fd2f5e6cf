"""Is the audit trail what it was? Every seal computed again, every payload held against its commitment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from annotation.audit import commitment
from annotation.models import AuditEvent, AuditSeal, Study
from annotation.services.audit_seals import BEGINNING, EventFields, actor_mark, seal_digest

# A transaction takes seconds. An event that says it is older than this when it is sealed was written later.
LATE = timedelta(hours=1)
# Beyond this many, a longer list helps nobody.
MAX_DEFECTS = 100
PIECE = 5000

_FIELDS = (
    "number",
    "digest",
    "sealed_at",
    "study__code",
    "event__code",
    "event__created_at",
    "event__kind",
    "event__object_kind",
    "event__object_code",
    "event__study__code",
    "event__actor_id",
    "event__commitment",
    "event__payload__salt",
    "event__payload__data",
)


@dataclass(frozen=True)
class Noted:
    """The head of a chain as somebody noted it down outside this database."""

    number: int
    digest: str


@dataclass
class ChainReport:
    """What became of one chain. `study` is empty for the events that belong to none."""

    study: str
    n_sealed: int = 0
    n_unsealed: int = 0
    n_erased: int = 0
    head: str = BEGINNING
    oldest_unsealed_at: datetime | None = None
    n_defects: int = 0
    defects: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return self.n_defects == 0

    def tell(self, sentence: str) -> None:
        self.n_defects += 1
        if len(self.defects) < MAX_DEFECTS:
            self.defects.append(sentence)

    def as_json(self) -> dict[str, Any]:
        oldest = self.oldest_unsealed_at
        return {
            "study": self.study,
            "is_whole": self.is_whole,
            "n_sealed": self.n_sealed,
            "n_unsealed": self.n_unsealed,
            "n_erased": self.n_erased,
            "head": self.head,
            "oldest_unsealed_at": oldest.isoformat() if oldest else None,
            "n_defects": self.n_defects,
            "defects": self.defects,
        }


@dataclass(frozen=True)
class _Link:
    number: int
    digest: str
    sealed_at: datetime
    study: str
    event: EventFields
    salt: str | None
    data: dict[str, Any] | None

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> _Link:
        number, digest, sealed_at, study, code, at, kind, about, about_code, event_study, actor, sworn = row[
            :12
        ]
        fields = EventFields(
            code, at, kind, about, about_code, event_study or "", actor_mark(code, actor), sworn
        )
        return cls(number, digest, sealed_at, study or "", fields, row[12], row[13])


def _check_link(report: ChainReport, link: _Link, before: _Link | None) -> None:
    place = f"seal {link.number} (event {link.event.code}, {link.event.kind})"
    expected = before.number + 1 if before else 1
    if link.number != expected:
        report.tell(f"{place}: {link.number - expected} before it are missing; events were deleted.")
    if link.event.study != link.study:
        report.tell(f"{place}: the event was moved to another study.")
    digest = seal_digest(before.digest if before else BEGINNING, link.number, link.event)
    if digest != link.digest:
        report.tell(f"{place}: does not fit; the event, its place or the one before was changed.")
    if before is not None and link.event.at < before.sealed_at - LATE:
        report.tell(f"{place}: came into the trail long after the time it states; it was dated back.")
    if link.salt is None or link.data is None:
        report.n_erased += 1
    elif commitment(link.salt, link.data) != link.event.commitment:
        report.tell(f"{place}: what it says was changed since it was written.")


def _check_tail(report: ChainReport, study: Study | None) -> None:
    tail = AuditEvent.objects.filter(study=study, seal__isnull=True)
    report.n_unsealed = tail.count()
    oldest = tail.order_by("created_at").values_list("created_at", flat=True).first()
    report.oldest_unsealed_at = oldest
    for event in tail.select_related("payload").order_by("id")[:MAX_DEFECTS]:
        payload = getattr(event, "payload", None)
        if payload is not None and commitment(payload.salt, payload.data) != event.commitment:
            report.tell(f"unsealed event {event.code} ({event.kind}): what it says was changed.")


def check_chain(study: Study | None, *, noted: Collection[Noted] = ()) -> ChainReport:
    """Walk one chain from its beginning: changes, deletions, re-ordering, back-dating, the unsealed tail.

    A payload that is not there counts as erased: its commitment stays in the chain. `noted`: heads written
    down earlier; without one, the end of a chain cut off by somebody with full rights stays unseen.
    """
    report = ChainReport(study.code if study else "")
    before, unseen = None, set(noted)
    seals = AuditSeal.objects.filter(study=study).order_by("number").values_list(*_FIELDS)
    for row in seals.iterator(chunk_size=PIECE):
        link = _Link.of(row)
        _check_link(report, link, before)
        unseen.discard(Noted(link.number, link.digest))
        before, report.n_sealed = link, report.n_sealed + 1
    report.head = before.digest if before else BEGINNING
    _check_tail(report, study)
    for head in sorted(unseen, key=lambda one: one.number):
        report.tell(
            f"The head that was noted down ({head.number}) is not in the chain: its end was cut off or "
            "rewritten."
        )
    if study is not None and not report.n_sealed and not report.n_unsealed:
        report.tell("The study has no event at all, yet making it writes one.")
    return report
