"""A rubric document as rows: what raters' pages, answers and statistics read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from annotation.imports.checks.rubric_questions import FIXED_TARGETS
from annotation.imports.checks.rubric_scales import scale_key, scales_of
from annotation.models import Level, Question, RubricVersion, Scale, Wording


def document_digest(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write_rows(version: RubricVersion, document: dict[str, Any]) -> None:
    """Give an unpublished version this document, and the rows that it describes instead of earlier ones.

    Inside the caller's transaction. The document has no defect that `draft_defects` names.
    """
    version.language = document.get("language", "en")
    version.note = document.get("note", "")
    version.guidelines = document.get("guidelines", "")
    version.document, version.digest = document, document_digest(document)
    if version.pk is not None:
        Question.objects.filter(version=version).delete()
        Scale.objects.filter(version=version).delete()
    version.save()
    _add_questions(version, document, _add_scales(version, scales_of(document)))


def _add_scales(version: RubricVersion, scales: dict[str, Any]) -> dict[str, Scale]:
    made = Scale.objects.bulk_create(
        Scale(version=version, key=key, measurement=body["measurement"]) for key, body in scales.items()
    )
    by_key = {scale.key: scale for scale in made}
    Level.objects.bulk_create(
        Level(
            scale=by_key[key],
            value=level["value"],
            label=level["label"],
            definition=level.get("definition", ""),
        )
        for key, body in scales.items()
        for level in body["levels"]
    )
    return by_key


def _add_questions(version: RubricVersion, document: dict[str, Any], scales: dict[str, Scale]) -> None:
    questions = [
        Question(
            version=version,
            scale=scales.get(scale_key(body) or ""),
            key=body["key"],
            position=position,
            construct=body.get("construct", ""),
            kind=body.get("kind", "scale"),
            target=body.get("target", FIXED_TARGETS.get(body.get("kind", "scale"), "response")),
            options=body.get("options", []),
            severities=body.get("severities", []),
            condition=body.get("condition", {}),
            perspectives=body.get("perspectives", []),
            asked_of=body.get("asked_of", []),
            asks_confidence=body.get("asks_confidence", False),
            allows_not_applicable=body.get("allows_not_applicable", False),
            allows_ties=body.get("allows_ties", False),
            layer=body.get("layer", ""),
            polarity=body.get("polarity", "neutral"),
            is_reversed=body.get("reverse", False),
            is_required=body.get("required", True),
            allows_cannot_judge=body.get("allows_cannot_judge", True),
            allows_evidence=body.get("allows_evidence", False),
            needs_passage=body.get("needs_passage", []),
            is_restricted=body.get("restricted", False),
            text=body["text"],
            standard_text=body.get("standard_text", ""),
            help=body.get("help", ""),
            examples=body.get("examples", []),
        )
        for position, body in enumerate(document["questions"], start=1)
    ]
    Question.objects.bulk_create(questions)
    Wording.objects.bulk_create(
        Wording(
            question=question,
            language=words["language"],
            group=words.get("group", ""),
            text=words.get("text", ""),
            help=words.get("help", ""),
            labels=words.get("labels", {}),
        )
        for question, body in zip(questions, document["questions"], strict=True)
        for words in body.get("wordings", [])
    )
