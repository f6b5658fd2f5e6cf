"""Consent tick by tick: what is stored, what is refused, what changed, who shares, what is announced."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotation.errors import Code, DomainError
from annotation.models import (
    AuditEvent,
    CheckSettings,
    ConsentTick,
    ConsentVersion,
    Plan,
    Rater,
    Study,
    TickAnswer,
    User,
)
from annotation.queries.consent import (
    CHECKS_SENTENCE,
    announced,
    changes_between,
    consent_statement,
    needs_consent,
    newest_consent,
    sharing_raters,
    tick_states,
    uses_hidden_checks,
)
from annotation.queries.studies import opening_steps
from annotation.services import members, studies
from annotation.services.consent import change_ticks, give_consent
from annotation.services.consent_ticks import AGREE, CHECKS, SHARE, Tick
from tests.annotation.test_rules import refused
from tests.conftest import user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(study: Study, owner: User) -> ConsentVersion:
    """The second text: one tick that is needed, one to share publicly."""
    body = "You may stop at any time.\n\nAnswers are kept for ten years."
    return studies.publish_consent(
        study, actor=owner, title="Taking part", body=body, ticks=[AGREE, SHARE], language="de"
    )


def answers_of(rater: Rater) -> dict[str, bool]:
    consent = newest_consent(rater)
    assert consent is not None
    return {state.tick.key: state.answer.is_agreed for state in tick_states(consent)}


def refusal(deed: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        deed()
    return caught.value


def test_give_consent_stores_time_version_language_and_each_answer(
    version: ConsentVersion, rater: Rater
) -> None:
    consent = newest_consent(rater)
    assert consent is not None
    assert (consent.version, consent.language) == (version, "de")
    assert answers_of(rater) == {"agree": True, "share_publicly": False}


def test_give_consent_without_a_needed_tick_is_refused_by_its_words(
    version: ConsentVersion, make_rater: Callable[..., Rater]
) -> None:
    newcomer = make_rater("nora", consents=False)
    error = refusal(
        lambda: give_consent(newcomer, version, actor=user_of(newcomer), ticked={"share_publicly"})
    )
    assert error.code == Code.INVALID
    assert error.details == [f"Not ticked: {AGREE.words}"]
    assert needs_consent(newcomer) == version


def test_change_ticks_keeps_the_earlier_answer_and_the_newest_counts(
    version: ConsentVersion, study: Study, rater: Rater
) -> None:
    change_ticks(rater, actor=user_of(rater), ticked={"share_publicly"})
    assert list(sharing_raters(study)) == [rater]
    change_ticks(rater, actor=user_of(rater), ticked=set())
    assert list(sharing_raters(study)) == []
    assert answers_of(rater) == {"agree": True, "share_publicly": False}
    of_share = TickAnswer.objects.filter(consent__rater=rater, tick__key="share_publicly")
    assert list(of_share.order_by("pk").values_list("is_agreed", flat=True)) == [False, True, False]
    assert AuditEvent.objects.filter(kind="consent.changed").count() == 2


def test_change_ticks_before_any_consent_is_refused(
    version: ConsentVersion, make_rater: Callable[..., Rater]
) -> None:
    newcomer = make_rater("nora", consents=False)
    assert (
        refusal(lambda: change_ticks(newcomer, actor=user_of(newcomer), ticked=())).code == Code.STATE_FORBIDS
    )


def test_give_consent_when_taken_out_of_the_study_is_refused(study: Study, owner: User, rater: Rater) -> None:
    new = studies.publish_consent(study, actor=owner, title="T", body="New.")
    assert rater.member is not None
    actor = user_of(rater)
    members.remove_member(rater.member, actor=owner)
    assert refusal(lambda: give_consent(rater, new, actor=actor)).status == 409


def test_sharing_raters_when_the_newest_text_asks_no_more_shares_nobody(
    version: ConsentVersion, study: Study, owner: User, rater: Rater
) -> None:
    change_ticks(rater, actor=user_of(rater), ticked={"share_publicly"})
    newer = studies.publish_consent(study, actor=owner, title="T", body="Newer.", ticks=[AGREE])
    assert list(sharing_raters(study)) == [rater]
    give_consent(rater, newer, actor=user_of(rater))
    assert list(sharing_raters(study)) == []


def test_changes_between_texts_names_what_went_and_what_came(
    version: ConsentVersion, study: Study, owner: User
) -> None:
    body = "You may stop at any time.\n\nAnswers are kept for five years."
    newer = studies.publish_consent(study, actor=owner, title="Taking part", body=body, ticks=[AGREE])
    assert [(one.is_added, one.words) for one in changes_between(version, newer)] == [
        (False, "Answers are kept for ten years."),
        (True, "Answers are kept for five years."),
        (False, f"☐ {SHARE.words}"),
    ]


@pytest.mark.parametrize(
    ("ticks", "said"),
    [
        ([SHARE], "One tick must be needed"),
        ([AGREE, Tick("agree", "Again.")], "is taken by another tick"),
        ([AGREE, Tick("Big Key", "Words.")], "a key is made of small letters"),
        ([AGREE, Tick("version", "Words.")], "a key is made of small letters"),
        ([AGREE, Tick("x", " ")], "write one sentence"),
        ([AGREE, Tick("share_publicly", "Share it.", is_required=True)], "must stay a free choice"),
        ([AGREE, *(Tick("", f"Tick {n}.") for n in range(12))], "At most 12 ticks"),
    ],
)
def test_publish_consent_with_a_tick_that_cannot_be_used_says_which(
    study: Study, owner: User, ticks: list[Tick], said: str
) -> None:
    error = refusal(lambda: studies.publish_consent(study, actor=owner, title="T", body="B", ticks=ticks))
    assert said in " ".join(error.details)
    assert ConsentVersion.objects.filter(study=study).count() == 1


def test_publish_consent_gives_ticks_without_a_key_one_of_their_own(study: Study, owner: User) -> None:
    ticks = [Tick("", "One."), Tick("tick-1", "Two."), Tick("", "Three.")]
    made = studies.publish_consent(study, actor=owner, title="T", body="B", ticks=ticks)
    assert list(made.ticks.values_list("key", flat=True)) == ["tick-2", "tick-1", "tick-3"]


def test_consent_rows_when_touched_are_refused(version: ConsentVersion, rater: Rater) -> None:
    consent = newest_consent(rater)
    assert consent is not None
    refused(lambda: ConsentVersion.objects.update(body="x"), "never changes")
    refused(lambda: ConsentTick.objects.update(words="x"), "never changes")
    refused(lambda: TickAnswer.objects.update(is_agreed=True), "stays on record")
    refused(TickAnswer.objects.all().delete, "stays on record")
    refused(lambda: type(consent).objects.update(language="fr"), "stays on record")
    late = ConsentTick(version=version, position=9, key="late", words="Late.")
    refused(late.save, "no tick once somebody has agreed")


def test_consent_statement_tells_every_version_with_its_ticks(
    study: Study, owner: User, rater: Rater
) -> None:
    newer = studies.publish_consent(study, actor=owner, title="Newer", body="B", ticks=[AGREE, SHARE])
    give_consent(rater, newer, actor=user_of(rater), ticked={"agree", "share_publicly"})
    first, second = consent_statement(rater)
    assert [tick["key"] for tick in first["ticks"]] == ["agree"]
    assert second["number"] == 2
    assert [(tick["key"], tick["is_agreed"]) for tick in second["ticks"]] == [
        ("agree", True),
        ("share_publicly", True),
    ]


@pytest.mark.parametrize(
    ("body", "ticks", "is_announced"),
    [("B", [AGREE], False), ("B", [AGREE, CHECKS], True), (f"B\n\n{CHECKS_SENTENCE}", [AGREE], True)],
)
def test_announced_finds_the_tick_or_the_sentence_of_the_newest_text(
    plan: Plan, owner: User, body: str, ticks: list[Tick], is_announced: bool
) -> None:
    assert not uses_hidden_checks(plan.study)
    CheckSettings.objects.create(study=plan.study, repeat_every=10)
    studies.publish_consent(plan.study, actor=owner, title="T", body=body, ticks=ticks)
    assert uses_hidden_checks(plan.study)
    assert announced(plan.study) is is_announced
    missing = [step.page for step in opening_steps(plan.study) if step.is_required and not step.is_done]
    assert missing == ([] if is_announced else ["study_consent_new"])
