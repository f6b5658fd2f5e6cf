"""Rubrics: read a pack document, make a draft version, publish it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.imports.checks.rubric import rubric_defects
from annotation.models import Level, Question, Rubric, RubricVersion, Scale, Study, User


def document_digest(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def load_rubric(study: Study, document: dict[str, Any], *, actor: User) -> RubricVersion:
    """A draft version from a pack document (docs/data-formats.md, "Rubric").

    The same document again returns the version it made before.

    Raises:
        DomainError: INVALID_FILE with every defect of the document.
    """
    defects = rubric_defects(document)
    if defects:
        raise DomainError(Code.INVALID_FILE, "This rubric cannot be used as it is.", defects)
    digest = document_digest(document)
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        earlier = RubricVersion.objects.filter(rubric__study=study, digest=digest).first()
        if earlier is not None:
            return earlier
        version = _new_version(study, document, digest)
        _add_questions(version, document, _add_scales(version, document["scales"]))
        record("rubric.loaded", actor=actor, study=study, about=version, digest=digest)
        return version


def _new_version(study: Study, document: dict[str, Any], digest: str) -> RubricVersion:
    rubric, _ = Rubric.objects.get_or_create(
        study=study, key=document["key"], defaults={"name": document["name"]}
    )
    last = RubricVersion.objects.filter(rubric=rubric).aggregate(last=Max("number"))["last"] or 0
    return RubricVersion.objects.create(
        rubric=rubric,
        number=last + 1,
        language=document.get("language", "en"),
        note=document.get("note", ""),
        guidelines=document.get("guidelines", ""),
        digest=digest,
    )


def _add_scales(version: RubricVersion, scales: dict[str, Any]) -> dict[str, Scale]:
    made = {}
    for key, body in scales.items():
        made[key] = Scale.objects.create(version=version, key=key, measurement=body["measurement"])
        Level.objects.bulk_create(
            Level(
                scale=made[key],
                value=level["value"],
                label=level["label"],
                definition=level.get("definition", ""),
            )
            for level in body["levels"]
        )
    return made


def _add_questions(version: RubricVersion, document: dict[str, Any], scales: dict[str, Scale]) -> None:
    Question.objects.bulk_create(
        Question(
            version=version,
            scale=scales[body["scale"]],
            key=body["key"],
            position=position,
            construct=body.get("construct", ""),
            kind=body.get("kind", "scale"),
            target=body.get("target", "response"),
            layer=body.get("layer", ""),
            polarity=body.get("polarity", "neutral"),
            is_reversed=body.get("reverse", False),
            is_required=body.get("required", True),
            allows_cannot_judge=body.get("allows_cannot_judge", True),
            allows_evidence=body.get("allows_evidence", False),
            is_restricted=body.get("restricted", False),
            text=body["text"],
            standard_text=body.get("standard_text", ""),
            help=body.get("help", ""),
            examples=body.get("examples", []),
        )
        for position, body in enumerate(document["questions"], start=1)
    )


def publish_rubric(version: RubricVersion, *, actor: User) -> RubricVersion:
    """Freeze a version. Publishing it twice changes nothing."""
    with transaction.atomic():
        locked = RubricVersion.objects.select_for_update().get(pk=version.pk)
        if locked.state == RubricVersion.State.PUBLISHED:
            return locked
        locked.state = RubricVersion.State.PUBLISHED
        locked.published_at = timezone.now()
        locked.save(update_fields=["state", "published_at"])
        record("rubric.published", actor=actor, study=locked.rubric.study, about=locked, number=locked.number)
        return locked
