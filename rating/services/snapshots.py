"""Freezing ratings: what an analysis or an export reads never changes afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Plan, Rater, Slot, Study, User
from rating.models import Rating, Snapshot
from rating.queries.item_factors import item_factors
from rating.queries.rated_versions import version_classes
from rating.queries.ratings import default_stage, long_tables
from rating.services.snapshot_questions import LaidOut, laid_out
from rating.services.snapshot_rows import (
    FORMAT,
    CollectedRows,
    SnapshotTable,
    n_missing,
    read_parquet,
    with_factors,
    write_parquet,
)
from rating.services.version_pooling import refuse_unfit
from rating.software import software_version

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "snapshots"


def take_snapshot(
    study: Study,
    *,
    actor: User | None,
    stage: str | None = None,
    versions: Mapping[str, Any] | None = None,
) -> Snapshot:
    """Freeze what counts of a stage (main by default; imported where a study has nothing else).

    The same data give the same digest, the same file and the same Snapshot. `versions`: what to do with
    ratings made with versions of the rubric that differ (`version_pooling`); corrections of words go
    together by themselves. Errors: STATE_FORBIDS when nobody has submitted anything in the stage, INVALID
    when versions differ and `versions` does not say enough.
    """
    stage, choice = stage or default_stage(study), versions or {}
    collected = CollectedRows.of_tables(long_tables(study, stage=stage))
    if not collected.n_ratings:
        raise DomainError(Code.STATE_FORBIDS, f"Nobody has submitted a rating in the stage “{stage}” yet.")
    classes = version_classes(set(collected.versions))
    refuse_unfit(classes, choice)
    questions = laid_out(classes, choice)
    n_other, n_answers = collected.keep_versions(set(questions.versions)), collected.n_rows
    factors, levels = item_factors(study)
    frame = collected.frame(questions.names, questions.versions, recoded=questions.recoded)
    rows = with_factors(frame, levels)
    head = {**_head(study, stage, questions), "factors": factors}
    table = SnapshotTable(head, rows)
    digest = table.digest()
    # The file first: named after its content, it does no harm where the row then fails to come.
    file_name = store_table(digest, write_parquet(table))
    with transaction.atomic():
        # Leaving locks the study too: who is erased before this is found missing, who is after, is taken
        # out of the snapshot by the job of the erasure.
        Study.objects.select_for_update().get(pk=study.pk)
        _refuse_erased(study, rows)
        existing = Snapshot.objects.filter(study=study, digest=digest).first()
        if existing is not None:
            return existing
        snapshot = Snapshot.objects.create(
            study=study,
            stage=stage,
            digest=digest,
            file_name=file_name,
            software_version=software_version(),
            description={
                **_described(table, collected.n_ratings),
                "left_out": _left_out(study, stage, n_answers - len(rows), n_other),
            },
            created_by=actor,
        )
        record("snapshot.taken", actor=actor, study=study, about=snapshot, digest=digest, stage=stage)
    return snapshot


def read_snapshot(snapshot: Snapshot) -> SnapshotTable:
    """The frozen rows, checked against the digest.

    Errors: STATE_FORBIDS when the file is gone, unreadable or not what it was.
    """
    if not default_storage.exists(snapshot.file_name):
        raise DomainError(Code.STATE_FORBIDS, f"The file of snapshot {snapshot.digest[:12]} is gone.")
    with default_storage.open(snapshot.file_name) as file:
        content = file.read()
    try:
        table = read_parquet(BytesIO(content))
    except ValueError as error:
        raise DomainError(
            Code.STATE_FORBIDS, f"The file of snapshot {snapshot.digest[:12]} cannot be read."
        ) from error
    found = table.digest()
    if found != snapshot.digest:
        raise DomainError(
            Code.STATE_FORBIDS,
            f"The file of snapshot {snapshot.digest[:12]} has changed: its digest is now {found[:12]}.",
        )
    return table


def _refuse_erased(study: Study, rows: pd.DataFrame) -> None:
    here = set(Rater.objects.filter(study=study).values_list("pseudonym", flat=True))
    if not here.issuperset(rows["rater"].cat.categories):
        raise DomainError(Code.LOST_RACE, _("Somebody withdrew their ratings just now. Please start again."))


def store_table(digest: str, content: bytes) -> str:
    """Write the file unless it is there; a second writer's copy of the same content is dropped."""
    wanted = f"{FOLDER}/{digest}.parquet"
    if default_storage.exists(wanted):
        return wanted
    stored = default_storage.save(wanted, ContentFile(content))
    if stored != wanted:
        default_storage.delete(stored)
    return wanted


def _head(study: Study, stage: str, questions: LaidOut) -> dict[str, Any]:
    groups = [{"key": group.key, "name": group.name, "kind": group.kind} for group in study.groups.all()]
    return {
        "format": FORMAT,
        "stage": stage,
        "groups": groups,
        "questions": questions.entries,
        "rubric_versions": list(questions.versions.values()),
        # Only where there is more than one version: what it says belongs to the digest.
        **({"pooling": questions.told} if questions.told else {}),
    }


def _described(table: SnapshotTable, n_ratings: int) -> dict[str, Any]:
    rows = table.rows
    return {
        **table.head,
        "counts": {
            "n_items": rows["item"].nunique(),
            "n_raters": rows["rater"].nunique(),
            "n_ratings": n_ratings,
            "n_answers": len(rows),
            "missing": n_missing(rows),
        },
    }


def _left_out(study: Study, stage: str, n_repeated: int, n_other: int) -> list[dict[str, Any]]:
    """Current ratings of the study outside the snapshot, counted by stage and purpose."""
    plans = Plan.objects.visible().filter(study=study)
    ratings = Rating.objects.filter(current_of__isnull=False, slot__plan__in=plans)
    kinds = ratings.values_list("slot__plan__stage", "slot__purpose").annotate(n=Count("pk"))
    parts = [
        {"stage": other, "purpose": purpose, "n": n}
        for other, purpose, n in kinds.order_by("slot__plan__stage", "slot__purpose")
        if (other, purpose) != (stage, Slot.Purpose.QUOTA)
    ]
    repeated = [{"stage": stage, "purpose": "answered_again", "n": n_repeated}] if n_repeated else []
    other = [{"stage": stage, "purpose": "other_version", "n": n_other}] if n_other else []
    return [*parts, *repeated, *other]
