"""The audit trail in plain words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from annotation.audit import record
from annotation.models import AuditPayload, ErasurePermit, Group, Plan, Rater, Study, User
from annotation.models.records import QUIET_KINDS
from annotation.queries.events import WORDS, event_words, recent_events
from annotation.services.people import add_member
from annotation.services.studies import change_state
from tests.conftest import ROOT, user_of

pytestmark = pytest.mark.django_db


def recorded_kinds() -> set[str]:
    kind = re.compile(r'\brecord\(\s*"([a-z_]+\.[a-z_]+)"')
    files = [file for app in ("annotation", "rating") for file in Path(ROOT, app).rglob("*.py")]
    return {found for file in files for found in kind.findall(file.read_text(encoding="utf-8"))}


def test_recent_events_says_who_did_what(plan: Plan, owner: User) -> None:
    change_state(plan.study, Study.State.PAUSED, actor=owner)
    newest = recent_events(plan.study)[0]
    assert (newest.who, newest.words) == ("olive", "set the study from open to paused")


def test_recent_events_when_a_rater_acts_gives_no_name(rater: Rater, owner: User) -> None:
    agreed = next(line for line in recent_events(rater.study) if "agreed" in line.words)
    assert agreed.who == "A rater"
    add_member(rater.study, actor=owner, user=user_of(rater), roles=["coordinator"])
    agreed = next(line for line in recent_events(rater.study) if "agreed" in line.words)
    assert agreed.who == "A rater"


def test_recent_events_keeps_claims_and_skips_quiet(study: Study, owner: User) -> None:
    for kind in QUIET_KINDS:
        record(kind, actor=owner, study=study)
    assert [line.words for line in recent_events(study, limit=1)] == ["named the safeguarding lead"]


def test_recent_events_when_a_payload_was_erased_leaves_a_gap(plan: Plan, owner: User) -> None:
    change_state(plan.study, Study.State.PAUSED, actor=owner)
    permit = ErasurePermit.objects.create(reason="test")
    AuditPayload.objects.all().delete()
    permit.delete()
    assert recent_events(plan.study)[0].words == "set the study from … to …"


def test_recent_events_call_a_group_by_its_name_while_it_is_there(study: Study, owner: User) -> None:
    name = Group.objects.get(study=study, key="peer").name
    record("rater.added", actor=owner, study=study, group="peer")
    record("rater.added", actor=owner, study=study, group="gone")
    told = [line.words for line in recent_events(study, limit=2)]
    assert told == ["added a rater to the group “gone”", f"added a rater to the group “{name}”"]


def test_event_words_when_a_kind_is_new_reads_as_words() -> None:
    assert event_words("batch.made_visible", {}) == "batch made visible"


def test_every_recorded_event_has_words() -> None:
    kinds = recorded_kinds()
    assert len(kinds) > 100
    assert kinds - set(WORDS) == set()


def test_event_words_in_another_language_keep_what_they_tell() -> None:
    with override("de"):
        assert "7" in event_words("consent.published", {"number": 7})
