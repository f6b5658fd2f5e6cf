"""Logins, a login's place in a study, and who rates."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded
from annotation.models.studies import Group, Site, Study


class User(AbstractUser):
    """A login. Raters without e-mail have a generated user name and a pass phrase."""

    can_create_studies = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="user_email_unique_when_given"
            )
        ]


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    COORDINATOR = "coordinator", _("Coordinator")
    RESEARCHER = "researcher", _("Researcher")
    ADJUDICATOR = "adjudicator", _("Adjudicator")
    SAFEGUARDING = "safeguarding", _("Safeguarding")
    RATER = "rater", _("Rater")


# Those who run a study, in the order in which they are named; rating is a role of its own.
STAFF_ROLES = (Role.OWNER, Role.COORDINATOR, Role.RESEARCHER, Role.ADJUDICATOR, Role.SAFEGUARDING)

# An owner may do what coordinators and researchers do, and sees incidents; rating is a role of its own.
IMPLIED_ROLES: dict[str, frozenset[str]] = {
    Role.OWNER: frozenset({Role.OWNER, Role.COORDINATOR, Role.RESEARCHER, Role.SAFEGUARDING}),
    Role.COORDINATOR: frozenset({Role.COORDINATOR}),
    Role.RESEARCHER: frozenset({Role.RESEARCHER}),
    Role.ADJUDICATOR: frozenset({Role.ADJUDICATOR}),
    Role.SAFEGUARDING: frozenset({Role.SAFEGUARDING}),
    Role.RATER: frozenset({Role.RATER}),
}


class Member(Coded):
    """A login's place in a study, with a set of roles."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="members", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "user"], name="member_once_per_study")]

    def role_set(self) -> frozenset[str]:
        """Roles held or implied; reads the prefetched `grants`."""
        held: set[str] = set()
        for grant in self.grants.all():
            held |= IMPLIED_ROLES[grant.role]
        return frozenset(held)


class RoleGrant(models.Model):
    member = models.ForeignKey(Member, models.CASCADE, related_name="grants", db_index=False)
    role = models.CharField(max_length=12, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "role"], name="role_once_per_member")]

    def __str__(self) -> str:
        return self.role


class MemberSite(models.Model):
    """A site whose people this member may see. A member without any sees those of the whole study."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="site_bonds", db_index=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="member_bonds")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "site"], name="site_once_per_member")]

    def __str__(self) -> str:
        return str(self.pk)


class Rater(Coded):
    """Who rates: a person with a login, imported ratings' unknown person, or a model as judge."""

    class Origin(models.TextChoices):
        ACCOUNT = "account", _("Account")
        IMPORTED = "imported", _("Imported")
        JUDGE = "judge", _("Judge model")

    study = models.ForeignKey(Study, models.CASCADE, related_name="raters", db_index=False)
    group = models.ForeignKey(Group, models.PROTECT, related_name="raters")
    member = models.OneToOneField(Member, models.SET_NULL, null=True, blank=True, related_name="rater")
    # Null: of no site. Never in an export, nor in a pseudonym: few people are at one place.
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="raters")
    pseudonym = models.CharField(max_length=40)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.ACCOUNT)
    # The name in the imported file. Kept for repeated imports, never shown or exported.
    external_id = models.CharField(max_length=200, blank=True)
    judge_model = models.CharField(max_length=200, blank=True)
    judge_prompt_hash = models.CharField(max_length=64, blank=True)
    judge_run = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "pseudonym"], name="pseudonym_unique_in_study"),
            models.UniqueConstraint(
                fields=["study", "group", "external_id"],
                condition=~Q(external_id=""),
                name="imported_rater_once_per_group",
            ),
        ]


class Invitation(Coded):
    """A link that brings people into a study. Only the token's digest is stored.

    One sent by e-mail is for one person. Its address is kept until it is used, revoked or expired.
    """

    study = models.ForeignKey(Study, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.RATER)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="invitations")
    # Whoever joins by it belongs to this site; of the team: sees this site's people only.
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=100, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField(default=1)
    n_uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    is_by_mail = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    n_sent = models.PositiveIntegerField(default=0)
    has_send_failed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            # At two sites somebody may be invited twice: neither is told of the other.
            models.UniqueConstraint(
                fields=["study", "email"],
                condition=~Q(email="") & Q(site__isnull=True),
                name="one_living_invitation_of_no_site",
            ),
            models.UniqueConstraint(
                fields=["study", "site", "email"],
                condition=~Q(email="") & Q(site__isnull=False),
                name="one_living_invitation_per_site",
            ),
            # Slots of an invitation, not counts at request time, cap how many may join.
            models.CheckConstraint(
                condition=Q(n_uses__lte=models.F("max_uses")), name="invitation_not_overused"
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=False) | ~Q(role="rater"), name="rater_invitation_names_group"
            ),
        ]


class ApiToken(Coded):
    """A key to the API; only its SHA-256 digest is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    # What its holder lets it do (annotation.scopes); "all" is everything, also what comes later.
    scopes = models.JSONField(default=list)
    # Where set, the token works for this study only.
    study = models.ForeignKey(Study, models.CASCADE, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
