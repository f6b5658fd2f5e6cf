"""A rubric draft as the page shows on which it is built. Reads the document, not its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.design.rubric_document import languages_of, users_of
from annotation.imports.checks.rubric import rubric_defects
from annotation.imports.checks.rubric_questions import FIXED_TARGETS
from annotation.models import DraftStep, Group, Question, RubricVersion

DEEDS: Mapping[str, Any] = {
    "added": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "removed": gettext_lazy("removed"),
    "moved": gettext_lazy("moved"),
    "duplicated": gettext_lazy("copied"),
    "scale": gettext_lazy("scale"),
    "words": gettext_lazy("other words of"),
    "about": gettext_lazy("what the rubric says of itself"),
}
_NUMBER = re.compile(r"^Question (\d+)")


@dataclass(frozen=True)
class QuestionRow:
    """A question in a list: its first facts, and who reads other words."""

    number: int
    key: str
    text: str
    kind: str
    target: str
    scale: str
    is_required: bool
    condition: str
    asked_of: str
    wordings: list[tuple[str, str]]


@dataclass(frozen=True)
class ScaleRow:
    key: str
    shape: str
    levels: list[tuple[str, str]]
    users: list[str]


@dataclass(frozen=True)
class Defect:
    """What stands in the way of publishing; `key` of the question it is about, empty for the whole."""

    text: str
    key: str


@dataclass(frozen=True)
class DraftPage:
    version: RubricVersion
    questions: list[QuestionRow]
    scales: list[ScaleRow]
    defects: list[Defect]
    # What the next “take back” takes back; empty: nothing.
    last_step: str
    groups: list[Group]
    languages: list[str]


def draft_page(version: RubricVersion) -> DraftPage:
    """Two queries, however many questions there are."""
    document = version.document
    return DraftPage(
        version=version,
        questions=[_question(number, body) for number, body in enumerate(document["questions"], start=1)],
        scales=[_scale(document, key, body) for key, body in document.get("scales", {}).items()],
        defects=draft_defects_of(version),
        last_step=_last_step(version),
        groups=study_groups(version),
        languages=languages_of(document),
    )


@dataclass(frozen=True)
class BuiltDraft:
    """A draft for a program that builds it: its document apart, and what stands in the way of publishing."""

    version: RubricVersion
    defects: list[Defect]
    last_step: str


def built_draft(version: RubricVersion) -> BuiltDraft:
    """One query."""
    return BuiltDraft(version, draft_defects_of(version), _last_step(version))


def _last_step(version: RubricVersion) -> str:
    """What the next “take back” takes back; empty: nothing."""
    step = DraftStep.objects.filter(version=version).order_by("-id").only("deed", "about", "version").first()
    return step_words(step) if step else ""


def draft_defects_of(version: RubricVersion) -> list[Defect]:
    """What stands in the way of publishing it, each with the question it is about."""
    return [_defect(version.document, text) for text in rubric_defects(version.document)]


def study_groups(version: RubricVersion) -> list[Group]:
    """Groups of people in the study, in its order."""
    groups = Group.objects.filter(study=version.rubric.study_id, kind=Group.Kind.HUMAN)
    return list(groups.order_by("position", "pk"))


def step_words(step: DraftStep) -> str:
    """A change in two words, such as “moved: warmth”."""
    deed = str(DEEDS.get(step.deed, step.deed))
    return f"{deed}: {step.about}" if step.about else deed


def _question(number: int, body: Mapping[str, Any]) -> QuestionRow:
    kind = body.get("kind", "scale")
    condition = body.get("condition") or {}
    part = f"__{condition['part']}" if condition.get("part") else ""
    values = ", ".join(f"{value:g}" for value in condition.get("values", []))
    return QuestionRow(
        number=number,
        key=body["key"],
        text=body["text"],
        kind=str(Question.Kind(kind).label),
        target=str(Question.Target(body.get("target", FIXED_TARGETS.get(kind, "response"))).label),
        scale=body.get("scale", ""),
        is_required=body.get("required", True),
        condition=f"{condition['question']}{part} = {values}" if condition else "",
        asked_of=", ".join(body.get("asked_of", [])),
        wordings=[(one["language"], one.get("group", "")) for one in body.get("wordings", [])],
    )


def _scale(document: Mapping[str, Any], key: str, body: Mapping[str, Any]) -> ScaleRow:
    if "levels" in body:
        levels = [(f"{level['value']:g}", level["label"]) for level in body["levels"]]
    else:
        levels = [(point, words) for point, words in body["anchors"].items()]
    shape = _("points") if "levels" in body else f"{body['from']:g}–{body['to']:g}"
    return ScaleRow(key, shape, levels, users_of(document, key))


def _defect(document: Mapping[str, Any], text: str) -> Defect:
    number = _NUMBER.match(text)
    questions = document["questions"]
    place = int(number.group(1)) - 1 if number else len(questions)
    return Defect(text, questions[place]["key"] if place < len(questions) else "")
