"""What a protocol card says of people: numbers by group, never a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, Q, Sum

from annotation.models import (
    Application,
    CareSettings,
    CareWeek,
    CheckSettings,
    Clearance,
    Consent,
    ConsentVersion,
    Departure,
    Group,
    Invitation,
    JoiningSettings,
    KeyedItem,
    Member,
    PassMark,
    Plan,
    PublicCall,
    Rater,
    Role,
    Screened,
    ScreeningQuestion,
    Study,
)
from annotation.queries.clearance import CLEARED
from rating.queries.protocol_counts import CountedRatings
from rating.reporting.protocol.facts import (
    CareFacts,
    ConsentText,
    GroupPeople,
    GroupTraining,
    PassMarkUse,
    Screening,
    StageFacts,
    TrainingFacts,
)

_RULES = {
    PassMark.Rule.EXACT: "the same answer in {share:g} % of the questions",
    PassMark.Rule.WITHIN_ONE: "at most one step away in {share:g} % of the questions",
    PassMark.Rule.PANEL: "a mean distance from the panel’s mean of at most {distance:g}",
}


def group_people(
    study: Study, started: Mapping[int, tuple[int, int]], at_work: StageFacts | None
) -> list[GroupPeople]:
    """One row for each group; of the stage who began and who of them is here. Six queries."""
    origin = Rater.Origin
    groups = Group.objects.filter(study=study).annotate(
        n_account=Count("raters", filter=Q(raters__origin=origin.ACCOUNT)),
        n_imported=Count("raters", filter=Q(raters__origin=origin.IMPORTED)),
        n_judges=Count("raters", filter=Q(raters__origin=origin.JUDGE)),
    )
    # Counting drops the order of the model.
    groups = groups.order_by("position", "id")
    links = _links(study)
    left, erased = _left(study), _tombstones(study)
    agreed = Consent.objects.filter(rater__study=study).values("rater")
    consented = Counter(Rater.objects.filter(pk__in=agreed).values_list("group_id", flat=True))
    nobody = (0, 0)
    return [
        GroupPeople(
            name=group.name,
            kind=group.kind,
            n_places=links[group.pk][0],
            n_by_link=links[group.pk][1],
            n_by_mail=links[group.pk][2],
            n_joined=group.n_account + sum(name == group.name for name, _ in erased),
            n_consented=consented[group.pk]
            + sum(name == group.name and bool(texts) for name, texts in erased),
            n_started=started.get(group.pk, nobody)[0],
            n_finished=_finished(group, at_work, started.get(group.pk, nobody)[1]),
            n_left=left[group.name],
            n_imported=group.n_imported,
            n_judges=group.n_judges,
        )
        for group in groups
    ]


def _links(study: Study) -> dict[int | None, tuple[int, int, int]]:
    """Places offered by link, places taken, and how many of the links went out by e-mail, by group."""
    invited = Invitation.objects.filter(study=study, role=Role.RATER).values("group").order_by()
    rows = invited.annotate(
        places=Sum("max_uses"), used=Sum("n_uses"), mailed=Count("pk", filter=Q(is_by_mail=True))
    )
    found: dict[int | None, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    found.update({row["group"]: (row["places"], row["used"], row["mailed"]) for row in rows})
    return found


def _left(study: Study) -> Counter[str]:
    """Who left and is not back, by name of the group. Two queries."""
    back = Member.objects.filter(left_at__isnull=True, grants__role=Role.RATER)
    gone = Departure.objects.filter(study=study).exclude(rater__member__in=back)
    names = dict(gone.values_list("pseudonym", "group_name"))
    taken_out = Rater.objects.filter(study=study, member__left_at__isnull=False)
    for pseudonym, group in taken_out.values_list("pseudonym", "group__name"):
        names.setdefault(pseudonym, group)
    return Counter(names.values())


def _tombstones(study: Study) -> list[tuple[str, list[int]]]:
    """Name of the group and numbers of the consent texts of everybody of whom no row is left. One query.

    They are counted among the others everywhere, so that no number tells whether somebody who left had their
    ratings erased: that is theirs to know.
    """
    erased = Departure.objects.filter(study=study, rater__isnull=True)
    return [
        (group, [said["number"] for said in statement["consents"]])
        for group, statement in erased.values_list("group_name", "statement")
    ]


def started(study: Study, rated: Iterable[CountedRatings]) -> dict[int, tuple[int, int]]:
    """Raters with a rating that counts in the stage, and how many of them have not left, by group. One
    query."""
    here = _here(study)
    found: dict[int, set[int]] = defaultdict(set)
    for one in rated:
        found[one.group].add(one.rater)
    return {group: (len(raters), len(raters & here)) for group, raters in found.items()}


def _here(study: Study) -> set[int]:
    raters = Rater.objects.filter(study=study, member__isnull=False, member__left_at__isnull=True)
    return set(raters.values_list("pk", flat=True))


def _finished(group: Group, at_work: StageFacts | None, n_stayed: int) -> int | None:
    """Who began and stayed until the group's part of the stage was over; None while it is not."""
    if at_work is None or group.kind == Group.Kind.JUDGE:
        return None
    is_over = at_work.state == Plan.State.CLOSED or group.key in at_work.complete
    return n_stayed if is_over else None


def screening(study: Study) -> Screening:
    """Five queries."""
    settings = JoiningSettings.objects.filter(study=study).first() or JoiningSettings(study=study)
    calls = PublicCall.objects.filter(study=study)
    states = Application.objects.filter(call__study=study).values_list("state")
    applied = dict(states.annotate(n=Count("pk")).order_by())
    return Screening(
        when=str(settings.screening),
        n_questions=ScreeningQuestion.objects.filter(study=study).count(),
        n_answered=Screened.objects.filter(rater__study=study).count(),
        n_not_eligible=settings.n_not_eligible,
        n_applied=sum(applied.values()),
        n_declined=applied.get(Application.State.DECLINED, 0),
        has_calls=calls.exists(),
    )


def consent_texts(study: Study) -> list[ConsentText]:
    """Every version, the oldest first, with how many have agreed to it. Three queries."""
    erased = [number for _, numbers in _tombstones(study) for number in numbers]
    versions = ConsentVersion.objects.filter(study=study).annotate(
        n_agreed=Count("consents__rater", distinct=True)
    )
    return [
        ConsentText(
            number=version.number,
            language=version.language,
            published_at=version.created_at,
            n_agreed=version.n_agreed + erased.count(version.number),
            ticks=[tick.key for tick in version.ticks.all()],
        )
        for version in versions.prefetch_related("ticks").order_by("number")
    ]


def n_unasked(study: Study) -> int:
    """Raters who take part and have not agreed to the newest text. One query."""
    newest = ConsentVersion.objects.filter(study=study).order_by("-number")[:1]
    agreed = Consent.objects.filter(version__in=newest.values("pk")).values("rater")
    raters = Rater.objects.filter(study=study, member__isnull=False, member__left_at__isnull=True)
    return raters.exclude(pk__in=agreed).count()


def training_facts(study: Study, questions: Sequence[tuple[str, str]]) -> TrainingFacts:
    """Practice, qualification and hidden checks. Five queries."""
    settings = CheckSettings.objects.filter(study=study).first() or CheckSettings(study=study)
    kept = dict(KeyedItem.objects.filter(study=study).values_list("use").annotate(n=Count("pk")).order_by())
    stages = set(Plan.objects.filter(study=study).values_list("stage", flat=True))
    texts = dict(questions)
    return TrainingFacts(
        n_practice=kept.get(KeyedItem.Use.PRACTICE, 0),
        n_examination=kept.get(KeyedItem.Use.QUALIFICATION, 0),
        n_per_try=settings.n_per_try,
        max_tries=settings.max_tries,
        has_practice=Plan.Stage.TRAINING in stages,
        has_examination=Plan.Stage.QUALIFICATION in stages,
        marks=[
            PassMarkUse(texts.get(mark.question_key, mark.question_key), _mark_words(mark))
            for mark in PassMark.objects.filter(study=study)
        ],
        groups=_group_training(study),
        gold_every=settings.gold_every,
        repeat_every=settings.repeat_every,
        attention_every=settings.attention_every,
    )


def _mark_words(mark: PassMark) -> str:
    return _RULES[PassMark.Rule(mark.rule)].format(share=100 * (mark.share or 0), distance=mark.distance or 0)


def _group_training(study: Study) -> list[GroupTraining]:
    state = Clearance.State
    rows = Group.objects.filter(study=study, kind=Group.Kind.HUMAN).annotate(
        n_practised=Count("raters", filter=Q(raters__clearance__practised_at__isnull=False)),
        n_cleared=Count("raters", filter=Q(raters__clearance__state__in=CLEARED)),
        n_by_hand=Count("raters", filter=Q(raters__clearance__state=state.BY_HAND)),
        n_not=Count("raters", filter=Q(raters__clearance__state=state.NOT_PASSED)),
    )
    return [
        GroupTraining(row.name, row.n_practised, row.n_cleared - row.n_by_hand, row.n_by_hand, row.n_not)
        for row in rows
    ]


def care_facts(study: Study) -> CareFacts:
    """Settings and published totals; two queries."""
    settings = CareSettings.objects.filter(study=study).first()
    weeks = list(CareWeek.objects.filter(study=study))
    care = settings or CareSettings(study=study)
    return CareFacts(
        has_settings=settings is not None,
        break_minutes=care.break_minutes,
        break_heavy_items=care.break_heavy_items,
        checkin_every=care.checkin_every,
        n_weeks=len(weeks),
        n_withheld=sum(None in (week.n_pauses, week.n_skips, week.n_above) for week in weeks),
        n_pauses=_total(week.n_pauses for week in weeks),
        n_skips=_total(week.n_skips for week in weeks),
        n_above=_total(week.n_above for week in weeks),
        has_debrief=bool(care.debrief.strip()),
    )


def _total(numbers: Iterable[int | None]) -> int | None:
    """The sum of what was published; None where nothing was."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
