"""Writing, locking and following an analysis plan."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from annotation.errors import Code, DomainError
from annotation.models import AuditEvent, Plan, Study, User
from rating.models import Analysis, AnalysisPlan
from rating.queries.standing import standing_of
from rating.services.analyses import start_analysis
from rating.services.analysis_plans import lock_plan, plan_digest, write_plan
from rating.services.options import Options
from rating.services.snapshots import take_snapshot
from tests.rating.conftest import Raters

pytestmark = pytest.mark.django_db

MAIN = {"stage": "main"}


def written(study: Study, actor: User, **options: Any) -> AnalysisPlan:
    return write_plan(study, actor=actor, title="Gaps", options={**MAIN, **options}, seed=3)


def test_write_plan_when_there_is_a_draft_changes_it(plan: Plan, study: Study, researcher: User) -> None:
    first = written(study, researcher)
    second = written(study, researcher, n_permutations=500)
    assert (first.pk, second.number, second.options["n_permutations"]) == (second.pk, 1, 500)


def test_write_plan_when_the_last_is_locked_makes_the_next_version(
    plan: Plan, study: Study, researcher: User
) -> None:
    lock_plan(written(study, researcher), actor=researcher)
    assert written(study, researcher).number == 2
    assert list(AnalysisPlan.objects.values_list("number", "state")) == [(2, "draft"), (1, "locked")]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"questions": ["nonsense"]}, "questions: this study has no question nonsense."),
        ({"pairs": [["peer", "robot"]]}, "pairs: this study has no group of people robot."),
        ({"strata": ["topic"]}, "strata: this study has no factor topic."),
        (
            {"exclusions": [{"rule": "rater", "rater": "P-9", "reason": "left"}]},
            "rules: this study has no rater P-9.",
        ),
        ({"exclusions": [{"rule": "mood"}]}, "A rule of exclusion must be one of"),
        ({"exclusions": [{"rule": "fast_rating", "seconds": 0}]}, "fast_rating: seconds must be above 0."),
        ({"exclusions": [{"rule": "few_ratings"}]}, "The rule few_ratings says exactly: ratings."),
        ({"exclusions": [{"rule": "few_ratings", "ratings": True}]}, "ratings is not of the right kind"),
        ({"primary": {"safety": {"coefficient": "vibes"}}}, "no coefficient of agreement"),
        ({"adjustment": "hope"}, "The adjustment must be one of"),
        ({"pairs": [["peer", "peer"]]}, "A pair needs two different groups."),
        ({"epsilon": {"peer": 2}}, "Epsilon must be"),
        ({"watched": {"safety": ["low"]}}, "do not have the shape"),
        ({"no_such_option": 1}, "do not have the shape"),
    ],
)
def test_write_plan_when_an_option_does_not_fit_names_it(
    plan: Plan, study: Study, researcher: User, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DomainError) as caught:
        written(study, researcher, **options)
    assert caught.value.code == Code.INVALID
    assert any(sentence in line for line in caught.value.details), caught.value.details
    assert not AnalysisPlan.objects.exists()


def test_lock_plan_before_the_first_rating_says_so_and_is_audited(
    plan: Plan, study: Study, researcher: User
) -> None:
    locked = lock_plan(written(study, researcher), actor=researcher)
    assert (locked.state, locked.n_ratings_before, locked.locked_by) == ("locked", 0, researcher)
    event = AuditEvent.objects.get(kind="analysis_plan.locked")
    assert event.payload.data["digest"] == plan_digest(locked)


def test_lock_plan_when_ratings_are_there_counts_them(rated: Raters, study: Study, researcher: User) -> None:
    assert lock_plan(written(study, researcher), actor=researcher).n_ratings_before == 24


def test_lock_plan_when_locked_is_refused(plan: Plan, study: Study, researcher: User) -> None:
    locked = lock_plan(written(study, researcher), actor=researcher)
    with pytest.raises(DomainError) as caught:
        lock_plan(locked, actor=researcher)
    assert caught.value.code == Code.STATE_FORBIDS


def test_locked_plan_when_changed_or_deleted_is_refused_by_the_database(
    plan: Plan, study: Study, researcher: User
) -> None:
    draft = AnalysisPlan.objects.filter(pk=written(study, researcher).pk)
    draft.update(title="Gaps, again")
    lock_plan(draft.get(), actor=researcher)
    for write in (lambda: draft.update(title="Other"), draft.delete):
        with pytest.raises(DatabaseError, match="locked analysis plan never changes"), transaction.atomic():
            write()


def test_plan_when_locked_without_a_time_is_refused_by_the_database(
    plan: Plan, study: Study, researcher: User
) -> None:
    draft = AnalysisPlan.objects.filter(pk=written(study, researcher).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.update(state="locked")


def test_start_analysis_when_it_follows_a_plan_has_its_options_and_seed(
    rated: Raters, study: Study, researcher: User
) -> None:
    locked = lock_plan(written(study, researcher, n_permutations=199), actor=researcher)
    analysis = start_analysis(study, actor=researcher, plan=locked)
    assert (analysis.plan, analysis.seed, analysis.options) == (locked, 3, locked.options)
    assert Options.of(analysis.options).n_permutations == 199


def test_start_analysis_when_the_plan_is_a_draft_or_options_come_beside_is_refused(
    rated: Raters, study: Study, researcher: User
) -> None:
    draft = written(study, researcher)
    with pytest.raises(DomainError) as unlocked:
        start_analysis(study, actor=researcher, plan=draft)
    assert unlocked.value.code == Code.STATE_FORBIDS
    locked = lock_plan(draft, actor=researcher)
    with pytest.raises(DomainError) as both:
        start_analysis(study, actor=researcher, plan=locked, seed=9)
    assert both.value.code == Code.INVALID


def test_standing_when_the_plan_was_locked_before_the_snapshot_is_planned_else_exploratory(
    rated: Raters, study: Study, researcher: User
) -> None:
    without = Analysis(study=study, options=MAIN, seed=1)
    assert (standing_of(without).word, standing_of(without).is_planned) == ("exploratory", False)
    early = lock_plan(written(study, researcher), actor=researcher)
    snapshot = take_snapshot(study, actor=researcher)
    late = lock_plan(written(study, researcher), actor=researcher)
    planned = standing_of(Analysis(study=study, plan=early, snapshot=snapshot, options=MAIN, seed=1))
    after = standing_of(Analysis(study=study, plan=late, snapshot=snapshot, options=MAIN, seed=1))
    assert (planned.word, after.word) == ("planned", "exploratory")
    assert "when 24 ratings had been submitted" in planned.sentence
    assert "after the ratings were frozen" in after.sentence
