"""The numbers of an analysis, from a snapshot and nothing else: an analysis and its check share them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rating.services.exclusions import (
    describe_exclusions,
    excluded_rows,
    tried_exclusions,
    without_exclusions,
)
from rating.services.families import Pair, families, largest_statistics
from rating.services.options import BY_SCALE, Options
from rating.services.raters_at_work import raters_at_work
from rating.services.snapshot_rows import FACTOR, SnapshotTable

if TYPE_CHECKING:
    import pandas as pd

    from rating.agreement import Ratings, Scale
    from rating.agreement.analysis.context import QuestionDetails

FORMAT = 2
OFF_SCALE = "off_the_declared_scale"
# A factor with more levels than this parts the items too finely for a table that anybody reads.
MAX_LEVELS = 12
SAFETY = "safety"

# Told the share of the work done (0..1) and what is being computed; may raise to cancel.
Progress = Callable[[float, str], None]


# Pieces computed elsewhere, by question and name; those that take all questions stand under FAMILIES.
Known = Mapping[str, Mapping[str, Any]]
FAMILIES = ""


def compute_numbers(
    table: SnapshotTable, *, options: Options, seed: int, progress: Progress, known: Known | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Results per question, adjusted tests, and a log of every warning met on the way (none, one hopes).

    The same table, options and seed give the same numbers on the same software, whatever is `known`.
    """
    run = Run(table, options, seed, known or {})
    entries = run.entries
    results: dict[str, Any] = {"format": FORMAT, "groups": run.groups, "questions": {}, "not_analysed": []}
    log: list[dict[str, Any]] = []
    for place, entry in enumerate(entries):

        def report(share: float, place: int = place, text: str = entry["text"]) -> None:
            progress((place + share) / len(entries), f"Question {place + 1} of {len(entries)}: {text}")

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            outcome = run.analyse(entry, report)
        log += [{"kind": "warning", "question": entry["key"], "text": str(w.message)} for w in caught]
        if isinstance(outcome, str):
            results["not_analysed"].append({"question": entry["key"], "why": outcome})
        else:
            # Told beside the numbers where groups read different words.
            worded = {"worded_for": entry["worded_for"]} if "worded_for" in entry else {}
            results["questions"][entry["key"]] = {**outcome, **worded}
    results["families"] = families(results["questions"], entries, run.largest(entries), options)
    results["excluded"] = describe_exclusions(table.rows, options.exclusions)
    results["raters"] = raters_at_work(run.rows, entries)
    return results, log


@dataclass(frozen=True)
class Run:
    """One analysis of a table, laid out as far as it was asked for."""

    table: SnapshotTable
    options: Options
    seed: int
    known: Known = field(default_factory=dict)
    # Ratings by question, as they are read: the maximum statistic takes them all at once.
    ratings: dict[str, Ratings] = field(default_factory=dict)

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The questions to be analysed, in the study's order."""
        chosen = self.options.questions
        return [entry for entry in self.table.head["questions"] if not chosen or entry["key"] in chosen]

    @cached_property
    def kinds(self) -> dict[str, str]:
        return {group["key"]: group["kind"] for group in self.table.head["groups"]}

    @cached_property
    def rows(self) -> pd.DataFrame:
        """What the main result rests on: the snapshot without what the rules exclude."""
        if not self.options.exclusions:
            return self.table.rows
        return self.table.rows[~excluded_rows(self.table.rows, self.options.exclusions)]

    @cached_property
    def frames(self) -> dict[str, pd.DataFrame]:
        return _by_question(self.rows)

    @cached_property
    def whole_frames(self) -> dict[str, pd.DataFrame]:
        """The same with what is excluded."""
        return _by_question(self.table.rows)

    @cached_property
    def groups(self) -> list[str]:
        """Groups with a row in the snapshot, in the study's order."""
        present = set(self.rows["group"].astype(str).unique())
        return [group["key"] for group in self.table.head["groups"] if group["key"] in present]

    @cached_property
    def tried(self) -> list[tuple[Any, pd.Series[bool]]]:
        """Sensitivity rules, each with the rows that it leaves out."""
        return [(rule, excluded_rows(self.table.rows, [rule])) for rule in self.options.sensitivity]

    @cached_property
    def strata(self) -> list[str]:
        """Keys of the factors that part the items: those asked for, or all with a handful of levels."""
        keys = [factor["key"] for factor in self.table.head.get("factors", [])]
        if self.options.strata:
            return [key for key in keys if key in self.options.strata]
        return [key for key in keys if 1 < self.rows[FACTOR + key].nunique() <= MAX_LEVELS]

    def analyse(self, entry: Mapping[str, Any], report: Callable[[float], None]) -> dict[str, Any] | str:
        """One question's result, or the sentence that says why there is none."""
        from rating.agreement import AgreementInputError, analyse_question

        rows = self.frames.get(entry["key"])
        if rows is None:
            return "Nobody answered this question."
        try:
            ratings = self.ratings_of(entry)
            result = analyse_question(ratings, **self.asked(entry), progress=report).to_dict()
            undone = self._undone(entry, ratings.scale, rows)
        except AgreementInputError as error:
            return str(error)
        self.ratings[entry["key"]] = ratings
        result["sensitivity"] = [*undone, *result["sensitivity"]]
        return result

    def ratings_of(self, entry: Mapping[str, Any]) -> Ratings:
        """The question's ratings as the statistics take them; AgreementInputError where they cannot."""
        from rating.agreement import Ratings

        scale = _scale(entry)
        return Ratings.from_frame(_frame(self.frames[entry["key"]], scale), scale, groups=self.groups)

    def asked(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """What is asked of the question beside its ratings: arguments of `analyse_question`."""
        return {
            "kinds": self.kinds,
            "level": self._level(entry["key"], _scale(entry)),
            "confidence": self.options.confidence,
            "n_permutations": self.options.n_permutations,
            "seed": self.seed,
            "details": self._details(entry, self.frames[entry["key"]]),
        }

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every pair of human groups, in the study's order."""
        humans = [key for key in self.groups if self.kinds[key] == "human"]
        return [(one, two) for place, one in enumerate(humans) for two in humans[place + 1 :]]

    def largest(self, entries: list[dict[str, Any]]) -> dict[tuple[str, Pair], float | None]:
        """p by the maximum statistic, for every pair of human groups."""
        known = self.known.get(FAMILIES, {})
        found: dict[tuple[str, Pair], float | None] = {}
        for place, pair in enumerate(self.pairs):
            name = ":".join(pair)
            found |= known[name] if name in known else self.largest_of(entries, place)
        return found

    def largest_of(self, entries: list[dict[str, Any]], place: int) -> dict[tuple[str, Pair], float | None]:
        """The same for the pair at that place, from what `ratings` holds."""
        return largest_statistics(
            self.ratings,
            entries,
            place,
            self.pairs[place],
            kinds=self.kinds,
            options=self.options,
            seed=self.seed,
        )

    def _level(self, question: str, scale: Scale) -> str | None:
        """The override applies to ordered scales; yes/no and other nominal questions keep theirs."""
        declared = self.options.primary_of(question).level
        level = self.options.level if declared == BY_SCALE else declared
        return None if level == BY_SCALE or scale.measurement == "nominal" else level

    def _details(self, entry: Mapping[str, Any], rows: pd.DataFrame) -> QuestionDetails:
        from rating.agreement.analysis.context import QuestionDetails

        units = _units(rows)
        return QuestionDetails(
            epsilon=self.options.epsilon,
            watched=self.options.watched.get(entry["key"], usually_watched(entry)),
            strata={key: _levels(units, rows[FACTOR + key]) for key in self.strata},
            sensitivity=tried_exclusions(rows, units, self.tried),
            known=self.known.get(entry["key"], {}),
        )

    def _undone(self, entry: Mapping[str, Any], scale: Scale, rows: pd.DataFrame) -> list[dict[str, Any]]:
        """The main numbers with nothing excluded, where anything was."""
        from rating.agreement import Ratings

        whole = self.whole_frames[entry["key"]]
        if len(whole) == len(rows):
            return []
        ratings = Ratings.from_frame(_frame(whole, scale), scale, groups=self.groups_of(whole))
        level, confidence = self._level(entry["key"], scale), self.options.confidence
        return [without_exclusions(ratings, kinds=self.kinds, level=level, confidence=confidence)]

    def groups_of(self, rows: pd.DataFrame) -> list[str]:
        """The analysed groups, and any that the exclusions left without a rating."""
        present = set(rows["group"].astype(str).unique())
        return [key for key in self.kinds if key in present or key in self.groups]


def usually_watched(entry: Mapping[str, Any]) -> tuple[float, ...]:
    """Answers of a safety question that say "unsafe": the two at its unsafe end, and yes to a safety flag.

    Which end that is, the question's polarity says; one without polarity counts as higher is better.
    """
    values = list(entry["scale"]["values"])
    if SAFETY not in {entry["key"], entry["stem"], entry["construct"]}:
        return ()
    if entry["kind"] == "flag":
        return tuple(values[-1:]) if entry["polarity"] == "lower_is_better" else ()
    return tuple(values[-2:] if entry["polarity"] == "lower_is_better" else values[:2])


def _by_question(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(key): part for key, part in rows.groupby("question", observed=True)}


def _scale(entry: Mapping[str, Any]) -> Scale:
    from rating.agreement import Scale

    values = [int(value) if float(value).is_integer() else value for value in entry["scale"]["values"]]
    return Scale(tuple(values), entry["scale"]["measurement"])


def _frame(rows: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """The rows as `rating.agreement` takes them. Declared exceptions are left out under a reason of
    their own; items that share a conversation are one cluster."""
    import pandas as pd

    is_off = rows["value"].notna() & ~rows["value"].isin(scale.values)
    missing = rows["missing"].astype(object).mask(is_off, OFF_SCALE)
    return pd.DataFrame(
        {
            "item": _units(rows),
            "rater": rows["rater"].astype(object),
            "group": rows["group"].astype(object),
            "value": rows["value"].mask(is_off),
            "cluster": rows["conversation"].astype(object),
            "missing": missing,
        }
    ).reset_index(drop=True)


def _units(rows: pd.DataFrame) -> pd.Series[str]:
    """What is judged: the item, and beside it the number of a further response, the turn or the pair."""
    item, target = rows["item"].astype(str), rows["target"].astype(str)
    place = target.str.removeprefix("response:")
    return item.mask(~target.isin(["item", "response:1"]), item + "#" + place)


def _levels(units: pd.Series[str], levels: pd.Series[str]) -> dict[str, str]:
    """Each unit's level of a factor; units without one are left out."""
    pairs = zip(units, levels.astype(str), strict=True)
    return {unit: level for unit, level in pairs if level}
