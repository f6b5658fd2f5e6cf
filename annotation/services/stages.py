"""A stage over some or all items of a study."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.utils.translation import gettext as _

from annotation.design.pool import pool_keys
from annotation.errors import Code, DomainError
from annotation.models import Item, Plan, RubricVersion, Study, User
from annotation.queries.designs import Design, Drafted, drafted
from annotation.services.plans import POOL_DESIGN, checked_quotas, make_plan

# Seeds are shown and typed: within what JSON and spreadsheets keep exactly.
LARGEST_SEED = 2**53 - 1


def drawn_places(n_there: int, *, n_items: int, seed: int) -> list[int]:
    """Places of `n_items` of the study's items with a text, at random by the seed, ascending."""
    if n_items > n_there:
        raise DomainError(
            Code.INVALID,
            _("The study has %(there)s items with a text, fewer than %(wanted)s.")
            % {"there": n_there, "wanted": n_items},
            about="n_items",
        )
    first = sorted(zip(pool_keys(seed, n_there), range(n_there), strict=True))[:n_items]
    return sorted(place for _key, place in first)


def drawn_items(study: Study, *, n_items: int, seed: int) -> list[Item]:
    """`n_items` of the study's items with a text, at random by the seed, in the study's order."""
    items = list(Item.objects.plannable().filter(study=study))
    return [items[place] for place in drawn_places(len(items), n_items=n_items, seed=seed)]


def make_stage(
    study: Study,
    *,
    actor: User,
    stage: str,
    rubric_version: RubricVersion,
    quotas: Mapping[str, int],
    n_items: int | None = None,
    seed: int | None = None,
    design: Design = POOL_DESIGN,
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
        design=design,
    )


def drafted_stage(
    study: Study, *, quotas: Mapping[str, int], n_items: int | None, seed: int, design: Design
) -> Drafted:
    """What `make_stage` would make of the same wishes; nothing is written.

    Raises:
        DomainError: what `make_stage` would refuse about items, groups and design.
    """
    # Keys alone: a hundred thousand whole items take seconds to read.
    keys = list(Item.objects.plannable().filter(study=study).values_list("pk", flat=True))
    if n_items is not None:
        keys = [keys[place] for place in drawn_places(len(keys), n_items=n_items, seed=seed)]
    if not keys:
        raise DomainError(Code.STATE_FORBIDS, _("There are no items with a text to rate yet."))
    return drafted(study, keys, checked_quotas(study, quotas), design=design, seed=seed)
