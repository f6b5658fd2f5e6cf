"""The fifteen items of GRRAS, filled from the record as far as it reaches.

Guidelines for Reporting Reliability and Agreement Studies: Kottner, J., Audigé, L., Brorson, S., Donner, A.,
Gajewski, B. J., Hróbjartsson, A., Roberts, C., Shoukri, M. and Streiner, D. L. (2011), Journal of Clinical
Epidemiology 64, 96–106. The items stand in our own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rating.reporting.protocol.document import Line, Part, Reported, listed
from rating.reporting.protocol.facts import Record

CITATION = (
    "Kottner et al. (2011), Guidelines for Reporting Reliability and Agreement Studies (GRRAS), Journal of "
    "Clinical Epidemiology 64, 96–106; the items in our own words."
)

# How far, and in which sentences.
Answer = tuple[Reported, Sequence[str]]


@dataclass(frozen=True)
class Seen:
    """The record, and what the card's parts have made of it."""

    record: Record
    parts: Mapping[str, Part]

    def fact(self, part: str, key: str) -> str | None:
        """A fact as the card words it; None where it is not recorded."""
        facts = self.parts[part].facts
        return next((fact.text for fact in facts if fact.key == key and fact.is_recorded), None)


def _n(n: int, one: str, many: str = "") -> str:
    """A number with its word.

    >>> _n(1, "rating"), _n(1200, "reply", "replies")
    ('1 rating', '1,200 replies')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def _title(_seen: Seen) -> Answer:
    words = (
        "Say in the title or abstract that agreement among raters, and between groups of raters, was studied."
    )
    return Reported.AUTHORS, [words]


def _instrument(seen: Seen) -> Answer:
    record = seen.record
    if not record.rubrics:
        return Reported.NO, ["No rubric version is in use in this stage."]
    names = dict.fromkeys(f"“{one.rubric}”, version {one.number}" for one in record.rubrics)
    kinds = {one.measurement or "free text" for one in record.questions}
    return Reported.YES, [
        f"Ratings answer the rubric {listed(list(names))}.",
        f"Its newest version has {_n(len(record.questions), 'question')} ({listed(sorted(kinds))}).",
    ]


def _subjects(seen: Seen) -> Answer:
    record = seen.record
    items = record.items
    counted = ", ".join(
        (
            _n(items.n_items, "item"),
            _n(items.n_conversations, "conversation"),
            _n(items.n_replies, "reply", "replies"),
        )
    )
    languages = listed(sorted(items.languages)) or "none"
    why = "Which population they stand for is for the authors to say."
    return Reported.PARTLY, [f"{counted}; languages: {languages}.", why]


def _raters(seen: Seen) -> Answer:
    record = seen.record
    groups = [
        f"{group.name} ({'judge model' if group.kind == 'judge' else 'people'})" for group in record.people
    ]
    if not groups:
        return Reported.NO, ["The study has no groups of raters."]
    return Reported.PARTLY, [
        f"Groups of raters: {listed(groups)}.",
        "Which population of raters each group stands for is for the authors to say.",
    ]


def _known(seen: Seen) -> Answer:
    record = seen.record
    purpose = (
        [f"Purpose on record: {record.study.purpose}"]
        if record.study.purpose
        else ["No purpose is on record."]
    )
    return Reported.AUTHORS, [
        *purpose,
        "What is known so far, and why this study, is for the authors to say.",
    ]


def _sample_size(seen: Seen) -> Answer:
    record = seen.record
    at_work = record.at_work
    chosen = seen.fact("design", "sample_size")
    planned = []
    if at_work is not None and at_work.quotas:
        quotas = listed([f"{n} from {name}" for name, n in at_work.quotas.items()])
        planned = [
            f"Planned: {_n(at_work.n_items, 'item')}, for each {quotas}: {_n(at_work.n_planned, 'rating')}."
        ]
    if chosen is None:
        why = "How these numbers were chosen is not recorded."
        return (Reported.PARTLY if planned else Reported.NO), [*planned, why]
    return Reported.YES, [*planned, f"How these numbers were chosen: {chosen}."]


def _sampling(seen: Seen) -> Answer:
    items = "How the items were sampled is not recorded."
    recruitment = seen.fact("raters", "recruitment")
    if recruitment is None:
        return Reported.NO, [items, "How raters were recruited is not recorded."]
    return Reported.PARTLY, [items, f"Raters were recruited {recruitment}."]


def _process(seen: Seen) -> Answer:
    record = seen.record
    if record.is_imported:
        return Reported.NO, ["The ratings were given elsewhere: how is not recorded."]
    training, checks = seen.fact("training", "qualification"), seen.fact("design", "checks")
    sentences = [
        "Raters see the conversation and the reply, never who wrote it.",
        f"Order of the items: {seen.fact('design', 'item_order')}.",
        f"Order of the replies: {seen.fact('design', 'reply_order')}.",
        f"Practice: {seen.fact('training', 'practice')}. Qualification: {training}.",
        f"Hidden checks: {checks}.",
    ]
    return Reported.YES, sentences


def _independence(seen: Seen) -> Answer:
    record = seen.record
    if record.is_imported:
        return Reported.NO, ["Whether imported ratings were given independently is not recorded."]
    return Reported.YES, [
        "Every rating was given by one rater alone, who saw neither ratings nor numbers of others.",
    ]


def _statistics(seen: Seen) -> Answer:
    record = seen.record
    found = record.analysis
    if found is None:
        return Reported.NO, ["No analysis has finished."]
    wanted = {
        "Primary coefficient",
        "Adjustment",
        "Random relabellings",
        "Confidence of intervals",
        "Left out",
    }
    laid_down = [f"{label}: {words}." for label, words in found.plan if label in wanted]
    return Reported.YES, [f"{found.word.capitalize()}. {found.standing}", *laid_down]


def _actual(seen: Seen) -> Answer:
    record = seen.record
    found = record.ratings
    if not found.n_ratings:
        return Reported.NO, ["No ratings have been given yet."]
    by_group = [
        f"{group.name}: {_n(group.n_raters, 'rater')}, {_n(group.n_items, 'item')}, "
        f"{_n(group.n_ratings, 'rating')}"
        for group in found.groups
    ]
    repeats = found.n_beyond.get("repeat", 0)
    return Reported.YES, [
        f"{'; '.join(by_group)}.",
        f"Ratings of an item that the same rater gave a second time: {repeats:,}.",
    ]


def _characteristics(seen: Seen) -> Answer:
    record = seen.record
    sentences = ["Age, gender and experience of the raters are not on this card."]
    if record.items.factors:
        sentences.append(f"Items by {listed([name for name, _ in record.items.factors])}: see the table.")
    trained = [
        f"{group.name}: {group.n_practised:,} practised, {group.n_passed:,} qualified"
        for group in record.training.groups
    ]
    if record.training.has_practice or record.training.has_examination:
        sentences.append(f"{'; '.join(trained)}.")
    return Reported.PARTLY, sentences


def _estimates(seen: Seen) -> Answer:
    record = seen.record
    if record.analysis is None:
        return Reported.NO, ["No analysis has finished."]
    words = "Every estimate stands with its interval, its numbers and the reason where there is none."
    return Reported.YES, [words, f"Standing of the results: {record.analysis.word}."]


def _relevance(_seen: Seen) -> Answer:
    words = (
        "What these values mean for the use of the ratings is for the authors to say; the software draws no "
        "line between good and bad agreement."
    )
    return Reported.AUTHORS, [words]


def _details(seen: Seen) -> Answer:
    record = seen.record
    if record.analysis is None:
        return Reported.PARTLY, ["Ratings, codebook and this card can be exported; no analysis has finished."]
    words = "Ratings, codebook, all tables and this card can be exported"
    digest = record.analysis.digest[:12]
    return Reported.YES, [f"{words}; the frozen ratings bear the digest {digest} and give the same numbers."]


_PROCESS = ("blinding", "training", "design", "time")
_ACTUAL = ("raters", "ratings", "missing")
# Section, what is asked, the answer, and keys of the parts that hold more.
_ITEMS: tuple[tuple[str, str, Callable[[Seen], Answer], tuple[str, ...]], ...] = (
    ("Title and abstract", "Title or abstract name the study of reliability or agreement", _title, ()),
    ("Introduction", "The instrument is named and described", _instrument, ("rubric",)),
    ("Introduction", "The population of subjects", _subjects, ("items",)),
    ("Introduction", "The population of raters", _raters, ("raters",)),
    ("Introduction", "What is known already, and why the study is needed", _known, ("study",)),
    ("Methods", "How sample sizes were chosen: raters, subjects, replicates", _sample_size, ("design",)),
    ("Methods", "How subjects and raters were sampled", _sampling, ("items", "raters")),
    ("Methods", "The rating process: timing, information at hand, blinding", _process, _PROCESS),
    ("Methods", "Whether ratings were independent", _independence, ("blinding",)),
    ("Methods", "The statistical analysis", _statistics, ("analysis", "exclusions")),
    ("Results", "Actual numbers of raters, subjects and replicates", _actual, _ACTUAL),
    ("Results", "Characteristics of raters and subjects", _characteristics, ("raters", "items", "training")),
    ("Results", "Estimates of agreement with their uncertainty", _estimates, ("agreement", "misalignment")),
    ("Discussion", "What the results mean in practice", _relevance, ()),
    ("Auxiliary material", "Detailed results, where possible online", _details, ("analysis",)),
)


def grras(record: Record, parts: Mapping[str, Part]) -> list[Line]:
    """The checklist in its order; `parts` of the card by key."""
    seen = Seen(record, parts)
    lines = []
    for number, (section, asks, answer, where) in enumerate(_ITEMS, start=1):
        reported, sentences = answer(seen)
        lines.append(Line(number, section, asks, reported, sentences, [parts[key].title for key in where]))
    return lines
