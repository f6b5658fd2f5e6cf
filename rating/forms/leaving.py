"""The rater's own word: consent tick by tick, and leaving."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.models import ConsentTick, ConsentVersion
from annotation.queries.consent import TickState


def _words(tick: ConsentTick) -> str:
    return tick.words if tick.is_required else _("%(words)s (optional)") % {"words": tick.words}


class ConsentForm(forms.Form):
    """A box for every tick of the text, none of them ticked."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=12)

    def __init__(self, data: Any, *, asked: ConsentVersion) -> None:
        super().__init__(data, initial={"version": asked.code})
        for tick in asked.ticks.all():
            self.fields[tick.key] = forms.BooleanField(
                label=_words(tick),
                required=tick.is_required,
                error_messages={"required": _("Tick the box if you agree. Without it you cannot rate here.")},
            )

    def ticked(self) -> set[str]:
        return {name for name, value in self.cleaned_data.items() if value is True}


class OwnTicksForm(forms.Form):
    """What may be thought over: the optional ticks, as they stand."""

    def __init__(self, data: Any, *, states: Iterable[TickState]) -> None:
        super().__init__(data)
        for state in states:
            if not state.tick.is_required:
                self.fields[state.tick.key] = forms.BooleanField(
                    label=state.tick.words, required=False, initial=state.answer.is_agreed
                )

    def ticked(self) -> set[str]:
        return {name for name, value in self.cleaned_data.items() if value is True}


class LeaveForm(forms.Form):
    """Keep or erase. After the freeze only leaving is left to choose."""

    choice = forms.ChoiceField(
        label=_("What shall become of what you gave?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether what you gave stays or is erased."),
            "invalid_choice": _("Choose whether what you gave stays or is erased."),
        },
    )

    def __init__(self, data: Any, *, can_erase: bool) -> None:
        super().__init__(data)
        keep = ("keep", _("It may stay in the study, under my pseudonym"))
        erase = ("erase", _("Erase everything I gave"))
        self.fields["choice"].choices = [keep, erase] if can_erase else [keep]  # type: ignore[attr-defined]
