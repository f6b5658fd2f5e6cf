"""Stages: what is asked of a plan, what it would be, what it is, and what is changed by hand."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.design.eligibility import NEEDS, Eligibility
from annotation.design.layout import POOL, SEATED
from annotation.models import Plan, Slot
from annotation.queries.designs import Design
from annotation.services.stages import LARGEST_SEED

Text = serializers.CharField
MAX_PER_ITEM, MAX_SEATS, MAX_RULES = 100, 200, 20
# More than any study has; within what the database's integers take.
MAX_COUNT = 10_000_000
QUOTA_HELP = "Ratings per item, by key of the group."


class RuleSerializer(serializers.Serializer[Any]):
    """Who may rate items whose factor has this value: these groups (none: all), raters with this need."""

    factor = Text(max_length=100)
    value = Text(max_length=200)
    groups = serializers.ListField(child=Text(max_length=40), required=False, default=list, max_length=50)
    needs = serializers.ChoiceField(
        choices=[one for one in Slot.Needs.choices if one[0] in NEEDS],
        required=False,
        default="",
        allow_blank=True,
        help_text="practised or cleared: what raters must have behind them; empty: nothing.",
    )


class DesignSerializer(serializers.Serializer[Any]):
    """How items meet raters. All but the pool plan a sequence for every seat."""

    kind = serializers.ChoiceField(choices=[POOL, *SEATED], required=False, default=POOL)
    seats = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_SEATS),
        required=False,
        default=dict,
        help_text="By key of the group; left out: one for each rater with a login.",
    )
    n_anchors = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=MAX_COUNT, help_text="Of the design anchored."
    )
    batch_size = serializers.IntegerField(
        required=False, default=1, min_value=1, max_value=MAX_COUNT, help_text="Of the design batched."
    )
    conditions = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=100,
        help_text="Key of the factor whose order is counterbalanced over seats.",
    )
    rules = serializers.ListField(child=RuleSerializer(), required=False, default=list, max_length=MAX_RULES)


def design_of(sent: dict[str, Any]) -> Design:
    return Design(
        kind=sent["kind"],
        n_seats=sent["seats"],
        n_anchors=sent["n_anchors"],
        batch_size=sent["batch_size"],
        conditions=sent["conditions"],
        rules=tuple(
            Eligibility(one["factor"], one["value"], tuple(one["groups"]), one["needs"])
            for one in sent["rules"]
        ),
    )


class PlanWishSerializer(serializers.Serializer[Any]):
    """What a stage is to be, before it is made."""

    quotas = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_PER_ITEM),
        help_text=QUOTA_HELP + " With full crossing the seats count instead.",
    )
    n_items = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MAX_COUNT,
        help_text="Drawn at random by the seed; left out: all items that have a text.",
    )
    seed = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=LARGEST_SEED
    )
    design = DesignSerializer(required=False, allow_null=True, default=None, help_text="Left out: a pool.")


class SentPlanSerializer(PlanWishSerializer):
    stage = serializers.ChoiceField(
        choices=[one for one in Plan.Stage.choices if one[0] in {"pilot", "main"}]
    )
    rubric_version = Text(max_length=12, help_text="Code of a published version.")


class PlanSerializer(serializers.Serializer[Any]):
    code = Text(source="plan.code")
    stage = Text(source="plan.stage")
    state = serializers.ChoiceField(source="plan.state", choices=Plan.State.choices)
    design = Text(source="plan.design")
    seed = serializers.IntegerField(source="plan.seed")
    rubric_version = Text(source="plan.rubric_version.code")
    n_items = serializers.IntegerField()
    n_planned = serializers.IntegerField(help_text="Ratings wanted.")
    n_done = serializers.IntegerField(help_text="Ratings given.")


class SentPlanStateSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["open", "closed"])


class LoadSerializer(serializers.Serializer[Any]):
    """What a stage would ask of one group."""

    group = Text(source="group.key")
    per_item = serializers.IntegerField()
    n_ratings = serializers.IntegerField()
    n_raters = serializers.IntegerField(help_text="With a login, here now.")
    n_seats = serializers.IntegerField(help_text="0 in a pool.")
    per_rater = serializers.IntegerField(allow_null=True, help_text="The longest; null without raters.")
    least = serializers.IntegerField(allow_null=True, help_text="The shortest planned sequence.")
    has_too_few = serializers.BooleanField()


class SharingSerializer(serializers.Serializer[Any]):
    """Pairs of raters within a group or between two, and how many items both rate."""

    names = Text()
    n_pairs = serializers.IntegerField(source="pairs.n_pairs")
    n_sharing = serializers.IntegerField(source="pairs.n_sharing")
    least = serializers.IntegerField(source="pairs.least")
    most = serializers.IntegerField(source="pairs.most")
    smallest_p = serializers.FloatField(
        allow_null=True, help_text="The smallest p a permutation test between the two can reach."
    )


class PreviewSerializer(serializers.Serializer[Any]):
    """A stage as it would be; nothing is written."""

    seed = serializers.IntegerField(help_text="Send it with the stage to get just this one.")
    n_items = serializers.IntegerField()
    n_anchors = serializers.IntegerField()
    is_expected = serializers.BooleanField(help_text="Of a pool: as if all raters kept the same pace.")
    n_components = serializers.IntegerField(help_text="Parts with no item in common; 1 is whole.")
    loads = LoadSerializer(many=True)
    sharing = SharingSerializer(many=True)
    warnings = serializers.ListField(child=Text())
    notes = serializers.ListField(child=Text())


class SeatSerializer(serializers.Serializer[Any]):
    code = Text(source="seat.code")
    group = Text(source="seat.group.key")
    number = serializers.IntegerField(source="seat.number")
    rater = Text(source="seat.rater.pseudonym", default=None, allow_null=True, help_text="Pseudonym.")
    filled_at = serializers.DateTimeField(source="seat.filled_at", allow_null=True)
    n_items = serializers.IntegerField(help_text="In its sequence, whoever rates it in the end.")


class StageSerializer(PlanSerializer):
    """A stage with its seats and rules, and how it hangs together."""

    quotas = serializers.DictField(child=serializers.IntegerField(), help_text=QUOTA_HELP)
    options = serializers.DictField(help_text="What the design was made with: anchors, batch size, factor.")
    rules = RuleSerializer(many=True)
    seats = SeatSerializer(many=True)
    n_components = serializers.IntegerField(help_text="Parts with no item in common; 0 before the first.")
    sharing = SharingSerializer(many=True)
    warnings = serializers.ListField(child=Text())


class FindingSerializer(serializers.Serializer[Any]):
    words = Text()
    is_error = serializers.BooleanField(help_text="The plan does not hold what it promises.")


class CheckedPlanSerializer(serializers.Serializer[Any]):
    """Whether the slots of a stage are what its plan promises."""

    holds = serializers.BooleanField()
    n_planned = serializers.IntegerField()
    findings = FindingSerializer(many=True)
    counted_at = serializers.DateTimeField(
        allow_null=True, help_text="When a large stage was checked, minutes ago; null: just now."
    )


class GrowthSerializer(serializers.Serializer[Any]):
    """What a stage is to have afterwards. A group that is left out stays as it is; nothing is taken away."""

    quotas = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_PER_ITEM),
        required=False,
        default=dict,
        help_text=QUOTA_HELP,
    )
    seats = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_SEATS), required=False, default=dict
    )
    takes_later_items = serializers.BooleanField(
        required=False, default=False, help_text="Take up items that came after the stage was planned."
    )


class GrownSerializer(serializers.Serializer[Any]):
    n_added = serializers.IntegerField(help_text="Ratings that were added to the plan.")
    plan = PlanSerializer()


class OverrideSerializer(serializers.Serializer[Any]):
    """Assign an item to a rater, or take it away from them; the reason stands in the record."""

    deed = serializers.ChoiceField(choices=["assign", "withhold"])
    item = Text(max_length=200, help_text="Its name in the study (external_id).")
    rater = Text(max_length=40, help_text="Pseudonym.")
    reason = Text(max_length=500)


class OverriddenSerializer(serializers.Serializer[Any]):
    deed = serializers.ChoiceField(choices=["assign", "withhold"])
    slot = Text(allow_null=True, help_text="The slot that was assigned; null where one was taken away.")


class ReasonSerializer(serializers.Serializer[Any]):
    reason = Text(max_length=500, help_text="Kept in the study's record, with your name.")


class ReopenedSerializer(serializers.Serializer[Any]):
    slot = Text(help_text="The slot that is open now.")


class SharedSerializer(serializers.Serializer[Any]):
    n_shared = serializers.IntegerField(help_text="Ratings that anybody of their group can give now.")
