"""Questions in the words that a rater reads: by language, and by group where a study insists."""

from __future__ import annotations

from dataclasses import dataclass

from annotation.models import Level, Question, RubricVersion, Wording


@dataclass(frozen=True)
class Words:
    """A question's words in the language and for the group that the presentation names."""

    question: Question
    wording: Wording | None

    @classmethod
    def of(cls, question: Question, language: str, group: str) -> Words:
        """The wording of the group, else of everybody, else the question's own. Reads `wordings`."""
        found = {one.group: one for one in question.wordings.all() if one.language == language}
        return cls(question, found.get(group) or found.get(""))

    @property
    def text(self) -> str:
        return (self.wording.text if self.wording else "") or self.question.text

    @property
    def help(self) -> str:
        return (self.wording.help if self.wording else "") or self.question.help

    def label(self, key: str, own: str) -> str:
        """Words of a level (by its value) or an option (by its key)."""
        labels = self.wording.labels if self.wording else {}
        return str(labels.get(key) or own)

    @property
    def points(self) -> list[tuple[Level, str]]:
        """Every point of the scale with its words."""
        return [(level, self.label(f"{level.value:g}", level.label)) for level in self.question.levels]

    @property
    def options(self) -> list[dict[str, str]]:
        """Options, elements or codes with their words and definitions."""
        return [
            {
                "words": self.label(one["key"], one["label"]),
                "definition": one.get("definition", ""),
                "example": one.get("example", ""),
                "counterexample": one.get("counterexample", ""),
            }
            for one in self.question.options
        ]


def guideline_words(version: RubricVersion, group: str, *, language: str = "") -> list[Words]:
    """The questions that a group (its key) is asked, in the rubric's order. Four queries."""
    questions = Question.objects.filter(version=version).select_related("scale").order_by("position")
    rows = questions.prefetch_related("scale__levels", "wordings")
    asked = (one for one in rows if not one.asked_of or group in one.asked_of)
    return [Words.of(one, language or version.language, group) for one in asked]
