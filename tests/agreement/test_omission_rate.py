# mypy: disable-error-code="operator"
"""Critical omissions per reply, per coder and per group."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, IntervalOptions, Reason
from rating.agreement.checklist import JUDGEMENTS, Checklist
from rating.agreement.statistics.omission_rate import omission_rate

PLAIN = IntervalOptions(method="none")


def checklist_of(judged: Any, critical: Any = ("risk", "means")) -> Checklist:
    """{item: {coder: {element: value}}}"""
    rows = [
        (item, coder, coder.split("-")[0], element, element in critical, value)
        for item, coders in judged.items()
        for coder, elements in coders.items()
        for element, value in elements.items()
    ]
    columns = ["item", "rater", "group", "element", "critical", "value"]
    return Checklist.from_frame(pd.DataFrame(rows, columns=columns))


def one_reply(**coders: Any) -> Checklist:
    return checklist_of({"i": {f"c-{name}": elements for name, elements in coders.items()}})


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"risk": "missing", "means": "covered"}, [1]),
        ({"risk": "covered", "means": "not_needed"}, [0]),
        ({"risk": "partial", "means": None}, [0]),
        ({"risk": "not_needed", "means": "not_needed"}, []),
        ({"risk": "not_needed", "means": None}, []),
        ({"risk": "covered", "warmth": "missing"}, [0]),
    ],
)
def test_a_coder_marks_an_omission_where_an_applicable_critical_element_is_missing(
    elements: Any, expected: Any
) -> None:
    assert one_reply(a=elements).votes().level.tolist() == expected


def test_partial_counts_in_the_sensitivity_analysis_only() -> None:
    checklist = one_reply(a={"risk": "partial", "means": "covered"})
    assert omission_rate(checklist, options=PLAIN).estimate == 0.0
    assert omission_rate(checklist, omitted=("missing", "partial"), options=PLAIN).estimate == 1.0


def test_half_of_the_coders_of_a_reply_suffice() -> None:
    judged = {
        "i": {f"c-{n}": {"risk": "missing" if n < 2 else "covered"} for n in range(4)},
        "j": {f"c-{n}": {"risk": "missing" if n < 1 else "covered"} for n in range(4)},
        "k": {f"c-{n}": {"risk": "missing" if n < 1 else "not_needed"} for n in range(4)},
    }
    found = omission_rate(checklist_of(judged), options=PLAIN)
    assert found.estimate == pytest.approx(2 / 3)
    assert omission_rate(checklist_of(judged), unit="judgements", options=PLAIN).estimate == pytest.approx(
        4 / 9
    )
    assert [(part.reason, part.n) for part in found.basis.left_out] == [("not_needed", 3)]


def random_checklist(seed: int) -> Checklist:
    rng = np.random.default_rng(seed)
    judged = {
        f"i{item:02d}": {
            f"{group}-{coder}": {
                element: str(rng.choice(JUDGEMENTS, p=(0.5, 0.1, 0.25, 0.15)))
                for element in ("risk", "means", "warmth")
            }
            for group in ("peer", "clinician")
            for coder in range(4)
        }
        for item in range(15)
    }
    return checklist_of(judged)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_rates_are_those_of_a_plain_count(seed: int) -> None:
    checklist = random_checklist(seed)
    marks = checklist.elements
    verdicts: dict[str, list[bool]] = {}
    values: dict[tuple[str, int], list[str]] = {}
    for item, rater, level in zip(marks.item, marks.rater, marks.level, strict=True):
        if checklist.is_critical[item] and marks.groups[marks.rater_group[rater]] == "peer":
            values.setdefault((checklist.item_of[item], int(rater)), []).append(JUDGEMENTS[level])
    for (reply, _), row in values.items():
        if set(row) != {"not_needed"}:
            verdicts.setdefault(reply, []).append("missing" in row)
    expected = [2 * sum(row) >= len(row) for row in verdicts.values()]
    found = omission_rate(checklist, group="peer", options=PLAIN)
    assert found.estimate == pytest.approx(sum(expected) / len(expected))


def test_interval_holds_the_clustering_of_judgements_by_coder() -> None:
    """Two strict coders and two lax ones: as many judgements, far less certain than independent ones."""
    judged = {
        f"i{item:02d}": {f"c-{coder}": {"risk": "missing" if coder < 2 else "covered"} for coder in range(4)}
        for item in range(30)
    }
    found = omission_rate(checklist_of(judged), unit="judgements")
    independent = (0.25 / 120) ** 0.5
    assert found.interval.method == "two_way_jackknife"
    assert found.interval.std_error > 4 * independent


def test_group_without_votes_has_no_rate() -> None:
    judged = {"i": {"c-1": {"risk": "missing"}, "d-1": {"risk": "not_needed"}}}
    assert omission_rate(checklist_of(judged), group="d").reason is Reason.NO_RATINGS


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": "gone"}, "off_scale"),
        ({"critical": None}, "bad_option"),
        ({"critical": [True, False]}, "bad_option"),
        ({"element": None}, "missing_label"),
        ({"item": None}, "missing_label"),
        ({"rater": "a"}, "duplicate_ratings"),
    ],
)
def test_defects_of_a_checklist_are_refused_by_name(change: Any, code: str) -> None:
    rows = [("i", "a", "g", "risk", True, "missing"), ("i", "b", "g", "risk", True, "covered")]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "element", "critical", "value"])
    with pytest.raises(AgreementInputError) as refused:
        Checklist.from_frame(frame.assign(**change))
    assert refused.value.code == code
    with pytest.raises(AgreementInputError):
        Checklist.from_frame(frame.drop(columns="critical"))


def test_unknown_options_are_refused_and_nothing_critical_has_no_votes() -> None:
    checklist = one_reply(a={"risk": "missing"})
    with pytest.raises(AgreementInputError):
        omission_rate(checklist, unit="words")  # type: ignore[arg-type]
    with pytest.raises(AgreementInputError):
        checklist.votes(omitted=("covered",))
    with pytest.raises(AgreementInputError):
        one_reply(a={"warmth": "missing"}).votes()
