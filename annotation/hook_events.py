"""What a webhook tells: an audit event on the left, a message on the right. Codes and states, no content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class HookEvent:
    """`fields`: what of the audit event's payload is told; whatever else it holds is not."""

    name: str
    label: StrOrPromise
    kinds: tuple[str, ...]
    fields: tuple[str, ...] = ()

    def data(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {name: payload[name] for name in self.fields if name in payload}


# Jobs write no audit event: the sender looks them up.
JOB_FINISHED = "job.finished"
EVENTS = (
    HookEvent(
        "study.state",
        _("The study was opened, paused or closed"),
        ("study.state_changed",),
        ("before", "after"),
    ),
    HookEvent("plan.state", _("A stage was started or closed"), ("plan.opened", "plan.closed"), ("stage",)),
    HookEvent("items.imported", _("A file was imported"), ("study.imported",), ("kind_of",)),
    HookEvent("rater.joined", _("A rater joined, by code and group"), ("rater.added",), ("group", "origin")),
    HookEvent("rater.left", _("A rater left"), ("rater.left",)),
    HookEvent(
        "rating.submitted",
        _("A rating was given or revised, without its content"),
        ("rating.submitted", "rating.revised"),
    ),
    HookEvent("snapshot.taken", _("A snapshot was taken"), ("snapshot.taken",), ("digest", "stage")),
    HookEvent("analysis.finished", _("An analysis is finished"), ("analysis.finished",), ("digest",)),
    HookEvent("export.finished", _("A file is made"), ("export.finished", "export.made")),
    HookEvent(JOB_FINISHED, _("Background work ended"), ()),
)
BY_KIND = {kind: event for event in EVENTS for kind in event.kinds}
NAMES = tuple(event.name for event in EVENTS)
TEST = "test"
