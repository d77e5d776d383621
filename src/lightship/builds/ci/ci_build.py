"""`CiBuild`: one build as a CI system runs it, and where each part of that is written.

What is not known without a run is None, or stands as it is written (`${{ github.sha }}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.definition import BuildDefinition, Written
from lightship.record import record
from lightship.text import Span


class CiSystem(StrEnum):
    """Whose file it is."""

    GITHUB = "github"  # Gitea and Forgejo read the same
    GITLAB = "gitlab"
    OTHER = "other"


class BuildTool(StrEnum):
    """What builds."""

    BUILDX = (
        "buildx"  # an action of docker, `docker buildx build`, `docker buildx bake`
    )
    DOCKER = "docker"  # `docker build`, `docker compose build`
    BUILDAH = "buildah"  # and podman
    KANIKO = "kaniko"
    OTHER = "other"  # an action of somebody else


class Driver(StrEnum):
    """The kind of a builder."""

    DOCKER = "docker"  # the engine's own
    DOCKER_CONTAINER = "docker-container"
    KUBERNETES = "kubernetes"
    REMOTE = "remote"  # also builders of a service
    UNKNOWN = "unknown"


class ChangesWith(StrEnum):
    """When a value has another one than before."""

    RUN = "run"  # each run: its number, a date
    COMMIT = "commit"
    REF = "ref"  # a branch or tag has its own


class ContextKind(StrEnum):
    """How the build context comes to the builder."""

    PATH = "path"  # a directory of the runner is sent
    GIT = "git"  # the builder fetches the commit itself
    REMOTE = "remote"  # another repository, or an archive
    UNKNOWN = "unknown"


@record
class CiBuilder:
    """The builder of a build.

    `why` says how it is known, in a few words for people. `options` are the driver's own. Where
    `keeps_cache`, layers are still there in the next run, without any cache option; None is not
    known, as on runners of one's own. `written` is the step that sets it up.
    """

    driver: Driver
    why: str
    options: Mapping[str, str] = field(default_factory=dict)
    keeps_cache: bool | None = False
    written: Written | None = None


@record
class CiSwitch:
    """A setting that is on or off; `value` is None where an expression decides (`text`)."""

    value: bool | None
    text: str = ""
    written: Written | None = None

    @property
    def may_be(self) -> bool:
        """Whether it is on in some run."""
        return self.value is not False


OFF = CiSwitch(value=False)
ON = CiSwitch(value=True)


@record
class CiEvent:
    """What starts a workflow, with its filters of names and paths."""

    name: str
    line: int
    branches: tuple[str, ...] = ()
    branches_ignore: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tags_ignore: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    paths_ignore: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def is_for_branches(self) -> bool:
        """Whether a push to some branch starts it: a filter of tags alone excludes them all."""
        is_tags_only = bool(self.tags or self.tags_ignore)
        return bool(self.branches or self.branches_ignore) or not is_tags_only

    @property
    def is_for_tags(self) -> bool:
        """Whether a push of some tag starts it."""
        is_branches_only = bool(self.branches or self.branches_ignore)
        return bool(self.tags or self.tags_ignore) or not is_branches_only


class RunKind(StrEnum):
    """What a run is for, as far as it matters for caches and rights."""

    PUSH = "push"  # to a branch, the default one where that makes a difference
    TAG = "tag"
    PULL_REQUEST = "pull request"
    FORK_PULL_REQUEST = "pull request of a fork"
    PULL_REQUEST_TARGET = "pull_request_target"
    MERGE_QUEUE = "merge queue"
    SCHEDULE = "schedule"
    DISPATCH = "dispatch"  # by hand
    RELEASE = "release"
    CALLED = "called"  # by a workflow that is not read
    OTHER = "other"


@record(eq=False)
class CiRun:
    """What a build does in runs of one kind; None where that is not known without a run.

    `happens` is whether the conditions of its job and step hold.
    """

    kind: RunKind
    event: str
    happens: bool | None = True
    push: bool | None = False
    load: bool | None = False
    no_cache: bool | None = False
    cache_from: tuple[CacheOption, ...] = ()
    cache_to: tuple[CacheOption, ...] = ()


@record
class ChangingArg:
    """A build argument whose value is another one in each run, commit or ref."""

    name: str
    text: str
    changes: ChangesWith
    written: Written


@record
class KeptPath:
    """Directories that a step of the job carries over from run to run (`actions/cache`)."""

    paths: tuple[str, ...]
    key: str
    restore_keys: tuple[str, ...]
    written: Written
    action: str = "actions/cache"


@record
class CiStep:
    """Where a build stands: the file, its job and step.

    `number` is the step's place in its list, from 0. `span` is all of the step in the file's text,
    `inputs` the mapping of its inputs (`with:`), both None where the file has no such thing. `keys`
    are the places of the inputs that are written there: of each its name and its value.
    """

    written: Written
    job: str
    name: str = ""
    uses: str = ""
    number: int = 0
    span: Span | None = None
    inputs: Span | None = None
    keys: Mapping[str, tuple[Span, Span]] = field(default_factory=dict)


@record(eq=False)
class CiBuild:
    """One build in CI; each row of a matrix is one of its own.

    `definition` is None where it cannot be known what is built: `problem` says why. `tool` builds,
    on `builder`. `cache_from` and `cache_to` are in the order in which they are written;
    `inline_arg` is the build argument `BUILDKIT_INLINE_CACHE`, where that is set.

    `no_cache`, `pull`, `push`, `load` may depend on an expression. `outputs` and `platforms` are as
    written. `events` are those of the workflow, or of those that use it; None where the system has
    none that are read. `conditions` are all `if:` that hold for the step, the outermost first.
    `secrets` are ids, `secret_args` names of build arguments that a secret fills.

    `context` is how the build context comes to the builder. `checks_out` is whether the job checks
    the repository out before, `is_context_given` whether an action is told its context.
    `made_files` are the first steps between that and the build which may write files there,
    `made_paths` where steps write other files in each run, `.` for all of the repository. `runner`
    is as written, `matrix` the row. `runs` says what differs with what starts it; it is empty where
    no events are read. `given` are the inputs that a caller gives to the action or workflow of the
    step, as far as they are known. `is_for_release` is whether the workflow publishes a package,
    which happens once for each version. With `is_only_scanned` a scan is all that later steps do
    with the image. `kept` is what the job carries over from run to run.
    `changes` are the paths of which one has to change before GitLab starts the job, none where
    it starts without; with `is_seldom` no commit of a branch starts it. `needs` are the jobs
    that have to end well before. With `lacks_files` it stops: its Dockerfile or build context
    is not in the commit and no step before may make it, or that is so of a job in `needs`.
    """

    system: CiSystem
    step: CiStep
    tool: BuildTool
    builder: CiBuilder
    definition: BuildDefinition | None
    problem: str = ""
    workflow: str = ""
    cache_from: tuple[CacheOption, ...] = ()
    cache_to: tuple[CacheOption, ...] = ()
    inline_arg: Written | None = None
    no_cache: CiSwitch = OFF
    pull: CiSwitch = OFF
    push: CiSwitch = OFF
    load: CiSwitch = OFF
    outputs: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    events: tuple[CiEvent, ...] | None = None
    conditions: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    secret_args: tuple[str, ...] = ()
    changing_args: tuple[ChangingArg, ...] = ()
    context: ContextKind = ContextKind.UNKNOWN
    is_context_given: bool = True
    checks_out: Written | None = None
    made_files: tuple[Written, ...] = ()
    made_paths: tuple[str, ...] = ()
    runner: str = ""
    matrix: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[KeptPath, ...] = ()
    is_for_release: bool = False
    is_only_scanned: bool = False
    changes: tuple[str, ...] = ()
    is_seldom: bool = False
    needs: tuple[str, ...] = ()
    lacks_files: bool = False
    runs: tuple[CiRun, ...] = ()

    @property
    def path(self) -> str:
        """The file that says it, from the root of the repository."""
        return self.step.written.path

    @property
    def line(self) -> int:
        """Its line there, from 1."""
        return self.step.written.line

    @property
    def may_run(self) -> bool:
        """Whether it happens in some run: a job may be switched off (`if: false`)."""
        return not self.runs or any(run.happens is not False for run in self.runs)

    @property
    def may_succeed(self) -> bool:
        """Whether it happens in some run, and finds what it builds."""
        return self.may_run and not self.lacks_files

    @property
    def has_cache(self) -> bool:
        """Whether any option names a cache."""
        return bool(self.cache_from or self.cache_to or self.inline_arg)

    @property
    def writes_inline(self) -> bool:
        """Whether the cache goes into the image itself."""
        is_option = any(item.type == "inline" for item in self.cache_to)
        return is_option or self.inline_arg is not None
