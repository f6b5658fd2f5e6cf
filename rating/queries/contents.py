"""What there is to read of an item, in one query; never the sources of replies nor hidden factors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from annotation.kept import fetched
from annotation.models import Item, Question, Response, Turn
from rating.models import Presentation
from rating.queries.kept_rubrics import kept_rubric

# To be asked of an `{item}`, or beside the claim of a `{slot}` by a `{rater}`.
CONTENTS = """SELECT 0, i.id, i.code, i.conversation_id, i.language, i.text_direction,
    CASE WHEN i.is_heavy THEN 1 ELSE 0 END, CAST(i.content_notes AS text)
FROM annotation_item i WHERE i.id = {item}
UNION ALL SELECT 1, t.id, '', t.position, t.speaker, t.text, 0, ''
FROM annotation_turn t JOIN annotation_item i ON i.conversation_id = t.conversation_id WHERE i.id = {item}
UNION ALL SELECT 2, r.id, r.code, r.position, '', r.text, 0, ''
FROM annotation_response r WHERE r.item_id = {item}
UNION ALL SELECT 3, p.id, p.code, 0, '', '', 0, ''
FROM rating_presentation p WHERE p.slot_id = {slot} AND p.rater_id = {rater}
"""
_OF_TURNS = {Question.Target.TURN, Question.Target.SUPPORTER_TURN, Question.Target.SEEKER_TURN}
_ITEM, _TURN, _RESPONSE, _PRESENTATION = range(4)


@dataclass(frozen=True)
class Contents:
    """`was_shown`: whether this rater has seen the slot before. `item`: what the screen needs of it."""

    item: Item
    turns: list[Turn]
    responses: list[Response]
    was_shown: bool = False


_ASKED = CONTENTS.format(item="%s", slot="%s", rater="%s")


def contents_of(item_id: int, *, slot_id: int = 0, rater_id: int = 0) -> Contents:
    """Turns and replies in their order."""
    return contents_in(fetched(_ASKED, [item_id, item_id, item_id, slot_id, rater_id]))


def contents_in(rows: Iterable[tuple[Any, ...]]) -> Contents:
    """The same of rows that were read already."""
    found: dict[int, list[tuple[Any, ...]]] = {kind: [] for kind in range(4)}
    for kind, *row in rows:
        found[kind].append(tuple(row))
    # Position is the third column of both.
    turns = sorted(found[_TURN], key=lambda row: row[2])
    responses = sorted(found[_RESPONSE], key=lambda row: row[2])
    item = _item(found[_ITEM][0])
    return Contents(
        item=item,
        turns=[Turn(pk=row[0], position=row[2], speaker=row[3], text=row[4]) for row in turns],
        responses=[
            Response(pk=row[0], code=row[1], item_id=item.pk, position=row[2], text=row[4])
            for row in responses
        ],
        was_shown=bool(found[_PRESENTATION]),
    )


def _item(row: tuple[Any, ...]) -> Item:
    names = ("id", "code", "conversation_id", "language", "text_direction", "is_heavy", "content_notes")
    values = (*row[:5], bool(row[5]), json.loads(str(row[6])))
    return Item.from_db(None, names, values)


def shown_places(presentation: Presentation) -> Contents | None:
    """The replies that were shown, without their texts; None where questions are about turns, or where no
    order was kept."""
    by_key = kept_rubric(presentation.rubric_version).by_key
    shown = (by_key[key] for key in presentation.question_order if key in by_key)
    of_turns = any(question.target in _OF_TURNS for question in shown)
    if of_turns or not presentation.response_order:
        return None
    item, places = presentation.slot.item, sorted(presentation.response_order)
    return Contents(item, [], [Response(item_id=item.pk, position=place) for place in places])
