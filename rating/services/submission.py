"""Submit a rating: rating, answers, slot, next claim and audit event in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import Told, links_of, record_all
from annotation.chains import Link, chained, row_link
from annotation.errors import Code, DomainError
from annotation.models import Plan, Rater, RubricVersion, Slot, Study, User
from annotation.queries.gates import Gates, gates_of
from annotation.services import queue
from annotation.services.plain_way import HeldPlace, Taken, claim_plainly, held_place, links_of_done
from annotation.services.presence import LEFT
from annotation.services.record_lock import refuse_locked
from rating.models import CurrentRating, Draft, Presentation, Rating
from rating.queries.contents import CONTENTS, Contents, contents_in, contents_of
from rating.queries.workbench import held_presentation
from rating.services.active_time import credible_times
from rating.services.answer_inputs import Submission
from rating.services.answers import CheckedForm, check_form
from rating.services.qualification import refuse_second_thoughts, settle_if_over
from rating.services.second_looks import close_by_revision
from rating.services.workbench import claim_next_item, presented_plainly, refuse_without_consent


@dataclass(frozen=True)
class Outcome:
    """What became of a submission. `next`: the item claimed in the same transaction, if asked for."""

    rating: Rating
    next: Presentation | None = None
    is_replay: bool = False
    is_surplus: bool = False
    # Of a plain step: what there is to read of the next item, and how things stood before this rating.
    contents: Contents | None = None
    gates: Gates | None = None


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
        "slot__plan__study__check_settings", "slot__item", "slot__group", "rubric_version"
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


def _stale() -> DomainError:
    return DomainError(
        Code.STALE_REVISION,
        _("You have submitted this item in another tab or window since. Load the page to see that rating."),
    )


def _first_revision(submission: Submission) -> int:
    if submission.expected_revision:
        raise _stale()
    return 1


def _next_revision(slot: Slot, submission: Submission) -> int:
    current = CurrentRating.objects.select_for_update().select_related("rating").filter(slot=slot).first()
    newest = current.rating.revision if current is not None else 0
    if newest != submission.expected_revision:
        raise _stale()
    return newest + 1


@dataclass(frozen=True)
class _Step:
    """One submission on its way: who, what was shown, and how things stand under the rater's lock.

    `gates` and `place` are None where the way is not plain: practice, qualification, a first cursor.
    """

    rater: Rater
    actor: User
    presentation: Presentation
    now: datetime
    place: HeldPlace | None = None
    gates: Gates | None = None

    @property
    def is_replay(self) -> bool:
        return self.gates is None or bool(self.gates.more[0])

    @property
    def is_first(self) -> bool:
        """Whether nothing of this judgement is stored but, perhaps, a draft."""
        return self.gates is not None and not any(self.gates.more[1:3])

    @property
    def is_plain(self) -> bool:
        """Whether it is the first of a slot in the rater's hands: then its rows are known beforehand."""
        gates, place = self.gates, self.place
        return self.is_first and bool(gates and gates.exposure and place and place.has_slot)

    @property
    def has_draft(self) -> bool:
        return self.gates is None or bool(self.gates.more[3])

    @property
    def goes_on_plainly(self) -> bool:
        """Nobody holds two items of a stage: whoever had this one in hand has no other."""
        return self.is_plain and self.gates is not None and self.gates.is_clear and not self.gates.more[4]


# In the order of `Gates.more`: sent before, judged before, rated in this slot, a draft of it, others begun.
_MORE = """,
    EXISTS (SELECT 1 FROM rating_rating r WHERE r.client_id = %s),
    EXISTS (SELECT 1 FROM annotation_slot d WHERE d.rater_id = %s AND d.plan_id = %s AND d.item_id = %s
        AND d.state = 'done'),
    EXISTS (SELECT 1 FROM rating_currentrating n WHERE n.slot_id = %s),
    EXISTS (SELECT 1 FROM rating_draft f WHERE f.slot_id = %s AND f.rater_id = %s),
    EXISTS (SELECT 1 FROM rating_draft b JOIN annotation_slot w ON w.id = b.slot_id
        WHERE b.rater_id = %s AND w.state = 'open')"""


_CURRENT = "INSERT INTO rating_currentrating (slot_id, rating_id) VALUES (%s, {rated})"
_UNDRAFTED = "DELETE FROM rating_draft WHERE slot_id = %s AND rater_id = %s"


def _locked(presentation: Presentation, rater: Rater, submission: Submission, *, actor: User) -> _Step:
    """Hold the rater's place and cursor, then ask how things stand: what waited for the lock sees it all."""
    slot, now = presentation.slot, timezone.now()
    plan = slot.plan
    place = None if plan.is_training else held_place(plan, rater, slot)
    if place is None:
        queue.lock_rater(plan, rater)
        return _Step(rater, actor, presentation, now)
    as_stored = Rating._meta.get_field("client_id").get_db_prep_value  # noqa: SLF001 (open to all)
    client_id = as_stored(submission.client_id, connection)
    mine = rater.pk
    values = [client_id, mine, plan.pk, slot.item_id, slot.pk, slot.pk, mine, mine]
    gates = gates_of(rater, plan, more=_MORE, values=values)
    return _Step(rater, actor, presentation, now, place, gates)


def _refuse(step: _Step) -> None:
    """Raises DomainError where nothing more may be rated."""
    gates = step.gates
    takes = {Study.State.OPEN, Study.State.PAUSED}
    if gates is not None and gates.is_away:
        raise DomainError(Code.STATE_FORBIDS, str(LEFT))
    if gates is None or gates.is_locked or gates.state not in takes:
        _refuse_closed(step.rater)
    if gates is None or gates.lacks_consent or gates.has_legal_gate:
        refuse_without_consent(step.rater)


def _rating_of(step: _Step, submission: Submission, slot: Slot, *, revision: int) -> Rating:
    """The rating, not stored yet."""
    presentation = step.presentation
    active_ms, question_ms = credible_times(presentation, submission, step.now)
    return Rating(
        slot=slot,
        rater=step.rater,
        rubric_version=presentation.rubric_version,
        presentation=presentation,
        revision=revision,
        client_id=submission.client_id,
        comment=submission.comment.strip(),
        active_ms=active_ms,
        question_ms=question_ms,
        submitted_at=step.now,
    )


def _store(step: _Step, submission: Submission, *, form: CheckedForm) -> Rating:
    """The rating with its answers; where the way is plain, `step.gates` counts it from here on."""
    if step.is_plain and step.gates is not None:
        return _store_plainly(step, step.gates, submission, form=form)
    presentation, rater, now = step.presentation, step.rater, step.now
    slot = _slot_to_rate(presentation, rater, now)
    rating = _rating_of(step, submission, slot, revision=_next_revision(slot, submission))
    rating.save(force_insert=True)
    form.store(rating)
    CurrentRating.objects.update_or_create(slot=slot, defaults={"rating": rating})
    if rating.revision > 1:
        close_by_revision(rating, now=now)
    if step.has_draft:
        Draft.objects.filter(slot=presentation.slot, rater=rater).delete()
    return rating


def _store_plainly(step: _Step, gates: Gates, submission: Submission, *, form: CheckedForm) -> Rating:
    """The same rows where nothing of this judgement is stored but, perhaps, a draft."""
    slot, rater, now = step.presentation.slot, step.rater, step.now
    rating = _rating_of(step, submission, slot, revision=_first_revision(submission))
    links = links_of_done(slot, rater, gates, now=now)
    links += [row_link("rated", rating), *form.links("rated"), Link("current", _CURRENT, [slot.pk])]
    if step.has_draft:
        links.append(Link("undrafted", _UNDRAFTED, [slot.pk, rater.pk]))
    ids = chained(links)
    if ids["done"] is None:
        # It was locked as it lay in the rater's hands.
        raise DomainError(
            Code.LOST_RACE, _("This item changed in another tab just now. Please load it again.")
        )
    rating.pk = ids["rated"]
    rating._state.adding = False  # noqa: SLF001 (as Django does for what it has written)
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


def _go_on(step: _Step, rating: Rating, *, claim_next: bool) -> Outcome:
    """Tell of the rating and claim the next item."""
    rater, actor, plan = step.rater, step.actor, step.presentation.slot.plan
    kind = "rating.revised" if rating.revision > 1 else "rating.submitted"
    told = Told(kind, rating, {"revision": rating.revision})
    if claim_next and step.goes_on_plainly and step.place is not None:
        taken = claim_plainly(plan, rater, step.place.cursor, beside=CONTENTS, now=step.now)
        if taken is not None:
            return _shown_next(step, rating, taken, told)
    record_all([told], actor=actor, study=rater.study)
    is_halt = _is_halt(plan, rater, actor=actor, now=step.now)
    following = _claim_following(rater, actor) if claim_next and not is_halt else None
    return _outcome(rating, following=following)


def _shown_next(step: _Step, rating: Rating, taken: Taken, told: Told) -> Outcome:
    """The item just claimed, with everything that its screen needs; tells of both."""
    rater, slot = step.rater, taken.slot
    if taken.beside is None:
        contents = contents_of(slot.item_id, slot_id=slot.pk, rater_id=rater.pk)
    else:
        contents = contents_in(taken.beside)
    slot.item = contents.item
    if slot.rubric_version_id == step.presentation.rubric_version_id:
        slot.rubric_version = step.presentation.rubric_version
    links = links_of([told, Told("slot.claimed", slot)], actor=step.actor, study=rater.study)
    if contents.was_shown:
        chained(links)
        return _outcome(rating, following=Presentation.objects.get(slot=slot, rater=rater))
    position = step.place.cursor.n_served if step.place else 0
    shown = presented_plainly(slot, rater, position=position, contents=contents, now=step.now)
    shown.pk = chained([row_link("shown", shown), *links])["shown"]
    shown._state.adding = False  # noqa: SLF001 (as Django does for what it has written)
    return replace(_outcome(rating, following=shown), contents=contents, gates=step.gates)


def submit_rating(
    rater: Rater,
    submission: Submission,
    *,
    actor: User,
    claim_next: bool,
    presentation: Presentation | None = None,
    contents: Contents | None = None,
) -> Outcome:
    """Store a rating or a revision, once, and claim the next item.

    The same client id sent twice returns the first outcome. A claim that has expired still counts
    (`annotation.services.queue.complete_slot` says where the rating goes).

    Args:
        presentation: what was shown in this slot, and `contents` what there is to read of its item, where
            they are at hand.

    Raises:
        DomainError: closed study, missing consent, changed rubric, stale revision (409), or INVALID (400)
            with one sentence per question.
    """
    try:
        shown = presentation or _served(rater, submission.slot_code)
        form = check_form(shown.slot, _version(shown, submission), submission, contents)
    except DomainError:
        # What is stored already, or cannot be taken at all, comes before what is wrong with it.
        replay = _replay(rater, submission, claim_next=claim_next)
        if replay is not None:
            return replay
        _refuse_closed(rater)
        refuse_without_consent(rater)
        raise
    with transaction.atomic():
        step = _locked(shown, rater, submission, actor=actor)
        # A double click, too: the first request may have finished while this one waited for the lock.
        replay = _replay(rater, submission, claim_next=claim_next) if step.is_replay else None
        if replay is not None:
            return replay
        _refuse(step)
        rating = _store(step, submission, form=form)
        outcome = _go_on(step, rating, claim_next=claim_next)
        # What was found before the rating was stored another way is not how things stand now.
        return outcome if step.is_plain else replace(outcome, gates=None)
