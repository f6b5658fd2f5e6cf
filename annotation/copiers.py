"""What comes along when a study is copied: apps that hold settings of a study sign up here.

`annotation` never knows what is paid or exported, yet a copy takes it along.
"""

from __future__ import annotations

from collections.abc import Callable

from annotation.models import Study, User

# Of one study to another, inside the transaction of the copy.
Copier = Callable[[Study, Study, User], None]
_REGISTERED: dict[str, Copier] = {}


def register(name: str, copy: Copier) -> None:
    """Signing up twice under one name changes nothing."""
    _REGISTERED[name] = copy


def copy_settings(source: Study, study: Study, actor: User) -> None:
    """Everything that apps have signed up for."""
    for copy in _REGISTERED.values():
        copy(source, study, actor)
