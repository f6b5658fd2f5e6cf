from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import Reason, Scale, TestOptions, misalignment
from tests.agreement.conftest import ratings_of

NINE = Scale(tuple(range(1, 10)), "interval")
PARTS = ("severity", "spread", "ordering", "spread_and_ordering")


def parts_of(g: Any, h: Any, scale: Any = NINE) -> Any:
    result = misalignment(ratings_of(scale, g=g, h=h), "g", "h", options=TestOptions(n_permutations=0))
    return result, {name: part.estimate for name, part in result.parts.items()}


def by_definition(g: Any, h: Any) -> Any:
    """Severity, spread and ordering of complete tables (raters x items), one line per symbol."""
    g, h = np.array(g, float), np.array(h, float)
    mean = [x.mean(axis=0) for x in (g, h)]
    noise = [x.var(axis=0, ddof=1) / len(x) for x in (g, h)]
    overall = [m.mean() for m in mean]
    v_r = []
    for x, m in zip((g, h), mean, strict=True):
        size = len(x)
        a = ((m - x) / (size - 1)).mean(axis=1)
        v_r.append((size - 1) / size * (a**2).sum())
    v = [(m**2 - s).mean() - (o**2 - r) for m, s, o, r in zip(mean, noise, overall, v_r, strict=True)]
    c = (mean[0] * mean[1]).mean() - overall[0] * overall[1]
    roots = np.sqrt(v)
    return (
        (overall[0] - overall[1]) ** 2 - v_r[0] - v_r[1],
        (roots[0] - roots[1]) ** 2,
        2 * (roots[0] * roots[1] - c),
    )


def table(rng: Any, means: Any, n_raters: Any, noise: Any = 0.7) -> Any:
    values = np.round(means + rng.normal(0, noise, size=(n_raters, len(means))))
    return np.clip(values, 1, 9).astype(int).tolist()


def test_parts_of_complete_tables_follow_from_the_definition() -> None:
    rng = np.random.default_rng(5)
    base = np.linspace(2, 7, 12)
    g, h = table(rng, base, 4), table(rng, 1 + 0.7 * base[::-1] + 0.5 * base, 5)
    _, parts = parts_of(g, h)
    assert [parts[name] for name in PARTS[:3]] == pytest.approx(list(by_definition(g, h)))


def test_constant_shift_is_all_severity() -> None:
    # Raters without noise: every clinician gives every item two points more.
    base = [1, 3, 5, 7, 2]
    result, parts = parts_of([base] * 3, [[value + 2 for value in base]] * 3)
    assert result.m.estimate == pytest.approx(4)
    assert parts == pytest.approx({"severity": 4, "spread": 0, "ordering": 0, "spread_and_ordering": 0})


def test_stretched_scale_is_all_spread() -> None:
    # Deviations -2 .. 2 against -4 .. 4: (2 sd - sd)^2 = sd^2 = 2.
    result, parts = parts_of([[3, 4, 5, 6, 7]] * 3, [[1, 3, 5, 7, 9]] * 3)
    assert result.m.estimate == pytest.approx(2)
    assert parts == pytest.approx({"severity": 0, "spread": 2, "ordering": 0, "spread_and_ordering": 2})


def test_reversed_items_are_all_ordering() -> None:
    # Same mean and spread (variance 2), covariance -2: ordering 2 (2 + 2) = 8.
    result, parts = parts_of([[3, 4, 5, 6, 7]] * 3, [[7, 6, 5, 4, 3]] * 3)
    assert result.m.estimate == pytest.approx(8)
    assert parts == pytest.approx({"severity": 0, "spread": 0, "ordering": 8, "spread_and_ordering": 8})


def test_spread_and_ordering_are_one_when_a_variance_is_negative() -> None:
    # Items of g do not differ at all, its raters do.
    g, h = [[4, 5, 4, 5], [5, 4, 5, 4], [4, 4, 5, 5]], [[1, 4, 6, 9]] * 3
    result, parts = parts_of(g, h)
    assert result.printed_parts == ["severity", "spread_and_ordering"]
    assert result.parts["spread"].reason is result.parts["ordering"].reason is Reason.NEGATIVE_VARIANCE
    assert parts["severity"] + parts["spread_and_ordering"] == pytest.approx(result.m.estimate)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n_items=st.integers(2, 8),
    sizes=st.tuples(st.integers(2, 4), st.integers(2, 4)),
    missing=st.floats(0, 0.3),
)
def test_parts_sum_to_m_on_any_table(seed: Any, n_items: Any, sizes: Any, missing: Any) -> None:
    rng = np.random.default_rng(seed)
    matrices = []
    for size in sizes:
        rows = rng.integers(1, 10, size=(size, n_items)).astype(object)
        rows[rng.random(rows.shape) < missing] = None
        rows[:2, 0] = 1, 3
        matrices.append(rows.tolist())
    result, parts = parts_of(*matrices)
    assert parts["severity"] + parts["spread_and_ordering"] == pytest.approx(result.m.estimate, abs=1e-9)
    if parts["spread"] is not None:
        assert parts["spread"] + parts["ordering"] == pytest.approx(parts["spread_and_ordering"], abs=1e-9)


def test_severity_is_unbiased_over_all_samples_of_raters() -> None:
    # Complete tables; two of four raters a group, all 36 samples: the mean of b^2 - V_r(g) - V_r(h) is the
    # squared gap of the population means less S^2/4 of each group's rater means (finite population).
    rng = np.random.default_rng(1)
    g, h = (table(rng, np.array([3.0, 6.0, 5.0]), 4, 1.0) for _ in range(2))
    values = [
        parts_of([g[a] for a in one], [h[b] for b in other])[1]["severity"]
        for one in combinations(range(4), 2)
        for other in combinations(range(4), 2)
    ]
    means = [np.array(x, float).mean(axis=1) for x in (g, h)]
    expected = (means[0].mean() - means[1].mean()) ** 2 - sum(np.var(m, ddof=1) / 4 for m in means)
    assert np.mean(values) == pytest.approx(expected)


def test_intervals_of_parts_hold_their_estimates() -> None:
    rng = np.random.default_rng(8)
    base = np.linspace(2, 7, 15)
    result, _ = parts_of(table(rng, base, 5), table(rng, base + 1, 5))
    for name in PARTS:
        part = result.parts[name]
        assert part.low <= part.estimate <= part.high, name
    direction = result.direction
    reach = direction.high - direction.estimate
    assert result.parts["severity"].high == pytest.approx((abs(direction.estimate) + reach) ** 2)
