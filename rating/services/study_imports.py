"""Bring checked items and ratings into a study: staged piece by piece, shown at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.imports.checks.identifier_step import Action, Decisions
from annotation.models import Group, ImportBatch, Job, Rater, RubricVersion, Study, User
from annotation.services.item_imports import remove_staged_items, stage_items
from annotation.services.record_lock import refuse_locked
from annotation.services.rubrics import load_rubric, publish_rubric
from annotation.services.staging import (
    begin_writing,
    is_writer,
    is_writing,
    mark_abandoned,
    note_in_report,
    show_batch,
    still_writing,
)
from annotation.services.studies import add_group, create_study
from rating.services.import_checks import CheckedImport, check_import
from rating.services.import_sources import ImportFiles, ImportOptions
from rating.services.import_words import finding_sentences
from rating.services.rating_imports import remove_staged_ratings, stage_raters, stage_ratings

Progress = Callable[[float, str], None]
TELL_EVERY = 1.0


def quietly(fraction: float, sentence: str) -> None:
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
    checked.decide(_decisions(checked, options))
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


def _decisions(checked: CheckedImport, options: ImportOptions) -> Decisions:
    """One decision for all kinds, as a command gives it."""
    found = checked.findings
    if options.identifiers == "refuse" and found.n_items:
        raise DomainError(
            Code.INVALID,
            _("The texts hold what may tell who somebody is. Nothing was imported."),
            finding_sentences(found.n_by_kind, found.n_items),
        )
    action = Action.MASK if options.identifiers == "mask" else Action.KEEP
    return Decisions(dict.fromkeys(map(str, found.n_by_kind), action.value))


def write_import(
    batch: ImportBatch, checked: CheckedImport, *, actor: User, progress: Progress = quietly
) -> ImportBatch:
    """Stage all rows, then show the batch. What fails on the way leaves nothing behind.

    A killed process leaves staged rows that nobody sees; the next import of the study removes them.
    """
    checked.refuse_defects()
    refuse_locked(batch.study)
    begin_writing(batch)
    is_shown = False
    try:
        remove_interrupted(batch.study, actor=actor)
        counts = _stage(batch, checked, actor=actor, progress=progress)
        shown = show_batch(batch, actor=actor, counts=counts)
        is_shown = True
    finally:
        if not is_shown and is_writer(batch):
            _remove_rows(batch)
            note_in_report(batch, writing_at="")
    return shown


def _stage(batch: ImportBatch, checked: CheckedImport, *, actor: User, progress: Progress) -> dict[str, Any]:
    _remove_rows(batch)
    rows = checked.ratings.rows
    told = _Telling(
        batch, len(checked.items) + len(checked.bare_items), progress, until=0.3 if rows else 0.95
    )
    stage_items(batch, checked.incoming(), described=checked.description.factors, tell=told)
    counts = checked.counts() | {"n_items": told.n}
    if not rows:
        return counts
    groups = _groups(batch.study, checked, actor=actor)
    raters: dict[str, Rater] = stage_raters(batch.study, {row.rater: row.group for row in rows}, groups)
    progress(0.3, f"Writing {len(rows):,} answers.")
    stage_ratings(
        batch,
        rows,
        version=_version(batch.study, checked, actor=actor),
        raters=raters,
        texts=checked.stored_texts(),
    )
    progress(0.95, "Showing them.")
    return counts


class ReadingProgress:
    """Tells about once a second how many items were read; how many there will be nobody knows yet."""

    def __init__(self, progress: Progress, *, start: float) -> None:
        self.progress = progress
        self.start = start
        self.told_at = time.monotonic()

    def __call__(self, n: int) -> None:
        if time.monotonic() - self.told_at >= TELL_EVERY:
            self.told_at = time.monotonic()
            self.progress(self.start, f"Reading: {n:,} items so far.")


class _Telling:
    """Progress and a sign of life about once a second, however long the items take."""

    def __init__(self, batch: ImportBatch, n_all: int, progress: Progress, *, until: float) -> None:
        self.batch = batch
        self.n_all = n_all
        self.progress = progress
        self.until = until
        self.n = 0
        self.told_at = time.monotonic()

    def __call__(self, n: int) -> None:
        self.n = n
        if time.monotonic() - self.told_at < TELL_EVERY:
            return
        self.told_at = time.monotonic()
        still_writing(self.batch)
        share = 0.1 + (self.until - 0.1) * min(n / max(self.n_all, 1), 1)
        self.progress(share, f"Writing the items: {n:,} of {self.n_all:,}.")


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
        raise DomainError(Code.INVALID, _("The ratings have no questions to belong to."))
    return checked.version


def abandon_import(batch: ImportBatch, *, actor: User) -> ImportBatch:
    """Give an import up and remove what it staged. Doing it twice changes nothing.

    Raises:
        DomainError: the import is finished, or writes at this moment.
    """
    if batch.state == ImportBatch.State.STAGED and is_writing(batch):
        raise DomainError(Code.STATE_FORBIDS, _("This import is writing just now: cancel its job first."))
    mark_abandoned(batch, actor=actor)
    _remove_rows(batch)
    return batch


def remove_interrupted(study: Study, *, actor: User) -> int:
    """Abandon the imports of a study that began to write and were killed; returns how many.

    One whose job is not over is left: it will be taken up again.
    """
    staged = ImportBatch.objects.filter(study=study, state=ImportBatch.State.STAGED)
    jobs = Job.objects.filter(study=study, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    resumed = {payload.get("batch") for payload in jobs.values_list("payload", flat=True)}
    dead = [
        batch
        for batch in staged
        if batch.report.get("writing_at") and not is_writing(batch) and batch.code not in resumed
    ]
    for batch in dead:
        abandon_import(batch, actor=actor)
    return len(dead)


def _remove_rows(batch: ImportBatch) -> None:
    remove_staged_ratings(batch)
    remove_staged_items(batch)
