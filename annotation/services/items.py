"""Items added by hand, one at a time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Conversation, Item, Response, ResponseSource, Study, Turn, User

SPEAKER = re.compile(r"^(seeker|supporter)\s*:\s*(.*)$", re.IGNORECASE)
MAX_TURNS = 500


@dataclass(frozen=True)
class WrittenTurn:
    speaker: str
    text: str


def written_turns(text: str) -> list[WrittenTurn]:
    """Turns from lines that begin with "Seeker:" or "Supporter:"; other lines go on with the turn above.

    Raises:
        DomainError: INVALID with one sentence per faulty line.
    """
    turns: list[tuple[str, list[str]]] = []
    faults = []
    for number, line in enumerate(text.strip().splitlines(), start=1):
        begun = SPEAKER.match(line.strip())
        if begun:
            turns.append((begun[1].lower(), [begun[2]]))
        elif turns:
            turns[-1][1].append(line.rstrip())
        elif line.strip():
            faults.append(f"Line {number} does not begin with “Seeker:” or “Supporter:”.")
    made = [WrittenTurn(speaker, "\n".join(lines).strip()) for speaker, lines in turns]
    faults += [
        f"Turn {n} ({turn.speaker}) is empty." for n, turn in enumerate(made, start=1) if not turn.text
    ]
    if not made and not faults:
        faults.append("Write at least one turn, e.g. “Seeker: I can't sleep.”")
    if len(made) > MAX_TURNS:
        faults.append(f"A conversation may have {MAX_TURNS} turns; this one has {len(made)}.")
    if faults:
        raise DomainError(Code.INVALID, _("The conversation cannot be read as turns."), faults)
    return made


def _content_hash(turns: Iterable[WrittenTurn], response: str) -> str:
    """SHA-256 over speakers, turns and reply: the same text has the same hash in every study."""
    parts = [*[f"{turn.speaker}:{turn.text}" for turn in turns], response]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _new_place(study: Study, external_id: str) -> tuple[str, int]:
    """The item's id, made up when none was given, and its place after all others."""
    last = Item.objects.filter(study=study).aggregate(last=Max("position"))["last"] or 0
    chosen = external_id.strip() or f"item-{last + 1}"
    if Item.objects.filter(study=study, external_id=chosen).exists():
        raise DomainError(Code.INVALID, _("This study already has an item “%(item)s”.") % {"item": chosen})
    return chosen, last + 1


def _new_conversation(study: Study, external_id: str, turns: Sequence[WrittenTurn]) -> Conversation:
    conversation, is_new = Conversation.objects.get_or_create(study=study, external_id=external_id)
    if not is_new:
        raise DomainError(
            Code.INVALID,
            _("This study already has a conversation “%(conversation)s”.") % {"conversation": external_id},
        )
    Turn.objects.bulk_create(
        Turn(conversation=conversation, position=n, speaker=turn.speaker, text=turn.text)
        for n, turn in enumerate(turns, start=1)
    )
    return conversation


@dataclass(frozen=True)
class NewItem:
    """An item as somebody types it: a conversation as lines, and the reply to judge.

    Without a reply the conversation itself is judged. `external_id` is made up when empty.
    """

    conversation: str
    response: str = ""
    external_id: str = ""
    source_kind: str = ResponseSource.Kind.UNKNOWN
    source_name: str = ""
    content_notes: Sequence[str] = ()
    is_heavy: bool = False


def add_item(study: Study, new: NewItem, *, actor: User) -> Item:
    """One item after all others. A plan made before does not hold it.

    Raises:
        DomainError: the conversation cannot be read as turns, or the id is taken.
    """
    turns, response = written_turns(new.conversation), new.response.strip()
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        chosen, position = _new_place(study, new.external_id)
        item = Item.objects.create(
            study=study,
            conversation=_new_conversation(study, chosen, turns),
            external_id=chosen,
            position=position,
            is_heavy=new.is_heavy or bool(new.content_notes),
            content_notes=list(new.content_notes),
            content_hash=_content_hash(turns, response),
        )
        if response:
            reply = Response.objects.create(item=item, text=response)
            ResponseSource.objects.create(response=reply, kind=new.source_kind, name=new.source_name.strip())
        record("item.added", actor=actor, study=study, about=item, n_turns=len(turns))
        return item
