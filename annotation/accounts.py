"""How allauth behaves here: nobody signs up without an invitation, and errors say what to do."""

from __future__ import annotations

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

# One sentence for all ways to fail: none tells whether the login exists.
WRONG = (
    "The user name or e-mail address and the pass phrase do not belong together. Capitals and spaces count."
)
LIMITED = (
    "Too many attempts that failed. Please wait five minutes, then try again; "
    "or set a new pass phrase if your login has an e-mail address."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages: ClassVar[dict[str, object]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "too_many_login_attempts": LIMITED,
        "enter_current_password": "This is not your present pass phrase.",
        "incorrect_password": "This is not your present pass phrase.",
        "account_inactive": "This login has been switched off. Please ask whoever invited you.",
        "invalid_password_reset": "This link has been used or has expired.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False
