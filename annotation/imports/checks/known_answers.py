"""A file of known answers: one row per item, question and target. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from annotation.imports.checks.columns import MAX_COMMENT, Column
from annotation.imports.checks.csv_rows import Row, read_table
from annotation.imports.checks.report import CheckReport

MAX_BYTES = 5_000_000
KEY_COLUMNS: tuple[Column, ...] = (
    Column("item", "Your name for the item.", "item-001", aliases=("external_id",), is_required=True),
    Column("question", "Key of the question.", "empathy_warmth", is_required=True),
    Column("target", "What is asked about, as in exports; empty: the only response.", "response:1"),
    Column("part", "Key of the option or element, for questions of several parts.", ""),
    Column("value", "The known answer: a value of the question's scale.", "4"),
    Column("panel_mean", "Instead, or beside it: the mean of a reference panel.", "3.6"),
    Column("panel_sd", "The panel's standard deviation.", "0.8"),
    Column("panel_n", "How many were on the panel.", "12"),
    Column(
        "explanation",
        "Why this is the answer; shown after practice.",
        "The reply names the feeling before it advises.",
        max_length=MAX_COMMENT,
    ),
    Column("source", "Where the answer comes from.", "two supervisors, discussed"),
)


@dataclass(frozen=True)
class KeyInput:
    """The known answer to one question about one target: a value, or a panel's mean with its SD and n."""

    question_key: str
    target: str = "item"
    part: str = ""
    value: float | None = None
    panel_mean: float | None = None
    panel_sd: float | None = None
    panel_n: int | None = None
    explanation: str = ""
    source: str = ""


@dataclass(frozen=True)
class AskedShape:
    """What can be known of one question. `targets` by item."""

    values: Collection[float]
    parts: Collection[str]
    targets: Mapping[str, Collection[str]]


def checked_keys(
    data: bytes, *, questions: Mapping[str, AskedShape], items: Collection[str], report: CheckReport
) -> dict[str, list[KeyInput]]:
    """Keys by item; what does not fit is reported by line and left out.

    Args:
        items: names of the study's items.
        questions: of the rubric in use, by key.
    """
    found: dict[str, list[KeyInput]] = defaultdict(list)
    seen: dict[tuple[str, str, str, str], int] = {}
    for row in read_table(data, KEY_COLUMNS, max_bytes=MAX_BYTES, report=report).rows:
        if row["item"] not in items:
            report.add(row.line, f"the study has no item “{row['item']}”.")
            continue
        key = _key(row, questions, report)
        if key is None:
            continue
        place = (row["item"], key.question_key, key.target, key.part)
        if place in seen:
            report.add(row.line, f"this answer stands in line {seen[place]} already.")
            continue
        seen[place] = row.line
        found[row["item"]].append(key)
    return dict(found)


def _key(row: Row, questions: Mapping[str, AskedShape], report: CheckReport) -> KeyInput | None:
    shape = questions.get(row["question"])
    if shape is None:
        report.add(row.line, f"the rubric has no question “{row['question']}” that can have a known answer.")
        return None
    n_before = report.n_defects
    targets = list(shape.targets.get(row["item"], ()))
    target = row["target"] or (targets[0] if len(targets) == 1 else "")
    if target not in targets:
        report.add(row.line, f"“target” must be one of {', '.join(targets)}.")
    if row["part"] not in (shape.parts or [""]):
        allowed = ", ".join(shape.parts) or "empty"
        report.add(row.line, f"“part” must be one of: {allowed}.")
    numbers = {name: _number(row, name, report) for name in ("value", "panel_mean", "panel_sd", "panel_n")}
    _check_numbers(row, numbers, shape, report)
    if report.n_defects > n_before:
        return None
    size = numbers["panel_n"]
    return KeyInput(
        question_key=row["question"],
        target=target,
        part=row["part"],
        value=numbers["value"],
        panel_mean=numbers["panel_mean"],
        panel_sd=numbers["panel_sd"],
        panel_n=None if size is None else int(size),
        explanation=row["explanation"],
        source=row["source"],
    )


def _check_numbers(
    row: Row, numbers: Mapping[str, float | None], shape: AskedShape, report: CheckReport
) -> None:
    value, mean, sd, n = (numbers[name] for name in ("value", "panel_mean", "panel_sd", "panel_n"))
    if not row["value"] and not row["panel_mean"]:
        report.add(row.line, "give a “value” or a “panel_mean”.")
    if value is not None and value not in shape.values:
        points = ", ".join(f"{point:g}" for point in sorted(shape.values)[:12])
        report.add(row.line, f"{value:g} is not on the scale of “{row['question']}” ({points}).")
    if mean is not None and shape.values and not min(shape.values) <= mean <= max(shape.values):
        report.add(row.line, f"a mean of {mean:g} lies outside the scale of “{row['question']}”.")
    if mean is not None and (n is None or n < 2 or n != int(n)):
        report.add(row.line, "a panel's mean needs “panel_n”, a whole number of at least 2.")
    if sd is not None and sd < 0:
        report.add(row.line, "a standard deviation is not negative.")


def _number(row: Row, name: str, report: CheckReport) -> float | None:
    text = row[name].replace(",", ".")
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        report.add(row.line, f"“{name}” is not a number: {row[name]}.")
        return None
    return found
