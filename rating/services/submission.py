"""Submit a rating: rating, answers, slot, next claim and audit event in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Plan, Rater, RubricVersion, Slot, Study, User
from annotation.services import queue
from annotation.services.record_lock import refuse_locked
from rating.models import CurrentRating, Draft, Presentation, Rating
from rating.queries.workbench import held_presentation
from rating.services.active_time import credible_times
from rating.services.answer_inputs import Submission
from rating.services.answers import CheckedForm, check_form
from rating.services.qualification import refuse_second_thoughts, settle_if_over
from rating.services.second_looks import close_by_revision
from rating.services.workbench import claim_next_item, refuse_without_consent


@dataclass(frozen=True)
class Outcome:
    """What became of a submission. `next`: the item claimed in the same transaction, if asked for."""

    rating: Rating
    next: Presentation | None = None
    is_replay: bool = False
    is_surplus: bool = False


def _replay(rater: Rater, submission: Submission, *, claim_next: bool) -> Outcome | None:
    """The outcome this client id had before, with the item then claimed if the rater holds it still.

    Another person's id is refused.
    """
    rating = Rating.objects.select_related("slot__plan").filter(client_id=submission.client_id).first()
    if rating is None:
        return None
    if rating.rater_id != rater.pk:
        raise DomainError(
            Code.NOT_ALLOWED, _("This page belongs to another person's sign-in. Load it again.")
        )
    following = held_presentation(rating.slot.plan, rater) if claim_next else None
    return _outcome(rating, following=following, is_replay=True)


def _outcome(rating: Rating, *, following: Presentation | None = None, is_replay: bool = False) -> Outcome:
    is_surplus = rating.slot.purpose == Slot.Purpose.SURPLUS
    return Outcome(rating, next=following, is_replay=is_replay, is_surplus=is_surplus)


def _served(rater: Rater, slot_code: str) -> Presentation:
    """The presentation of a slot to this rater: proof that it was handed to them."""
    presentations = Presentation.objects.select_related(
        "slot__plan", "slot__item", "slot__group", "rubric_version"
    )
    presentation = presentations.filter(slot__code=slot_code, rater=rater).first()
    if presentation is None:
        # A late rating lies in another slot than the one that was shown.
        presentation = presentations.filter(ratings__slot__code=slot_code, ratings__rater=rater).first()
    if presentation is None:
        raise DomainError(Code.NOT_FOUND, _("There is nothing here, or it is not yours to see."))
    return presentation


def _refuse_closed(rater: Rater) -> None:
    # Paused studies still take what is in hand: a rating somebody has finished is not thrown away.
    if Study.objects.filter(pk=rater.study_id, state__in=[Study.State.OPEN, Study.State.PAUSED]).exists():
        refuse_locked(rater.study_id)
        return
    raise DomainError(
        Code.STUDY_NOT_OPEN, _("This study has closed, so it takes no more ratings. Your draft is kept.")
    )


def _version(presentation: Presentation, submission: Submission) -> RubricVersion:
    """The version the rater answered must be the one shown to them."""
    if submission.rubric_version_code != presentation.rubric_version.code:
        raise DomainError(
            Code.RUBRIC_CHANGED,
            _("The questions have changed since you opened this page. Please load it again."),
        )
    return presentation.rubric_version


def _slot_to_rate(presentation: Presentation, rater: Rater, now: datetime) -> Slot:
    """The slot of a revision is the one already rated; a first rating completes a slot."""
    done = Slot.objects.filter(rater=rater).judging_with(presentation.slot).done().first()
    if done is not None:
        refuse_second_thoughts(done)
    return done or queue.complete_slot(presentation.slot, rater, now=now)


def _next_revision(slot: Slot, submission: Submission) -> int:
    current = CurrentRating.objects.select_for_update().select_related("rating").filter(slot=slot).first()
    newest = current.rating.revision if current is not None else 0
    if newest != submission.expected_revision:
        raise DomainError(
            Code.STALE_REVISION,
            _(
                "You have submitted this item in another tab or window since. "
                "Load the page to see that rating."
            ),
        )
    return newest + 1


def _store(
    presentation: Presentation, rater: Rater, submission: Submission, *, form: CheckedForm, now: datetime
) -> Rating:
    slot = _slot_to_rate(presentation, rater, now)
    active_ms, question_ms = credible_times(presentation, submission, now)
    rating = Rating.objects.create(
        slot=slot,
        rater=rater,
        rubric_version=presentation.rubric_version,
        presentation=presentation,
        revision=_next_revision(slot, submission),
        client_id=submission.client_id,
        comment=submission.comment.strip(),
        active_ms=active_ms,
        question_ms=question_ms,
        submitted_at=now,
    )
    form.store(rating)
    CurrentRating.objects.update_or_create(slot=slot, defaults={"rating": rating})
    if rating.revision > 1:
        close_by_revision(rating, now=now)
    Draft.objects.filter(slot=presentation.slot, rater=rater).delete()
    return rating


def _claim_following(rater: Rater, actor: User) -> Presentation | None:
    """The next item; a study that has paused or run dry is no reason to lose the rating just given."""
    try:
        with transaction.atomic():
            return claim_next_item(rater, actor=actor)
    except DomainError:
        return None


def _is_halt(plan: Plan, rater: Rater, *, actor: User, now: datetime) -> bool:
    """After a practice item its known answer comes first, after a whole try what came of it."""
    if plan.stage == Plan.Stage.QUALIFICATION:
        return settle_if_over(rater, actor=actor, now=now)
    return plan.is_training


def submit_rating(rater: Rater, submission: Submission, *, actor: User, claim_next: bool) -> Outcome:
    """Store a rating or a revision, once, and claim the next item.

    The same client id sent twice returns the first outcome. A claim that has expired still counts
    (`annotation.services.queue.complete_slot` says where the rating goes).

    Raises:
        DomainError: closed study, missing consent, changed rubric, stale revision (409), or INVALID (400)
            with one sentence per question.
    """
    replay = _replay(rater, submission, claim_next=claim_next)
    if replay is not None:
        return replay
    _refuse_closed(rater)
    refuse_without_consent(rater)
    presentation = _served(rater, submission.slot_code)
    form = check_form(presentation.slot, _version(presentation, submission), submission)
    now = timezone.now()
    with transaction.atomic():
        queue.lock_rater(presentation.slot.plan, rater)
        # A double click: the first request may have finished while this one waited for the lock.
        replay = _replay(rater, submission, claim_next=claim_next)
        if replay is not None:
            return replay
        rating = _store(presentation, rater, submission, form=form, now=now)
        kind = "rating.revised" if rating.revision > 1 else "rating.submitted"
        record(kind, actor=actor, study=rater.study, about=rating, revision=rating.revision)
        is_halt = _is_halt(presentation.slot.plan, rater, actor=actor, now=now)
        following = _claim_following(rater, actor) if claim_next and not is_halt else None
    return _outcome(rating, following=following)
