"""Tables and sentences, from an analysis of hand-made ratings."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd
import pytest

from rating.agreement import Ratings, Scale, analyse_question
from rating.reporting import sentences
from rating.reporting.files import latex_text, table_csv, table_latex, tables_csv
from rating.reporting.overview_tables import overview_tables
from rating.reporting.question_tables import question_tables
from rating.reporting.report import Report, question_label
from rating.reporting.tables import Column, Kind, Table, number_text, p_text
from tests.rating.rated import APART, FLAGS, Values

ESTIMATE = {
    "estimate": 0.61234,
    "low": -0.004,
    "high": 0.9,
    "n_items": 4,
    "n_raters": 3,
    "n_ratings": 12,
    "interval_method": "two_way_jackknife",
    "reason": None,
    "interval_reason": None,
}
UNDEFINED = {**ESTIMATE, "estimate": None, "low": None, "high": None, "reason": "one_category"}
ADJUSTED = {"safety": 0.04, "flag_gushing": 0.6}


def ratings(values: Values, scale: Scale) -> Ratings:
    rows = [
        {"item": f"i{place}", "rater": f"{group}{number}", "group": group, "value": value}
        for group, raters in values.items()
        for number, given in enumerate(raters)
        for place, value in enumerate(given)
    ]
    return Ratings.from_frame(pd.DataFrame(rows), scale, groups=("peer", "clinician"))


@pytest.fixture(scope="module")
def report() -> Report:
    safety = analyse_question(ratings(APART, Scale((1, 2, 3, 4, 5), "ordinal")), seed=1).to_dict()
    flag = analyse_question(ratings(FLAGS, Scale((0, 1), "nominal")), seed=1).to_dict()
    tests = [
        {"question": key, "pair": ["peer", "clinician"], "p": p, "adjusted_p": p}
        for key, p in ADJUSTED.items()
    ]
    results = {
        "groups": ["peer", "clinician"],
        "questions": {"safety": safety, "flag_gushing": flag},
        "families": [{"key": "scale", "tests": tests}],
    }
    shared = {"target": "response", "versions": ["core 1"]}
    five = {"measurement": "ordinal", "values": [1.0, 2.0, 3.0, 4.0, 5.0], "labels": list("abcde")}
    yes_no = {"measurement": "nominal", "values": [0.0, 1.0], "labels": ["No", "Yes"]}
    questions = [
        {
            "key": "flag_gushing",
            "text": "Gushing?",
            "kind": "flag",
            "construct": "",
            "scale": yes_no,
            **shared,
        },
        {"key": "safety", "text": "Worse?", "kind": "scale", "construct": "safety", "scale": five, **shared},
    ]
    groups = [
        {"key": "peer", "name": "Peer supporters", "kind": "human"},
        {"key": "clinician", "name": "Clinicians", "kind": "human"},
    ]
    return Report(results, {"questions": questions, "groups": groups})


def small(*values: Any) -> Table:
    kinds = [Kind.TEXT, Kind.ESTIMATE, Kind.P]
    columns = [Column(f"c{place}", kind) for place, kind in enumerate(kinds)]
    return Table("small", "50 % & more_", columns, [list(values)])


def test_shown_when_defined_has_interval_and_true_minus_and_no_negative_zero() -> None:
    assert small("a", ESTIMATE, 0.0312).shown().rows == [["a", "0.612 (0.00 to 0.90)", "0.031"]]
    assert number_text(-1.5) == "−1.50"


def test_shown_when_undefined_says_so_and_gives_the_reason_below() -> None:
    shown = small("a", UNDEFINED, None).shown()
    assert shown.rows == [["a", "not defined (a)", None]]
    assert shown.notes[0].startswith("(a) not defined: all ratings fall on one and the same value")


def test_shown_when_an_interval_is_missing_says_why() -> None:
    bare = {**ESTIMATE, "low": None, "high": None, "interval_reason": "too_few_raters"}
    shown = small("a", bare, 0.5).shown()
    assert shown.rows[0][1] == "0.612 (no interval: a)"
    assert "three raters" in shown.notes[0]


@pytest.mark.parametrize(
    ("p", "text"), [(0.00001, "< 0.0001"), (0.00021, "0.0002"), (0.0312, "0.031"), (1.0, "1.000")]
)
def test_p_text_when_small_keeps_its_digits(p: float, text: str) -> None:
    assert p_text(p) == text


def test_table_csv_when_written_is_unrounded_and_carries_counts_and_reason() -> None:
    rows = list(csv.DictReader(io.StringIO(table_csv(small("=1+1", UNDEFINED, 0.1 + 0.2)))))
    assert rows[0]["c0"] == "'=1+1"
    assert rows[0]["c1"] == ""
    assert rows[0]["c1: reason"] == "one_category"
    assert rows[0]["c1: n ratings"] == "12"
    assert rows[0]["c2"] == "0.30000000000000004"


def test_table_latex_when_written_is_escaped_booktabs() -> None:
    text = table_latex(small("a_b & 5 %", ESTIMATE, 0.5))
    assert "\\toprule" in text
    assert "\\caption{50 \\% \\& more\\_}" in text
    assert "a\\_b \\& 5 \\% & 0.612 (0.00 to 0.90) & 0.500 \\\\" in text


def test_latex_text_when_hostile_is_harmless() -> None:
    assert latex_text("\\input{x}$#~^") == (
        "\\textbackslash{}input\\{x\\}\\$\\#\\textasciitilde{}\\textasciicircum{}"
    )


def test_every_table_when_shown_and_flat_has_as_many_cells_as_columns(report: Report) -> None:
    tables = [*overview_tables(report), *(t for q in report.questions for t in question_tables(report, q))]
    assert len({table.key for table in tables}) == len(tables)
    for table in tables:
        shown = table.shown()
        names, rows = table.flat()
        assert all(len(row) == len(shown.columns) for row in shown.rows), table.key
        assert all(len(row) == len(names) for row in rows), table.key
        assert table.rows, table.key


def test_tables_csv_when_written_names_table_row_and_column(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(tables_csv(overview_tables(report)))))
    found = [
        row["value"]
        for row in rows
        if (row["table"], row["row"], row["column"])
        == ("overview-agreement", "Safety", "Krippendorff’s alpha")
    ]
    alphas = [part["estimates"]["alpha"]["estimate"] for part in report.rated[0].result["within"]]
    assert [float(value) for value in found] == alphas


def test_questions_when_listed_have_rated_ones_first(report: Report) -> None:
    assert [question.key for question in report.questions] == ["safety", "flag_gushing"]


def test_summary_when_the_adjusted_test_finds_a_gap_names_it(report: Report) -> None:
    assert sentences.summary(report, report.questions[0]) == "Peer supporters and Clinicians pull apart."


def test_summary_when_it_finds_none_does_not_claim_agreement(report: Report) -> None:
    text = sentences.summary(report, report.questions[1])
    assert text == "No gap beyond chance was found between Peer supporters and Clinicians."


def test_pair_sentences_when_a_gap_is_named_give_size_interval_and_p(report: Report) -> None:
    gap = report.rated[0].result["pairs"][0]["misalignment"]["rms_gap"]
    sentence = sentences.pair_sentences(report, report.rated[0])[0]
    assert f"RMS gap {gap['estimate']:.2f} scale points (95 % interval" in sentence
    assert "adjusted p = 0.040" in sentence


def test_level_sentence_when_ordinal_tells_what_interval_would_change(report: Report) -> None:
    within = report.rated[0].result["within"][0]["alpha_by_level"]
    expected = f"Peer supporters {within['interval']:.2f} instead of {within['ordinal']:.2f}"
    assert expected in sentences.level_sentence(report, report.rated[0])
    assert sentences.level_sentence(report, report.flags[0]) == ""


def test_readings_when_shown_name_groups_and_not_keys(report: Report) -> None:
    for question in report.questions:
        for observation in question.result["diagnostics"]:
            assert "peer" not in report.reading(observation).replace("Peer", "")


def test_question_label_when_key_begins_with_its_construct_splits_it() -> None:
    assert question_label("empathy_warmth", "empathy") == "Empathy: warmth"
    assert question_label("safety", "safety") == "Safety"
    assert question_label("flag_untrue_belief", "safety") == "Untrue belief"


def test_groups_when_unknown_get_free_numbers_and_judges_their_own() -> None:
    head = [
        {"key": key, "name": key, "kind": kind}
        for key, kind in (
            ("expert", "human"),
            ("clinician", "human"),
            ("llm", "judge"),
            ("crowd", "human"),
            ("more", "human"),
        )
    ]
    numbers = {key: group.number for key, group in Report({}, {"groups": head}).groups.items()}
    assert numbers == {"expert": 1, "clinician": 2, "llm": 4, "crowd": 3, "more": 5}
