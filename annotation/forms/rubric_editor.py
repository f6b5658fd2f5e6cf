"""The page of one question of a draft: its fields, its lines, a new scale where one is wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.design.rubric_document import (
    Document,
    Edit,
    free_key,
    question_of,
    with_question,
    with_scale,
)
from annotation.errors import Code, DomainError
from annotation.forms.rows import Rows, is_step
from annotation.forms.rubric_questions import (
    NEW_SCALE,
    OF_PARTS,
    ROWS,
    Kind,
    QuestionForm,
    body_of,
    initial_of,
    key_from,
)
from annotation.forms.rubric_scales import POINTS, RANGE, ScaleEditor, changed_meanwhile
from annotation.forms.rubrics import LANGUAGE
from annotation.imports.checks.rubric_questions import defects_at
from annotation.imports.checks.rubric_scales import scales_of
from annotation.models import Group
from annotation.services.rubric_rows import document_digest

# Where a sentence of the checks belongs whose first quoted word is no field of the form.
FIELD_OF = {"key": "key", "part": "condition_on", "question": "condition_values"}
LISTS = ("asked_of", "perspectives")
_QUOTED = re.compile(r"“(\w+)”")


class QuestionEditor:
    """`key` names the question that is edited; a new one has none and a `kind` instead."""

    def __init__(
        self,
        post: QueryDict | None,
        document: Document,
        *,
        groups: Sequence[Group],
        key: str = "",
        kind: str = "",
    ) -> None:
        self.document, self.key = document, key
        self.before = question_of(document, key) if key else None
        self.kind = (self.before or {}).get("kind", kind or Kind.SCALE)
        self.do = "" if post is None else post.get("do", "save")
        self.was = document_digest(self.before or {}) if post is None else post.get("was", "")
        is_sent = post is not None and not is_step(self.do)
        self.form = QuestionForm(
            post if is_sent else None,
            initial_of(self.before, self.kind) if post is None else _typed(post),
            document=document,
            kind=self.kind,
            before=self.before,
            groups=groups,
        )
        self.rows = {name: self._lines(name, post) for name in _lists_of(self.kind)}
        self.scale = self._new_scale(post) if "scale" in self.form.fields else None

    @property
    def options(self) -> Rows | None:
        return self.rows.get("options")

    @property
    def severities(self) -> Rows | None:
        return self.rows.get("severities")

    @property
    def examples(self) -> Rows | None:
        return self.rows.get("examples")

    def fields(self, *names: str) -> list[forms.BoundField]:
        return [self.form[name] for name in names if name in self.form.fields]

    @property
    def words_fields(self) -> list[forms.BoundField]:
        return self.fields("text", "help", "target")

    @property
    def asking_fields(self) -> list[forms.BoundField]:
        return self.fields("condition_on", "condition_values", "asked_of", "perspectives")

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        return self.fields(
            "required", "allows_cannot_judge", "allows_not_applicable", "allows_ties", "asks_confidence",
            "allows_evidence", "needs_passage", "restricted",
        )  # fmt: skip

    @property
    def analysis_fields(self) -> list[forms.BoundField]:
        return self.fields("key", "construct", "layer", "polarity", "reverse", "standard_text")

    @property
    def row_errors(self) -> list[dict[str, str]]:
        """Errors of the lines, for the summary above the form."""
        if not self.form.is_bound:
            return []
        found = [error for rows in self.rows.values() for error in rows.errors]
        if self._wants_scale() and self.scale is not None:
            found += [
                {"text": str(error), "target": self.scale.form[name].id_for_label, "about": ""}
                for name, errors in self.scale.form.errors.items()
                if name in self.scale.form.fields
                for error in errors
            ]
            found += [
                {"text": str(error), "target": "id_scale", "about": ""}
                for error in self.scale.form.non_field_errors()
            ]
            found += self.scale.errors
        return found

    def is_valid(self) -> bool:
        """Whether the draft can keep it; what is wrong is said beside its field."""
        is_whole = all([self.form.is_valid(), *[rows.is_valid() for rows in self.rows.values()]])
        if self._wants_scale() and self.scale is not None:
            is_whole = self.scale.is_valid() and is_whole
        if is_whole:
            self._check()
        elif not self.form.errors:
            self.form.add_error(None, gettext("Please look at the lines that are marked below."))
        return is_whole and not self.form.errors

    def edit(self) -> Edit:
        """The edit of a draft that keeps this question as it was typed."""

        def edit(document: Document) -> Document:
            there = question_of(document, self.key) if self.key else None
            if self.key and (there is None or document_digest(there) != self.was):
                raise DomainError(Code.LOST_RACE, changed_meanwhile())
            return self._written_into(document)

        return edit

    @property
    def new_key(self) -> str:
        """The key that the question has from now on."""
        typed: str = self.form.cleaned_data["key"]
        if typed or self.before:
            return typed or self.key
        taken = {one["key"] for one in self.document["questions"]}
        return free_key(key_from(self.form.cleaned_data["text"], "question"), taken)

    def _wants_scale(self) -> bool:
        return self.form.is_bound and self.form.data.get("scale") == NEW_SCALE

    def _lines(self, name: str, post: QueryDict | None) -> Rows:
        before = (self.before or {}).get(name, [])
        blank = 3 if name == "options" or before else 1
        return Rows(name, ROWS[name], post=post, before=before, blank=0 if before else blank)

    def _new_scale(self, post: QueryDict | None) -> ScaleEditor:
        shape = RANGE if self.kind == Kind.SLIDER else POINTS
        editor = ScaleEditor(post, None, shape=shape)
        # It is named after its question.
        del editor.form.fields["key"]
        return editor

    def _written_into(self, document: Document) -> Document:
        data = {**self.form.cleaned_data, "key": self.new_key}
        if self._wants_scale() and self.scale is not None:
            data["scale"] = free_key(data["key"], set(document.get("scales", {})))
            document = with_scale(document, data["scale"], self.scale.body())
        rows = {name: rows.values() for name, rows in self.rows.items()}
        body = body_of(data, rows, kind=self.kind, before=self.before)
        return with_question(document, body, instead_of=self.key)

    def _check(self) -> None:
        """What the checks of a document say about this question, each sentence beside its field."""
        made = self._written_into(self.document)
        keys = [one["key"] for one in made["questions"]]
        place = keys.index(self.new_key) if self.key else len(keys) - 1
        place = [one["key"] for one in self.document["questions"]].index(self.key) if self.key else place
        for sentence in defects_at(made["questions"], place, scales_of(made)):
            self.form.add_error(self._field_of(sentence), sentence)

    def _field_of(self, sentence: str) -> str | None:
        quoted = _QUOTED.search(sentence)
        name = quoted.group(1) if quoted else "key" if "key" in sentence else ""
        if name == "condition":
            name = "condition_values" if "value" in sentence else "condition_on"
        name = FIELD_OF.get(name, name)
        return name if name in self.form.fields else None


def _lists_of(kind: str) -> list[str]:
    lists = ["options"] if kind in OF_PARTS else []
    return [*lists, *(["severities"] if kind == Kind.SPANS else []), "examples"]


def _typed(post: QueryDict) -> dict[str, Any]:
    """Everything that was typed, to show it again."""
    return {name: post.getlist(name) if name in LISTS else post[name] for name in post}


class WhoseForm(forms.Form):
    """For whom words are written."""

    language = forms.RegexField(
        LANGUAGE,
        label=_("Language"),
        max_length=12,
        help_text=_("A code such as en, de or pt-BR."),
        error_messages={"invalid": _("Write a language code such as en, de or pt-BR.")},
    )
    group = forms.ChoiceField(label=_("Group"), required=False)

    def __init__(self, data: QueryDict | None, *, groups: Sequence[Group]) -> None:
        super().__init__(data)
        everybody = [("", _("All groups"))]
        self.fields["group"].choices = [*everybody, *((one.key, one.name) for one in groups)]  # type: ignore[attr-defined]


class WordingForm(forms.Form):
    """A question's words in a language, for a group or for all: a field for everything that has words."""

    use_required_attribute = False

    text = forms.CharField(label="", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    help = forms.CharField(
        label="", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: QueryDict | None, *, body: Document, document: Document, wording: Document
    ) -> None:
        initial = {"text": wording.get("text", ""), "help": wording.get("help", "")}
        super().__init__(data, initial=initial)
        own = {"text": _("The question"), "help": _("The sentence under it")}
        for name, label in own.items():
            words = body.get(name, "")
            self.fields[name].label = f"{label}: {words}" if words else label
        labels = dict(wording.get("labels", {}))
        self._keys: dict[str, str] = {}
        for number, (key, words) in enumerate(words_of(body, document)):
            self._keys[f"label-{number}"] = key
            self.fields[f"label-{number}"] = forms.CharField(
                label=words, max_length=200, required=False, initial=labels.pop(key, "")
            )
        # Words of something that has no field here stay as they are.
        self._others = labels

    def wording(self, language: str, group: str) -> Document:
        """The words as the document has them; what was left empty falls back to the question's own."""
        data = self.cleaned_data
        labels = {key: data[name] for name, key in self._keys.items() if data[name]} | self._others
        told = {"group": group, "text": data["text"], "help": data["help"], "labels": labels}
        return {"language": language, **{name: value for name, value in told.items() if value}}


def words_of(body: Document, document: Document) -> list[tuple[str, str]]:
    """Key and own words of every option, and of every point of the scale that has words."""
    options = [(one["key"], one["label"]) for one in body.get("options", [])]
    scale = scales_of(document).get(str(body.get("scale", "")))
    levels = scale["levels"] if scale and body.get("kind", "scale") != Kind.FLAG else []
    return [*options, *((f"{level['value']:g}", level["label"]) for level in levels if level["label"])]
