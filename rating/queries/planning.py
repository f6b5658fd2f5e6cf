"""What the pages about simulated plans read: the study's own plan, earlier simulations, results."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from annotation.models import Group, Job, Plan, Question, Study
from annotation.queries.plans import human_groups, n_claimable_items, published_versions
from annotation.queries.stage_counts import count_items, stored_counts
from rating.job_kinds import SIMULATE_PLAN
from rating.plots.svg import inline_svg
from rating.reporting import plans
from rating.reporting.tables import Shown

# Where a study says nothing yet.
USUAL_RATERS, USUAL_ITEMS, USUAL_LEVELS, USUAL_PER_ITEM = 6, 40, 5, 2


@dataclass(frozen=True)
class GroupOutset:
    """A group with the raters and ratings per item that the study has or plans."""

    group: Group
    n_raters: int
    per_item: int


@dataclass(frozen=True)
class Outset:
    """The study's own plan, as the form begins with it."""

    groups: list[GroupOutset]
    n_items: int
    n_levels: int


@dataclass(frozen=True)
class SimulationPage:
    """A finished simulation in words, a figure and tables."""

    findings: list[str]
    warnings: list[str]
    svg: SafeString | None
    alt: str
    curve: Shown
    intervals: Shown
    tried: Shown | None


def plan_outset(study: Study) -> Outset:
    """Groups, raters, items and quotas of the newest stage; usual numbers for what a study lacks."""
    stages = Plan.objects.filter(study=study, batch__isnull=True).prefetch_related("quotas")
    newest = stages.select_related("summary").order_by("-id").first()
    quotas = {quota.group_id: quota.per_item for quota in newest.quotas.all()} if newest else {}
    groups = []
    for group in human_groups(study):
        n_raters: int = group.n_raters or USUAL_RATERS  # type: ignore[attr-defined]
        per_item = min(quotas.get(group.pk) or USUAL_PER_ITEM, n_raters)
        groups.append(GroupOutset(group, n_raters, per_item))
    n_items = _n_planned(newest) or n_claimable_items(study) or USUAL_ITEMS
    return Outset(groups, n_items, _n_levels(study))


def _n_planned(newest: Plan | None) -> int:
    """Items of the stage; of a large one as last counted. At most one query."""
    if newest is None:
        return 0
    stored = stored_counts(newest, now=timezone.now())
    return stored.n_items if stored else count_items([newest]).get(newest.pk, 0)


def simulations_of(study: Study) -> QuerySet[Job]:
    """The study's simulations, newest first, without their results."""
    return Job.objects.filter(study=study, kind=SIMULATE_PLAN).defer("result").order_by("-pk")


def simulation_page(job: Job) -> SimulationPage:
    """What a finished simulation found. No query."""
    settings, result = job.payload["settings"], job.result
    findings = plans.findings(settings, result)
    # Our own drawing: words in it are escaped by the XML writer, styles are refused.
    svg = mark_safe(inline_svg(result["svg"])) if result["svg"] else None  # noqa: S308
    return SimulationPage(
        findings=findings,
        warnings=plans.warnings(result),
        svg=svg,
        alt=" ".join(findings[:2]),
        curve=plans.curve_table(result).shown(),
        intervals=plans.interval_table(result).shown(),
        tried=plans.search_table(result).shown() if result["needed"] else None,
    )


def simulation_facts(job: Job) -> list[dict[str, Any]]:
    """What was simulated, as names and values."""
    settings = job.payload["settings"]
    expected = settings["expected"]
    unit = plans.UNITS[expected["unit"]]
    sizes = [
        f"{group['n_raters']} {group['name']}, {group['per_item'] or 'all of them'} on each item"
        for group in settings["groups"]
    ]
    spreads = ", ".join(f"{name} {expected[name]:g}" for name in ("item", "rater", "residual"))
    return [
        {"label": "Groups", "value": "; ".join(sizes)},
        {"label": "Items", "value": f"{settings['n_items']:,}, on a scale of {settings['n_levels']} points"},
        {"label": "Blocks of raters", "value": settings["n_blocks"]},
        {"label": "Ratings that stay away", "value": f"{100 * settings['share_missing']:g} %"},
        {"label": "Expected spreads", "value": f"{spreads} ({unit}; items in scale points)"},
        {
            "label": "Expected gap",
            "value": f"{expected[settings['vary']]:g} {unit}: {plans.GAPS[settings['vary']]}",
        },
        {"label": "Simulated", "value": f"{settings['n_simulations']:,} studies at each gap"},
        {"label": "Seed", "value": str(job.payload["seed"])},
        {"label": "Attune", "value": job.result["software_version"]},
    ]


def _n_levels(study: Study) -> int:
    """Points of the scale that most rated questions of the newest published rubric use."""
    versions = published_versions(study)
    asked = Question.objects.filter(version__in=versions[:1], scale__measurement__in=("ordinal", "interval"))
    n_levels = asked.annotate(n=Count("scale__levels")).values_list("n", flat=True)
    found = Counter(n for n in n_levels if n >= 2)
    return found.most_common(1)[0][0] if found else USUAL_LEVELS
