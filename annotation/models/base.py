"""What all models share: random public codes. Primary keys never leave the server."""

from __future__ import annotations

import secrets

from django.db import models

# Crockford's alphabet without look-alikes: codes are read aloud and typed.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# Of a random byte the five lowest bits.
_LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))


def new_code() -> str:
    """Twelve characters, 60 random bits."""
    return secrets.token_bytes(12).translate(_LETTERS).decode()


class Coded(models.Model):
    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code
