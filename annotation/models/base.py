"""What all models share: random public codes. Primary keys never leave the server.

A foreign key with `db_index=False` is found by a longer index that begins with it: each index is written
anew with every row that changes (tests/test_indexes.py holds that there are none too many, and none too few).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _Words = models.CharField[str, str]
else:
    _Words = models.CharField

# Crockford's alphabet without look-alikes: codes are read aloud and typed.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# Of a random byte the five lowest bits.
_LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))


def new_code() -> str:
    """Twelve characters, 60 random bits."""
    return secrets.token_bytes(12).translate(_LETTERS).decode()


class CodeField(_Words):
    """Words that are looked up whole. Under its short name of the type, Django gives a unique column of
    PostgreSQL's a second index for beginnings of words."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        name = super().db_type(connection)
        is_postgresql = connection.vendor == "postgresql"
        return name.replace("varchar", "character varying", 1) if name and is_postgresql else name


class Coded(models.Model):
    code = CodeField(max_length=12, unique=True, default=new_code, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code
