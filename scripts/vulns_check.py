"""Hold what `lightship vulns` says of PyPI's packages against a second reading of the same records.

    git clone https://github.com/pypa/advisory-database
    python scripts/vulns_check.py advisory-database/vulns

FOLDER has records of OSV as YAML or JSON. Every version that any record of a package lists is looked up by the command, in one
bill of materials against a copy that is made of the records. The second reading is packaging's own order and the schema's own
words, and shares no code with ours. A pair is a version of a package and a record about that package; printed are how many are
the same, false or missed, and how many cannot be decided since a version is none of PEP 440.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from packaging.version import InvalidVersion, Version

COMMAND = (sys.executable, "-m", "lightship", "vulns")
ECOSYSTEM = "PyPI"
TYPES = ("ECOSYSTEM", "SEMVER")
SHOWN = 40  # pairs of each kind
Pair = tuple[str, str, str]


def documents_in(folder: Path) -> Iterator[dict[str, Any]]:
    """All records that are not withdrawn and name a package of PyPI."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".json", ".yaml"):
            continue
        document = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        if not document.get("withdrawn") and entries_of(document):
            yield document


def entries_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What a record says of packages of PyPI."""
    entries = document.get("affected", ())
    return [
        entry
        for entry in entries
        if entry.get("package", {}).get("ecosystem") == ECOSYSTEM
    ]


def name_of(entry: dict[str, Any]) -> str:
    """The normal name of the package (PEP 503)."""
    return re.sub(r"[-_.]+", "-", entry["package"]["name"]).lower()


def version_of(text: str) -> Version | None:
    """A version of PEP 440; None for anything else."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def is_in_range(item: dict[str, Any], version: Version) -> bool:
    """By the schema's words; an InvalidVersion where an event is none of PEP 440."""
    events = [(kind, text) for event in item["events"] for kind, text in event.items()]
    keyed = [
        (Version("0.dev0") if text == "0" else Version(text), kind)
        for kind, text in events
    ]
    inside = False
    for at, kind in sorted(
        keyed, key=lambda event: (event[0], event[1] == "introduced")
    ):
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (
            kind == "last_affected" and version > at
        ):
            inside = False
    return inside


def is_affected(entry: dict[str, Any], text: str) -> bool:
    """Whether an entry is about a version; an InvalidVersion where that cannot be decided."""
    listed = entry.get("versions", ())
    if text in listed:
        return True
    version = Version(text)
    if any(version_of(other) == version for other in listed):
        return True
    ranges = [item for item in entry.get("ranges", ()) if item["type"] in TYPES]
    return any(is_in_range(item, version) for item in ranges)


def expected(
    documents: list[dict[str, Any]], versions: dict[str, set[str]]
) -> dict[Pair, bool | None]:
    """What the second reading says of each pair, None where it cannot tell."""
    said: dict[Pair, bool | None] = {}
    for document in documents:
        for entry in entries_of(document):
            name = name_of(entry)
            for text in versions[name]:
                pair = (name, text, document["id"])
                try:
                    said[pair] = is_affected(entry, text) or bool(said.get(pair))
                except InvalidVersion:
                    said.setdefault(pair, None)
    return said


def run(*arguments: str) -> str:
    """What the command prints."""
    done = subprocess.run(
        (*COMMAND, *arguments),
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.stdout


def found_by_command(
    documents: list[dict[str, Any]], versions: dict[str, set[str]]
) -> set[Pair]:
    """The pairs that `lightship vulns` reports."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records = folder / "records"
        records.mkdir()
        for document in documents:
            text = json.dumps(document, default=lambda value: value.isoformat())
            (records / f"{document['id']}.json").write_text(text, encoding="utf-8")
        parts = [
            {
                "type": "library",
                "name": name,
                "version": text,
                "purl": f"pkg:pypi/{name}@{text}",
            }
            for name, listed in sorted(versions.items())
            for text in sorted(listed)
        ]
        bill = folder / "bill.json"
        bill.write_text(json.dumps({"bomFormat": "CycloneDX", "components": parts}))
        database = ("--database", str(folder / "copy.sqlite"))
        run("update", "--from", str(records), *database)
        report = json.loads(
            run(str(bill), "--format", "json", "--max-age", "99999", *database)
        )
    return {
        (item["package"], part["version"], record)
        for item in report["vulnerabilities"]
        for part in item["installed"]
        for record in item["records"]
    }


def main() -> int:
    """Compare, and print what differs."""
    documents = list(documents_in(Path(sys.argv[1])))
    versions: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        for entry in entries_of(document):
            versions[name_of(entry)].update(entry.get("versions", ()))
    said = expected(documents, versions)
    found = found_by_command(documents, versions)
    undecided = {pair for pair, verdict in said.items() if verdict is None}
    affected = {pair for pair, verdict in said.items() if verdict}
    missed = affected - found
    false = found - affected - undecided
    amount = sum(map(len, versions.values()))
    print(
        f"{len(documents):,} records, {amount:,} versions of {len(versions):,} packages, {len(said):,} pairs"
    )
    print(
        f"the same: {len(said) - len(undecided) - len(missed) - len(false):,}, affected: {len(affected):,}"
    )
    for word, pairs in (
        ("missed", missed),
        ("false", false),
        ("cannot be decided", undecided),
    ):
        print(f"{word}: {len(pairs):,}")
        for pair in sorted(pairs)[:SHOWN]:
            print("  ", *pair)
    return int(bool(missed or false))


if __name__ == "__main__":
    sys.exit(main())
