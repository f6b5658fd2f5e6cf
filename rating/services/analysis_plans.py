"""Writing an analysis plan down, and locking it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Study, User
from rating.models import AnalysisPlan
from rating.queries.ratings import counting_answers
from rating.services.options import Options, refuse_unknown
from rating.services.snapshot_digest import canonical


def write_plan(
    study: Study,
    *,
    actor: User,
    title: str,
    options: Mapping[str, Any],
    note: str = "",
    seed: int | None = None,
) -> AnalysisPlan:
    """The study's draft with these contents: the one there is, changed, or the next version.

    Errors: INVALID for options that cannot be used, names what the study does not have.
    """
    wanted = Options.of(options)
    refuse_unknown(study, wanted)
    if not title.strip():
        raise DomainError(Code.INVALID, _("Give the plan a name."))
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        plan = _draft_of(study) or _next_version(study, actor)
        plan.title, plan.note, plan.options = title.strip(), note.strip(), wanted.to_dict()
        plan.seed = plan.seed if seed is None else seed
        plan.save()
        record(
            "analysis_plan.written",
            actor=actor,
            study=study,
            about=plan,
            number=plan.number,
            digest=plan_digest(plan),
        )
    return plan


def lock_plan(plan: AnalysisPlan, *, actor: User) -> AnalysisPlan:
    """From now on the plan stands as it is; what differs from it is a new version.

    How many ratings of its stage counted at this moment is kept with it. Errors: STATE_FORBIDS when it is
    locked already; INVALID when the study has lost something that the plan names.
    """
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=plan.study_id)
        fresh = AnalysisPlan.objects.select_related("study").get(pk=plan.pk)
        options = Options.of(fresh.options)
        refuse_unknown(fresh.study, options)
        n_before = counting_answers(fresh.study, options.stage).values("rating").distinct().count()
        n_changed = AnalysisPlan.objects.filter(pk=plan.pk, state=AnalysisPlan.State.DRAFT).update(
            state=AnalysisPlan.State.LOCKED,
            locked_at=timezone.now(),
            locked_by=actor,
            n_ratings_before=n_before,
        )
        if not n_changed:
            raise DomainError(Code.STATE_FORBIDS, _("This plan is locked already."))
        record(
            "analysis_plan.locked",
            actor=actor,
            study=fresh.study,
            about=fresh,
            number=fresh.number,
            digest=plan_digest(fresh),
            n_ratings_before=n_before,
        )
    plan.refresh_from_db()
    return plan


def plan_digest(plan: AnalysisPlan) -> str:
    """SHA-256 of what the plan lays down, in its one spelling: to be quoted where it is registered."""
    content = {"number": plan.number, "options": plan.options, "seed": plan.seed}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _draft_of(study: Study) -> AnalysisPlan | None:
    return AnalysisPlan.objects.filter(study=study, state=AnalysisPlan.State.DRAFT).first()


def _next_version(study: Study, actor: User) -> AnalysisPlan:
    highest = AnalysisPlan.objects.filter(study=study).aggregate(highest=Max("number"))["highest"]
    return AnalysisPlan(
        study=study, number=(highest or 0) + 1, seed=secrets.randbelow(2**31), created_by=actor
    )
