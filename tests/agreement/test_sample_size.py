"""Sample sizes for kappa: published examples and what must hold of any."""

from collections.abc import Callable
from typing import Any

import pytest

from rating.agreement import AgreementInputError
from rating.agreement.planning import items_for_kappa_interval, items_to_test_kappa


@pytest.mark.shared
def test_items_to_test_kappa_equals_cantors_example(oracle: Callable[[str], dict[str, Any]]) -> None:
    example = oracle("cantor1996_n_cohen_kappa")
    given = example["params"]
    n = items_to_test_kappa(
        (given["rate1"], given["rate2"]),
        given["k1"],
        given["k0"],
        level=given["alpha"],
        power=given["power"],
        is_two_sided=given["twosided"],
    )
    assert n == example["expected"]["N"]


@pytest.mark.shared
def test_items_for_kappa_interval_equals_kappasize(oracle: Callable[[str], dict[str, Any]]) -> None:
    example = oracle("kappasize_ci_binary")
    given = example["params"]
    n = items_for_kappa_interval(
        given["kappa0"],
        (given["kappaL"], given["kappaU"]),
        given["prevalence"],
        n_raters=given["raters"],
        confidence=1 - given["alpha"],
    )
    assert abs(n - example["expected"]["N"]) <= example["tolerance"]


def test_two_sided_test_of_kappa_needs_more_items_than_one_sided() -> None:
    one = items_to_test_kappa((0.3, 0.3), 0.6, 0.4)
    assert items_to_test_kappa((0.3, 0.3), 0.6, 0.4, is_two_sided=True) > one


def test_four_times_the_items_for_half_the_difference_near_one_value() -> None:
    near = items_to_test_kappa((0.5, 0.5), 0.51, 0.5)
    nearer = items_to_test_kappa((0.5, 0.5), 0.505, 0.5)
    assert nearer / near == pytest.approx(4, rel=0.01)


def test_items_to_test_kappa_of_independent_raters_equals_closed_form() -> None:
    # Both hypotheses near kappa 0 with half of the answers yes: n times the variance of kappa is 1.
    n = items_to_test_kappa((0.5, 0.5), 0.001, 0.0)
    assert n == pytest.approx((1.644854 + 0.841621) ** 2 / 0.001**2, rel=1e-4)


def test_interval_of_kappa_needs_fewer_items_with_more_raters_and_wider_limits() -> None:
    two = items_for_kappa_interval(0.5, (0.3, 0.7), 0.4)
    assert items_for_kappa_interval(0.5, (0.3, 0.7), 0.4, n_raters=5) < two
    assert items_for_kappa_interval(0.5, (0.2, 0.8), 0.4) < two
    assert items_for_kappa_interval(0.5, (0.3, None), 0.4) < two


def test_interval_of_kappa_does_not_care_which_answer_is_called_yes() -> None:
    assert items_for_kappa_interval(0.5, (0.3, 0.7), 0.2) == items_for_kappa_interval(0.5, (0.3, 0.7), 0.8)


@pytest.mark.parametrize(
    ("rates", "kappa", "null_kappa"),
    [((0.0, 0.5), 0.7, 0.5), ((0.5, 0.5), 0.5, 0.5), ((0.1, 0.9), 0.7, 0.5)],
    ids=["no yes", "no difference", "out of reach"],
)
def test_items_to_test_kappa_refuses_what_cannot_be(
    rates: tuple[float, float], kappa: float, null_kappa: float
) -> None:
    with pytest.raises(AgreementInputError) as caught:
        items_to_test_kappa(rates, kappa, null_kappa)
    assert caught.value.code == "bad_option"


@pytest.mark.parametrize(
    ("limits", "prevalence", "n_raters"),
    [
        ((None, None), 0.3, 2),
        ((0.6, 0.8), 0.3, 2),
        ((-0.1, 0.8), 0.3, 2),
        ((0.2, 0.8), 1.0, 2),
        ((0.2, 0.8), 0.3, 1),
    ],
)
def test_items_for_kappa_interval_refuses_what_cannot_be(
    limits: tuple[float | None, float | None], prevalence: float, n_raters: int
) -> None:
    with pytest.raises(AgreementInputError) as caught:
        items_for_kappa_interval(0.5, limits, prevalence, n_raters=n_raters)
    assert caught.value.code == "bad_option"
