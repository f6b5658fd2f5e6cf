# mypy: disable-error-code="operator,arg-type,misc,union-attr"
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, Preferences, Reason, bradley_terry

COLUMNS = ["item", "rater", "first", "second", "value"]


def chosen(rows: Any, group: str = "peer") -> Preferences:
    return Preferences.from_frame(pd.DataFrame(rows, columns=COLUMNS).assign(group=group))


def from_wins(names: Any, wins: Any) -> Preferences:
    """One row per win; every one of another item."""
    rows = [
        (f"{a}{b}{n}", f"r{n % 7}", names[a], names[b], "first")
        for a, row in enumerate(wins)
        for b, count in enumerate(row)
        for n in range(count)
        if a != b
    ]
    return chosen(rows)


@pytest.mark.shared
def test_strengths_of_journals_are_those_of_bradleyterry2(oracle: Any) -> None:
    example = oracle("stigler1994_citations_bt")
    comparisons = from_wins(example["params"]["names"], example["data"])
    result = bradley_terry(comparisons, reference=example["params"]["reference"], interval="large_sample")
    expected, tolerance = example["expected"], example["tolerance"]
    for name, found in result.strengths.items():
        assert found.estimate == pytest.approx(expected["log_ability"][name], abs=tolerance["log_ability"])
        if name != "Biometrika":
            assert found.interval.std_error == pytest.approx(expected["se"][name], abs=tolerance["se"])
    assert result.strengths["Biometrika"].interval.reason is Reason.REFERENCE
    assert result.deviance == pytest.approx(expected["deviance"], abs=tolerance["deviance"])
    assert result.tie is None


def with_ties(n_first: int, n_tie: int, n_second: int) -> Preferences:
    values = ["first"] * n_first + ["tie"] * n_tie + ["second"] * n_second
    return chosen([(f"i{n}", f"r{n % 5}", "a", "b", value) for n, value in enumerate(values)])


def test_two_candidates_with_ties_have_the_closed_form() -> None:
    # s_a / s_b = 20 / 5; nu = 10 / sqrt(20 x 5) = 1: three shares, two parameters, no misfit.
    result = bradley_terry(with_ties(20, 10, 5), reference="b")
    assert result.strengths["a"].estimate == pytest.approx(np.log(4))
    assert result.tie.estimate == pytest.approx(0.0, abs=1e-9)
    assert result.deviance == pytest.approx(0.0, abs=1e-9)
    assert result.to_dict()["strengths"]["a"]["interval_method"] == "two_way_sandwich"


def test_interval_widens_when_raters_disagree_as_whole_persons() -> None:
    def answers(by_rater: bool) -> Preferences:
        return chosen(
            [
                (f"i{i}", f"r{r}", "a", "b", "first" if (r if by_rater else i + r) % 2 else "second")
                for i, r in product(range(10), range(6))
            ]
        )

    whole, mixed = (bradley_terry(answers(by_rater)).strengths["a"] for by_rater in (True, False))
    assert whole.estimate == pytest.approx(mixed.estimate, abs=1e-9)
    assert whole.high - whole.low > 0
    assert mixed.interval.reason is Reason.NO_VARIATION


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_strengths_turn_with_the_sides_and_keep_to_names(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        (
            f"i{n}",
            f"r{n % 4}",
            *rng.choice(list("abc"), 2, replace=False),
            rng.choice(["first", "second", "tie"]),
        )
        for n in range(120)
    ]
    turn = {"first": "second", "second": "first", "tie": "tie"}
    one = bradley_terry(chosen(rows))
    other = bradley_terry(chosen([(i, r, b, a, turn[value]) for i, r, a, b, value in rows]))
    turned = bradley_terry(chosen([(i, r, a, b, turn[value]) for i, r, a, b, value in rows]))
    for name, found in one.strengths.items():
        assert other.strengths[name].estimate == pytest.approx(found.estimate, abs=1e-8)
        assert turned.strengths[name].estimate == pytest.approx(-found.estimate, abs=1e-8)
        assert found.low <= found.estimate <= found.high
    assert sum(found.estimate for found in one.strengths.values()) == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize(
    ("comparisons", "reason"),
    [
        (with_ties(5, 3, 0), Reason.SEPARATED),
        (with_ties(0, 5, 0), Reason.SEPARATED),
        (from_wins("abcd", [[0, 3, 0, 0], [2, 0, 0, 0], [0, 0, 0, 2], [0, 0, 3, 0]]), Reason.DISCONNECTED),
    ],
)
def test_strengths_without_a_maximum_are_undefined(comparisons: Any, reason: Any) -> None:
    result = bradley_terry(comparisons)
    assert {found.reason for found in result.strengths.values()} == {reason}
    assert result.deviance is None


def test_few_raters_get_no_interval_about_others() -> None:
    rows = [(f"i{n}", "r", "a", "b", "first" if n % 3 else "second") for n in range(9)]
    assert bradley_terry(chosen(rows)).strengths["a"].interval.reason is Reason.TOO_FEW_RATERS


def test_group_without_choices_has_no_strengths() -> None:
    table = pd.DataFrame([("i", "r", "a", "b", "tie")], columns=COLUMNS).assign(group="peer")
    comparisons = Preferences.from_frame(table, groups=("peer", "patient"))
    assert bradley_terry(comparisons, group="patient").strengths == {}


@pytest.mark.parametrize("options", [{"reference": "z"}, {"interval": "profile"}, {"confidence": 1.0}])
def test_unknown_options_are_refused(options: Any) -> None:
    with pytest.raises(AgreementInputError):
        bradley_terry(with_ties(3, 1, 2), **options)
