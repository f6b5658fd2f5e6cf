"""The table of passages that adjudicators marked: a row each, beside those of raters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rating.queries.adjudicated import JudgedPassage, judged_passages
from rating.queries.exports import ExportScope
from rating.queries.restricted_passages import restricted_keys, restricted_places, shares_words
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


def passage_table(scope: ExportScope) -> Iterator[Row]:
    """One row per passage of every decided item."""
    yield list(PASSAGE_COLUMNS)
    restricted = restricted_keys(scope.study)
    places = {} if scope.with_restricted else restricted_places(scope.study)
    for passages in judged_passages(scope):
        for one in passages:
            marked = places.get((one.adjudication.item_id, one.passage["target"]), [])
            yield _cells(one, _because(one, marked, restricted, scope))


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
