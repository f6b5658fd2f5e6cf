"""Lists of like lines in a form (points of a scale, options) that work without a script.

A line left empty does not count. Buttons named `do` add lines, take one away or move it up; whatever was
typed elsewhere on the page comes back with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

MAX_ROWS = 210
N_BLANK = 3


class RowForm(forms.Form):
    """One line. A line in which nothing was typed is valid and says nothing."""

    use_required_attribute = False


class Rows:
    """The lines of one list: as posted, else as they are, with blank ones after them.

    `name` begins the names of the fields: “levels-0-label”; “levels-n” says how many lines there are.
    """

    def __init__(
        self,
        name: str,
        row: type[RowForm],
        *,
        post: Mapping[str, str] | None,
        before: Sequence[Mapping[str, Any]],
        blank: int = N_BLANK,
    ) -> None:
        self.name, self._row = name, row
        self.step = "" if post is None else post.get("do", "")
        if post is None:
            self.forms = [self._form(place, one) for place, one in enumerate([*before, *([{}] * blank)])]
        else:
            lines = self._stepped(self._posted(post))
            # Nothing is complained of while somebody only makes room.
            shown = self._form if is_step(self.step) else self._bound
            self.forms = [shown(place, line) for place, line in enumerate(lines)]

    @property
    def n(self) -> int:
        return len(self.forms)

    @property
    def errors(self) -> list[dict[str, str]]:
        """For the summary above the form: what is wrong, where, on which line."""
        return [
            {"text": str(error), "target": form[name].id_for_label, "about": f"{form[name].label} {place}:"}
            for place, form in enumerate(self.forms, start=1)
            for name, errors in form.errors.items()
            if name in form.fields
            for error in errors
        ]

    def is_valid(self) -> bool:
        return not any(form.errors for form in self.forms)

    def values(self) -> list[dict[str, Any]]:
        """The lines in which something was typed, cleaned."""
        return [dict(form.cleaned_data) for form in self.forms if form.cleaned_data]

    def _prefix(self, place: int) -> str:
        return f"{self.name}-{place}"

    def _form(self, place: int, initial: Mapping[str, Any]) -> RowForm:
        return self._row(prefix=self._prefix(place), initial=dict(initial), empty_permitted=True)

    def _bound(self, place: int, line: Mapping[str, str]) -> RowForm:
        prefix = self._prefix(place)
        data = {f"{prefix}-{name}": value for name, value in line.items()}
        return self._row(data, prefix=prefix, empty_permitted=True)

    def _posted(self, post: Mapping[str, str]) -> list[dict[str, str]]:
        given = post.get(f"{self.name}-n", "")
        n = min(int(given), MAX_ROWS) if given.isdecimal() and len(given) < 4 else 0
        names = list(self._row.base_fields)
        return [
            {
                name: post[f"{self._prefix(place)}-{name}"]
                for name in names
                if f"{self._prefix(place)}-{name}" in post
            }
            for place in range(n)
        ]

    def _stepped(self, lines: list[dict[str, str]]) -> list[dict[str, str]]:
        """The lines after “more:<name>”, “remove:<name>:<place>” or “up:<name>:<place>”."""
        deed, _sign, rest = self.step.partition(":")
        name, _sign, where = rest.partition(":")
        if name != self.name:
            return lines
        if deed == "more":
            return [*lines, *([{}] * N_BLANK)][:MAX_ROWS]
        if not where.isdecimal() or not 0 <= (place := int(where[:3])) < len(lines):
            return lines
        if deed == "remove":
            return [*lines[:place], *lines[place + 1 :]]
        if deed == "up" and place:
            lines[place - 1], lines[place] = lines[place], lines[place - 1]
        return lines


def is_step(do: str) -> bool:
    """Whether a button only changed the number or order of lines."""
    return do.startswith(("more:", "remove:", "up:"))
