"""Known answers from a file: all rows or none."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.imports.checks.known_answers import AskedShape, KeyInput, checked_keys
from annotation.imports.checks.report import CheckReport
from annotation.models import Item, Question, Response, RubricVersion, Study, Turn, User
from annotation.services.known_items import keep_item, write_keys
from rating.queries.keyed_items import keyable_questions
from rating.services.answer_kinds import OF_RESPONSES, part_keys, targets_of


@dataclass(frozen=True)
class UploadedKeys:
    n_items: int
    n_keys: int


def upload_keys(
    study: Study, *, actor: User, name: str, data: bytes, use: str, version: RubricVersion
) -> UploadedKeys:
    """Set the items of a file aside for `use` and store their keys.

    Raises:
        DomainError: INVALID_FILE with a sentence for every faulty row; nothing is stored then.
    """
    items = list(Item.objects.claimable().filter(study=study).select_related("conversation"))
    loaded = {item.external_id: item for item in items}
    report = CheckReport(name)
    questions = keyable_questions(version)
    wanted = checked_keys(data, questions=_shapes(questions, items), items=loaded.keys(), report=report)
    refusals = []
    with transaction.atomic():
        for external_id, keys in wanted.items():
            try:
                with transaction.atomic():
                    _store(study, loaded[external_id], keys, actor=actor, use=use)
            except DomainError as error:
                refusals.append(f"{external_id}: {error.message}")
        if refusals or not report.is_clean():
            raise DomainError(
                Code.INVALID_FILE,
                _("The file was not taken. Mend these rows:"),
                [*report.sentences(), *refusals],
            )
    return UploadedKeys(len(wanted), sum(map(len, wanted.values())))


def _store(study: Study, item: Item, keys: list[KeyInput], *, actor: User, use: str) -> None:
    write_keys(keep_item(study, item, actor=actor, use=use), keys, actor=actor)


def _shapes(questions: list[Question], items: list[Item]) -> dict[str, AskedShape]:
    """What each question can be asked about in each item. Two queries."""
    prefetch_related_objects(items, "responses", "conversation__turns")
    targets: dict[str, dict[str, list[str]]] = {question.key: {} for question in questions}
    for item in items:
        responses, turns = list(item.responses.all()), list(item.conversation.turns.all())
        for question, target, _part in key_places(questions, responses, turns):
            found = targets[question.key].setdefault(item.external_id, [])
            if target not in found:
                found.append(target)
    return {
        question.key: AskedShape(
            values=[level.value for level in question.levels],
            parts=part_keys(question),
            targets=targets[question.key],
        )
        for question in questions
    }


def key_places(
    questions: list[Question], responses: list[Response], turns: list[Turn]
) -> list[tuple[Question, str, str]]:
    """Question, target and part of everything that can be known of an item."""
    return [
        (question, target, part)
        for question in questions
        for target in _targets(question, responses, turns)
        for part in part_keys(question) or [""]
    ]


def _targets(question: Question, responses: list[Response], turns: list[Turn]) -> list[str]:
    if question.kind in OF_RESPONSES:
        return [f"response:{one.position}" for one in responses]
    return targets_of(question, responses, turns)
