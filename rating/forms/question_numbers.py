"""The numbers of questions on the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from string import ascii_lowercase

from annotation.models import Question
from rating.forms.question_fields import Asked


def question_numbers(asked: Sequence[Asked]) -> list[str]:
    """1, 2, 3; what is asked only after some answers bears the number of what it depends on: 2a.

    So the numbers on the page have no gaps whether or not such a question shows, and none changes while
    somebody answers. Ticks in a box of their own have none.
    """
    numbers: dict[tuple[str, str], str] = {}
    letters: Counter[str] = Counter()
    found, last = [], 0
    for one in asked:
        if one.question.kind == Question.Kind.FLAG:
            found.append("")
            continue
        if one.question.condition:
            root = _root(one, numbers) or str(last or 1)
            number = f"{root}{_letter(letters[root])}"
            letters[root] += 1
        else:
            last += 1
            number = root = str(last)
        numbers.setdefault((one.question.key, one.target), root)
        found.append(number)
    return found


def _root(one: Asked, numbers: dict[tuple[str, str], str]) -> str | None:
    key = str(one.question.condition["question"])
    return numbers.get((key, one.target)) or numbers.get((key, "item"))


def _letter(place: int) -> str:
    return ascii_lowercase[place] if place < len(ascii_lowercase) else f".{place + 1}"
