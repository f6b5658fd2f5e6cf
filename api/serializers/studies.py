"""Studies and background work, as their members see them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import Member, Study


class GroupSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(required=False)


class StudySerializer(serializers.Serializer[Member]):
    """A study as one of its members: their roles, and their group where they rate."""

    code = serializers.CharField(source="study.code")
    title = serializers.CharField(source="study.title")
    purpose = serializers.CharField(source="study.purpose")
    notice = serializers.CharField(source="study.notice")
    is_invented = serializers.BooleanField(source="study.is_invented")
    state = serializers.ChoiceField(source="study.state", choices=Study.State.choices)
    roles = serializers.SerializerMethodField()
    own_group = serializers.SerializerMethodField(help_text="Key of the group this member rates in.")

    def get_roles(self, member: Member) -> list[str]:
        return sorted(member.role_set())

    def get_own_group(self, member: Member) -> str | None:
        rater = getattr(member, "rater", None)
        return None if rater is None else rater.group.key


class StateSerializer(serializers.Serializer[Study]):
    code = serializers.CharField()
    state = serializers.ChoiceField(choices=Study.State.choices)


class StudyDetailSerializer(StudySerializer):
    support_title = serializers.CharField(source="study.support_title")
    support_text = serializers.CharField(source="study.support_text")
    groups = GroupSerializer(source="study.groups.all", many=True)
    needs_consent = serializers.SerializerMethodField(
        help_text="True where this member must agree to the consent text, in the browser, before rating."
    )

    def get_needs_consent(self, member: Member) -> bool:
        del member
        return bool(self.context["needs_consent"])


class JobSerializer(serializers.Serializer[Any]):
    """A piece of background work. Ask again until `state` is done, failed or cancelled."""

    code = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    progress = serializers.FloatField(help_text="0 to 1.")
    message = serializers.CharField()
    error = serializers.CharField()
    queued_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
