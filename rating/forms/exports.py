"""What an export should hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from annotation.errors import Code, DomainError
from annotation.models import Plan, Study
from rating.agreement.preference_sets import Rules
from rating.queries.exports import ExportScope, StageCount, export_scope
from rating.queries.ratings import default_stage
from rating.services.export_formats import FORMATS, preferences

CURRENT, ALL = "current", "all"
TEAM, PUBLIC = "team", "public"
WITHOUT, WITH = "without", "with"
# Of preference sets: `rating.agreement.preference_sets.Rules`.
RULES = ("min_raters", "min_margin", "veto_share")


class ExportForm(forms.Form):
    """Stage, revisions and checks, from the query string."""

    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=Plan.Stage.choices,
        required=False,
        help_text=_("Stages are never mixed in one file."),
    )
    revisions = forms.ChoiceField(
        label=_("Revisions"),
        choices=[(CURRENT, _("The newest of each rating")), (ALL, _("All, the earlier ones marked"))],
        required=False,
        widget=forms.RadioSelect,
    )
    checks = forms.ChoiceField(
        label=_("Repeats, gold items and attention checks"),
        choices=[(WITHOUT, _("Left out")), (WITH, _("Among the others, told apart by “purpose”"))],
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Practice and qualification are in no file."),
    )

    audience = forms.ChoiceField(
        label=_("For whom"),
        choices=[
            (TEAM, _("The study's team: everything")),
            (PUBLIC, _("The public: only what raters agreed to share")),
        ],
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Imported ratings and judge models are in both: their raters were not asked here."),
    )

    def offer(self, counts: list[StageCount]) -> None:
        """Show only the stages that the study has, each with its number of ratings."""
        # Left out they have defaults; on the page one of each is always chosen.
        for field in self.fields.values():
            field.required = True
        self.fields["stage"].choices = [  # type: ignore[attr-defined]
            (count.stage, _stage_words(count)) for count in counts
        ]


def _stage_words(count: StageCount) -> str:
    words = ngettext("%(stage)s (%(n)s rating)", "%(stage)s (%(n)s ratings)", count.n_ratings)
    return words % {"stage": count.label, "n": count.n_ratings}


class MakeExportForm(ExportForm):
    """What a stored file should hold; unlocking restricted passages is for coordinators."""

    format = forms.ChoiceField(label=_("Format"))
    unlock_reason = forms.CharField(
        label=_("Unlock passages that describe ways to self-harm, because"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Leave empty to keep them out of the file. The reason stays with the file and in the audit trail."
        ),
    )
    min_raters = forms.IntegerField(
        label=_("Raters of a group that a pair needs"), required=False, min_value=1, max_value=1000
    )
    min_margin = forms.FloatField(
        label=_("How far from a tie a pair lies at least"),
        required=False,
        min_value=0.01,
        max_value=1,
        help_text=_("0.1 unless you have a reason; 1: all agree."),
    )
    veto_share = forms.FloatField(
        label=_("Share of a group whose word that a reply is unsafe keeps it from being chosen"),
        required=False,
        min_value=0.01,
        max_value=1,
    )
    field_order = ("format", "stage", "revisions", "checks", "audience", *RULES, "unlock_reason")

    def __init__(self, *args: Any, may_unlock: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["format"].choices = [  # type: ignore[attr-defined]
            (one.key, f"{one.label} – {one.words}") for one in FORMATS.values()
        ]
        if not may_unlock:
            del self.fields["unlock_reason"]

    def offer(self, counts: list[StageCount]) -> None:
        super().offer(counts)
        for name in {"unlock_reason", *RULES} & set(self.fields):
            self.fields[name].required = False
        usual = Rules()
        self.initial.update({name: getattr(usual, name) for name in RULES})

    def has_wrong_rules(self) -> bool:
        """Whether a rule of preference sets is wrong: the page then opens them."""
        return bool(set(RULES) & set(self.errors))

    def format_options(self) -> dict[str, Any]:
        """Of a valid form, what was chosen for the format itself, where it is not the usual."""
        if self.cleaned_data["format"] != preferences.FORMAT.key:
            return {}
        usual, given = Rules(), {name: self.cleaned_data[name] for name in RULES}
        return {
            name: value
            for name, value in given.items()
            if value is not None and value != getattr(usual, name)
        }


class ExportPolicyForm(forms.Form):
    """What a study asks of its exports."""

    min_cell = forms.IntegerField(
        label=_("Tell a rater’s group only where so many raters share it"),
        min_value=1,
        max_value=100,
        help_text=_(
            "5 unless you have a reason. Smaller groups appear as “suppressed”, and so that they cannot be "
            "told by elimination, the next smallest with them. 1 tells every group."
        ),
    )
    days_kept = forms.IntegerField(
        label=_("Keep a file for so many days"),
        min_value=1,
        max_value=3650,
        help_text=_("Then it is deleted by itself. It can be made anew."),
    )


def chosen_scope(study: Study, form: ExportForm, *, offered: Sequence[str] = ()) -> ExportScope:
    """The scope a form asks for: by default the newest revisions of main, else imported.

    Args:
        offered: stages that a page offers; its first stands in for a default that is not among them.

    Raises:
        DomainError: there is no such stage, or no such choice of revisions.
    """
    if not form.is_valid():
        raise DomainError(
            Code.INVALID,
            gettext("Choose one of the stages, and current or all revisions."),
            list(form.errors),
        )
    stage = form.cleaned_data["stage"] or default_stage(study)
    if not form.cleaned_data["stage"] and offered and stage not in offered:
        stage = offered[0]
    is_current_only = form.cleaned_data["revisions"] != ALL
    return export_scope(
        study,
        stage=stage,
        is_current_only=is_current_only,
        with_checks=form.cleaned_data["checks"] == WITH,
        is_public=form.cleaned_data["audience"] == PUBLIC,
        with_restricted=bool(form.cleaned_data.get("unlock_reason", "").strip()),
    )
