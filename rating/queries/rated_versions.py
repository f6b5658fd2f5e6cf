"""The versions of rubrics that a stage was rated with, and which of them mean the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, QuerySet

from annotation.models import Question, RubricVersion, Study
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
    answers = counting_answers(study, stage)
    return version_classes(versions_met(study, lambda pk: answers.filter(rating__rubric_version=pk)))


def versions_met(study: Study, rows: Callable[[int], QuerySet[Any]]) -> list[int]:
    """Keys of the study's versions of which `rows` finds any. Two queries.

    Each version is asked about by its number: so the index of ratings by version answers at the first of
    them. As a condition on versions the database reads every rating, for versions of other studies too.
    """
    keys = list(RubricVersion.objects.filter(rubric__study=study).order_by().values_list("pk", flat=True))
    if not keys:
        return []
    are_met = Study.objects.filter(pk=study.pk).values_list(*(Exists(rows(pk)) for pk in keys)).get()
    return [pk for pk, is_met in zip(keys, are_met, strict=True) if is_met]


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
