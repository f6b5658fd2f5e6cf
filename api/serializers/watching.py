"""How a stage goes: by group and factor, its course, raters beside their groups, second looks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import Plan
from api.serializers.studies import JobSerializer
from rating.models import SecondLook
from rating.services.second_looks import MAX_LENGTH

Text = serializers.CharField


class SiteFilterSerializer(serializers.Serializer[Any]):
    site = Text(
        required=False,
        allow_blank=True,
        max_length=20,
        help_text="Key of a site: its people alone. Left out: all whom the login may see.",
    )


class WholeSerializer(serializers.Serializer[Any]):
    n_planned = serializers.IntegerField()
    n_done = serializers.IntegerField()


class GroupProgressSerializer(serializers.Serializer[Any]):
    group = Text(source="group.key")
    per_item = serializers.IntegerField(help_text="Ratings per item.")
    n_raters = serializers.IntegerField()
    n_planned = serializers.IntegerField(
        allow_null=True, help_text="Null of a site in a stage whose ratings go to whoever is free."
    )
    n_done = serializers.IntegerField()
    n_claimed = serializers.IntegerField(help_text="In raters' hands.")
    n_left = serializers.IntegerField(allow_null=True)
    whole = WholeSerializer(
        default=None,
        allow_null=True,
        help_text="Of a site: the whole study's numbers; null where they would tell of fewer than five "
        "people elsewhere, and where no site is asked for.",
    )


class CellSerializer(serializers.Serializer[Any]):
    group = Text()
    n_planned = serializers.IntegerField(allow_null=True, help_text="Null of a site.")
    n_done = serializers.IntegerField()


class LevelProgressSerializer(serializers.Serializer[Any]):
    level = Text()
    groups = CellSerializer(many=True)


class FactorProgressSerializer(serializers.Serializer[Any]):
    factor = Text(help_text="Key.")
    name = Text()
    levels = LevelProgressSerializer(many=True)


class LineSerializer(serializers.Serializer[Any]):
    group = Text(source="group.key")
    n_planned = serializers.IntegerField(
        allow_null=True, help_text="Null of a site in a stage whose ratings go to whoever is free."
    )
    totals = serializers.ListField(child=serializers.IntegerField(), help_text="Ratings up to each day.")


class EndsSerializer(serializers.Serializer[Any]):
    """Days between which four in five courses end, if raters go on as of late."""

    low = serializers.DateField()
    middle = serializers.DateField()
    high = serializers.DateField(allow_null=True)


class CourseSerializer(serializers.Serializer[Any]):
    days = serializers.ListField(child=serializers.DateField())
    lines = LineSerializer(many=True)
    forecast = EndsSerializer(allow_null=True, help_text="Null while there is too little to go by.")
    due_on = serializers.DateField(allow_null=True)
    is_late = serializers.BooleanField(help_text="More than half of all courses end after that day.")
    may_be_late = serializers.BooleanField(help_text="More than one in ten does.")


class AlertSerializer(serializers.Serializer[Any]):
    words = Text()


class ProgressSerializer(serializers.Serializer[Any]):
    """The stage raters work in, else the newest. `plan` is null before the first."""

    site = Text(allow_null=True, help_text="The site asked for, by its key.")
    plan = Text(allow_null=True)
    stage = Text(allow_null=True)
    state = serializers.ChoiceField(choices=Plan.State.choices, allow_null=True)
    groups = GroupProgressSerializer(many=True)
    factors = FactorProgressSerializer(many=True)
    course = CourseSerializer(allow_null=True, help_text="Null before the first rating.")
    alerts = AlertSerializer(many=True)


class TargetSerializer(serializers.Serializer[Any]):
    due_on = serializers.DateField(allow_null=True, help_text="Null takes the day away.")


class WatchedRaterSerializer(serializers.Serializer[Any]):
    """Numbers beside the own group; null where there is too little to say."""

    rater = Text(source="pseudonym")
    group = Text(source="group.key")
    seconds = serializers.FloatField(allow_null=True, help_text="Usual time for an item.")
    alike = serializers.FloatField(allow_null=True, help_text="Share of ratings with all answers alike.")
    distance = serializers.FloatField(
        allow_null=True, help_text="Mean distance from the own group, as a share of the scale."
    )
    far = serializers.ListField(child=Text(), help_text="Numbers that stand far out of the group.")


class WatchedRatersSerializer(serializers.Serializer[Any]):
    caution = Text(help_text="What these numbers are not.")
    job = JobSerializer(allow_null=True, help_text="The newest measuring.")
    taken_at = serializers.DateTimeField(allow_null=True)
    raters = WatchedRaterSerializer(many=True)


class SecondLookSerializer(serializers.Serializer[Any]):
    code = Text()
    slot = Text(source="rating.slot.code")
    item = Text(source="rating.slot.item.code")
    rater = Text(source="rating.rater.pseudonym")
    reason = Text()
    asked_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    is_withdrawn = serializers.BooleanField()
    is_revised = serializers.SerializerMethodField(help_text="Closed by a revision.")

    def get_is_revised(self, look: SecondLook) -> bool:
        return look.revision_id is not None


class OwnSecondLookSerializer(serializers.Serializer[Any]):
    """A rating that its rater is asked to look at again: submit to the same slot, or keep it."""

    code = Text()
    slot = Text(source="rating.slot.code")
    item = Text(source="rating.slot.item.code")
    reason = Text()
    asked_at = serializers.DateTimeField()


class AskLookSerializer(serializers.Serializer[Any]):
    slot = Text(max_length=12, help_text="Code, as the list of ratings names it.")
    reason = Text(max_length=MAX_LENGTH, help_text="The rater reads it.")
