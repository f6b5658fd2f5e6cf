"""Logins: the first owner's, and those that an invitation makes."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

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
        raise DomainError(Code.INVALID, "This is not an e-mail address.") from error
    if User.objects.filter(email__iexact=email).exists():
        raise DomainError(Code.INVALID, "This e-mail address cannot be used for a new login.")
    return email


def _check_pass_phrase(pass_phrase: str, user: User) -> None:
    try:
        validate_password(pass_phrase, user=user)
    except ValidationError as error:
        raise DomainError(Code.INVALID, "This pass phrase will not do.", error.messages) from error


def _store(user: User, pass_phrase: str) -> User:
    """Write a checked login. A twin written in this moment loses nothing but this attempt."""
    user.set_password(pass_phrase)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise DomainError(
            Code.LOST_RACE, "Somebody took this name or address just now. Please send it again."
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
            raise DomainError(Code.INVALID, "This user name will not do.", error.messages) from error
        if User.objects.filter(username__iexact=user.username).exists():
            raise DomainError(Code.INVALID, "This user name is taken.")
        user.email = _check_email(email)
        _check_pass_phrase(password, user)
        _store(user, password)
        record("login.created", actor=user, study=None, can_create_studies=True)
        return user


def _new_username() -> str:
    """E.g. "quiet-heron-417": says nothing about the person and can be read out."""
    for _ in range(ATTEMPTS):
        words = [secrets.choice(part.split()) for part in (FIRST_WORDS, SECOND_WORDS)]
        name = f"{words[0]}-{words[1]}-{100 + secrets.randbelow(900)}"
        if not User.objects.filter(username=name).exists():
            return name
    raise DomainError(Code.LOST_RACE, "No free user name was found just now. Please send it again.")


def create_login(*, actor: User | None, pass_phrase: str, email: str = "") -> User:
    """A login with a drawn user name, for somebody who holds an invitation.

    Raises:
        DomainError: the address is no address or taken; the pass phrase is too weak.
    """
    with transaction.atomic():
        user = User(username=_new_username(), email=_check_email(email))
        _check_pass_phrase(pass_phrase, user)
        _store(user, pass_phrase)
        record("login.created", actor=actor or user, study=None, can_create_studies=False)
        return user
