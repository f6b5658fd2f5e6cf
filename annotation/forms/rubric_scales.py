"""A scale of a rubric: its points with words, or a range with words at some of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.design.rubric_document import Document, with_scale
from annotation.errors import Code, DomainError
from annotation.forms.rows import RowForm, Rows, is_step
from annotation.imports.checks.rubric_scales import scale_defects
from annotation.models import Scale
from annotation.services.rubric_rows import document_digest

POINTS, RANGE = "points", "range"
KEY_HELP = _("A short name of a–z, 0–9, - and _. It stays the same over versions and stands in every file.")
SLUG = r"\A[a-z0-9][a-z0-9_-]{0,59}\Z"
USUAL_POINTS = 5


def tidy(number: float) -> float:
    """A whole number without its point, as files write it."""
    return int(number) if number == int(number) else number


def key_field(**options: Any) -> forms.RegexField:
    wrong = {"invalid": _("Only a–z, 0–9, - and _, beginning with a letter or digit.")}
    return forms.RegexField(SLUG, max_length=60, help_text=KEY_HELP, error_messages=wrong, **options)


class LevelRow(RowForm):
    value = forms.FloatField(label=_("Value"))
    label = forms.CharField(label=_("Words"), max_length=200)
    definition = forms.CharField(
        label=_("Definition"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 1})
    )


class AnchorRow(RowForm):
    value = forms.FloatField(label=_("Point"))
    label = forms.CharField(label=_("Words"), max_length=200)


class ScaleForm(forms.Form):
    use_required_attribute = False

    key = key_field(label=_("Key of the scale"))
    measurement = forms.ChoiceField(
        label=_("Its points are"),
        choices=[
            ("ordinal", _("in an order (ordinal)")),
            ("interval", _("in an order, at equal distances (interval)")),
            ("ratio", _("at equal distances from a true zero (ratio)")),
            ("nominal", _("only different, without order (nominal)")),
        ],
    )
    low = forms.FloatField(label=_("From"))
    high = forms.FloatField(label=_("To"))
    step = forms.FloatField(label=_("In steps of"))


class ScaleEditor:
    """The form of one scale with its lines. `prefix` keeps it apart from a question on the same page."""

    def __init__(
        self,
        post: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        *,
        shape: str = POINTS,
        key: str = "",
        prefix: str = "scale",
    ) -> None:
        self.before, self.key, self.shape, self.prefix = body, key, shape, prefix
        self.do = "" if post is None else post.get("do", "save")
        initial = self._initial()
        # A button that adds a line complains of nothing: what was typed comes back as it was.
        typed = None if post is None else {name: post.get(f"{prefix}-{name}", "") for name in initial}
        is_sent = post is not None and not is_step(self.do)
        self.form = ScaleForm(post if is_sent else None, initial=typed or initial, prefix=prefix)
        for name in ("key",) if key else ():
            del self.form.fields[name]
        for name in ("low", "high", "step") if shape == POINTS else ():
            del self.form.fields[name]
        row = LevelRow if shape == POINTS else AnchorRow
        blank = 0 if body else USUAL_POINTS if shape == POINTS else 2
        self.rows = Rows("levels", row, post=post, before=self._lines(), blank=blank or 1)

    def _initial(self) -> dict[str, Any]:
        body = self.before or {"measurement": "ordinal" if self.shape == POINTS else "interval"}
        range_ = {"low": body.get("from", 0), "high": body.get("to", 100), "step": body.get("step", 1)}
        found = {"measurement": body["measurement"], **(range_ if self.shape == RANGE else {})}
        return found if self.key else {"key": "", **found}

    def _lines(self) -> list[dict[str, Any]]:
        if self.before is None:
            return []
        if self.shape == POINTS:
            return [dict(level) for level in self.before["levels"]]
        return [{"value": float(point), "label": words} for point, words in self.before["anchors"].items()]

    @property
    def errors(self) -> list[dict[str, str]]:
        """Errors of the lines, for the summary."""
        return self.rows.errors if self.form.is_bound else []

    def is_valid(self) -> bool:
        """Whether the scale can be kept; what is wrong is said beside its field."""
        is_whole = all([self.form.is_valid(), self.rows.is_valid()])
        if self.form.is_bound and is_whole:
            # A scale on a question's page is named after the question later.
            key = self.key or self.form.cleaned_data.get("key", "new")
            for sentence in scale_defects(key, self.body()):
                self.form.add_error(None, sentence.removeprefix(f"Scale “{key}”: "))
        elif self.form.is_bound and not self.form.errors:
            self.form.add_error(None, gettext("Please look at the lines that are marked below."))
        return self.form.is_bound and is_whole and not self.form.errors

    def body(self) -> Document:
        """The scale as a document has it, of valid fields."""
        data = self.form.cleaned_data
        lines = sorted(self.rows.values(), key=lambda line: float(line["value"]))
        if self.shape == RANGE:
            numbers = {name: tidy(data[field]) for name, field in (("from", "low"), ("to", "high"))}
            anchors = {f"{line['value']:g}": line["label"] for line in lines}
            return {**self._rest(), **numbers, "step": tidy(data["step"]), "anchors": anchors}
        return {**self._rest(), "levels": [self._level(line) for line in lines]}

    def _rest(self) -> Document:
        return {"measurement": self.form.cleaned_data["measurement"]}

    @staticmethod
    def _level(line: Mapping[str, Any]) -> Document:
        told = {"value": tidy(line["value"]), "label": line["label"]}
        return told | ({"definition": line["definition"]} if line["definition"] else {})

    def edit(self, was: str) -> Any:
        """The edit of a draft that keeps this scale; `was`: digest of the scale when the page was made."""
        key, body, is_new = self.key or self.form.cleaned_data["key"], self.body(), not self.key

        def edit(document: Document) -> Document:
            there = document.get("scales", {}).get(key)
            if is_new and there is not None:
                raise DomainError(Code.INVALID, gettext("This rubric has a scale of this key already."))
            if not is_new and (there is None or document_digest(there) != was):
                raise DomainError(Code.LOST_RACE, changed_meanwhile())
            return with_scale(document, key, body)

        return edit


def changed_meanwhile() -> str:
    return gettext(
        "Somebody changed this since you opened the page. What you typed stands here: compare it with "
        "the draft, then save it from a page opened anew."
    )


def shape_of(body: Mapping[str, Any]) -> str:
    return POINTS if "levels" in body else RANGE


def scale_words(body: Mapping[str, Any]) -> str:
    """A scale in one line: its points with words, the first and the last of many."""
    if "levels" in body:
        words = [f"{level['value']:g} {level['label']}" for level in body["levels"]]
    else:
        words = [f"{float(point):g} {label}" for point, label in body["anchors"].items()]
    return " · ".join(words if len(words) <= 7 else [*words[:2], "…", *words[-2:]])


def measurement_words(body: Mapping[str, Any]) -> str:
    return str(dict(Scale.Measurement.choices).get(body["measurement"], body["measurement"]))
