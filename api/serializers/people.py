"""Raters by pseudonym, invitations, reported problems."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import Invitation, ProblemReport, Rater, Role
from annotation.services.invitations import MAX_DAYS, MAX_USES
from annotation.services.problems import MAX_LENGTH

Text = serializers.CharField


class RaterSerializer(serializers.Serializer[Rater]):
    """No name, no address: those are on no list of raters."""

    code = Text()
    pseudonym = Text()
    group = Text(source="group.key")
    site = Text(source="site.key", default=None, allow_null=True)
    origin = serializers.ChoiceField(choices=Rater.Origin.choices)
    created_at = serializers.DateTimeField()


class InvitationSerializer(serializers.Serializer[Invitation]):
    code = Text()
    label = Text()  # type: ignore[assignment]
    role = serializers.ChoiceField(choices=Role.choices)
    group = Text(source="group.key", default=None, allow_null=True)
    site = Text(source="site.key", default=None, allow_null=True)
    expires_at = serializers.DateTimeField()
    max_uses = serializers.IntegerField()
    n_uses = serializers.IntegerField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class MadeInvitationSerializer(InvitationSerializer):
    link = serializers.SerializerMethodField(help_text="Told this once: only a digest of it is stored.")

    def get_link(self, invitation: Invitation) -> str:
        del invitation
        return str(self.context["link"])


class SentInvitationSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices, required=False, default=Role.RATER)
    group = Text(required=False, default="", allow_blank=True, max_length=40, help_text="Key; of raters.")
    site = Text(required=False, default="", allow_blank=True, max_length=20, help_text="Short code.")
    label = Text(required=False, default="", allow_blank=True, max_length=100)  # type: ignore[assignment]
    days = serializers.IntegerField(required=False, default=14, min_value=1, max_value=MAX_DAYS)
    max_uses = serializers.IntegerField(required=False, default=1, min_value=1, max_value=MAX_USES)


class ProblemSerializer(serializers.Serializer[ProblemReport]):
    code = Text()
    item = Text(source="item.code")
    text = Text()
    state = serializers.ChoiceField(choices=ProblemReport.State.choices)
    answer = Text()
    created_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class SentReplySerializer(serializers.Serializer[Any]):
    answer = Text(max_length=MAX_LENGTH)
