# mypy: disable-error-code="operator,arg-type,list-item"
"""Every registered statistic keeps the promises of its entry."""

import inspect
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import Ratings, Reason, Scale, wording
from rating.agreement.computing import compute
from rating.agreement.registered import Statistic
from rating.agreement.registry import REGISTRY, statistic
from tests.agreement.conftest import long_table, ratings_of

APART = {
    "blocks",
    "checklist",
    "each_rater",
    "items",
    "marks",
    "marks_across",
    "judge",
    "occasions",
    "panel",
    "preferences",
    "questions",
    "timed_questions",
    "timings",
    "trust",
    "truth",
    "values",
}
ESTIMATES = [entry for entry in REGISTRY if entry.about not in APART]
ACROSS = [entry for entry in ESTIMATES if entry.about in {"across", "together"}]
UNNAMED = [entry for entry in ESTIMATES if entry.about != "raters"]
ACCEPTED = [(entry, level) for entry in ESTIMATES for level in entry.levels]
SCORED = [entry for entry in ESTIMATES if "nominal" not in entry.levels]


def tables(n_levels: Any, seed: Any = 0, missing: Any = 0.15) -> Any:
    """Three groups of six raters, with holes."""
    rng = np.random.default_rng(seed)
    base = rng.integers(0, n_levels, 30)
    found = {}
    for shift, name in enumerate(("g", "h", "k")):
        rows = np.where(rng.random((6, 30)) < 0.95, base, rng.integers(0, n_levels, (6, 30)))
        rows = np.minimum(n_levels - 1, rows + (rng.random(rows.shape) < 0.3) * shift).astype(object)
        rows[rng.random(rows.shape) < missing] = None
        found[name] = rows.tolist()
    return found


def example(entry: Any, level: Any, seed: Any = 0) -> Any:
    n_levels = 2 if entry.needs_two_values else 4
    missing = 0.0 if entry.needs_complete_data else 0.15
    return ratings_of(Scale(tuple(range(n_levels)), level), **tables(n_levels, seed, missing))


def value_of(entry: Statistic, ratings: Ratings, *groups: str) -> Any:
    """The entry's Estimate: within the first group, or across the groups."""
    scopes = {"within": groups[:1], "raters": ratings.raters[:2], "together": groups}
    return compute(entry, ratings, scopes.get(entry.about, groups[:2]))[entry.name]


def test_names_are_unique_and_labels_and_references_given() -> None:
    names = [entry.name for entry in REGISTRY]
    assert len(names) == len(set(names))
    assert all(entry.label and entry.reference for entry in REGISTRY)


def test_statistic_is_found_by_name() -> None:
    assert statistic("xrr").about == "across"
    with pytest.raises(KeyError):
        statistic("kappa_of_everything")


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_choices_have_names_of_their_own_and_one_suits_every_scale(entry: Any) -> None:
    names = [choice.name for choice in entry.choices]
    assert len(names) == len(set(names))
    for scale in (Scale(("x", "y", "z"), "nominal"), Scale((0, 1), "nominal"), Scale((1, 2, 3), "ordinal")):
        assert entry.choices_for(scale)


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_statistic_that_needs_more_than_ratings_and_groups_stands_apart(entry: Any) -> None:
    if entry.about not in {"within", "blocks", "across"}:
        assert entry.shown in {"main", "apart"}


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_function_has_a_docstring_with_a_worked_example(entry: Any) -> None:
    assert ">>>" in inspect.getdoc(entry.function)


@pytest.mark.parametrize(
    ("entry", "level"), ACCEPTED, ids=[f"{entry.name}-{level}" for entry, level in ACCEPTED]
)
def test_statistic_is_finite_with_an_interval_at_the_levels_it_accepts(entry: Any, level: Any) -> None:
    result = value_of(entry, example(entry, level), "g", "h", "k")
    assert result.estimate is not None
    assert entry.largest is None or result.estimate <= entry.largest
    if not entry.intervals:
        assert result.interval.reason is Reason.DESCRIPTIVE
        return
    assert result.interval.method in entry.intervals
    assert result.low <= result.estimate <= result.high
    assert wording.interval_phrase(result.to_dict())


@pytest.mark.parametrize(
    "entry", [entry for entry in ESTIMATES if entry.needs_complete_data], ids=lambda entry: entry.name
)
def test_statistic_for_complete_data_is_undefined_with_a_reason_on_others(entry: Any) -> None:
    ratings = ratings_of(Scale((0, 1, 2, 3), "interval"), **tables(4))
    result = value_of(entry, ratings, "g", "h", "k")
    assert (result.estimate, result.reason) == (None, Reason.INCOMPLETE_DATA)


@pytest.mark.parametrize("entry", SCORED, ids=lambda entry: entry.name)
def test_statistic_for_ordered_scales_is_undefined_with_a_reason_on_others(entry: Any) -> None:
    result = value_of(entry, example(entry, "nominal"), "g", "h", "k")
    assert (result.estimate, result.reason) == (None, Reason.NOT_FOR_THIS_SCALE)


@pytest.mark.parametrize("entry", ACROSS, ids=lambda entry: entry.name)
def test_symmetric_statistic_does_not_depend_on_the_order_of_groups(entry: Any) -> None:
    ratings = example(entry, "interval")
    one, other = value_of(entry, ratings, "g", "h", "k"), value_of(entry, ratings, "h", "g", "k")
    expected = one.estimate if entry.is_symmetric else -one.estimate
    assert other.estimate == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("entry", UNNAMED, ids=lambda entry: entry.name)
def test_statistic_does_not_depend_on_the_names_of_raters_and_items(entry: Any) -> None:
    n_levels = 2 if entry.needs_two_values else 4
    scale = Scale(tuple(range(n_levels)), "interval")
    rng = np.random.default_rng(3)
    found = tables(n_levels, missing=0.0 if entry.needs_complete_data else 0.15)
    frame = pd.concat([long_table(rows, name, name) for name, rows in found.items()])
    renamed = frame.copy()
    for column in ("item", "rater"):
        names = frame[column].unique()
        renamed[column] = frame[column].map(
            dict(zip(names, rng.permutation([f"x{n:03d}" for n in range(len(names))]), strict=True))
        )
    results = [value_of(entry, Ratings.from_frame(table, scale), "g", "h", "k") for table in (frame, renamed)]
    for name in ("estimate", "low", "high") if entry.intervals else ("estimate",):
        one, other = (getattr(result, name) for result in results)
        # A likelihood is maximised only so far.
        tolerance = 1e-6 if "profile_likelihood" in entry.intervals else 1e-10
        assert one == pytest.approx(other, abs=tolerance), name
