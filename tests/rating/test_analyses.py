from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest
from django.core.management import call_command

from annotation.errors import Code, DomainError
from annotation.jobs import JobCancelledError, request_cancel
from annotation.models import Item, Job, Plan, Study, User
from rating.models import Analysis, Figure, Snapshot
from rating.services.analyses import run_analysis, start_analysis
from rating.services.options import Options
from tests.rating.conftest import Raters
from tests.rating.rated import APART, make_raters, rate_item

pytestmark = pytest.mark.django_db

Analyse = Callable[..., Analysis]


def quietly(share: float, text: str) -> None:
    """Nobody waits."""


def package_alpha(rows: Any, level: str) -> float:
    matrix = [[np.nan if value is None else value for value in row] for row in rows]
    return float(
        krippendorff.alpha(
            reliability_data=matrix,
            value_domain=[1, 2, 3, 4, 5],
            level_of_measurement=level,  # type: ignore[arg-type]
        )
    )


def within(analysis: Analysis, question: str, scope: str) -> dict[str, Any]:
    parts = analysis.results["questions"][question]["within"]
    found: dict[str, Any] = next(part["estimates"] for part in parts if part["scope"] == scope)
    return found


@pytest.mark.parametrize("group", ["peer", "clinician"])
def test_run_analysis_when_done_prints_the_alpha_of_another_program(
    rated: Raters, analyse: Analyse, group: str
) -> None:
    analysis = analyse()
    assert analysis.job is not None
    assert analysis.job.state == Job.State.DONE, analysis.job.error
    alpha = within(analysis, "safety", group)["alpha"]
    assert alpha["level"] == "ordinal"
    assert alpha["estimate"] == pytest.approx(package_alpha(APART[group], "ordinal"), abs=1e-12)


def test_run_analysis_when_the_interval_level_is_chosen_uses_it_and_leaves_flags_nominal(
    rated: Raters, analyse: Analyse
) -> None:
    analysis = analyse(level="interval")
    alpha = within(analysis, "safety", "peer")["alpha"]
    assert alpha["estimate"] == pytest.approx(package_alpha(APART["peer"], "interval"), abs=1e-12)
    assert within(analysis, "flag_gushing", "peer")["alpha"]["level"] == "nominal"


def test_run_analysis_when_groups_differ_finds_the_gap_computed_by_hand(
    rated: Raters, analyse: Analyse
) -> None:
    pair = analyse().results["questions"]["safety"]["pairs"][0]
    # Item means: peers 5, 13/3, 2, 4/3; clinicians 5/3, 1, 4 (two ratings), 5.
    gaps = [5 - 5 / 3, 13 / 3 - 1, 2 - 4, 4 / 3 - 5]
    assert pair["misalignment"]["direction"]["estimate"] == pytest.approx(np.mean(gaps), abs=1e-12)
    # M: mean squared gap less each group's sample variance over its number of ratings.
    peers = [[5, 5, 5], [4, 4, 5], [2, 2, 2], [1, 2, 1]]
    clinicians = [[2, 1, 2], [1, 1, 1], [4, 4], [5, 5, 5]]
    noise = [
        np.var(a, ddof=1) / len(a) + np.var(b, ddof=1) / len(b)
        for a, b in zip(peers, clinicians, strict=True)
    ]
    expected = np.mean(np.square(gaps)) - np.mean(noise)
    assert pair["misalignment"]["m"]["estimate"] == pytest.approx(expected, abs=1e-12)
    # Three against three: 20 splits, of which the observed one and its mirror image reach the gap.
    assert pair["misalignment"]["test"]["p"] == pytest.approx(2 / 20)


def test_run_analysis_when_two_tests_are_one_family_adjusts_them_together(
    study: Study, plan: Plan, items: list[Item], files: Path, analyse: Analyse
) -> None:
    from tests.rating.rated import fill

    alike = {
        "peer": [[1, 2, 3, 4], [2, 2, 3, 5], [1, 3, 3, 4]],
        "clinician": [[1, 2, 3, 5], [2, 2, 4, 4], [1, 2, 3, 4]],
    }
    fill(plan, items, {"safety": APART, "empathy_help": alike})
    family = analyse().results["families"][0]
    tests = {test["question"]: test for test in family["tests"]}
    assert tests["safety"]["p"] == pytest.approx(0.1)
    # Benjamini and Hochberg: the smaller of two p values doubles unless the larger is below that.
    larger = tests["empathy_help"]["p"]
    assert tests["safety"]["adjusted_p"] == pytest.approx(min(0.2, larger))
    assert tests["empathy_help"]["adjusted_p"] == pytest.approx(larger)


def test_run_analysis_when_a_value_is_a_declared_exception_leaves_it_out_and_counts_it(
    rated: Raters, plan: Plan, items: list[Item], analyse: Analyse
) -> None:
    rate_item(plan, rated["peer"][0], items[0], {"safety": 0, "flag_gushing": 0})
    alpha = within(analyse(), "safety", "peer")["alpha"]
    assert alpha["left_out"] == [{"reason": "off_the_declared_scale", "group": "peer", "n": 1}]
    without = [[None, 4, 2, 1], *APART["peer"][1:]]
    assert alpha["estimate"] == pytest.approx(package_alpha(without, "ordinal"), abs=1e-12)


def test_run_analysis_when_repeated_with_its_seed_gives_the_same_numbers(
    rated: Raters, analyse: Analyse
) -> None:
    first, second = analyse(seed=7), analyse(seed=7)
    assert first.pk != second.pk
    assert first.results == second.results
    assert first.snapshot_id == second.snapshot_id


def test_run_analysis_when_run_twice_changes_nothing(
    rated: Raters, analyse: Analyse, researcher: User
) -> None:
    analysis = analyse()
    before = (analysis.finished_at, Figure.objects.count(), Snapshot.objects.count())
    run_analysis(analysis, actor=researcher, tell=quietly)
    analysis.refresh_from_db()
    assert (analysis.finished_at, Figure.objects.count(), Snapshot.objects.count()) == before


def test_run_analysis_when_done_logs_no_warning_and_its_versions(rated: Raters, analyse: Analyse) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        analysis = analyse()
    assert analysis.log == [{"kind": "counted", "text": "0 warnings", "n_warnings": 0}]
    assert analysis.software_version == "0.1.0"
    assert analysis.results["questions"]["safety"]["software"]["krippendorff"]


def test_run_analysis_when_cancelled_keeps_nothing(rated: Raters, study: Study, researcher: User) -> None:
    analysis = start_analysis(study, actor=researcher, seed=1)

    def stop(share: float, text: str) -> None:
        if share > 0.1:
            raise JobCancelledError

    with pytest.raises(JobCancelledError):
        run_analysis(analysis, actor=researcher, tell=stop)
    analysis.refresh_from_db()
    assert analysis.finished_at is None
    assert analysis.results == {}
    assert not Figure.objects.exists()


def test_run_analysis_when_stopped_before_a_worker_came_is_cancelled(
    rated: Raters, study: Study, researcher: User
) -> None:
    analysis = start_analysis(study, actor=researcher)
    assert analysis.job is not None
    request_cancel(analysis.job)
    analysis.job.refresh_from_db()
    assert analysis.job.state == Job.State.CANCELLED


def test_start_analysis_when_pressed_twice_starts_one(rated: Raters, study: Study, researcher: User) -> None:
    assert start_analysis(study, actor=researcher) == start_analysis(study, actor=researcher)
    assert Job.objects.count() == 1


def test_start_analysis_when_other_options_are_asked_starts_another(
    rated: Raters, study: Study, researcher: User
) -> None:
    start_analysis(study, actor=researcher)
    start_analysis(study, actor=researcher, options={"level": "interval"})
    assert Job.objects.count() == 2


def test_start_analysis_when_nobody_rated_is_refused(study: Study, plan: Plan, researcher: User) -> None:
    with pytest.raises(DomainError) as refusal:
        start_analysis(study, actor=researcher)
    assert refusal.value.code is Code.STATE_FORBIDS


@pytest.mark.parametrize(
    "wrong", [{"level": "cardinal"}, {"n_permutations": 5}, {"confidence": 1.0}, {"confidence": 0.2}]
)
def test_options_when_unusable_are_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(DomainError) as refusal:
        Options.of({"stage": "main", **wrong})
    assert refusal.value.code is Code.INVALID
    assert refusal.value.details


def test_run_analysis_when_one_group_rated_reports_agreement_and_no_pairs(
    plan: Plan, items: list[Item], files: Path, analyse: Analyse
) -> None:
    for number, rater in enumerate(make_raters(plan, "peer", 2)):
        for item in items:
            rate_item(plan, rater, item, {"safety": 1 + item.position % 3}, number=number + 1)
    analysis = analyse()
    assert analysis.results["questions"]["safety"]["pairs"] == []
    assert within(analysis, "safety", "peer")["percent_agreement"]["estimate"] == 1.0


@pytest.mark.shared
def test_run_analysis_when_lend_an_ear_is_read_as_interval_prints_the_published_alphas(
    shared_dir: Path, owner: User, files: Path
) -> None:
    folder = shared_dir / "data" / "lend_an_ear"
    call_command("import_study", str(folder), verbosity=0)
    study = Study.objects.exclude(source_key="").get()
    options = {"level": "interval", "n_permutations": 99}
    analysis = start_analysis(study, actor=owner, options=options, seed=1)
    run_analysis(analysis, actor=owner, tell=quietly)
    known = json.loads((folder / "known_numbers.json").read_text(encoding="utf-8"))
    alphas = [entry for entry in known if entry["statistic"] == "krippendorff_alpha"]
    assert len(alphas) >= 6
    for entry in alphas:
        found = within(analysis, entry["dimension"], entry["group"])["alpha"]
        assert found["level"] == "interval"
        assert found["estimate"] == pytest.approx(entry["value"], abs=entry["tolerance"]), entry
    assert analysis.log[-1]["n_warnings"] == 0


def test_start_analysis_of_a_question_that_does_not_exist_names_it(
    rated: Raters, study: Study, owner: User
) -> None:
    with pytest.raises(DomainError) as caught:
        start_analysis(study, actor=owner, options={"questions": ["safety", "nonsense"]})
    assert caught.value.code == Code.INVALID
    assert caught.value.details == ["questions: this study has no question nonsense."]
    assert not Analysis.objects.exists()
