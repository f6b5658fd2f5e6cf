"""Bring the catalogs in locale/ up to date with the words in code and templates, and compile them.

`python -m tests.messages` (or `make messages`) extracts, merges and compiles; sentences that lack a
translation are counted. Translators edit the .po files only. Django's own `makemessages` would do the same
but needs GNU gettext; Babel comes with the other tools of development.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
# As Django's own catalogs have it: none, one, two, a few, many, and round hundreds.
ARABIC_PLURAL = "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5"
PACKAGES = ("annotation", "rating", "api", "config")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def languages() -> list[str]:
    """The languages beside English, in which the words are written."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def po_file(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[tuple[str, bytes]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    for path in sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt")):
        # What is no word becomes X; indentation left standing would not be Python.
        code = templatize(path.read_text(), origin=str(path))
        yield path.relative_to(ROOT).as_posix(), "\n".join(map(str.lstrip, code.split("\n"))).encode()


def _empty(language: str | None = None) -> Catalog:
    """A catalog whose header names no person and no moment: they would change with every run."""
    catalog = Catalog(
        locale=language,
        project="Attune",
        version="1",
        msgid_bugs_address="Attune",
        last_translator="Attune",
        language_team="Attune",
        creation_date=EPOCH,
        revision_date=EPOCH,
        fuzzy=False,
    )
    if language == "ar":
        catalog.mime_headers = [("Plural-Forms", f"nplurals=6; plural=({ARABIC_PLURAL});")]
    return catalog


def extracted() -> Catalog:
    """Every sentence marked for translation, with the files (not lines: they change) that use it."""
    catalog = _empty()
    for name, code in _sources():
        for _line, message, comments, context in extract("python", BytesIO(code), keywords=KEYWORDS):
            if message:
                catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def stored(language: str) -> Catalog:
    """The catalog as it stands in its .po file; empty where there is none."""
    path = po_file(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def update(language: str, template: Catalog) -> int:
    """Merge and compile one language; returns how many sentences lack a translation."""
    catalog = _empty(language)
    for message in stored(language):
        if message.id:
            catalog[message.id] = message
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.header_comment = f"# What Attune says, in the language {language!r}."
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, sort_output=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return sum(1 for message in catalog if message.id and not is_translated(message.string))


def is_translated(words: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(words) if words is None or isinstance(words, str) else all(words)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    template = extracted()
    for language in languages():
        missing = update(language, template)
        sys.stdout.write(f"{language}: {missing} of {len(template)} sentences wait for a translation\n")


if __name__ == "__main__":
    main()
