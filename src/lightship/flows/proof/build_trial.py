"""One way in which a Dockerfile is built, beside the same with other texts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from lightship.bench.bench import Bench
from lightship.bench.materials import write
from lightship.bench.proof_run import Folder, ProofQuestion
from lightship.bench.version import Version
from lightship.cache.plan.plan import Side
from lightship.files.trees import folder_tree
from lightship.flows.judged_builds import ReadBuild
from lightship.flows.proof.measuring import (
    benched,
    build_words,
    served_running,
    with_named_contexts,
    with_platform,
)
from lightship.flows.proof.requests import ProveOptions
from lightship.flows.proof.services import ServedApp, services_for
from lightship.flows.proof.versions import without_own
from lightship.flows.tell import Tell
from lightship.proof.change_parts import with_files
from lightship.proof.journal import Journal
from lightship.proof.judging import MeasuredChange
from lightship.proof.measure_plan import MeasurePlan, Running

AS_IT_IS = "as it is"


def open_trial(
    path: str,
    read: ReadBuild,
    changed: str,
    options: ProveOptions,
    stack: ExitStack,
    tell: Tell,
) -> BuildTrial:
    """A way to build it, with a bench that stays open as long as `stack`.

    `changed` is what reports call each version with another text. The build has a context.
    """
    assert read.root is not None
    tree = folder_tree(read.root)
    whole = Side(read.build, tree)
    side = without_own(whole)
    question = ProofQuestion(side, side, (AS_IT_IS, changed))
    app = _served_app(path, read, read.root)
    services = services_for(app, options.run, options.services)
    running: Running | None = None
    if not options.run.no_run:
        running = served_running(
            question,
            options.run,
            options.services,
            services,
        )
    passed = with_named_contexts(options.passed, read.named_contexts)
    passed = with_platform(passed, read.platforms)
    words = build_words(passed)
    plan = MeasurePlan(
        runs=1,
        running=running,
        options=words,
        patience=options.timeout,
        scenarios=(),
        cold=False,
    )
    journal = Journal("trial")
    opened = benched(question, plan, journal, None, tell, services)
    bench, folder = stack.enter_context(opened)
    return BuildTrial(read, side, changed, bench, folder)


def _served_app(path: str, read: ReadBuild, root: str) -> ServedApp:
    """The application that is built so, with the file that says it."""
    written: list[str] = []
    source, _colon, _line = read.judged.source.partition(":")
    if source:
        written.append(source)
    return ServedApp(read.build, path, root, written)


class BuildTrial:
    """One way in which a Dockerfile is built: as it is, and with other texts."""

    def __init__(
        self,
        read: ReadBuild,
        side: Side,
        changed: str,
        bench: Bench,
        folder: Folder,
    ) -> None:
        self._read = read
        self._side = side
        self._changed = changed
        self._bench = bench
        self._folder = folder
        self._number = 0
        self._before = self._version("before", side, AS_IT_IS)
        # Why it cannot be compared, or not wholly; known after the first comparison
        self.failure = ""
        self.silence = ""

    def compared(self, text: str, files: Mapping[str, str]) -> MeasuredChange | None:
        """The build as it is beside one of another text; None where it does not build as it is.

        `files` are further texts, as of a fix. What comes of the build as it is is kept.
        """
        if self.failure:
            return None
        self._number += 1
        key = f"try{self._number}"
        side = with_files(self._side, text, files)
        after = self._version(key, side, self._changed)
        old, new = self._bench.both(self._before, after)
        if old.build_error:
            error = old.build_error.strip()
            self.failure = error.splitlines()[0]
            return None

        errors = [run.error for run in old.runs if run.error]
        if errors:
            self.silence = errors[-1]
        return MeasuredChange.of(old, new)

    @property
    def notes(self) -> tuple[str, ...]:
        """Why it has no services, or what of them is not as compose says."""
        return self._bench.services.notes

    @property
    def name(self) -> str:
        """Which build it is, where the repository says so."""
        written = self._read.judged.source
        if not written:
            return ""
        return f", in the build of {written}"

    def _version(self, key: str, side: Side, name: str) -> Version:
        folder = self._folder(key)
        material = write(side, name, folder)
        return Version(key, side, material)
