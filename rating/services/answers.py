"""What a submission says, checked against the rubric version it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from annotation.chains import Link, rows_link
from annotation.errors import Code, DomainError
from annotation.models import Question, Response, RubricVersion, Slot, Turn
from annotation.text import is_storable
from rating.models import Answer, Evidence, Rating
from rating.queries.contents import Contents, contents_of
from rating.queries.kept_rubrics import kept_rubric
from rating.services.answer_inputs import OWN_VIEW, AnswerInput, Submission
from rating.services.answer_kinds import OF_RESPONSES, Asking, rows_of, targets_of
from rating.services.passages import check_passages, unmarked

MAX_COMMENT = 10_000


@dataclass
class CheckedForm:
    """Rows ready to store, without their rating."""

    answers: list[Answer] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def store(self, rating: Rating) -> None:
        for answer in self.answers:
            answer.rating = rating
        for passage in self.evidence:
            passage.rating = rating
        Answer.objects.bulk_create(self.answers)
        if self.evidence:
            Evidence.objects.bulk_create(self.evidence)

    def links(self, rating: str) -> list[Link]:
        """The same as part of a chain. `rating`: the link that stores it."""
        kinds: dict[str, Sequence[Answer] | Sequence[Evidence]]
        kinds = {"answered": self.answers, "marked": self.evidence}
        return [rows_link(name, rows, rating_id=rating) for name, rows in kinds.items() if rows]


def is_asked_of(question: Question, group: str) -> bool:
    """Whether a group (its key) is asked the question."""
    return not question.asked_of or group in question.asked_of


def askings(
    questions: Iterable[Question], responses: Sequence[Response], turns: Sequence[Turn]
) -> Iterator[Asking]:
    """Every question about every target from every point of view, in the order of the questions."""
    for question in questions:
        targets = ["item"] if question.kind in OF_RESPONSES else targets_of(question, responses, turns)
        for target in targets:
            for perspective in (OWN_VIEW, *question.perspectives):
                yield Asking(question, target, perspective, responses=responses)


def meets(condition: dict[str, object], found: dict[tuple[str, str, str], Answer], target: str) -> bool:
    """Whether the answers so far (by question, target and part) call for a conditional question.

    The question it depends on is read about the same target, else about the item.
    """
    if not condition:
        return True
    key, part = str(condition["question"]), str(condition.get("part", ""))
    answer = found.get((key, target, part)) or found.get((key, "item", part))
    values = condition["values"]
    return answer is not None and isinstance(values, list) and answer.value in values


def _keyed(asking: Asking, given: dict[tuple[str, str, str], list[AnswerInput]]) -> list[AnswerInput]:
    """Take out what was entered for a question; of a ranking it comes by response."""
    key, perspective = asking.question.key, asking.perspective
    targets = [asking.target, *asking.row_targets] if asking.target == "item" else [asking.target]
    return [one for target in dict.fromkeys(targets) for one in given.pop((key, target, perspective), [])]


def check_answers(
    every: Sequence[Asking], given: Sequence[AnswerInput], codes: dict[str, frozenset[str]], *, group: str
) -> tuple[list[Answer], list[str]]:
    """Rows of all questions and the defects, each beginning with the key of its question."""
    by_place: dict[tuple[str, str, str], list[AnswerInput]] = defaultdict(list)
    for one in given:
        by_place[one.question_key, one.target, one.perspective].append(one)
    is_judged = bool(codes) or not given or any(not one.missing for one in given)
    found: dict[tuple[str, str, str], Answer] = {}
    rows: list[Answer] = []
    defects: list[str] = []
    for blank in every:
        entered = _keyed(blank, by_place)
        key = blank.question.key
        asking = replace(blank, given=entered, codes=codes.get(key, frozenset()), is_judged=is_judged)
        is_asked = is_asked_of(blank.question, group) and meets(blank.question.condition, found, blank.target)
        try:
            made = rows_of(asking) if is_asked else _unasked(asking)
        except ValueError as error:
            defects.append(f"{key}: {error}")
            continue
        rows += made
        if asking.perspective == OWN_VIEW:
            found |= {(key, row.target, row.part): row for row in made}
    defects.extend(f"{key}: this is not asked about {target}." for key, target, _part in by_place)
    return rows, list(dict.fromkeys(defects))


def _unasked(asking: Asking) -> list[Answer]:
    """A question that was not put to this rater, whatever a page out of date may have sent for it."""
    return asking.absent(Answer.Missing.NOT_ASKED) if asking.perspective == OWN_VIEW else []


def _limits(submission: Submission) -> list[str]:
    defects = []
    if len(submission.comment) > MAX_COMMENT:
        defects.append(_("The comment is longer than %(n)s characters.") % {"n": MAX_COMMENT})
    texts = [submission.comment, *(one.quote for one in submission.evidence)]
    if not all(is_storable(text) for text in [*texts, *(one.text for one in submission.answers)]):
        defects.append(_("The comment or a passage holds a character that cannot be stored."))
    return defects


def check_form(
    slot: Slot, version: RubricVersion, submission: Submission, contents: Contents | None = None
) -> CheckedForm:
    """Rows to store. `contents`: of the item, where they are at hand.

    Raises:
        DomainError: INVALID with one sentence for every question or passage that does not fit.
    """
    questions = kept_rubric(version).questions
    read = contents or contents_of(slot.item_id)
    responses, turns = read.responses, read.turns
    evidence, of_passages = check_passages(questions, responses, turns, submission.evidence)
    codes: dict[str, frozenset[str]] = defaultdict(frozenset)
    for passage in evidence:
        if passage.label and passage.question:
            codes[passage.question.key] |= {passage.label}
    every = list(askings(questions, responses, turns))
    answers, defects = check_answers(every, submission.answers, codes, group=slot.group.key)
    defects = [*defects, *of_passages, *unmarked(answers, evidence), *_limits(submission)]
    if defects:
        raise DomainError(Code.INVALID, _("This rating is not complete yet."), defects)
    return CheckedForm(answers, evidence)
