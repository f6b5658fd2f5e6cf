# mypy: disable-error-code="operator,arg-type,list-item"
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from rating.agreement import AgreementInputError, Ratings, Reason, Scale, TestOptions, misalignment
from rating.agreement.distances import Distance, coordinates_of, distance_matrix, mid_ranks
from tests.agreement.conftest import long_table, ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")
NO_TEST = TestOptions(n_permutations=0)

# Two raters a group, two items; all numbers below are worked out by hand from these.
G = [[1, 2], [3, 2]]
H = [[4, 3], [4, 5]]


def found(g: Any, h: Any, scale: Any = FIVE, **options: Any) -> Any:
    return misalignment(
        ratings_of(scale, g=g, h=h), "g", "h", options=TestOptions(n_permutations=0), **options
    )


def test_m_of_a_small_table_follows_from_the_definition() -> None:
    # Item 0: cross (9 + 9 + 1 + 1) / 4 = 5, inside 4 and 0: 3. Item 1: cross (1 + 9 + 1 + 9) / 4 = 5,
    # inside 0 and 4: 3.
    result = found(G, H)
    assert result.m.estimate == pytest.approx(3)
    assert [result.pieces[name] for name in ("d_gh", "d_gg", "d_hh")] == pytest.approx([5, 2, 2])
    assert result.rms_gap.estimate == pytest.approx(3**0.5)
    assert result.share.estimate == pytest.approx(3 / 5)
    assert result.direction.estimate == pytest.approx(-2)


def test_alpha_units_divide_by_the_mean_distance_of_all_pairs() -> None:
    # Ratings 1 3 4 4 2 2 3 5: sum 24, sum of squares 84: mean squared distance of 28 pairs
    # = 2 (84 / 8 - 9) * 8 / 7 = 24 / 7.
    assert found(G, H).alpha_units.estimate == pytest.approx(3 / (24 / 7))


def test_alpha_units_are_the_gap_between_in_group_and_cross_agreement() -> None:
    result = found(G, H)
    pieces = result.pieces
    inside = np.mean([1 - pieces["d_gg"] / pieces["d_e"], 1 - pieces["d_hh"] / pieces["d_e"]])
    across = 1 - pieces["d_gh"] / pieces["d_e"]
    assert result.alpha_units.estimate == pytest.approx(inside - across)


def test_absolute_and_rank_distances_stand_beside_the_squared_one() -> None:
    # Absolute, item 0: (3 + 3 + 1 + 1) / 4 - (2 + 0) / 2 = 1; item 1: (1 + 3 + 1 + 3) / 4 - (0 + 2) / 2 = 1.
    # Counts of 1..5: 1 2 2 2 1: mid-ranks .5 2 4 6 7.5. Item 0: 1, 3 against 4, 4:
    # (5.5^2 + 2^2) / 2 = 17.125, inside 3.5^2 / 2; item 1: 2, 2 against 3, 5: (4 + 5.5^2) / 2, alike inside.
    others = found(G, H).others
    assert others["absolute"].m.estimate == pytest.approx(1)
    assert others["rank"].m.estimate == pytest.approx(17.125 - 3.5**2 / 2)


def test_nominal_scale_gets_the_nominal_distance_and_no_scale_points() -> None:
    # Item 0: cross 1, inside 1 and 0: .5; item 1: cross 1, inside 0 and 1: .5.
    result = found([["a", "b"], ["b", "b"]], [["c", "a"], ["c", "c"]], Scale(("a", "b", "c"), "nominal"))
    assert (result.primary, result.m.estimate, result.others) == ("nominal", 0.5, {})
    assert result.direction.reason is result.rms_gap.reason is Reason.NOT_FOR_THIS_SCALE
    assert result.printed_parts == []


def test_yes_no_scale_has_a_direction_and_parts() -> None:
    # Shares of yes: g 1/2, 0; h 1, 1/2: direction -1/2. Item 0: cross 1/2, inside 1 and 0: 0; item 1 alike.
    result = found(
        [["yes", "no"], ["no", "no"]], [["yes", "yes"], ["yes", "no"]], Scale(("no", "yes"), "nominal")
    )
    assert result.direction.estimate == pytest.approx(-0.5)
    assert result.m.estimate == pytest.approx(0)
    assert result.parts["severity"].is_defined


def test_interval_follows_from_influence_values() -> None:
    # Three raters a group, two items, computed once more with loops over the definition's symbols.
    g, h = [[1, 2], [3, 2], [1, 4]], [[4, 3], [4, 5], [5, 5]]
    options = TestOptions(n_permutations=0, interval="two_way_jackknife")
    result = misalignment(ratings_of(FIVE, g=g, h=h), "g", "h", options=options)
    low, high = loop_interval(np.array(g, float), np.array(h, float))
    assert (result.m.low, result.m.high) == pytest.approx((low, high))
    roots = [np.sign(x) * abs(x) ** 0.5 for x in (low, high)]
    assert [result.rms_gap.low, result.rms_gap.high] == pytest.approx(roots)


def test_interval_by_parts_follows_from_those_of_severity_and_of_the_rest() -> None:
    # Between the limits that uncorrelated parts would give, and those of parts that move together.
    result = found([[1, 2], [3, 2], [1, 4]], [[4, 3], [4, 5], [5, 5]])
    parts = [result.parts[name] for name in ("severity", "spread_and_ordering")]
    below = [part.estimate - part.low for part in parts]
    above = [part.high - part.estimate for part in parts]
    assert np.hypot(*below) <= result.m.estimate - result.m.low + 1e-12 <= sum(below) + 2e-12
    assert np.hypot(*above) <= result.m.high - result.m.estimate + 1e-12 <= sum(above) + 2e-12
    assert result.m.interval.method == "two_way_jackknife_by_parts"


@pytest.mark.parametrize("name", ["nominal", "squared", "absolute", "rank"])
def test_coordinates_add_up_to_the_distance(name: Distance) -> None:
    scores, marginals = np.array([1.0, 2.0, 4.0, 7.0]), np.array([5.0, 1.0, 0.0, 3.0])
    parts = coordinates_of(name, scores, marginals)
    total = sum(weight * (x[:, None] - x[None, :]) ** 2 for weight, x in parts)
    assert np.allclose(total, distance_matrix(name, scores, marginals))


def test_interval_of_absolute_gaps_between_yes_and_no_is_that_of_squared_ones() -> None:
    # On 0 and 1 every distance is the same, and so must be its interval.
    rng = np.random.default_rng(4)
    g, h = (rng.integers(0, 2, (4, 9)).tolist() for _ in range(2))
    result = misalignment(ratings_of(Scale((0, 1), "interval"), g=g, h=h), "g", "h")
    other = result.others["absolute"].m
    assert other.interval.method == result.m.interval.method == "two_way_jackknife_by_parts"
    assert (other.low, other.high) == pytest.approx((result.m.low, result.m.high))


def test_interval_of_rank_gaps_is_that_of_squared_gaps_between_the_ranks() -> None:
    rng = np.random.default_rng(5)
    g, h = (rng.integers(1, 4, (4, 9)).tolist() for _ in range(2))
    by_rank = misalignment(ratings_of(Scale((1, 2, 3), "ordinal"), g=g, h=h), "g", "h").others["rank"].m
    ranks = mid_ranks(np.bincount(np.ravel([g, h]), minlength=4)[1:].astype(np.float64))
    scale = Scale((1, 2, 3), "ordinal", declared_scores=tuple(ranks.tolist()))
    scored = misalignment(ratings_of(scale, g=g, h=h), "g", "h").m
    assert (by_rank.estimate, by_rank.low, by_rank.high) == pytest.approx(
        (scored.estimate, scored.low, scored.high)
    )


def test_interval_of_many_valued_nominal_gaps_does_not_care_for_the_order_of_values() -> None:
    rng = np.random.default_rng(6)
    g, h = (rng.integers(0, 3, (4, 9)) for _ in range(2))
    scale, turned = Scale((0, 1, 2), "nominal"), np.array([2, 0, 1])
    one = misalignment(ratings_of(scale, g=g.tolist(), h=h.tolist()), "g", "h").m
    other = misalignment(ratings_of(scale, g=turned[g].tolist(), h=turned[h].tolist()), "g", "h").m
    assert one.interval.method == "two_way_jackknife_by_parts"
    assert (one.low, one.high) == pytest.approx((other.low, other.high))


def test_interval_by_parts_of_a_constant_shift_is_that_of_its_severity() -> None:
    # Every rater of h is two points above the same rater of g: ordering and spread vary around nothing.
    g = [[1, 2, 3], [2, 3, 3], [1, 1, 2]]
    result = found(g, [[value + 2 for value in row] for row in g])
    rest, severity = result.parts["spread_and_ordering"], result.parts["severity"]
    assert result.m.low is not None
    assert result.m.low <= severity.low + rest.estimate + 1e-9


def test_yes_no_question_has_one_interval_under_both_of_its_equal_distances() -> None:
    rng = np.random.default_rng(2)
    g, h = (rng.random((4, 12)) < share for share in (0.3, 0.6))
    tables = {"g": g.astype(int).tolist(), "h": h.astype(int).tolist()}
    nominal = misalignment(ratings_of(Scale((0, 1), "nominal"), **tables), "g", "h", options=NO_TEST)
    squared = misalignment(ratings_of(Scale((0, 1), "interval"), **tables), "g", "h", options=NO_TEST)
    assert (nominal.primary, squared.primary) == ("nominal", "squared")
    assert (nominal.m.low, nominal.m.high) == pytest.approx((squared.m.low, squared.m.high))


def loop_interval(g: Any, h: Any) -> Any:
    """M +- t sqrt(V) for complete tables (raters x items) and squared distances."""
    n = g.shape[1]
    gaps, changes = [], {0: np.zeros(len(g)), 1: np.zeros(len(h))}
    for i in range(n):
        across = np.mean([(a - b) ** 2 for a in g[:, i] for b in h[:, i]])
        inside = [np.mean([(a - b) ** 2 for a, b in combinations(x[:, i], 2)]) for x in (g, h)]
        gaps.append(across - sum(inside) / 2)
        for side, (own, other) in enumerate(((g[:, i], h[:, i]), (h[:, i], g[:, i]))):
            for r, y in enumerate(own):
                c = np.mean((y - other) ** 2)
                w = np.mean((y - np.delete(own, r)) ** 2)
                changes[side][r] += ((c - across) - (w - inside[side])) / (n * (len(own) - 1))
    raters = sum((len(u) - 1) / len(u) * (u**2).sum() for u in changes.values())
    variance = raters + np.var(gaps, ddof=1) / n
    reach = student.ppf(0.975, len(g) + len(h) - 2) * variance**0.5
    return np.mean(gaps) - reach, np.mean(gaps) + reach


def test_items_of_one_conversation_are_one_unit_of_the_interval() -> None:
    # Every item twice, each pair one conversation: the same interval as each item once.
    g, h = [[1, 2, 3], [3, 2, 4], [1, 4, 4]], [[4, 3, 3], [4, 5, 5], [5, 5, 1]]
    once = found(g, h)
    frames = [long_table([row * 2 for row in rows], name, name) for name, rows in (("g", g), ("h", h))]
    frame = pd.concat(frames)
    frame["cluster"] = frame["item"].map({f"i{place:03d}": place % 3 for place in range(6)})
    twice = misalignment(Ratings.from_frame(frame, FIVE), "g", "h", options=NO_TEST)
    assert (twice.m.low, twice.m.high) == pytest.approx((once.m.low, once.m.high))


@pytest.mark.parametrize(
    ("g", "h", "reason"),
    [
        ([[1, 2], [None, None]], H, Reason.NOT_IDENTIFIABLE),
        ([[1, None], [1, None]], [[None, 2], [None, 2]], Reason.NO_SHARED_ITEMS),
        ([[None, None]], H, Reason.NO_RATINGS),
    ],
)
def test_groups_that_cannot_be_compared_get_a_reason_everywhere(g: Any, h: Any, reason: Any) -> None:
    result = misalignment(ratings_of(FIVE, g=g, h=h), "g", "h")
    assert result.reason is result.m.reason is result.test.reason is result.direction_test.reason is reason
    assert result.parts["severity"].reason is result.others["absolute"].share.reason is reason
    assert result.to_dict()["m"]["estimate"] is None


def test_two_raters_a_group_give_a_number_without_an_interval() -> None:
    result = found(G, H)
    assert (result.m.low, result.m.interval.reason) == (None, Reason.TOO_FEW_RATERS)
    assert result.parts["severity"].interval.reason is Reason.TOO_FEW_RATERS


def test_one_item_gives_a_number_without_an_interval() -> None:
    result = found([[1], [2], [2]], [[4], [4], [5]])
    assert (result.m.low, result.m.interval.reason) == (None, Reason.ONE_ITEM)


def test_share_without_any_disagreement_is_undefined() -> None:
    result = found([[3, 3]] * 3, [[3, 3]] * 3)
    assert result.m.estimate == 0
    assert result.share.reason is result.alpha_units.reason is Reason.NO_DISAGREEMENT


def test_ratings_of_unused_items_are_counted_as_left_out() -> None:
    result = found([[1, 2, 3], [3, 2, None]], [[4, 3, 1], [4, 5, 2]])
    left_out = [(part.group, part.n) for part in result.basis.left_out]
    assert (result.basis.n_items, left_out) == (2, [("g", 1), ("h", 2)])
    assert result.n_ratings == {"g": 4, "h": 4}


def test_judges_are_estimated_and_never_relabelled() -> None:
    ratings = ratings_of(FIVE, g=G, h=H)
    result = misalignment(ratings, "g", "h", options=TestOptions(kinds={"h": "judge"}))
    assert result.m.estimate == pytest.approx(3)
    assert (result.test.p, result.test.reason) == (None, Reason.JUDGE_GROUP)


@pytest.mark.parametrize("options", [{"confidence": 1.0}, {"n_permutations": -1}, {"kinds": {"g": "robot"}}])
def test_options_that_make_no_sense_are_refused(options: Any) -> None:
    with pytest.raises(AgreementInputError):
        TestOptions(**options)


def test_distance_that_the_scale_does_not_carry_is_refused() -> None:
    ratings = ratings_of(Scale(("a", "b", "c"), "nominal"), g=[["a"], ["b"]], h=[["a"], ["c"]])
    with pytest.raises(AgreementInputError, match="ordered scale"):
        misalignment(ratings, "g", "h", distance="squared")
    with pytest.raises(AgreementInputError, match="Unknown distance"):
        misalignment(ratings, "g", "h", distance="cosine")


matrices = st.integers(2, 4).flatmap(
    lambda n: st.lists(st.lists(st.integers(1, 5), min_size=n, max_size=n), min_size=5, max_size=7)
)


@settings(max_examples=60, deadline=None)
@given(rows=matrices, distance=st.sampled_from(["nominal", "squared", "absolute", "rank"]))
def test_m_does_not_depend_on_which_group_comes_first(rows: Any, distance: Any) -> None:
    ratings = ratings_of(FIVE, g=rows[:2], h=rows[2:])
    one = misalignment(ratings, "g", "h", distance=distance, options=NO_TEST)
    other = misalignment(ratings, "h", "g", distance=distance, options=NO_TEST)
    assert one.m.estimate == pytest.approx(other.m.estimate, abs=1e-12)
    assert one.direction.estimate == pytest.approx(-other.direction.estimate, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(rows=matrices, seed=st.integers(0, 1000))
@example(rows=[[1, 1, 3], [1, 1, 4], [1, 1, 4], [1, 1, 1], [1, 1, 1]], seed=0)  # a variance of zero
def test_m_does_not_depend_on_the_names_of_items_and_raters(rows: Any, seed: Any) -> None:
    rng = np.random.default_rng(seed)
    g, h = rows[:2], rows[2:]
    columns = rng.permutation(len(rows[0]))
    mixed = [[row[column] for column in columns] for row in (g[::-1] + h[::-1])]
    one, other = found(g, h), found(mixed[:2], mixed[2:])
    assert one.m.estimate == pytest.approx(other.m.estimate, abs=1e-12)
    assert one.parts["spread"].is_defined is other.parts["spread"].is_defined
    if one.parts["spread"].is_defined:
        assert one.parts["spread"].estimate == pytest.approx(other.parts["spread"].estimate, abs=1e-9)


def test_m_is_unbiased_for_the_squared_gap_of_item_means() -> None:
    # A population of four raters a group, samples of two from each: the mean of M over all 36 samples
    # is the squared gap of the population means plus what sampling without replacement adds:
    # E[(mean g - mean h)^2] - E[s^2]/m with s^2 over m - 1 and finite populations of N: the variance of
    # a sample mean is S^2/m (1 - m/N), M subtracts S^2/m, so each group leaves -S^2/N.
    g, h = [1, 2, 4, 5], [3, 5, 5, 4]
    values = [
        found([[a] for a in one], [[b] for b in other]).m.estimate
        for one in combinations(g, 2)
        for other in combinations(h, 2)
    ]
    expected = (np.mean(g) - np.mean(h)) ** 2 - np.var(g, ddof=1) / 4 - np.var(h, ddof=1) / 4
    assert np.mean(values) == pytest.approx(expected)


def test_m_is_zero_on_average_when_labels_are_drawn_at_random() -> None:
    # All 70 ways to call four of eight raters g: exhaustive enumeration of the exchangeable null.
    rng = np.random.default_rng(3)
    rows = rng.integers(1, 6, size=(8, 3)).tolist()
    for distance in ("squared", "absolute", "nominal"):
        values = [
            found(
                [rows[r] for r in chosen], [rows[r] for r in range(8) if r not in chosen], distance=distance
            ).m.estimate
            for chosen in combinations(range(8), 4)
        ]
        assert np.mean(values) == pytest.approx(0, abs=1e-12)
