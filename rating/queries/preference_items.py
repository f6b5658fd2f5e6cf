"""Items with their texts, for formats that hold them: a page at a time."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from annotation.models import Item, ItemFactor, Response, Turn
from rating.queries.export_items import Cells, ItemValues, Place
from rating.queries.exports import ExportScope
from rating.queries.restricted_passages import restricted_items

Source = tuple[str, str, str]


@dataclass
class RatedItem:
    """An item with its texts and what was answered about it.

    `values`: by place (question, target, part, perspective), then by rater's key and occurrence. `orders`: by
    rater's key, positions of the replies from the left. `is_restricted`: a passage or an answer of a
    restricted question says that its texts may describe ways to self-harm.
    """

    name: str
    language: str
    conversation: str
    values: dict[Place, Cells]
    turns: list[tuple[int, str, str]] = field(default_factory=list)
    replies: dict[int, str] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    factors: dict[str, str] = field(default_factory=dict)
    orders: dict[int, list[int]] = field(default_factory=dict)
    is_restricted: bool = False


def rated_items(scope: ExportScope, pages: Iterable[Sequence[ItemValues]]) -> Iterator[RatedItem]:
    """Rated items with their texts, in the order of the pages; four queries a page, and five before all."""
    restricted = restricted_items(scope.study)
    for page in pages:
        yield from items_with_texts(scope, page, restricted)


def items_with_texts(
    scope: ExportScope, page: Sequence[ItemValues], restricted: Container[int]
) -> Iterator[RatedItem]:
    """The items of one page, in the study's order. Four queries."""
    given = {one.name: one for one in page}
    rows = Item.objects.filter(study=scope.study, external_id__in=given).select_related("conversation")
    items = {
        item.pk: RatedItem(
            item.external_id,
            item.language,
            item.conversation.external_id,
            given[item.external_id].values,
            orders=given[item.external_id].orders,
            is_restricted=item.pk in restricted,
        )
        for item in rows.order_by("pk")
    }
    by_conversation: dict[int, list[int]] = {}
    for item in rows:
        by_conversation.setdefault(item.conversation_id, []).append(item.pk)
    turns = Turn.objects.filter(conversation__in=by_conversation).order_by("conversation_id", "position")
    names = ("conversation_id", "position", "speaker", "text")
    for conversation, position, speaker, text in turns.values_list(*names):
        for key in by_conversation[conversation]:
            items[key].turns.append((position, speaker, text))
    _add_replies(items)
    for key, factor, value in ItemFactor.objects.filter(item__in=items).values_list(
        "item_id", "factor__key", "value"
    ):
        items[key].factors[factor] = value
    yield from items.values()


def _add_replies(items: dict[int, RatedItem]) -> None:
    names = ("item_id", "position", "text", "source__kind", "source__name", "source__condition")
    for key, position, text, *source in Response.objects.filter(item__in=items).values_list(*names):
        kind, name, condition = (said or "" for said in source)
        items[key].replies[position] = text
        items[key].sources[position] = (kind, name, condition)
