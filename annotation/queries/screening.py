"""The screening of a study: who is asked, who fits, and its answers as attributes of raters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F

from annotation.models import JoiningSettings, Rater, Screened, ScreeningAnswer, ScreeningQuestion, Study

Kind = ScreeningQuestion.Kind
Given = float | str
# A cell of fewer raters than this is not told.
SMALL_CELL = 5
NOT_ANSWERED = "not answered"
BANDS = ("low", "middle", "high")
DECADE = 10


def screening_questions(study: Study | int) -> list[ScreeningQuestion]:
    """In the order in which they are asked. One query."""
    return list(ScreeningQuestion.objects.filter(study=study).order_by("position", "pk"))


def screening_due(rater: Rater) -> str:
    """ "before" or "after" (the consent text) where this rater has still to answer, else "". One query.

    Nobody is asked who joined before the screening was switched on: they were told nothing of it.
    """
    asked = ScreeningQuestion.objects.filter(study=rater.study_id)
    settings = JoiningSettings.objects.filter(
        ~Exists(Screened.objects.filter(rater=rater)),
        Exists(asked),
        study=rater.study_id,
        screening_since__lte=rater.created_at,
    )
    when = settings.exclude(screening=JoiningSettings.Screening.OFF).values_list("screening", flat=True)
    return str(when.first() or "")


def score_of(question: ScreeningQuestion, value: float) -> float:
    """The value of a scale item, turned round where the item is reversed."""
    if question.kind == Kind.SCALE and question.is_reversed:
        return float((question.low or 0) + (question.high or 0)) - value
    return value


def fits(question: ScreeningQuestion, given: Given | None) -> bool:
    """Whether somebody with this answer may take part. No answer fits only where there is no rule."""
    if not question.accepted and question.at_least is None:
        return True
    if given is None:
        return False
    if question.kind == Kind.CHOICE:
        return not question.accepted or given in question.accepted
    return question.at_least is None or score_of(question, float(given)) >= question.at_least


def is_eligible(questions: Sequence[ScreeningQuestion], given: Mapping[str, Given | None]) -> bool:
    return all(fits(question, given.get(question.key)) for question in questions)


def construct_of(question: ScreeningQuestion) -> str:
    """The name under which an answer is read: of a scale's items one, else the question's own."""
    return question.construct or question.key


@dataclass(frozen=True)
class RaterAttribute:
    """One thing known of a rater. `band` is None where too few raters of the group share it."""

    pseudonym: str
    group: str
    construct: str
    band: str | None


def rater_attributes(study: Study, *, k: int = SMALL_CELL) -> list[RaterAttribute]:
    """What raters answered in the screening, in bands; free text is left out. Three queries.

    A scale is told by thirds of its range, a number by its ten, a choice by its option. A band that fewer
    than `k` raters of a group share is not told; where those together are still fewer than `k`, the next
    smallest band is not told either, so that they cannot be worked out from the rest. Constructs are
    looked at one by one: who joins several of them may single somebody out again.
    """
    questions = [one for one in screening_questions(study) if one.kind != Kind.TEXT]
    if not questions:
        return []
    raters = {one.pk: one for one in Rater.objects.filter(study=study).select_related("group")}
    screened = sorted(
        Screened.objects.filter(rater__study=study).values_list("rater_id", flat=True),
        key=lambda pk: raters[pk].pseudonym,
    )
    given = _values(study)
    found: list[RaterAttribute] = []
    constructs: dict[str, list[ScreeningQuestion]] = defaultdict(list)
    for question in questions:
        constructs[construct_of(question)].append(question)
    for name, asked in constructs.items():
        bands = {pk: band_of(asked, given[pk]) for pk in screened}
        hidden = hidden_bands([(raters[pk].group.key, band) for pk, band in bands.items()], k=k)
        for pk, band in bands.items():
            group = raters[pk].group.key
            told = None if (group, band) in hidden else band
            found.append(RaterAttribute(raters[pk].pseudonym, group, name, told))
    return found


def _values(study: Study) -> dict[int, dict[str, Given]]:
    answers = ScreeningAnswer.objects.filter(rater__study=study).annotate(key=F("question__key"))
    found: dict[int, dict[str, Given]] = defaultdict(dict)
    for rater_id, key, value, text in answers.values_list("rater_id", "key", "value", "text"):
        found[rater_id][key] = text if value is None else value
    return found


def band_of(questions: Sequence[ScreeningQuestion], given: Mapping[str, Given]) -> str:
    """The band of one construct: its only question's, or of the mean of its scale items that are answered."""
    first = questions[0]
    if first.kind != Kind.SCALE:
        answer = given.get(first.key)
        if answer is None:
            return NOT_ANSWERED
        if first.kind == Kind.CHOICE:
            return str(answer)
        ten = int(float(answer) // DECADE) * DECADE
        return f"{ten} to {ten + DECADE - 1}"
    shares = [_share(question, given[question.key]) for question in questions if question.key in given]
    if not shares:
        return NOT_ANSWERED
    mean = sum(shares) / len(shares)
    return BANDS[min(int(mean * len(BANDS)), len(BANDS) - 1)]


def _share(question: ScreeningQuestion, value: Given) -> float:
    """Where on its scale an answer lies, 0 to 1, the item turned round where it is reversed."""
    low, high = question.low or 0, question.high or 1
    return (score_of(question, float(value)) - low) / (high - low)


def hidden_bands(cells: Sequence[tuple[str, str]], *, k: int) -> set[tuple[str, str]]:
    """Which (group, band) of one construct must not be told.

    >>> sorted(hidden_bands([("peer", "yes")] * 6 + [("peer", "no")] * 2, k=5))
    [('peer', 'no'), ('peer', 'yes')]
    >>> hidden_bands([("peer", "yes")] * 6 + [("peer", "no")] * 5, k=5)
    set()
    """
    hidden: set[tuple[str, str]] = set()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for group, band in cells:
        counts[group][band] += 1
    for group, of_group in counts.items():
        n_hidden = 0
        for band, n in sorted(of_group.items(), key=lambda pair: (pair[1], pair[0])):
            if n < k or 0 < n_hidden < k:
                hidden.add((group, band))
                n_hidden += n
    return hidden


def has_answers(study: Study) -> bool:
    """Whether anybody has answered, so that the questions stay as they are."""
    return ScreeningAnswer.objects.filter(rater__study=study).exists()


def n_screened(study: Study) -> int:
    """How many raters have answered and fit."""
    return Screened.objects.filter(rater__study=study).count()
