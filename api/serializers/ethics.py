"""Approvals, who may take part, the safeguarding lead, logs and incidents."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.forms.ethics import MAX_NOTE
from annotation.forms.ethics_logs import MAX_TEXT
from annotation.models import IncidentEntry, LogEntry
from annotation.services.approvals import MAX_AGE

Text = serializers.CharField


def _optional(length: int, **options: Any) -> serializers.CharField:
    return Text(required=False, default="", allow_blank=True, max_length=length, **options)


class SentEthicsSerializer(serializers.Serializer[Any]):
    pauses_rating = serializers.BooleanField(help_text="Rating pauses too while no approval holds.")
    minimum_age = serializers.IntegerField(
        min_value=1, max_value=MAX_AGE, allow_null=True, help_text="Null: not asked. No age is stored."
    )
    asks_capacity = serializers.BooleanField(help_text="Raters are asked whether they decide for themselves.")
    takes_proxy = serializers.BooleanField(help_text="They may take part with somebody else's consent.")


class EthicsSerializer(SentEthicsSerializer):
    enrolment_closed = Text(allow_null=True, help_text="Why nobody new can take part; null while they can.")
    warning = Text(allow_null=True, help_text="From thirty days before an approval ends.")


class LeadSerializer(serializers.Serializer[Any]):
    """Who answers for the safety of raters. A study cannot open without."""

    name = Text(max_length=200)
    hours = Text(max_length=300)
    contacts = Text(max_length=5000)
    response_time = Text(max_length=300)


class SentApprovalSerializer(serializers.Serializer[Any]):
    board = Text(max_length=200)
    number = Text(max_length=100)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="The day itself is included; null: no end."
    )
    note = _optional(MAX_NOTE)


class ApprovalSerializer(serializers.Serializer[Any]):
    code = Text()
    board = Text()
    number = Text()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    note = Text()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_why = Text()
    is_mistake = serializers.BooleanField()


class WithdrawSerializer(serializers.Serializer[Any]):
    why = Text(max_length=500)
    is_mistake = serializers.BooleanField(
        required=False, default=False, help_text="It counts as if it had never been recorded."
    )


class HappenedSerializer(serializers.Serializer[Any]):
    """What happened, without names: a pseudonym is enough."""

    happened_on = serializers.DateField()
    text = Text(max_length=MAX_TEXT)
    reason = Text(max_length=MAX_TEXT, help_text="What was done about it; of an unblinding, why.")
    pseudonym = _optional(40, help_text="Of the rater, where it is about one.")
    item = _optional(200, help_text="Its name in the study, where it is about one.")


class SentLogSerializer(HappenedSerializer):
    kind = serializers.ChoiceField(choices=LogEntry.Kind.choices)


class LogFilterSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=LogEntry.Kind.choices, required=False)


class LogEntrySerializer(serializers.Serializer[Any]):
    """An entry never changes: a correction is a further one that names it."""

    code = Text()
    kind = serializers.ChoiceField(choices=LogEntry.Kind.choices)
    number = serializers.IntegerField()
    happened_on = serializers.DateField()
    text = Text()
    reason = Text()
    pseudonym = Text(source="rater.pseudonym", default=None, allow_null=True)
    item = Text(source="item.external_id", default=None, allow_null=True)
    corrects = Text(source="corrects.code", default=None, allow_null=True)
    created_at = serializers.DateTimeField()


class SentIncidentSerializer(serializers.Serializer[Any]):
    text = Text(max_length=MAX_TEXT, help_text="What was said or seen. No names.")
    pseudonym = _optional(40, help_text="Of the rater, where it is about one.")


class OpenedIncidentSerializer(serializers.Serializer[Any]):
    code = Text()
    number = serializers.IntegerField()


class IncidentSerializer(OpenedIncidentSerializer):
    """Numbers, days and states; nothing of what was written."""

    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    n_entries = serializers.IntegerField()
    n_readings = serializers.IntegerField()


class IncidentEntrySerializer(serializers.Serializer[Any]):
    code = Text()
    kind = serializers.ChoiceField(choices=IncidentEntry.Kind.choices)
    text = Text()
    corrects = Text(source="corrects.code", default=None, allow_null=True)
    written_by = Text(source="written_by.username")
    created_at = serializers.DateTimeField()


class IncidentReadingSerializer(serializers.Serializer[Any]):
    reader = Text(source="reader.username")
    at = serializers.DateTimeField(source="created_at")


class IncidentRecordSerializer(serializers.Serializer[Any]):
    """Everything about one incident, for who has asked to read it."""

    code = Text(source="incident.code")
    number = serializers.IntegerField(source="incident.number")
    pseudonym = Text(source="incident.rater.pseudonym", default=None, allow_null=True)
    closed_at = serializers.DateTimeField(source="incident.closed_at", allow_null=True)
    entries = IncidentEntrySerializer(many=True)
    readings = IncidentReadingSerializer(many=True)


class SentEntrySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=[one for one in IncidentEntry.Kind.choices if one[0] != "opened"])
    text = Text(max_length=MAX_TEXT)
    corrects = _optional(12, help_text="Code of the entry, of a correction.")


class WrittenEntrySerializer(serializers.Serializer[Any]):
    """That it is written; what it says is read with the record."""

    code = Text()
    kind = serializers.ChoiceField(choices=IncidentEntry.Kind.choices)
    created_at = serializers.DateTimeField()
