"""The one domain error: a closed list of codes, a sentence safe to show, an HTTP status."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Code(StrEnum):
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    CONSENT_NEEDED = "consent_needed"
    NOT_CLEARED = "not_cleared"
    INVALID = "invalid"
    INVALID_FILE = "invalid_file"
    TOO_LARGE = "too_large"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    STATE_FORBIDS = "state_forbids"
    STUDY_NOT_OPEN = "study_not_open"
    NOTHING_LEFT = "nothing_left"
    CLAIM_EXPIRED = "claim_expired"
    STALE_REVISION = "stale_revision"
    RUBRIC_CHANGED = "rubric_changed"
    LOST_RACE = "lost_race"
    INVITATION_UNUSABLE = "invitation_unusable"
    TOKEN_SCOPE = "token_scope"  # noqa: S105 (a word, no secret)
    KEY_REUSED = "key_reused"


_STATUS = {
    Code.NOT_FOUND: 404,
    Code.NOT_ALLOWED: 403,
    Code.CONSENT_NEEDED: 403,
    Code.NOT_CLEARED: 403,
    Code.INVALID: 400,
    Code.INVALID_FILE: 400,
    Code.TOKEN_SCOPE: 403,
    Code.TOO_LARGE: 413,
    Code.KEY_REUSED: 422,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.INVITATION_UNUSABLE: 410,
}


class DomainError(Exception):
    """Something the user can be told. Whatever is not listed in `_STATUS` is a conflict (409).

    `details` lists further sentences, one per line of a file or field of a form. `about` names what was
    asked for wrongly, where it is one thing: a form says the message beside its field of that name.
    """

    def __init__(self, code: Code, message: str, details: Sequence[str] = (), *, about: str = "") -> None:
        super().__init__(message)
        self.about = about
        self.code = code
        self.message = message
        self.details = list(details)

    @property
    def status(self) -> int:
        return _STATUS.get(self.code, 409)
