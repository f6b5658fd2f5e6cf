"""Notes of the team on their data protection impact assessment, and its sign-off."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import ProtectionNote, ProtectionSignature, Study, User
from annotation.queries.protection import PART_KEYS, digest_of, protection_parts


def write_notes(study: Study, *, actor: User, notes: Mapping[str, str]) -> None:
    """What the team adds to each part; an empty note is taken away."""
    with transaction.atomic():
        for key in PART_KEYS:
            text = notes.get(key, "").strip()
            if text:
                ProtectionNote.objects.update_or_create(study=study, key=key, defaults={"text": text})
            else:
                ProtectionNote.objects.filter(study=study, key=key).delete()
        record("protection.noted", actor=actor, study=study, about=study)


def sign_protection(
    study: Study, *, actor: User, name: str, capacity: str, digest: str
) -> ProtectionSignature:
    """Sign the assessment as it was read. `digest`: of the words on the page that is signed.

    Raises:
        DomainError: name or capacity are missing; the assessment has changed since it was read (409).
    """
    if not name.strip() or not capacity.strip():
        raise DomainError(Code.INVALID, _("A signature needs your name and in which capacity you sign."))
    if digest_of(protection_parts(study)) != digest:
        raise DomainError(
            Code.STALE_REVISION, _("The assessment has changed since you opened it. Please read it again.")
        )
    with transaction.atomic():
        signature = ProtectionSignature.objects.create(
            study=study, signed_by=actor, name=name.strip(), capacity=capacity.strip(), digest=digest
        )
        record("protection.signed", actor=actor, study=study, about=signature, digest=digest)
        return signature
