"""The numbers of an analysis, from a snapshot and nothing else: an analysis and its check share them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from annotation.errors import Code, DomainError
from rating.services.snapshot_rows import SnapshotTable

if TYPE_CHECKING:
    import pandas as pd

    from rating.agreement import Scale

FORMAT = 1
BY_SCALE = "scale"
LEVELS = (BY_SCALE, "nominal", "ordinal", "interval")
MIN_PERMUTATIONS, MAX_PERMUTATIONS = 99, 100_000
OFF_SCALE = "off_the_declared_scale"
# Families of tests, declared before any result: what is adjusted together.
FAMILIES = {
    "scale": "Misalignment on the rated questions, every pair of human groups",
    "flag": "Misalignment on the yes/no questions, every pair of human groups",
}

# Told the share of the work done (0..1) and what is being computed; may raise to cancel.
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Options:
    """What was asked for. `questions` empty means all; `level` overrides that of ordered scales."""

    stage: str
    questions: tuple[str, ...] = ()
    level: str = BY_SCALE
    n_permutations: int = 2000
    confidence: float = 0.95

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Options:
        """Read stored or submitted options; INVALID names what is wrong."""
        found = cls(**{**options, "questions": tuple(options.get("questions", ()))})
        problems = []
        if found.level not in LEVELS:
            problems.append(f"The level must be one of {', '.join(LEVELS)}.")
        if not MIN_PERMUTATIONS <= found.n_permutations <= MAX_PERMUTATIONS:
            problems.append(f"Between {MIN_PERMUTATIONS} and {MAX_PERMUTATIONS:,} relabellings are possible.")
        if not 0.5 <= found.confidence < 1:
            problems.append("The confidence must be at least 0.5 and below 1.")
        if problems:
            raise DomainError(Code.INVALID, "These options cannot be used.", problems)
        return found

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "questions": list(self.questions)}


def compute_numbers(
    table: SnapshotTable, *, options: Options, seed: int, progress: Progress
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Results per question, adjusted tests, and a log of every warning met on the way (none, one hopes).

    The same table, options and seed give the same numbers on the same software.
    """
    run = _Run(table, options, seed, _groups_present(table))
    entries = [q for q in table.head["questions"] if not options.questions or q["key"] in options.questions]
    results: dict[str, Any] = {"format": FORMAT, "groups": run.groups, "questions": {}, "not_analysed": []}
    log: list[dict[str, Any]] = []
    frames = dict(list(table.rows.groupby("question", observed=True)))
    for place, entry in enumerate(entries):

        def report(share: float, place: int = place, text: str = entry["text"]) -> None:
            progress((place + share) / len(entries), f"Question {place + 1} of {len(entries)}: {text}")

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            outcome = run.analyse(entry, frames.get(entry["key"]), report)
        log += [{"kind": "warning", "question": entry["key"], "text": str(w.message)} for w in caught]
        if isinstance(outcome, str):
            results["not_analysed"].append({"question": entry["key"], "why": outcome})
        else:
            results["questions"][entry["key"]] = outcome
    results["families"] = _families(results["questions"], entries)
    return results, log


@dataclass(frozen=True)
class _Run:
    table: SnapshotTable
    options: Options
    seed: int
    groups: list[str]

    def analyse(
        self, entry: Mapping[str, Any], rows: pd.DataFrame | None, report: Callable[[float], None]
    ) -> dict[str, Any] | str:
        """One question's result, or the sentence that says why there is none."""
        from rating.agreement import AgreementInputError, Ratings, analyse_question

        if rows is None:
            return "Nobody answered this question."
        try:
            scale = _scale(entry)
            result = analyse_question(
                Ratings.from_frame(_frame(rows, scale), scale, groups=self.groups),
                kinds={group["key"]: group["kind"] for group in self.table.head["groups"]},
                level=_level(scale, self.options),
                confidence=self.options.confidence,
                n_permutations=self.options.n_permutations,
                seed=self.seed,
                progress=report,
            )
        except AgreementInputError as error:
            return str(error)
        return result.to_dict()


def _groups_present(table: SnapshotTable) -> list[str]:
    """Groups with a row in the snapshot, in the study's order."""
    present = set(table.rows["group"].astype(str).unique())
    return [group["key"] for group in table.head["groups"] if group["key"] in present]


def _scale(entry: Mapping[str, Any]) -> Scale:
    from rating.agreement import Scale

    values = [int(value) if float(value).is_integer() else value for value in entry["scale"]["values"]]
    return Scale(tuple(values), entry["scale"]["measurement"])


def _level(scale: Scale, options: Options) -> str | None:
    """The override applies to ordered scales; yes/no and other nominal questions keep theirs."""
    is_kept = options.level == BY_SCALE or scale.measurement == "nominal"
    return None if is_kept else options.level


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
    """What is judged: the item, and from its second response on the response's number beside it."""
    item, target = rows["item"].astype(str), rows["target"].astype(str)
    number = target.str.removeprefix("response:")
    is_further = target.str.startswith("response:") & (number != "1")
    return item.mask(is_further, item + "#" + number)


def _families(questions: Mapping[str, Any], entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tests of M, adjusted by Benjamini-Hochberg within the declared families."""
    from rating.agreement import benjamini_hochberg

    families = []
    for kind, label in FAMILIES.items():
        tests = [
            {"question": entry["key"], "pair": pair["pair"], "p": pair["misalignment"]["test"]["p"]}
            for entry in entries
            if entry["kind"] == kind and entry["key"] in questions
            for pair in questions[entry["key"]]["pairs"]
        ]
        adjusted = benjamini_hochberg([test["p"] for test in tests])
        rows = [{**test, "adjusted_p": p} for test, p in zip(tests, adjusted, strict=True)]
        if rows:
            families.append({"key": kind, "label": label, "method": "Benjamini–Hochberg", "tests": rows})
    return families
