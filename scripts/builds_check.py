"""What docker says of compose and bake files beside what `lightship builds` says of them.

    python scripts/builds_check.py DIRECTORY...

For each repository: `docker compose config` of each compose file, alone and on top of the usual one,
and `docker buildx bake --print` of each bake file. Nothing is built and no engine is needed. A build
that docker prints and lightship neither has nor names as unresolved is printed: read those by eye.
docs/builds-measured.md has the figures.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

_COMPOSE = re.compile(r"(?:.*[._-])?compose(?:[._-].*)?\.ya?ml")
_BAKE = re.compile(r"docker-bake.*\.(?:hcl|json)|.+\.bake\.hcl")
_USUAL = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
)
_SKIPPED = {".git", "node_modules", "vendor", "third_party", "site-packages"}
_SECONDS = 60


class PrintedBuild(NamedTuple):
    """A build as docker prints it; paths count from the repository."""

    path: str
    dockerfile: str
    context: str
    target: str | None


def main(folders: Sequence[str]) -> int:
    """Compare each repository; 1 where something differs."""
    counts: Counter[str] = Counter()
    for folder in folders:
        root = Path(folder).resolve()
        for verdict, build in _compared(root):
            counts[verdict] += 1
            if verdict == "differs":
                print(f"{root.name}: {build}")
    print(dict(counts))
    return 1 if counts["differs"] else 0


def _compared(root: Path) -> Iterator[tuple[str, PrintedBuild]]:
    """Each build that docker prints, and what lightship makes of it."""
    command = [sys.executable, "-m", "lightship", "builds", "--format", "json", "."]
    known = _json(command, root)
    if known is None:
        return
    places = {
        (build["dockerfile"], build["context"], build["target"])
        for build in known["builds"]
    }
    unresolved = {item["source"]["path"] for item in known["unresolved"]}
    for build in sorted(set(_printed(root)), key=str):
        if build[1:] in places:
            yield "agrees", build
        elif build.path in unresolved:
            yield "unresolved", build
        elif not (root / build.dockerfile).is_file():
            yield "no such file", build
        else:
            yield "differs", build


def _printed(root: Path) -> Iterator[PrintedBuild]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - _SKIPPED)
        place = Path(folder)
        composes = sorted(name for name in names if _COMPOSE.fullmatch(name.lower()))
        usual = [name for name in _USUAL if name in composes][:1]
        for name in composes:
            yield from _compose_builds(root, place, [name])
            if usual and name not in usual:
                yield from _compose_builds(root, place, [*usual, name])
        for name in sorted(filter(_BAKE.fullmatch, names)):
            yield from _bake_builds(root, place, name)


def _compose_builds(
    root: Path, folder: Path, names: Sequence[str]
) -> Iterator[PrintedBuild]:
    files = [word for name in names for word in ("-f", name)]
    options = ["--format", "json", "--no-consistency"]
    command = ["docker", "compose", *files, "--profile", "*", "config", *options]
    printed = _json(command, folder) or {}
    for service in (printed.get("services") or {}).values():
        build = service.get("build")
        if build and "dockerfile_inline" not in build:
            yield from _place(root, folder, names[-1], build)


def _bake_builds(root: Path, folder: Path, name: str) -> Iterator[PrintedBuild]:
    text = (folder / name).read_text(errors="replace", encoding="utf-8")
    targets = re.findall(r'^\s*(?:target|group)\s+"([^"]+)"', text, re.MULTILINE)
    for target in dict.fromkeys(["default", *targets]):
        command = ["docker", "buildx", "bake", "--print", "-f", name, target]
        printed = _json(command, folder) or {}
        for build in (printed.get("target") or {}).values():
            if "dockerfile-inline" not in build:
                yield from _place(root, folder, name, build)


def _place(
    root: Path, folder: Path, name: str, build: dict[str, Any]
) -> Iterator[PrintedBuild]:
    """A build with paths from the root; none for a context that is not in the repository."""
    context = (folder / (build.get("context") or ".")).resolve()
    if "://" in str(build.get("context")) or not context.is_relative_to(root):
        return
    dockerfile = (context / (build.get("dockerfile") or "Dockerfile")).resolve()
    if dockerfile.is_relative_to(root):
        yield PrintedBuild(
            (folder / name).relative_to(root).as_posix(),
            dockerfile.relative_to(root).as_posix(),
            context.relative_to(root).as_posix(),
            build.get("target") or None,
        )


def _json(command: Sequence[str], folder: Path) -> dict[str, Any] | None:
    """What a command prints as JSON; None where it fails."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME")}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
        data: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
    return data


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
