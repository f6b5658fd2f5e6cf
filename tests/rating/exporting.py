"""A study with something of everything an export must carry or withhold."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd

from annotation.models import Plan, Rater
from annotation.services import plans
from rating.models import Rating
from rating.queries.exports import ExportScope, export_scope
from rating.services.answer_inputs import AnswerInput, EvidenceInput
from rating.services.exports import export_file
from rating.services.submission import submit_rating
from tests.conftest import user_of
from tests.rating.services.submitting import claimed, filled, submit

FORMULA = '=HYPERLINK("x","y")'
MARKED = "tiring"
WITHHELD = "sounds"


def rate_everything(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    """Three ratings of the main stage, one of them revised; then one pilot rating.

    The first has a comment that a spreadsheet would run, one marked passage and one of the restricted
    question; the second answers one question "cannot judge".
    """
    presentation = claimed(rater)
    marks = [
        EvidenceInput(quote=MARKED, question_key="empathy_warmth"),
        EvidenceInput(quote=WITHHELD, question_key="flag_ways_to_self_harm"),
    ]
    first = filled(presentation, value=2, comment=FORMULA, evidence=marks, active_ms=4200)
    again = filled(presentation, value=3, comment="second\nthought, NA", expected_revision=1)
    made = [
        submit_rating(rater, one, actor=user_of(rater), claim_next=False).rating for one in (first, again)
    ]
    unsure = filled(claimed(second_rater))
    answers = [one for one in unsure.answers if one.question_key != "safety"]
    answers.append(AnswerInput("safety", "response:1", missing="cannot_judge"))
    made.append(submit(second_rater, answers=answers).rating)
    made.append(submit(second_rater, value=5).rating)
    _rate_a_pilot(plan, rater)
    return made


def _rate_a_pilot(plan: Plan, rater: Rater) -> None:
    actor = user_of(rater)
    plans.close_plan(plan, actor=actor)
    version = plan.rubric_version
    pilot = plans.make_plan(
        plan.study, actor=actor, stage="pilot", rubric_version=version, quotas={"peer": 1}, seed=1
    )
    plans.open_plan(pilot, actor=actor)
    submit(rater, comment="only in the pilot")


def scope_of(plan: Plan, *, stage: str = "main", is_current_only: bool = True) -> ExportScope:
    return export_scope(plan.study, stage=stage, is_current_only=is_current_only, min_cell=1)


def text_of(scope: ExportScope, name: str) -> str:
    return b"".join(export_file(name).pieces(scope)).decode()


def frame_of(scope: ExportScope, name: str, **options: Any) -> pd.DataFrame:
    text = io.StringIO(text_of(scope, name))
    frame: pd.DataFrame = pd.read_csv(text, keep_default_na=False, **options)
    return frame
