"""Analysis plans as their pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from annotation.models import Factor, Group, ItemFactor, Question, Study
from rating.models import Analysis, AnalysisPlan
from rating.queries.standing import standing_of
from rating.reporting.plan_words import Named, plan_facts
from rating.reporting.report import question_label


@dataclass(frozen=True)
class RunLine:
    """One thing that the plan lays down, and what an analysis did about it."""

    label: str
    declared: str
    found: str


@dataclass(frozen=True)
class PlanRun:
    """An analysis that follows the plan, beside the plan."""

    analysis: Analysis
    word: str
    sentence: str
    lines: list[RunLine]


def study_plans(study: Study) -> QuerySet[AnalysisPlan]:
    """Every version, the newest first."""
    return AnalysisPlan.objects.filter(study=study).select_related("study", "locked_by").order_by("-number")


def plans_of(study: Study) -> list[AnalysisPlan]:
    return list(study_plans(study))


def names_of(study: Study) -> Named:
    """What the study calls its questions, groups and factors, by key."""
    questions = Question.objects.filter(version__rubric__study=study).order_by("version__number", "position")
    return Named(
        questions={q.key: question_label(q.key, q.construct) for q in questions},
        groups=dict(Group.objects.filter(study=study).values_list("key", "name")),
        factors=dict(Factor.objects.filter(study=study).values_list("key", "name")),
    )


def factor_levels(study: Study) -> list[tuple[str, str]]:
    """Every level of every factor, as "factor=level" with its words."""
    values = ItemFactor.objects.filter(factor__study=study).values_list(
        "factor__key", "factor__name", "value"
    )
    return [
        (f"{key}={value}", f"{name}: {value}")
        for key, name, value in values.distinct().order_by("factor__key", "value")
    ]


def plan_runs(plan: AnalysisPlan, names: Named) -> list[PlanRun]:
    """Finished analyses that follow the plan, the newest first, each beside what was laid down."""
    analyses = Analysis.objects.filter(plan=plan, finished_at__isnull=False).select_related(
        "plan", "snapshot", "study"
    )
    facts = plan_facts(plan.options, plan.seed, names)
    return [_run(analysis, facts, names) for analysis in analyses.order_by("-pk")]


def _run(analysis: Analysis, facts: list[tuple[str, str]], names: Named) -> PlanRun:
    standing = standing_of(analysis)
    ran = dict(plan_facts(analysis.options, analysis.seed, names)) | _deviations(analysis, names)
    lines = [RunLine(label, words, _compared(words, ran.get(label, ""))) for label, words in facts]
    return PlanRun(analysis, str(standing.word), standing.sentence, lines)


def _compared(declared: str, found: str) -> str:
    return "as laid down" if declared == found else found


def _deviations(analysis: Analysis, names: Named) -> dict[str, str]:
    """Where the ratings did not allow what the plan wanted."""
    results = analysis.results
    found = {}
    missing = [names.question(part["question"]) for part in results["not_analysed"]]
    if missing:
        found["Questions"] = f"not analysed, because there was nothing to analyse: {', '.join(missing)}"
    untested = [
        f"{names.question(test['question'])} ({names.pair(test['pair'])})"
        for family in results["families"]
        for test in family["tests"]
        if test["p"] is None
    ]
    if untested:
        found["Pairs of groups"] = f"not testable: {', '.join(untested)}"
    if results.get("excluded"):
        found["Left out"] = "; ".join(_excluded(part) for part in results["excluded"])
    return found


def _excluded(part: Mapping[str, Any]) -> str:
    return f"{part['label']}: {part['n_ratings']:,} ratings of {part['n_raters']:,} raters"
