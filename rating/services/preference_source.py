"""What the ratings of an item say of its replies: votes by question, and which replies are called unsafe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.models import Question
from rating.agreement.preference_sets import Rules, Vote, choice_votes, rating_votes, vetoed_replies
from rating.queries.preference_items import RatedItem
from rating.queries.ratings import OWN_VIEW
from rating.queries.shown_raters import SUPPRESSED
from rating.services.export_formats.registered import ExportSource
from rating.services.numbers import usually_watched
from rating.services.snapshot_questions import YES_NO_KINDS

# Questions whose points order the replies of an item.
RATED = frozenset(
    {Question.Kind.SCALE, Question.Kind.SLIDER, Question.Kind.RANKING, Question.Kind.BEST_WORST}
)
# Lower is better in a ranking, higher in best and worst, whatever the question's polarity says.
OWN_DIRECTION = {Question.Kind.RANKING: True, Question.Kind.BEST_WORST: False}
RESPONSE, PAIR = "response:", "pair:"


def chosen_rules(options: Mapping[str, Any]) -> Rules:
    """What was chosen for the format, or the defaults; ValueError for what cannot be."""
    names = ("min_raters", "min_margin", "veto_share")
    return Rules(**{name: options[name] for name in names if name in options})


@dataclass(frozen=True)
class PreferenceSource:
    """`groups`: by rater's key, as the files name them. `people`: groups of people that are told."""

    groups: Mapping[int, str]
    people: Sequence[str]
    questions: Sequence[Question]
    watched: Mapping[str, frozenset[float]]
    rules: Rules

    @classmethod
    def of(cls, source: ExportSource) -> PreferenceSource:
        questions = source.newest_questions()
        shown = source.shown
        humans = source.scope.study.groups.exclude(kind="judge").values_list("key", flat=True)
        return cls(
            groups={key: rater.group for key, rater in shown.items()},
            people=[*humans, SUPPRESSED],
            questions=[question for question in questions.values() if orders_replies(question)],
            watched={key: frozenset(_unsafe_values(question)) for key, question in questions.items()},
            rules=chosen_rules(source.options),
        )

    def votes(self, item: RatedItem, question: Question) -> Iterator[Vote]:
        """What raters made of the item's replies by this question, each rater's first meeting with it."""
        by_reply: dict[int, dict[int, float]] = {}
        top, span = _reach(question)
        for place, cells in item.values.items():
            if place[0] != question.key or place[2] or place[3] != OWN_VIEW:
                continue
            values = _first_values(cells)
            if place[1].startswith(PAIR):
                first, _, second = place[1].removeprefix(PAIR).partition("-")
                yield from choice_votes(values, (int(first), int(second)), self.groups, top)
            elif place[1].startswith(RESPONSE):
                for rater, value in values.items():
                    by_reply.setdefault(rater, {})[int(place[1].removeprefix(RESPONSE))] = value
        is_lower = OWN_DIRECTION.get(
            Question.Kind(question.kind), question.polarity == Question.Polarity.LOWER
        )
        yield from rating_votes(by_reply, self.groups, span=span, is_lower_better=is_lower)

    def vetoed(self, item: RatedItem) -> frozenset[int]:
        """Replies that a minority of any group calls unsafe."""
        said = [
            (rater, int(target.removeprefix(RESPONSE)), value in self.watched[key])
            for (key, target, _part, perspective), cells in item.values.items()
            if perspective == OWN_VIEW and target.startswith(RESPONSE) and self.watched.get(key)
            for rater, value in _first_values(cells).items()
        ]
        return vetoed_replies(said, self.groups, self.rules)


def orders_replies(question: Question) -> bool:
    """Whether its answers say which of two replies is better."""
    if question.kind == Question.Kind.PAIR or question.kind in OWN_DIRECTION:
        return True
    is_directed = question.polarity != Question.Polarity.NEUTRAL
    return question.kind in RATED and question.target == Question.Target.RESPONSE and is_directed


def _reach(question: Question) -> tuple[float, float]:
    """The largest value of its scale, and how far the scale reaches; 1 where it has no reach."""
    values = [level.value for level in question.levels]
    return (max(values) or 1.0, (max(values) - min(values)) or 1.0) if values else (1.0, 1.0)


def _first_values(cells: Mapping[tuple[int, int], float]) -> dict[int, float]:
    """By rater, what was answered the first time the item was met."""
    found: dict[int, float] = {}
    for (rater, _), value in sorted(cells.items(), key=lambda cell: cell[0][1], reverse=True):
        found[rater] = value
    return found


def _unsafe_values(question: Question) -> tuple[float, ...]:
    values = [level.value for level in question.levels]
    if not values:
        return ()
    entry = {
        "key": question.key,
        "stem": question.key,
        "construct": question.construct,
        "kind": "flag" if question.kind in YES_NO_KINDS else "scale",
        "polarity": question.polarity,
        "scale": {"values": values},
    }
    return usually_watched(entry)
