"""Taking an erased rater out of frozen ratings: the single exception to "a snapshot never changes"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from annotation.audit import record
from annotation.jobs import enqueue
from annotation.models import ErasurePermit, Study
from rating.models import Analysis, Snapshot, SnapshotReduction
from rating.services.analyses import TASK
from rating.services.snapshot_rows import SnapshotTable, n_missing, write_parquet
from rating.services.snapshots import read_snapshot, store_table

if TYPE_CHECKING:
    import pandas as pd

Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class Reduced:
    """A snapshot's table without one rater, and how many of the rater's ratings and answers it held."""

    table: SnapshotTable
    n_ratings: int
    n_answers: int


def without_rater(table: SnapshotTable, pseudonym: str) -> Reduced:
    """The rows of everybody else; the name is gone from the file's vocabularies too."""
    mine = table.rows["rater"].astype(str) == pseudonym
    kept = table.rows[~mine].reset_index(drop=True)
    labels = kept.select_dtypes("category").columns
    kept = kept.assign(**{name: kept[name].cat.remove_unused_categories() for name in labels})
    return Reduced(SnapshotTable(table.head, kept), table.rows["order"][mine].nunique(), int(mine.sum()))


def _counts(before: dict[str, Any], rows: pd.DataFrame, reduced: Reduced) -> dict[str, Any]:
    return {
        **before,
        "n_items": rows["item"].nunique(),
        "n_raters": rows["rater"].nunique(),
        "n_ratings": before["n_ratings"] - reduced.n_ratings,
        "n_answers": len(rows),
        "missing": n_missing(rows),
    }


def _run_again(snapshot: Snapshot) -> None:
    """What was computed with the rater goes at once; a worker computes it anew."""
    for analysis in Analysis.objects.filter(snapshot=snapshot):
        analysis.figures.all().delete()
        analysis.parts.all().delete()
        payload = {"analysis": analysis.code}
        analysis.job = enqueue(TASK, actor=analysis.created_by, study=analysis.study, payload=payload)
        analysis.results, analysis.log, analysis.finished_at = {}, [], None
        analysis.save(update_fields=["job", "results", "log", "finished_at"])


def _drop_file(file_name: str) -> None:
    if not Snapshot.objects.filter(file_name=file_name).exists() and default_storage.exists(file_name):
        default_storage.delete(file_name)


def _replace(snapshot: Snapshot, reduced: Reduced) -> None:
    rows, digest = reduced.table.rows, reduced.table.digest()
    old_file = snapshot.file_name
    new_file = store_table(digest, write_parquet(reduced.table))
    counts = _counts(snapshot.description["counts"], rows, reduced)
    description = {**snapshot.description, "counts": counts}
    with transaction.atomic():
        permit = ErasurePermit.objects.create(reason=f"snapshot {snapshot.code}")
        Snapshot.objects.filter(pk=snapshot.pk).update(
            digest=digest, file_name=new_file, description=description
        )
        permit.delete()
        SnapshotReduction.objects.create(
            snapshot=snapshot,
            reduced_at=timezone.now(),
            n_ratings=reduced.n_ratings,
            digest_before=snapshot.digest,
        )
        _run_again(snapshot)
        record("snapshot.reduced", actor=None, study=snapshot.study, about=snapshot, digest=digest)
        transaction.on_commit(lambda: _drop_file(old_file))


def _delete(snapshot: Snapshot) -> None:
    """Nothing is left to analyse: the snapshot goes, and what was computed from it."""
    old_file = snapshot.file_name
    with transaction.atomic():
        Analysis.objects.filter(snapshot=snapshot).delete()
        permit = ErasurePermit.objects.create(reason=f"snapshot {snapshot.code}")
        record("snapshot.erased", actor=None, study=snapshot.study, about=snapshot)
        Snapshot.objects.filter(pk=snapshot.pk).delete()
        permit.delete()
        transaction.on_commit(lambda: _drop_file(old_file))


def reduce_snapshots(study: Study, pseudonym: str, *, tell: Tell) -> int:
    """Take an erased rater out of every snapshot of the study and have its analyses computed again.

    Run again after an interruption it goes on where it stopped. Returns how many snapshots held the rater.

    Raises:
        DomainError: a snapshot's file is gone or is not what it was; those before it are done.
    """
    snapshots = list(Snapshot.objects.filter(study=study).order_by("pk"))
    n = 0
    for place, snapshot in enumerate(snapshots):
        tell(place / len(snapshots), "Taking out what was withdrawn")
        reduced = without_rater(read_snapshot(snapshot), pseudonym)
        if not reduced.n_answers:
            continue
        n += 1
        if reduced.table.rows.empty:
            _delete(snapshot)
        else:
            _replace(snapshot, reduced)
    return n
