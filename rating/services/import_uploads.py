"""Imports through the browser: upload, check, look, import. The files wait in private storage meanwhile."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.imports.checks.file_bytes import Data, FileBytes
from annotation.imports.checks.identifier_step import Decisions, Findings
from annotation.imports.checks.identifiers import find_identifiers, masked
from annotation.imports.checks.item_stream import NAMELESS
from annotation.imports.checks.mapping import Reading, needs_mapping
from annotation.imports.checks.records import Format, format_of, names_of
from annotation.imports.checks.report import Repair
from annotation.jobs import enqueue
from annotation.models import ImportBatch, Job, Study, User
from annotation.services.staging import note_in_report
from rating.queries.import_columns import beginning
from rating.services.import_checks import CheckedImport, Scanned, check_import
from rating.services.import_sources import ITEMS_FILE, RATINGS_FILE, ImportFiles, ImportOptions
from rating.services.kept_checks import checked_again, forget_kept, keep_checked
from rating.services.study_imports import (
    Progress,
    ReadingProgress,
    abandon_import,
    earlier_import,
    quietly,
    write_import,
)

CHECK_TASK = "rating.tasks.check_import"
IMPORT_TASK = "rating.tasks.run_import"
# Larger files are checked in the background: a page should answer within a second or two.
CHECK_AT_ONCE_BYTES = 1_000_000
N_SAMPLE = 5
SAMPLE_LETTERS = 120


def receive_upload(
    study: Study,
    *,
    actor: User,
    items: File[bytes] | None,
    ratings: File[bytes] | None,
    options: ImportOptions,
) -> ImportBatch:
    """Keep the files under a new staged batch, and check them: at once, or as a job when they are large.

    Raises:
        DomainError: no file at all; TOO_LARGE for a file beyond MAX_IMPORT_BYTES.
    """
    given = {name: one for name, one in ((ITEMS_FILE, items), (RATINGS_FILE, ratings)) if one is not None}
    if not given:
        raise DomainError(Code.INVALID, _("Choose a file with items, a file with ratings, or both."))
    limit: int = settings.MAX_IMPORT_BYTES
    for name, one in given.items():
        if one.size > limit:
            raise DomainError(
                Code.TOO_LARGE,
                f"{name} has {one.size:,} bytes; at most {limit:,} are accepted. Divide the file.",
            )
    batch = _keep(study, given, options, actor=actor)
    if items is not None and is_mapping_needed(batch):
        note_in_report(batch, needs_mapping=True)
    else:
        check_or_enqueue(batch, actor=actor)
    return batch


def import_items(
    study: Study, *, actor: User, items: File[bytes], options: ImportOptions
) -> tuple[ImportBatch, Job]:
    """Check a file of items at once and write it in the background, where nobody needs to decide anything.

    Raises:
        DomainError: the file has defects, or brings nothing new (nothing is kept of it then); somebody has
            to say what its columns are, or what happens to names and numbers in it: in the browser, where
            the import waits.
    """
    batch = receive_upload(study, actor=actor, items=items, ratings=None, options=options)
    if batch.report.get("needs_mapping"):
        raise DomainError(
            Code.STATE_FORBIDS,
            _("Please say in the browser what the columns are: the import waits there."),
        )
    if not batch.report.get("is_checked"):
        check_upload(batch)
    batch.refresh_from_db()
    try:
        return batch, start_import(batch, actor=actor)
    except DomainError:
        if batch.report["n_defects"] or batch.report["brings_nothing"]:
            abandon_upload(batch, actor=actor)
        raise


def is_mapping_needed(batch: ImportBatch) -> bool:
    """Whether a person has to say what the columns of the items are."""
    data = stored_files(batch).items or b""
    reading = options_of(batch).reading
    names = names_of(data, encoding=reading.encoding, max_bytes=settings.MAX_IMPORT_BYTES)
    # One column and no comma: another separator, or no table at all, which the check says better.
    is_table = len(names) > 1 or format_of(data) != Format.CSV
    return is_table and needs_mapping(names, reading, names_items=format_of(data) in NAMELESS)


def check_or_enqueue(batch: ImportBatch, *, actor: User) -> None:
    """Check the files at once, or as a job when they are large."""
    if sum(default_storage.size(_path(batch, name)) for name in batch.report["files"]) <= CHECK_AT_ONCE_BYTES:
        check_upload(batch)
    else:
        _enqueue(CHECK_TASK, batch, actor=actor)


def choose_reading(batch: ImportBatch, reading: Reading, *, actor: User) -> ImportBatch:
    """Keep what a person says of the columns with the batch, and check the files anew.

    Raises:
        DomainError: the import is over, or at work.
    """
    refuse_if_over(batch)
    with transaction.atomic():
        chosen = {"mapping": dict(reading.mapping), "encoding": reading.encoding}
        options = batch.report["options"] | chosen | {"keep_broken": reading.keep_broken}
        n_readings = batch.report.get("n_readings", 0) + 1
        note_in_report(
            batch,
            options=options,
            n_readings=n_readings,
            needs_mapping=False,
            is_checked=False,
            decisions=None,
        )
        record("import.mapped", actor=actor, study=batch.study, about=batch, n_columns=len(reading.mapping))
    check_or_enqueue(batch, actor=actor)
    return batch


def refuse_if_over(batch: ImportBatch) -> None:
    job = job_of(batch)
    if batch.state != ImportBatch.State.STAGED or (job is not None and not job.is_finished):
        raise DomainError(Code.STATE_FORBIDS, _("This import is finished, given up, or at work just now."))


def _keep(study: Study, given: dict[str, File[bytes]], options: ImportOptions, *, actor: User) -> ImportBatch:
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            study=study,
            kind="study",
            file_name=", ".join(str(one.name) for one in given.values())[:200],
            report={
                "options": asdict(options),
                "files": sorted(given),
                "items_name": str(given[ITEMS_FILE].name)[:100] if ITEMS_FILE in given else "",
            },
            created_by=actor,
        )
        record("import.uploaded", actor=actor, study=study, about=batch, files=sorted(given))
    for name, one in given.items():
        default_storage.save(_path(batch, name), one)
    return batch


def _path(batch: ImportBatch, name: str) -> str:
    return f"imports/{batch.code}/{name}"


def _enqueue(kind: str, batch: ImportBatch, *, actor: User) -> Job:
    # A double click finds the job of the first; after a failure the next attempt is a job of its own.
    over = [Job.State.FAILED, Job.State.CANCELLED]
    with transaction.atomic():
        n_attempts = _jobs(batch).filter(kind=kind, state__in=over).count()
        return enqueue(
            kind,
            actor=actor,
            study=batch.study,
            payload={"batch": batch.code},
            idempotency_key=f"{batch.code}.{batch.report.get('n_readings', 0)}.{n_attempts}",
        )


def _jobs(batch: ImportBatch) -> QuerySet[Job]:
    return Job.objects.filter(
        kind__in=[CHECK_TASK, IMPORT_TASK], idempotency_key__startswith=f"{batch.code}."
    )


def job_of(batch: ImportBatch) -> Job | None:
    """The newest job of the batch: writing, else checking."""
    return _jobs(batch).order_by("-pk").first()


def _stored(batch: ImportBatch, name: str) -> Data | None:
    if name not in batch.report["files"]:
        return None
    place = _place_on_disk(_path(batch, name))
    if place is not None and place.stat().st_size:
        with place.open("rb") as file:
            return FileBytes(file)
    with default_storage.open(_path(batch, name)) as stored:
        data: bytes = stored.read()
    return data


def _place_on_disk(name: str) -> Path | None:
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


def stored_files(batch: ImportBatch) -> ImportFiles:
    """The uploaded bytes; they are gone once the import is finished or given up."""
    try:
        return ImportFiles(
            items=_stored(batch, ITEMS_FILE),
            ratings=_stored(batch, RATINGS_FILE),
            items_name=batch.report.get("items_name", ""),
        )
    except FileNotFoundError:
        raise DomainError(
            Code.STATE_FORBIDS, _("The files of this import are gone: it is finished or was given up.")
        ) from None


def first_bytes(batch: ImportBatch) -> Data:
    """What somebody looks at who says what the columns are: of a large file the beginning.

    Raises:
        DomainError: the import is over or at work, or has no file of items.
    """
    refuse_if_over(batch)
    data = stored_files(batch).items
    if data is None:
        raise DomainError(Code.NOT_FOUND, _("This import has no file of items."))
    return beginning(data)


def options_of(batch: ImportBatch) -> ImportOptions:
    stored = dict(batch.report["options"])
    return ImportOptions(**stored | {"judge_groups": tuple(stored["judge_groups"])})


def check_upload(batch: ImportBatch, progress: Progress = quietly) -> CheckedImport:
    """Check the uploaded files and keep the outcome in the batch's report, for the preview."""
    files = stored_files(batch)
    checked = check_import(batch.study, files, options_of(batch), ReadingProgress(progress, start=0.1))
    batch.file_digest = files.digest
    ImportBatch.objects.filter(pk=batch.pk).update(file_digest=batch.file_digest)
    note_in_report(
        batch,
        is_checked=True,
        defects=checked.report.sentences(),
        n_defects=checked.report.n_defects,
        found=checked.counts(),
        repairs=[_repair(repair) for repair in checked.report.repairs],
        findings=checked.findings.as_json(),
        brings_nothing=checked.brings_nothing or earlier_import(batch.study, files) is not None,
        sample_items=_item_sample(checked),
        sample_ratings=_rating_sample(checked),
    )
    keep_checked(batch, checked)
    return checked


def _item_sample(checked: CheckedImport) -> list[list[Any]]:
    return [
        [
            row.external_id,
            len(row.turns),
            _covered(row.turns[-1].text if row.turns else ""),
            " / ".join(map(_covered, row.texts)),
        ]
        for row in islice(checked.items, N_SAMPLE)
    ]


def _rating_sample(checked: CheckedImport) -> list[list[Any]]:
    return [
        # Without the rater's name: pages never show it.
        [row.item, row.group, row.question, row.missing or f"{row.value:g}", _covered(row.quote)]
        for row in islice(checked.ratings.rows, N_SAMPLE)
    ]


def _repair(repair: Repair) -> dict[str, Any]:
    return asdict(replace(repair, before=_covered(repair.before), after=_covered(repair.after)))


def _covered(text: str) -> str:
    """What a page shows of it and a batch keeps: the report outlives what somebody decides to replace."""
    return _short(masked(text, find_identifiers(text)))


def _short(text: str) -> str:
    return text if len(text) <= SAMPLE_LETTERS else f"{text[:SAMPLE_LETTERS]}…"


def start_import(batch: ImportBatch, *, actor: User) -> Job:
    """Write the rows in the background. Asking twice gives the same job.

    Raises:
        DomainError: the batch is over, unchecked, has defects or brings nothing new.
    """
    if batch.state != ImportBatch.State.STAGED:
        raise DomainError(Code.STATE_FORBIDS, _("This import is finished or was given up."))
    if not batch.report.get("is_checked"):
        raise DomainError(Code.STATE_FORBIDS, _("The files are still being checked."))
    if batch.report["n_defects"]:
        raise DomainError(
            Code.INVALID_FILE, _("Nothing was imported. Please mend this first."), batch.report["defects"]
        )
    if batch.report["findings"]["n_items"] and not batch.report.get("decisions"):
        raise DomainError(
            Code.STATE_FORBIDS,
            _("Please say first what happens to names, numbers and addresses in the texts."),
        )
    if batch.report["brings_nothing"]:
        raise DomainError(Code.STATE_FORBIDS, _("All of this is in the study already."))
    return _enqueue(IMPORT_TASK, batch, actor=actor)


def import_upload(batch: ImportBatch, *, actor: User, progress: Progress) -> ImportBatch:
    """Check once more, for the study may have changed since the preview; write; show; forget the files."""
    if batch.state == ImportBatch.State.VISIBLE:
        # Of an attempt that died after showing the rows, before it had tidied up.
        _forget_texts(batch)
        _forget_files(batch)
        return batch
    progress(0.02, "Reading every row once more.")
    checked = checked_again(batch, options_of(batch)) or _read_again(batch, progress)
    checked.decide(Decisions(**(batch.report.get("decisions") or {})))
    shown = write_import(batch, checked, actor=actor, progress=progress)
    _forget_texts(shown)
    _forget_files(batch)
    return shown


def _read_again(batch: ImportBatch, progress: Progress) -> CheckedImport:
    files, telling = stored_files(batch), ReadingProgress(progress, start=0.02)
    return check_import(batch.study, files, options_of(batch), telling, scanned=_scanned(batch, files))


def _scanned(batch: ImportBatch, files: ImportFiles) -> Scanned | None:
    """What the check before the preview has found in the texts, where it read the same files."""
    found = batch.report.get("found")
    if found is None or not batch.report.get("is_checked") or batch.file_digest != files.digest:
        return None
    findings = Findings.from_json(batch.report["findings"])
    n_new = found["n_items"] - found["n_items_without_text"]
    return Scanned(findings, n_new, found["n_items_known"])


def abandon_upload(batch: ImportBatch, *, actor: User) -> ImportBatch:
    """Give up an import that is not finished; its rows and files go."""
    abandoned = abandon_import(batch, actor=actor)
    note_in_report(abandoned, defects=[], sample_items=[], sample_ratings=[])
    _forget_texts(abandoned)
    _forget_files(batch)
    return abandoned


def _forget_texts(batch: ImportBatch) -> None:
    """Of what was found in the texts only the counts stay."""
    findings = batch.report.get("findings") or {}
    note_in_report(batch, findings=findings | {"items": []}, repairs=[])


def _forget_files(batch: ImportBatch) -> None:
    # Uploaded ratings name raters as the file's author knew them: nothing needs that after the import.
    for name in batch.report.get("files", []):
        default_storage.delete(_path(batch, name))
    forget_kept(batch)
