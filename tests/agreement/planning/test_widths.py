"""Expected intervals are those of a report."""

import numpy as np
import pytest

from rating.agreement import Ratings, TestOptions, alpha, misalignment
from rating.agreement.planning import Design, Expected, GroupPlan, PlanOptions
from rating.agreement.planning.expected import draw_levels
from rating.agreement.planning.options import chunks
from rating.agreement.planning.widths import expected_intervals, simulated_ratings

DESIGN = Design((GroupPlan("g", 4), GroupPlan("h", 4)), 12)
EXPECTED = Expected(shift=0.5)


def test_simulated_table_equals_the_same_table_through_the_door() -> None:
    import pandas as pd

    levels = draw_levels(DESIGN, EXPECTED, np.random.default_rng(0), 1)[0]
    item, rater = np.nonzero(levels >= 0)
    frame = pd.DataFrame(
        {
            "item": [f"i{number:02d}" for number in item],
            "rater": [f"r{number:02d}" for number in rater],
            "group": np.where(rater < 4, "g", "h"),
            "value": levels[item, rater] + 1,
        }
    )
    options = TestOptions(n_permutations=0)
    one = misalignment(Ratings.from_frame(frame, DESIGN.scale), "g", "h", options=options)
    other = misalignment(simulated_ratings(DESIGN, levels), "g", "h", options=options)
    assert one.to_dict() == other.to_dict()


def test_expected_width_is_the_mean_over_the_same_simulated_reports() -> None:
    options = PlanOptions(n_simulations=60)
    found = {(part.statistic, part.group): part for part in expected_intervals(DESIGN, EXPECTED, options)}
    widths = []
    for rng, size in chunks(DESIGN, options):
        for table in draw_levels(DESIGN, EXPECTED, rng, size):
            result = alpha(simulated_ratings(DESIGN, table), group="h")
            assert result.low is not None
            assert result.high is not None
            widths.append(result.high - result.low)
    assert found["alpha", "h"].width == pytest.approx(np.mean(widths))
    assert found["alpha", "h"].width_error == pytest.approx(np.std(widths) / 60**0.5)
    assert found["alpha", "h"].share_without == 0


def test_two_raters_a_group_have_no_interval() -> None:
    design = Design((GroupPlan("g", 2), GroupPlan("h", 2)), 12)
    for part in expected_intervals(design, EXPECTED, PlanOptions(n_simulations=20)):
        assert part.width is None
        assert part.share_without == 1
