"""Public projects, really built and started before and after `lightship fix --unsafe-fixes`.

    python scripts/fixes_built.py LIST SOURCE... --out OUT [--engine FOLDER]

LIST names a repository on each line, a directory of one of SOURCE; after a tab its Dockerfile where that is not
the first that `lightship builds` names (production first); after another tab build args, as A=1 B=2. Each is copied, never written. A Docker
engine is started in a folder of its own, unless FOLDER has a running one; fixes_bases.py makes the base images.
Before a build, digests and `# syntax=` are taken out of both Dockerfiles: no registry can be asked for them.

OUT/results.tsv has a row for each repository; one that has a row already is passed over. OUT/logs has the
diff of the fixes, what builds and containers printed, and the files that only one of the two images has:
"broken" and "cannot tell" are to be read there by eye. docs/precision.md has the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from engine.engine_process import engine, engine_folder
from fixes_bases import Bases
from fixes_started import Service, details, in_words, service_in, started, verdict

from lightship.build import Build
from lightship.dockerfile.parse import parse

BUILD_SECONDS = 240
# Bytes on the disk, below which the build cache is emptied
LEAST_FREE = 11_000_000_000
PURPOSES = ("production", "unknown", "development", "tool", "test", "ci")
# Repositories that are copied, fixed or started meanwhile; builds take turns
AT_ONCE = 6
_BUILDING = threading.Lock()

_FIXED = re.compile(r"^\s+fixed\s+.*?line \d+\s+([\w-]+):", re.MULTILINE)
_SYNTAX = re.compile(
    r"^[ \t]*#[ \t]*syntax[ \t]*=.*", flags=re.IGNORECASE | re.MULTILINE
)
_DIGEST = re.compile(r"(?<=\S)@sha256:[0-9a-f]{64}")
_ERROR = re.compile(r"error|denied|unable to|not found", re.IGNORECASE)


class Wanted(NamedTuple):
    """A line of the list."""

    source: Path
    dockerfile: str
    args: str

    @property
    def name(self) -> str:
        """The name of the repository."""
        return self.source.name

    @property
    def tags(self) -> tuple[str, str]:
        """What the two images are called."""
        name = re.sub(r"[^a-z0-9]+", "-", f"{self.name}-{self.dockerfile}".lower())
        return f"fixes-before/{name}x", f"fixes-after/{name}x"


class Definition(NamedTuple):
    """How a repository builds an image, as `lightship builds` says it."""

    dockerfile: str
    context: str
    target: str | None
    args: Mapping[str, str]
    contexts: Mapping[str, str]
    sources: Sequence[Mapping[str, Any]]
    why: str


class Row(NamedTuple):
    """A line of the table."""

    repository: str
    dockerfile: str
    build_before: str = ""
    build_after: str = ""
    start_before: str = ""
    start_after: str = ""
    verdict: str = "cannot tell"
    rules: str = ""


def main() -> None:
    """Try each repository of the list that has no row yet."""
    parser = argparse.ArgumentParser()
    parser.add_argument("list", type=Path)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--engine", type=Path)
    options = parser.parse_args()

    (options.out / "logs").mkdir(parents=True, exist_ok=True)
    table = options.out / "results.tsv"
    if not table.exists():
        table.write_text("\t".join(Row._fields) + "\n", encoding="utf-8")
    with _bases(options.engine) as bases, ThreadPoolExecutor(AT_ONCE) as pool:
        rows = []
        for line in options.list.read_text(encoding="utf-8").splitlines():
            repository, dockerfile, args = [*line.split("\t"), "", ""][:3]
            if _has_row(table, repository, dockerfile):
                continue
            wanted = Wanted(_source(options.sources, repository), dockerfile, args)
            rows.append(pool.submit(_row, bases, wanted, options.out))
        for done in as_completed(rows):
            line = "\t".join(done.result())
            with table.open("a") as file:
                file.write(line + "\n")
            print(line, flush=True)


@contextmanager
def _bases(folder: Path | None) -> Iterator[Bases]:
    """The engine of that folder, or one that lives as long as this."""
    if folder is not None:
        yield Bases(folder)
        return
    with engine_folder(large=True) as own, engine(own):
        yield Bases(own)


def _has_row(table: Path, repository: str, dockerfile: str) -> bool:
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    known = [row[1] for row in rows if row[0] == repository]
    return bool(known) and (not dockerfile or dockerfile in known)


def _source(sources: Sequence[Path], repository: str) -> Path:
    places = [source / repository for source in sources]
    return next(place for place in places if place.is_dir())


def _row(bases: Bases, wanted: Wanted, out: Path) -> Row:
    """The row of a repository, also where a tool fails on it."""
    work = bases.context.parent / "work" / wanted.tags[0].rpartition("/")[2]
    try:
        return _tried(bases, wanted, work, out)
    except (OSError, AssertionError, subprocess.SubprocessError) as error:
        why = _short(str(error).replace("\n", " "))
        return Row(wanted.name, wanted.dockerfile, f"not: {why}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
        for tag in wanted.tags:
            bases.engine.tried("rmi", "--force", tag)


def _tried(bases: Bases, wanted: Wanted, work: Path, out: Path) -> Row:
    """A repository copied and fixed; built, started and compared where there was something to fix."""
    before, after = work / "before", work / "after"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(wanted.source, before, symlinks=True)
    definition = _definition(before, wanted.dockerfile)
    if definition is None:
        return Row(wanted.name, wanted.dockerfile, "not: no build is found")
    given = dict(pair.split("=", 1) for pair in wanted.args.split())
    definition = definition._replace(args={**definition.args, **given})

    shutil.copytree(before, after, symlinks=True)
    rules = _fixed(after, definition.dockerfile)
    log = out / "logs" / f"{wanted.name}+{definition.dockerfile.replace('/', '+')}"
    _keep_diff(work, log)
    row = Row(wanted.name, definition.dockerfile, rules=" ".join(rules))
    if not rules:
        return row._replace(build_before="nothing to fix", verdict="same")

    with _BUILDING:
        row = _both_built(bases, row, (before, after), wanted.tags, definition, log)
    if not row.build_after.startswith("built"):
        return row
    return _compared(bases, row, wanted.tags, _service(before, definition), log)


def _both_built(
    bases: Bases,
    row: Row,
    folders: tuple[Path, Path],
    tags: tuple[str, str],
    definition: Definition,
    log: Path,
) -> Row:
    """The row, with what came of both builds."""
    if shutil.disk_usage(bases.context).free < LEAST_FREE:
        bases.engine.tried("builder", "prune", "--all", "--force")

    said = _built(bases, folders[0], definition, tags[0], Path(f"{log}.before"))
    row = row._replace(build_before=said)
    if not said.startswith("built"):
        return row
    said = _built(bases, folders[1], definition, tags[1], Path(f"{log}.after"))
    row = row._replace(build_after=said)
    return row if said.startswith("built") else row._replace(verdict="broken")


def _compared(
    bases: Bases, row: Row, tags: tuple[str, str], service: Service, log: Path
) -> Row:
    """The row, with what came of both containers."""
    before, after = (started(bases.engine, tag, service) for tag in tags)
    shown = details(bases.engine, tags, (before, after))
    Path(f"{log}.starts").write_text(shown, errors="replace", encoding="utf-8")
    return row._replace(
        start_before=in_words(before),
        start_after=in_words(after),
        verdict=verdict(before, after),
    )


def _definition(folder: Path, dockerfile: str) -> Definition | None:
    """The build of that Dockerfile, or of the repository: production first."""
    command = [sys.executable, "-m", "lightship", "builds", "--format", "json", "."]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, check=False, timeout=60
    )
    builds = json.loads(done.stdout)["builds"] if done.stdout else []
    wanted = [
        build
        for build in builds
        if dockerfile in {"", build["dockerfile"]}
        and (folder / (build["dockerfile"] or "-")).is_file()
    ]
    if not wanted:
        return None
    best = min(wanted, key=lambda build: PURPOSES.index(build["purpose"]))
    return Definition(**{name: best[name] for name in Definition._fields})


def _fixed(folder: Path, dockerfile: str) -> list[str]:
    """Fix it as a user would; the rules whose fixes were made."""
    command = [sys.executable, "-m", "lightship", "fix", "--unsafe-fixes", dockerfile]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        encoding="utf-8",
    )
    return sorted(set(_FIXED.findall(done.stdout + done.stderr)))


def _keep_diff(work: Path, log: Path) -> None:
    command = ["/usr/bin/diff", "-ruN", "before", "after"]
    done = subprocess.run(command, cwd=work, capture_output=True, check=False)
    Path(f"{log}.diff").write_bytes(done.stdout)


def _built(
    bases: Bases, folder: Path, definition: Definition, tag: str, log: Path
) -> str:
    """`built` and how long it took, or `not` and why."""
    dockerfile = folder / definition.dockerfile
    text = _without_registry(dockerfile)
    build = Build(parse(text), args=dict(definition.args), target=definition.target)
    missing = [
        reason for image in build.images if (reason := bases.provide(image.name))
    ]

    words = _build_words(folder, definition, tag)
    start = time.monotonic()
    status, output = _docker(bases, words)
    seconds = time.monotonic() - start
    log.write_text(output, encoding="utf-8")
    if status == 0:
        return f"built in {seconds:.0f} s"
    return f"not: {missing[0] if missing else _why(output, status)}"


def _without_registry(dockerfile: Path) -> str:
    """The text without what only a registry could give, which is written."""
    text = dockerfile.read_text(errors="surrogateescape", encoding="utf-8")
    text = _DIGEST.sub("", _SYNTAX.sub("", text))
    dockerfile.write_text(text, errors="surrogateescape", encoding="utf-8")
    return text


def _build_words(folder: Path, definition: Definition, tag: str) -> list[str]:
    """The `docker` command of a build."""
    words = ["buildx", "build", "--progress", "plain", "--network", "host", "--load"]
    words += ["--tag", tag, "--file", str(folder / definition.dockerfile)]
    words += ["--target", definition.target] if definition.target else []
    for name, value in definition.args.items():
        words += ["--build-arg", f"{name}={value}"]
    for name, place in definition.contexts.items():
        words += ["--build-context", f"{name}={folder / place}"]
    return [*words, str(folder / definition.context)]


def _docker(bases: Bases, words: Sequence[str]) -> tuple[int, str]:
    """The exit code and the output of a build; -1 where it takes too long."""
    environment = {**os.environ, "DOCKER_HOST": f"unix://{bases.engine.socket}"}
    try:
        done = subprocess.run(
            ["/usr/bin/docker", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=BUILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return -1, (late.stdout or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace")


def _why(output: str, status: int) -> str:
    """The last lines of a build that speak of an error."""
    if status == -1:
        return f"it takes longer than {BUILD_SECONDS} s"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if _ERROR.search(line)]
    return " | ".join(map(_short, errors[-3:]))


def _short(line: str) -> str:
    return line.replace("\t", " ")[:160]


def _service(folder: Path, definition: Definition) -> Service:
    """The service of a compose file that is built so; an empty one where none is."""
    name = re.search(r"service ([\w.-]+)", definition.why)
    if name is None:
        return Service()
    for source in definition.sources:
        service = service_in(folder / source["path"], name[1])
        if service != Service():
            return service
    return Service()


if __name__ == "__main__":
    main()
