"""The audit trail's chain: sealed once, in order, and broken on purpose in every way that is to be found."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from time import perf_counter

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from annotation.audit import record
from annotation.models import AuditEvent, AuditPayload, AuditSeal, ErasurePermit, Study, User
from annotation.services import studies
from annotation.services.audit_check import Noted, check_chain
from annotation.services.audit_seals import seal_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(study: Study, owner: User) -> Study:
    """A study with eight sealed events, and a permit that lets the tests break what rules protect."""
    for number in range(4):
        record("item.added", actor=owner, study=study, about=study, n_turns=number, share=0.25)
    assert seal_events() == AuditEvent.objects.count()
    assert check_chain(study).is_whole
    ErasurePermit.objects.create(reason="broken on purpose")
    return study


def told(study: Study) -> str:
    report = check_chain(study)
    assert report.is_whole is (report.n_defects == 0)
    return " ".join(report.defects)


def seal(study: Study, number: int) -> AuditSeal:
    return AuditSeal.objects.select_related("event").get(study=study, number=number)


def test_seal_covers_the_link_before_and_the_event(sealed: Study, owner: User) -> None:
    first, second = seal(sealed, 1), seal(sealed, 2)
    event = second.event
    actor = hashlib.sha256(f"{event.code}:{owner.pk}".encode()).hexdigest()[:32]
    fields = [
        first.digest, 2, event.code, event.created_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"), event.kind,
        event.object_kind, event.object_code, sealed.code, actor, event.commitment,
    ]  # fmt: skip
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    assert second.digest == hashlib.sha256(text.encode()).hexdigest()


def test_sealing_again_seals_only_what_is_new_and_each_study_has_its_own_chain(
    sealed: Study, outsider: User
) -> None:
    assert seal_events() == 1
    assert seal_events() == 0
    other = Study.objects.get(title="Another study")
    assert check_chain(other).n_sealed == AuditEvent.objects.filter(study=other).count()
    assert seal(other, 1).event.kind == "study.created"


def test_event_that_comes_into_sight_late_is_sealed_next(sealed: Study) -> None:
    newest = AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0]
    AuditEvent.objects.create(id=newest + 10, study=sealed, kind="item.added", commitment="0")
    assert seal_events() == 1
    # The lower id was drawn first; its transaction committed after the higher one was sealed.
    late = AuditEvent.objects.create(id=newest + 5, study=sealed, kind="item.added", commitment="0")
    assert seal_events(look_back=2) == 0
    assert seal_events() == 1
    assert seal(sealed, check_chain(sealed).n_sealed).event_id == late.pk
    assert check_chain(sealed).is_whole


def test_unsealed_tail_is_reported_and_whole(sealed: Study, owner: User) -> None:
    record("item.added", actor=owner, study=sealed)
    report = check_chain(sealed)
    assert (report.is_whole, report.n_unsealed) == (True, 1)
    assert report.oldest_unsealed_at is not None


def test_erased_payload_counts_as_erased(sealed: Study) -> None:
    AuditPayload.objects.filter(event=seal(sealed, 3).event).delete()
    report = check_chain(sealed)
    assert (report.is_whole, report.n_erased) == (True, 1)


@pytest.mark.parametrize(
    "change",
    [{"kind": "item.other"}, {"object_code": "x"}, {"actor_id": None}, {"commitment": "0" * 64}],
    ids=str,
)
def test_changed_event_is_found(sealed: Study, change: dict[str, object]) -> None:
    AuditEvent.objects.filter(pk=seal(sealed, 3).event_id).update(**change)
    assert "seal 3" in told(sealed)
    assert "does not fit" in told(sealed)


def test_event_dated_otherwise_is_found(sealed: Study) -> None:
    AuditEvent.objects.filter(pk=seal(sealed, 3).event_id).update(
        created_at=timezone.now() - timedelta(days=2)
    )
    assert "does not fit" in told(sealed)


def test_event_moved_to_another_study_is_found(sealed: Study, owner: User) -> None:
    other = studies.create_study(actor=owner, title="Third")
    AuditEvent.objects.filter(pk=seal(sealed, 3).event_id).update(study=other)
    assert "moved to another study" in told(sealed)


def test_deleted_event_is_found(sealed: Study) -> None:
    gone = seal(sealed, 3)
    AuditSeal.objects.filter(pk=gone.pk)._raw_delete("default")
    AuditPayload.objects.filter(event_id=gone.event_id)._raw_delete("default")
    AuditEvent.objects.filter(pk=gone.event_id)._raw_delete("default")
    assert "seal 4" in told(sealed)
    assert "1 before it are missing" in told(sealed)


def test_deleted_event_whose_gap_was_closed_is_found(sealed: Study) -> None:
    AuditSeal.objects.filter(pk=seal(sealed, 3).pk)._raw_delete("default")
    for number in range(4, check_chain(sealed).n_sealed + 2):
        AuditSeal.objects.filter(study=sealed, number=number).update(number=number - 1)
    assert "seal 3" in told(sealed)
    assert "missing" not in told(sealed)


def test_cut_off_end_is_found_by_a_head_noted_down(sealed: Study) -> None:
    report = check_chain(sealed)
    noted = Noted(report.n_sealed, report.head)
    assert check_chain(sealed, noted=[noted]).is_whole
    last = seal(sealed, report.n_sealed)
    last_event = AuditEvent.objects.filter(pk=last.event_id)
    AuditSeal.objects.filter(pk=last.pk)._raw_delete("default")
    AuditPayload.objects.filter(event__in=last_event)._raw_delete("default")
    last_event._raw_delete("default")
    assert check_chain(sealed).is_whole
    assert "cut off" in " ".join(check_chain(sealed, noted=[noted]).defects)


def test_swapped_events_are_found(sealed: Study) -> None:
    one, two = seal(sealed, 3), seal(sealed, 4)
    spare = AuditEvent.objects.create(study=sealed, kind="spare", commitment="")
    for link, event in ((one, spare.pk), (two, one.event_id), (one, two.event_id)):
        AuditSeal.objects.filter(pk=link.pk).update(event_id=event)
    assert {"seal 3", "seal 4"} <= {line.partition(" (")[0] for line in check_chain(sealed).defects}


def test_inserted_event_dated_back_is_found(sealed: Study, owner: User) -> None:
    forged = record("item.added", actor=owner, study=sealed)
    AuditEvent.objects.filter(pk=forged.pk).update(created_at=timezone.now() - timedelta(days=9))
    seal_events()
    assert "dated back" in told(sealed)


def test_inserted_seal_is_found(sealed: Study, owner: User) -> None:
    forged = record("item.added", actor=owner, study=sealed)
    AuditSeal.objects.create(
        study=sealed, number=999, event=forged, digest="f" * 64, sealed_at=timezone.now()
    )
    assert "does not fit" in told(sealed)


def test_changed_payload_is_found_sealed_or_not(sealed: Study, owner: User) -> None:
    AuditPayload.objects.filter(event=seal(sealed, 6).event).update(data={"n_turns": 99})
    assert "what it says was changed since" in told(sealed)
    event = record("item.added", actor=owner, study=sealed, n_turns=1)
    AuditPayload.objects.filter(event=event).update(data={"n_turns": 2})
    assert f"unsealed event {event.code}" in told(sealed)


def test_study_whose_events_are_all_gone_is_found(owner: User) -> None:
    assert "no event at all" in told(Study.objects.create(title="Written past the services"))


def test_commands_seal_and_verify_and_fail_where_the_trail_is_broken(sealed: Study, owner: User) -> None:
    record("item.added", actor=owner, study=sealed)
    out = StringIO()
    call_command("seal_audit", stdout=out)
    assert out.getvalue() == "Sealed 1 audit event.\n"
    call_command("verify_audit", stdout=out)
    assert "Events without a study: whole" in out.getvalue()
    head = check_chain(sealed).head
    call_command("verify_audit", sealed.code, head=f"{check_chain(sealed).n_sealed}:{head}", stdout=out)
    AuditEvent.objects.filter(pk=seal(sealed, 2).event_id).update(kind="x")
    for arguments in ([sealed.code], []):
        with pytest.raises(CommandError, match="1 chain of the audit trail broken"):
            call_command("verify_audit", *arguments, stdout=out)
    assert f"Study {sealed.code}: BROKEN" in out.getvalue()


def test_anchors_kept_in_a_file_find_a_chain_that_was_written_anew(
    sealed: Study, owner: User, tmp_path: Path
) -> None:
    file, out = str(tmp_path / "anchors.jsonl"), StringIO()
    call_command("verify_audit", write_anchor=file, stdout=out)
    record("item.added", actor=owner, study=sealed)
    seal_events()
    # Compared with the earlier heads, and the new ones added.
    call_command("verify_audit", anchor=file, write_anchor=file, stdout=out)
    assert len(Path(file).read_text(encoding="utf-8").splitlines()) == 2
    seals = AuditSeal.objects.filter(study=sealed)
    AuditEvent.objects.filter(pk=seal(sealed, 2).event_id).update(kind="item.removed")
    seals._raw_delete("default")
    seal_events(look_back=None)
    assert check_chain(sealed).is_whole
    with pytest.raises(CommandError, match="1 chain"):
        call_command("verify_audit", anchor=file, stdout=out)
    assert out.getvalue().count("is not in the chain") == 2
    with pytest.raises(CommandError, match="1 chain"):
        call_command("verify_audit", anchor=file, write_anchor=file, stdout=out)
    assert len(Path(file).read_text(encoding="utf-8").splitlines()) == 2


def test_anchor_of_a_study_that_is_gone_breaks_the_trail(sealed: Study, tmp_path: Path) -> None:
    file = tmp_path / "anchors.jsonl"
    file.write_text('{"at": "x", "heads": {"none": {"number": 1, "digest": "a"}}}\n', encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match="1 chain"):
        call_command("verify_audit", anchor=str(file), stdout=out)
    assert "gone with its chain" in out.getvalue()


@pytest.mark.parametrize("content", ["", "[]\n", '{"heads": {"a": 1}}\n', "nothing\n"])
def test_file_without_anchors_is_refused(sealed: Study, tmp_path: Path, content: str) -> None:
    file = tmp_path / "anchors.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match="anchor"):
        call_command("verify_audit", anchor=str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", anchor=str(tmp_path), stdout=StringIO())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["nothing"], "no study"), (["", "--head=1:a"], "name it"), (["a", "--anchor=b"], "name no")],
)
def test_verify_with_wrong_words_says_so(db: None, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("verify_audit", *arguments)


def test_sealing_at_a_hundred_thousand_events_takes_seconds(owner: User, study: Study) -> None:
    n = 5000
    AuditEvent.objects.bulk_create(
        AuditEvent(study=study, actor=owner, kind="item.added", commitment="0" * 64) for _ in range(n)
    )
    began = perf_counter()
    assert seal_events() >= n
    # A twentieth of the promise, with room for a slow machine: 100,000 in 60 s at the very worst.
    assert perf_counter() - began < 3


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_seal_every_event_once(study: Study, needs_postgresql: None) -> None:
    AuditEvent.objects.bulk_create(
        AuditEvent(study=study, kind="item.added", commitment="0") for _ in range(5000)
    )
    n = AuditEvent.objects.count()
    sums: list[int] = []

    def work(seal_all: Callable[[], int] = seal_events) -> None:
        sums.append(seal_all())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sums) + seal_events() == n
    assert list(AuditSeal.objects.filter(study=study).values_list("number", flat=True)) == list(
        range(1, AuditEvent.objects.filter(study=study).count() + 1)
    )


def test_sealing_while_the_clock_moves_keeps_the_chain_whole(study: Study, owner: User) -> None:
    for days in range(3):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            record("item.added", actor=owner, study=study)
            seal_events()
    assert check_chain(study).is_whole
