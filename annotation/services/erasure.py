"""Erasing what a rater gave: the one way past the database rules, audited, leaving a tombstone."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q

from annotation.audit import record
from annotation.erasers import erasers
from annotation.models import (
    ApiToken,
    AuditPayload,
    Consent,
    Departure,
    ErasurePermit,
    Member,
    Pass,
    ProblemReport,
    QueueCursor,
    Rater,
    Slot,
    StageSummary,
    StudySummary,
    TickAnswer,
    User,
)
from annotation.services.tombstones import keep_tombstone

# Events that a rater causes by rating; whatever else a member of the team did stays readable.
OF_RATING = ("rating.", "slot.", "consent.given", "consent.changed", "problem.reported", "invitation.used")


def _free_slots(rater: Rater) -> None:
    """The quota is wanted anew; slots that were made for this rater alone go, also those given back."""
    StageSummary.objects.filter(plan__study=rater.study_id).delete()
    StudySummary.objects.filter(study=rater.study_id).delete()
    own = Slot.objects.filter(plan__study=rater.study_id, number=rater.pk)
    own.exclude(purpose=Slot.Purpose.QUOTA).delete()
    Slot.objects.filter(rater=rater).update(
        state=Slot.State.OPEN, rater=None, claimed_at=None, claim_expires_at=None, completed_at=None
    )


def _delete_own(rater: Rater) -> None:
    TickAnswer.objects.filter(consent__rater=rater).delete()
    for rows in (Consent, Pass, ProblemReport, QueueCursor):
        rows.objects.filter(rater=rater).delete()


def _delete_payloads(rater: Rater, member: Member | None) -> None:
    """The readable part of events; the events stay with their commitments, so the trail stays whole."""
    mine = Q(event__object_code=rater.code)
    if member is not None:
        mine |= Q(event__object_code=member.code)
        for kind in OF_RATING:
            mine |= Q(event__actor=member.user_id, event__kind__startswith=kind)
    AuditPayload.objects.filter(mine, event__study=rater.study_id).delete()


def erase_rater(departure: Departure, rater: Rater, *, actor: User | None, at: datetime) -> Departure:
    """Delete every row of this rater in all apps. The caller holds the transaction and the rater's row."""
    code = rater.code
    erase_rows(rater, reason=f"withdrawal {departure.code}")
    departure.rater, departure.erased_at = None, at
    departure.signature = keep_tombstone(departure, code)
    departure.save(update_fields=["rater", "erased_at", "signature"])
    record("ratings.erased", actor=actor, study=departure.study, about=departure)
    return departure


def erase_rows(rater: Rater, *, reason: str) -> None:
    """All rows of a rater, and the rater. The caller holds the transaction and says what it was for."""
    member = rater.member
    permit = ErasurePermit.objects.create(reason=reason)
    for eraser in erasers():
        eraser.erase(rater)
    _free_slots(rater)
    _delete_own(rater)
    _delete_payloads(rater, member)
    rater.delete()
    permit.delete()


def erase_membership(member: Member) -> None:
    """The login's place in the study goes; the login too, where it has no other place and runs nothing."""
    user = member.user
    member.delete()
    runs = user.is_staff or user.is_superuser or user.can_create_studies
    if not runs and not Member.objects.filter(user=user).exists():
        close_login(user)


def close_login(user: User) -> None:
    """Name, address, pass phrase and keys go. The row stays nameless, because events point at it."""
    for rows in (EmailAddress, Authenticator, SocialAccount):
        rows.objects.filter(user=user).delete()
    ApiToken.objects.filter(user=user).delete()
    user.username, user.email, user.first_name, user.last_name = f"gone-{user.pk}", "", "", ""
    user.last_login, user.is_active = None, False
    # Changes what sessions are signed with: every browser is signed out.
    user.set_unusable_password()
    user.save()


def run_always(rater: Rater) -> None:
    """What goes whenever somebody leaves, whatever they decide about their ratings."""
    for eraser in erasers(always_only=True):
        eraser.erase(rater)
