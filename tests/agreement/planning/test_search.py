"""The search for the number of raters."""

import json

import pytest

from rating.agreement import AgreementInputError
from rating.agreement.planning import Design, Expected, GroupPlan, PlanOptions, raters_needed

DESIGN = Design((GroupPlan("g", 4), GroupPlan("h", 4)), 15)
EXPECTED = Expected(shift=0.8)
OPTIONS = PlanOptions(n_simulations=200)


def test_raters_needed_for_power_reach_it_and_one_fewer_does_not() -> None:
    found = raters_needed(DESIGN, EXPECTED, target=0.8, most=20, options=OPTIONS)
    power = {n: value for n, value, _ in found.tried}
    assert found.n_raters is not None
    assert (power[found.n_raters] or 0) >= 0.8
    assert (power[found.n_raters - 1] or 0) < 0.8
    assert json.dumps(found.to_dict(), allow_nan=False)


def test_raters_needed_for_a_width_reach_it_and_one_fewer_does_not() -> None:
    options = PlanOptions(n_simulations=40)
    found = raters_needed(DESIGN, EXPECTED, goal="alpha", target=0.6, most=12, options=options)
    width = {n: value for n, value, _ in found.tried}
    assert found.n_raters is not None
    assert (width[found.n_raters] or 9) <= 0.6
    assert (width[found.n_raters - 1] or 9) > 0.6


def test_raters_needed_is_undefined_where_the_most_do_not_reach_the_target() -> None:
    found = raters_needed(DESIGN, Expected(shift=0.01), target=0.9, most=6, options=OPTIONS)
    assert found.n_raters is None
    assert [row[0] for row in found.tried] == [6]


def test_raters_needed_keeps_the_ratings_of_an_item() -> None:
    thin = Design((GroupPlan("g", 6, 3), GroupPlan("h", 6, 3)), 15)
    found = raters_needed(thin, EXPECTED, target=0.01, most=8, options=PlanOptions(n_simulations=20))
    assert found.n_raters is not None
    assert min(row[0] for row in found.tried) >= 3


@pytest.mark.parametrize("wrong", [{"goal": "luck"}, {"most": 1}, {"most": 10_000}])
def test_search_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AgreementInputError) as caught:
        raters_needed(DESIGN, EXPECTED, options=OPTIONS, **wrong)  # type: ignore[arg-type]
    assert caught.value.code == "bad_option"


def test_search_for_power_needs_two_groups() -> None:
    with pytest.raises(AgreementInputError):
        raters_needed(Design((GroupPlan("g", 4),), 10), EXPECTED, options=OPTIONS)
