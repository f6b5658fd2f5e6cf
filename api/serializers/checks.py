"""Known answers, practice, qualification and hidden checks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import KeyedItem, PassMark
from annotation.queries.clearance import Where
from annotation.services.known_items import USES
from rating.forms.training import FROM_STUDY

Text = serializers.CharField
STAGES = sorted(USES)


class CheckSettingsSerializer(serializers.Serializer[Any]):
    """Numbers of tries and rates of checks: one in so many items, 0 for never."""

    n_per_try = serializers.IntegerField(min_value=1, max_value=100)
    max_tries = serializers.IntegerField(min_value=1, max_value=10)
    retry_hours = serializers.IntegerField(min_value=0, max_value=24 * 60)
    gold_every = serializers.IntegerField(min_value=0, max_value=1000)
    repeat_every = serializers.IntegerField(min_value=0, max_value=1000)
    repeat_distance = serializers.IntegerField(min_value=1, max_value=1000)
    attention_every = serializers.IntegerField(min_value=0, max_value=1000)
    shows_consistency = serializers.BooleanField()


class SentCheckSettingsSerializer(CheckSettingsSerializer):
    is_announced = serializers.BooleanField(
        required=False,
        default=False,
        help_text="The consent text tells raters of these checks; needed as soon as a rate is above 0.",
    )


class PassMarkSerializer(serializers.Serializer[Any]):
    question = Text(source="question_key", max_length=60)
    rule = serializers.ChoiceField(choices=PassMark.Rule.choices)
    amount = serializers.SerializerMethodField(
        help_text="Percent of answers that must be right; of panel the largest mean distance."
    )

    def get_amount(self, mark: PassMark) -> float:
        return mark.distance or 0.0 if mark.rule == PassMark.Rule.PANEL else 100 * (mark.share or 0.0)


class SentPassMarkSerializer(serializers.Serializer[Any]):
    question = Text(max_length=60, help_text="Key.")
    rule = serializers.ChoiceField(choices=PassMark.Rule.choices)
    amount = serializers.FloatField(
        min_value=0, help_text="Percent of answers that must be right; of panel the largest mean distance."
    )


class SentPassMarksSerializer(serializers.Serializer[Any]):
    marks = serializers.ListField(
        child=SentPassMarkSerializer(), max_length=500, help_text="They take the place of all earlier."
    )


class TrainingStageSerializer(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=STAGES)
    is_open = serializers.BooleanField()
    lacking = serializers.ListField(child=Text(), help_text="What stands in the way of opening it.")


class ChecksSerializer(serializers.Serializer[Any]):
    stages = TrainingStageSerializer(many=True)
    settings = CheckSettingsSerializer()
    marks = PassMarkSerializer(many=True)
    n_to_decide = serializers.IntegerField(help_text="Raters who wait for a coordinator.")


class SentTrainingStateSerializer(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=STAGES)
    state = serializers.ChoiceField(choices=["open", "closed"])


class KnownItemSerializer(serializers.Serializer[Any]):
    item = Text(source="keyed.item.code")
    item_external_id = Text(source="keyed.item.external_id")
    use = serializers.ChoiceField(source="keyed.use", choices=KeyedItem.Use.choices)
    n_keys = serializers.IntegerField()
    n_met = serializers.IntegerField(help_text="Raters who have answered it as such.")


class KeepItemSerializer(serializers.Serializer[Any]):
    item = Text(max_length=200, help_text="Its name in the study (external_id).")
    use = serializers.ChoiceField(choices=FROM_STUDY)


class KeySerializer(serializers.Serializer[Any]):
    """The known answer to one question about one target: a value, or a panel's mean with its size."""

    question = Text(source="question_key", max_length=60)
    target = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=40,
        help_text="Left out: the only thing the question is asked about.",
    )
    part = Text(required=False, default="", allow_blank=True, max_length=60)
    value = serializers.FloatField(required=False, allow_null=True, default=None)
    panel_mean = serializers.FloatField(required=False, allow_null=True, default=None)
    panel_sd = serializers.FloatField(required=False, allow_null=True, default=None)
    panel_n = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=2, max_value=100_000
    )
    explanation = Text(required=False, default="", allow_blank=True, max_length=10_000)
    source = Text(  # type: ignore[assignment]  # a field, not the serializer's own
        required=False, default="", allow_blank=True, max_length=200
    )


class KnownItemDetailSerializer(serializers.Serializer[Any]):
    item = Text(source="item.code")
    item_external_id = Text(source="item.external_id")
    use = serializers.ChoiceField(choices=KeyedItem.Use.choices)
    keys = KeySerializer(source="keys.all", many=True)


class SentKeysSerializer(serializers.Serializer[Any]):
    keys = serializers.ListField(
        child=KeySerializer(),
        max_length=1000,
        help_text="All of them. Faults are named by line: the first is line 2.",
    )


class SentKeyFileSerializer(serializers.Serializer[Any]):
    """A CSV file as text: a row per item, question and target (docs/data-formats.md)."""

    content = Text(trim_whitespace=False, max_length=4_000_000)
    use = serializers.ChoiceField(choices=FROM_STUDY)


class UploadedKeysSerializer(serializers.Serializer[Any]):
    n_items = serializers.IntegerField()
    n_keys = serializers.IntegerField()


class AttentionCardSerializer(serializers.Serializer[Any]):
    """A card that looks like an item and asks for a certain answer."""

    conversation = Text(max_length=20_000, help_text="Lines that begin with “Seeker:” or “Supporter:”.")
    response = Text(max_length=20_000, help_text="Holds the instruction.")
    questions = serializers.ListField(
        child=Text(max_length=60), min_length=1, max_length=500, help_text="Keys the instruction is about."
    )
    value = serializers.FloatField(help_text="The answer it asks for.")


class ClearanceSerializer(serializers.Serializer[Any]):
    """Where a rater stands before the study's own items."""

    code = Text(source="rater.code")
    rater = Text(source="rater.pseudonym")
    group = Text(source="rater.group.key")
    where = serializers.ChoiceField(source="standing.where", choices=[str(one) for one in Where])
    n_done = serializers.IntegerField(source="standing.n_done")
    n_total = serializers.IntegerField(source="standing.n_total")
    retry_at = serializers.DateTimeField(source="standing.retry_at", allow_null=True)
    n_tries = serializers.SerializerMethodField()
    is_by_hand = serializers.BooleanField()

    def get_n_tries(self, row: Any) -> int:
        return len(row.tries)


class LetPassSerializer(serializers.Serializer[Any]):
    reason = Text(max_length=1000)


class ClearedSerializer(serializers.Serializer[Any]):
    rater = Text(source="pseudonym")
    state = Text(source="clearance.state")


class ShareSerializer(serializers.Serializer[Any]):
    """So many of so many. Below ten a share says little."""

    n = serializers.IntegerField()
    n_right = serializers.IntegerField()


class RaterQualitySerializer(serializers.Serializer[Any]):
    rater = Text(source="rater.pseudonym")
    group = Text(source="rater.group.key")
    gold = ShareSerializer()
    repeats_same = ShareSerializer()
    repeats_close = ShareSerializer()
    attention = ShareSerializer()
