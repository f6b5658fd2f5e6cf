"""Numbers that belong to one person: with a checksum where there is one, telephone numbers by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotation.imports.checks.identifier_looks import Span, Window

# Length of an IBAN by country (ISO 13616).
_IBANS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 "
    "EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 "
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 "
    "PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 "
    "VA22 VG24 XK20"
)
_IBAN_LENGTHS = {word[:2]: int(word[2:]) for word in _IBANS.split()}
_IP = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]?\d)|(?<![\w:])(?=[0-9a-f]{0,4}:)[0-9a-f:]{6,39}(?![\w:])",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_CARD = re.compile(r"(?<![\w.-])[2-6]\d{3}(?:[ -]?\d{2,6}){2,4}(?![\w-])")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_DNI = re.compile(r"(?<!\w)(?:\d{8}|[XYZ]\d{7})-?[A-Z](?!\w)", re.IGNORECASE)
_NINO = re.compile(
    r"(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)"
)
_NHS = re.compile(r"(?<![\w-])\d{3}[ -]\d{3}[ -]\d{4}(?![\w-])")
_INSURANCE_DE = re.compile(r"(?<!\w)\d{2} ?\d{6} ?[A-Z] ?\d{3}(?!\w)")
_EMIRATES_ID = re.compile(r"(?<!\w)784-?\d{4}-?\d{7}-?\d(?!\w)")
_SAUDI_ID = re.compile(r"(?<![\w+.-])[12]\d{9}(?![\w-])")
_SAID = re.compile(
    r"(?<!\w)(?:MRN|SSN|NHS|NIE|DNI|passport|pasaporte|licen[cs]e|member|policy|account|patient|case|record"
    r"|Aktenzeichen|Patientennummer|Versichertennummer|Personalausweis|Steuer-ID|Konto|Reisepass|Fallnummer"
    r"|expediente|cuenta|historia cl[íi]nica|seguridad social"
    r"|رقم الهوية|رقم الجواز|جواز السفر|رقم الملف|رقم الحساب)"
    r"(?: ?(?:number|nummer|no\.?|nr\.?|n[º°]|n[úu]mero|id|is|ist|es|هو|#|:|=)){0,4} {0,2}"
    r"(?=[A-Z\d/-]*\d)(?P<id>[A-Z]{0,3}[\d/-]{4,24}[A-Z]?)(?!\w)",
    re.IGNORECASE,
)
_LONG = re.compile(r"[\d/-]{4}")
# The longest word, what may stand behind it, three letters, and marks before the first digit.
_LONGEST_SAID = 96
_TWO_CAPITALS = re.compile(r"[A-Z]{2}$")


def ip_spans(window: Window) -> Iterator[Span]:
    """Addresses of computers, version 4 and 6."""
    if len(window.runs) < 4 and window.count(":") < 2:
        return
    for match in window.matches(_IP):
        if _is_address(match.group()):
            yield match.span()


def _is_address(words: str) -> bool:
    if ":" not in words:
        return all(int(part) < 256 for part in words.split("."))
    groups = words.split(":")
    is_shortened = words.count("::") == 1 and ":::" not in words
    if not any(map(str.isdigit, words)) or max(map(len, groups)) > 4:
        return False
    return 3 <= len(groups) <= 8 if is_shortened else len(groups) == 8 and all(groups)


def number_spans(window: Window) -> Iterator[Span]:
    """IBANs, cards, national numbers with a sound checksum, and numbers after words such as “MRN”."""
    if window.has_before_digits(_TWO_CAPITALS, 2):
        for match in window.matches(_IBAN):
            yield from _iban(match)
    for n_digits, pattern, is_sound in _CHECKED:
        if window.n_digits >= n_digits:
            yield from (match.span() for match in window.near(pattern) if is_sound(_plain(match.group())))
    if window.has(_LONG):
        yield from (match.span("id") for match in window.near(_SAID, _LONGEST_SAID))


def _plain(words: str) -> str:
    return words.replace(" ", "").replace("-", "").upper()


def _iban(match: re.Match[str]) -> Iterator[Span]:
    """The match may have run on into capitals behind the IBAN: its country says how long it is."""
    length, end = _IBAN_LENGTHS.get(match.group()[:2], 0), match.start()
    kept = ""
    for letter in match.group():
        if len(kept) == length:
            break
        end += 1
        kept += letter.strip()
    if length and len(kept) == length and _is_iban(kept):
        yield match.start(), end


def _is_iban(words: str) -> bool:
    """ISO 7064, MOD 97-10."""
    return int("".join(str(int(letter, 36)) for letter in words[4:] + words[:4])) % 97 == 1


def _passes_luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(n - 9 * (n > 9) for n in doubled) % 10 == 0


def _is_card(digits: str) -> bool:
    return 13 <= len(digits) <= 19 and _passes_luhn(digits) and len(set(digits)) > 1


def _is_dni(words: str) -> bool:
    """Spain: the letter is the number modulo 23; X, Y, Z of a foreigner's number stand for 0, 1, 2."""
    number = int(str("XYZ".index(words[0])) + words[1:8] if words[0] in "XYZ" else words[:8])
    return words[-1] == "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]


def _is_nhs(digits: str) -> bool:
    """United Kingdom: weights 10 to 2, modulo 11."""
    check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return check % 11 == int(digits[9]) and check != 10


def _is_insurance(words: str) -> bool:
    """Germany, Rentenversicherungsnummer: the letter as two digits, weighted sums of digits modulo 10."""
    digits = words[:8] + f"{ord(words[8]) - 64:02d}" + words[9:11]
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    products = [int(digit) * weight for digit, weight in zip(digits, weights, strict=True)]
    return sum(n // 10 + n % 10 for n in products) % 10 == int(words[11])


def _always(_: str) -> bool:
    return True


# With the fewest digits that each has.
_CHECKED = (
    (13, _CARD, _is_card),
    (9, _SSN, _always),
    (7, _DNI, _is_dni),
    (6, _NINO, _always),
    (10, _NHS, _is_nhs),
    (11, _INSURANCE_DE, _is_insurance),
    (15, _EMIRATES_ID, _passes_luhn),
    (10, _SAUDI_ID, _passes_luhn),
)

_PHONE = re.compile(
    r"(?<![\w.,/$€£#-])(?<!\d )(?:\+ ?|\()?\(?\d(?:[ ().\-/]{0,2}\d){6,14}(?!\d)(?![.,/-]\d)(?!\w)"
)
_PHONE_WORD = re.compile(
    r"(?:phone|call|text|ring|mobile|cell|whatsapp|tel|fax|reach me|number is|contact|Telefon|Handy"
    r"|Mobil|Nummer"
    r"|ruf|erreich|llam|tel[ée]fono|m[óo]vil|celular|n[úu]mero|هاتف|جوال|موبايل|تلفون|اتصل|رقمي|رقم|واتس)"
    r"\.?[^\d\n.!?]{0,25}$",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:1[89]|20)\d\d ?[-/] ?(?:1[89]|20)\d\d")
# Free numbers belong to services and help lines, which replies about a crisis must be able to name.
_FREE = re.compile(
    r"(?:\+?1)?(?:800|888|877|866|855|844|833)\d{7}|(?:0|0049|\+49|0044|\+44)80[08]\d{3,9}|\+?(?:34)?900\d{6}"
    r"|116\d{3}"
)
_NORTH_AMERICAN = re.compile(r"(?:\+?1[ .-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}")
_SPANISH = re.compile(r"[6-9]\d{2}(?:([ .-]?)\d{3}\1\d{3}|([ .-]?)\d{2}\2\d{2}\2\d{2})")


def phone_spans(window: Window) -> Iterator[Span]:
    """Telephone numbers by beginning (+, 00, 0), national shape, or a word such as “call” before them."""
    if window.n_digits < 7:
        return
    for match in window.near(_PHONE):
        words = match.group()
        if _is_phone(words, window.text[max(match.start() - 45, 0) : match.start()]):
            yield match.span()


def _is_phone(words: str, before: str) -> bool:
    digits = re.sub(r"[^\d+]", "", words)
    n = len(digits.lstrip("+"))
    if _FREE.fullmatch(digits) or _YEARS.fullmatch(words) or not 7 <= n <= 15 or set(digits[-6:]) == {"0"}:
        return False
    if digits.startswith(("+", "00")):
        return n >= 8 and not digits.startswith("000")
    if digits.startswith("0"):
        return n >= 8 or bool(_PHONE_WORD.search(before))
    shaped = _NORTH_AMERICAN.fullmatch(words) or _SPANISH.fullmatch(words)
    return bool(shaped) or bool(_PHONE_WORD.search(before))
