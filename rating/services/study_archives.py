"""Archives of studies: asked for by an owner, made by a worker, kept for days, withdrawn on a leaving."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.jobs import enqueue, request_cancel
from annotation.models import AuditEvent, Job, Rater, Study, User
from rating.job_kinds import MAKE_ARCHIVE
from rating.models import PastEvent, StudyArchive
from rating.services.archives.tables import INCIDENTS, WELLBEING
from rating.services.archives.writing import Tell, write_archive
from rating.services.export_packing import PackedFile, digested
from rating.services.leftovers import attempt_name, drop_leftovers

FOLDER = "archives"
# A whole study lies in one file: it stays no longer than it takes to fetch it.
KEPT = timedelta(days=7)
WRITTEN = 0.9
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)


def start_archive(
    study: Study, *, actor: User, with_wellbeing: bool, with_incidents: bool, reason: str
) -> StudyArchive:
    """Queue an archive. Asked twice while the first is being made, returns the first.

    Raises:
        DomainError: the study is open (STATE_FORBIDS), or more is asked for without a reason (INVALID).
    """
    if (with_wellbeing or with_incidents) and not reason.strip():
        raise DomainError(Code.INVALID, _("Say why these records must leave the program."))
    with transaction.atomic():
        locked = Study.objects.select_for_update().get(pk=study.pk)
        if locked.state == Study.State.OPEN:
            raise DomainError(
                Code.STATE_FORBIDS, _("Pause or close the study first: what is archived must be at rest.")
            )
        wanted = {"study": locked, "with_wellbeing": with_wellbeing, "with_incidents": with_incidents}
        making = StudyArchive.objects.filter(**wanted, state=StudyArchive.State.MAKING)
        earlier = making.filter(job__state__in=UNFINISHED).first()
        if earlier is not None:
            return earlier
        archive = StudyArchive.objects.create(**wanted, reason=reason.strip(), created_by=actor)
        archive.job = enqueue(
            MAKE_ARCHIVE,
            actor=actor,
            study=locked,
            payload={"archive": archive.code},
            idempotency_key=archive.code,
        )
        archive.save(update_fields=["job"])
        asked = {"with": sorted(parts_of(archive)), "reason": archive.reason}
        record("archive.started", actor=actor, study=locked, about=archive, **asked)
    return archive


def parts_of(archive: StudyArchive) -> frozenset[str]:
    chosen = {WELLBEING: archive.with_wellbeing, INCIDENTS: archive.with_incidents}
    return frozenset(part for part, is_in in chosen.items() if is_in)


def _last_event(study: Study) -> int:
    return AuditEvent.objects.filter(study=study).order_by("-pk").values_list("pk", flat=True).first() or 0


def make_archive(archive: StudyArchive, *, tell: Tell) -> None:
    """Write and store the file. Run again after an interruption it starts anew; once made, nothing.

    Raises:
        DomainError: the study was changed meanwhile, or somebody left it.
    """
    if archive.state != StudyArchive.State.MAKING:
        return
    now, before = timezone.now(), _last_event(archive.study)
    with TemporaryDirectory(prefix="attune-archive-") as folder:
        path = Path(folder) / "study.zip"
        parts = parts_of(archive)
        write_archive(
            archive.study, path, parts=parts, now=now, tell=lambda n, words: tell(WRITTEN * n, words)
        )
        packed = digested(path)
        tell(WRITTEN, "Storing")
        folder_name = f"{FOLDER}/{archive.study.code}"
        drop_leftovers(folder_name, archive.code)
        with path.open("rb") as file:
            name = default_storage.save(attempt_name(folder_name, archive.code), File(file))
    try:
        _finish(archive, name, packed, before)
    except BaseException:
        default_storage.delete(name)
        raise


def _finish(archive: StudyArchive, name: str, packed: PackedFile, before: int) -> None:
    now = timezone.now()
    with transaction.atomic():
        # Leaving, opening and every other change lock the study or write an event: none may fall in between.
        study = Study.objects.select_for_update().get(pk=archive.study_id)
        is_at_rest = study.state != Study.State.OPEN and _last_event(study) == before
        n_changed = is_at_rest and StudyArchive.objects.filter(
            pk=archive.pk, state=StudyArchive.State.MAKING
        ).update(
            state=StudyArchive.State.READY,
            file_name=name,
            digest=packed.digest,
            size=packed.size,
            finished_at=now,
            expires_at=now + KEPT,
        )
        if not n_changed:
            raise DomainError(
                Code.STATE_FORBIDS,
                _("The study was changed while the archive was being made. Please make it anew."),
            )
        record("archive.made", actor=None, study=study, about=archive, digest=packed.digest)


def _drop(archive: StudyArchive, state: StudyArchive.State) -> None:
    """The file goes once the transaction holds; the row stays and says why."""
    name = archive.file_name
    if archive.job is not None and not archive.job.is_finished:
        request_cancel(archive.job)
    archive.state, archive.file_name, archive.digest, archive.size = state, "", "", 0
    archive.save(update_fields=["state", "file_name", "digest", "size"])
    record(f"archive.{state}", actor=None, study=archive.study, about=archive)
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))


def withdraw_archives(study: Study) -> int:
    """Delete the archives of a study that somebody leaves. The caller holds the transaction."""
    kept = (StudyArchive.State.MAKING, StudyArchive.State.READY)
    archives = list(StudyArchive.objects.filter(study=study, state__in=kept).select_related("job", "study"))
    for archive in archives:
        _drop(archive, StudyArchive.State.WITHDRAWN)
    return len(archives)


def erase_past(rater: Rater) -> None:
    """What events of the place the study came from say of people: the events stay, with their commitments.

    All that tell of raters and members, because their codes may be others here. The caller holds the permit.
    """
    told = PastEvent.objects.filter(origin__study=rater.study_id, data__isnull=False)
    of_people = Q(object_kind__in=("rater", "member", "departure"))
    if rater.member is not None:
        label = rater.member.user.username.removeprefix(f"restored-{rater.study.code}-")
        of_people |= Q(actor=label)
    told.filter(of_people).update(salt="", data=None)


def expire_archives(*, now: datetime) -> int:
    """Delete archives whose days are over. Safe to run at any time. Returns how many."""
    ready = StudyArchive.objects.filter(state=StudyArchive.State.READY, expires_at__lte=now)
    n = 0
    for key in list(ready.values_list("pk", flat=True)):
        with transaction.atomic():
            archive = (
                StudyArchive.objects.select_for_update(of=("self",))
                .select_related("job", "study")
                .get(pk=key)
            )
            if archive.state == StudyArchive.State.READY:
                _drop(archive, StudyArchive.State.EXPIRED)
                n += 1
    return n


def delete_archive(archive: StudyArchive, *, actor: User) -> None:
    """Delete file and row; that it was there stays in the trail.

    Raises:
        DomainError: it is still being made (STATE_FORBIDS).
    """
    with transaction.atomic():
        locked = StudyArchive.objects.select_for_update(of=("self",)).select_related("job").get(pk=archive.pk)
        if locked.job is not None and not locked.job.is_finished:
            raise DomainError(Code.STATE_FORBIDS, _("This file is still being made: stop that first."))
        record("archive.deleted", actor=actor, study=archive.study, about=archive, digest=locked.digest)
        name = locked.file_name
        if name:
            transaction.on_commit(lambda: default_storage.delete(name))
        locked.delete()


def archive_name(archive: StudyArchive) -> str:
    """The name under which a browser saves it."""
    return f"attune-{archive.study.code}-archive-{archive.code}.zip"
