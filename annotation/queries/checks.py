"""Hidden checks of a study: what it uses, and what there is of it for a rater."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotation.design.checks import check_places, checks_ahead, rotated
from annotation.models import CheckSettings, KeyedItem, Pass, Plan, QueueCursor, Rater, Slot, Study
from annotation.queries.opt_outs import avoided_items

GOLD, REPEAT, ATTENTION = Slot.Purpose.GOLD, Slot.Purpose.REPEAT, Slot.Purpose.ATTENTION


@dataclass(frozen=True)
class StudyChecks:
    """What raters have to be told before they agree to take part."""

    uses_gold: bool
    uses_repeats: bool
    uses_attention: bool

    @property
    def sentences(self) -> list[str]:
        """What a consent text has to say, a sentence for each kind in use."""
        found = {
            _("Some items are checks whose answer the study team knows; they look like the others."): (
                self.uses_gold
            ),
            _("Some items come a second time, to see how steady answers are."): self.uses_repeats,
            _("Now and then an item asks for a certain answer, to see that the page is being read."): (
                self.uses_attention
            ),
        }
        return [sentence for sentence, is_used in found.items() if is_used]


def study_checks(study: Study) -> StudyChecks:
    """Which hidden checks the study uses. One query."""
    rates = rates_of(CheckSettings.objects.filter(study=study).first())
    return StudyChecks(
        uses_gold=rates[GOLD] > 0, uses_repeats=rates[REPEAT] > 0, uses_attention=rates[ATTENTION] > 0
    )


def rates_of(settings: CheckSettings | None) -> dict[str, int]:
    """One in so many, by purpose; 0 for never."""
    if settings is None:
        return {GOLD.value: 0, REPEAT.value: 0, ATTENTION.value: 0}
    return {
        GOLD.value: settings.gold_every,
        REPEAT.value: settings.repeat_every,
        ATTENTION.value: settings.attention_every,
    }


def settings_beside(plan: Plan) -> CheckSettings | None:
    """The settings loaded with the plan (`open_plans`), without a query of their own."""
    return getattr(plan.study, "check_settings", None)


def keyed_for(plan: Plan, rater: Rater, use: str) -> list[int]:
    """Items of a use that this rater has not met in the plan, in the rater's order; none that is heavy or
    bears a content note. Four queries."""
    keyed = KeyedItem.objects.filter(study=plan.study_id, use=use, keys__isnull=False, item__has_text=True)
    rows = keyed.distinct().values_list("item_id", "item__is_heavy", "item__content_notes", "position", "pk")
    items = [row[0] for row in rows.order_by("position", "pk") if not row[1] and not row[2]]
    if not items:
        return []
    met = set(Slot.objects.filter(plan=plan, rater=rater, item__in=items).values_list("item_id", flat=True))
    passes = Pass.objects.filter(plan=plan, rater=rater, item__in=items, withdrawn_at__isnull=True)
    met |= set(passes.values_list("item_id", flat=True))
    rank = Rater.objects.filter(study=plan.study_id, pk__lt=rater.pk).count()
    met |= set(avoided_items([rater]).values_list("pk", flat=True))
    return [item for item in rotated(items, plan.seed, rank) if item not in met]


def repeatable(plan: Plan, rater: Rater, *, distance: int) -> list[int]:
    """Items this rater has done with at least `distance` others done since, none heavy, noted or repeated
    before. Two queries."""
    done = Slot.objects.filter(plan=plan, rater=rater).done().order_by("-completed_at", "-pk")
    names = ("item_id", "purpose", "item__is_heavy", "item__content_notes")
    repeats = Slot.objects.filter(plan=plan, purpose=REPEAT, number=rater.pk)
    again = set(repeats.values_list("item_id", flat=True))
    again |= set(avoided_items([rater]).values_list("pk", flat=True))
    return [
        item
        for item, purpose, is_heavy, notes in done.values_list(*names)[distance:]
        if purpose == Slot.Purpose.QUOTA and not is_heavy and not notes and item not in again
    ]


def n_checks_ahead(plan: Plan, rater: Rater, *, n_regular: int, n_done: int) -> int:
    """How many hidden checks lie between this rater and the end of `n_regular` items: counted among what is
    left, so that a bar that moves on does not tell a check from an item."""
    settings = settings_beside(plan)
    rates = rates_of(settings)
    if settings is None or not any(rates.values()) or not n_regular:
        return 0
    cursor = QueueCursor.objects.filter(plan=plan, rater=rater).first()
    after = cursor.n_served if cursor else 0
    store = {use: len(keyed_for(plan, rater, use)) for use in (GOLD.value, ATTENTION.value) if rates[use]}
    reach = after + n_regular + sum(store.values()) + n_regular
    return checks_ahead(
        check_places(plan.seed, rater.pseudonym, rates, up_to=reach),
        after=after,
        n_regular=n_regular,
        in_store={**store, REPEAT.value: n_regular},
        n_before_repeats=max(0, settings.repeat_distance + 1 - n_done),
    )
