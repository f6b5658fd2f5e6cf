"""Published rubric versions as raters are shown them: read once by each process, because they never change.

A draft is read anew each time. The code of a version is part of its name here: a key of the database may be
given again after a restore.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from annotation.models import Question, RubricVersion

# Versions kept in a process; those not asked for longest go first.
MAX_KEPT = 100


@dataclass(frozen=True)
class KeptRubric:
    """The questions of a version in their order, with scales, levels and wordings. Not to be changed."""

    questions: tuple[Question, ...]

    @cached_property
    def by_key(self) -> dict[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def order(self) -> list[str]:
        return [question.key for question in self.questions]

    @cached_property
    def groups(self) -> frozenset[str]:
        """Keys of the groups that have words of their own."""
        return frozenset(one.group for question in self.questions for one in question.wordings.all())

    def is_worded_in(self, language: str) -> bool:
        """Whether every question has words in a language."""
        return all(
            any(one.language == language for one in question.wordings.all()) for question in self.questions
        )


_kept: OrderedDict[tuple[int, str], KeptRubric] = OrderedDict()
_lock = Lock()


def kept_rubric(version: RubricVersion) -> KeptRubric:
    """The questions of a version: three queries, or none."""
    if version.state != RubricVersion.State.PUBLISHED:
        return _read(version)
    name = version.pk, version.code
    with _lock:
        found = _kept.get(name)
        if found is not None:
            _kept.move_to_end(name)
            return found
    found = _read(version)
    with _lock:
        _kept[name] = found
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
    return found


def _read(version: RubricVersion) -> KeptRubric:
    questions = Question.objects.filter(version=version).select_related("scale").order_by("position")
    return KeptRubric(tuple(questions.prefetch_related("scale__levels", "wordings")))
