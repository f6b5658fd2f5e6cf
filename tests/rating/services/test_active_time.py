"""Nobody is active for longer than an item has been before them, whatever their browser says."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from annotation.models import Plan, Rater
from rating.forms.question_fields import Entry
from rating.forms.workbench import submission_of
from rating.models import Presentation
from rating.services.active_time import credible_times
from rating.services.answer_inputs import Submission, Times
from tests.rating.exporting import frame_of, scope_of
from tests.rating.services.submitting import claimed, submit

SHOWN = {"safety": {"response:1": 6000}, "empathy_warmth": {"response:1": 2000}}


@pytest.fixture
def presentation(plan: Plan, rater: Rater) -> Presentation:
    return claimed(rater)


def claims(active_ms: int | None, times: Times) -> Submission:
    return Submission("s", uuid4(), "v", [], active_ms=active_ms, question_ms=times)


@pytest.mark.parametrize(
    ("seconds", "active_ms", "times", "expected"),
    [
        (60, 9000, SHOWN, (9000, SHOWN)),
        # Four seconds have passed: half of what the questions claim.
        (4, 9000, SHOWN, (4000, {"safety": {"response:1": 3000}, "empathy_warmth": {"response:1": 1000}})),
        (60, 4000, SHOWN, (4000, {"safety": {"response:1": 3000}, "empathy_warmth": {"response:1": 1000}})),
        (-5, 9000, {}, (0, {})),
        (60, None, SHOWN, (None, {})),
        (60, 9000, {"elsewhere": {"item": 5}, "safety": {"item": -5}}, (9000, {})),
    ],
)
def test_credible_times_when_more_is_claimed_than_passed_cuts_it(
    presentation: Presentation,
    seconds: int,
    active_ms: int | None,
    times: Times,
    expected: tuple[object, Times],
) -> None:
    now = presentation.shown_at + timedelta(seconds=seconds)
    assert credible_times(presentation, claims(active_ms, times), now) == expected


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"safety": 5}', '{"safety": {"item": "5"}}', '{"safety": {"item": true}}']
)
def test_times_of_a_form_that_are_no_times_are_left_out(text: str) -> None:
    entry = Entry({"times": [text], "active_ms": ["10"]})
    assert submission_of(entry, slot_code="s", asked=[], texts={}).question_ms == {}


def test_times_of_a_form_are_read_as_the_script_writes_them() -> None:
    entry = Entry({"times": [json.dumps(SHOWN)], "active_ms": ["9000"]})
    assert submission_of(entry, slot_code="s", asked=[], texts={}).question_ms == SHOWN


def test_long_file_gives_each_answer_the_time_of_its_question(plan: Plan, rater: Rater) -> None:
    Presentation.objects.filter(pk=claimed(rater).pk).update(
        shown_at=claimed(rater).shown_at - timedelta(minutes=1)
    )
    submit(rater, active_ms=9000, question_ms=SHOWN)
    long = frame_of(scope_of(plan), "ratings-long.csv", dtype=str)
    found = dict(zip(long["question"], long["question_ms"], strict=True))
    assert (found["safety"], found["empathy_warmth"], found["empathy_help"]) == ("6000", "2000", "")
