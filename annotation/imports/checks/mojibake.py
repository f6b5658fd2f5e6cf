"""Repair of text that was UTF-8 and was once read as Windows-1252 or Latin-1: “donâ€™t”, “fÃ¼r”."""

from __future__ import annotations

import re

# How each byte from 0x80 on looks when it is read as Windows-1252; its five holes as Latin-1 reads them.
_LOOKS = {
    byte: bytes([byte]).decode("cp1252", errors="ignore") or bytes([byte]).decode("latin-1")
    for byte in range(0x80, 0x100)
}
# Files that were read as Latin-1 hold the control characters themselves.
_BYTES = {letter: byte for byte, letter in _LOOKS.items()} | {chr(byte): byte for byte in range(0x80, 0xA0)}


def _class(first: int, last: int) -> str:
    letters = {_LOOKS[byte] for byte in range(first, last + 1)}
    letters |= {chr(byte) for byte in range(first, last + 1)}
    return "[" + "".join(map(re.escape, sorted(letters))) + "]"


_MORE = _class(0x80, 0xBF)
_BROKEN = re.compile(
    f"(?:{_class(0xC2, 0xDF)}{_MORE}|{_class(0xE0, 0xEF)}{_MORE}{{2}}|{_class(0xF0, 0xF4)}{_MORE}{{3}})+"
)
# Nothing is broken where none of its first letters stands before another of such letters: most texts.
_SUSPICIOUS = re.compile(f"{_class(0xC2, 0xF4)}{_MORE}")
# What texts are made of. «CAFÉ» has two letters that would make a phonetic sign: it stays as it is.
_USUAL = re.compile(
    r"[\u0080-\u024f\u02c6\u02dc\u0300-\u036f\u0370-\u05ff\u0600-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u1e00-\u1eff"
    r"\u2000-\u206f\u20a0-\u20bf\u2100-\u214f\u2190-\u21ff\u2200-\u22ff\u25a0-\u27bf\u3000-\u30ff\u4e00-\u9fff"
    r"\uac00-\ud7af\ufe0f\ufeff\U0001f000-\U0001faff]+"
)
# The first letters of what is broken are all written with this byte: most texts that are not ASCII have none.
BROKEN_BYTE = 0xC3
# Broken twice is not rare: a file that went through the same program two times.
_MAX_PASSES = 3


def repaired(text: str) -> str:
    """The text with broken runs mended; the text itself where there are none. Linear time.

    >>> repaired("I donâ€™t sleep, fÃ¼r mich, Â£5"), repaired("«CAFÉ» und Ärger")
    ('I don’t sleep, für mich, £5', '«CAFÉ» und Ärger')
    """
    if BROKEN_BYTE not in text.encode("utf-8", "surrogatepass"):
        return text
    for _ in range(_MAX_PASSES):
        if not _SUSPICIOUS.search(text):
            break
        mended = _BROKEN.sub(_mended, text)
        if mended == text:
            break
        text = mended
    return text


def _mended(match: re.Match[str]) -> str:
    try:
        found = bytes(_BYTES[letter] for letter in match.group()).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return match.group()
    return found if _USUAL.fullmatch(found) else match.group()
