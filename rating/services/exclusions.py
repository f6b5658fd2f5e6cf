"""What the rules of an analysis leave out of a snapshot's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rating.reporting.plan_words import RULES as RULE_WORDS
from rating.services.options import Rule
from rating.services.snapshot_rows import FACTOR

if TYPE_CHECKING:
    import pandas as pd

    from rating.agreement import Ratings
    from rating.agreement.analysis.subsets import Exclusion

NOTHING = "nothing_excluded"
NOTHING_LABEL = "Nothing excluded"


def excluded_rows(rows: pd.DataFrame, rules: Sequence[Rule]) -> pd.Series[bool]:
    """Which rows of the snapshot any of the rules leaves out."""
    import pandas as pd

    out = pd.Series(data=False, index=rows.index)
    for rule in rules:
        out |= _BY_RULE[rule["rule"]](rows, rule)
    return out


def describe_exclusions(rows: pd.DataFrame, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Each rule in words, with the ratings, raters and items that it alone leaves out; rules may overlap."""
    return [
        {**rule, "label": rule_label(rule), **_counted(rows[excluded_rows(rows, [rule])])} for rule in rules
    ]


def rule_label(rule: Rule) -> str:
    """A rule as a clause.

    >>> rule_label({"rule": "few_ratings", "ratings": 5})
    'Raters with fewer than 5 ratings'
    """
    return RULE_WORDS[rule["rule"]].format_map(rule)


def tried_exclusions(
    rows: pd.DataFrame, units: pd.Series[str], rules: Iterable[tuple[Rule, pd.Series[bool]]]
) -> list[Exclusion]:
    """Rules with the rows of the snapshot that they leave out, as `rating.agreement` takes them for the rows
    and units of one question."""
    from rating.agreement.analysis.subsets import Exclusion

    found = []
    for number, (rule, is_out) in enumerate(rules, start=1):
        out = is_out.loc[rows.index]
        pairs = zip(units[out], rows["rater"][out].astype(str), strict=True)
        label = f"Without: {rule_label(rule)}"
        found.append(Exclusion(f"without_{number}", label, ratings=frozenset(pairs)))
    return found


def without_exclusions(
    ratings: Ratings, *, kinds: Mapping[str, str], level: str | None, confidence: float
) -> dict[str, Any]:
    """The main numbers on everything, exclusions undone, shaped as the other sensitivity analyses are."""
    from rating.agreement import IntervalOptions, TestOptions, alpha, misalignment
    from rating.agreement.analysis.context import Context

    context = Context(ratings, kinds, level or ratings.scale.measurement, confidence)
    options = IntervalOptions(confidence=confidence)
    untested = TestOptions(confidence=confidence, n_permutations=0, kinds=kinds)
    pairs = [(pair, misalignment(ratings, *pair, options=untested)) for pair in context.pairs]
    summary = ratings.summary()
    return {
        "key": NOTHING,
        "label": NOTHING_LABEL,
        **{name: summary[name] for name in ("n_items", "n_raters", "n_ratings")},
        "n_draws": None,
        "see": None,
        "within": [
            {"scope": scope, "alpha": alpha(ratings, group=groups, level=level, options=options).to_dict()}
            for scope, groups in context.scopes
        ],
        "pairs": [
            {"pair": list(pair), "m": found.m.to_dict(), "rms_gap": found.rms_gap.to_dict()}
            for pair, found in pairs
        ],
        "reason": None,
    }


def _of_rater(rows: pd.DataFrame, rule: Rule) -> pd.Series[bool]:
    return rows["rater"].astype(str) == str(rule["rater"])


def _too_fast(rows: pd.DataFrame, rule: Rule) -> pd.Series[bool]:
    # A rating that nobody timed is not fast; NaN compares as False.
    if "seconds" not in rows:
        return rows["order"] < 0
    return rows["seconds"] < float(rule["seconds"])


def _of_few_ratings(rows: pd.DataFrame, rule: Rule) -> pd.Series[bool]:
    n_of_rater = rows.groupby("rater", observed=True)["order"].nunique()
    few = n_of_rater.index[n_of_rater < rule["ratings"]]
    return rows["rater"].isin(list(few))


def _of_level(rows: pd.DataFrame, rule: Rule) -> pd.Series[bool]:
    column = FACTOR + rule["factor"]
    return rows[column].astype(str) == rule["level"] if column in rows else rows["order"] < 0


_BY_RULE: dict[str, Callable[[pd.DataFrame, Rule], pd.Series[bool]]] = {
    "rater": _of_rater,
    "fast_rating": _too_fast,
    "few_ratings": _of_few_ratings,
    "factor_level": _of_level,
}


def _counted(rows: pd.DataFrame) -> dict[str, int]:
    return {
        "n_ratings": int(rows["order"].nunique()),
        "n_raters": int(rows["rater"].nunique()),
        "n_items": int(rows["item"].nunique()),
    }
