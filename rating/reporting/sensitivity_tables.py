"""The main result beside the same numbers under other choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rating.agreement.wording import reason_sentence
from rating.reporting.report import Question, Report
from rating.reporting.tables import Column, Kind, Table, number_text

MAIN = "Main result"
WITHIN, PAIRS = "sensitivity-within", "sensitivity-pairs"
ELSEWHERE = "Other distances stand in a table of their own."


def sensitivity_tables(report: Report, question: Question) -> list[Table]:
    """Misalignment and alpha of every version that changed anything; none in analyses of format 1."""
    if "sensitivity" not in question.result:
        return []
    return [*([pairs(report, question)] if question.result["pairs"] else []), within(report, question)]


def versions(question: Question) -> list[Mapping[str, Any]]:
    """Versions with numbers of their own."""
    return [one for one in question.result.get("sensitivity", []) if one["within"]]


def unchanged(question: Question) -> list[str]:
    """Versions without numbers, each with its reason as a sentence."""
    return [
        f"{one['label']}: {_lowered(reason_sentence(one['reason']))}"
        for one in question.result.get("sensitivity", [])
        if one["reason"]
    ]


def pairs(report: Report, question: Question) -> Table:
    """RMS gap and M of every pair, version by version."""
    columns = [
        Column("Groups"),
        Column("Version"),
        Column("Items", Kind.COUNT),
        Column("Raters", Kind.COUNT),
        Column("Ratings", Kind.COUNT),
        Column("RMS gap", Kind.ESTIMATE),
        Column("Misalignment M", Kind.ESTIMATE),
        Column("RMS gap over the draws"),
    ]
    rows = [
        [
            report.pair_name(pair["pair"]),
            label,
            *counts,
            found["rms_gap"],
            found["m"],
            _range(found["rms_gap"]),
        ]
        for pair in question.result["pairs"]
        for label, counts, found in _of_pair(question, pair)
    ]
    title = f"{question.label}: misalignment under other choices"
    return Table(f"{question.key}-{PAIRS}", title, columns, rows, question.key, ELSEWHERE)


def within(report: Report, question: Question) -> Table:
    """Alpha of every group, version by version."""
    scopes = [part["scope"] for part in question.result["within"]]
    level = question.result["level"]
    columns = [
        Column("Version"),
        Column("Items", Kind.COUNT),
        Column("Raters", Kind.COUNT),
        Column("Ratings", Kind.COUNT),
        *(Column(f"{report.scope_name(scope)}: alpha ({level})", Kind.ESTIMATE) for scope in scopes),
    ]
    main = {part["scope"]: part["estimates"]["alpha"] for part in question.result["within"]}
    rows = [[MAIN, *_counts(question.result["counts"]), *(main[scope] for scope in scopes)]]
    for version in versions(question):
        found = {part["scope"]: part["alpha"] for part in version["within"]}
        cells = [_estimate(found[scope], version) if scope in found else None for scope in scopes]
        rows.append([version["label"], *_counts(version), *cells])
    title = f"{question.label}: agreement within groups under other choices"
    return Table(f"{question.key}-{WITHIN}", title, columns, rows, question.key)


def _of_pair(
    question: Question, pair: Mapping[str, Any]
) -> Iterator[tuple[str, list[int], dict[str, dict[str, Any]]]]:
    """The main result and each version of one pair: its name, its counts, its estimates."""
    yield MAIN, _counts(question.result["counts"]), pair["misalignment"]
    for version in versions(question):
        for found in version["pairs"]:
            if found["pair"] == pair["pair"]:
                estimates = {name: _estimate(found[name], version) for name in ("rms_gap", "m")}
                yield version["label"], _counts(version), estimates


def _estimate(found: Mapping[str, Any], version: Mapping[str, Any]) -> dict[str, Any]:
    """A number over draws has no counts and no interval of its own: the version's counts stand in."""
    counts = {name: version[name] for name in ("n_items", "n_raters", "n_ratings")}
    return {**counts, "interval_method": None, **found}


def _range(found: Mapping[str, Any]) -> str | None:
    if found.get("smallest") is None:
        return None
    reach = f"{number_text(found['smallest'])} to {number_text(found['largest'])}"
    return f"{reach} ({found['n_draws']} draws)"


def _counts(found: Mapping[str, Any]) -> list[int]:
    return [found[name] for name in ("n_items", "n_raters", "n_ratings")]


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
