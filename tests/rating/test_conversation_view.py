"""The conversation and its replies on the rating screen: formatting, direction, marks, names, numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from annotation.models import Item, Question, Rater, Response, Study, Turn, User
from rating.forms.question_numbers import question_numbers
from rating.models import Evidence, Presentation
from rating.services.workbench import claim_next_item
from tests.conftest import user_of
from tests.rating.every_kind import complete_form, every_kind, item_of_three, open_plan
from tests.rating.test_question_kinds import page_of, sent

Open = Callable[[], tuple[str, Any]]


@pytest.fixture
def presentation(study: Study, owner: User, rater: Rater) -> Presentation:
    item_of_three(study)
    open_plan(study, owner, every_kind(study, owner))
    shown = claim_next_item(rater, actor=user_of(rater))
    assert shown is not None
    return shown


@pytest.fixture
def opened(
    study: Study, rater: Rater, presentation: Presentation, client_of: Callable[[User], Client]
) -> Open:
    """opened() -> the page as text, and its screen."""

    def get() -> tuple[str, Any]:
        response = page_of(client_of(user_of(rater)), study, presentation)
        return response.content.decode(), response.context["screen"]

    return get


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[me](javascript:alert(1))",
        '"><svg onload=alert(1)>',
        "\u202egnp.exe\u200b\u200d",
    ],
)
def test_dangerous_text_of_a_turn_or_reply_is_shown_and_does_nothing(opened: Open, text: str) -> None:
    Turn.objects.filter(position=1).update(text=text)
    Response.objects.filter(position=1).update(text=f"**{text}**")
    page, _ = opened()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<svg onload" not in page
    assert 'href="javascript' not in page
    assert escape(text.lstrip("\u202e"))[:8] in page


@pytest.mark.parametrize(
    ("said", "language", "text", "of_text", "of_all"),
    [
        ("auto", "en", "مرحبا", "rtl", "ltr"),
        ("auto", "ar", "Hello", "ltr", "rtl"),
        ("auto", "ar", "...", "rtl", "rtl"),
        ("ltr", "ar", "مرحبا", "ltr", "ltr"),
        ("rtl", "en", "Hello", "rtl", "rtl"),
    ],
)
def test_texts_run_as_their_item_says_or_else_as_they_begin(
    opened: Open, said: str, language: str, text: str, of_text: str, of_all: str
) -> None:
    Item.objects.update(text_direction=said, language=language)
    Turn.objects.filter(position=1).update(text=text)
    page, screen = opened()
    assert (screen.turns[0]["direction"], screen.direction) == (of_text, of_all)
    assert f'<ol class="conversation" lang="{language}" dir="{of_all}">' in page
    assert f'id="turn-1-text" dir="{of_text}">' in page


def test_replies_bear_letters_in_the_order_shown_and_their_questions_follow_it(
    presentation: Presentation, opened: Open
) -> None:
    Presentation.objects.filter(pk=presentation.pk).update(response_order=[3, 1, 2])
    page, screen = opened()
    assert [shown["response"].position for shown in screen.responses] == [3, 1, 2]
    titles = [view.title for view in screen.questions if view.question.key == "warmth" and view.is_own_view]
    assert titles == [f"How caring is it? (reply {letter})" for letter in "ABC"]
    targets = [view.asked.target for view in screen.questions if view.question.key == "elements"]
    assert targets == ["response:3", "response:1", "response:2"]
    assert page.index("Reply A") < page.index("Reply B") < page.index("Reply C")


def test_words_typed_as_they_look_are_stored_as_they_stand_in_the_text(
    study: Study,
    rater: Rater,
    presentation: Presentation,
    client_of: Callable[[User], Client],
) -> None:
    source = "That is **very hard**, and\n- you are *not* alone"
    Response.objects.filter(position=1).update(text=source)
    form = complete_form(
        **{
            "codes--item": [""],
            "passage--codes--item--cue": ["is very hard, and"],
            "passage--codes--item--cue--severity": ["2"],
        }
    )
    assert sent(client_of(user_of(rater)), study, presentation, form).status_code == 302
    stored = Evidence.objects.get()
    assert (stored.target, stored.start, stored.end) == ("response:1", 5, 26)
    assert stored.quote == source[5:26] == "is **very hard**, and"


def test_marked_words_come_back_highlighted_by_severity_with_their_number(
    study: Study,
    rater: Rater,
    presentation: Presentation,
    client_of: Callable[[User], Client],
    opened: Open,
) -> None:
    Response.objects.filter(position=1).update(text="So **very** hard")
    mark = (
        '{"question": "codes", "target": "response:1", "start": 3, "end": 16, '
        '"quote": "**very** hard", "label": "cue", "severity": 1}'
    )
    form = complete_form(**{"codes--item": [""], "mark": [mark]})
    assert sent(client_of(user_of(rater)), study, presentation, form).status_code == 302
    page, screen = opened()
    assert '<strong><mark class="evidence evidence--1">very</mark></strong>' in page
    assert '<mark class="evidence evidence--1" data-numbers="1"> hard</mark>' in page
    assert (screen.marks[0].words, screen.marks[0].severity) == ("Missed cue", "Slight")


def test_mark_that_no_longer_fits_its_text_is_listed_only(
    study: Study, rater: Rater, presentation: Presentation, client_of: Callable[[User], Client]
) -> None:
    mark = (
        '{"question": "codes", "target": "response:1", "start": 0, "end": 4, "quote": "gone", "label": "cue"}'
    )
    page = sent(client_of(user_of(rater)), study, presentation, {"mark": [mark]})
    assert page.status_code == 400
    assert "gone</q>" in page.content.decode()
    assert "<mark" not in page.content.decode()


@dataclass
class Stub:
    """As much of a question on the page as its number depends on."""

    key: str
    target: str = "item"
    kind: str = Question.Kind.SCALE
    condition: dict[str, Any] = field(default_factory=dict)

    @property
    def question(self) -> Stub:
        return self


def test_numbers_have_no_gaps_where_conditional_questions_are_hidden() -> None:
    needs = {"question": "b", "values": [1]}
    asked: Any = [
        Stub("a"),
        Stub("b", "response:1"),
        Stub("b", "response:2"),
        Stub("why", "response:1", condition=needs),
        Stub("why", "response:2", condition=needs),
        Stub("more", "response:2", condition={"question": "why", "values": [1]}),
        Stub("tick", kind=Question.Kind.FLAG),
        Stub("last"),
    ]
    assert question_numbers(asked) == ["1", "2", "3", "2a", "3a", "3b", "", "4"]


def test_each_conditional_question_is_numbered_after_what_it_depends_on(opened: Open) -> None:
    _, screen = opened()
    by_target = {view.asked.target: view.number for view in screen.questions if view.question.key == "warmth"}
    why = {view.asked.target: view.number for view in screen.questions if view.question.key == "why_cold"}
    # Of each reply the rater's own answer comes before that in a clinician's place.
    assert all(number.endswith("a") for number in why.values())
    assert {target: int(number[:-1]) + 1 for target, number in why.items()} == {
        target: int(number) for target, number in by_target.items()
    }
