"""Turns of submissions: in the order in which they came, never for ever, and handed on whatever happens."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from rating.views.turns import Turns

LONG = 30.0


class Visitor:
    """A thread that takes a turn, tells so, and stays until it is let go."""

    def __init__(self, turns: Turns, name: str, told: list[str], patience: float = LONG) -> None:
        self.is_in, self.may_go = Event(), Event()

        def visit() -> None:
            with turns.taken(patience):
                told.append(name)
                self.is_in.set()
                self.may_go.wait(LONG)

        self.thread = Thread(target=visit)
        self.thread.start()

    def leave(self) -> None:
        self.may_go.set()
        self.thread.join(LONG)


def until_wait(turns: Turns, n_waiting: int) -> None:
    """Wait for other threads, which no event of theirs tells about."""
    pause = Event()
    for _attempt in range(3_000):
        if len(turns._waiting) == n_waiting:
            return
        pause.wait(0.01)
    raise AssertionError


@pytest.mark.parametrize("at_once", [1, 2])
def test_turns_are_taken_by_so_many_at_once_in_the_order_of_coming(at_once: int) -> None:
    turns, told = Turns(at_once), list[str]()
    within = [Visitor(turns, "first", told) for _place in range(at_once)]
    for one in within:
        assert one.is_in.wait(LONG)
    after = []
    for number, name in enumerate("abc", start=1):
        after.append(Visitor(turns, name, told))
        until_wait(turns, number)
    assert told == ["first"] * at_once
    for one, following in zip([within[0], *after], after, strict=False):
        one.leave()
        assert following.is_in.wait(LONG)
    for one in [*within, *after]:
        one.leave()
    assert told == [*["first"] * at_once, *"abc"]


def test_who_has_waited_long_enough_goes_on_and_hands_nothing_on() -> None:
    turns, told = Turns(1), list[str]()
    slow = Visitor(turns, "slow", told)
    assert slow.is_in.wait(LONG)
    impatient = Visitor(turns, "impatient", told, patience=0.01)
    assert impatient.is_in.wait(LONG)
    impatient.leave()
    third = Visitor(turns, "third", told)
    until_wait(turns, 1)
    assert told == ["slow", "impatient"]
    slow.leave()
    assert third.is_in.wait(LONG)
    third.leave()


def test_turn_is_handed_on_after_an_error() -> None:
    turns = Turns(1)
    with pytest.raises(LookupError), turns.taken():
        raise LookupError
    told: list[str] = []
    following = Visitor(turns, "following", told)
    assert following.is_in.wait(LONG)
    following.leave()
    assert turns._free == 1
