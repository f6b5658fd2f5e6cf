"""Bring checked items and ratings into a study: staged piece by piece, shown at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from annotation.errors import Code, DomainError
from annotation.models import Group, ImportBatch, Rater, RubricVersion, Study, User
from annotation.services.item_imports import remove_staged_items, stage_items
from annotation.services.rubrics import load_rubric, publish_rubric
from annotation.services.staging import begin_writing, is_writing, mark_abandoned, note_in_report, show_batch
from annotation.services.studies import add_group, create_study
from rating.services.import_checks import CheckedImport, check_import
from rating.services.import_sources import ImportFiles, ImportOptions
from rating.services.rating_imports import remove_staged_ratings, stage_raters, stage_ratings

Progress = Callable[[float, str], None]


def _quietly(fraction: float, sentence: str) -> None:
    """Nobody waits for progress."""


@dataclass(frozen=True)
class ImportOutcome:
    """`batch` None: everything in the files was there before, and nothing changed."""

    study: Study
    batch: ImportBatch | None
    counts: dict[str, Any]


def earlier_import(study: Study, files: ImportFiles) -> ImportBatch | None:
    """The finished import of exactly these files."""
    return ImportBatch.objects.visible().filter(study=study, file_digest=files.digest).first()


def import_study(
    study: Study | None,
    files: ImportFiles,
    options: ImportOptions,
    *,
    actor: User,
    title: str = "",
    source_key: str = "",
) -> ImportOutcome:
    """Check and import; makes the study when there is none, after the check and before the first row.

    Importing the same rows again changes nothing, whether the files are the same or only say the same.

    Raises:
        DomainError: INVALID_FILE with every defect; another import of the study is under way.
    """
    earlier = earlier_import(study, files) if study is not None else None
    if study is not None and earlier is not None:
        return ImportOutcome(study, None, earlier.report.get("counts", {}))
    checked = check_import(study, files, options)
    checked.refuse_defects()
    if study is not None and checked.brings_nothing:
        return ImportOutcome(study, None, checked.counts())
    described = checked.description
    target = study or create_study(
        actor=actor,
        title=title or described.title or "Imported ratings",
        purpose=described.purpose,
        notice=described.notice,
        source_key=source_key,
    )
    batch = ImportBatch.objects.create(study=target, kind="study", file_digest=files.digest, created_by=actor)
    shown = write_import(batch, checked, actor=actor)
    return ImportOutcome(target, shown, shown.report["counts"])


def write_import(
    batch: ImportBatch, checked: CheckedImport, *, actor: User, progress: Progress = _quietly
) -> ImportBatch:
    """Stage all rows, then show the batch. What fails on the way leaves nothing behind.

    A killed process leaves staged rows that nobody sees; the next import of the study removes them.
    """
    checked.refuse_defects()
    begin_writing(batch)
    is_shown = False
    try:
        remove_interrupted(batch.study, actor=actor)
        counts = _stage(batch, checked, actor=actor, progress=progress)
        shown = show_batch(batch, actor=actor, counts=counts)
        is_shown = True
    finally:
        if not is_shown:
            _remove_rows(batch)
            note_in_report(batch, writing_at="")
    return shown


def _stage(batch: ImportBatch, checked: CheckedImport, *, actor: User, progress: Progress) -> dict[str, Any]:
    _remove_rows(batch)
    progress(0.1, "Writing the items.")
    stage_items(batch, checked.items, described=checked.description.factors)
    rows = checked.ratings.rows
    if not rows:
        return checked.counts()
    groups = _groups(batch.study, checked, actor=actor)
    raters: dict[str, Rater] = stage_raters(batch.study, {row.rater: row.group for row in rows}, groups)
    progress(0.3, f"Writing {len(rows):,} answers.")
    stage_ratings(
        batch, rows, version=_version(batch.study, checked, actor=actor), raters=raters, texts=checked.texts
    )
    progress(0.95, "Showing them.")
    return checked.counts()


def _groups(study: Study, checked: CheckedImport, *, actor: User) -> dict[str, Group]:
    """The study's groups by key; those that the ratings name and the study lacks are added."""
    groups = {group.key: group for group in Group.objects.filter(study=study)}
    named = list(dict.fromkeys(row.group for row in checked.ratings.rows))
    described = {group.key: group for group in checked.description.groups}
    order = [key for key in described if key in named] + [key for key in named if key not in described]
    for key in order:
        if key in groups:
            continue
        words = described.get(key)
        is_judge = words.kind == Group.Kind.JUDGE if words else key in checked.options.judge_groups
        groups[key] = add_group(
            study,
            actor=actor,
            key=key,
            name=words.name if words else key,
            singular=words.singular if words else "",
            kind=Group.Kind.JUDGE if is_judge else Group.Kind.HUMAN,
        )
    return groups


def _version(study: Study, checked: CheckedImport, *, actor: User) -> RubricVersion:
    if checked.document is not None:
        return publish_rubric(load_rubric(study, checked.document, actor=actor), actor=actor)
    if checked.version is None:
        raise DomainError(Code.INVALID, "The ratings have no questions to belong to.")
    return checked.version


def abandon_import(batch: ImportBatch, *, actor: User) -> ImportBatch:
    """Give an import up and remove what it staged. Doing it twice changes nothing.

    Raises:
        DomainError: the import is finished, or writes at this moment.
    """
    if batch.state == ImportBatch.State.STAGED and is_writing(batch):
        raise DomainError(Code.STATE_FORBIDS, "This import is writing just now: cancel its job first.")
    mark_abandoned(batch, actor=actor)
    _remove_rows(batch)
    return batch


def remove_interrupted(study: Study, *, actor: User) -> int:
    """Abandon the imports of a study that began to write and were killed; returns how many."""
    staged = ImportBatch.objects.filter(study=study, state=ImportBatch.State.STAGED)
    dead = [batch for batch in staged if batch.report.get("writing_at") and not is_writing(batch)]
    for batch in dead:
        abandon_import(batch, actor=actor)
    return len(dead)


def _remove_rows(batch: ImportBatch) -> None:
    remove_staged_ratings(batch)
    remove_staged_items(batch)
