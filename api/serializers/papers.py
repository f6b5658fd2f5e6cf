"""Documents to keep or print, and which of them is asked for."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers.exports import CardFilterSerializer
from api.serializers.trail import TrailFilterSerializer

PAPERS = ["pdf", "html", "txt"]


class PaperEndingSerializer(serializers.Serializer[Any]):
    ending = serializers.ChoiceField(choices=PAPERS, required=False, default="pdf")


class CardFileSerializer(CardFilterSerializer):
    ending = serializers.ChoiceField(choices=["pdf", "json"], required=False, default="pdf")


class TrailFileSerializer(TrailFilterSerializer):
    ending = serializers.ChoiceField(choices=["csv", "json"], required=False, default="csv")


class GivenConsentSerializer(serializers.Serializer[Any]):
    """`number`: of the version, under which the copy is."""

    number = serializers.IntegerField(source="version.number")
    title = serializers.CharField(source="version.title")
    given_at = serializers.DateTimeField()
