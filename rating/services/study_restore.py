"""A study made again from its archive: checked first, then everything or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.audit import record
from annotation.errors import DomainError
from annotation.models import Departure, Member, Rater, Role, RoleGrant, Study, User
from annotation.services.tombstones import erasures_file, listed_tombstones
from rating.models import PastEvent, Snapshot, StudyOrigin
from rating.services.archives import history
from rating.services.archives.reading import Archive, open_archive, refuse
from rating.services.archives.restoring import (
    BATCH,
    Tell,
    insert_raw,
    make_rows,
    make_study,
    pieces,
    read_value,
)
from rating.services.archives.tables import meta
from rating.services.snapshot_rows import read_parquet
from rating.services.snapshots import FOLDER, store_table


@dataclass
class Restored:
    """The study that came of it, and what there is to tell."""

    study: Study
    origin: StudyOrigin
    n_rows: int
    n_renewed: int
    n_defects: int
    files: list[str] = field(default_factory=list)


def restore_study(path: Path, *, owner: User, tell: Tell) -> Restored:
    """A new study with everything the archive holds, owned by `owner`.

    Raises:
        DomainError: INVALID_FILE where the archive is damaged, newer, foreign, a trap, holds somebody who has
            been erased since, or what the database's rules refuse. Nothing is left behind then.
    """
    tell(0.0, "Checking the archive")
    archive = open_archive(path)
    stored: list[str] = []
    try:
        with archive.file, transaction.atomic():
            return _restored(archive, owner, stored, tell)
    except DomainError:
        _delete(stored)
        raise
    except (IntegrityError, ValidationError, KeyError, TypeError, ValueError) as error:
        _delete(stored)
        refuse(f"The archive contradicts itself: {str(error)[:200]}")
    except BaseException:
        _delete(stored)
        raise


def _delete(stored: list[str]) -> None:
    for name in stored:
        default_storage.delete(name)


def _restored(archive: Archive, owner: User, stored: list[str], tell: Tell) -> Restored:
    study = make_study(archive)
    doing = make_rows(archive, study, tell)
    _refuse_erased(archive, study)
    tell(0.9, "Restoring snapshots")
    _store_snapshots(archive, study, stored)
    tell(0.95, "Checking the audit trail")
    origin, chain = _note_history(archive, study, owner)
    member, _is_new = Member.objects.get_or_create(study=study, user=owner)
    RoleGrant.objects.get_or_create(member=member, role=Role.OWNER)
    told: dict[str, Any] = {
        "origin": archive.study_code,
        "digest": archive.digest,
        "software": origin.software_version,
    }
    told |= {"n_events": chain.n_events, "n_sealed": chain.n_sealed, "head": chain.head}
    record("study.restored", actor=owner, study=study, about=study, n_defects=chain.n_defects, **told)
    n_rows = sum(part.rows for part in archive.parts.values())
    return Restored(study, origin, n_rows, doing.n_renewed, chain.n_defects, stored)


def _refuse_erased(archive: Archive, study: Study) -> None:
    """An archive is a backup too: it must not bring back who had their data erased since."""
    codes = {row.get("code") for row in archive.rows("annotation.rater")}
    gone = Departure.objects.filter(study__code=archive.study_code, erased_at__isnull=False)
    here = Rater.objects.filter(study=study)
    is_back = here.filter(pseudonym__in=gone.values("pseudonym")).exists()
    if erasures_file().exists():
        listed = (one for one, _signature in listed_tombstones(erasures_file()))
        is_back |= any(one["study"] == archive.study_code and one["rater"] in codes for one in listed)
    if is_back:
        refuse("Somebody in this archive has had their data erased since: it cannot be restored here.")


def _store_snapshots(archive: Archive, study: Study, stored: list[str]) -> None:
    """Every frozen table under its digest, which is computed again."""
    wanted = set(Snapshot.objects.filter(study=study).values_list("digest", flat=True))
    files = archive.snapshots()
    if wanted != set(files):
        refuse("A snapshot has no file in the archive, or a file has no snapshot.")
    for digest, name in files.items():
        content = archive.file.read(name)
        try:
            found = read_parquet(BytesIO(content)).digest()
        except (ValueError, KeyError, TypeError):
            refuse(f"The file of snapshot {digest[:12]} cannot be read.")
        if found != digest:
            refuse(f"The file of snapshot {digest[:12]} holds other ratings than its digest says.")
        if not default_storage.exists(f"{FOLDER}/{digest}.parquet"):
            stored.append(store_table(digest, content))


def _note_history(archive: Archive, study: Study, owner: User) -> tuple[StudyOrigin, history.Chain]:
    chain = history.Chain(archive.study_code)
    origin = StudyOrigin.objects.create(
        study=study,
        origin_code=archive.study_code,
        archive_digest=archive.digest,
        archived_at=datetime.fromisoformat(archive.manifest["made_at"]),
        software_version=archive.manifest["software"][:40],
        head=chain.head,
        restored_at=timezone.now(),
        restored_by=owner,
    )
    for piece in pieces(chain.follow(_events(archive)), BATCH):
        insert_raw(PastEvent, [_past(origin, row) for row in piece])
    origin.n_events, origin.n_sealed, origin.head = chain.n_events, chain.n_sealed, chain.head
    origin.save(update_fields=["n_events", "n_sealed", "head"])
    return origin, chain


def _events(archive: Archive) -> Iterator[dict[str, Any]]:
    for row in archive.rows(history.NAME):
        if set(row) != history.COLUMNS:
            refuse("history: a row has other columns than this Attune knows.")
        yield row


def _past(origin: StudyOrigin, row: dict[str, Any]) -> PastEvent:
    values = {
        one.name: read_value(one, row[one.name]) for one in meta(PastEvent).concrete_fields if one.name in row
    }
    return PastEvent(origin=origin, **values)
