"""Pieces of a result as bytes and back, exactly: numbers keep every digit.

JSON with tags rather than a pickle: reading one never runs anything but the result classes of this package.
"""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib import import_module
from typing import Any

import numpy as np

HOME = "rating.agreement."
# Tags of what JSON has no word for; a mapping is always tagged, so that no key can be taken for a tag.
TUPLE, SET, MAPPING, ARRAY, CLASS, MEMBER = "tuple", "set", "mapping", "array", "class", "member"


def pack(value: Any) -> bytes:
    """The value as bytes. TypeError for what no result holds."""
    return zlib.compress(json.dumps(_plain(value), separators=(",", ":")).encode(), level=1)


def unpack(data: bytes) -> Any:
    """What was packed. ValueError for anything else."""
    return _read(json.loads(zlib.decompress(data)))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return {MEMBER: [_name(type(value)), _plain(value.value)]}
    if value is None or isinstance(value, (bool, int, float, str)):
        # NumPy's double is a float, its text a str: both come back as Python's own.
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: _plain(getattr(value, part.name)) for part in fields(value) if part.init}
        return {CLASS: [_name(type(value)), parts]}
    return _tagged(value)


def _tagged(value: Any) -> dict[str, Any]:
    if isinstance(value, tuple):
        return {TUPLE: [_plain(part) for part in value]}
    if isinstance(value, frozenset):
        return {SET: sorted(_plain(part) for part in value)}
    if isinstance(value, dict):
        return {MAPPING: [[_plain(key), _plain(part)] for key, part in value.items()]}
    if isinstance(value, np.ndarray) and value.dtype != object:
        content = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {ARRAY: [value.dtype.str, list(value.shape), content]}
    raise TypeError(f"No piece of a result is a {type(value).__name__}.")


def _name(kind: type) -> str:
    if not kind.__module__.startswith(HOME):
        raise TypeError(f"{kind.__qualname__} is no class of this package.")
    return f"{kind.__module__}:{kind.__qualname__}"


def _kind(name: str) -> Any:
    module, _, qualname = name.partition(":")
    if not module.startswith(HOME) or not qualname.isidentifier():
        raise ValueError(f"{name} is no class of this package.")
    found = getattr(import_module(module), qualname, None)
    if not (isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum))):
        raise ValueError(f"{name} is no class of a result.")
    return found


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(part) for part in value]
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    return _READERS[tag](content)


def _read_array(content: list[Any]) -> Any:
    dtype, shape, data = content
    return np.frombuffer(base64.b64decode(data), dtype=np.dtype(dtype)).reshape(shape).copy()


def _read_class(content: list[Any]) -> Any:
    name, parts = content
    return _kind(name)(**{key: _read(part) for key, part in parts.items()})


_READERS: dict[str, Callable[[Any], Any]] = {
    TUPLE: lambda content: tuple(map(_read, content)),
    SET: lambda content: frozenset(map(_read, content)),
    MAPPING: lambda content: {_read(key): _read(part) for key, part in content},
    ARRAY: _read_array,
    CLASS: _read_class,
    MEMBER: lambda content: _kind(content[0])(_read(content[1])),
}
