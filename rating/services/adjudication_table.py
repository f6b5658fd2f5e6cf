"""The table of decisions in an export: kept beside the ratings, never in place of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rating.models import JudgementAnswer
from rating.queries.adjudicated import DecidedRow, decided_rows
from rating.queries.exports import ExportScope
from rating.services.comment_scan import may_tell_who
from rating.services.export_tables import ANSWER_COLUMNS, RATING_COLUMNS, Cell, Row

NAME = "adjudications.csv"
ADJUDICATION_COLUMNS = {
    "item_id": RATING_COLUMNS["item_id"],
    "adjudicator": "Running number of the adjudicator in the study, by their first decision; no pseudonym.",
    "rubric": "Key of the rubric.",
    "rubric_version": "Number of the rubric's version that the adjudicator answered.",
    "question": "Key of the question; empty where nothing was answered.",
    "target": ANSWER_COLUMNS["target"],
    "part": ANSWER_COLUMNS["part"],
    "perspective": "self, or the key of the group in whose place the adjudicator answered.",
    "own_value": "The adjudicator's own rating, given before they saw what raters said: the level's value.",
    "own_label": "The same level in words.",
    "own_missing": "Why the own rating has no value; empty where there is one.",
    "own_text": "What the adjudicator wrote as the own answer; empty where withheld.",
    "decision_value": "The decision, made with the raters' reasons in sight: the level's value.",
    "decision_label": "The same level in words.",
    "decision_missing": "Why the decision has no value; empty where there is one.",
    "decision_text": "What the adjudicator wrote as the decided answer; empty where withheld.",
    "own_comment": "What the adjudicator wrote beside the own rating, the same in all its rows; empty where "
    "withheld.",
    "rests_on": "What the decision on the item rests on, the same in all its rows; empty where withheld.",
    "is_withheld": "true where words of the row stay on the server.",
    "withheld_because": "restricted: the question is; identifier: the scan found what may tell who somebody "
    "is (nobody can release words of adjudicators); public: they may repeat words of raters who do not share "
    "publicly. Separated by spaces; empty where nothing is withheld.",
    "judged_on": "Day of the own rating, UTC (ISO 8601).",
    "decided_on": "Day of the decision, UTC (ISO 8601).",
}


def adjudication_table(scope: ExportScope) -> Iterator[Row]:
    """One row per question, target and part of every decided item; open ones are nobody's business yet."""
    yield list(ADJUDICATION_COLUMNS)
    for row in decided_rows(scope):
        yield _cells(row, scope)


def _cells(row: DecidedRow, scope: ExportScope) -> list[Cell]:
    version, (_, *place) = row.decision.rubric_version, row.place
    words = _Words(scope)
    cells: list[Cell] = [row.adjudication.item.external_id, row.number, version.rubric.key, version.number]
    cells += [*place, *_answer(row.own_answer, words), *_answer(row.decision_answer, words)]
    cells += [words.passed(row.own.comment), words.passed(row.decision.comment)]
    cells += [bool(words.reasons), " ".join(sorted(words.reasons))]
    return [*cells, _day(row.own.judged_at), _day(row.decision.judged_at)]


def _answer(answer: JudgementAnswer | None, words: _Words) -> list[Cell]:
    if answer is None:
        return [None, "", "", ""]
    text = words.passed(answer.text, is_restricted=answer.question.is_restricted)
    return [answer.value, answer.level.label if answer.level else "", answer.missing, text]


class _Words:
    """What of an adjudicator's words may leave, and why the rest of a row's may not."""

    def __init__(self, scope: ExportScope) -> None:
        self._scope = scope
        self.reasons: set[str] = set()

    def passed(self, text: str, *, is_restricted: bool = False) -> str:
        because = self._kept_because(text, is_restricted=is_restricted) if text else ""
        if because:
            self.reasons.add(because)
        return "" if because else text

    def _kept_because(self, text: str, *, is_restricted: bool) -> str:
        if is_restricted and not self._scope.with_restricted:
            return "restricted"
        if self._scope.is_public:
            return "public"
        return "identifier" if may_tell_who(text) else ""


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
