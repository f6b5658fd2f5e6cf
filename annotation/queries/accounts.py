"""What a login must have before it may work here."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q

from annotation.models import Role, RoleGrant, User


def must_have_second_step(user: User) -> bool:
    """Whether this site asks a second step of the login: of everybody who does more than rate. One query."""
    if settings.REQUIRE_MFA != "staff":
        return False
    if user.is_staff or user.is_superuser or user.can_create_studies:
        return True
    grants = RoleGrant.objects.filter(~Q(role=Role.RATER), member__user=user, member__left_at__isnull=True)
    return grants.exists()


def has_second_step(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())
