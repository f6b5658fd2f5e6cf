"""Sites of a study, and where raters are."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

Text = serializers.CharField


class SiteSerializer(serializers.Serializer[Any]):
    """A place of the study. `key` stands in files of people; the code in addresses."""

    code = Text(source="site.code")
    key = Text(source="site.key")
    name = Text(source="site.name")
    closed_at = serializers.DateTimeField(source="site.closed_at", allow_null=True)
    n_raters = serializers.IntegerField(help_text="With a login, who take part.")


class SentSiteNameSerializer(serializers.Serializer[Any]):
    name = Text(max_length=100)


class SentSiteSerializer(SentSiteNameSerializer):
    key = serializers.RegexField(
        r"^[a-z0-9][a-z0-9-]{0,19}$", max_length=20, help_text="Small letters, digits, hyphens."
    )


class MemberSitesSerializer(serializers.Serializer[Any]):
    sites = serializers.ListField(
        child=Text(max_length=20), max_length=500, help_text="Keys; empty: the whole study."
    )


class RaterSiteSerializer(serializers.Serializer[Any]):
    site = Text(allow_blank=True, max_length=20, help_text="The site's key; empty: of no site.")
