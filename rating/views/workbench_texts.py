"""An item's texts without marks, and the bar over it: their templates drawn once by shape."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.template.loader import get_template
from django.utils.html import escape
from django.utils.translation import get_language

from annotation.models import Response
from annotation.rich_text import rich_html
from rating.forms.workbench_screen import Screen
from rating.queries.workbench import Progress
from rating.views.drawn_once import DrawnOnce, sign

_shapes = DrawnOnce(500)


def _made(template: str, context: dict[str, Any]) -> str:
    return str(get_template(template).render(context))


def conversation_html(screen: Screen) -> str:
    """The turns; a shape is who says how many of them, and which way they are read."""
    item, turns = screen.presentation.slot.item, screen.turns
    shape = tuple((one["role"], one["speaker"], one["number"], one["direction"]) for one in turns)
    name = ("conversation", get_language(), item.language, screen.direction, shape)

    def draw() -> str:
        signed = [one | {"text": sign(number)} for number, one in enumerate(turns)]
        return _made("rate/conversation.html", {"screen": screen, "item": item, "turns": signed})

    return _shapes.filled(name, draw, [rich_html(one["text"]) for one in turns])


def replies_html(screen: Screen) -> str:
    """The replies, in the order in which this rater sees them."""
    item, replies = screen.presentation.slot.item, screen.responses
    shape = tuple((one["response"].position, one["letter"], one["direction"]) for one in replies)
    name = ("replies", get_language(), item.language, shape)
    own = [text for one in replies for text in _own(one["response"])]

    def draw() -> str:
        signed = [
            one | {"response": _signed(2 * place, one["response"].position)}
            for place, one in enumerate(replies)
        ]
        shown = SimpleNamespace(presented=SimpleNamespace(responses=signed), responses=signed)
        return _made("rate/replies.html", {"screen": shown, "item": item})

    return _shapes.filled(name, draw, own)


def _own(response: Response) -> tuple[str, str]:
    return rich_html(response.text), escape(response.code)


def _signed(number: int, position: int) -> SimpleNamespace:
    return SimpleNamespace(text=sign(number), code=sign(number + 1), position=position)


def bar_html(progress: Progress) -> str:
    """How far the rater is. Numbers are written without separators in every language."""
    name = ("bar", get_language(), bool(progress.n_total))

    def draw() -> str:
        signed = {"n_done": sign(0), "n_total": sign(1) if progress.n_total else 0}
        return _made("rate/bar.html", {"progress": signed})

    return _shapes.filled(name, draw, [str(progress.n_done), str(progress.n_total)])
