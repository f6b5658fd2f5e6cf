"""What a study has promised: days on which data go, the impact assessment, who consented for whom."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import ProxyConsent, RetentionDate
from annotation.queries.protection import PART_KEYS

Text = serializers.CharField
MAX_NOTE = 20_000


class RetentionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=RetentionDate.Kind.choices)
    words = Text(source="label")
    due_on = serializers.DateField(source="date.due_on", default=None, allow_null=True)
    done_at = serializers.DateTimeField(source="date.done_at", default=None, allow_null=True)
    n_done = serializers.IntegerField(source="date.n_done", default=None, allow_null=True)
    n = serializers.IntegerField(allow_null=True, help_text="What is there; null where nobody counts.")
    is_automatic = serializers.BooleanField(help_text="Deleted by the program on its day.")
    is_due = serializers.BooleanField()


class SentDaySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=RetentionDate.Kind.choices)
    due_on = serializers.DateField(allow_null=True, help_text="Null takes the day away.")


class SentRetentionSerializer(serializers.Serializer[Any]):
    """Kinds that are left out keep their day."""

    days = SentDaySerializer(many=True, allow_empty=False)


class DataRequestSerializer(serializers.Serializer[Any]):
    """That a rater asked for their data; what they got is told to nobody."""

    code = Text()
    pseudonym = Text(source="rater.pseudonym")
    created_at = serializers.DateTimeField()


class PartSerializer(serializers.Serializer[Any]):
    key = Text()
    title = Text()
    lines = serializers.ListField(child=Text())
    note = Text(help_text="The team's own words.")


class ProtectionSignatureSerializer(serializers.Serializer[Any]):
    name = Text()
    capacity = Text()
    digest = Text()
    created_at = serializers.DateTimeField()


class ProtectionSerializer(serializers.Serializer[Any]):
    """The data protection impact assessment as the study stands."""

    digest = Text(help_text="Of every word of it: sent back to sign what was read.")
    parts = PartSerializer(many=True)
    signatures = ProtectionSignatureSerializer(many=True)


class SentNoteSerializer(serializers.Serializer[Any]):
    key = serializers.ChoiceField(choices=PART_KEYS)
    note = Text(allow_blank=True, max_length=MAX_NOTE)


class SentNotesSerializer(serializers.Serializer[Any]):
    """Parts that are left out keep their note."""

    notes = SentNoteSerializer(many=True)


class SentProtectionSignatureSerializer(serializers.Serializer[Any]):
    name = Text(max_length=200)
    capacity = Text(max_length=200, help_text="E.g. data protection officer.")
    digest = Text(max_length=64)


class ProxySerializer(serializers.Serializer[Any]):
    relationship = serializers.ChoiceField(choices=ProxyConsent.Relationship.choices)
    given_on = serializers.DateField()


class ConsentRowSerializer(serializers.Serializer[Any]):
    rater = Text(source="rater.code")
    pseudonym = Text(source="rater.pseudonym")
    version = serializers.IntegerField(
        source="newest.version.number", default=None, allow_null=True, help_text="Agreed to last."
    )
    is_current = serializers.BooleanField(help_text="False: is asked before the next item.")
    needs_proxy = serializers.BooleanField(help_text="Somebody else must consent, too.")
    proxy = ProxySerializer(allow_null=True, help_text="Somebody else's consent to the newest text.")


class ConsentFilterSerializer(serializers.Serializer[Any]):
    is_waiting = serializers.BooleanField(required=False, default=False)
