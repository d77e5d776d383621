"""How long `lightship vulns` takes: the whole command, for bills of 1,000 and 35,000 packages.

    python benchmarks/vulns.py

The copy of OSV is made: 120,000 records about 40,000 packages of npm and PyPI. Each package of a bill has another name, and one in
ten has a version that a record is about. Printed are the medians of five runs: seconds by the clock and of CPU, and the most memory.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from time import monotonic

COMMAND = (sys.executable, "-m", "lightship", "vulns")
ECOSYSTEMS = ("npm", "PyPI")
NAMES = 40_000
RECORDS = 120_000
SIZES = (1_000, 35_000)
RUNS = 5
VULNERABLE = 0.1
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:{}/UI:N/S:U/C:{}/I:N/A:H"


def record(number: int, chance: random.Random) -> dict:
    at = int(NAMES * chance.random() ** 2)  # a few packages have many records
    ecosystem = ECOSYSTEMS[at % 2]
    fixed = f"{chance.randrange(1, 5)}.{chance.randrange(20)}.{chance.randrange(10)}"
    events = [{"introduced": "0"}, {"fixed": fixed}]
    listed = [f"0.{part}.0" for part in range(chance.randrange(80))]
    package = {"ecosystem": ecosystem, "name": f"package-{at}"}
    entry = {
        "package": package,
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
        "versions": listed,
    }
    vector = VECTOR.format(chance.choice("NLH"), chance.choice("NLH"))
    return {
        "id": f"MADE-{number}",
        "modified": "2026-01-01T00:00:00Z",
        "aliases": [f"CVE-2026-{number}"],
        "summary": "A flaw that is made up, with a line about what it does to whoever has it",
        "severity": [{"type": "CVSS_V3", "score": vector}],
        "affected": [entry],
    }


def write_records(path: Path) -> None:
    chance = random.Random(14)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(RECORDS):
            text = json.dumps(record(number, chance))
            archive.writestr(f"MADE-{number}.json", text)


def write_bill(path: Path, size: int) -> None:
    chance = random.Random(15)
    parts = []
    for at in chance.sample(range(NAMES), size):
        kind = ECOSYSTEMS[at % 2].lower()
        version = "0.5.0" if chance.random() < VULNERABLE else "9.1.0"
        purl = f"pkg:{kind}/package-{at}@{version}"
        parts.append(
            {
                "type": "library",
                "name": f"package-{at}",
                "version": version,
                "purl": purl,
            }
        )
    path.write_text(
        json.dumps({"bomFormat": "CycloneDX", "components": parts}), encoding="utf-8"
    )


def measured(*arguments: str) -> tuple[float, float, float, bytes]:
    """Seconds, CPU seconds, megabytes, and what was printed."""
    began = monotonic()
    process = subprocess.Popen((*COMMAND, *arguments), stdout=subprocess.PIPE)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = monotonic() - began
    if status:
        raise SystemExit("the command failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, printed


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_records(folder / "all.zip")
        database = ("--database", str(folder / "copy.sqlite"))
        seconds, *_ = measured("update", "--from", str(folder / "all.zip"), *database)
        print(f"{RECORDS:,} records taken over in {seconds:.1f} s")
        for size in SIZES:
            bill = folder / f"{size}.json"
            write_bill(bill, size)
            arguments = (str(bill), "--format", "json", "--max-age", "99999", *database)
            runs = [measured(*arguments) for _ in range(RUNS)]
            wall, used, memory = (
                statistics.median(run[at] for run in runs) for at in range(3)
            )
            found = len(json.loads(runs[0][3])["vulnerabilities"])
            print(
                f"{size:,} packages, {found:,} vulnerabilities: {wall:.2f} s, {used:.2f} s of CPU, {memory:.0f} MB"
            )


if __name__ == "__main__":
    main()
