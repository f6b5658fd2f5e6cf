"""What the numbers say, in sentences. A gap is named only where the adjusted permutation test finds one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rating.agreement.wording import direction_sentence, reason_sentence
from rating.reporting.question_tables import PART_LABELS
from rating.reporting.report import Question, Report
from rating.reporting.tables import interval_text, number_text, p_text

# The usual convention, said wherever it decides what is named; the numbers stand beside it.
LIMIT = 0.05


def pair_sentences(report: Report, question: Question) -> list[str]:
    """One sentence per pair of groups, those that pull apart first."""
    pairs = [(report.adjusted_p(question.key, pair["pair"]), pair) for pair in question.result["pairs"]]
    ordered = sorted(pairs, key=lambda entry: (entry[0] is None, entry[0] or 0.0))
    return [_pair_sentence(report, question, pair, p) for p, pair in ordered]


def is_apart(p: float | None) -> bool:
    """Whether the adjusted test finds a gap at the usual limit."""
    return p is not None and p <= LIMIT


def summary(report: Report, question: Question) -> str:
    """Which groups pull apart on the question, in plain words; the question itself is named around it."""
    apart: list[str] = []
    rest: list[str] = []
    untested: list[str] = []
    for pair in question.result["pairs"]:
        p = report.adjusted_p(question.key, pair["pair"])
        place = apart if is_apart(p) else untested if p is None else rest
        place.append(_both(report, pair["pair"]))
    parts = []
    if apart:
        parts.append(f"{apart[0]} pull apart{''.join(f', so do {both}' for both in apart[1:])}.")
    if rest:
        parts.append(f"No gap beyond chance was found between {'; '.join(rest)}.")
    if untested:
        parts.append(f"Not tested: {'; '.join(untested)}.")
    return " ".join(parts) or "Only one group rated this question: there is nothing to compare."


def has_gap(report: Report, question: Question) -> bool:
    """Whether any two groups pull apart on the question."""
    return any(is_apart(report.adjusted_p(question.key, pair["pair"])) for pair in question.result["pairs"])


def within_sentence(report: Report, question: Question) -> str:
    """How far each group agrees within itself."""
    level = question.result["level"]
    parts = []
    for part in question.result["within"]:
        if part["pooled"]:
            continue
        estimate = part["estimates"]["alpha"]
        name = report.scope_name(part["scope"])
        if estimate["estimate"] is None:
            parts.append(f"{name} not defined")
            continue
        interval = interval_text(estimate)
        parts.append(f"{name} {number_text(estimate['estimate'])}" + (f" ({interval})" if interval else ""))
    return f"Krippendorff’s alpha ({level}) within groups: {'; '.join(parts)}."


def level_sentence(report: Report, question: Question) -> str:
    """What reading the scale as interval instead of ordinal would change."""
    changes = []
    for part in question.result["within"]:
        ordinal, interval = (part["alpha_by_level"].get(name) for name in ("ordinal", "interval"))
        if ordinal is not None and interval is not None:
            name = report.scope_name(part["scope"])
            changes.append(f"{name} {number_text(interval)} instead of {number_text(ordinal)}")
    if not changes or question.scale["measurement"] == "nominal":
        return ""
    return f"Read as interval instead of ordinal, alpha would be: {'; '.join(changes)}."


def check_sentence(question: Question) -> str:
    """How far our alpha and the krippendorff package's differ."""
    checks = [part["cross_check"] for part in question.result["within"]]
    found = [check["difference"] for check in checks if check["difference"] is not None]
    if not found:
        return ""
    version = checks[0]["package_version"]
    largest = max(found)
    how = "gives the same values" if largest < 1e-12 else f"differs by at most {largest:.1g}"
    return f"Every alpha was computed a second time by the krippendorff package {version}, which {how}."


def _pair_sentence(report: Report, question: Question, pair: Mapping[str, Any], p: float | None) -> str:
    found, both = pair["misalignment"], _both(report, pair["pair"])
    if p is None:
        why = found["test"]["reason"] or found["reason"]
        return f"{both}: {_gap(question, found)}. {reason_sentence(why)}"
    if not is_apart(p):
        return f"{both}: no gap beyond chance (adjusted p {_equals(p)}); {_gap(question, found)}."
    first, second = (report.scope_name(key) for key in pair["pair"])
    # Without a difference in level beyond chance, saying who rates higher would read as a finding.
    is_directed = is_apart(found["direction_test"]["p"])
    way = f" {direction_sentence(found['direction'], first, second)}" if is_directed else ""
    start = f"{both} pull apart: {_gap(question, found)}, adjusted p {_equals(p)}."
    return f"{start}{way} {_largest(found)}".strip()


def _gap(question: Question, found: Mapping[str, Any]) -> str:
    name, label = ("m", "M") if question.is_flag else ("rms_gap", "RMS gap")
    estimate = found[name]
    if estimate["estimate"] is None:
        return f"{label} not defined"
    unit = "" if question.is_flag else " scale points"
    interval = interval_text(estimate)
    reach = f" ({100 * estimate['confidence']:g} % interval {interval})" if interval else ""
    return f"{label} {number_text(estimate['estimate'])}{unit}{reach}"


def _largest(found: Mapping[str, Any]) -> str:
    parts = {name: found["parts"][name]["estimate"] for name in found["parts"]["printed"]}
    known = {name: value for name, value in parts.items() if value is not None}
    if not known:
        return ""
    name = max(known, key=lambda part: known[part])
    return f"The largest part of the misalignment is {PART_LABELS[name].lower()}."


def _equals(p: float) -> str:
    text = p_text(p)
    return text if text.startswith("<") else f"= {text}"


def _both(report: Report, pair: list[str]) -> str:
    first, second = (report.scope_name(key) for key in pair)
    return f"{first} and {second}"
