"""Whether a stage's slots are what its plan promises: every rating once, seats alike, linked, rules kept.

Sentences of a command: English, not translated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.db.models import Count, F, Max

from annotation.design.eligibility import groups_for, needs_for, restored
from annotation.design.layout import CROSSED
from annotation.design.linkage import linked_parts, smallest_p
from annotation.models import AuditEvent, Group, Item, Plan, Slot, Study
from annotation.queries.designs import factor_values
from annotation.queries.plan_preview import ALPHA, n_seats_filled, n_with_needs, plan_pairs, present_raters
from annotation.queries.plans import IDENTIFIABLE
from annotation.queries.stage_counts import is_large
from annotation.study_numbers import stored

N_NAMED = 5
# The name of the number that the scheduler keeps.
CHECKED = "checked stages"


@dataclass(frozen=True)
class Finding:
    """`is_error`: the plan does not hold what it promises; else something to know."""

    words: str
    is_error: bool = True


@dataclass(frozen=True)
class _Checked:
    """What the checks share. `wanted`: ratings by (item, group), rules applied."""

    plan: Plan
    groups: Mapping[int, Group]
    items: Mapping[int, Item]
    wanted: Mapping[tuple[int, int], int]
    needs: Mapping[int, str]


def plan_findings(plan: Plan) -> list[Finding]:
    """All that is wrong with a stage's slots, and what is worth knowing. A fixed number of queries, and one
    for each group with a rule."""
    checked = _checked(plan)
    checks = (_coverage, _doubles, _seats, _rules, _raters, _links)
    return [finding for check in checks for finding in check(checked)]


def _checked(plan: Plan) -> _Checked:
    quotas = {quota.group_id: quota for quota in plan.quotas.select_related("group")}
    items = Item.objects.filter(pk__in=Slot.objects.filter(plan=plan).counting().values("item"))
    by_key = {item.pk: item for item in items.only("pk", "code", "external_id")}
    rules, seats = restored(plan.rules), n_seats_filled(plan)
    values = factor_values(plan.study, {rule.factor for rule in rules})
    anchors = set(plan.options.get("anchors", ()))
    keys = [quota.group.key for quota in quotas.values()]
    wanted = {}
    for key, item in by_key.items():
        allowed = groups_for(values.get(key, {}), keys, rules)
        everyone = plan.design == CROSSED or item.code in anchors
        for group_id, quota in quotas.items():
            n = seats.get(quota.group.key, (0, 0))[0] if everyone else quota.per_item
            wanted[key, group_id] = n if quota.group.key in allowed else 0
    needs = {key: needs_for(values.get(key, {}), rules) for key in by_key}
    return _Checked(plan, {key: quota.group for key, quota in quotas.items()}, by_key, wanted, needs)


def _named(checked: _Checked, items: list[int]) -> str:
    names = [checked.items[item].external_id for item in items[:N_NAMED]]
    more = len(items) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _coverage(checked: _Checked) -> Iterator[Finding]:
    slots = Slot.objects.filter(plan=checked.plan).counting().order_by()
    found = Counter(
        {(item, group): n for item, group, n in slots.values_list("item", "group").annotate(n=Count("pk"))}
    )
    if not found:
        yield Finding("The stage has no slots.")
    for group_id, group in checked.groups.items():
        mine = {item: n for (item, one), n in checked.wanted.items() if one == group_id}
        short = [item for item, n in mine.items() if found[item, group_id] < n]
        if short:
            n_missing = sum(mine[item] - found[item, group_id] for item in short)
            yield Finding(
                f"{group.name}: {n_missing} planned ratings have no slot: {_named(checked, short)}."
            )
        above = [item for item, n in mine.items() if found[item, group_id] > n]
        if above:
            words = f"{group.name}: more ratings than planned, assigned by hand: {_named(checked, above)}."
            yield Finding(words, is_error=False)
    stray = {group for _item, group in found} - set(checked.groups)
    if stray:
        yield Finding(f"Slots of {len(stray)} groups that the plan does not ask.")


def _doubles(checked: _Checked) -> Iterator[Finding]:
    slots = Slot.objects.filter(plan=checked.plan).counting().order_by()
    asked = {
        "planned twice (same item, group and number)": ("item", "group", "number"),
        "twice in one seat": ("seat", "item"),
        "at one place of a sequence": ("seat", "position"),
        "twice in one rater's hands": ("rater", "item"),
    }
    for words, names in asked.items():
        rows = slots.exclude(**{names[0]: None}).values(*names).annotate(n=Count("pk")).filter(n__gt=1)
        if n := rows.count():
            yield Finding(f"{n} ratings are {words}.")
    strayed = slots.filter(seat__isnull=False).exclude(seat__group=F("group")).count()
    if strayed:
        yield Finding(f"{strayed} slots stand in a seat of another group.")


def _seats(checked: _Checked) -> Iterator[Finding]:
    plan = checked.plan
    if not plan.is_seated:
        return
    allowed = plan.options.get("batch_size", 1)
    changed = AuditEvent.objects.filter(study=plan.study_id, kind__in=("slot.assigned", "plan.topped_up"))
    for group in checked.groups.values():
        loads = list(plan.seats.filter(group=group).annotate(n=Count("slots")).values_list("n", flat=True))
        if not loads:
            yield Finding(f"{group.name} have no seats.")
        elif max(loads) - min(loads) > allowed:
            is_error = not changed.exists()
            words = f"{group.name}: seats hold {min(loads)} to {max(loads)} items"
            yield Finding(f"{words}{'' if is_error else ', after changes by hand'}.", is_error=is_error)
    unseated = Slot.objects.filter(plan=plan, seat__isnull=True).counting().exclude(state=Slot.State.DONE)
    if n := unseated.count():
        yield Finding(f"{n} opened again outside the sequences, for anybody of their group.", is_error=False)


def _rules(checked: _Checked) -> Iterator[Finding]:
    slots = Slot.objects.filter(plan=checked.plan).counting().order_by()
    held = slots.values_list("item", "needs").distinct()
    loose = [item for item, needs in held if checked.needs.get(item, "") != needs]
    if loose:
        yield Finding(f"Rules are not kept by the slots of {_named(checked, loose)}.")
    for group_id, group in checked.groups.items():
        if not any(checked.wanted[item, group_id] for item in checked.items):
            yield Finding(f"Rules leave no item to {group.name}.")
    for (group_id, needs), most in _most_needed(checked).items():
        n = n_with_needs(checked.groups[group_id], needs)
        if n < most:
            who = "qualified" if needs == Slot.Needs.CLEARED else "practised"
            name = checked.groups[group_id].name
            yield Finding(f"{name}: {most} ratings per item ask for raters who have {who}; there are {n}.")


def _most_needed(checked: _Checked) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for (item, group_id), n in checked.wanted.items():
        needs = checked.needs[item]
        if needs and n:
            found[group_id, needs] = max(found.get((group_id, needs), 0), n)
    return found


def _with_login(n: int) -> str:
    return "1 rater has a login" if n == 1 else f"{n} raters have a login"


def _raters(checked: _Checked) -> Iterator[Finding]:
    raters = present_raters({group.key: group for group in checked.groups.values()})
    seats = n_seats_filled(checked.plan)
    most = dict(checked.plan.quotas.values_list("group").annotate(n=Max("per_item")))
    for group_id, group in checked.groups.items():
        n = len(raters[group.key])
        if checked.plan.is_seated:
            n_seats, n_filled = seats.get(group.key, (0, 0))
            words = f"{group.name}: {n_filled} of {n_seats} seats are filled; {_with_login(n)}."
            if n_filled < n_seats or n > n_seats:
                yield Finding(words, is_error=False)
        elif n < most[group_id]:
            words = f"{group.name}: {_with_login(n)}, fewer than {most[group_id]} ratings per item."
            yield Finding(words, is_error=False)
        if most[group_id] < IDENTIFIABLE:
            words = "misalignment from other groups is not identifiable"
            yield Finding(f"{group.name} give one rating per item: {words}.", is_error=False)


def _links(checked: _Checked) -> Iterator[Finding]:
    # Without the matrix of items by raters, which a large pool has no memory for.
    parts = linked_parts(plan_pairs(checked.plan))
    if not parts:
        yield Finding("Links between raters are known once the pool is rated.", is_error=False)
    elif len(parts) > 1:
        waits = Slot.objects.filter(plan=checked.plan).counting().exclude(state=Slot.State.DONE)
        is_error = checked.plan.is_seated or not waits.exists()
        words = f"The raters fall into {len(parts)} parts that have no item in common"
        yield Finding(f"{words}{'' if is_error else ' so far'}.", is_error=is_error)
    present = [group for group in checked.groups.values() if any(group.key in part for part in parts)]
    for one, other in combinations(sorted(present, key=lambda group: group.position), 2):
        p = smallest_p(parts, one.key, other.key)
        if p > ALPHA:
            words = f"{one.name} and {other.name}: the smallest p a permutation test can reach is {p:.2g}"
            yield Finding(f"{words}, so it has no power.", is_error=False)


@dataclass(frozen=True)
class CheckedStage:
    """`counted_at`: of a large stage when the scheduler checked it; None: just now."""

    n_planned: int
    findings: Sequence[Finding]
    counted_at: datetime | None = None

    @property
    def holds(self) -> bool:
        return not any(one.is_error for one in self.findings)


def check_stage(plan: Plan) -> CheckedStage:
    """The stage as it is now."""
    return CheckedStage(Slot.objects.filter(plan=plan).counting().count(), plan_findings(plan))


def checked_stage(plan: Plan, *, now: datetime) -> CheckedStage:
    """The same; of a large stage as last checked by the scheduler."""
    held = stored(plan.study, CHECKED, now=now)
    if held is None or plan.code not in held.number:
        return check_stage(plan)
    n_planned, findings = held.number[plan.code]
    return CheckedStage(n_planned, [Finding(*one) for one in findings], held.at)


def count_checked(study: Study) -> dict[str, tuple[int, list[tuple[str, bool]]]]:
    """Large stages by code. For `annotation.study_numbers`."""
    plans = Plan.objects.of_work().filter(study=study, batch__isnull=True).select_related("study")
    checked = {plan.code: check_stage(plan) for plan in plans if is_large(plan)}
    return {
        code: (one.n_planned, [(finding.words, finding.is_error) for finding in one.findings])
        for code, one in checked.items()
    }
