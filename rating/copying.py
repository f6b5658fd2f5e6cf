"""What this app holds of a study's settings, taken along in a copy: pay, and what exports may tell."""

from __future__ import annotations

from annotation.copiers import register
from annotation.models import Study, User
from rating.models import ExportPolicy, PayTerms
from rating.services.pay import set_pay_terms
from rating.services.stored_exports import set_policy


def _pay(source: Study, study: Study, actor: User) -> None:
    terms = PayTerms.objects.filter(study=source).first()
    if terms is not None:
        set_pay_terms(
            study,
            actor=actor,
            basis=terms.basis,
            rate=terms.rate,
            currency=terms.currency,
            words=terms.words,
        )


def _exports(source: Study, study: Study, actor: User) -> None:
    policy = ExportPolicy.objects.filter(study=source).first()
    if policy is not None:
        set_policy(study, actor=actor, min_cell=policy.min_cell, days_kept=policy.days_kept)


def register_copying() -> None:
    register("pay", _pay)
    register("exports", _exports)
