"""The days on which data go."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from annotation.forms.ethics import day_input
from annotation.models import RetentionDate


class RetentionForm(forms.Form):
    """A day for each kind of data that has not gone yet; an empty one sets none."""

    def __init__(self, data: Any, *, held: dict[str, RetentionDate]) -> None:
        super().__init__(data)
        for kind in RetentionDate.Kind:
            one = held.get(kind)
            if one is None or one.done_at is None:
                self.fields[kind.value] = forms.DateField(
                    label=kind.label,
                    required=False,
                    widget=day_input(),
                    initial=one.due_on if one else None,
                )

    def dates(self) -> dict[str, date | None]:
        return {name: self.cleaned_data[name] for name in self.fields}
