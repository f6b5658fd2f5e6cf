"""A stage over some or all items of a study."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from annotation.design.pool import pool_keys
from annotation.errors import Code, DomainError
from annotation.models import Item, Plan, RubricVersion, Study, User
from annotation.services.plans import make_plan

# Seeds are shown and typed: within what JSON and spreadsheets keep exactly.
LARGEST_SEED = 2**53 - 1


def drawn_items(study: Study, *, n_items: int, seed: int) -> list[Item]:
    """`n_items` of the study's items with a text, at random by the seed, in the study's order."""
    items = list(Item.objects.claimable().filter(study=study))
    if n_items > len(items):
        raise DomainError(
            Code.INVALID, f"The study has {len(items)} items with a text, fewer than {n_items}."
        )
    first = sorted(zip(pool_keys(seed, len(items)), range(len(items)), strict=True))[:n_items]
    return [items[place] for place in sorted(place for _, place in first)]


def make_stage(
    study: Study,
    *,
    actor: User,
    stage: str,
    rubric_version: RubricVersion,
    quotas: Mapping[str, int],
    n_items: int | None = None,
    seed: int | None = None,
) -> Plan:
    """Plan a stage over `n_items` items drawn by the seed, or over all. The seed is stored with it.

    Raises:
        DomainError: more items asked for than there are, or what `make_plan` refuses.
    """
    chosen_seed = secrets.randbelow(LARGEST_SEED + 1) if seed is None else seed
    items = None if n_items is None else drawn_items(study, n_items=n_items, seed=chosen_seed)
    return make_plan(
        study,
        actor=actor,
        stage=stage,
        rubric_version=rubric_version,
        quotas=quotas,
        seed=chosen_seed,
        items=items,
    )
