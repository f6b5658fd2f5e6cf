"""Edits of a rubric draft that refuse what must not be kept, for `annotation.services.rubric_drafts`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotation.design.rubric_document import (
    Document,
    Edit,
    duplicated,
    moved,
    question_of,
    users_of,
    with_about,
    with_question,
    with_scale,
    with_wording,
    without_question,
    without_scale,
    without_wording,
)
from annotation.errors import Code, DomainError
from annotation.imports.checks.rubric import draft_defects
from annotation.imports.checks.rubric_questions import defects_at
from annotation.imports.checks.rubric_scales import scales_of
from annotation.services.rubric_rows import document_digest


def kept_scale(key: str) -> Edit:
    """Take a scale away which no question is answered on."""

    def edit(document: Document) -> Document:
        if users := users_of(document, key):
            words = _("Questions are answered on this scale: %(keys)s.") % {"keys": ", ".join(users)}
            raise DomainError(Code.STATE_FORBIDS, words)
        there_scale(document, key)
        return without_scale(document, key)

    return edit


def written_question(body: Document, *, key: str = "", was: str = "") -> Edit:
    """Put a question at the end, or in the place of the one that `key` names.

    Args:
        was: digest of that question when it was read; empty: whatever stands there now is replaced.
    """

    def edit(document: Document) -> Document:
        if key:
            _refuse_changed(there_question(document, key), was)
        made = with_question(document, body, instead_of=key)
        _refuse(draft_defects(made))
        place = [one["key"] for one in document["questions"]].index(key) if key else -1
        at = place if key else len(made["questions"]) - 1
        _refuse(defects_at(made["questions"], at, scales_of(made)))
        return made

    return edit


def written_scale(key: str, body: Document, *, was: str = "") -> Edit:
    """Add a scale, or change the one of this key; `was` as for questions."""

    def edit(document: Document) -> Document:
        there = document.get("scales", {}).get(key)
        if was:
            _refuse_changed(there, was)
        return with_scale(document, key, body)

    return edit


def written_words(key: str, wording: Document) -> Edit:
    """Words of a question in another language, or for one group."""

    def edit(document: Document) -> Document:
        there_question(document, key)
        return with_wording(document, key, wording)

    return edit


def removed_words(key: str, language: str, group: str) -> Edit:
    def edit(document: Document) -> Document:
        there_question(document, key)
        return without_wording(document, key, language, group)

    return edit


def removed_question(key: str) -> Edit:
    def edit(document: Document) -> Document:
        there_question(document, key)
        return without_question(document, key)

    return edit


def moved_question(key: str, step: int) -> Edit:
    """One place towards the beginning (−1) or the end (1)."""

    def edit(document: Document) -> Document:
        there_question(document, key)
        return moved(document, key, step)

    return edit


def copied_question(key: str) -> Edit:
    def edit(document: Document) -> Document:
        there_question(document, key)
        return duplicated(document, key)

    return edit


def said_of_itself(values: Document) -> Edit:
    def edit(document: Document) -> Document:
        return with_about(document, values)

    return edit


def there_question(document: Document, key: str) -> Document:
    """The question of this key, or NOT_FOUND."""
    body = question_of(document, key)
    if body is None:
        raise DomainError(Code.NOT_FOUND, _("This draft has no such question."))
    return body


def there_scale(document: Document, key: str) -> Document:
    """The scale of this key, or NOT_FOUND."""
    body = document.get("scales", {}).get(key)
    if body is None:
        raise DomainError(Code.NOT_FOUND, _("This draft has no such scale."))
    return dict(body)


def _refuse_changed(there: Document | None, was: str) -> None:
    if was and (there is None or document_digest(there) != was):
        raise DomainError(Code.LOST_RACE, _("Somebody changed this since you read it. Read the draft again."))


def _refuse(defects: list[str]) -> None:
    if defects:
        raise DomainError(Code.INVALID, _("This cannot be kept as it is."), defects)
