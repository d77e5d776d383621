"""Made records of OSV for the demo: `demo_advisories.py OUT`; nothing of them is true.

One is about a tool for compiling, which the fix leaves out of the image, the other about a package
that the project asks for.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

WORST = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
BAD = "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:L/A:H"
# id, ecosystem, package, first version with the fix, CVSS, summary
RECORDS = (
    ("CVE-2026-00001", "Debian:13", "binutils", "99.1", WORST, "Made up: a linker that runs what it links"),
    ("CVE-2026-00002", "PyPI", "uvicorn", "0.34.1", BAD, "Made up: a request that never ends"),
)  # fmt: skip


def advisory(
    name: str, ecosystem: str, package: str, fixed: str, vector: str, summary: str
) -> dict[str, Any]:
    """One record as OSV publishes them, of today: an old copy would be refused."""
    events = [{"introduced": "0"}, {"fixed": fixed}]
    affected = {
        "package": {"ecosystem": ecosystem, "name": package},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {
        "schema_version": "1.7.0",
        "id": name,
        "modified": datetime.now(UTC).isoformat(),
        "summary": summary,
        "severity": [{"type": "CVSS_V3", "score": vector}],
        "affected": [affected],
    }


def main(out: Path) -> None:
    """A file for each."""
    out.mkdir(parents=True, exist_ok=True)
    for row in RECORDS:
        made = advisory(*row)
        (out / f"{made['id']}.json").write_text(json.dumps(made, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
