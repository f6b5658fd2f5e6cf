"""One stage as its coordinators see it: design, seats, how it hangs together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from annotation.design.linkage import Linkage, linkage
from annotation.models import Group, Plan, Seat
from annotation.queries.plan_preview import PairRow, linkage_warnings, pair_rows, plan_grids
from annotation.queries.stage_counts import is_large


@dataclass(frozen=True)
class SeatRow:
    """`n_items`: what stands in the sequence, whoever rates it in the end: how far a rater is would tell
    what they have skipped."""

    seat: Seat
    n_items: int


@dataclass(frozen=True)
class StagePage:
    seats: list[SeatRow]
    linkage: Linkage
    pair_rows: list[PairRow]
    warnings: list[str]
    rules: list[str]
    # Whether it is worked out what raters share: not of a large pool.
    is_told: bool = True


def stage_page(plan: Plan) -> StagePage:
    """Seats with their loads, and what raters share: as planned, in a pool as far as it is rated. Up to six
    queries."""
    seats = plan.seats.select_related("group", "rater").annotate(n=Count("slots"))
    rows = [SeatRow(seat, seat.n) for seat in seats.order_by("group__position", "number")]
    # A matrix of all items by all raters: of a large pool no page can wait for it, nor hold it in memory.
    is_told = plan.is_seated or not is_large(plan)
    linked = linkage(plan_grids(plan) if is_told else {})
    groups = {group.key: group for group in Group.objects.filter(study=plan.study_id)}
    pairs = pair_rows(linked, {key: group.name for key, group in groups.items()})
    has_something = linked.n_components > 0
    return StagePage(
        seats=rows,
        linkage=linked,
        pair_rows=pairs if has_something else [],
        warnings=linkage_warnings(linked, pairs) if plan.is_seated else [],
        rules=[_rule_words(rule, groups) for rule in plan.rules],
        is_told=is_told,
    )


def _rule_words(rule: dict[str, Any], groups: dict[str, Group]) -> str:
    names = ", ".join(groups[key].name for key in rule["groups"] if key in groups)
    who = {"practised": _("raters who have practised"), "cleared": _("raters who have qualified")}
    whom = names or who.get(rule["needs"], "")
    return f"{rule['factor']} = {rule['value']}: {whom}"
