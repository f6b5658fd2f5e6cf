"""The guided set-up of a study: nine steps, done or not as the study shows. Nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from annotation.job_kinds import RUN_IMPORT
from annotation.models import AuditPayload, Group, Invitation, Job, RubricVersion, Study
from annotation.queries.rubrics import rubric_versions, shown_version
from annotation.queries.studies import Step, opening_steps

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# In the order in which one does them: what a step needs comes before it.
PLACES: dict[str, StrOrPromise] = {
    "purpose": _("Purpose"),
    "groups": _("Groups"),
    "rubric": _("Rubric"),
    "items": _("Items"),
    "plan": _("Plan"),
    "consent": _("Consent"),
    "care": _("Care and safeguarding"),
    "people": _("Invitations"),
    "open": _("Check and open"),
}
KEYS = tuple(PLACES)
LAST = KEYS[-1]


@dataclass(frozen=True)
class SetUpStep:
    """`lacks`: what is missing of it, what is only good to have included."""

    key: str
    number: int
    label: StrOrPromise
    lacks: list[Step]

    @property
    def is_done(self) -> bool:
        return self.key != LAST and not self.lacks


@dataclass(frozen=True)
class SetUp:
    """Where somebody stands in the set-up. `preview`: the rubric version that raters would see now."""

    steps: list[SetUpStep]
    current: SetUpStep
    missing: list[Step]
    preview: RubricVersion | None
    groups: list[Group]

    @property
    def n_steps(self) -> int:
        return len(self.steps)

    @property
    def is_ready(self) -> bool:
        return not any(step.is_required for step in self.missing)

    @property
    def before(self) -> SetUpStep | None:
        return self.steps[self.current.number - 2] if self.current.number > 1 else None

    @property
    def after(self) -> SetUpStep | None:
        return next(iter(self.steps[self.current.number :]), None)


def _steps(missing: list[Step]) -> list[SetUpStep]:
    return [
        SetUpStep(key, number, label, [step for step in missing if step.place == key])
        for number, (key, label) in enumerate(PLACES.items(), start=1)
    ]


def _missing(study: Study) -> list[Step]:
    """What is not done yet. An invitation that is out counts as inviting, though nobody has come yet."""
    missing = [step for step in opening_steps(study) if not step.is_done]
    is_invited = Invitation.objects.filter(study=study).exists()
    return [step for step in missing if not (step.place == "people" and is_invited)]


def set_up(study: Study, key: str) -> SetUp:
    """The set-up as it stands, at the step `key`. Up to sixteen queries."""
    missing = _missing(study)
    steps = _steps(missing)
    preview = shown_version(study, rubric_versions(study))
    groups = list(Group.objects.filter(study=study, kind=Group.Kind.HUMAN))
    return SetUp(steps, steps[KEYS.index(key)], missing, preview, groups)


def next_place(study: Study, after: str = "") -> str:
    """The step to go on with: the first after `after` that lacks something, else the last."""
    start = KEYS.index(after) + 1 if after else 0
    return next((step.key for step in _steps(_missing(study))[start:] if not step.is_done), LAST)


def copied_shape(study: Study) -> dict[str, Any]:
    """Of a study made from an earlier one: how often its groups were asked (`quotas`), and the `design`."""
    copied = AuditPayload.objects.filter(event__study=study, event__kind="study.copied")
    told = copied.values_list("data", flat=True).first() or {}
    return {"quotas": told.get("quotas", {}), "design": told.get("design", "")}


def import_at_work(study: Study) -> Job | None:
    """The newest import that is not over: what it brings is not there yet."""
    under_way = [Job.State.QUEUED, Job.State.RUNNING]
    waiting = Job.objects.filter(study=study, kind=RUN_IMPORT, state__in=under_way)
    return waiting.order_by("-pk").first()
