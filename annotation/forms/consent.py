"""Write a consent text with its ticks, see it as raters will, publish it. Works without a script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.forms.refusals import carried_out
from annotation.forms.studies import MAX_TEXT
from annotation.models import ConsentVersion
from annotation.queries.consent import Change, changed_parts, parts_of, text_parts
from annotation.services.consent_ticks import (
    AGREE,
    CAN_STOP,
    MAX_TICKS,
    MAX_WORDS,
    OFFERED,
    Tick,
    checked_ticks,
)

LANGUAGE = re.compile(r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
PUBLISH, PREVIEW = "publish", "preview"


class ConsentTextForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=_("Text"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_(
            "What taking part means, what is stored, how to stop. ## headings, **bold**, lists work; "
            "an empty line begins a new paragraph."
        ),
    )
    language = forms.RegexField(
        LANGUAGE,
        label=_("Language of the text"),
        max_length=12,
        initial="en",
        help_text=_("A code such as en, de or pt-BR."),
        error_messages={"invalid": _("Write a language code such as en, de or pt-BR.")},
    )
    changes = forms.CharField(
        label=_("What has changed since the last version"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In your own words. Raters also see which paragraphs and ticks came and went."),
    )


class TickForm(forms.Form):
    """One tick. What is wrong with it the service says, for all ticks at once."""

    use_required_attribute = False

    words = forms.CharField(
        label=_("Sentence"), max_length=MAX_WORDS, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_required = forms.BooleanField(label=_("Needed to take part"), required=False)
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=40,
        help_text=_("May stay empty. Attune acts on share_publicly and hidden_checks."),
    )


@dataclass(frozen=True)
class Preview:
    """The text as raters will see it, and what they are told has changed."""

    title: str
    body: str
    language: str
    ticks: list[Tick]
    note: str
    changes: list[Change]


def _posted_ticks(post: Mapping[str, str]) -> list[Tick]:
    given = post.get("n_ticks", "")
    n = min(int(given), MAX_TICKS + 1) if given.isdecimal() and len(given) < 4 else 0
    return [
        Tick(
            post.get(f"tick-{place}-key", "").strip(),
            post.get(f"tick-{place}-words", "").strip(),
            f"tick-{place}-is_required" in post,
        )
        for place in range(n)
    ]


def _stepped(ticks: Sequence[Tick], step: str) -> list[Tick]:
    """The ticks after "add", "add:<key>", "remove:<place>" or "up:<place>"; anything else changes nothing."""
    name, _sign, what = step.partition(":")
    found = list(ticks)
    if name == "add" and len(found) < MAX_TICKS:
        found.append(OFFERED.get(what, Tick("", "")))
    if not what.isdecimal() or not (0 <= (place := int(what[:3])) < len(found)):
        return found
    if name == "remove":
        del found[place]
    elif name == "up" and place:
        found[place - 1], found[place] = found[place], found[place - 1]
    return found


class ConsentEditor:
    """The page's forms, whatever button brought us here."""

    def __init__(
        self, post: Mapping[str, str] | None, newest: ConsentVersion | None, *, offered: str = ""
    ) -> None:
        """`offered`: a text to begin from, where the study has none."""
        self.newest, self.first_text = newest, offered
        self.step = "" if post is None else post.get("do", PUBLISH)
        is_sent = self.step in {PUBLISH, PREVIEW}
        self.ticks = self._ticks(post)
        initial = self._before() if post is None else {name: post.get(name, "") for name in self._before()}
        sent = {"language": "en", **{name: post[name] for name in post}} if post is not None else None
        self.form = ConsentTextForm(sent if is_sent else None, initial=initial)
        if newest is None:
            del self.form.fields["changes"]
        self.tick_forms = [
            TickForm(prefix=f"tick-{place}", initial=asdict(tick)) for place, tick in enumerate(self.ticks)
        ]

    def _before(self) -> dict[str, str]:
        if self.newest is None:
            return {"title": str(_("Taking part")), "body": self.first_text, "language": "en", "changes": ""}
        return {
            "title": self.newest.title,
            "body": self.newest.body,
            "language": self.newest.language,
            "changes": "",
        }

    def _ticks(self, post: Mapping[str, str] | None) -> list[Tick]:
        if post is not None:
            return _stepped(_posted_ticks(post), self.step)
        if self.newest is None:
            return [AGREE, CAN_STOP]
        return [Tick(one.key, one.words, one.is_required) for one in self.newest.ticks.all()]

    @property
    def offered(self) -> list[Tick]:
        """Standard ticks that the text does not have yet."""
        keys = {tick.key for tick in self.ticks}
        return [tick for key, tick in OFFERED.items() if key not in keys]

    def preview(self) -> Preview | None:
        """What raters will see; None unless it was asked for and could be published."""
        ticks = carried_out(self.form, lambda: checked_ticks(self.ticks)) if self.step == PREVIEW else None
        if ticks is None:
            return None
        text = self.form.cleaned_data
        after = text_parts(text["title"], text["body"], [tick.words for tick in ticks])
        changes = changed_parts(parts_of(self.newest), after) if self.newest else []
        return Preview(text["title"], text["body"], text["language"], ticks, text.get("changes", ""), changes)


class DataTermsForm(forms.Form):
    contact = forms.CharField(
        label=_("Who answers questions about the study"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "A name and how to reach them. It stands under the consent text and on every receipt: people who "
            "have left write there."
        ),
    )
    data_freeze_at = forms.DateTimeField(
        label=_("Data freeze (UTC)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_(
            "Until then whoever leaves can have everything erased. Raters read the date before they agree "
            "and when they leave. Empty: there is no such end. It can be moved back later, not forward."
        ),
    )


class WithdrawalForm(forms.Form):
    """A withdrawal that came by letter or mail."""

    pseudonym = forms.CharField(
        label=_("Pseudonym of the person"),
        max_length=40,
        help_text=_("As it stands on their receipt or on the page of people, such as PEE-7k3d9q."),
    )
    choice = forms.ChoiceField(
        label=_("What they wish"),
        widget=forms.RadioSelect,
        choices=[
            ("keep", _("Leave the study; what they gave may stay, under the pseudonym")),
            ("erase", _("Leave the study and have everything erased")),
        ],
    )
    is_asked = forms.BooleanField(
        label=_("I have their request in writing, and I know that this cannot be undone."),
        error_messages={"required": _("Tick this once you hold the request.")},
    )
    receipt = forms.CharField(widget=forms.HiddenInput, max_length=40)
