"""Opening an archive that somebody brings: nothing is trusted before sizes, names and digests are checked."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from django.db.migrations.loader import MigrationLoader

from annotation.errors import Code, DomainError
from rating.services.archives.history import NAME as HISTORY
from rating.services.archives.tables import STUDY, TABLES
from rating.services.archives.writing import APPS, BLOCK, FORMAT, MANIFEST, README, VERSION, Part, part_name

# Bytes of everything unpacked, of the manifest, of one line; how many times smaller a part may be packed.
MAX_TOTAL = 50 << 30
MAX_MANIFEST = 1 << 20
MAX_LINE = 64 << 20
MAX_RATIO = 300
RATIO_FROM = 1 << 20
MAX_MEMBERS = 10_000
MAX_DEPTH = 60
IS_ENCRYPTED = 0x1
PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
KNOWN = {part_name(table.name) for table in (STUDY, *TABLES)} | {part_name(HISTORY)}
SNAPSHOT = re.compile(r"files/snapshots/([0-9a-f]{64})\.parquet")


def refuse(words: str) -> NoReturn:
    raise DomainError(Code.INVALID_FILE, words)


def _constant(name: str) -> NoReturn:
    refuse(f"The archive holds {name} where a number should be.")


def _is_too_deep(value: Any) -> bool:
    """Walked level by level: a deep value would break a function that calls itself."""
    level = [value]
    for _depth in range(MAX_DEPTH):
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner += one.values()
            elif isinstance(one, list):
                inner += one
        if not inner:
            return False
        level = [one for one in inner if isinstance(one, dict | list)]
    return bool(level)


def parsed(text: bytes, place: str) -> dict[str, Any]:
    """A JSON object, neither deep nor with numbers that JSON does not have."""
    try:
        value = json.loads(text, parse_constant=_constant)
    except (ValueError, RecursionError):
        refuse(f"{place} is not JSON that can be read.")
    if not isinstance(value, dict) or _is_too_deep(value):
        refuse(f"{place} is not a row, or is nested too deeply.")
    return value


@dataclass(frozen=True)
class Archive:
    """An opened archive whose parts are what its manifest says."""

    file: zipfile.ZipFile
    manifest: dict[str, Any]
    parts: dict[str, Part]
    digest: str

    @property
    def study_code(self) -> str:
        return str(self.manifest["study"])

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Rows of a table; none where the archive has no such table."""
        name = part_name(table)
        if name not in self.parts:
            return
        with self.file.open(name) as lines:
            number = 0
            while line := lines.readline(MAX_LINE):
                number += 1
                if not line.endswith(b"\n"):
                    refuse(f"{name}, line {number}: cut off, or too long.")
                yield parsed(line, f"{name}, line {number}")

    def snapshots(self) -> dict[str, str]:
        """Names of the parts by the digest they are named after."""
        named = {name: SNAPSHOT.fullmatch(name) for name in self.parts}
        return {match.group(1): name for name, match in named.items() if match}


def _refuse_unsafe(members: list[zipfile.ZipInfo]) -> None:
    """By the list alone, before anything is unpacked."""
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS or len(set(names)) != len(names):
        refuse("The archive has too many files, or two of one name.")
    for member in members:
        if member.filename not in KNOWN | {MANIFEST, README} and not SNAPSHOT.fullmatch(member.filename):
            refuse(f"“{member.filename[:80]}” does not belong into an archive of a study.")
        if member.flag_bits & IS_ENCRYPTED or member.compress_type not in PACKED_BY:
            refuse(f"“{member.filename}” is packed in a way that archives are not.")
        if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            refuse(f"“{member.filename}” is packed more tightly than a real one: it may be a trap.")
    if sum(member.file_size for member in members) > MAX_TOTAL:
        refuse("The archive is larger than any that can be restored here.")


def _refuse_newer(manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        refuse("This is not an archive of a study.")
    if manifest.get("version") != VERSION:
        refuse(f"The archive has format {manifest.get('version')!r}; this Attune reads {VERSION}.")
    known = set(MigrationLoader(None).disk_migrations)
    migrations = manifest.get("migrations")
    if not isinstance(migrations, dict) or set(migrations) != set(APPS):
        refuse("The archive does not say which release made it.")
    unknown = [name for app, names in migrations.items() for name in names if (app, name) not in known]
    if unknown:
        refuse(
            f"The archive comes from a newer Attune ({manifest.get('software')}): it knows "
            f"{str(unknown[0])[:80]}. Upgrade first."
        )


def _listed(manifest: dict[str, Any]) -> dict[str, Part]:
    try:
        parts = [Part(**part) for part in manifest["parts"]]
        needed = [manifest[name] for name in ("study", "made_at", "software", "with")]
    except (KeyError, TypeError):
        refuse("The manifest of the archive is incomplete.")
    if not all(isinstance(one, str) for one in needed[:3]):
        refuse("The manifest of the archive is incomplete.")
    return {part.name: part for part in parts}


def _checked(file: zipfile.ZipFile, part: Part) -> None:
    digest, n, size = hashlib.sha256(), 0, 0
    with file.open(part.name) as member:
        while block := member.read(BLOCK):
            digest.update(block)
            size, n = size + len(block), n + block.count(b"\n")
    is_table = part.name in KNOWN
    if (digest.hexdigest(), size) != (part.sha256, part.size) or (is_table and n != part.rows):
        refuse(f"“{part.name}” is damaged: it is not what the manifest says.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_archive(path: Path) -> Archive:
    """Check everything that can be checked without a database; the caller closes `file`.

    Raises:
        DomainError: INVALID_FILE, in words, for whatever is damaged, foreign, newer or a trap.
    """
    try:
        file = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile):
        refuse("This is not a ZIP file, or it is damaged.")
    try:
        return _opened(file, path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        file.close()
        refuse("The archive is damaged: a part of it cannot be unpacked.")
    except BaseException:
        file.close()
        raise


def _opened(file: zipfile.ZipFile, path: Path) -> Archive:
    members = file.infolist()
    _refuse_unsafe(members)
    sizes = {member.filename: member.file_size for member in members}
    if sizes.get(MANIFEST, MAX_MANIFEST + 1) > MAX_MANIFEST:
        refuse("This is not an archive of a study: it has no manifest, or one that is too large.")
    manifest = parsed(file.read(MANIFEST), MANIFEST)
    _refuse_newer(manifest)
    parts = _listed(manifest)
    if set(parts) != set(sizes) - {MANIFEST, README} or part_name(STUDY.name) not in parts:
        refuse("The archive lacks a part, or has one that its manifest does not name.")
    for part in parts.values():
        _checked(file, part)
    return Archive(file, manifest, parts, _digest(path))
