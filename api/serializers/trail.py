"""The audit trail, the state of its chain, and who looked at what."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import AccessEvent

Text = serializers.CharField


class TrailFilterSerializer(serializers.Serializer[Any]):
    kind = Text(required=False, max_length=60, help_text="E.g. plan.state.")
    person = Text(required=False, max_length=20, help_text="Code of a member, raters, or program.")
    about = Text(required=False, max_length=12, help_text="Code of what was changed.")
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class TrailLineSerializer(serializers.Serializer[Any]):
    code = Text(source="event.code")
    created_at = serializers.DateTimeField(source="event.created_at")
    kind = Text(source="event.kind")
    who = Text()
    words = Text()
    is_erased = serializers.BooleanField(help_text="Its words were erased.")
    object_kind = Text(source="event.object_kind")
    object_code = Text(source="event.object_code")
    commitment = Text(source="event.commitment")
    number = serializers.IntegerField(allow_null=True, help_text="In the chain; null while it waits.")
    seal = Text()


class ChainSerializer(serializers.Serializer[Any]):
    """What a walk along the whole chain found."""

    is_whole = serializers.BooleanField()
    n_sealed = serializers.IntegerField()
    n_unsealed = serializers.IntegerField()
    n_erased = serializers.IntegerField(help_text="Events whose words were erased.")
    head = Text(help_text="To be kept outside of this program.")
    defects = serializers.ListField(child=Text())


class AccessSerializer(serializers.Serializer[AccessEvent]):
    who = Text(source="user.username")
    what = Text()
    object_code = Text()
    way = serializers.ChoiceField(choices=AccessEvent.Way.choices)
    at = serializers.DateTimeField()
