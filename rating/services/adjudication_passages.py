"""The table of passages that adjudicators marked: a row each, beside those of raters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotation.models import Question
from rating.queries.adjudicated import JudgedPassage, judged_passages
from rating.queries.exports import ExportScope, restricted_places, shares_words
from rating.services.adjudication_table import ADJUDICATION_COLUMNS
from rating.services.export_tables import EVIDENCE_COLUMNS, Cell, Row

NAME = "adjudication-passages.csv"
PLACE = ("start", "end", "quote")
PASSAGE_COLUMNS = {
    "item_id": ADJUDICATION_COLUMNS["item_id"],
    "adjudicator": ADJUDICATION_COLUMNS["adjudicator"],
    "step": "own: of the own rating, before raters\u2019 reasons were seen; decision.",
    **{name: EVIDENCE_COLUMNS[name] for name in ("question", "label", "severity", "target", *PLACE)},
    "is_withheld": "true where words and place stay on the server.",
    "withheld_because": "restricted: the question is, or the passage shares words with one of a restricted "
    "question; public: adjudicators are not asked whether they share. Empty where nothing is withheld.",
}
Places = dict[str, list[tuple[int, int]]]


def passage_table(scope: ExportScope) -> Iterator[Row]:
    """One row per passage of every decided item."""
    yield list(PASSAGE_COLUMNS)
    restricted = set(
        Question.objects.filter(version__rubric__study=scope.study, is_restricted=True).values_list(
            "key", flat=True
        )
    )
    of_raters = {} if scope.with_restricted else restricted_places(scope)
    for passages in judged_passages(scope):
        places = _own_places(passages, restricted)
        for one in passages:
            target = one.passage["target"]
            marked = [*of_raters.get((one.adjudication.item_id, target), []), *places.get(target, [])]
            yield _cells(one, _because(one, marked, restricted, scope))


def _own_places(passages: Sequence[JudgedPassage], restricted: set[str]) -> Places:
    """Where adjudicators themselves marked for a restricted question."""
    places: Places = {}
    for one in passages:
        mark = one.passage
        if mark["question"] in restricted and mark["start"] is not None:
            places.setdefault(mark["target"], []).append((mark["start"], mark["end"]))
    return places


def _because(
    one: JudgedPassage, marked: Sequence[tuple[int, int]], restricted: set[str], scope: ExportScope
) -> str:
    place = [one.passage[name] for name in PLACE]
    if not scope.with_restricted and (one.passage["question"] in restricted or shares_words(place, marked)):
        return "restricted"
    return "public" if scope.is_public else ""


def _cells(one: JudgedPassage, because: str) -> list[Cell]:
    what = [one.passage[name] for name in ("question", "label", "severity", "target")]
    place = [None, None, ""] if because else [one.passage[name] for name in PLACE]
    head = [one.adjudication.item.external_id, one.number, one.step]
    return [*head, *what, *place, bool(because), because]
