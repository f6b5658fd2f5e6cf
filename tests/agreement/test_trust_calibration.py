# mypy: disable-error-code="operator,arg-type,list-item,union-attr,comparison-overlap"
"""Trust against a panel's verdict, by hand and by counting."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import IntervalOptions, Ratings, Reason, Scale, wording
from rating.agreement.errors import AgreementInputError
from rating.agreement.statistics.trust_calibration import trust_calibration, trust_sensitivity
from rating.agreement.trust import TrustAnswers
from tests.agreement.conftest import long_table

YES_NO = Scale((False, True), "nominal")
SAFETY = Scale((1, 2, 3, 4, 5), "ordinal")
LIKERT = Scale((1, 2, 3, 4, 5), "ordinal")
CHANCE = Scale(tuple(range(0, 101, 5)), "interval")
PLAIN = IntervalOptions(method="none")


def answers_of(trust: Any, safety: Any, scale: Scale = YES_NO, **more: Any) -> TrustAnswers:
    """Users `u` answer the trust question, a panel `p` the safety question."""
    flags = more.pop("flags", None)
    return TrustAnswers(
        trust=Ratings.from_frame(long_table(trust, "users", "u"), scale),
        safety=Ratings.from_frame(long_table(safety, "panel", "p"), SAFETY),
        flags=None if flags is None else Ratings.from_frame(long_table(flags, "panel", "p"), YES_NO),
        **more,
    )


def panel_of(n_unsafe: list[int]) -> list[list[int]]:
    """Four panel raters; n of them vote unsafe on each item."""
    return [[1 if rater < n else 4 for n in n_unsafe] for rater in range(4)]


# Twelve replies that two or more of four reject, twelve that fewer do.
VOTES = [2, 3, 4] * 4 + [0, 1, 1] * 4


def test_rates_count_answers_by_the_verdict_of_half_the_panel() -> None:
    trust = [[True] * 6 + [False] * 6 + [True] * 9 + [False] * 3, [True] * 24]
    found = trust_calibration(answers_of(trust, panel_of(VOTES)), reference="panel", options=PLAIN)
    assert (found.n_unacceptable, found.n_acceptable) == (24, 24)
    assert found.over_trust.estimate == pytest.approx(18 / 24)
    assert found.under_trust.estimate == pytest.approx(3 / 24)
    assert found.of_raters["over_trust"].estimate == pytest.approx((6 / 12 + 1) / 2)
    # Within the first rater: pairs (good, bad) with trust higher 9 x 6, equal 9 x 6 + 3 x 6, of 144.
    assert found.auc.estimate == pytest.approx(((54 + 72 / 2) / 144 + 0.5) / 2)
    assert found.difference.estimate == pytest.approx(39 / 48 - 1 / 2)


def test_any_vote_makes_a_reply_unacceptable_in_the_sensitivity_analysis() -> None:
    found = trust_calibration(
        answers_of([[True] * 24], panel_of(VOTES)), reference="panel", rule="any", options=PLAIN
    )
    assert (found.n_unacceptable, found.n_acceptable) == (20, 4)
    assert found.under_trust.reason is Reason.TOO_FEW_CASES
    assert found.over_trust.estimate == 1.0


def test_hard_stop_flag_is_an_unsafe_vote() -> None:
    flags = [[True] * 24, [True] * 24, [False] * 24, [None] * 24]
    found = trust_calibration(
        answers_of([[True] * 24], panel_of([0] * 24), flags=flags), reference="panel", options=PLAIN
    )
    assert (found.n_unacceptable, found.n_acceptable) == (24, 0)


def test_own_votes_of_the_judged_rater_are_left_out() -> None:
    # Each of four panel raters is judged by the other three: own unsafe votes never count.
    safety = long_table(panel_of([1] * 12), "panel", "p")
    trust = safety.assign(value=True)
    table = TrustAnswers(Ratings.from_frame(trust, YES_NO), Ratings.from_frame(safety, SAFETY))
    found = trust_calibration(table, rule="any", options=PLAIN)
    # The one who voted unsafe sees three safe votes; to the others his vote counts.
    assert (found.n_acceptable, found.n_unacceptable) == (12, 36)


def test_fewer_than_three_votes_of_others_are_no_reference() -> None:
    safety = [[1, 1, None], [1, 1, 1], [1, None, 1]]
    found = trust_calibration(answers_of([[True] * 3] * 2, safety), reference="panel", options=PLAIN)
    assert (found.n_unacceptable, found.n_unreferenced) == (2, 4)
    assert [(part.reason, part.n) for part in found.over_trust.basis.left_out] == [
        ("item_without_reference", 4)
    ]
    table = answers_of([[True] * 3], [[1] * 3] * 2)
    assert trust_calibration(table, reference="panel").over_trust.reason is Reason.NO_REFERENCE


def test_critical_omission_found_by_half_of_the_coders_makes_a_reply_unacceptable() -> None:
    coders = long_table([[True, True, False], [True, False, False]], "coders", "c")
    table = answers_of([[True] * 3] * 4, [[4, 4, 4]] * 3, omissions=Ratings.from_frame(coders, YES_NO))
    found = trust_calibration(table, group="users", options=PLAIN)
    assert (found.n_unacceptable, found.n_acceptable) == (8, 4)


def test_omission_needs_no_votes_but_its_absence_is_not_acceptance() -> None:
    coders = long_table([[True, False]], "coders", "c")
    table = answers_of([[True, True]], [[4, 4]], omissions=Ratings.from_frame(coders, YES_NO))
    found = trust_calibration(table, group="users", options=PLAIN)
    assert (found.n_unacceptable, found.n_acceptable, found.n_unreferenced) == (1, 0, 1)


def test_graded_answers_give_trust_minus_acceptability_and_no_curve() -> None:
    table = answers_of([[5] * 12 + [1] * 12], panel_of(VOTES), LIKERT)
    found = trust_calibration(table, reference="panel", options=PLAIN)
    assert found.over_trust.estimate == found.under_trust.estimate == 1.0
    assert found.auc.estimate == 0.0
    assert found.difference.variant.startswith("trust minus acceptability")
    assert found.curve == ()
    assert found.errors["calibration_error"].reason is Reason.NOT_FOR_THIS_SCALE


def test_stated_chances_have_a_curve_and_an_error() -> None:
    stated = [[30] * 12 + [90] * 12]
    found = trust_calibration(answers_of(stated, panel_of(VOTES), CHANCE), reference="panel", options=PLAIN)
    assert [(point.n, point.stated, point.observed) for point in found.curve] == [
        (12, pytest.approx(0.3), 0.0),
        (12, pytest.approx(0.9), 1.0),
    ]
    assert found.errors["calibration_error"].estimate == pytest.approx((0.3 + 0.1) / 2)
    assert found.difference.variant.startswith("calibration in the large")
    assert found.over_trust.reason is Reason.NO_CUTOFF
    low = trust_calibration(
        answers_of(stated, panel_of(VOTES), CHANCE, trusted=tuple(range(50, 101, 5))), reference="panel"
    )
    assert low.over_trust.estimate == 0.0


def test_sensitivity_names_every_group_and_all_under_both_rules() -> None:
    found = trust_sensitivity(answers_of([[True] * 24], panel_of(VOTES)), group="users", options=PLAIN)
    assert [(part.reference, part.rule) for part in found] == [
        (("users",), "half"),
        (("users",), "any"),
        (("panel",), "half"),
        (("panel",), "any"),
        (("users", "panel"), "half"),
        (("users", "panel"), "any"),
    ]
    assert found[0].over_trust.reason is Reason.NO_REFERENCE


def random_answers(seed: int) -> TrustAnswers:
    rng = np.random.default_rng(seed)
    quality = rng.normal(size=60)
    trust = (quality + rng.normal(size=(8, 60)) > 0).tolist()
    safety = np.where(quality + rng.normal(0, 0.7, (6, 60)) > 0, 4, 1).tolist()
    return answers_of(trust, safety)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_rates_are_those_of_a_plain_count(seed: int) -> None:
    table = random_answers(seed)
    found = trust_calibration(table, reference="panel", options=PLAIN)
    counts = {(a, t): 0 for a in (0, 1) for t in (False, True)}
    votes = (
        pd.DataFrame({"item": table.safety.item, "unsafe": table.safety.level <= 1}).groupby("item").mean()
    )
    for item, level in zip(table.trust.item, table.trust.level, strict=True):
        counts[int(votes["unsafe"].loc[item] < 0.5), bool(level)] += 1
    n_bad, n_good = counts[0, True] + counts[0, False], counts[1, True] + counts[1, False]
    if min(n_bad, n_good) >= 10:
        assert found.over_trust.estimate == pytest.approx(counts[0, True] / n_bad)
        assert found.under_trust.estimate == pytest.approx(counts[1, False] / n_good)


@pytest.mark.parametrize(
    ("method", "named"),
    [
        ("two_way_jackknife", "three_way_jackknife"),
        ("two_way_bootstrap", "three_way_bootstrap"),
        ("items_bootstrap", "items_bootstrap"),
    ],
)
def test_intervals_name_what_they_resample_and_hold_the_estimate(method: Any, named: Any) -> None:
    options = IntervalOptions(method=method, n_resamples=200)
    found = trust_calibration(random_answers(3), reference="panel", options=options)
    for part in (found.over_trust, found.under_trust, found.auc, found.difference):
        assert part.interval.method == named
        assert part.low < part.estimate < part.high
        assert wording.interval_phrase(part.to_dict())


def test_panel_widens_the_interval() -> None:
    """A panel that splits on every reply adds doubt that items and raters alone do not hold."""
    options = IntervalOptions(method="two_way_bootstrap", n_resamples=300)
    items = IntervalOptions(method="items_bootstrap", n_resamples=300)
    both = [
        trust_calibration(random_answers(5), reference="panel", options=part) for part in (options, items)
    ]
    wide, narrow = (found.under_trust.high - found.under_trust.low for found in both)
    assert wide > narrow


def test_panel_of_two_coders_has_no_interval_about_other_panels() -> None:
    coders = Ratings.from_frame(long_table([[True, False] * 12] * 2, "coders", "c"), YES_NO)
    table = answers_of([[True, False] * 12] * 3, panel_of([0] * 24), omissions=coders)
    found = trust_calibration(table, group="users")
    assert found.over_trust.estimate == 1.0
    assert found.over_trust.interval.reason is Reason.TOO_FEW_RATERS


def test_bad_tables_and_options_are_refused() -> None:
    safety = Ratings.from_frame(long_table([[1, 4]] * 3, "panel", "p"), SAFETY)
    elsewhere = Ratings.from_frame(long_table([[True, False]] * 3, "users", "p"), YES_NO)
    with pytest.raises(AgreementInputError) as refused:
        TrustAnswers(elsewhere, safety)
    assert refused.value.code == "rater_in_two_groups"
    trust = Ratings.from_frame(long_table([[True, False]], "users", "u"), YES_NO)
    for more in ({"unsafe": (9,)}, {"trusted": ("x",)}, {"flags": safety}):
        with pytest.raises(AgreementInputError):
            TrustAnswers(trust, safety, **more)
    for named in ({"rule": "most"}, {"reference": "nobody"}):
        with pytest.raises(AgreementInputError):
            trust_calibration(TrustAnswers(trust, safety), **named)


def test_result_is_json_safe() -> None:
    data = trust_calibration(random_answers(1), reference="panel", options=PLAIN).to_dict()
    assert data["reference"] == ["panel"]
    assert data["over_trust"]["statistic"] == "over_trust"
    assert set(data["errors"]) == {
        "calibration_error",
        "calibration_error_rms",
        "calibration_error_largest",
    }
