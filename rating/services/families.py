"""Tests that are adjusted together: declared before any result, not chosen by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rating.services.options import BENJAMINI_HOCHBERG, MAX_STATISTIC, Options

if TYPE_CHECKING:
    from rating.agreement import Ratings

FLAG, SCALE = "flag", "scale"
DECLARED = {
    SCALE: "Misalignment on the rated questions, every pair of human groups",
    FLAG: "Misalignment on the yes/no questions, every pair of human groups",
}
CHOSEN = {
    SCALE: "Misalignment on the rated questions, the declared pairs of groups",
    FLAG: "Misalignment on the yes/no questions, the declared pairs of groups",
}
OTHERS = {
    SCALE: "Misalignment on the rated questions, pairs that were not declared",
    FLAG: "Misalignment on the yes/no questions, pairs that were not declared",
}
METHODS = {
    BENJAMINI_HOCHBERG: "Benjamini–Hochberg",
    MAX_STATISTIC: "maximum statistic over the questions of a pair, times the number of pairs",
}

Pair = tuple[str, str]


def families(
    questions: Mapping[str, Mapping[str, Any]],
    entries: Sequence[Mapping[str, Any]],
    largest: Mapping[tuple[str, Pair], float | None],
    options: Options,
) -> list[dict[str, Any]]:
    """Tests of M by family, each p adjusted in both ways; `adjusted_p` is the way that was declared.

    `largest`: p by the maximum statistic, by question and pair (`largest_statistics`).
    """
    found = []
    for kind in (SCALE, FLAG):
        tests = [
            (entry["key"], tuple(pair["pair"]), pair["misalignment"]["test"]["p"])
            for entry in entries
            if family_of(entry) == kind and entry["key"] in questions
            for pair in questions[entry["key"]]["pairs"]
        ]
        declared = [test for test in tests if options.declares_pair(test[1])]
        others = [test for test in tests if not options.declares_pair(test[1])]
        label = CHOSEN[kind] if options.pairs else DECLARED[kind]
        found += [
            {"key": key, "label": words, "method": METHODS[options.adjustment], "tests": rows}
            for key, words, part in ((kind, label, declared), (f"{kind}_others", OTHERS[kind], others))
            if (rows := _adjusted(part, largest, options.adjustment))
        ]
    return found


def family_of(entry: Mapping[str, Any]) -> str:
    """Yes/no questions are a family of their own."""
    return FLAG if entry["kind"] == FLAG else SCALE


def largest_statistics(
    ratings: Mapping[str, Ratings],
    entries: Iterable[Mapping[str, Any]],
    place: int,
    pair: Pair,
    *,
    kinds: Mapping[str, str],
    options: Options,
    seed: int,
) -> dict[tuple[str, Pair], float | None]:
    """p of every question against the largest M / sqrt V of the pair's family, same relabellings.

    `place`: of the pair among all pairs; each has random streams of its own.
    """
    from rating.agreement import AgreementInputError, TestOptions, misalignment_family

    by_kind: dict[str, dict[str, Ratings]] = {SCALE: {}, FLAG: {}}
    for entry in entries:
        if entry["key"] in ratings:
            by_kind[family_of(entry)][entry["key"]] = ratings[entry["key"]]
    found: dict[tuple[str, Pair], float | None] = {}
    for number, family in enumerate(by_kind.values()):
        tested = TestOptions(
            n_permutations=options.n_permutations, kinds=kinds, rng=_stream(seed, place, number)
        )
        having = {key: table for key, table in family.items() if {*pair} <= {*table.groups}}
        try:
            tests = misalignment_family(having, *pair, options=tested) if having else []
        except AgreementInputError:
            # A rater who changes group between questions: no relabelling fits them all.
            tests = []
        found |= {(test.question, pair): test.p_max_statistic for test in tests}
    return found


def _stream(seed: int, place: int, number: int) -> Any:
    import numpy as np

    return np.random.default_rng([seed, 4, place, number])


def _adjusted(
    tests: Sequence[tuple[str, Any, float | None]],
    largest: Mapping[tuple[str, Pair], float | None],
    adjustment: str,
) -> list[dict[str, Any]]:
    from rating.agreement import benjamini_hochberg

    # Within a pair the largest statistic adjusts over questions; over the pairs Bonferroni does.
    n_pairs = len({pair for _, pair, p in tests if p is not None})
    rows = []
    for (question, pair, p), stepped in zip(tests, benjamini_hochberg([p for *_, p in tests]), strict=True):
        single = largest.get((question, pair))
        ways = {
            BENJAMINI_HOCHBERG: stepped,
            MAX_STATISTIC: None if single is None or p is None else min(1.0, n_pairs * single),
        }
        rows.append(
            {"question": question, "pair": list(pair), "p": p, **ways, "adjusted_p": ways[adjustment]}
        )
    return rows
