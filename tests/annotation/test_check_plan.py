"""`manage.py check_plan`: silent errors of a plan are found, each broken on purpose."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from annotation.design.eligibility import Eligibility
from annotation.models import (
    Clearance,
    Factor,
    Item,
    ItemFactor,
    Plan,
    Rater,
    RubricVersion,
    Slot,
    Study,
    User,
)
from annotation.queries import stage_counts
from annotation.queries.designs import Design
from annotation.queries.plan_checks import checked_stage, count_checked
from annotation.services import plans, queue
from annotation.services.study_summaries import take_study_summary
from tests.annotation.services.test_seats import NOW
from tests.conftest import user_of

pytestmark = pytest.mark.django_db
MakePlan = Callable[[Design], Plan]


def checked(study: Study) -> tuple[int, str]:
    """Exit code and words of the command."""
    out = StringIO()
    try:
        call_command("check_plan", study.code, stdout=out, stderr=out, no_color=True)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


@pytest.fixture
def made(study: Study, owner: User, rubric_version: RubricVersion, items: list[Item]) -> MakePlan:
    def make(design: Design) -> Plan:
        quotas = {"peer": 2, "clinician": 2}
        return plans.make_plan(
            study,
            actor=owner,
            stage="main",
            rubric_version=rubric_version,
            quotas=quotas,
            seed=1,
            design=design,
        )

    return make


SEATS = {"peer": 4, "clinician": 4}


@pytest.mark.parametrize(
    "design",
    [
        Design(),
        Design("crossed", SEATS),
        Design("incomplete", SEATS),
        Design("anchored", SEATS, n_anchors=2),
        Design("batched", {"peer": 2, "clinician": 2}, batch_size=2),
    ],
    ids=lambda design: design.kind,
)
def test_check_plan_of_a_sound_plan_says_so(design: Design, study: Study, made: MakePlan) -> None:
    plan = made(design)
    code, words = checked(study)
    assert code == 0
    assert f"{plan.slots.count()} planned ratings, all as planned" in words


@pytest.mark.parametrize("kind", ["pool", "crossed"])
def test_check_plan_when_a_slot_is_missing_names_the_item(
    kind: str, study: Study, made: MakePlan, items: list[Item]
) -> None:
    plan = made(Design(kind, SEATS))
    Slot.objects.filter(pk=plan.slots.filter(item=items[2], group__key="peer")[0].pk).delete()
    code, words = checked(study)
    assert code == 1
    assert "Peer supporters: 1 planned ratings have no slot: item3." in words


def test_check_plan_when_seats_are_uneven_or_apart_says_so(study: Study, made: MakePlan) -> None:
    plan = made(Design("crossed", {"peer": 2, "clinician": 2}))
    first, second, *_ = plan.slots.filter(seat__number=1, group__key="peer").order_by("position")
    Slot.objects.filter(pk__in=[first.pk, second.pk]).delete()
    words = checked(study)[1]
    assert "Peer supporters: seats hold 2 to 4 items." in words
    apart = plan.slots.exclude(group__key="clinician", seat__number=1, item=first.item)
    Slot.objects.filter(pk__in=apart.filter(item=first.item)).delete()
    others = plan.slots.filter(group__key="clinician", seat__number=1).exclude(item=first.item)
    others.delete()
    code, words = checked(study)
    assert code == 1
    assert "fall into 2 parts that have no item in common" in words


def test_check_plan_when_a_rule_cannot_be_met_says_who_is_missing(
    study: Study, made: MakePlan, items: list[Item], make_rater: Callable[..., Rater]
) -> None:
    factor = Factor.objects.create(study=study, key="topic", name="Topic")
    ItemFactor.objects.create(item=items[0], factor=factor, value="crisis")
    rules = (
        Eligibility("topic", "crisis", needs="cleared"),
        Eligibility("topic", "crisis", groups=("peer",)),
    )
    made(Design("incomplete", SEATS, rules=rules))
    code, words = checked(study)
    assert code == 1
    assert "Peer supporters: 2 ratings per item ask for raters who have qualified; there are 0." in words
    assert "Clinicians: 2 ratings" not in words
    for name in ("pia", "paul"):
        Clearance.objects.create(rater=make_rater(name), state=Clearance.State.PASSED)
    assert checked(study)[0] == 0
    Slot.objects.filter(item=items[0]).update(needs="")
    assert "Rules are not kept by the slots of item1" in checked(study)[1]


def test_check_plan_of_a_rated_pool_counts_its_parts(plan: Plan, study: Study, rater: Rater) -> None:
    served = queue.claim_next(rater, actor=user_of(rater), now=NOW)
    assert served is not None
    queue.complete_slot(served.slot, rater, now=NOW)
    code, words = checked(study)
    assert code == 0
    assert "1 rater has a login, fewer than 2 ratings per item" in words


def test_check_plan_of_no_study_or_no_stage_says_so(study: Study) -> None:
    with pytest.raises(CommandError, match="no study nothere"):
        call_command("check_plan", "nothere")
    with pytest.raises(CommandError, match="no stage"):
        call_command("check_plan", study.code, stage="main")


def test_large_stage_is_told_as_the_scheduler_checked_it(
    made: MakePlan, owner: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, client = made(Design("incomplete", SEATS)), client_of(owner)
    monkeypatch.setattr(stage_counts, "LARGE", 2)
    address = reverse("api_plan_check", args=[plan.study.code, plan.code])
    before = client.get(address).json()
    assert (before["holds"], before["counted_at"]) == (True, None)
    at = timezone.now()
    take_study_summary(plan.study, now=at)
    Slot.objects.filter(plan=plan).order_by("pk")[:1].get().delete()
    held = client.get(address).json()
    assert parse_datetime(held.pop("counted_at")) == at
    assert held.items() <= before.items()
    take_study_summary(plan.study, now=timezone.now())
    after = client.get(address).json()
    assert (after["holds"], after["n_planned"]) == (False, before["n_planned"] - 1)


def test_ordinary_stage_is_checked_when_asked_for(made: MakePlan) -> None:
    plan = made(Design("incomplete", SEATS))
    assert count_checked(plan.study) == {}
    take_study_summary(plan.study, now=timezone.now())
    Slot.objects.filter(plan=plan).order_by("pk")[:1].get().delete()
    told = checked_stage(plan, now=timezone.now())
    assert (told.holds, told.counted_at) == (False, None)
