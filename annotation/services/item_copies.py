"""The items of an earlier study once more in a new one. Inside the caller's transaction."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import (
    CheckSettings,
    Conversation,
    Factor,
    GoldKey,
    Item,
    ItemFactor,
    KeyedItem,
    PassMark,
    Rater,
    Response,
    ResponseSource,
    Study,
    Turn,
    User,
)

# One transaction writes them all while raters of other studies wait for SQLite's one pen.
MOST_ITEMS = 1000
ITEM = (
    "external_id",
    "position",
    "language",
    "text_direction",
    "has_text",
    "is_heavy",
    "content_notes",
    "content_hash",
)


def copy_items(source: Study, study: Study, *, actor: User, rated: bool, known: bool) -> int:
    """Items with a text, their responses, hidden sources and factors: those that are `rated`, those whose
    answers are `known`, with their answers. Returns how many.

    Raises:
        DomainError: NOT_ALLOWED for somebody who rates in `source`, because the copy would show who wrote
            the replies there; TOO_LARGE for more than MOST_ITEMS.
    """
    if not (rated or known):
        return 0
    if Rater.objects.filter(study=source, member__user=actor).exists():
        raise DomainError(
            Code.NOT_ALLOWED,
            _("You rate in that study: a copy of its items would show you who wrote the replies."),
        )
    items = list(Item.objects.plannable().filter(study=source)) if rated else []
    items += list(Item.objects.claimable().filter(study=source, keyed__isnull=False)) if known else []
    if len(items) > MOST_ITEMS:
        raise DomainError(
            Code.TOO_LARGE,
            _("At most %(n)s items are copied. Copy without them, and import their file again.")
            % {"n": MOST_ITEMS},
        )
    talks = _copied_talks(items, study)
    pairs = {
        item.pk: Item(study=study, conversation=talks[item.conversation_id], **_of(item)) for item in items
    }
    Item.objects.bulk_create(pairs.values())
    _copy_responses(pairs)
    _copy_factors(source, study, pairs)
    _copy_known(study, pairs)
    return len(items)


def copy_checks(source: Study, study: Study) -> None:
    """How raters are examined and checked: rates, tries, pass marks. Inside the caller's transaction."""
    here = {"id": None, "study_id": study.pk}
    rates = CheckSettings.objects.filter(study=source).values()
    CheckSettings.objects.bulk_create(CheckSettings(**{**row, **here}) for row in rates)
    marks = PassMark.objects.filter(study=source).values()
    PassMark.objects.bulk_create(PassMark(**{**row, **here}) for row in marks)


def _copy_known(study: Study, pairs: dict[int, Item]) -> None:
    keyed = {
        one.pk: KeyedItem(study=study, item=pairs[one.item_id], use=one.use, position=one.position)
        for one in KeyedItem.objects.filter(item__in=pairs)
    }
    KeyedItem.objects.bulk_create(keyed.values())
    rows = GoldKey.objects.filter(keyed__in=keyed).values()
    GoldKey.objects.bulk_create(
        GoldKey(**{**row, "id": None, "keyed_id": keyed[row["keyed_id"]].pk}) for row in rows
    )


def _of(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ITEM}


def _copied_talks(items: list[Item], study: Study) -> dict[int, Conversation]:
    wanted = {item.conversation_id for item in items}
    talks = {
        one.pk: Conversation(
            study=study,
            external_id=one.external_id,
            language=one.language,
            content_hash=one.content_hash,
        )
        for one in Conversation.objects.filter(pk__in=wanted)
    }
    Conversation.objects.bulk_create(talks.values())
    turns = Turn.objects.filter(conversation__in=wanted)
    Turn.objects.bulk_create(
        Turn(
            conversation=talks[turn.conversation_id],
            position=turn.position,
            speaker=turn.speaker,
            text=turn.text,
        )
        for turn in turns
    )
    return talks


def _copy_responses(pairs: dict[int, Item]) -> None:
    responses = list(Response.objects.filter(item__in=pairs).select_related("source"))
    copies = [Response(item=pairs[one.item_id], position=one.position, text=one.text) for one in responses]
    Response.objects.bulk_create(copies)
    ResponseSource.objects.bulk_create(
        ResponseSource(
            response=copy, kind=one.source.kind, name=one.source.name, condition=one.source.condition
        )
        for one, copy in zip(responses, copies, strict=True)
        if hasattr(one, "source")
    )


def _copy_factors(source: Study, study: Study, pairs: dict[int, Item]) -> None:
    factors = {
        one.pk: Factor(study=study, key=one.key, name=one.name, is_hidden=one.is_hidden)
        for one in Factor.objects.filter(study=source)
    }
    Factor.objects.bulk_create(factors.values())
    ItemFactor.objects.bulk_create(
        ItemFactor(item=pairs[one.item_id], factor=factors[one.factor_id], value=one.value)
        for one in ItemFactor.objects.filter(item__in=pairs)
    )
