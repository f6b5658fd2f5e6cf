"""Stored exports: asked for, made by a worker, deleted, expired, and withdrawn when a person is erased."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.jobs import enqueue, request_cancel
from annotation.models import Job, Rater, Study, User
from rating.job_kinds import MAKE_EXPORT
from rating.models import Export, Rating
from rating.queries.exports import ExportScope, export_policy, export_scope
from rating.queries.stored_exports import is_kept
from rating.services.comment_scan import keep_held
from rating.services.export_formats import export_format
from rating.services.export_formats.registered import ExportSource, Tell
from rating.services.export_packing import PackedFile, pack, write_members
from rating.services.leftovers import attempt_name, drop_leftovers

FOLDER = "exports"
CHOICES = ("is_current_only", "with_checks", "is_public")
# Shares of the whole work: writing; what is left is packing and storing.
WRITTEN = 0.85


@dataclass(frozen=True)
class Made:
    """A packed export where it lies, and what it holds."""

    file_name: str
    packed: PackedFile
    about: dict[str, Any]


def start_export(
    scope: ExportScope,
    *,
    actor: User | None,
    form: str,
    options: dict[str, Any] | None = None,
    unlock_reason: str = "",
) -> Export:
    """Queue a file of the scope. Asked twice for the same while the first is being made, returns the first.

    Raises:
        DomainError: there is no such format, it has nothing to write here, or restricted passages are asked
            for without a reason.
    """
    lacking = export_format(form).lacks(scope)
    if lacking:
        raise DomainError(Code.STATE_FORBIDS, lacking)
    if scope.with_restricted and not unlock_reason.strip():
        raise DomainError(Code.INVALID, _("Say why these passages are needed outside the program."))
    chosen = {**{name: getattr(scope, name) for name in CHOICES}, "format": options or {}}
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=scope.study.pk)
        wanted = {"study": study, "stage": scope.stage, "format": form, "created_by": actor}
        wanted |= {"last_key": scope.last_key, "unlock_reason": unlock_reason.strip()}
        unfinished = Export.objects.filter(**wanted, job__state__in=[Job.State.QUEUED, Job.State.RUNNING])
        earlier = [one for one in unfinished if one.options == chosen]
        if earlier:
            return earlier[0]
        export = Export.objects.create(**wanted, options=chosen)
        export.job = enqueue(
            MAKE_EXPORT,
            actor=actor,
            study=study,
            payload={"export": export.code},
            idempotency_key=export.code,
        )
        export.save(update_fields=["job"])
        record("export.started", actor=actor, study=study, about=export, format=form, stage=scope.stage)
        if scope.with_restricted:
            record("export.unlocked", actor=actor, study=study, about=export, reason=export.unlock_reason)
    return export


def scope_of(export: Export) -> ExportScope:
    """What the export was asked to hold, under what the study asks of exports now."""
    return ExportScope(
        study=export.study,
        stage=export.stage,
        last_key=export.last_key,
        with_restricted=bool(export.unlock_reason),
        min_cell=export_policy(export.study).min_cell,
        **{name: export.options[name] for name in CHOICES},
    )


def now_scope_of(export: Export) -> ExportScope:
    """The same choices, of what has been rated by now."""
    newest = export_scope(export.study, stage=export.stage, is_current_only=True)
    return replace(scope_of(export), last_key=newest.last_key)


def make_export(export: Export, *, tell: Tell) -> None:
    """Write, pack and store the file. Run again after an interruption it starts anew; once made, nothing.

    Raises:
        DomainError: somebody who is in it was erased meanwhile.
    """
    if export.state != Export.State.MAKING:
        return
    source = ExportSource(
        scope_of(export),
        options=export.options["format"],
        tell=lambda share, words: tell(WRITTEN * share, words),
    )
    made = _stored(export, source, tell)
    _finish(export, source, made)


def _folder(export: Export) -> str:
    return f"{FOLDER}/{export.study.code}"


def _stored(export: Export, source: ExportSource, tell: Tell) -> Made:
    now = timezone.now()
    with TemporaryDirectory(prefix="attune-export-") as folder:
        data, path = Path(folder) / "data", Path(folder) / "export.zip"
        data.mkdir()
        about = write_members(source, export_format(export.format), data, now)
        tell(WRITTEN, "Packing")
        packed = pack(data, path, now)
        # The file first: where the row then fails to change it is deleted again.
        drop_leftovers(_folder(export), export.code)
        with path.open("rb") as file:
            name = default_storage.save(attempt_name(_folder(export), export.code), File(file))
    return Made(name, packed, about)


def _finish(export: Export, source: ExportSource, made: Made) -> None:
    now = timezone.now()
    lasting = timedelta(days=export_policy(export.study).days_kept)
    with transaction.atomic():
        # Leaving locks the study too: who is erased before this has withdrawn the export.
        Study.objects.select_for_update().get(pk=export.study_id)
        n_changed = Export.objects.filter(pk=export.pk, state=Export.State.MAKING).update(
            state=Export.State.READY,
            file_name=made.file_name,
            digest=made.packed.digest,
            size=made.packed.size,
            description=made.about,
            finished_at=now,
            expires_at=now + lasting,
        )
        if n_changed:
            keep_held(source.gate)
            record("export.made", actor=None, study=export.study, about=export, digest=made.packed.digest)
    if not n_changed:
        default_storage.delete(made.file_name)
        if Export.objects.filter(pk=export.pk, state=Export.State.READY).exists():
            # Another attempt was quicker, while this one was taken for dead.
            return
        raise DomainError(
            Code.STATE_FORBIDS,
            _("Somebody took their data back while this file was being made. Please make it anew."),
        )


def stored_file(export: Export) -> File[bytes]:
    """The file itself.

    Raises:
        DomainError: it is not made yet, or not kept any more.
    """
    if not is_kept(export):
        raise DomainError(Code.NOT_FOUND, _("This file is not there any more. It can be made anew."))
    return default_storage.open(export.file_name)


def saved_as(export: Export) -> str:
    """The name under which a browser saves it."""
    audience = "-public" if export.options.get("is_public") else ""
    return f"attune-{export.study.code}-{export.stage}{audience}-{export.format}-{export.code}.zip"


def _drop_after_commit(file_name: str) -> None:
    if file_name:
        transaction.on_commit(lambda: default_storage.delete(file_name))


def delete_export(export: Export, *, actor: User) -> None:
    """Delete file and row; what was deleted stays in the trail. One still being made cannot be.

    Raises:
        DomainError: it is still being made (STATE_FORBIDS): stop it first.
    """
    with transaction.atomic():
        locked = Export.objects.select_for_update(of=("self",)).select_related("job").get(pk=export.pk)
        if locked.state == Export.State.MAKING and locked.job is not None and not locked.job.is_finished:
            raise DomainError(Code.STATE_FORBIDS, _("This file is still being made: stop that first."))
        record("export.deleted", actor=actor, study=export.study, about=export, digest=locked.digest)
        _drop_after_commit(locked.file_name)
        locked.delete()


def withdraw_exports(rater: Rater) -> int:
    """Delete the files that hold a rater who is about to be erased; their rows stay, to be made anew.

    The caller holds the transaction and the study's lock. Returns how many there were.
    """
    held = Rating.objects.filter(rater=rater).values_list("slot__plan__stage").annotate(Min("pk")).order_by()
    n = 0
    for stage, first in held:
        exports = Export.objects.filter(study=rater.study_id, stage=stage, last_key__gte=first)
        for export in exports.exclude(state=Export.State.WITHDRAWN).select_related("job"):
            _drop_after_commit(export.file_name)
            if export.job is not None and not export.job.is_finished:
                request_cancel(export.job)
            export.state, export.file_name, export.digest, export.size = Export.State.WITHDRAWN, "", "", 0
            export.description = {}
            export.save(update_fields=["state", "file_name", "digest", "size", "description"])
            record("export.withdrawn", actor=None, study=export.study, about=export)
            n += 1
    return n


def expire_exports(*, now: datetime) -> int:
    """Delete the files whose days are over; their rows stay. Safe to run at any time. Returns how many."""
    n = 0
    for export in Export.objects.filter(state=Export.State.READY, expires_at__lte=now).order_by("pk"):
        with transaction.atomic():
            ready = Export.objects.filter(pk=export.pk, state=Export.State.READY)
            if ready.update(state=Export.State.EXPIRED, file_name=""):
                _drop_after_commit(export.file_name)
                record("export.expired", actor=None, study=export.study, about=export)
                n += 1
    return n


def set_policy(study: Study, *, actor: User, min_cell: int, days_kept: int) -> None:
    """What the study asks of its exports from now on; files that are made already stay as they are."""
    with transaction.atomic():
        policy = export_policy(study)
        policy.min_cell, policy.days_kept = min_cell, days_kept
        policy.save()
        record("export.policy", actor=actor, study=study, min_cell=min_cell, days_kept=days_kept)
