"""What a service refuses becomes an error of the form that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form

from annotation.errors import DomainError

T = TypeVar("T")


def carried_out(form: Form, deed: Callable[[], T]) -> T | None:
    """The deed's result for a valid form; None when the form or the service refuses, said in the form."""
    if not form.is_valid():
        return None
    try:
        return deed()
    except DomainError as error:
        form.add_error(error.about if error.about in form.fields else None, error.message)
        for sentence in error.details:
            form.add_error(None, sentence)
        return None
