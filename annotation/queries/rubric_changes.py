"""What differs between two versions of a rubric, in words for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.design.rubric_changes import Change, changes_between, is_words_only
from annotation.design.rubric_document import question_of, users_of
from annotation.models import Question, RubricVersion, Scale
from annotation.queries.rubric_drafts import Defect, draft_defects_of
from annotation.queries.rubrics import n_free_places, plans_to_move, published_before

FIELDS: Mapping[str, Any] = {
    "name": gettext_lazy("Name"),
    "purpose": gettext_lazy("What it measures"),
    "source": gettext_lazy("Where it comes from"),
    "licence": gettext_lazy("What may be done with its words"),
    "note": gettext_lazy("What to know about it"),
    "guidelines": gettext_lazy("Guidelines for raters"),
    "language": gettext_lazy("Language"),
    "sign_off": gettext_lazy("Who must approve it"),
    "order": gettext_lazy("Order of what is measured"),
    "text": gettext_lazy("Question"),
    "standard_text": gettext_lazy("In standard words"),
    "help": gettext_lazy("Sentence under it"),
    "examples": gettext_lazy("Examples"),
    "kind": gettext_lazy("Kind"),
    "scale": gettext_lazy("Answered on"),
    "target": gettext_lazy("Asked about"),
    "condition": gettext_lazy("Asked only where"),
    "options": gettext_lazy("Options"),
    "severities": gettext_lazy("Severities"),
    "needs_passage": gettext_lazy("Answers that need words marked"),
    "construct": gettext_lazy("Measures"),
    "layer": gettext_lazy("Layer"),
    "polarity": gettext_lazy("Which end is good"),
    "asked_of": gettext_lazy("Asked of"),
    "perspectives": gettext_lazy("Also asked in the place of"),
    "required": gettext_lazy("Answer needed"),
    "reverse": gettext_lazy("Worded in reverse"),
    "restricted": gettext_lazy("Marked words never leave"),
    "asks_confidence": gettext_lazy("Asks how sure"),
    "allows_cannot_judge": gettext_lazy("“Cannot judge” offered"),
    "allows_not_applicable": gettext_lazy("“Does not apply” offered"),
    "allows_evidence": gettext_lazy("Words may be marked"),
    "allows_ties": gettext_lazy("Two may share a place"),
    "measurement": gettext_lazy("Level of measurement"),
    "points": gettext_lazy("Points"),
    "label": gettext_lazy("words"),
    "definition": gettext_lazy("definition"),
    "example": gettext_lazy("example"),
    "counterexample": gettext_lazy("what it is not"),
    "critical": gettext_lazy("critical"),
}
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "kind": dict(Question.Kind.choices),
    "target": dict(Question.Target.choices),
    "polarity": dict(Question.Polarity.choices),
    "measurement": dict(Scale.Measurement.choices),
}
YES_NO = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}


@dataclass(frozen=True)
class Line:
    """One difference: what, before, after."""

    what: str
    before: str
    after: str
    is_words: bool


@dataclass
class Part:
    """What differs in one question or scale, or in what the rubric says of itself."""

    about: str
    key: str
    title: str
    # added, removed, moved, changed
    deeds: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Changes:
    """Everything that differs from an earlier version to a later one."""

    parts: list[Part]
    is_words_only: bool
    n_same: int
    counts: dict[str, int]

    @property
    def summary(self) -> str:
        """How much differs, in one line."""
        words = {
            "added": _("added: %(n)s"),
            "removed": _("removed: %(n)s"),
            "changed": _("changed: %(n)s"),
            "moved": _("moved: %(n)s"),
            "same": _("as before: %(n)s"),
        }
        told = {**self.counts, "same": self.n_same}
        return ", ".join(words[name] % {"n": n} for name, n in told.items() if n)


@dataclass(frozen=True)
class PublishPage:
    """What publishing a draft would do. `earlier`: the version published last, None for the first one."""

    version: RubricVersion
    earlier: RubricVersion | None
    changes: Changes | None
    defects: list[Defect]
    n_free: int
    stages: list[str]

    @property
    def may_correct(self) -> bool:
        """Whether it can be declared a correction of words."""
        return self.changes is not None and self.changes.is_words_only


def publish_page(version: RubricVersion) -> PublishPage:
    """Four queries."""
    earlier = published_before(version)
    is_comparable = earlier is not None and bool(earlier.document) and bool(version.document)
    plans = plans_to_move(version)
    return PublishPage(
        version=version,
        earlier=earlier,
        changes=version_changes(earlier, version) if earlier and is_comparable else None,
        defects=draft_defects_of(version) if version.document else [],
        n_free=n_free_places(version),
        stages=[str(plan.get_stage_display()) for plan in plans],
    )


def comparable_versions(version: RubricVersion) -> list[RubricVersion]:
    """The other versions of its rubric that have a document: those before it first, the newest of them
    at the head."""
    others = RubricVersion.objects.filter(rubric=version.rubric_id).exclude(pk=version.pk)
    there = [one for one in others.order_by("-number") if one.document]
    return sorted(there, key=lambda one: one.number > version.number)


def version_changes(before: RubricVersion, after: RubricVersion) -> Changes:
    """What differs between two versions that have their documents."""
    return changes_of(before.document, after.document)


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    found = changes_between(before, after)
    parts: dict[tuple[str, str], Part] = {}
    for change in found:
        part = parts.setdefault(
            (change.about, change.key), Part(change.about, change.key, _title(change, before, after))
        )
        if change.deed not in part.deeds:
            part.deeds.append(change.deed)
        if change.deed == "changed":
            part.lines.append(_line(change))
        elif change.deed == "moved":
            part.lines.append(Line(_("Place"), change.before, change.after, is_words=False))
    counts, n_same = _counted([*parts.values()], after)
    return Changes([*parts.values()], is_words_only(found), n_same, counts)


def _counted(parts: list[Part], after: Mapping[str, Any]) -> tuple[dict[str, int], int]:
    """Questions by what happened to them, and how many are as before. A scale changes those that use it."""
    deeds = {part.key: part.deeds for part in parts if part.about == "question"}
    changed = {key for key, found in deeds.items() if "changed" in found}
    for part in parts:
        if part.about == "scale" and "changed" in part.deeds:
            changed |= set(users_of(after, part.key))
    added = {key for key, found in deeds.items() if "added" in found}
    n_removed = sum("removed" in found for found in deeds.values())
    changed -= added
    moved = {key for key, found in deeds.items() if "moved" in found} - changed
    counts = {"added": len(added), "removed": n_removed, "changed": len(changed), "moved": len(moved)}
    return counts, len(after["questions"]) - len(added | changed | moved)


def _title(change: Change, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if change.about == "question":
        body = question_of(after, change.key) or question_of(before, change.key)
        return str(body["text"]) if body else change.key
    if change.about == "scale":
        return _("Scale “%(key)s”") % {"key": change.key}
    return _("The rubric as a whole")


def _line(change: Change) -> Line:
    name = change.path[-1] if change.path[-1] in CHOICES else ""
    return Line(_place(change.path), _said(name, change.before), _said(name, change.after), change.is_words)


def _said(name: str, value: str) -> str:
    return str(CHOICES[name].get(value, value)) if name else str(YES_NO.get(value, value))


def _place(path: tuple[str, ...]) -> str:
    """The name of a place inside a question or scale."""
    if path[0] == "wordings":
        for_whom = ", ".join(filter(None, path[1:3]))
        what = path[4] if path[3] == "labels" else str(FIELDS[path[3]])
        return _("Words in %(whom)s: %(what)s") % {"whom": for_whom, "what": what}
    if len(path) == 1:
        return str(FIELDS.get(path[0], path[0]))
    names = {
        "levels": _("Point %(key)s: %(what)s"),
        "options": _("Option “%(key)s”: %(what)s"),
        "severities": _("Severity %(key)s: %(what)s"),
    }
    return names[path[0]] % {"key": path[1], "what": str(FIELDS[path[2]])}
