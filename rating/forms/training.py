"""Setting up practice, qualification and hidden checks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import CheckSettings, Item, KeyedItem, PassMark, Question, Study
from annotation.queries.checks import StudyChecks
from annotation.services.known_items import AttentionCard

Rule = PassMark.Rule
NO_MARK = ""
RATES = ("gold_every", "repeat_every", "attention_every")
NUMBERS = ("n_per_try", "max_tries", "retry_hours", *RATES, "repeat_distance")
# Oftener than every fourth item, checks would be most of what raters do.
SMALLEST_RATE = 4
FROM_ITEMS = (KeyedItem.Use.PRACTICE, KeyedItem.Use.QUALIFICATION, KeyedItem.Use.GOLD)
FROM_STUDY = [(use.value, use.label) for use in FROM_ITEMS]


class KeepItemForm(forms.Form):
    """Which item, and what for."""

    item = forms.CharField(
        label=_("Item"), max_length=200, help_text=_("Its name in the study, as on the page “Items”.")
    )
    use = forms.ChoiceField(
        label=_("What for"),
        choices=FROM_STUDY,
        widget=forms.RadioSelect,
        help_text=_(
            "Practice and qualification items leave the study's own items. Gold items may be among them."
        ),
    )

    def __init__(self, data: Any = None, *, study: Study) -> None:
        super().__init__(data)
        self.study = study

    def clean_item(self) -> Item:
        name = self.cleaned_data["item"].strip()
        item = Item.objects.claimable().filter(study=self.study, external_id=name).first()
        if item is None:
            raise forms.ValidationError(
                gettext("The study has no item “%(name)s” with a text.") % {"name": name}
            )
        return item


class KeyFileForm(forms.Form):
    file = forms.FileField(
        label=_("Known answers (CSV)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("One row per item, question and target. Keys of these items are replaced."),
    )
    use = forms.ChoiceField(label=_("What for"), choices=FROM_STUDY, widget=forms.RadioSelect)


class CheckSettingsForm(forms.Form):
    """Numbers of tries, rates of checks, and what raters see."""

    n_per_try = forms.IntegerField(
        label=_("Items in one try of the qualification"), min_value=1, max_value=100
    )
    max_tries = forms.IntegerField(label=_("Tries, each with other items"), min_value=1, max_value=10)
    retry_hours = forms.IntegerField(
        label=_("Hours to wait before the next try"), min_value=0, max_value=24 * 60
    )
    gold_every = forms.IntegerField(
        label=_("A hidden gold item once in so many items"),
        min_value=0,
        max_value=1000,
        help_text=_("0: never. Needs items kept as gold with known answers."),
    )
    repeat_every = forms.IntegerField(
        label=_("An item again, once in so many items"), min_value=0, max_value=1000, help_text=_("0: never.")
    )
    repeat_distance = forms.IntegerField(
        label=_("How many others come before an item comes again, at least"), min_value=1, max_value=1000
    )
    attention_every = forms.IntegerField(
        label=_("An attention check once in so many items"),
        min_value=0,
        max_value=1000,
        help_text=_("0: never. Needs at least one card with an instruction."),
    )
    shows_consistency = forms.BooleanField(
        label=_("Raters may see their own consistency"),
        required=False,
        help_text=_("How often they answered the same way when an item came again. Never gold items."),
    )
    is_announced = forms.BooleanField(
        label=_("Our consent text tells raters of these checks"),
        required=False,
        help_text=_("Needed as soon as one of the rates is above 0."),
    )

    def __init__(self, data: Any = None, *, settings: CheckSettings) -> None:
        names = (*NUMBERS, "shows_consistency")
        initial: dict[str, Any] = {name: getattr(settings, name) for name in names}
        initial["is_announced"] = any(initial[rate] for rate in RATES)
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in RATES:
            if 0 < (data.get(name) or 0) < SMALLEST_RATE:
                words = gettext("At most one in %(n)s, or 0 for never.") % {"n": SMALLEST_RATE}
                self.add_error(name, words)
        used = {name: bool(data.get(name)) for name in RATES}
        if any(used.values()) and not data.get("is_announced"):
            checks = StudyChecks(used["gold_every"], used["repeat_every"], used["attention_every"])
            words = gettext("Say it in the consent text first, for example: %(sentences)s")
            self.add_error("is_announced", words % {"sentences": " ".join(checks.sentences)})
        return data

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*NUMBERS, "shows_consistency")}


class PassMarksForm(forms.Form):
    """For each question a rule and how much of it: percent of answers, or a mean distance."""

    def __init__(self, data: Any = None, *, study: Study, questions: list[Question]) -> None:
        super().__init__(data)
        self.study, self.questions = study, questions
        stored = {mark.question_key: mark for mark in PassMark.objects.filter(study=study)}
        for question in questions:
            self._add(question, stored.get(question.key))

    def _add(self, question: Question, mark: PassMark | None) -> None:
        choices = [(NO_MARK, gettext("Not asked about")), (Rule.EXACT.value, str(Rule.EXACT.label))]
        if question.measurement != "nominal":
            choices += [(rule.value, str(rule.label)) for rule in (Rule.WITHIN_ONE, Rule.PANEL)]
        self.fields[f"rule-{question.key}"] = forms.ChoiceField(
            label=question.text, choices=choices, required=False, initial=mark.rule if mark else NO_MARK
        )
        self.fields[f"amount-{question.key}"] = forms.FloatField(
            label=gettext("Pass mark: %(question)s") % {"question": question.text},
            required=False,
            min_value=0,
            initial=_amount(mark),
            help_text=gettext(
                "Percent of answers that must be right; for the panel the largest mean distance, in points."
            ),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for question in self.questions:
            rule, amount = data.get(f"rule-{question.key}"), data.get(f"amount-{question.key}")
            name = f"amount-{question.key}"
            if rule and amount is None and name not in self.errors:
                self.add_error(name, gettext("Say how much is needed."))
            elif rule and rule != Rule.PANEL and amount is not None and not 0 < amount <= 100:
                self.add_error(name, gettext("A percentage lies above 0 and is at most 100."))
        return data

    def marks(self) -> list[PassMark]:
        found = []
        for question in self.questions:
            rule = self.cleaned_data[f"rule-{question.key}"]
            amount = self.cleaned_data[f"amount-{question.key}"]
            if rule == Rule.PANEL:
                found.append(
                    PassMark(study=self.study, question_key=question.key, rule=rule, distance=amount)
                )
            elif rule:
                share = amount / 100
                found.append(PassMark(study=self.study, question_key=question.key, rule=rule, share=share))
        return found

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"rule-{one.key}"], self[f"amount-{one.key}"]) for one in self.questions]


def _amount(mark: PassMark | None) -> float | None:
    if mark is None:
        return None
    return mark.distance if mark.rule == Rule.PANEL else round((mark.share or 0) * 100, 2)


class AttentionForm(forms.Form):
    """A card that looks like an item and asks for a certain answer."""

    conversation = forms.CharField(
        label=_("Conversation"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One turn per line, beginning with “Seeker:” or “Supporter:”. It should look like any item."
        ),
    )
    response = forms.CharField(
        label=_("Reply, with the instruction"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For example: “This card checks that the page is being read. Please choose 2 everywhere.”"
        ),
    )
    questions = forms.MultipleChoiceField(
        label=_("Which questions the instruction is about"), widget=forms.CheckboxSelectMultiple
    )
    value = forms.FloatField(label=_("The answer it asks for"))

    def __init__(self, data: Any = None, *, questions: list[Question]) -> None:
        super().__init__(data)
        self.asked = {one.key: one for one in questions if one.target == Question.Target.RESPONSE}
        self.fields["questions"].choices = [  # type: ignore[attr-defined]
            (key, one.text) for key, one in self.asked.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        value = data.get("value")
        for key in data.get("questions", []) if value is not None else []:
            if value not in [level.value for level in self.asked[key].levels]:
                words = gettext("%(value)g is not on the scale of “%(question)s”.")
                self.add_error("value", words % {"value": value, "question": self.asked[key].text})
        return data

    def card(self) -> AttentionCard:
        data = self.cleaned_data
        return AttentionCard(data["conversation"], data["response"], data["questions"], data["value"])


class LetPassForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the study's record, with your name."),
    )
