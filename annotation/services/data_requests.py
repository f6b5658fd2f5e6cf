"""A rater asks for everything that is stored of them, and gets it at once."""

from __future__ import annotations

import json
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from annotation.audit import record
from annotation.models import DataRequest, Rater, User
from annotation.own_data import own_data
from annotation.services.presence import hold_place


def request_own_data(rater: Rater, *, actor: User, now: datetime) -> bytes:
    """A JSON file of all that is the rater's. That it was asked for stays on record, not what it held.

    Raises:
        DomainError: the rater has left (409).
    """
    with transaction.atomic():
        hold_place(rater)
        DataRequest.objects.create(rater=rater)
        record("data.requested", actor=actor, study=rater.study, about=rater)
    file = {"format": "attune-own-data", "version": 1, "made_at": now, **own_data(rater)}
    return json.dumps(file, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()
