"""Studies, plans, people, rubrics, consent, problems: each step and each refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotation.errors import Code, DomainError
from annotation.models import AuditEvent, Item, Plan, PlanQuota, Rater, RubricVersion, Slot, Study, User
from annotation.queries.consent import needs_consent
from annotation.services import consent, people, plans, problems, rubrics, studies
from tests.conftest import core_document, user_of

pytestmark = pytest.mark.django_db


def refused(code: Code, work: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as error:
        work()
    assert error.value.code == code
    return error.value


def test_create_study_makes_the_actor_its_owner_and_leaves_a_trace(owner: User) -> None:
    study = studies.create_study(actor=owner, title=" Quiet ")
    member = study.members.get()
    assert (study.title, study.state, member.user) == ("Quiet", "draft", owner)
    assert {"owner", "coordinator", "researcher", "safeguarding"} == member.role_set()
    assert AuditEvent.objects.get(study=study).kind == "study.created"


def test_create_study_without_title_is_refused(owner: User) -> None:
    refused(Code.INVALID, lambda: studies.create_study(actor=owner, title="  "))


def test_open_study_that_is_not_ready_lists_what_is_missing(owner: User) -> None:
    study = studies.create_study(actor=owner, title="Bare")
    error = refused(Code.STATE_FORBIDS, lambda: studies.change_state(study, "open", actor=owner))
    assert len(error.details) == 4
    study.refresh_from_db()
    assert study.state == "draft"


@pytest.mark.parametrize(
    ("before", "after"),
    [("draft", "paused"), ("draft", "closed"), ("closed", "paused"), ("open", "draft")],
)
def test_change_state_that_skips_a_step_is_refused(
    study: Study, owner: User, before: str, after: str
) -> None:
    Study.objects.filter(pk=study.pk).update(state=before)
    refused(Code.STATE_FORBIDS, lambda: studies.change_state(study, after, actor=owner))


def test_change_state_to_the_same_state_writes_no_event(plan: Plan, study: Study, owner: User) -> None:
    n = AuditEvent.objects.count()
    studies.change_state(study, "open", actor=owner)
    assert AuditEvent.objects.count() == n


def test_add_group_twice_is_refused(study: Study, owner: User) -> None:
    refused(Code.INVALID, lambda: studies.add_group(study, actor=owner, key="peer", name="Peers again"))


def test_make_plan_makes_a_slot_for_every_rating_wanted(plan: Plan) -> None:
    assert Slot.objects.filter(plan=plan, state="open").count() == 4 * (2 + 2)
    keys = Slot.objects.filter(plan=plan).values("item", "random_key").distinct()
    assert keys.count() == 4
    assert PlanQuota.objects.filter(plan=plan).count() == 2


def test_make_plan_with_the_same_seed_gives_the_same_keys(
    plan: Plan, study: Study, owner: User, rubric_version: RubricVersion
) -> None:
    pilot = plans.make_plan(
        study, actor=owner, stage="pilot", rubric_version=rubric_version, quotas={"peer": 1}, seed=7
    )

    def keys(one: Plan) -> set[tuple[Any, ...]]:
        return set(Slot.objects.filter(plan=one).values_list("item", "random_key"))

    assert keys(pilot) == keys(plan)


@pytest.mark.parametrize("quotas", [{}, {"peer": 0}, {"nobody": 2}])
def test_make_plan_with_unusable_quotas_is_refused(
    study: Study, owner: User, rubric_version: RubricVersion, items: list[Item], quotas: dict[str, int]
) -> None:
    refused(
        Code.INVALID,
        lambda: plans.make_plan(
            study, actor=owner, stage="main", rubric_version=rubric_version, quotas=quotas
        ),
    )


def test_make_plan_for_items_without_text_is_refused(
    study: Study, owner: User, rubric_version: RubricVersion, items: list[Item]
) -> None:
    Item.objects.update(has_text=False)
    refused(
        Code.STATE_FORBIDS,
        lambda: plans.make_plan(
            study, actor=owner, stage="main", rubric_version=rubric_version, quotas={"peer": 1}
        ),
    )


def test_make_plan_with_a_draft_rubric_is_refused(study: Study, owner: User, items: list[Item]) -> None:
    draft = rubrics.load_rubric(study, core_document(), actor=owner)
    refused(
        Code.STATE_FORBIDS,
        lambda: plans.make_plan(study, actor=owner, stage="main", rubric_version=draft, quotas={"peer": 1}),
    )


def test_open_plan_while_another_stage_runs_is_refused(
    plan: Plan, study: Study, owner: User, rubric_version: RubricVersion
) -> None:
    pilot = plans.make_plan(
        study, actor=owner, stage="pilot", rubric_version=rubric_version, quotas={"peer": 1}
    )
    refused(Code.STATE_FORBIDS, lambda: plans.open_plan(pilot, actor=owner))
    plans.close_plan(plan, actor=owner)
    assert plans.open_plan(pilot, actor=owner).state == "open"


def test_add_rater_in_a_second_group_is_refused(study: Study, owner: User, rater: Rater) -> None:
    other = study.groups.get(key="clinician")
    refused(
        Code.STATE_FORBIDS,
        lambda: people.add_rater(study, actor=owner, group=other, member=rater.member),
    )
    same = people.add_rater(study, actor=owner, group=rater.group, member=rater.member)
    assert same == rater


def test_pseudonym_says_the_group_and_not_the_person(rater: Rater) -> None:
    assert rater.pseudonym.startswith("PEE-")
    assert "pia" not in rater.pseudonym.lower()


def test_load_rubric_twice_returns_the_same_version(study: Study, owner: User) -> None:
    first = rubrics.load_rubric(study, core_document(), actor=owner)
    assert rubrics.load_rubric(study, core_document(), actor=owner) == first
    changed = rubrics.load_rubric(study, core_document() | {"note": "typo"}, actor=owner)
    assert (changed.rubric, changed.number) == (first.rubric, 2)


def test_load_rubric_with_defects_names_each(study: Study, owner: User) -> None:
    document = core_document()
    document["questions"] = [dict(one) for one in document["questions"]]
    document["questions"][0]["scale"] = "nowhere"
    document["questions"][1]["key"] = document["questions"][0]["key"]
    error = refused(Code.INVALID_FILE, lambda: rubrics.load_rubric(study, document, actor=owner))
    assert len(error.details) == 2
    assert not RubricVersion.objects.exists()


def test_give_consent_to_an_old_text_is_refused_and_the_new_one_is_asked(
    study: Study, owner: User, rater: Rater
) -> None:
    old = study.consent_versions.get()
    assert needs_consent(rater) is None
    new = studies.publish_consent(study, actor=owner, title="Taking part", body="Changed.")
    assert needs_consent(rater) == new
    refused(Code.STALE_REVISION, lambda: consent.give_consent(rater, old, actor=user_of(rater)))
    consent.give_consent(rater, new, actor=user_of(rater))
    consent.give_consent(rater, new, actor=user_of(rater))
    assert rater.consents.count() == 2


def test_problem_is_reported_and_answered(items: list[Item], rater: Rater, owner: User) -> None:
    problem = problems.report_problem(rater, items[0], actor=user_of(rater), text=" cut off ")
    assert (problem.text, problem.state) == ("cut off", "open")
    answered = problems.answer_problem(problem, actor=owner, answer="Mended.")
    assert (answered.state, answered.answered_by) == ("answered", owner)


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_problem_without_or_with_too_much_text_is_refused(items: list[Item], rater: Rater, text: str) -> None:
    refused(Code.INVALID, lambda: problems.report_problem(rater, items[0], actor=user_of(rater), text=text))
