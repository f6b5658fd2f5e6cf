"""Comments pass the identifier scan before they leave: what may name a person is masked until released.

A release holds for the words that were read, by their digest. Marked passages are words of the items, which
are scanned when they are imported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.imports.checks.identifiers import find_identifiers
from annotation.models import Study, User
from rating.models import HeldComment
from rating.queries.exports import CHUNK

# The rating's key, then question, target and perspective (all empty: the comment on the whole item).
Place = tuple[int, str, str, str]


def words_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def may_tell_who(text: str) -> bool:
    """Whether the scan finds anything in words that nobody can release."""
    return next(iter(find_identifiers(text)), None) is not None


@dataclass(frozen=True)
class Found:
    digest: str
    kinds: list[str]


@dataclass
class CommentGate:
    """Lets words through, or masks them; remembers what it masked."""

    released: dict[Place, str] = field(default_factory=dict)
    held: dict[Place, Found] = field(default_factory=dict)

    def may_pass(self, place: Place, text: str) -> bool:
        if place in self.held:
            return False
        kinds = list(dict.fromkeys(str(one.kind) for one in find_identifiers(text)))
        if not kinds:
            return True
        digest = words_digest(text)
        if self.released.get(place) == digest:
            return True
        self.held[place] = Found(digest, kinds)
        return False


def comment_gate(study: Study) -> CommentGate:
    """With what has been released in the study so far. One query."""
    rows = HeldComment.objects.filter(rating__slot__plan__study=study, released_at__isnull=False)
    names = ("rating_id", "question", "target", "perspective", "digest")
    return CommentGate({(key, *place): digest for key, *place, digest in rows.values_list(*names)})


def keep_held(gate: CommentGate) -> None:
    """Store what was masked, for somebody to read; the caller holds the transaction."""
    rows = [
        HeldComment(
            rating_id=key,
            question=question,
            target=target,
            perspective=perspective,
            digest=found.digest,
            kinds=found.kinds,
        )
        for (key, question, target, perspective), found in gate.held.items()
    ]
    HeldComment.objects.bulk_create(
        rows,
        CHUNK,
        update_conflicts=True,
        unique_fields=["rating", "question", "target", "perspective"],
        update_fields=["digest", "kinds"],
    )


def release_comments(study: Study, *, actor: User, codes: Iterable[str]) -> int:
    """Let held comments leave in later exports, on the word of a named person. Returns how many.

    Raises:
        DomainError: nothing was named that is held (INVALID).
    """
    with transaction.atomic():
        held = HeldComment.objects.filter(
            rating__slot__plan__study=study, code__in=list(codes), released_at__isnull=True
        )
        released = list(held.values_list("code", flat=True))
        if not released:
            raise DomainError(Code.INVALID, _("Choose at least one comment that is held back."))
        HeldComment.objects.filter(code__in=released).update(released_by=actor, released_at=timezone.now())
        record("comments.released", actor=actor, study=study, comments=sorted(released))
    return len(released)


def hold_again(held: HeldComment, *, actor: User, study: Study) -> None:
    """Take a release back: later exports mask the comment again."""
    with transaction.atomic():
        changed = HeldComment.objects.filter(pk=held.pk, released_at__isnull=False).update(
            released_by=None, released_at=None
        )
        if changed:
            record("comments.held_again", actor=actor, study=study, about=held)
