"""What the study's record says, as the parts of a protocol card read it. No database, no words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

ACCOUNT, IMPORTED, JUDGE = "account", "imported", "judge"


@dataclass(frozen=True)
class Approval:
    board: str
    number: str
    valid_from: date
    valid_until: date | None
    is_withdrawn: bool


@dataclass(frozen=True)
class StudyFacts:
    """The study itself and what its ethics board asked for."""

    title: str
    purpose: str
    state: str
    is_invented: bool
    notice: str
    made_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    freezes_at: datetime | None
    has_contact: bool
    has_support: bool
    has_safeguarding_lead: bool
    approvals: Sequence[Approval]
    minimum_age: int | None
    asks_capacity: bool
    takes_proxy: bool


@dataclass(frozen=True)
class GroupPeople:
    """Raters of one group. `n_finished` None while the stage still hands out items to it."""

    name: str
    kind: str
    n_places: int
    n_by_link: int
    n_by_mail: int
    n_joined: int
    n_consented: int
    n_started: int
    n_finished: int | None
    n_left: int
    n_imported: int = 0
    n_judges: int = 0

    @property
    def has_people(self) -> bool:
        """Whether anybody with a login belongs to it."""
        return self.kind != JUDGE and not (self.n_imported and not self.n_joined)


@dataclass(frozen=True)
class Screening:
    """`n_not_eligible`: people who did not fit, of whom only the number is kept."""

    when: str
    n_questions: int
    n_answered: int
    n_not_eligible: int
    n_applied: int
    n_declined: int
    has_calls: bool


@dataclass(frozen=True)
class ConsentText:
    number: int
    language: str
    published_at: datetime
    n_agreed: int
    ticks: Sequence[str]


@dataclass(frozen=True)
class RubricUse:
    """A rubric version that ratings of the stage answer."""

    rubric: str
    number: int
    language: str
    published_at: datetime | None
    digest: str
    source: str
    licence: str
    has_guidelines: bool
    needs_sign_off: bool
    n_ratings: int


@dataclass(frozen=True)
class QuestionUse:
    key: str
    text: str
    kind: str
    target: str
    construct: str
    measurement: str
    n_levels: int
    is_required: bool
    asked_of: Sequence[str]
    worded_for: Sequence[str]


@dataclass(frozen=True)
class PassMarkUse:
    question: str
    words: str


@dataclass(frozen=True)
class GroupTraining:
    name: str
    n_practised: int
    n_passed: int
    n_by_hand: int
    n_not_passed: int


@dataclass(frozen=True)
class TrainingFacts:
    """`n_practice`, `n_examination`: items set aside for it."""

    n_practice: int
    n_examination: int
    n_per_try: int
    max_tries: int
    has_practice: bool
    has_examination: bool
    marks: Sequence[PassMarkUse]
    groups: Sequence[GroupTraining]
    gold_every: int = 0
    repeat_every: int = 0
    attention_every: int = 0


@dataclass(frozen=True)
class StageFacts:
    """One stage of the study, as planned and as far as it came."""

    stage: str
    label: str
    state: str
    design: str
    seed: int
    quotas: Mapping[str, int]
    n_items: int
    n_planned: int
    n_done: int
    made_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    # Keys of groups that have given all ratings that were planned.
    complete: Collection[str] = ()


@dataclass(frozen=True)
class ItemFacts:
    """What was rated in the stage: counts only."""

    n_items: int
    n_conversations: int
    n_replies: int
    n_heavy: int
    n_without_text: int
    languages: Mapping[str, int]
    sources: Mapping[str, int]
    # Name of the factor, then its levels with their numbers of items.
    factors: Sequence[tuple[str, Mapping[str, int]]]
    # Digests of the files from which items came.
    file_digests: Sequence[str] = ()


@dataclass(frozen=True)
class GroupRatings:
    """What a group has given in the stage. Times in seconds; None where nobody was timed.

    `per_item`: least, middle and most ratings of an item that the group has rated.
    """

    name: str
    n_planned: int
    n_ratings: int
    n_items: int
    n_raters: int
    per_item: tuple[int, float, int] | None
    n_answers: int
    missing: Mapping[str, int]
    n_timed: int
    seconds: tuple[float, float, float] | None


@dataclass(frozen=True)
class MissingAnswers:
    """Answers without a value to one question from one group, by reason."""

    question: str
    group: str
    n_answers: int
    missing: Mapping[str, int]


@dataclass(frozen=True)
class RatingFacts:
    groups: Sequence[GroupRatings]
    questions: Sequence[MissingAnswers]
    n_beyond: Mapping[str, int]
    n_revised: int
    n_presented: int
    n_ordered: int
    languages: Mapping[str, int]
    first_at: datetime | None
    last_at: datetime | None
    # Questions that ask who wrote a reply, and the groups in whose place somebody answered.
    guesses: Sequence[str] = ()
    perspectives: Sequence[str] = ()

    @property
    def n_ratings(self) -> int:
        return sum(group.n_ratings for group in self.groups)


@dataclass(frozen=True)
class AnalysisFacts:
    """The analysis whose numbers stand on the card."""

    code: str
    finished_at: datetime
    frozen_at: datetime
    started_at: datetime
    digest: str
    seed: int
    software: str
    is_planned: bool
    word: str
    standing: str
    plan: Sequence[tuple[str, str]]
    excluded: Sequence[Mapping[str, object]]
    left_out: str
    n_others: int
    n_warnings: int


@dataclass(frozen=True)
class CareFacts:
    """What the study does for its raters, and totals that were published: over five raters or more."""

    has_settings: bool
    break_minutes: int
    break_heavy_items: int
    checkin_every: int
    n_weeks: int
    n_withheld: int
    n_pauses: int | None
    n_skips: int | None
    n_above: int | None
    has_debrief: bool


@dataclass(frozen=True)
class Logs:
    """Numbers of entries in the study's logs; corrections are not entries of their own."""

    problems: int
    answered: int
    simulations: int
    simulated_at: datetime | None
    unblinded: int
    deviations: int
    adverse: int
    # When two people signed the data set as final.
    locked_at: datetime | None


@dataclass(frozen=True)
class Record:
    """Everything that a card is made from, but the tables of its analysis."""

    study: StudyFacts
    people: Sequence[GroupPeople]
    screening: Screening
    consents: Sequence[ConsentText]
    rubrics: Sequence[RubricUse]
    questions: Sequence[QuestionUse]
    training: TrainingFacts
    stages: Sequence[StageFacts]
    stage: str
    items: ItemFacts
    ratings: RatingFacts
    care: CareFacts
    logs: Logs
    made_at: datetime
    software: str
    analysis: AnalysisFacts | None = None
    # Who takes part and has yet to agree to the newest consent text.
    n_unasked: int = 0
    code: str = ""
    # Why numbers by group are not told, where they are not (`small_groups`).
    withheld: str = ""
    plans_locked: Sequence[tuple[int, datetime, int]] = field(default_factory=tuple)

    @property
    def at_work(self) -> StageFacts | None:
        """The stage the card is about: its newest plan."""
        found = [stage for stage in self.stages if stage.stage == self.stage]
        return found[-1] if found else None

    @property
    def is_imported(self) -> bool:
        """Whether the ratings were given elsewhere."""
        return self.stage == IMPORTED
