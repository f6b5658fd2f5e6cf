"""What each column of an uploaded file is, and what happens to what was found in the texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.imports.checks.columns import FACTOR_PREFIX, ITEM_COLUMNS
from annotation.imports.checks.identifier_step import Action, Decisions
from annotation.imports.checks.mapping import ITEM_PREFIX, NO_COLUMN, TEXT_COLUMNS, Reading
from annotation.imports.checks.questions import key_of

FACTOR = "factor"
LEFT_OUT = ""
WORDS = {
    "item": _("Name of the item"),
    "conversation": _("Conversation, with “Seeker:” and “Supporter:”"),
    "turns": _("Turns, as a JSON list"),
    "messages": _("Chat messages, as a JSON list"),
    "prompt": _("One text by the person who seeks support"),
    "options": _("Choices shown below the text"),
    "conversation_id": _("Name of the conversation"),
    "response": _("Response (the first, A)"),
    "source_kind": _("Response A: human, ai or unknown (hidden)"),
    "source_name": _("Response A: person or model (hidden)"),
    "condition": _("Response A: condition (hidden)"),
    "response_b": _("Second response (B)"),
    "source_kind_b": _("Response B: human, ai or unknown (hidden)"),
    "source_name_b": _("Response B: person or model (hidden)"),
    "condition_b": _("Response B: condition (hidden)"),
    "responses": _("Several responses, as a JSON list"),
    "gold": _("Expected answer (hidden)"),
    "language": _("Language code"),
    "direction": _("Writing direction"),
    "content_notes": _("Notes shown before the text"),
    "heavy": _("Hard to read: yes or no"),
}
CHOICES = [
    (LEFT_OUT, _("Leave out")),
    *((column.name, WORDS[column.name]) for column in ITEM_COLUMNS),
    (FACTOR, _("Category of the item (factor, hidden)")),
]
ENCODINGS = [("", "UTF-8"), ("windows-1252", _("Windows-1252 (older Western files)"))]
ACTIONS = [
    (Action.KEEP.value, _("Keep as it is")),
    (Action.MASK.value, _("Replace with a mark")),
    (Action.LEAVE_OUT.value, _("Leave the items out")),
]
EXCEPTIONS = [
    ("", _("As decided above")),
    (Action.KEEP.value, _("Keep as it is")),
    (Action.LEAVE_OUT.value, _("Leave this item out")),
]


class ColumnsForm(forms.Form):
    """One choice per column of the file. Fields are numbered: no name of a column can clash with ours."""

    prefix_of_names = forms.CharField(
        label=_("Put before the names of the items"),
        required=False,
        max_length=40,
        help_text=_("Such as “psyharm-”, where two files count their items from 1."),
    )
    names_by_text = forms.BooleanField(
        label=_("No column names the items: name each after its text"), required=False
    )
    encoding = forms.ChoiceField(label=_("Letters of the file"), required=False, choices=ENCODINGS)
    keep_broken = forms.BooleanField(
        label=_("Leave broken letters such as “donâ€™t” as they are"),
        required=False,
        help_text=_("Otherwise they are mended, and you see what was changed."),
    )

    def __init__(self, *args: Any, names: Sequence[str], guesses: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = list(names)
        for number, name in enumerate(self.names):
            guess = guesses.get(name, LEFT_OUT)
            choice = forms.ChoiceField(label=name, required=False, choices=CHOICES, initial=_choice(guess))
            self.fields[f"column_{number}"] = choice
            if guess.startswith(ITEM_PREFIX):
                self.fields["prefix_of_names"].initial = guess.removeprefix(ITEM_PREFIX)
        self.fields["names_by_text"].initial = guesses.get(NO_COLUMN) == "item"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [data.get(f"column_{number}", "") for number in range(len(self.names))]
        for target in dict.fromkeys(chosen):
            if target not in {LEFT_OUT, FACTOR} and chosen.count(target) > 1:
                words = {"what": WORDS[target]}
                self.add_error(None, _("Only one column can be: %(what)s.") % words)
        if "item" not in chosen and not data.get("names_by_text"):
            self.add_error(
                None, _("Say which column names the items, or that they are named after their texts.")
            )
        if set(chosen).isdisjoint((*TEXT_COLUMNS, "response")):
            self.add_error(None, _("Say which column holds the text."))
        return data

    def columns(self) -> list[forms.BoundField]:
        """The fields of the file's columns, in its order."""
        return [self[f"column_{number}"] for number in range(len(self.names))]

    def further(self) -> list[forms.BoundField]:
        return [self[name] for name in ("names_by_text", "prefix_of_names", "encoding", "keep_broken")]

    def reading(self) -> Reading:
        """The choices of a valid form."""
        data = self.cleaned_data
        before = data["prefix_of_names"].strip()
        mapping = {
            name: _target(name, data[f"column_{number}"], before) for number, name in enumerate(self.names)
        }
        if "item" not in {target.partition(":")[0] for target in mapping.values()}:
            mapping[NO_COLUMN] = "item"
        return Reading(mapping, data["encoding"], data["keep_broken"])


def _choice(target: str) -> str:
    if target.startswith(FACTOR_PREFIX):
        return FACTOR
    return "item" if target.startswith(ITEM_PREFIX) else target


def _target(name: str, choice: str, before: str) -> str:
    if choice == FACTOR:
        return name if name.startswith(FACTOR_PREFIX) else f"{FACTOR_PREFIX}{key_of(name) or 'column'}"
    return f"{ITEM_PREFIX}{before}" if choice == "item" and before else choice


KINDS = {
    "name": _("Names of people"),
    "phone": _("Telephone numbers"),
    "email": _("E-mail addresses"),
    "address": _("Postal addresses"),
    "date": _("Exact dates"),
    "url": _("Addresses of pages"),
    "handle": _("Names on social networks"),
    "ip": _("Addresses of computers"),
    "number": _("Numbers of accounts, cards and identity papers"),
}


class IdentifiersForm(forms.Form):
    """An action for each kind that was found, and exceptions by item."""

    def __init__(
        self, *args: Any, findings: Mapping[str, Any], decided: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [kind for kind in KINDS if kind in findings["n_by_kind"]]
        self.items = [found["item"] for found in findings["items"]]
        for kind in self.kinds:
            initial = decided.get("kinds", {}).get(kind, Action.MASK.value)
            self.fields[f"kind_{kind}"] = forms.ChoiceField(
                label=KINDS[kind], choices=ACTIONS, initial=initial
            )
        for number, item in enumerate(self.items):
            self.fields[f"item_{number}"] = forms.ChoiceField(
                label=item,
                required=False,
                choices=EXCEPTIONS,
                initial=decided.get("items", {}).get(item, ""),
            )

    def decisions(self) -> Decisions:
        """The choices of a valid form."""
        data = self.cleaned_data
        named = {item: data[f"item_{number}"] for number, item in enumerate(self.items)}
        return Decisions(
            {kind: data[f"kind_{kind}"] for kind in self.kinds},
            {item: action for item, action in named.items() if action},
        )
