"""A rubric as its raters will see it, with an invented item that is stored nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.models import Group, Item, Question, Response, RubricVersion, Slot, Turn
from rating.forms.question_fields import Entry
from rating.forms.workbench_screen import Screen, screen_of
from rating.models import Presentation
from rating.queries.presented import PresentedItem

MAX_REPLIES = 4
OF_SEVERAL = frozenset({Question.Kind.PAIR, Question.Kind.RANKING, Question.Kind.BEST_WORST})
TURNS = (
    (Turn.Speaker.SEEKER, "My sister moved out last week. We shared a room for nineteen years."),
    (Turn.Speaker.SUPPORTER, "Nineteen years. What is it like to come home now?"),
    (Turn.Speaker.SEEKER, "Quiet. I leave the radio on to fall asleep."),
)
REPLIES = (
    "So the radio keeps the room from being empty. What do you miss most, last thing at night?",
    "Give it time. Have you thought of joining a club?",
    "That sounds hard. I am here, and I am listening.",
    "You could call her in the evening, and tell her how quiet it is.",
)


class PreviewForm(forms.Form):
    """For whom, in which language, with how many replies. What was not chosen falls back to what fits."""

    group = forms.ChoiceField(label=_("As a rater of"), required=False)
    language = forms.ChoiceField(label=_("In the language"), required=False)
    replies = forms.TypedChoiceField(
        label=_("Replies"),
        required=False,
        choices=[(n, str(n)) for n in range(1, MAX_REPLIES + 1)],
        coerce=int,
        empty_value=None,
    )

    def offer(self, groups: list[Group], languages: list[str]) -> None:
        self.fields["group"].choices = [(one.key, one.name) for one in groups]  # type: ignore[attr-defined]
        self.fields["language"].choices = [(one, one) for one in languages]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Preview:
    """What is shown, for whom, and what may be chosen instead."""

    screen: Screen
    group: Group
    groups: list[Group]
    n_replies: int
    language: str
    languages: list[str]

    def form(self) -> PreviewForm:
        """The choices as they were made."""
        chosen = {"group": self.group.key, "replies": self.n_replies, "language": self.language}
        form = PreviewForm(initial=chosen)
        form.offer(self.groups, self.languages)
        return form


def preview_of(version: RubricVersion, wanted: Mapping[str, Any]) -> Preview | None:
    """The preview that a query string asks for; None where it asks for what there is not."""
    groups = list(Group.objects.filter(study=version.rubric.study_id)) or [Group(key="", name="-")]
    questions = questions_of(version)
    languages = languages_of(version, questions)
    form = PreviewForm(wanted)
    form.offer(groups, languages)
    if wanted and not form.is_valid():
        return None
    chosen = form.cleaned_data if wanted else {}
    group = next((one for one in groups if one.key == chosen.get("group")), groups[0])
    n_replies, language = chosen.get("replies") or usual_replies(questions), chosen.get("language") or ""
    screen = preview_screen(
        version, questions, group=group, groups=groups, n_replies=n_replies, language=language
    )
    return Preview(screen, group, groups, n_replies, language or version.language, languages)


def questions_of(version: RubricVersion) -> list[Question]:
    """In their order, with everything the page reads. Four queries."""
    questions = Question.objects.filter(version=version).select_related("scale").order_by("position")
    return list(questions.prefetch_related("scale__levels", "wordings"))


def languages_of(version: RubricVersion, questions: list[Question]) -> list[str]:
    """The rubric's own language, then those that some question has words in."""
    others = {words.language for one in questions for words in one.wordings.all()} - {version.language}
    return [version.language, *sorted(others)]


def usual_replies(questions: list[Question]) -> int:
    """As many as the rubric needs: two where it compares them."""
    compares = any(one.kind in OF_SEVERAL or one.target == Question.Target.PAIR for one in questions)
    return 2 if compares else 1


def preview_screen(
    version: RubricVersion,
    questions: list[Question],
    *,
    group: Group,
    groups: list[Group],
    n_replies: int,
    language: str = "",
) -> Screen:
    """The page of the invented item for a rater of this group. Nothing of it is saved."""
    item = Item(language="en")
    slot = Slot(item=item, group=group, rubric_version=version)
    presentation = Presentation(
        slot=slot, rubric_version=version, language=language or version.language, wording=group.key
    )
    presented = PresentedItem(
        presentation=presentation,
        turns=[Turn(position=n, speaker=speaker, text=text) for n, (speaker, text) in enumerate(TURNS, 1)],
        responses=[Response(position=n, text=text) for n, text in enumerate(REPLIES[:n_replies], 1)],
        factors=[],
        questions=questions,
        draft=None,
        rating=None,
        group_names={one.key: one.singular or one.name for one in groups},
    )
    return screen_of(presented, Entry({}))
