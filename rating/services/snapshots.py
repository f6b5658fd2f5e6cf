"""Freezing ratings: what an analysis or an export reads never changes afterwards."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Plan, Question, RubricVersion, Slot, Study, User
from rating.models import Rating, Snapshot
from rating.queries.ratings import default_stage, long_rows
from rating.services.snapshot_rows import FORMAT, CollectedRows, SnapshotTable, read_parquet, write_parquet
from rating.software import software_version

FOLDER = "snapshots"


def take_snapshot(study: Study, *, actor: User | None, stage: str | None = None) -> Snapshot:
    """Freeze what counts of a stage (main by default; imported where a study has nothing else).

    The same data give the same digest, the same file and the same Snapshot. Errors: STATE_FORBIDS
    when nobody has submitted anything in the stage.
    """
    stage = stage or default_stage(study)
    collected = CollectedRows.of(long_rows(study, stage=stage))
    if not collected.n_ratings:
        raise DomainError(Code.STATE_FORBIDS, f"Nobody has submitted a rating in the stage “{stage}” yet.")
    versions = _versions(set(collected.versions))
    questions, names = _questions(versions)
    version_names = {version.pk: _version_name(version) for version in versions}
    rows = collected.frame(names, version_names)
    table = SnapshotTable(_head(study, stage, questions, list(version_names.values())), rows)
    digest = table.digest()
    # The file first: named after its content, it does no harm where the row then fails to come.
    file_name = _store(digest, write_parquet(table))
    with transaction.atomic():
        existing = Snapshot.objects.filter(study=study, digest=digest).first()
        if existing is not None:
            return existing
        snapshot = Snapshot.objects.create(
            study=study,
            stage=stage,
            digest=digest,
            file_name=file_name,
            software_version=software_version(),
            description=_description(study, table, collected),
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


def _store(digest: str, content: bytes) -> str:
    """Write the file unless it is there; a second writer's copy of the same content is dropped."""
    wanted = f"{FOLDER}/{digest}.parquet"
    if default_storage.exists(wanted):
        return wanted
    stored = default_storage.save(wanted, ContentFile(content))
    if stored != wanted:
        default_storage.delete(stored)
    return wanted


def _versions(ids: set[int]) -> list[RubricVersion]:
    """Rubric versions in use, the newest first, with their questions and scales."""
    versions = RubricVersion.objects.filter(pk__in=ids).select_related("rubric")
    return list(
        versions.prefetch_related("questions__scale__levels").order_by("rubric__key", "-number", "-pk")
    )


def _version_name(version: RubricVersion) -> str:
    return f"{version.rubric.key} {version.number}"


def _scale(question: Question) -> dict[str, Any]:
    levels = list(question.scale.levels.all())
    return {
        "measurement": question.scale.measurement,
        "values": [level.value for level in levels],
        "labels": [level.label for level in levels],
    }


def _questions(versions: list[RubricVersion]) -> tuple[list[dict[str, Any]], dict[tuple[int, str], str]]:
    """Questions as the snapshot names them, and the name of each (version, key).

    A key keeps its name over versions. Where its scale changed, answers cannot be pooled: each scale
    but the newest then bears the newest version that used it in its name.
    """
    entries: dict[str, dict[str, Any]] = {}
    names: dict[tuple[int, str], str] = {}
    for version in versions:
        for question in version.questions.all():
            scale, name = _scale(question), question.key
            if name in entries and entries[name]["scale"] != scale:
                same = (n for n, e in entries.items() if e["stem"] == question.key and e["scale"] == scale)
                name = next(same, f"{question.key}-v{version.number}")
            entry = entries.setdefault(name, _question(name, question, scale))
            entry["versions"].append(_version_name(version))
            names[version.pk, question.key] = name
    return list(entries.values()), names


def _question(name: str, question: Question, scale: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": name,
        "stem": question.key,
        "text": question.text,
        "kind": question.kind,
        "target": question.target,
        "construct": question.construct,
        "polarity": question.polarity,
        "scale": scale,
        "versions": [],
    }


def _head(
    study: Study, stage: str, questions: list[dict[str, Any]], version_names: list[str]
) -> dict[str, Any]:
    groups = [{"key": group.key, "name": group.name, "kind": group.kind} for group in study.groups.all()]
    return {
        "format": FORMAT,
        "stage": stage,
        "groups": groups,
        "questions": questions,
        "rubric_versions": version_names,
    }


def _description(study: Study, table: SnapshotTable, collected: CollectedRows) -> dict[str, Any]:
    rows = table.rows
    missing = Counter(rows["missing"][rows["missing"] != ""].astype(str))
    return {
        **table.head,
        "counts": {
            "n_items": rows["item"].nunique(),
            "n_raters": rows["rater"].nunique(),
            "n_ratings": collected.n_ratings,
            "n_answers": len(rows),
            "missing": dict(sorted(missing.items())),
        },
        "left_out": _left_out(study, table.head["stage"], len(collected.values) - len(rows)),
    }


def _left_out(study: Study, stage: str, n_repeated: int) -> list[dict[str, Any]]:
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
    return [*parts, *repeated]
