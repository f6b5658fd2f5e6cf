"""The questions of a snapshot, and the name under which each version's answers go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.models import Question, RubricVersion
from rating.queries.rated_versions import VersionClass, parts_of, scale_of, version_name
from rating.queries.ratings import part_name
from rating.services.version_pooling import Choice, Target, kept_classes, targets_of, told_of

YES_NO_KINDS = frozenset({Question.Kind.FLAG, Question.Kind.MULTI, Question.Kind.SPANS})


@dataclass(frozen=True)
class LaidOut:
    """`names` and `recoded` are by version and question as its version calls it; `told` is empty where all
    was rated with one version."""

    entries: list[dict[str, Any]]
    names: dict[tuple[int, str], str]
    recoded: dict[tuple[int, str], Mapping[float, float]]
    versions: dict[int, str]
    told: dict[str, Any]


def laid_out(classes: Sequence[VersionClass], choice: Choice) -> LaidOut:
    """Questions of all versions that are analysed, for a choice that fits them."""
    kept = kept_classes(classes, choice)
    targets = targets_of(kept, choice)
    entries: dict[str, dict[str, Any]] = {}
    names: dict[tuple[int, str], str] = {}
    recoded: dict[tuple[int, str], Mapping[float, float]] = {}
    for each in kept:
        for version in each.versions:
            for question, part in parts_of(version):
                key = part_name(question.key, part)
                target = targets[each.name][key]
                _enter(entries, target, version, question, part)
                names[version.pk, key] = target.name
                if target.levels:
                    recoded[version.pk, key] = target.levels
    versions = {version.pk: version_name(version) for each in kept for version in each.versions}
    return LaidOut(list(entries.values()), names, recoded, versions, told_of(classes, choice, targets))


def _enter(
    entries: dict[str, dict[str, Any]], target: Target, version: RubricVersion, question: Question, part: str
) -> None:
    """The first version to use a name is the newest: its words and its scale stand for all."""
    entry = entries.setdefault(target.name, _question(target.name, question, part))
    if version_name(version) not in entry["versions"]:
        entry["versions"].append(version_name(version))
    if groups := _worded_for(question, version):
        entry["worded_for"] = sorted({*entry.get("worded_for", []), *groups})


def _worded_for(question: Question, version: RubricVersion) -> list[str]:
    """Keys of the groups that read words of their own in the language shown."""
    return [one.group for one in question.wordings.all() if one.group and one.language == version.language]


def _question(name: str, question: Question, part: str) -> dict[str, Any]:
    labels = [option["label"] for option in question.options if option["key"] == part]
    return {
        "key": name,
        "stem": part_name(question.key, part),
        "text": ": ".join([question.text, *labels]),
        # For the numbers there are two: points on a scale, and yes or no.
        "kind": "flag" if question.kind in YES_NO_KINDS else "scale",
        "target": question.target,
        "construct": question.construct,
        "polarity": question.polarity,
        "scale": scale_of(question),
        "versions": [],
    }
