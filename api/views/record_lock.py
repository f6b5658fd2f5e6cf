"""Sign-off of a data set: put up, signed by two, locked; lifted by an owner with a reason."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import StudyAccess, lock_for, study_for
from annotation.errors import Code, DomainError
from annotation.models import Role
from annotation.queries.record_lock import current_lock, earlier_locks
from annotation.scopes import Scope
from annotation.services.record_lock import lift_lock, open_lock, sign_lock
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.record_lock import (
    LiftSerializer,
    LocksSerializer,
    SentLockSerializer,
    SignSerializer,
)
from rating.queries.research import study_snapshots

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


def _told(access: StudyAccess) -> Any:
    told = {"current": current_lock(access.study), "earlier": earlier_locks(access.study)}
    return LocksSerializer(told).data


class Lock(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES, "POST": Scope.SIGN}

    @documented(
        "lock_read",
        "What is up for signing or locked, and earlier locks (coordinator, researcher)",
        answers={200: LocksSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(_told(study_for(request.user, code, *TEAM)))

    @documented(
        "lock_open",
        "Put a snapshot of a closed study up for signing (coordinator, researcher)",
        request=SentLockSerializer,
        answers={201: LocksSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access = study_for(request.user, code, *TEAM)
        wanted = checked(SentLockSerializer, request).validated_data["snapshot"]
        snapshot = study_snapshots(access.study).filter(code=wanted).first()
        if snapshot is None:
            raise DomainError(Code.INVALID, "This study has no such snapshot.")
        open_lock(access.study, actor=access.member.user, digest=snapshot.digest)
        return Response(_told(access), status=201)


class LockSign(Endpoint):
    scopes = {"POST": Scope.SIGN}

    @documented(
        "lock_sign",
        "Sign in your name and capacity: owners as investigator, researchers as analyst "
        "(coordinator, researcher)",
        request=SignSerializer,
        answers={201: LocksSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        access, lock = study_for(request.user, code, *TEAM), lock_for(request.user, code, *TEAM)
        sent = checked(SignSerializer, request).validated_data
        said = {name: sent[name] for name in ("capacity", "name", "meaning")}
        sign_lock(lock, actor=access.member.user, now=timezone.now(), **said)
        return Response(_told(access), status=201)


class LockLift(Endpoint):
    scopes = {"POST": Scope.SIGN}

    @documented(
        "lock_lift",
        "Lift the lock, or take a data set back from signing; signatures stay on record (owner)",
        request=LiftSerializer,
        answers={200: LocksSerializer},
        errors=[400, 404],
    )
    def post(self, request: Request, code: str) -> Response:
        access, lock = study_for(request.user, code, Role.OWNER), lock_for(request.user, code, Role.OWNER)
        sent = checked(LiftSerializer, request).validated_data
        lift_lock(lock, actor=access.member.user, now=timezone.now(), **sent)
        return Response(_told(access))
