"""A new study from an earlier one: what was decided, never who took part or what they gave."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from annotation.access import consent_version_of
from annotation.audit import record
from annotation.copiers import copy_settings
from annotation.models import EthicsSettings, Group, RubricVersion, Study, User
from annotation.queries.care import care_of
from annotation.queries.rubrics import rubric_versions, shown_version
from annotation.queries.safeguarding import lead_of
from annotation.queries.sites import open_sites
from annotation.queries.studies import current_plan
from annotation.services.approvals import update_ethics
from annotation.services.care import update_care
from annotation.services.consent_ticks import Tick
from annotation.services.item_copies import copy_checks, copy_items
from annotation.services.rubrics import load_rubric, publish_rubric
from annotation.services.safeguarding import name_lead
from annotation.services.screening import copy_screening
from annotation.services.sites import add_site
from annotation.services.studies import add_group, create_study, publish_consent

DESCRIBED = ("purpose", "notice", "is_invented", "support_title", "support_text")
CARE = (
    "break_minutes",
    "break_heavy_items",
    "checkin_every",
    "checkin_number",
    "retention_days",
    "debrief",
)
ETHICS = ("pauses_rating", "minimum_age", "asks_capacity", "takes_proxy")
LEAD = ("name", "hours", "contacts", "response_time")


def copy_study(
    source: Study,
    *,
    actor: User,
    title: str,
    with_items: bool = False,
    with_screening: bool = True,
    with_training: bool = False,
) -> Study:
    """A draft with the groups, the open sites, the rubric in use, the consent text, the settings, the pay and
    the safeguarding lead of `source`; where they are wanted with its items, its screening, and its training:
    items with known answers, pass marks, hidden checks. The shape of its plan waits in the trail
    (`annotation.queries.set_up.copied_shape`) until a stage is made.

    Raises:
        DomainError: INVALID without a title; NOT_ALLOWED or TOO_LARGE where items cannot be copied.
    """
    with transaction.atomic():
        study = create_study(actor=actor, title=title, **_values(source, DESCRIBED))
        study.claim_minutes, study.contact = source.claim_minutes, source.contact
        study.save(update_fields=["claim_minutes", "contact"])
        _copy_groups(source, study, actor)
        _copy_sites(source, study, actor)
        _copy_rubric(source, study, actor)
        _copy_consent(source, study, actor)
        _copy_settings(source, study, actor)
        copy_settings(source, study, actor)
        if with_screening:
            copy_screening(source, study)
        if with_training:
            copy_checks(source, study)
        n_items = copy_items(source, study, actor=actor, rated=with_items, known=with_training)
        record("study.copied", actor=actor, study=study, about=study, n_items=n_items, **_told(source))
        return study


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _copy_groups(source: Study, study: Study, actor: User) -> None:
    for group in Group.objects.filter(study=source):
        add_group(study, actor=actor, **_values(group, ("name", "key", "singular", "kind", "words")))


def _copy_sites(source: Study, study: Study, actor: User) -> None:
    for site in open_sites(source):
        add_site(study, actor=actor, name=site.name, key=site.key)


def _copy_rubric(source: Study, study: Study, actor: User) -> None:
    version = shown_version(source, rubric_versions(source))
    # A version from before documents were kept cannot be made anew.
    if version is None or not version.document:
        return
    copied = load_rubric(study, version.document, actor=actor)
    if version.state == RubricVersion.State.PUBLISHED:
        publish_rubric(copied, actor=actor, signed_off_by=version.signed_off_by)


def _copy_consent(source: Study, study: Study, actor: User) -> None:
    newest = consent_version_of(source)
    if newest is not None:
        ticks = [Tick(one.key, one.words, one.is_required) for one in newest.ticks.all()]
        publish_consent(study, actor=actor, ticks=ticks, **_values(newest, ("title", "body", "language")))


def _copy_settings(source: Study, study: Study, actor: User) -> None:
    update_care(study, actor=actor, **_values(care_of(source), CARE))
    ethics, lead = EthicsSettings.objects.filter(study=source).first(), lead_of(source)
    if ethics is not None:
        update_ethics(study, actor=actor, **_values(ethics, ETHICS))
    if lead is not None:
        name_lead(study, actor=actor, **_values(lead, LEAD))


def _told(source: Study) -> dict[str, Any]:
    """Where it comes from, and how often each group was asked in the stage at hand."""
    plan = current_plan(source)
    quotas = dict(plan.quotas.values_list("group__key", "per_item")) if plan else {}
    return {"source": source.code, "quotas": quotas, "design": plan.design if plan else ""}
