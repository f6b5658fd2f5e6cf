"""Texts drawn once by shape: the same as their templates make of each item, whatever stands in it."""

from __future__ import annotations

import pytest
from django.template.loader import get_template
from django.utils.translation import override

from annotation.models import Conversation, Item, Response, Slot, Turn
from rating.forms.question_fields import Entry
from rating.forms.workbench_screen import Screen
from rating.models import Presentation
from rating.queries.presented import PresentedItem
from rating.queries.workbench import Progress
from rating.views.drawn_once import DrawnOnce, sign
from rating.views.workbench_texts import bar_html, conversation_html, replies_html

NASTY = "<b>1 < 2</b> & **bold**\r\n> quoted “words” {{ no }} {% tag %}"
WORDS = [["one", NASTY], ["two", "three"], ["سلام", "four"], [NASTY, "five", "six"], []]


def screen(turns: list[str], replies: list[str], order: list[int], direction: str = "auto") -> Screen:
    """A screen of texts that no database holds."""
    item = Item(language="en", text_direction=direction, conversation=Conversation(pk=1))
    speakers = (Turn.Speaker.SEEKER, Turn.Speaker.SUPPORTER)
    said = [Turn(position=n, speaker=speakers[n % 2], text=text) for n, text in enumerate(turns, start=1)]
    replied = [Response(position=n, text=text) for n, text in enumerate(replies, start=1)]
    shown = Presentation(slot=Slot(item=item), response_order=order)
    presented = PresentedItem(shown, said, replied, [], [], None, None)
    return Screen(presented=presented, entry=Entry({}), questions=[], errors=[])


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("direction", ["auto", "rtl"])
def test_texts_filled_into_a_shape_are_what_templates_make_of_them(language: str, direction: str) -> None:
    with override(language):
        for turns in WORDS:
            for order in ([1, 2], [2, 1]):
                one = screen(turns, turns[:2], order[: len(turns[:2])], direction)
                context = {"screen": one, "item": one.presentation.slot.item, "turns": one.turns}
                drawn = [get_template(f"rate/{name}.html").render(context) for name in PARTS]
                assert [conversation_html(one), replies_html(one)] == drawn


PARTS = ("conversation", "replies")


@pytest.mark.parametrize("counts", [(0, 0), (0, 5), (7, 1_234), (1_000, 20_000)])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_bar_filled_with_numbers_is_what_its_template_makes(counts: tuple[int, int], language: str) -> None:
    n_done, n_total = counts
    progress = Progress(n_done, n_total - n_done, 0, 0)
    with override(language):
        assert bar_html(progress) == get_template("rate/bar.html").render({"progress": progress})


def test_shapes_are_drawn_once_and_the_oldest_goes_first() -> None:
    drawn: list[str] = []
    shapes = DrawnOnce(2)

    def told(name: str, value: str) -> str:
        def draw() -> str:
            drawn.append(name)
            return f"{name}: {sign(0)}, {sign(1)}, {sign(0)}"

        return shapes.filled((name,), draw, [value, sign(0)])

    # What a value holds is never taken for a sign.
    assert told("a", "x") == f"a: x, {sign(0)}, x"
    for name in ("b", "a", "c", "a", "b"):
        told(name, "y")
    assert drawn == ["a", "b", "c", "b"]
