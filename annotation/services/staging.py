"""Imports write in short transactions under a batch; one conditional update makes the batch visible.

On SQLite one writer at a time holds the whole file: a transaction that lasts would make raters wait at
"submit". So rows are staged in pieces, each far below a quarter second, and nothing reads them
(`visible()` of items and plans) before the batch is shown.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Sized
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import ImportBatch, Study, User

T = TypeVar("T")
P = TypeVar("P", bound=Sized)

TARGET_SECONDS = 0.08
FIRST_SIZE = 25
LARGEST_SIZE = 1000
# On PostgreSQL nobody waits for another's rows: pieces are limited by memory, and by signs of life.
SIZE_OF_SERVER = 2500
# SQLite wakes those who wait by asking again, up to a tenth of a second apart, not by turn.
BREATH_SECONDS = 0.01
# An import that has not written for this long was killed.
SILENCE = timedelta(minutes=2)


def write_in_pieces(rows: Iterable[T], write: Callable[[list[T]], object]) -> None:
    """Call `write` with pieces of `rows`, each in a transaction of its own, as `write_as_taken` does."""
    rest = iter(rows)
    write_as_taken(lambda size: list(islice(rest, size)), write)


def write_as_taken(take: Callable[[int], P], write: Callable[[P], object]) -> None:
    """Call `write` with one piece after another, each in a transaction of its own.

    On SQLite of about `TARGET_SECONDS`: the size of a piece follows the speed of the machine.

    Args:
        take: the next rows, at most as many as it is asked for; none when there are no more.
    """
    is_server = connection.vendor == "postgresql"
    size = SIZE_OF_SERVER if is_server else FIRST_SIZE
    while piece := take(size):
        started = time.perf_counter()
        with transaction.atomic():
            if is_server:
                _commit_without_waiting()
            write(piece)
        spent = time.perf_counter() - started
        if not is_server:
            # Growth is limited: the next piece may hold longer rows than this one.
            size = max(1, min(int(size * TARGET_SECONDS / max(spent, 1e-6)), size * 2, LARGEST_SIZE))
            time.sleep(BREATH_SECONDS)


def _commit_without_waiting() -> None:
    """Staged rows need not be on the disk before the batch is shown: that commit waits for all before it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def begin_writing(batch: ImportBatch) -> None:
    """Mark the batch as the one import that writes into its study.

    Raises:
        DomainError: another import of the study is writing, or this one is over.
    """
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=batch.study_id)
        staged = ImportBatch.objects.filter(study=batch.study_id, state=ImportBatch.State.STAGED)
        if not staged.filter(pk=batch.pk).exists():
            raise DomainError(Code.STATE_FORBIDS, _("This import is over: start a new one."))
        if any(is_writing(other) for other in staged.exclude(pk=batch.pk)):
            raise _lost()
        note_in_report(batch, writing_at=timezone.now().isoformat(), writer=secrets.token_hex(8))


def still_writing(batch: ImportBatch) -> None:
    """A sign of life, told between pieces.

    Raises:
        DomainError: another attempt has taken over.
    """
    report = {**batch.report, "writing_at": timezone.now().isoformat()}
    if not _mine(batch).update(report=report):
        raise _lost()
    batch.report = report


def hold_writing(batch: ImportBatch) -> None:
    """Inside the transaction of a piece: no other attempt begins to write before it has ended.

    An attempt that stood still for so long that it was taken for dead must not write into rows, or remove
    rows, of the one that took over.

    Raises:
        DomainError: another attempt has taken over.
    """
    if not _mine(batch).select_for_update(no_key=True).values_list("pk", flat=True).first():
        raise _lost()


def is_writer(batch: ImportBatch) -> bool:
    """Whether no other attempt has taken over."""
    return _mine(batch).exists()


def _mine(batch: ImportBatch) -> QuerySet[ImportBatch]:
    same = ImportBatch.objects.filter(pk=batch.pk)
    writer = batch.report.get("writer")
    return same.filter(report__writer=writer) if writer else same


def _lost() -> DomainError:
    return DomainError(
        Code.LOST_RACE, _("Another import into this study is under way. Try again when it has ended.")
    )


def is_writing(batch: ImportBatch) -> bool:
    since = batch.report.get("writing_at")
    return bool(since) and datetime.fromisoformat(since) > timezone.now() - SILENCE


def note_in_report(batch: ImportBatch, **entries: Any) -> None:
    """Add to the batch's report, which only the import itself writes."""
    batch.report = {**batch.report, **entries}
    ImportBatch.objects.filter(pk=batch.pk).update(report=batch.report)


def show_batch(batch: ImportBatch, *, actor: User | None, counts: dict[str, Any]) -> ImportBatch:
    """Make all rows of the batch visible at once.

    Raises:
        DomainError: the batch was abandoned, or shown before.
    """
    with transaction.atomic():
        report = {**batch.report, "counts": counts, "writing_at": ""}
        staged = _mine(batch).filter(state=ImportBatch.State.STAGED)
        if staged.update(state=ImportBatch.State.VISIBLE, report=report) != 1:
            raise DomainError(Code.LOST_RACE, _("This import was abandoned or finished in the meantime."))
        record("study.imported", actor=actor, study=batch.study, about=batch, kind_of=batch.kind, **counts)
    batch.refresh_from_db()
    return batch


def mark_abandoned(batch: ImportBatch, *, actor: User | None) -> None:
    """The batch will never be shown. Its rows are removed after this, so that no reader meets half of them.

    Raises:
        DomainError: the batch is visible: what others may have analysed stays.
    """
    with transaction.atomic():
        unseen = ImportBatch.objects.filter(pk=batch.pk).exclude(state=ImportBatch.State.VISIBLE)
        if unseen.update(state=ImportBatch.State.ABANDONED) != 1:
            raise DomainError(Code.STATE_FORBIDS, _("This import is finished: it cannot be abandoned."))
        record("import.abandoned", actor=actor, study=batch.study, about=batch)
    batch.refresh_from_db()
