"""What is observed about a plan, in plain words. No "good" and no "bad"."""

from collections.abc import Mapping
from typing import Any

from rating.agreement.planning.limits import PlanSign


def plan_sentence(observation: Mapping[str, Any]) -> str:
    """An observation of `simulate_plan` (its dict) as a sentence or two."""
    groups, figures = observation["groups"], observation["figures"]
    sign = PlanSign(observation["code"])
    if sign is PlanSign.TOO_FEW_PER_ITEM:
        return (
            f"{groups[0]}: fewer than two ratings per item. Disagreement inside the group cannot be told "
            "from disagreement with others, and there is no agreement inside it to compute."
        )
    if sign is PlanSign.NO_INTERVAL:
        return f"{groups[0]}: an interval about other raters needs at least three raters in each group."
    if sign is PlanSign.LOPSIDED_GROUPS:
        sizes = " and ".join(str(size) for size in figures["n_raters"])
        return (
            f"The groups have {sizes} raters. Where sizes differ this much, the test also reacts to groups "
            "that differ in how much their raters vary; the smaller group limits what can be found."
        )
    if sign is PlanSign.COARSE_TEST:
        return (
            f"With so few raters the smallest p the test can reach is {figures['smallest_p']:.3f}, above "
            f"{figures['level']:g}: it cannot find any gap, however large."
        )
    return _OTHERS[sign]


_OTHERS = {
    PlanSign.NOT_IDENTIFIABLE: (
        "Misalignment is not identifiable: no item gets two ratings from each of the two groups."
    ),
    PlanSign.INCOMPLETE_UNBLOCKED_PLAN: (
        "Not everybody rates everything, and raters are not in blocks: when labels are exchanged many items "
        "drop out, so the test finds gaps less often. Blocks of raters who share their items find more."
    ),
}
