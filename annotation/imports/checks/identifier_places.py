"""Exact dates and postal addresses, as English, Spanish, German and Arabic texts write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from annotation.imports.checks.identifier_looks import Span, Window

_EN = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
_DE = "Januar|Jänner|Februar|März|Mai|Juni|Juli|Oktober|Dezember|Dez|Okt|Mrz"
_ES = (
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre"
    "|Enero|Febrero|Marzo|Abril|Mayo|Junio|Julio|Agosto|Septiembre|Octubre|Noviembre|Diciembre"
)
_AR = (
    "يناير|فبراير|مارس|أبريل|ابريل|إبريل|مايو|يونيو|يونيه|يوليو|يوليه|أغسطس|اغسطس|سبتمبر|أكتوبر|اكتوبر"
    "|نوفمبر|ديسمبر|كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني"
    "|كانون الأول|محرم|صفر|ربيع الأول|ربيع الثاني|جمادى الأولى|جمادى الآخرة|رجب|شعبان|رمضان|شوال"
    "|ذو القعدة|ذو الحجة"
)
_MONTH = f"(?:{_EN}|{_DE}|{_ES}|{_AR})"
_YEAR = r"(?:1[3-9]\d{2}|20\d{2})"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_BEHIND_DAY = re.compile(rf"(?:st|nd|rd|th|\.|º)?(?: of| de| del)? {_MONTH}")
_BEFORE_DAY = re.compile(rf"(?:{_EN})\.? $")
_Look = Callable[[Window], bool]
# Each with a look that is cheap and lets no date through: most numbers are none.
_DATES: tuple[tuple[_Look, re.Pattern[str]], ...] = (
    (
        lambda window: window.n_digits >= 6,
        re.compile(rf"(?<![\w-]){_YEAR}([-/.])(?:0?[1-9]|1[0-2])\1{_DAY}(?!\d)(?![-/.]\d)"),
    ),
    (
        lambda window: len(window.runs) >= 3,
        re.compile(
            rf"(?<![\w/.-])(?P<d>\d{{1,2}})(?P<s>[-/.]) ?(?P<m>\d{{1,2}})(?P=s) ?(?:{_YEAR}"
            rf"|\d{{2}})(?!\w)(?![-/.]\d)"
        ),
    ),
    (
        lambda window: window.has_behind_digits(_BEHIND_DAY),
        re.compile(
            rf"(?<![\w.]){_DAY}(?:st|nd|rd|th|\.|º)?(?: of| de| del)? {_MONTH}(?!\w)\.?(?:,?(?: de"
            rf"| del)? {_YEAR}(?!\d))?"
        ),
    ),
    (
        lambda window: window.has_before_digits(_BEFORE_DAY, 12),
        re.compile(rf"(?<!\w)(?:{_EN})\.? {_DAY}(?:st|nd|rd|th)?(?!\w)(?!:\d)(?:,? {_YEAR}(?!\d))?"),
    ),
)


def date_spans(window: Window) -> Iterator[Span]:
    """Days with a month, with or without a year. A year or a month alone is no exact date."""
    for may_hold, pattern in _DATES:
        if may_hold(window):
            yield from (match.span() for match in window.near(pattern) if _is_day(match.groupdict()))


def _is_day(parts: dict[str, str]) -> bool:
    """Day and month in either order, where both are numbers."""
    if "d" not in parts:
        return True
    low, high = sorted((int(parts["d"]), int(parts["m"])))
    return 1 <= low <= 12 and 1 <= high <= 31


_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_WORD = rf"{_UPPER}[\w'.-]{{0,30}}"
_STREET_BEHIND = re.compile(rf"[A-Za-z]?,? {_UPPER}")
_BOX_BEFORE = re.compile(r"[Oo][Xx] $")
_CAPITAL_BEFORE = re.compile(r"[A-Z]$")
_STATE_BEFORE = re.compile(r"[A-Z] $")
_STREET_BEFORE = re.compile(rf"{_UPPER}[\w.-]* $")
_CALLE_BEFORE = re.compile(rf"(?:{_UPPER}[\w'.-]*|n[º°]|n[úu]m\.?|n[úu]mero),? ?$")
_CALLES = ("calle", "c/", "aven", "avda", "av.", "plaza", "pza", "paseo", "camino", "carrera", "ronda", "tra")
_ARABIC = re.compile("شارع|ص")
_ADDRESSES: tuple[tuple[_Look, re.Pattern[str]], ...] = (
    # 12 Hill Street, Flat 3
    (
        lambda window: window.has_behind_digits(_STREET_BEHIND),
        re.compile(
            rf"(?<![\w.,/-])\d{{1,5}}[A-Za-z]?,? (?:{_WORD} ){{1,4}}"
            r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Boulevard|Blvd|Court|Square|Terrace|Way|Close|Crescent|Gardens|Grove|Highway|Parade|Mews)(?!\w)\.?"
            r"(?:,? (?:Apt|Apartment|Flat|Unit|Suite)\.? ?[\w-]{1,6})?"
        ),
    ),
    (
        lambda window: window.has_before_digits(_BOX_BEFORE, 3),
        re.compile(r"(?<!\w)P\.? ?O\.? ?Box \d{1,6}(?!\w)", re.IGNORECASE),
    ),
    # London SW1A 2AA; Springfield, IL 62704
    (
        lambda window: window.has_before_digits(_CAPITAL_BEFORE, 1),
        re.compile(r"(?<!\w)[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?!\w)"),
    ),
    (
        lambda window: window.has_before_digits(_STATE_BEFORE, 2),
        re.compile(
            r"(?<!\w)(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
            r"|T[NX]|UT|V[AT]|W[AIVY]) \d{5}(?:-\d{4})?(?!\w)"
        ),
    ),
    # Lindenstraße 5a, 10969 Berlin; Am Markt 3
    (
        lambda window: window.has_before_digits(_STREET_BEFORE, 60),
        re.compile(
            rf"(?<!\w)(?:{_UPPER}[\w-]{{1,40}}?(?:straße|strasse|str\.|weg|platz|allee|gasse|ufer|damm)"
            r"|(?!(?:D|Ein|Kein|Dies|Mein|Sein|Ihr|Jed)(?:er|ie|as|e[mnrs]?)? )"
            rf"{_UPPER}[\w-]{{1,30}} (?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse|Ufer|Damm)"
            rf"|(?:Am|An der|Auf der|Im|In der|Zum"
            rf"|Zur) {_UPPER}[\w-]{{2,30}}) \d{{1,4}} ?[a-z]?(?![\w:%])(?!\.\d)"
            rf"(?:,? (?:D-|A-|CH-)?\d{{4,5}} {_WORD})?"
        ),
    ),
    # calle de la Luna 5, 28004 Madrid
    (
        lambda window: window.names_any(_CALLES) and window.has_before_digits(_CALLE_BEFORE, 40),
        re.compile(
            r"(?<!\w)(?:[Cc]alle|[Cc]/|[Aa]venida|[Aa]vda\.?|[Aa]v\.|[Pp]laza|[Pp]za\.|[Pp]aseo|[Cc]amino"
            r"|[Cc]arrera|[Rr]onda"
            r"|[Tt]raves[íi]a) ?(?:(?:de|del|la|las|los|el) ){0,3}"
            rf"{_WORD}(?: (?:de |del |la |los |las ){{0,2}}{_WORD}){{0,3}}"
            r"(?:,? (?:n[º°]|n[úu]m\.?|n[úu]mero))?,? ?\d{1,4}(?!\w)"
            rf"(?:,? \d{{1,2}}[º°][ \w]{{0,4}})?(?:,? \d{{5}} {_WORD})?"
        ),
    ),
    # شارع الملك فهد، مبنى 12
    (
        lambda window: not window.text.isascii() and window.has(_ARABIC),
        re.compile(
            r"(?<!\w)(?:\d{1,4}[،,]? )?شارع(?: [^\W\d_]{2,20}){1,3}[،,]?(?: (?:رقم|مبنى|عمارة|بناية|منزل"
            r"|شقة)){0,2} \d{1,5}(?!\w)"
            r"|(?<!\w)\d{1,4}[،,]? شارع(?: [^\W\d_]{2,20}){1,2}"
            r"|(?<!\w)ص ?\. ?ب ?\.? ?:? ?\d{2,7}(?!\w)"
        ),
    ),
)


def address_spans(window: Window) -> Iterator[Span]:
    """Streets with a number, post boxes, and postal codes whose shape is their own."""
    for may_hold, pattern in _ADDRESSES:
        if may_hold(window):
            for match in window.matches(pattern):
                yield match.start(), match.start() + len(match.group().rstrip(". "))
