"""From paths to Builds and Reports, over all cores where it pays."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from typing import Any

from lightship.build import Build
from lightship.config import Config, config_for, load
from lightship.dockerfile.parse import parse
from lightship.errors import LightshipError
from lightship.files.context import open_context
from lightship.files.reading import STDIN, path_inside, read_file
from lightship.files.search import find_dockerfiles, gitignored
from lightship.lint import engine
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.registry import all_rules
from lightship.lint.rule import Rule
from lightship.lint.selection import (
    Request,
    Selection,
    aliases_in_use,
    names,
    resolve,
    select,
)
from lightship.record import record
from lightship.text import decode

# Up to this many files one process is done before others have started. Measured on 2 cores, seconds with one process
# and with two: 64 files 0.17 and 0.16, 128 files 0.24 and 0.20, 512 files 0.69 and 0.43; a busy second core costs 0.02.
FEW = 64
CHUNK = 16  # files that a process is handed at once


@record
class Settings:
    """What the command line says about every file."""

    request: Request
    context: str | None = None
    build_args: Mapping[str, str] | None = None
    target: str | None = None
    stdin_filename: str | None = None
    config_file: str | None = None
    no_config: bool = False

    def find(self, paths: Iterable[str]) -> Iterator[str]:
        """The Dockerfiles that `paths` name; see `find_dockerfiles`."""
        for path in dict.fromkeys(paths):
            config = self.config(
                os.path.join(path, "Dockerfile") if os.path.isdir(path) else path
            )
            base = (
                os.path.dirname(os.path.abspath(config.source)) if config.source else ""
            )
            exclude = [gitignored(base, config.exclude)] if config.exclude else []
            yield from find_dockerfiles((path,), exclude)

    def shown(self, path: str) -> str:
        """The path as reports print it."""
        return (self.stdin_filename or "<stdin>") if path == STDIN else path

    def config(self, path: str) -> Config:
        """The configuration that holds for a Dockerfile."""
        if self.no_config:
            return Config()
        if self.config_file is not None:
            return _loaded(self.config_file)
        named = self.stdin_filename or "" if path == STDIN else path
        return config_for(os.path.dirname(os.path.abspath(named)))

    def selection(self, path: str) -> Selection:
        """The rules that run on a Dockerfile."""
        config = self.config(path)
        requests = (*config.requests(self.shown(path)), self.request)
        return _selection(requests, tuple(config.severity.items()), config.is_hadolints)

    def context_of(self, path: str) -> str | None:
        """The directory of a Dockerfile's build context; None where none is known."""
        if self.context is not None:
            return None if self.context == "-" else self.context
        if path == STDIN and self.stdin_filename is None:
            return None
        return os.path.dirname(self.shown(path)) or "."


def build(path: str, settings: Settings) -> Build:
    """The Build of one Dockerfile."""
    config, root = settings.config(path), settings.context_of(path)
    dockerfile = parse(decode(read_file(path)))
    return Build(
        dockerfile,
        open_context(root, settings.shown(path)) if root is not None else None,
        {**config.build_args, **(settings.build_args or {})},
        settings.target or config.target,
        path_inside(settings.shown(path), root) if root is not None else None,
    )


def inspect(path: str, settings: Settings) -> Report:
    """Lint one Dockerfile. Whatever is wrong with it, or with lightship, the answer is a Report."""
    shown = settings.shown(path)
    selection = settings.selection(path)
    try:
        report = engine.report(build(path, settings), selection, shown)
        return replace(report, root=settings.context_of(path) or "")
    except LightshipError as error:
        return engine.unreadable(shown, str(error))
    except Exception as error:  # noqa: BLE001 - one strange file must not end the run for all others
        return engine.crashed(shown, error)


def inspect_all(
    paths: Iterable[str], settings: Settings, jobs: int
) -> Iterator[Report]:
    """Lint many Dockerfiles; the Reports come in the order of the paths, each as soon as it is known."""
    rest = iter(paths)
    first = list(islice(rest, FEW + 1))
    if jobs == 1 or len(first) <= FEW:
        for path in chain(first, rest):
            yield inspect(path, settings)
    else:
        for path in first[
            :CHUNK
        ]:  # what is compiled late is inherited by the processes then
            yield inspect(path, settings)
        gc.freeze()
        yield from _inspect_on_all_cores(chain(first[CHUNK:], rest), settings, jobs)


def _inspect_on_all_cores(
    paths: Iterator[str], settings: Settings, jobs: int
) -> Iterator[Report]:
    """At most a few chunks for each process are under way, so that memory does not grow with the number of files."""
    from concurrent.futures import Future, ProcessPoolExecutor  # noqa: PLC0415 - 20 ms that one file need not pay
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    rules = {
        rule.id: rule for rule in all_rules()
    }  # loaded here once, and inherited where processes are forked
    waiting: deque[Future[list[Packed]]] = deque()
    with ProcessPoolExecutor(jobs) as pool:
        while True:
            while len(waiting) < 2 * jobs and (chunk := list(islice(paths, CHUNK))):
                waiting.append(pool.submit(_work, chunk, settings))
            if not waiting:
                return
            try:
                chunk_done = waiting.popleft().result()
            except BrokenProcessPool as error:
                raise LightshipError(
                    "a process was killed, by lack of memory perhaps; try --jobs 1"
                ) from error
            yield from (_unpack(packed, rules) for packed in chunk_done)


Packed = tuple[Report, list[tuple[str, Any, Any, str]]]


def _work(paths: list[str], settings: Settings) -> list[Packed]:
    """A process's share. Rules go by their ids: their documentation need not travel."""
    packed: list[Packed] = []
    for path in paths:
        report = inspect(path, settings)
        rows = [
            (item.rule.id, item.finding, item.severity, item.alias)
            for item in report.diagnostics
        ]
        packed.append(
            (replace(report, diagnostics=(), text=report.text if rows else ""), rows)
        )
    return packed


def _unpack(packed: Packed, rules: Mapping[str, Rule]) -> Report:
    report, rows = packed
    return replace(
        report,
        diagnostics=tuple(Diagnostic(rules[name], *rest) for name, *rest in rows),
    )


@cache
def _loaded(path: str) -> Config:
    return load(path)


@cache
def _selection(
    requests: tuple[Request, ...],
    severities: tuple[tuple[str, Any], ...],
    is_hadolints: bool,
) -> Selection:
    known = names(all_rules())
    by_id = {
        rule_id: level for name, level in severities for rule_id in resolve(name, known)
    }
    used = {name for name, _ in severities}
    for request in requests:
        used.update((*(request.select or ()), *request.extend, *request.ignore))
    if is_hadolints:
        used.add("hadolint")
    rules = select(all_rules(), requests)
    return Selection(rules, by_id, aliases_in_use(rules, used))
