"""The results of an analysis with the names that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rating.agreement.wording import missing_phrase, reading
from rating.reporting.standing import EXPLORATORY, Standing

POOLED = "all"
NO_LEVEL = "(none)"
POOLED_NAME = "All human groups"

# Shape and colour of a group in figures and legends: see docs/design.md.
_KNOWN = {"peer": 1, "clinician": 2, "patient": 3}
JUDGES, OTHERS = 4, 5


@dataclass(frozen=True)
class GroupName:
    key: str
    name: str
    kind: str
    number: int

    @property
    def label(self) -> str:
        """The name, as templates/components/group.html asks for it."""
        return self.name


@dataclass(frozen=True)
class Question:
    """A question with its result (`QuestionResult.to_dict` and what was set aside before it)."""

    key: str
    label: str
    text: str
    kind: str
    scale: Mapping[str, Any]
    result: Mapping[str, Any]
    versions: Sequence[str]
    # Keys of the groups that read words of their own.
    worded_for: Sequence[str] = ()

    @property
    def is_flag(self) -> bool:
        return self.kind == "flag"


@dataclass(frozen=True)
class Report:
    """`results` as `rating.services.numbers` computed them, `head` as the snapshot holds it."""

    results: Mapping[str, Any]
    head: Mapping[str, Any]
    standing: Standing = EXPLORATORY
    # Whoever rates in the study is not told what a hidden factor parts: it may say who wrote a reply.
    sees_hidden: bool = True

    @cached_property
    def factors(self) -> dict[str, str]:
        """Names of the factors that may be shown, by key."""
        factors = self.head.get("factors", [])
        return {one["key"]: one["name"] for one in factors if self.sees_hidden or not one["is_hidden"]}

    def strata(self, question: Question) -> list[Mapping[str, Any]]:
        """The question's strata by factors that may be shown; none in analyses of an earlier format."""
        return [one for one in question.result.get("strata", []) if one["factor"] in self.factors]

    def hides_strata(self, question: Question) -> bool:
        """Whether the question has strata that may not be shown: its drawing holds them all."""
        return len(self.strata(question)) < len(question.result.get("strata", []))

    def visible_results(self) -> dict[str, Any]:
        """The results without strata that may not be shown."""
        if self.sees_hidden:
            return dict(self.results)
        kept = {
            question.key: {**question.result, "strata": self.strata(question)} for question in self.questions
        }
        return {**self.results, "questions": kept}

    def stratum_name(self, stratum: Mapping[str, Any]) -> str:
        level = "none given" if stratum["level"] == NO_LEVEL else stratum["level"]
        return f"{self.factors[stratum['factor']]}: {level}"

    @cached_property
    def groups(self) -> dict[str, GroupName]:
        """Groups by key, each with a number of its own for shape and colour."""
        entries = self.head["groups"]
        taken = {_KNOWN[entry["key"]] for entry in entries if entry["key"] in _KNOWN}
        free = [number for number in (1, 2, 3) if number not in taken]
        found: dict[str, GroupName] = {}
        for entry in entries:
            number = JUDGES if entry["kind"] == "judge" else _KNOWN.get(entry["key"])
            number = number or (free.pop(0) if free else OTHERS)
            found[entry["key"]] = GroupName(entry["key"], entry["name"], entry["kind"], number)
        return found

    @cached_property
    def questions(self) -> list[Question]:
        """Analysed questions in the rubric's order, rated ones before yes/no ones."""
        entries = [entry for entry in self.head["questions"] if entry["key"] in self.results["questions"]]
        found = [self._question(entry) for entry in entries]
        return sorted(found, key=lambda question: question.is_flag)

    @property
    def rated(self) -> list[Question]:
        return [question for question in self.questions if not question.is_flag]

    @property
    def flags(self) -> list[Question]:
        return [question for question in self.questions if question.is_flag]

    @property
    def has_pairs(self) -> bool:
        return any(question.result["pairs"] for question in self.questions)

    def question(self, key: str) -> Question | None:
        return next((question for question in self.questions if question.key == key), None)

    def adjusted_p(self, question: str, pair: Sequence[str]) -> float | None:
        """The p value of the pair's test, adjusted within its declared family."""
        for family in self.results["families"]:
            for test in family["tests"]:
                if test["question"] == question and list(test["pair"]) == list(pair):
                    p: float | None = test["adjusted_p"]
                    return p
        return None

    def scope_name(self, scope: str) -> str:
        return self.groups[scope].name if scope in self.groups else POOLED_NAME

    def number_of(self, scope: str) -> int:
        """Shape and colour of a group; 0 for several groups at once."""
        return self.groups[scope].number if scope in self.groups else 0

    def pair_name(self, pair: Sequence[str]) -> str:
        return f"{self.groups[pair[0]].name} – {self.groups[pair[1]].name}"

    def reading(self, observation: Mapping[str, Any]) -> str:
        """An observation of `rating.agreement` in words, with the names of the groups."""
        figures = {
            name: {self.scope_name(key): part for key, part in value.items()}
            if isinstance(value, dict)
            else value
            for name, value in observation["figures"].items()
        }
        scope = [self.scope_name(key) for key in observation["scope"]]
        if "judges" in figures:
            figures["judges"] = [self.scope_name(key) for key in figures["judges"]]
        return reading({**observation, "scope": scope, "figures": figures})

    def left_out(self, parts: Sequence[Mapping[str, Any]]) -> str:
        """What was left out of a number, in words; a dash where nothing was."""
        counted: dict[str, int] = {}
        for part in parts:
            counted[part["reason"]] = counted.get(part["reason"], 0) + part["n"]
        words = [f"{n:,} {missing_phrase(reason)}" for reason, n in counted.items()]
        return "; ".join(words) or "nothing"

    def _question(self, entry: Mapping[str, Any]) -> Question:
        key = entry["key"]
        return Question(
            key=key,
            label=question_label(key, entry["construct"]),
            text=entry["text"],
            kind=entry["kind"],
            scale=entry["scale"],
            result=self.results["questions"][key],
            versions=entry["versions"],
            worded_for=entry.get("worded_for", ()),
        )


def question_label(key: str, construct: str = "") -> str:
    """A question's key as words: short enough for an axis.

    >>> question_label("flag_untrue_belief"), question_label("authenticity_felt", "authenticity")
    ('Untrue belief', 'Authenticity: felt')
    """
    rest = key.removeprefix(f"{construct}_")
    if construct and rest != key:
        return f"{construct.capitalize()}: {_words(rest)}"
    words = _words(key.removeprefix("flag_"))
    return words[:1].upper() + words[1:]


def _words(key: str) -> str:
    words = key.replace("_", " ").replace("-", " ").split()
    return " ".join("AI" if word == "ai" else word for word in words)
