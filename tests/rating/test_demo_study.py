from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import Count, F

from annotation.models import Group, Item, Plan, ProblemReport, Rater, ResponseSource, Slot, Study, User
from annotation.queries.clearance import open_plans, standing_of
from annotation.queries.consent import needs_consent
from annotation.services.consent import give_consent
from rating.demonstration import generate
from rating.models import Answer, CurrentRating, Evidence, Presentation, Rating
from rating.queries.told import told_item
from rating.services.demo_study import DEMO_KEY, TRY_KEY, load_demo_study
from rating.services.workbench import claim_next_item

pytestmark = pytest.mark.django_db


def answers_of(study: Study) -> pd.DataFrame:
    """The stored answers of a study, in the generator's columns and order of rows."""
    rows = Answer.objects.filter(rating__slot__plan__study=study).values_list(
        "rating__slot__item__external_id",
        "rating__rater__member__user__username",
        "rating__rater__group__key",
        "question__key",
        "value",
        "missing",
    )
    return pd.DataFrame(rows, columns=["item", "rater", "group", "question", "value", "missing"])


def test_load_demo_study_when_empty_fills_every_slot_of_the_main_stage() -> None:
    study = load_demo_study()

    plan = Plan.objects.get(study=study)
    per_cell = Slot.objects.filter(plan=plan).values("item", "group").annotate(n=Count("id"))
    assert study.is_invented
    assert "invented" in study.notice
    assert study.state == Study.State.OPEN
    assert (plan.stage, plan.state) == ("main", "open")
    assert Item.objects.filter(study=study).count() == 40
    assert {row["n"] for row in per_cell} == {8}
    assert len(per_cell) == 40 * 3
    assert not Slot.objects.filter(plan=plan).exclude(state=Slot.State.DONE).exists()
    assert CurrentRating.objects.filter(slot__plan=plan).count() == 960
    assert all(group.words for group in Group.objects.filter(study=study))
    assert {problem.state for problem in ProblemReport.objects.filter(study=study)} == {"open", "answered"}


def test_load_demo_study_when_loaded_stores_exactly_the_planted_ratings() -> None:
    study = load_demo_study()

    planted = generate()
    order = ["item", "rater", "question"]
    expected = planted.answers.sort_values(order).reset_index(drop=True)
    stored = answers_of(study).sort_values(order).reset_index(drop=True)
    keys = ["item", "rater", "group", "question"]
    assert stored[keys].equals(expected[keys].astype(stored[keys].dtypes.to_dict()))
    assert stored["value"].tolist() == pytest.approx(
        expected["value"].astype("float64").tolist(), nan_ok=True
    )
    assert stored["missing"].tolist() == expected["missing"].fillna("").tolist()
    comments = Rating.objects.filter(slot__plan__study=study).exclude(comment="")
    assert set(comments.values_list("comment", flat=True)) == set(planted.comments["comment"])
    evidence = Evidence.objects.filter(rating__slot__plan__study=study).select_related("rating__slot__item")
    assert len(evidence) == len(planted.passages)
    texts = dict(Item.objects.filter(study=study).values_list("id", "responses__text"))
    assert all(texts[one.rating.slot.item_id][one.start : one.end] == one.quote for one in evidence)


def test_load_demo_study_when_loaded_again_changes_nothing() -> None:
    first = load_demo_study()
    tables = (Study, User, Item, Rater, Slot, Rating, Answer, Evidence, Presentation)
    before = [model.objects.count() for model in tables]

    again = load_demo_study()

    assert again == first
    assert [model.objects.count() for model in tables] == before


def test_load_demo_study_when_loaded_spreads_each_raters_work_over_past_days() -> None:
    study = load_demo_study()

    shown = Presentation.objects.filter(slot__plan__study=study).order_by("rater", "position")
    rows = list(shown.values_list("rater", "position", "shown_at", "ratings__submitted_at"))
    ahead = pairwise(rows)
    assert sorted({position for _, position, _, _ in rows}) == list(range(1, 41))
    assert all(start < end < study.created_at for _, _, start, end in rows)
    assert all(one[3] < two[2] for one, two in ahead if one[0] == two[0])
    assert not Slot.objects.filter(plan__study=study).exclude(claimed_at__lt=F("completed_at")).exists()


def test_load_demo_study_when_guest_consents_hands_out_an_item_of_try_rating() -> None:
    load_demo_study()
    guest = User.objects.get(username="guest")
    rater = Rater.objects.select_related("study", "group").get(member__user=guest)
    version = needs_consent(rater)

    assert rater.study.source_key == TRY_KEY
    assert version is not None
    give_consent(rater, version, actor=guest)
    presentation = claim_next_item(rater, actor=guest)

    assert presentation is not None
    assert presentation.slot.plan.study == rater.study
    assert presentation.position == 1
    assert Rating.objects.filter(slot__plan__study=rater.study).count() == 8


def test_load_demo_study_gives_a_new_rater_practice_with_explanations_and_others_none() -> None:
    load_demo_study()
    guest = Rater.objects.select_related("study", "group").get(member__user__username="guest")
    busy = Rater.objects.select_related("study", "group").get(
        member__user__username="peer1", study=guest.study
    )
    version = needs_consent(guest)
    assert version is not None
    assert guest.member is not None
    give_consent(guest, version, actor=guest.member.user)
    first = claim_next_item(guest, actor=guest.member.user)
    assert first is not None
    told = told_item(first)

    assert first.slot.plan.stage == "training"
    assert len(told.answers) == 6
    assert all(one.explanation for one in told.answers)
    assert standing_of(guest, open_plans(guest.study), now=first.shown_at).n_total == 2
    assert standing_of(busy, open_plans(guest.study), now=first.shown_at).is_cleared


def test_load_demo_study_when_loaded_keeps_sources_and_factors_hidden() -> None:
    study = load_demo_study()

    kinds = ResponseSource.objects.filter(response__item__study=study).values_list("kind", flat=True)
    assert set(kinds) == {"human", "ai"}
    assert study.factors.count() == 4
    assert not study.factors.filter(is_hidden=False).exists()


def test_load_demo_study_with_an_actor_makes_them_owner() -> None:
    actor = User.objects.create_user("somebody")

    study = load_demo_study(actor=actor)

    owners = study.members.filter(grants__role="owner").values_list("user__username", flat=True)
    assert set(owners) == {"somebody", "owner"}


def test_load_demo_command_when_run_twice_keeps_its_pass_phrase(
    settings: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]

    call_command("load_demo")
    call_command("load_demo")

    phrase = (tmp_path / "demo_pass_phrase").read_text()
    assert capsys.readouterr().out.count(phrase) == 2
    assert (tmp_path / "demo_pass_phrase").stat().st_mode & 0o077 == 0
    assert authenticate(None, username="peer1", password=phrase) is not None
    assert Study.objects.filter(source_key=DEMO_KEY).count() == 1
