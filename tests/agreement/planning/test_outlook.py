"""What a plan can show, as one result."""

import json

import numpy as np
import pytest

from rating.agreement import AgreementInputError, Reason
from rating.agreement.planning import Design, Expected, GroupPlan, PlanOptions, PlanSign, simulate_plan
from rating.agreement.planning.outlook import observe_plan, smallest_p

FEW = PlanOptions(n_simulations=40, gaps=(0.0, 1.0))


def pair(n_raters: int, per_item: int | None = None) -> tuple[GroupPlan, GroupPlan]:
    return GroupPlan("peer", n_raters, per_item), GroupPlan("clinician", n_raters, per_item)


def signs(design: Design) -> list[PlanSign]:
    return [observation.code for observation in observe_plan(design, 0.05)]


@pytest.mark.parametrize(("n_raters", "stated"), [(3, 0.10), (4, 0.029), (6, 0.002)])
def test_smallest_p_is_that_of_the_methods(n_raters: int, stated: float) -> None:
    found = smallest_p(Design(pair(n_raters), 10))
    assert found == pytest.approx(stated, abs=6e-4)


def test_smallest_p_of_blocks_is_the_product_of_their_labellings() -> None:
    # Both groups swapped in all blocks at once gives the same M: 2 of 20^2.
    assert smallest_p(Design(pair(6), 10, n_blocks=2)) == pytest.approx(2 / 400)


def test_outlook_is_the_same_for_the_same_seed_and_safe_as_json() -> None:
    design = Design(pair(4), 12)
    first, second = (simulate_plan(design, Expected(shift=0.5), options=FEW).to_dict() for _ in range(2))
    assert json.dumps(first, allow_nan=False) == json.dumps(second, allow_nan=False)
    assert [interval["statistic"] for interval in first["intervals"]] == ["m", "rms_gap", "alpha", "alpha"]
    assert first["is_identifiable"]


def test_outlook_of_one_rating_an_item_has_no_curve_and_says_why() -> None:
    found = simulate_plan(Design(pair(4, 1), 12), Expected(), options=FEW)
    assert not found.is_identifiable
    assert found.curve == ()
    assert found.detectable is None
    assert {interval.coverage for interval in found.intervals} == {None}
    codes = [observation.code.value for observation in found.observations]
    assert codes.count("too_few_per_item") == 2
    assert Reason.NOT_IDENTIFIABLE.value in codes


def test_outlook_of_an_allocation_without_two_and_two_on_any_item_is_not_identifiable() -> None:
    table = np.zeros((4, 4), dtype=np.bool_)
    table[:2, :2] = True
    table[2:, 2:] = True
    assert PlanSign.NOT_IDENTIFIABLE in signs(Design(pair(2), 4, allocation=table))
    table[0] = True
    assert PlanSign.NOT_IDENTIFIABLE not in signs(Design(pair(2), 4, allocation=table))


def test_outlook_of_one_group_tells_of_its_alpha_only() -> None:
    found = simulate_plan(Design((GroupPlan("peer", 4),), 12), Expected(), options=FEW)
    assert found.smallest_p is None
    assert [interval.statistic for interval in found.intervals] == ["alpha"]


def test_plan_without_defects_has_no_observations() -> None:
    assert signs(Design(pair(6), 10)) == []


@pytest.mark.parametrize(
    ("design", "sign"),
    [
        (Design(pair(6, 2), 10), PlanSign.INCOMPLETE_UNBLOCKED_PLAN),
        (Design(pair(6), 10, share_missing=0.1), PlanSign.INCOMPLETE_UNBLOCKED_PLAN),
        (Design((GroupPlan("g", 4), GroupPlan("h", 7)), 10), PlanSign.LOPSIDED_GROUPS),
        (Design(pair(3), 10), PlanSign.COARSE_TEST),
        (Design(pair(2), 10), PlanSign.NO_INTERVAL),
    ],
)
def test_plan_with_a_defect_is_told_of_it(design: Design, sign: PlanSign) -> None:
    assert sign in signs(design)


def test_blocks_are_no_incomplete_plan() -> None:
    assert PlanSign.INCOMPLETE_UNBLOCKED_PLAN not in signs(Design(pair(6), 12, n_blocks=2))


def test_progress_rises_to_one_and_may_stop_the_work() -> None:
    told: list[float] = []
    simulate_plan(
        Design(pair(3), 6), Expected(), options=FEW, progress=lambda share, _text: told.append(share)
    )
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1

    def stop(_share: float, _text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_plan(Design(pair(3), 6), Expected(), options=FEW, progress=stop)


@pytest.mark.parametrize(
    "wrong",
    [
        {"gaps": ()},
        {"gaps": (0.5, 0.2)},
        {"vary": "all"},
        {"level": 0.0},
        {"n_simulations": 1},
        {"exact_limit": -1},
    ],
)
def test_options_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AgreementInputError) as caught:
        PlanOptions(**wrong)  # type: ignore[arg-type]
    assert caught.value.code == "bad_option"
