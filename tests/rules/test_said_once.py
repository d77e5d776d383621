"""What two rules could speak of, one of them says: these texts are good for a rule because another one finds them."""

from __future__ import annotations

import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
INSTALL = "RUN apt-get update && apt-get install -y --no-install-recommends git"
GCC = "RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*"
TEXTS = [
    # silent, speaks, text, files
    (
        "consecutive-runs",
        "stale-package-index",
        f"{INSTALL}\nRUN apt-get install -y curl",
        None,
    ),
    (
        "stale-package-index",
        "update-alone",
        "RUN apt-get update\nRUN apt-get install -y git\nRUN apt-get install -y curl",
        None,
    ),
    (
        "stale-package-index",
        "update-alone",
        "RUN apt-get update\nRUN apt-get upgrade -y\nRUN apt-get install -y curl",
        None,
    ),
    (
        "consecutive-runs",
        "stale-package-index",
        f"{INSTALL} || true\nRUN apt-get install -y curl",
        None,
    ),
    (
        "consecutive-runs",
        "cd-in-run",
        "RUN apt-get update; cd /tmp\nRUN apt-get install -y ./curl.deb",
        None,
    ),
    (
        "apt-lists-kept",
        "update-alone",
        "RUN apt-get update\nRUN apt-get install -y git && rm -rf /var/lib/apt/lists/*",
        None,
    ),
    ("untagged-image", "invalid-default-base-image", "ARG IMAGE=A\nFROM $IMAGE", None),
    (
        "end-of-life-image",
        "invalid-default-base-image",
        "ARG TAG=:3.7\nFROM python:$TAG",
        None,
    ),
    (
        "build-refused",
        "invalid-default-base-image",
        "ARG TAG=:13\nFROM debian:$TAG",
        None,
    ),
    (
        "build-refused",
        "copy-from-own-stage",
        "FROM debian:trixie-slim AS build\nCOPY --from=build /a /b",
        None,
    ),
    (
        "unknown-stage",
        "stage-name-not-lowercase",
        "FROM golang:1.25 AS Build\nFROM scratch\nCOPY --from=BUILD /a /",
        None,
    ),
    (
        "unknown-stage",
        "untagged-image",
        "COPY --from=ghcr.io/astral-sh/uv /uv /bin/",
        None,
    ),
    ("cd-in-run", "shell-form-command", "CMD cd /app && ./run", None),
    (
        "consecutive-runs",
        "removed-in-later-layer",
        "RUN curl -fsSLo /tmp/a.tgz https://example.com/a.tgz\nRUN tar -xf /tmp/a.tgz -C /opt && rm /tmp/a.tgz",
        None,
    ),
    (
        "build-tools-in-final-stage",
        "removed-in-later-layer",
        f"{GCC}\nCOPY . /app\nRUN make -C /app\nRUN apt-get purge -y gcc\nCMD /app/a",
        None,
    ),
    (
        "removed-in-later-layer",
        "apt-lists-kept",
        "RUN apt-get update && apt-get install -y git\nRUN rm -rf /var/lib/apt/lists/*",
        None,
    ),
    (
        "secret-file-copied",
        "copied-file-ignored",
        "COPY .env /app/",
        {".env": "A=1\n", ".dockerignore": ".env\n"},
    ),
]


@pytest.mark.parametrize(("silent", "speaks", "text", "files"), TEXTS)
def test_one_rule_speaks_and_the_other_is_silent(silent, speaks, text, files):
    found = {
        item.rule.id
        for item in lint(build_of(text, files), [RULES[silent], RULES[speaks]])
    }
    assert found == {speaks}
