"""Power of the simulated test, against the report's own test and the figures of the methods."""

import numpy as np
import pytest

from rating.agreement import TestOptions, misalignment
from rating.agreement.planning import Design, Expected, GroupPlan, PlanOptions
from rating.agreement.planning.expected import draw_levels
from rating.agreement.planning.power import detectable_gap, power_at, power_curve
from rating.agreement.planning.relabelled import p_values
from rating.agreement.planning.widths import simulated_ratings

DESIGNS = {
    "complete": Design((GroupPlan("g", 4), GroupPlan("h", 4)), 8),
    "unequal": Design((GroupPlan("g", 3), GroupPlan("h", 5)), 8, share_missing=0.2),
    "thin": Design((GroupPlan("g", 4, 3), GroupPlan("h", 4, 3)), 12),
    "blocks": Design((GroupPlan("g", 6), GroupPlan("h", 6)), 10, n_blocks=2),
    "yes/no": Design((GroupPlan("g", 4), GroupPlan("h", 4)), 8, n_levels=2),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_p_of_a_simulated_table_is_that_of_the_report(name: str) -> None:
    design = DESIGNS[name]
    levels = draw_levels(design, Expected(shift=0.5), np.random.default_rng(1), 8)
    fast = p_values(design, levels, rng=np.random.default_rng(2), n_permutations=19, exact_limit=2000)
    options = TestOptions(exact_limit=2000)
    tests = [
        misalignment(simulated_ratings(design, table), "g", "h", options=options).test for table in levels
    ]
    assert [test.method for test in tests] == ["exact"] * 8
    slow = [1.0 if test.p is None else test.p for test in tests]
    assert fast.tolist() == pytest.approx(slow, abs=1e-12)
    assert len(set(slow)) > 1


def test_p_is_one_where_labels_cannot_be_exchanged_or_items_not_compared() -> None:
    single = Design((GroupPlan("g", 4, 1), GroupPlan("h", 4, 1)), 6)
    levels = draw_levels(single, Expected(shift=2), np.random.default_rng(0), 3)
    found = p_values(single, levels, rng=np.random.default_rng(0), n_permutations=19, exact_limit=100)
    assert found.tolist() == [1.0] * 3
    lonely = Design((GroupPlan("g", 1), GroupPlan("h", 1)), 6)
    levels = draw_levels(lonely, Expected(shift=2), np.random.default_rng(0), 3)
    found = p_values(lonely, levels, rng=np.random.default_rng(0), n_permutations=19, exact_limit=100)
    assert found.tolist() == [1.0] * 3


# METHODS: 40 items, level gap .5 SD, at 5 %. The model that gives these figures: raters' severity .4 and
# residual .8 of the items' standard deviation, everybody rates everything, squared distance.
@pytest.mark.parametrize(("n_raters", "stated"), [(4, 0.18), (6, 0.43), (8, 0.55), (12, 0.79)])
def test_power_at_half_a_standard_deviation_is_that_of_the_methods(n_raters: int, stated: float) -> None:
    design = Design((GroupPlan("g", n_raters), GroupPlan("h", n_raters)), 40)
    expected = Expected(item=1, rater=0.4, residual=0.8, unit="item_sds")
    point = power_at(design, expected, 0.5, PlanOptions(n_simulations=1000))
    # Two independent simulations; the stated one has two digits and an error of its own.
    assert point.power == pytest.approx(stated, abs=4 * point.std_error)


def test_power_grows_with_the_gap_and_begins_at_the_level_of_the_test() -> None:
    design = Design((GroupPlan("g", 6), GroupPlan("h", 6)), 20)
    curve = power_curve(design, Expected(), PlanOptions(gaps=(0.0, 0.5, 1.0), n_simulations=300))
    assert curve[0].power <= 0.05 + 4 * curve[0].std_error
    assert curve[0].power < curve[1].power < curve[2].power
    assert curve[0].rms_gap == pytest.approx(0, abs=1e-6)


def test_gap_from_item_to_item_is_found_where_no_shift_is() -> None:
    design = Design((GroupPlan("g", 6), GroupPlan("h", 6)), 20)
    options = PlanOptions(vary="item_gap", gaps=(0.0, 1.5), n_simulations=200)
    curve = power_curve(design, Expected(), options)
    assert curve[1].power > 0.8


def test_detectable_gap_lies_between_the_points_around_the_target() -> None:
    design = Design((GroupPlan("g", 6), GroupPlan("h", 6)), 20)
    options = PlanOptions(gaps=(0.0, 0.5, 1.0), n_simulations=200)
    curve = power_curve(design, Expected(), options)
    found = detectable_gap(design, Expected(), curve, options)
    assert found.gap is not None
    assert found.std_error is not None
    below = [point.gap for point in curve if point.power < 0.8]
    above = [point.gap for point in curve if point.power >= 0.8]
    assert max(below) < found.gap <= min(above)
    assert power_at(design, Expected(), found.gap, options).power >= 0.8


def test_detectable_gap_is_undefined_where_no_gap_tried_is_found() -> None:
    design = Design((GroupPlan("g", 3), GroupPlan("h", 3)), 20)
    options = PlanOptions(gaps=(0.0, 2.0), n_simulations=40)
    curve = power_curve(design, Expected(), options)
    # Three against three: the smallest p is .10.
    assert [point.power for point in curve] == [0.0, 0.0]
    assert detectable_gap(design, Expected(), curve, options).gap is None
