"""The versions of rubrics that a stage was rated with, and which of them mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import OuterRef

from annotation.models import Question, RubricVersion, Study
from annotation.queries.open_slots import ExistsForEach
from rating.queries.ratings import counting_answers, part_name


@dataclass(frozen=True)
class VersionClass:
    """Versions of which each corrects only words of another, the newest first."""

    versions: list[RubricVersion]

    @property
    def newest(self) -> RubricVersion:
        return self.versions[0]

    @property
    def name(self) -> str:
        """The newest of them, as snapshots, options and reports call it."""
        return version_name(self.newest)

    @cached_property
    def scales(self) -> dict[str, dict[str, Any]]:
        """The scale of every question and part that has one, in the rubric's order."""
        return {part_name(one.key, part): scale_of(one) for one, part in parts_of(self.newest)}

    @cached_property
    def texts(self) -> dict[str, str]:
        """The words of the same questions."""
        return {part_name(one.key, part): one.text for one, part in parts_of(self.newest)}


def version_name(version: RubricVersion) -> str:
    return f"{version.rubric.key} {version.number}"


def rated_classes(study: Study, stage: str) -> list[VersionClass]:
    """Classes of the versions that what counts in a stage was rated with."""
    # One answer of each version is looked for: reading all of them takes seconds.
    rated = counting_answers(study, stage).filter(rating__rubric_version=OuterRef("pk"))
    used = RubricVersion.objects.filter(ExistsForEach(rated), rubric__study=study)
    return version_classes(used.values("pk"))


def foreseen_classes(study: Study, stage: str) -> list[VersionClass]:
    """The same for a plan, which may come before the ratings: while there are none, of what is published."""
    rated = rated_classes(study, stage)
    if rated:
        return rated
    published = RubricVersion.objects.filter(rubric__study=study, state=RubricVersion.State.PUBLISHED)
    return version_classes(published.values("pk"))


def version_classes(ids: Iterable[Any]) -> list[VersionClass]:
    """Versions with their questions, those that mean the same together; a rubric's newest class first."""
    versions = list(
        RubricVersion.objects.filter(pk__in=ids)
        .select_related("rubric", "equivalent_to")
        .prefetch_related("questions__scale__levels", "questions__wordings")
        .order_by("rubric__key", "-number", "-pk")
    )
    # A correction may be of a version that nobody rated with: the chain leads through it.
    links = RubricVersion.objects.filter(rubric__in={one.rubric_id for one in versions})
    before = dict(links.values_list("pk", "equivalent_to"))
    classes: dict[int, list[RubricVersion]] = {}
    for version in versions:
        classes.setdefault(_root(version.pk, before), []).append(version)
    return [VersionClass(members) for members in classes.values()]


def _root(pk: int, before: dict[int, int | None]) -> int:
    while (earlier := before.get(pk)) is not None:
        pk = earlier
    return pk


def parts_of(version: RubricVersion) -> Iterator[tuple[Question, str]]:
    """Every question, and of those with several parts every part: each is analysed by itself."""
    for question in version.questions.all():
        if question.scale is not None:
            for part in [option["key"] for option in question.options] or [""]:
                yield question, part


def scale_of(question: Question) -> dict[str, Any]:
    levels = question.levels
    return {
        "measurement": question.measurement,
        "values": [level.value for level in levels],
        "labels": [level.label for level in levels],
    }


def means_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether a value of one scale is the same value of the other: words may differ."""
    return (one["measurement"], one["values"]) == (other["measurement"], other["values"])
