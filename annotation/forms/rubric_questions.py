"""One question of a rubric draft: the fields of its kind, what they say as a document, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.design.rubric_document import Document, free_key
from annotation.forms.rows import RowForm
from annotation.forms.rubric_scales import SLUG, key_field, scale_words, tidy
from annotation.imports.checks.rubric_questions import FIXED_TARGETS
from annotation.models import Group, Question

Kind = Question.Kind
NEW_SCALE, USUAL_SCALE = "+", ""
NEEDS_SCALE = frozenset({Kind.SCALE, Kind.SLIDER})
MAY_HAVE_SCALE = NEEDS_SCALE | {Kind.CHECKLIST, Kind.PAIR}
OF_PARTS = frozenset({Kind.MULTI, Kind.CHECKLIST, Kind.SPANS})
KIND_HELP = {
    Kind.SCALE: _("One point of a scale with words."),
    Kind.FLAG: _("Yes or no, in one box with the flags beside it."),
    Kind.SLIDER: _("A number of a range, such as 0 to 100."),
    Kind.MULTI: _("Several options may apply."),
    Kind.CHECKLIST: _("Each element is covered, partial, missing or not needed."),
    Kind.PAIR: _("Which of two replies, and how clearly."),
    Kind.RANKING: _("A place for every reply."),
    Kind.BEST_WORST: _("The best reply and the worst."),
    Kind.SPANS: _("Codes on words of the text."),
    Kind.TEXT: _("The rater’s own words."),
}


class NumbersField(forms.CharField):
    """Numbers, one after another: “1, 2” is [1, 2]."""

    def clean(self, value: Any) -> Any:
        """The numbers as a list; an empty field is none."""
        words = super().clean(value).replace(";", ",").replace(" ", ",").split(",")
        try:
            return [tidy(float(word)) for word in words if word]
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(gettext("Write numbers with commas between them.")) from error


class OptionRow(RowForm):
    label = forms.CharField(label=_("Words"), max_length=200)
    key = forms.RegexField(
        SLUG,
        label=_("Key"),
        required=False,
        max_length=60,
        error_messages={"invalid": _("Only a–z, 0–9, - and _.")},
    )
    definition = forms.CharField(label=_("Definition"), required=False, max_length=500)
    example = forms.CharField(label=_("Example"), required=False, max_length=500)
    counterexample = forms.CharField(label=_("Not this"), required=False, max_length=500)
    critical = forms.BooleanField(label=_("Its absence is critical"), required=False)


class SeverityRow(RowForm):
    value = forms.FloatField(label=_("Value"))
    label = forms.CharField(label=_("Words"), max_length=200)


class ExampleRow(RowForm):
    value = forms.FloatField(label=_("Answer"))
    text = forms.CharField(label=_("Example"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    why = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


ROWS: dict[str, type[RowForm]] = {"options": OptionRow, "severities": SeverityRow, "examples": ExampleRow}


def _text(label: Any, length: int, *, rows: int = 0, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else None
    return forms.CharField(label=label, max_length=length, required=False, widget=widget, **options)


def _tick(label: Any, **options: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, **options)


class QuestionForm(forms.Form):
    """Fields by the names that a document gives them. Those that a kind does not have are taken out."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("The question, as raters read it"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    help = _text(_("A sentence under it"), 4000, rows=2)
    scale = forms.ChoiceField(label=_("Answered on"), required=False)
    target = forms.ChoiceField(label=_("Asked about"), choices=Question.Target.choices)
    condition_on = forms.ChoiceField(label=_("Asked only where"), required=False)
    condition_values = NumbersField(
        label=_("got one of these values"), required=False, help_text=_("Such as 1, 2.")
    )
    asked_of = forms.MultipleChoiceField(
        label=_("Asked of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: all groups."),
    )
    perspectives = forms.MultipleChoiceField(
        label=_("Also: how would they answer?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Asked beside, never required."),
    )
    required = _tick(_("An answer is needed"))
    allows_cannot_judge = _tick(_("“Cannot judge” is offered"))
    allows_not_applicable = _tick(_("“Does not apply” is offered"))
    allows_ties = _tick(_("Two replies may share a place"))
    asks_confidence = _tick(_("Asks how sure the rater is"))
    allows_evidence = _tick(_("Words of the text may be marked for it"))
    needs_passage = NumbersField(
        label=_("Answers that stand only with words marked"), required=False, help_text=_("Such as 1, 2.")
    )
    restricted = _tick(
        _("Marked words never leave in a download"),
        help_text=_("For passages that may describe ways to self-harm."),
    )
    key = key_field(label=_("Key"), required=False)
    construct = _text(
        _("What it measures"),
        60,
        help_text=_("Such as empathy. Trust comes before safety, authorship last."),
    )
    layer = forms.ChoiceField(
        label=_("Layer"),
        required=False,
        choices=[
            ("", _("none")),
            ("L1", _("L1, the writer")),
            ("L2", _("L2, the exchange")),
            ("L3", _("L3, what stands behind it")),
        ],
    )
    polarity = forms.ChoiceField(label=_("Which end is good"), choices=Question.Polarity.choices)
    reverse = _tick(
        _("Worded in reverse"), help_text=_("Against what it measures. Values stay as they were given.")
    )
    standard_text = _text(_("In the standard words of its field"), 500, rows=2)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        initial: Mapping[str, Any],
        *,
        document: Document,
        kind: str,
        before: Document | None,
        groups: Sequence[Group],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.kind, self._document, self._before = kind, document, before
        for name in _lacking(kind):
            del self.fields[name]
        if "scale" in self.fields:
            self._offer("scale", self._scales())
        self._offer("condition_on", [("", _("— always asked —")), *self._earlier()])
        known = {group.key: group.name for group in groups}
        for name in ("asked_of", "perspectives"):
            # A pack may name groups that this study does not have: they stay until somebody unmarks them.
            named = (before or {}).get(name, [])
            self._offer(name, [(key, known.get(key, key)) for key in dict.fromkeys([*known, *named])])
        layer = (before or {}).get("layer", "")
        if layer not in {"", "L1", "L2", "L3"}:
            self._offer("layer", [*self.fields["layer"].choices, (layer, layer)])  # type: ignore[attr-defined]

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def _scales(self) -> list[tuple[str, Any]]:
        usual = [] if self.kind in NEEDS_SCALE else [(USUAL_SCALE, _("the usual scale of this kind"))]
        there = [
            (key, f"{key}: {scale_words(body)}"[:110])
            for key, body in self._document.get("scales", {}).items()
        ]
        new = _("a new range, set below") if self.kind == Kind.SLIDER else _("a new scale, its points below")
        return [*usual, *there, (NEW_SCALE, new)]

    def _earlier(self) -> list[tuple[str, str]]:
        """Questions before this one, and each part of those that have parts; free text is none."""
        found = []
        for body in self._document["questions"]:
            if self._before is not None and body["key"] == self._before["key"]:
                break
            if body.get("kind") != Kind.TEXT:
                parts = [one["key"] for one in body.get("options", [])] or [""]
                words = f"{body['key']}: {body['text']}"[:90]
                found += [(f"{body['key']}|{part}", f"{words} [{part}]" if part else words) for part in parts]
        return found

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if bool(data.get("condition_on")) != bool(data.get("condition_values")):
            field = "condition_values" if data.get("condition_on") else "condition_on"
            if field not in self.errors:
                self.add_error(field, gettext("Say both: which question, and which of its values."))
        if self.kind in NEEDS_SCALE and not data.get("scale") and "scale" not in self.errors:
            self.add_error("scale", gettext("Choose a scale."))
        return data


def _lacking(kind: str) -> list[str]:
    """Fields that a kind of question does not have."""
    found = [] if kind in MAY_HAVE_SCALE else ["scale"]
    found += ["target"] if kind in FIXED_TARGETS else []
    found += [] if kind == Kind.RANKING else ["allows_ties"]
    return found


UNSAID: dict[str, Any] = {"required": True, "allows_cannot_judge": True, "polarity": "neutral"}
PLAIN: tuple[str, ...] = (
    "text",
    "help",
    "standard_text",
    "construct",
    "layer",
    "polarity",
    "target",
    "required",
    "reverse",
)
PLAIN += ("allows_cannot_judge", "allows_not_applicable", "allows_ties", "asks_confidence")
PLAIN += ("allows_evidence", "needs_passage", "restricted", "asked_of", "perspectives")


def unsaid(name: str, kind: str) -> Any:
    """What a question is where its document does not say."""
    lists = {"needs_passage", "asked_of", "perspectives"}
    texts = {"text", "help", "standard_text", "construct", "layer"}
    if name == "target":
        return FIXED_TARGETS.get(kind, "response")
    return UNSAID.get(name, [] if name in lists else "" if name in texts else False)


def initial_of(body: Document | None, kind: str) -> dict[str, Any]:
    """The form's values for a question; for a new one, what a document leaves unsaid."""
    there = body or {}
    found = {name: there.get(name, unsaid(name, kind)) for name in PLAIN}
    condition = there.get("condition") or {}
    waits = f"{condition['question']}|{condition.get('part', '')}" if condition else ""
    return {
        **found,
        "key": there.get("key", ""),
        "scale": there.get("scale", USUAL_SCALE),
        "condition_on": waits,
        "condition_values": ", ".join(f"{value:g}" for value in condition.get("values", [])),
        "needs_passage": ", ".join(f"{value:g}" for value in found["needs_passage"]),
    }


def body_of(
    data: Mapping[str, Any], rows: Mapping[str, list[dict[str, Any]]], *, kind: str, before: Document | None
) -> Document:
    """The question as its document has it. What is unsaid stays unsaid, what was said stays in its place."""
    body: Document = {"key": data["key"], **({} if before else {"kind": kind}), **(before or {})}
    body["key"] = data["key"]
    told = {name: data[name] for name in PLAIN if name in data}
    waits, _sign, part = data["condition_on"].partition("|")
    condition: Document = {"question": waits, "values": data["condition_values"]} if waits else {}
    told["condition"] = condition | ({"part": part} if part else {})
    told |= {name: [_line(name, line) for line in lines] for name, lines in rows.items()}
    _name_options(told.get("options", []))
    if "scale" in data:
        told["scale"] = data["scale"]
    for name, value in told.items():
        usual = {"condition": {}, "scale": ""}.get(name, [] if name in rows else unsaid(name, kind))
        if value != usual or name in (before or {}):
            body[name] = value
        if value == usual and name in {"condition", "scale", *rows} and (before or {}).get(name) != value:
            body.pop(name, None)
    return body


def _line(name: str, line: Mapping[str, Any]) -> Document:
    """A line of a list without what was left empty."""
    found = {key: tidy(value) if key == "value" else value for key, value in line.items()}
    return {key: value for key, value in found.items() if value not in {"", None, False} or key == "value"}


def _name_options(options: list[Document]) -> None:
    """Options without a key get one from their words."""
    taken = {one["key"] for one in options if "key" in one}
    for one in options:
        if "key" not in one:
            one["key"] = free_key(key_from(one["label"], "option"), taken)
            taken.add(one["key"])


def key_from(words: str, otherwise: str) -> str:
    """A key made of the first words.

    >>> key_from("How caring is it, all in all?", "question")
    'how_caring_is_it_all_in_all'
    """
    return slugify(words).replace("-", "_")[:40].strip("_") or otherwise
