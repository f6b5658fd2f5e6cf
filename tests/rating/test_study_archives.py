"""A whole study as one file and back again."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotation.errors import DomainError
from annotation.models import (
    AuditEvent,
    CheckIn,
    Clearance,
    Departure,
    Incident,
    IncidentEntry,
    Item,
    Pass,
    Plan,
    ProblemReport,
    QualificationTry,
    Rater,
    RubricVersion,
    SafeguardingLead,
    Slot,
    Study,
    User,
)
from annotation.services import studies
from annotation.services.audit_check import check_chain
from annotation.services.audit_seals import seal_events
from rating.models import Answer, PastEvent, Rating, Snapshot
from rating.services.analyses import start_analysis
from rating.services.archives.tables import LEFT_OUT, STUDY, TABLES
from rating.services.archives.writing import write_archive
from rating.services.study_restore import Restored, restore_study
from rating.services.verification import verify_snapshot
from tests.rating.every_kind import every_kind
from tests.rating.rated import APART, fill, rate_item

NOTHING: frozenset[str] = frozenset()


def quiet(share: float, words: str) -> None:
    assert 0 <= share <= 1
    assert words


def test_every_model_is_either_archived_or_left_out_with_a_reason() -> None:
    listed = [table.model for table in (STUDY, *TABLES)]
    models = [model for app in ("annotation", "rating") for model in apps.get_app_config(app).get_models()]
    assert len(listed) == len(set(listed))
    assert set(listed) | set(LEFT_OUT) == set(models)
    assert not set(listed) & set(LEFT_OUT)
    assert all(LEFT_OUT.values())
    seen: set[type] = {Study, User}
    for table in TABLES:
        for one in table.fields():
            assert one.related_model in {None, table.model, *seen}, f"{table.name}.{one.name}"
        seen.add(table.model)


@pytest.fixture
def full_study(
    study: Study,
    owner: User,
    plan: Plan,
    items: list[Item],
    coordinator: User,
    make_rater: Callable[..., Rater],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Study:
    """A closed study with rows of most tables, among them what must not leave it."""
    every_kind(study, owner)
    raters = fill(plan, items, {"empathy_understanding": APART})
    rate_item(plan, raters["peer"][0], items[0], {"empathy_understanding": 3}, number=1)
    pia = make_rater("pia")
    item = items[0]
    Slot.objects.create(
        plan=plan,
        item=item,
        group=pia.group,
        rubric_version=plan.rubric_version,
        purpose="practice",
        number=pia.pk,
        state="claimed",
        rater=pia,
        claimed_at=timezone.now(),
        claim_expires_at=timezone.now(),
    )
    Clearance.objects.create(rater=pia, state="by_hand", decided_by=coordinator)
    QualificationTry.objects.create(
        rater=pia, plan=plan, number=1, items=[item.pk], state="passed", started_at=timezone.now()
    )
    Pass.objects.create(plan=plan, item=items[1], rater=pia, passed_at=timezone.now())
    ProblemReport.objects.create(study=study, item=item, rater=pia, text="A word is cut off.")
    CheckIn.objects.create(rater=pia, value=4, is_above=True, answered_at=timezone.now())
    incident = Incident.objects.create(study=study, number=1, rater=pia, opened_by=owner)
    IncidentEntry.objects.create(incident=incident, kind="opened", text="Quiet words", written_by=owner)
    with django_capture_on_commit_callbacks(execute=True):
        start_analysis(study, actor=owner)
    studies.change_state(study, Study.State.CLOSED, actor=owner)
    seal_events(look_back=None)
    study.refresh_from_db()
    return study


@pytest.fixture
def archived(full_study: Study, tmp_path: Path) -> Path:
    path = tmp_path / "study.zip"
    write_archive(full_study, path, parts=NOTHING, now=timezone.now(), tell=quiet)
    return path


def restore(path: Path, owner: User) -> Restored:
    return restore_study(path, owner=owner, tell=quiet)


def answers_of(study: Study) -> list[tuple[object, ...]]:
    names = (
        "rating__rater__pseudonym",
        "rating__slot__item__external_id",
        "rating__revision",
        "question__key",
    )
    further = (
        "target",
        "part",
        "value",
        "level__value",
        "missing",
        "rating__submitted_at",
        "rating__created_at",
    )
    rows = Answer.objects.filter(rating__slot__plan__study=study)
    return sorted(rows.values_list(*names, *further), key=str)


def test_study_when_restored_has_every_row_and_the_same_numbers(
    full_study: Study, archived: Path, outsider: User
) -> None:
    restored = restore(archived, outsider)
    study = restored.study
    assert (study.code != full_study.code, study.title, study.state) == (True, full_study.title, "closed")
    for table in TABLES:
        if table.part or table.name in {"rating.studyorigin", "rating.pastevent"}:
            continue
        there, here = (
            table.model._default_manager.filter(**{table.path: one}).count() for one in (full_study, study)
        )
        # The new owner has a place beside the members who came along.
        assert here == there + (table.name in {"annotation.member", "annotation.rolegrant"}), table.name
    assert answers_of(study) == answers_of(full_study)
    assert not CheckIn.objects.filter(rater__study=study).exists()
    assert not SafeguardingLead.objects.filter(study=study).exists()
    pia = Rater.objects.get(study=study, member__isnull=False)
    own = Slot.objects.get(plan__study=study, purpose="practice")
    assert (own.number, own.state, own.rater) == (pia.pk, "open", None)
    tried = QualificationTry.objects.get(rater=pia)
    assert list(Item.objects.filter(pk__in=tried.items).values_list("study", flat=True)) == [study.pk]
    assert {one.state for one in RubricVersion.objects.filter(rubric__study=study)} == {"published"}
    snapshot, before = (Snapshot.objects.get(study=one) for one in (study, full_study))
    assert (snapshot.digest, snapshot.created_at) == (before.digest, before.created_at)
    verified = verify_snapshot(snapshot)
    assert (verified.differences, verified.n_analyses) == ([], 1)
    assert verified.n_numbers > 0
    # The trail of the origin came along whole; the new study's own begins with the restoring.
    n_events = AuditEvent.objects.filter(study=full_study).count()
    assert (restored.n_defects, restored.origin.n_events) == (0, n_events)
    assert PastEvent.objects.filter(origin=restored.origin).count() == n_events
    assert restored.origin.head == check_chain(full_study).head
    seal_events(look_back=None)
    assert check_chain(study).is_whole
    # Whoever came along cannot sign in.
    logins = User.objects.filter(memberships__study=study).exclude(pk=outsider.pk)
    assert not any(one.is_active or one.email or one.has_usable_password() for one in logins)


def test_archive_when_read_names_no_person_and_no_key(full_study: Study, archived: Path) -> None:
    with zipfile.ZipFile(archived) as file:
        texts = {name: file.read(name).decode() for name in file.namelist() if not name.endswith(".parquet")}
    whole = "\n".join(texts.values())
    for secret in ("olive", "cora", "pia@", "example.org", "Ms Secret", "Sia Guard", "Quiet words", "pbkdf2"):
        assert secret not in whole, secret
    rows = [json.loads(line) for line in texts["tables/annotation.member.jsonl"].splitlines()]
    assert [row["user"] for row in rows] == [f"member-{n}" for n in range(1, len(rows) + 1)]
    assert all("id" not in json.loads(line) for line in texts["tables/rating.rating.jsonl"].splitlines())
    assert "tables/annotation.checkin.jsonl" not in texts


def test_wellbeing_and_incidents_when_asked_for_come_along(
    full_study: Study, tmp_path: Path, outsider: User
) -> None:
    path = tmp_path / "more.zip"
    both = frozenset({"wellbeing", "incidents"})
    write_archive(full_study, path, parts=both, now=timezone.now(), tell=quiet)
    study = restore(path, outsider).study
    assert CheckIn.objects.get(rater__study=study).value == 4
    assert IncidentEntry.objects.get(incident__study=study).text == "Quiet words"


def changed(path: Path, change: Callable[[dict[str, bytes]], None], *, is_honest: bool = True) -> Path:
    """The archive with other parts; where honest, its manifest agrees with them."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    change(parts)
    if is_honest:
        told = json.loads(parts["manifest.json"])
        for part in told["parts"]:
            content = parts.get(part["name"], b"")
            n = content.count(b"\n") if part["name"].endswith(".jsonl") else 0
            part |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "rows": n}
        parts["manifest.json"] = json.dumps(told).encode()
    made = path.with_name("changed.zip")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made


def edit(part: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return change


GROUPS, RATINGS, MANIFEST = "tables/annotation.group.jsonl", "tables/rating.rating.jsonl", "manifest.json"
BROKEN: list[tuple[Callable[[dict[str, bytes]], object], bool, str]] = [
    (edit(GROUPS, b"Peer supporters", b"Peer supportrs"), False, "is damaged"),
    (edit(GROUPS, b'{"', b'{"id":1,"'), True, "no column"),
    (edit(GROUPS, b'{"', b'{"id":' + b"[" * 70 + b"]" * 70 + b',"'), True, "too deeply"),
    (
        edit(GROUPS, b'{"', b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b',"'),
        True,
        "cannot|not JSON|deeply",
    ),
    (edit(GROUPS, b'"human"', b'"alien"'), True, "cannot hold"),
    (edit(GROUPS, b'"position":1', b'"position":NaN'), True, "NaN"),
    (edit(RATINGS, b'"slot":"', b'"slot":"x'), True, "not in the archive"),
    (edit("tables/annotation.member.jsonl", b"member-1", b"root"), True, "how archives name people"),
    (edit(MANIFEST, b"attune-study-archive", b"another"), True, "not an archive"),
    (edit(MANIFEST, b"0001_initial", b"0099_tomorrow"), True, "newer Attune"),
    (lambda parts: parts.pop(RATINGS), False, "lacks a part"),
    (lambda parts: parts.update({"../evil.txt": b"x"}), True, "does not belong"),
    (lambda parts: parts.update({"README.txt": b"0" * 5_000_000}), True, "trap"),
]


def test_archive_when_broken_is_refused_in_words_and_leaves_nothing(archived: Path, outsider: User) -> None:
    before = (Study.objects.count(), User.objects.count(), Rating.objects.count())
    for change, is_honest, words in BROKEN:
        path = changed(archived, change, is_honest=is_honest)  # type: ignore[arg-type]
        with pytest.raises(DomainError, match=words):
            restore(path, outsider)
        assert (Study.objects.count(), User.objects.count(), Rating.objects.count()) == before
    archived.write_bytes(archived.read_bytes()[:-2000])
    with pytest.raises(DomainError, match="damaged"):
        restore(archived, outsider)
    call = ("restore_study", str(archived), "--owner", "otto")
    with pytest.raises(CommandError, match="damaged"):
        call_command(*call)


def test_archive_when_somebody_was_erased_since_is_refused(
    full_study: Study, archived: Path, outsider: User
) -> None:
    rater = Rater.objects.filter(study=full_study).order_by("pk")[0]
    at = timezone.now()
    Departure.objects.create(
        study=full_study, pseudonym=rater.pseudonym, left_at=at, erased_at=at, receipt_code="r" * 20
    )
    with pytest.raises(DomainError, match="erased since"):
        restore(archived, outsider)


def test_trail_when_changed_at_the_origin_is_told(archived: Path, outsider: User) -> None:
    path = changed(
        archived, edit("tables/history.jsonl", b'"kind":"study.created"', b'"kind":"study.mended"')
    )
    assert restore(path, outsider).n_defects == 1
