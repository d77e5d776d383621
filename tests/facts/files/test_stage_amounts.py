"""How much COPY --from brings at most, as the sources of the stage tell."""

from __future__ import annotations

import pytest

from lightship.facts.files.stage_amounts import most_from_stages
from lightship.lint.examples import build_of

FILES = {"src/a.py": "x" * 100, "tests/a.py": "x" * 1000, "package.json": "{}"}

FORGE = "https://github.com/a/b/archive/refs/heads/main.tar.gz"


@pytest.mark.parametrize(
    ("stage", "taken", "most"),
    [
        ("COPY src /app", "/app", 100),
        ("COPY src /app\nRUN pip install -e /app", "/app", 100),
        ("COPY src tests /app/", "/app", 1100),
        ("COPY src /app\nRUN make", "/app", None),
        ("COPY src /app\nRUN pip install -t /app flask", "/app", None),
        ("COPY src /app\nRUN python -m venv /app/.venv", "/app", None),
        ("COPY --from=acme/app:1 /app /app", "/app", None),
        ("RUN make /app", "/app", None),
        # A bundle is made of all but the tests
        ("WORKDIR /w\nCOPY . .\nRUN npm ci && npm run build", "/w/dist", 102),
        ("WORKDIR /w\nCOPY . .\nRUN npm ci && npm run build", "/w", None),
        ("WORKDIR /w\nCOPY . .\nRUN npm ci && go build", "/w/dist", None),
        # One that the settings of the bundler put elsewhere
        ("WORKDIR /w/web\nCOPY src .\nRUN npm run build", "/w/static/web", 100),
        ("WORKDIR /w/web\nCOPY src .\nRUN npm run build", "/w/.next/standalone", None),
        ("WORKDIR /w/web\nCOPY src .\nRUN make", "/w/static/web", None),
        ("WORKDIR /w\nCOPY . .\nRUN npm run build", "/w/src/static/css", 102),
        # A wheel of the sources
        ("WORKDIR /w\nCOPY src src\nRUN python -m build -o /dist", "/dist", 100),
        ("WORKDIR /w\nCOPY src src\nRUN uv build -o /dist", "/dist", 100),
        ("WORKDIR /w\nCOPY src src\nRUN pip wheel -w /dist flask", "/dist", None),
        ("COPY package.json /\nRUN pip install --user flask", "/root/.local", None),
        # One package, and the sources of one
        ("WORKDIR /w\nRUN npm ci", "/w/node_modules/@a/fonts/web", 3_000_000),
        ("WORKDIR /w\nRUN npm ci", "/w/node_modules", None),
        (f"RUN mkdir /a && curl -L {FORGE} | tar -xz -C /a", "/a", 3_000_000),
        (f"RUN curl -L {FORGE} | tar -xz -C /a && make -C /a", "/a", None),
        ("RUN curl -L https://example.org/a.tgz | tar -xz -C /a", "/a", None),
    ],
)
def test_the_most_that_a_stage_hands_on(stage, taken, most):
    text = f"FROM debian:13 AS build\n{stage}\nFROM debian:13\nCOPY --from=build {taken} /x"
    files = {**FILES, ".dockerignore": "Dockerfile\n.dockerignore\n"}
    build = build_of(text, files)
    *_, last = build.copyings()
    assert most_from_stages(build, last) == most


def test_a_bundle_has_no_pages_and_no_earlier_bundle_in_it():
    beside = (
        "dist-analysis/js/a.js",
        "docs/a.png",
        "NOTES.md",
        "src/a.js.map",
        "web/package-lock.json",
    )
    files = {"src/a.js": "x" * 100, "public/map.png": "x" * 10}
    files |= dict.fromkeys(beside, "x" * 1000)
    files[".dockerignore"] = "Dockerfile\n.dockerignore\n"
    build = build_of(
        "FROM node:24 AS build\nWORKDIR /w\nCOPY . .\nRUN npm run build\n"
        "FROM nginx:1.29\nCOPY --from=build /w/dist /x",
        files,
    )
    *_, last = build.copyings()
    assert most_from_stages(build, last) == 110


def test_of_another_image_nothing_is_known():
    build = build_of("FROM debian:13\nCOPY --from=acme/app:1 /app /app", {})
    [copying] = build.copyings()
    assert most_from_stages(build, copying) is None
