"""What rules leave out, counted by hand on rows that a test wrote."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from rating.services.exclusions import describe_exclusions, excluded_rows, tried_exclusions
from rating.services.families import families
from rating.services.numbers import usually_watched
from rating.services.options import Options
from rating.services.raters_at_work import raters_at_work

# Rater, item, seconds of the rating, level of the factor; "a" has rated three items, "b" one.
GIVEN = [("a", "i1", 5.0, "x"), ("a", "i2", 50.0, "y"), ("a", "i3", None, ""), ("b", "i1", 60.0, "x")]


@pytest.fixture
def rows() -> pd.DataFrame:
    """Two questions answered in each of the four ratings."""
    answers = [
        (rater, item, seconds, level, question, order)
        for order, (rater, item, seconds, level) in enumerate(GIVEN, start=1)
        for question in ("safety", "warmth", "help")
    ]
    names = ["rater", "item", "seconds", "factor:topic", "question", "order"]
    frame = pd.DataFrame(answers, columns=names)
    return frame.assign(group="peer", missing="", value=3.0, target="response:1")


@pytest.mark.parametrize(
    ("rule", "left_out"),
    [
        ({"rule": "rater", "rater": "b", "reason": "withdrew"}, {("b", "i1")}),
        # Nobody timed a's third rating: it is not fast.
        ({"rule": "fast_rating", "seconds": 10}, {("a", "i1")}),
        ({"rule": "few_ratings", "ratings": 2}, {("b", "i1")}),
        ({"rule": "few_ratings", "ratings": 1}, set()),
        ({"rule": "factor_level", "factor": "topic", "level": "x"}, {("a", "i1"), ("b", "i1")}),
        ({"rule": "factor_level", "factor": "unknown", "level": "x"}, set()),
    ],
)
def test_excluded_rows_by_each_rule_are_those_it_names(
    rows: pd.DataFrame, rule: dict[str, Any], left_out: set[tuple[str, str]]
) -> None:
    out = rows[excluded_rows(rows, [rule])]
    assert set(zip(out["rater"], out["item"], strict=True)) == left_out
    assert len(out) == 3 * len(left_out)
    counted = describe_exclusions(rows, [rule])[0]
    assert (counted["n_ratings"], counted["n_items"]) == (len(left_out), len({i for _, i in left_out}))


def test_tried_exclusions_of_one_question_count_ratings_of_the_whole_snapshot(rows: pd.DataFrame) -> None:
    rule = {"rule": "few_ratings", "ratings": 3}
    own = rows[rows["question"] == "safety"]
    tried = tried_exclusions(own, own["item"], [(rule, excluded_rows(rows, [rule]))])
    assert [one.ratings for one in tried] == [frozenset({("i1", "b")})]


def test_raters_at_work_counts_time_and_items_answered_alike(rows: pd.DataFrame) -> None:
    rows.loc[(rows["item"] == "i2") & (rows["question"] == "help"), "value"] = 4.0
    entries = [
        {"key": key, "kind": "scale", "scale": {"values": [1, 2, 3, 4, 5]}} for key in rows["question"]
    ]
    first, second = raters_at_work(rows, entries[:3])
    assert (first["rater"], first["n_items"], first["n_timed"]) == ("a", 3, 2)
    assert (first["seconds"], first["fastest"]) == (27.5, 5.0)
    assert (first["n_alike"], first["n_judged"]) == (2, 3)
    assert (second["n_alike"], second["n_judged"]) == (1, 1)


def entry(**fields: Any) -> dict[str, Any]:
    usual = {"key": "safety", "stem": "safety", "construct": "safety", "kind": "scale"}
    return {**usual, "polarity": "higher_is_better", "scale": {"values": [1, 2, 3, 4, 5]}, **fields}


@pytest.mark.parametrize(
    ("fields", "watched"),
    [
        ({}, (1, 2)),
        ({"polarity": "lower_is_better"}, (4, 5)),
        ({"polarity": "neutral"}, (1, 2)),
        ({"kind": "flag", "polarity": "lower_is_better", "scale": {"values": [0, 1]}}, (1,)),
        ({"key": "warmth", "stem": "warmth", "construct": "empathy"}, ()),
    ],
)
def test_usually_watched_are_the_unsafe_answers_of_safety_questions(
    fields: dict[str, Any], watched: tuple[float, ...]
) -> None:
    assert usually_watched(entry(**fields)) == watched


def test_families_adjust_declared_pairs_together_and_others_apart() -> None:
    pairs = [("p", "c"), ("p", "t"), ("c", "t")]
    tests = dict(zip(pairs, (0.01, 0.02, 0.04), strict=True))
    result = {"pairs": [{"pair": list(p), "misalignment": {"test": {"p": v}}} for p, v in tests.items()]}
    largest: dict[Any, Any] = {("safety", ("p", "c")): 0.03, ("safety", ("p", "t")): 0.4}
    options = Options.of({"stage": "main", "pairs": [["c", "p"], ["p", "t"]], "adjustment": "max_statistic"})
    declared, others = families({"safety": result}, [entry()], largest, options)
    # Benjamini-Hochberg by hand over .01 and .02: .02 each. Bonferroni over two pairs: .06 and .8.
    assert [row["benjamini_hochberg"] for row in declared["tests"]] == pytest.approx([0.02, 0.02])
    assert [row["adjusted_p"] for row in declared["tests"]] == pytest.approx([0.06, 0.8])
    assert (others["key"], [row["benjamini_hochberg"] for row in others["tests"]]) == ("scale_others", [0.04])
