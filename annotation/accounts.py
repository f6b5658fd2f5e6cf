"""How allauth behaves here: nobody signs up without an invitation, and errors say what to do; nothing is
kept of what another house tells about a person."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.encoding import force_str

from annotation.errors import DomainError
from annotation.models import User
from annotation.queries.accounts import must_have_second_step
from annotation.queries.people import invitation_by_token
from annotation.services.accounts import new_username
from annotation.services.invitations import refuse_unusable

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


def _ciphers() -> MultiFernet:
    """Made from the site's key, and from those before it that are still honoured."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"attune second step {force_str(key)}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The app's secrets are stored encrypted: a copy of the database alone signs nobody in."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or was used before. Wait for the next one and type it.",
        "cannot_delete_authenticator": "Your roles here need the second step: it stays on.",
    }

    def encrypt(self, text: str) -> str:
        return _ciphers().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _ciphers().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not must_have_second_step(authenticator.user)


class HouseAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by another house (OIDC). Only its number for the person is kept: no name, no address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """New logins come by an invitation: the page to return to must be one that still works."""
        del request
        return _leads_to_invitation(str(sociallogin.state.get("next") or ""))

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        del request, data
        sociallogin.account.extra_data = {}
        sociallogin.email_addresses = []
        return sociallogin.user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        del form
        user = sociallogin.user
        user.username, user.email, user.first_name, user.last_name = new_username(), "", "", ""
        user.set_unusable_password()
        sociallogin.save(request)
        return user


def _leads_to_invitation(address: str) -> bool:
    try:
        match = resolve(address.split("?", maxsplit=1)[0])
        if match.url_name != "join":
            return False
        refuse_unusable(invitation_by_token(match.kwargs["token"]))
    except (Resolver404, DomainError):
        return False
    return True
