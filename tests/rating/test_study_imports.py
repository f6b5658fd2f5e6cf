"""Small handmade files: what is stored, what is refused, what a second import does."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from annotation.errors import Code, DomainError
from annotation.models import (
    AuditEvent,
    AuditPayload,
    ErasurePermit,
    Group,
    ImportBatch,
    Item,
    Plan,
    Rater,
    Slot,
    Study,
    User,
)
from annotation.services import staging
from rating.models import Answer, CurrentRating, Evidence, Rating
from rating.services import rating_imports, study_imports
from rating.services.import_sources import ImportFiles, ImportOptions
from rating.services.study_imports import abandon_import, import_study
from tests.rating.importing import HEADER, ITEMS, OPTIONS, RATINGS, bring_in, ratings_of


def test_import_of_items_stores_turns_response_hidden_source_and_factor(study: Study, owner: User) -> None:
    bring_in(study, actor=owner, ratings=None)
    one, two = Item.objects.visible().filter(study=study)
    assert [(turn.speaker, turn.text) for turn in one.conversation.turns.all()] == [
        ("seeker", "I can't sleep."),
        ("supporter", "That sounds hard. 🙂"),
        ("seeker", "It is."),
    ]
    assert one.responses.get().source.kind == "ai"
    factor = one.factors.get()
    assert (factor.factor.key, factor.factor.is_hidden, factor.value) == ("topic", True, "sleep")
    assert one.has_text
    assert not two.responses.exists()
    assert [one.position, two.position] == [1, 2]


def test_import_of_ratings_stores_done_slots_of_an_imported_stage(study: Study, owner: User) -> None:
    outcome = bring_in(study, actor=owner)
    plan = Plan.objects.visible().get(study=study)
    assert (plan.stage, plan.state, plan.batch) == ("imported", "closed", outcome.batch)
    slots = Slot.objects.filter(plan=plan)
    assert sorted((slot.item.external_id, slot.group.key, slot.number) for slot in slots) == [
        ("one", "llm", 1),
        ("one", "peer", 1),
        ("one", "peer", 2),
        ("two", "peer", 1),
    ]
    assert {slot.state for slot in slots} == {"done"}
    assert CurrentRating.objects.filter(slot__plan=plan).count() == Rating.objects.count() == 4


def test_import_of_ratings_keeps_values_reasons_times_and_one_comment(study: Study, owner: User) -> None:
    bring_in(study, actor=owner)
    ann = Rating.objects.filter(rater__external_id="Ann Smith").order_by("slot__item__external_id")
    first, second = ann
    assert first.comment == "Thinking"
    assert first.submitted_at == datetime(2026, 2, 1, 10, 5, tzinfo=UTC)
    assert list(
        first.answers.order_by("question__key").values_list("question__key", "value", "level__value")
    ) == [
        ("trust", 2.0, 2.0),
        ("warmth", 4.0, 4.0),
    ]
    assert set(second.answers.values_list("question__key", "missing")) == {
        ("warmth", "declined"),
        ("trust", "cannot_judge"),
    }
    assert set(Answer.objects.values_list("target", flat=True)) == {"item"}


def test_import_of_passages_places_those_that_occur_and_counts_the_others(study: Study, owner: User) -> None:
    outcome = bring_in(study, actor=owner)
    places = Evidence.objects.order_by("quote").values_list("quote", "target", "start", "end")
    assert list(places) == [
        ("not there at all", "", None, None),
        ("sounds hard", "turn:2", 5, 16),
        ("warm reply", "response:1", 2, 12),
    ]
    assert (outcome.counts["n_quotes"], outcome.counts["n_quotes_without_place"]) == (3, 1)


def test_import_of_raters_gives_pseudonyms_and_tells_judges_from_people(study: Study, owner: User) -> None:
    bring_in(study, actor=owner)
    ann = Rater.objects.get(external_id="Ann Smith")
    judge = Rater.objects.get(external_id="model-x")
    assert (ann.origin, ann.member, ann.judge_model) == ("imported", None, "")
    assert "Ann" not in ann.pseudonym
    assert (judge.origin, judge.judge_model, judge.group.kind) == ("judge", "model-x", Group.Kind.JUDGE)


def test_import_is_audited_with_counts_and_without_names(study: Study, owner: User) -> None:
    bring_in(study, actor=owner)
    event = AuditEvent.objects.get(kind="study.imported")
    data = AuditPayload.objects.get(event=event).data
    assert (event.actor, event.study) == (owner, study)
    assert (data["n_items"], data["n_ratings"], data["n_answers"], data["n_missing"]) == (2, 4, 6, 2)
    assert "Ann" not in json.dumps(data)


def test_import_of_the_same_files_again_changes_nothing(study: Study, owner: User) -> None:
    bring_in(study, actor=owner)
    before = (
        Item.objects.count(),
        Rating.objects.count(),
        Rater.objects.count(),
        ImportBatch.objects.count(),
    )
    again = bring_in(study, actor=owner)
    assert again.batch is None
    assert before == (
        Item.objects.count(),
        Rating.objects.count(),
        Rater.objects.count(),
        ImportBatch.objects.count(),
    )


def test_import_of_the_same_rows_in_another_file_changes_nothing(study: Study, owner: User) -> None:
    bring_in(study, actor=owner)
    header, *rows = RATINGS.splitlines()
    again = bring_in(study, actor=owner, ratings="\r\n".join([header, *reversed(rows), ""]))
    assert again.batch is None
    assert (again.counts["n_items_known"], again.counts["n_rows_known"]) == (2, 6)
    assert Plan.objects.count() == 1


def test_import_of_more_ratings_adds_only_those(study: Study, owner: User) -> None:
    bring_in(study, actor=owner)
    later = bring_in(study, actor=owner, ratings=RATINGS + "two,Cleo,peer,Warmth,1,,,,\n")
    assert later.batch is not None
    assert (later.counts["n_ratings"], later.counts["n_rows_known"]) == (1, 6)
    assert Plan.objects.visible().filter(study=study).count() == 2


def test_import_that_contradicts_an_earlier_one_is_refused(study: Study, owner: User) -> None:
    bring_in(study, actor=owner)
    with pytest.raises(DomainError) as refused:
        bring_in(study, actor=owner, ratings=RATINGS.replace("Bob,peer,Warmth,3", "Bob,peer,Warmth,2"))
    assert refused.value.code == Code.INVALID_FILE
    assert "was imported as 3" in refused.value.details[0]


def test_import_with_a_defect_in_either_file_writes_nothing(study: Study, owner: User) -> None:
    groups = Group.objects.count()
    with pytest.raises(DomainError) as refused:
        bring_in(
            study, actor=owner, items=ITEMS + "three,,,,\n", ratings=RATINGS + "nine,Bob,peer,Warmth,9,,,,\n"
        )
    assert [detail.split(": ")[0] for detail in refused.value.details] == [
        "items.csv, line 7",
        "ratings.csv, line 8",
        "ratings.csv, line 8",
    ]
    assert not Item.objects.exists()
    assert not ImportBatch.objects.exists()
    assert Group.objects.count() == groups


def test_import_for_a_new_study_with_a_defect_makes_no_study(owner: User) -> None:
    with pytest.raises(DomainError):
        bring_in(None, actor=owner, items="item,conversation\nx,nobody speaks\n", ratings=None)
    assert not Study.objects.exists()


def test_import_of_ratings_against_the_studys_own_rubric_uses_its_questions(
    study: Study, owner: User, items: list[Item], rubric_version: object
) -> None:
    rows = [(items[0].external_id, "r1", "peer", "empathy_warmth", 4)]
    bring_in(study, actor=owner, items=None, ratings=ratings_of(rows), options=ImportOptions())
    answer = Answer.objects.get()
    assert (answer.question.version, answer.target) == (rubric_version, "response:1")


def test_import_of_ratings_without_questions_to_compare_with_says_what_to_do(
    study: Study, owner: User
) -> None:
    with pytest.raises(DomainError) as refused:
        bring_in(study, actor=owner, options=ImportOptions(add_groups=True))
    assert "Say the scale (such as 1-5)" in refused.value.details[0]


def test_import_without_any_file_is_refused(study: Study, owner: User) -> None:
    with pytest.raises(DomainError) as refused:
        bring_in(study, actor=owner, items=None, ratings=None)
    assert refused.value.code == Code.INVALID


def test_import_with_broken_description_lists_its_defects(study: Study, owner: User) -> None:
    files = ImportFiles(items=ITEMS.encode(), description={"key": "x"})
    with pytest.raises(DomainError) as refused:
        import_study(study, files, OPTIONS, actor=owner)
    assert refused.value.details == ["“title” is missing."]


def test_import_with_unknown_profile_names_the_known_ones(study: Study, owner: User) -> None:
    with pytest.raises(DomainError, match="lend_an_ear, mentalalign100"):
        bring_in(study, actor=owner, options=ImportOptions(profile="nothing"))


def test_import_keeping_values_outside_the_scale_declares_them(study: Study, owner: User) -> None:
    options = ImportOptions(scale="1-5", add_groups=True, keep_out_of_scale=True)
    rows = [("one", "r1", "peer", "Warmth", 0), ("two", "r1", "peer", "Warmth", 5)]
    outcome = bring_in(study, actor=owner, ratings=ratings_of(rows), options=options)
    exception = Answer.objects.get(is_exception=True)
    assert (exception.value, exception.level) == (0.0, None)
    assert outcome.counts["n_exceptions"] == 1


class StoppedError(Exception):
    """The process was told to stop."""


def test_import_that_fails_half_way_leaves_nothing_behind(
    study: Study, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(batch: ImportBatch) -> None:
        raise StoppedError(batch.code)

    monkeypatch.setattr(rating_imports, "still_writing", stop)
    with pytest.raises(StoppedError):
        bring_in(study, actor=owner)
    assert not Item.objects.filter(study=study).exists()
    assert not Rater.objects.filter(study=study).exists()
    assert not Rating.objects.exists()
    assert not Plan.objects.exists()
    assert not ErasurePermit.objects.exists()
    monkeypatch.undo()
    assert bring_in(study, actor=owner).batch is not None


@pytest.fixture
def killed(study: Study, owner: User, monkeypatch: pytest.MonkeyPatch) -> ImportBatch:
    """A batch whose rows are all staged, and whose process died before it could show or remove them."""

    def die(*args: object, **kwargs: object) -> None:
        raise StoppedError

    with monkeypatch.context() as patched:
        patched.setattr(study_imports, "show_batch", die)
        patched.setattr(study_imports, "note_in_report", lambda *args, **kwargs: None)
        removing = study_imports._remove_rows
        calls: list[ImportBatch] = []

        def only_before(batch: ImportBatch) -> None:
            calls.append(batch)
            if len(calls) == 1:
                removing(batch)

        patched.setattr(study_imports, "_remove_rows", only_before)
        with pytest.raises(StoppedError):
            bring_in(study, actor=owner)
    return ImportBatch.objects.get()


def grow_old(batch: ImportBatch) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    staging.note_in_report(batch, writing_at=since.isoformat())


def test_killed_import_shows_nothing_though_its_rows_are_there(killed: ImportBatch, study: Study) -> None:
    assert Rating.objects.count() == 4
    assert Item.objects.filter(study=study).count() == 2
    assert not Item.objects.visible().filter(study=study).exists()
    assert not Item.objects.claimable().filter(study=study).exists()
    assert not Plan.objects.visible().filter(study=study).exists()
    assert killed.state == "staged"


def test_import_while_another_writes_is_refused(killed: ImportBatch, study: Study, owner: User) -> None:
    with pytest.raises(DomainError) as refused:
        bring_in(study, actor=owner, ratings=None)
    assert refused.value.code == Code.LOST_RACE
    with pytest.raises(DomainError):
        abandon_import(killed, actor=owner)


def test_import_after_a_killed_one_removes_its_rows_first(
    killed: ImportBatch, study: Study, owner: User
) -> None:
    grow_old(killed)
    assert bring_in(study, actor=owner).batch is not None
    killed.refresh_from_db()
    assert killed.state == "abandoned"
    assert Item.objects.filter(study=study).count() == 2
    assert Rating.objects.count() == 4
    assert Rater.objects.filter(study=study).count() == 3


def test_abandon_import_removes_what_was_staged_and_is_audited(
    killed: ImportBatch, study: Study, owner: User
) -> None:
    grow_old(killed)
    abandon_import(killed, actor=owner)
    assert not Rating.objects.exists()
    assert not Item.objects.filter(study=study).exists()
    assert not ErasurePermit.objects.exists()
    assert AuditEvent.objects.filter(kind="import.abandoned", object_code=killed.code).count() == 1


def test_abandon_finished_import_is_refused(study: Study, owner: User) -> None:
    batch = bring_in(study, actor=owner).batch
    assert batch is not None
    with pytest.raises(DomainError) as refused:
        abandon_import(batch, actor=owner)
    assert refused.value.code == Code.STATE_FORBIDS
    assert Rating.objects.count() == 4


def test_import_of_raters_from_a_header_only_file_is_refused(study: Study, owner: User) -> None:
    with pytest.raises(DomainError) as refused:
        bring_in(study, actor=owner, ratings=HEADER)
    assert "no rows" in refused.value.details[0]
