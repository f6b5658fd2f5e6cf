# mypy: disable-error-code="arg-type"
"""Whatever is put in: refused by name, or undefined with a reason. Never NaN, never a warning."""

import json
from collections.abc import Iterator
from typing import Any, get_type_hints

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Estimate, Preferences, Ratings, Scale
from rating.agreement.computing import ComputeOptions, compute
from rating.agreement.registered import Statistic
from rating.agreement.registry import REGISTRY
from tests.agreement.conftest import long_table, ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")
SCALES = {
    "nominal": Scale((1, 2, 3), "nominal"),
    "yes or no": Scale((1, 2), "nominal"),
    "ordinal": Scale((1, 2, 3), "ordinal"),
    "ratio": Scale((1, 2, 3), "ratio"),
}
NONE: list[Any] = [None]
TABLES: dict[str, dict[str, list[list[Any]]]] = {
    "one rating": {"g": [[1]], "h": [NONE]},
    "one rater": {"g": [[1, 2, 1, 2]], "h": [NONE * 4]},
    "one rater a group": {"g": [[1, 2, 1, 2]], "h": [[2, 1, 1, 2]]},
    "one item": {"g": [[1], [2], [1]], "h": [[2], [2], [1]]},
    "one category": {"g": [[2, 2, 2, 2]] * 3, "h": [[2, 2, 2, 2]] * 3},
    "one category, two raters, two items": {"g": [[1, 1]] * 2, "h": [[1, 1]] * 2},
    "one category a group": {"g": [[1, 1, 1]] * 3, "h": [[2, 2, 2]] * 3},
    "all missing": {"g": [NONE * 3] * 3, "h": [NONE * 3] * 3},
    "a silent group": {"g": [[1, 2, 1], [2, 2, 1], [1, 2, 2]], "h": [NONE * 3] * 3},
    "no item with two ratings": {"g": [[1, None], [None, 2]], "h": [[1, None], [None, 2]]},
    "no item shared": {"g": [[1, 2, None, None]] * 3, "h": [[None, None, 2, 1]] * 3},
    "perfect agreement": {"g": [[1, 2, 1, 2]] * 3, "h": [[1, 2, 1, 2]] * 3},
    "opposite groups": {"g": [[1, 2, 1, 2]] * 3, "h": [[2, 1, 2, 1]] * 3},
    "items do not differ": {"g": [[1, 1, 1], [2, 2, 2], [1, 1, 1]], "h": [[2, 2, 2], [1, 1, 1], [2, 2, 2]]},
    "two raters, two items": {"g": [[1, 2], [2, 1]], "h": [[1, 1], [2, 2]]},
}
FROM_RATINGS = {
    "within", "blocks", "across", "together", "against", "raters", "judge", "questions", "truth",
    "each_rater",
}  # fmt: skip
REACHABLE = [entry for entry in REGISTRY if entry.about in FROM_RATINGS]


def with_missing(tables: dict[str, list[list[Any]]], scale: Scale) -> Ratings:
    """Rows without a value stay in the table, so that raters and items are known."""
    rows = [
        (f"i{item}", f"{group}{rater}", group, value, "b1" if rater < 2 else "b2")
        for group, matrix in tables.items()
        for rater, values in enumerate(matrix)
        for item, value in enumerate(values)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value", "block"]).astype({"value": object})
    return Ratings.from_frame(frame, scale, groups=("g", "h"))


def scopes_of(entry: Statistic, ratings: Ratings) -> list[tuple[str, ...]]:
    if entry.about in {"across", "together", "against"}:
        return [("g", "h"), ("h", "g")]
    if entry.about == "raters":
        return [(ratings.raters * 2)[:2], ratings.raters[:1] + ratings.raters[-1:]]
    if entry.about == "judge":
        return [(ratings.raters[0], "h"), (ratings.raters[-1], "g"), (ratings.raters[0], "g")]
    return [("g",), ("h",), ("g", "h")]


def answers(entry: Statistic, ratings: Ratings) -> Iterator[Estimate | AgreementInputError]:
    """What an entry says to a table, in every scope and by every choice."""
    truth = {item: place % 2 == 0 for place, item in enumerate(ratings.items)}
    options = ComputeOptions(truth=truth, n_permutations=20)
    data: Any = {"one": ratings, "other": ratings} if entry.about == "questions" else ratings
    for scope in scopes_of(entry, ratings):
        for choice in entry.choices_for(ratings.scale):
            try:
                yield from compute(entry, data, scope, options, choice).values()
            except AgreementInputError as error:
                yield error


def check(answer: Estimate | AgreementInputError) -> None:
    if isinstance(answer, AgreementInputError):
        assert answer.code in {"bad_option", "compared_with_itself", "unknown_group", "rater_in_two_groups"}
        return
    json.dumps(answer.to_dict(), allow_nan=False)
    assert (answer.estimate is None) == (answer.reason is not None)
    assert (answer.low is None) == (answer.interval.reason is not None)
    assert (answer.low is None) == (answer.high is None)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("entry", REACHABLE, ids=lambda entry: entry.name)
def test_statistic_on_a_degenerate_table_is_finite_refused_or_undefined_with_a_reason(
    entry: Any, table: Any
) -> None:
    found = [
        answer for scale in SCALES.values() for answer in answers(entry, with_missing(TABLES[table], scale))
    ]
    # What is told by rater is told of nobody where nobody rated.
    assert found or table == "all missing"
    for answer in found:
        check(answer)


@pytest.mark.parametrize("entry", REACHABLE, ids=lambda entry: entry.name)
def test_statistic_of_nobody_has_no_estimate(entry: Any) -> None:
    ratings = with_missing(TABLES["all missing"], SCALES["ordinal"])
    for answer in answers(entry, ratings):
        assert isinstance(answer, AgreementInputError) or answer.estimate is None


@pytest.mark.parametrize(
    "entry",
    [entry for entry in REACHABLE if entry.about not in {"raters", "judge"}],
    ids=lambda entry: entry.name,
)
def test_statistic_of_an_unknown_group_is_refused_by_name(entry: Any) -> None:
    n_levels = 2 if entry.needs_two_values else 3
    scale = Scale(tuple(range(1, n_levels + 1)), "interval")
    ratings = ratings_of(scale, g=[[1, 2, 1], [2, 1, 1]], h=[[1, 2, 2], [2, 2, 1]])
    data: Any = {"one": ratings, "other": ratings} if entry.about == "questions" else ratings
    options = ComputeOptions(truth=dict.fromkeys(ratings.items, True))
    scope = ("nobody", "g") if entry.about == "across" else ("nobody", "g", "h")
    with pytest.raises(AgreementInputError) as caught:
        compute(entry, data, scope, options)
    assert caught.value.code == "unknown_group"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("i", "a", "g", 1), ("i", "a", "g", 2)], "duplicate_ratings"),
        ([("i", "a", "g", 6)], "off_scale"),
        ([("i", "a", "g", "yes")], "off_scale"),
        ([("i", "a", "x", 1)], "unknown_group"),
        ([], "empty_table"),
        ([("i", "a", "g", np.inf)], "infinite_value"),
        ([("i", "a", "g", -np.inf), ("j", "a", "g", 1)], "infinite_value"),
        ([("i", "a", "g", 1), ("j", "a", "h", 1)], "rater_in_two_groups"),
        ([("i", None, "g", 1)], "missing_label"),
    ],
)
def test_table_that_no_number_can_come_from_is_refused_by_name_with_its_rows(rows: Any, code: Any) -> None:
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"]).astype(object)
    with pytest.raises(AgreementInputError) as caught:
        Ratings.from_frame(frame, FIVE, groups=("g", "h"))
    assert caught.value.code == code
    assert bool(caught.value.rows) == bool(rows)


@pytest.mark.parametrize("values", [{1, 2, 3}, (3, 1, 2)], ids=["a set", "not ascending"])
def test_ordered_scale_without_its_order_is_refused_by_name(values: Any) -> None:
    with pytest.raises(AgreementInputError) as caught:
        Scale(values, "ordinal")
    assert caught.value.code == "missing_order"


@pytest.mark.parametrize("number", [np.nan, None, pd.NA])
def test_empty_value_is_left_out_and_counted_whatever_it_is_made_of(number: Any) -> None:
    frame = long_table([[1, 2], [2, 3]]).astype(object)
    frame.loc[0, "value"] = number
    ratings = Ratings.from_frame(frame, FIVE)
    assert (len(ratings.item), ratings.left_out[0].n) == (3, 1)


CHOICES: dict[str, list[tuple[str, str, str, str, str]]] = {
    "one choice": [("i", "a", "x", "y", "first")],
    "one rater": [(f"i{n}", "a", "x", "y", ("first", "second")[n % 2]) for n in range(4)],
    "one item": [
        ("i", rater, "x", "y", value) for rater, value in zip("abc", ("first", "second", "tie"), strict=True)
    ],
    "all ties": [(f"i{n}", rater, "x", "y", "tie") for n in range(3) for rater in "ab"],
    "always the first": [(f"i{n}", rater, "x", "y", "first") for n in range(3) for rater in "ab"],
    "never compared": [("i", "a", "x", "y", "first"), ("j", "a", "v", "w", "second")],
}


@pytest.mark.parametrize("rows", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize(
    "entry", [entry for entry in REGISTRY if entry.about == "preferences"], ids=lambda entry: entry.name
)
def test_preferences_that_say_little_are_finite_refused_or_undefined_with_a_reason(
    entry: Any, rows: Any
) -> None:
    frame = pd.DataFrame(rows, columns=["item", "rater", "first", "second", "value"]).assign(group="g")
    for choice in entry.choices:
        try:
            found = list(compute(entry, Preferences.from_frame(frame), ("g",), choice=choice).values())
        except AgreementInputError as error:
            assert error.code  # noqa: PT017
        else:
            for answer in found:
                check(answer)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "entry",
    [
        entry
        for entry in REGISTRY
        if entry.about == "items" and next(iter(get_type_hints(entry.function).values())) is Ratings
    ],
    ids=lambda entry: entry.name,
)
def test_table_of_items_is_built_from_any_ratings_without_infinities(entry: Any, table: Any) -> None:
    for scale in SCALES.values():
        ratings = with_missing(TABLES[table], scale)
        try:
            found = entry.function(ratings)
        except AgreementInputError:
            continue
        if isinstance(found, pd.DataFrame):
            assert not np.isinf(found.select_dtypes("number")).any().any()
        else:
            json.dumps(found.to_dict(), allow_nan=False)
