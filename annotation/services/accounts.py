"""Logins: the first owner's, and those that an invitation makes."""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import User

# Plain words that nobody has to spell out: with the number, 32 * 32 * 900 names.
FIRST_WORDS = (
    "amber autumn brisk bright calm clear coral early evening gentle golden green "
    "happy hazel honest kind little lively lucky mellow misty morning olive peaceful "
    "plain quick quiet silver steady summer sunny warm"
)
SECOND_WORDS = (
    "acorn apple badger beech birch bridge brook candle cedar clover daisy falcon "
    "fern finch garden heron lake lantern maple meadow otter pebble pine plum "
    "river robin sparrow stone thrush tulip willow window"
)
ATTEMPTS = 20


def _check_email(email: str) -> str:
    """The address as it is stored: lower case, because sign-in compares it so."""
    email = email.strip().lower()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError as error:
        raise DomainError(Code.INVALID, _("This is not an e-mail address.")) from error
    if User.objects.filter(email__iexact=email).exists():
        raise DomainError(Code.INVALID, _("This e-mail address cannot be used for a new login."))
    return email


def _check_pass_phrase(pass_phrase: str, user: User) -> None:
    try:
        validate_password(pass_phrase, user=user)
    except ValidationError as error:
        raise DomainError(Code.INVALID, _("This pass phrase will not do."), error.messages) from error


def _store(user: User, pass_phrase: str) -> User:
    """Write a checked login. A twin written in this moment loses nothing but this attempt."""
    user.set_password(pass_phrase)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise DomainError(
            Code.LOST_RACE, _("Somebody took this name or address just now. Please send it again.")
        ) from error
    return user


def create_owner(*, username: str, password: str, email: str = "") -> User:
    """A login that may create studies, e.g. the first one of a new instance.

    Raises:
        DomainError: the name is empty, taken or has other signs than sign-in takes; the address is
            no address or taken; the pass phrase is too weak (`details` say why).
    """
    user = User(username=username.strip().lower(), can_create_studies=True)
    with transaction.atomic():
        try:
            user.clean_fields(exclude=["password", "email"])
        except ValidationError as error:
            raise DomainError(Code.INVALID, _("This user name will not do."), error.messages) from error
        if User.objects.filter(username__iexact=user.username).exists():
            raise DomainError(Code.INVALID, _("This user name is taken."))
        user.email = _check_email(email)
        _check_pass_phrase(password, user)
        _store(user, password)
        record("login.created", actor=user, study=None, can_create_studies=True)
        return user


def new_username() -> str:
    """E.g. "quiet-heron-417": says nothing about the person and can be read out."""
    for _attempt in range(ATTEMPTS):
        words = [secrets.choice(part.split()) for part in (FIRST_WORDS, SECOND_WORDS)]
        name = f"{words[0]}-{words[1]}-{100 + secrets.randbelow(900)}"
        if not User.objects.filter(username=name).exists():
            return name
    raise DomainError(Code.LOST_RACE, _("No free user name was found just now. Please send it again."))


def create_login(*, actor: User | None, pass_phrase: str, email: str = "") -> User:
    """A login with a drawn user name, for somebody who holds an invitation.

    Raises:
        DomainError: the address is no address or taken; the pass phrase is too weak.
    """
    with transaction.atomic():
        user = User(username=new_username(), email=_check_email(email))
        _check_pass_phrase(pass_phrase, user)
        _store(user, pass_phrase)
        record("login.created", actor=actor or user, study=None, can_create_studies=False)
        return user


def reset_second_step(username: str) -> User:
    """Switch a login's second step off; whoever runs the site has made sure who asks for it.

    Its sessions end: whoever holds the lost phone may hold one of them.

    Raises:
        DomainError: there is no such login.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username__iexact=username.strip()).first()
        if user is None:
            raise DomainError(Code.NOT_FOUND, _("There is no login of this name."))
        Authenticator.objects.filter(user=user).delete()
        _end_sessions(user)
        record("login.second_step_reset", actor=None, study=None)
        return user


def _end_sessions(user: User) -> None:
    """Sessions name their login only inside: each living one is opened."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
