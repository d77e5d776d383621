"""The builder of a step: what sets it up before, in the same job and the actions around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from lightship.builds.ci.ci_build import (
    BuildTool,
    CiBuilder,
    Driver,
    KeptPath,
)
from lightship.builds.ci.github_values import StepFrame
from lightship.builds.definition import Written
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record
from lightship.regex import regex

SETUP = "docker/setup-buildx-action"
_SERVICES = {
    "depot/build-push-action": "Depot",
    "depot/bake-action": "Depot",
    "useblacksmith/build-push-action": "Blacksmith",
    "useblacksmith/setup-docker-builder": "Blacksmith",
    "useblacksmith/setup-buildx-action": "Blacksmith",
    "namespacelabs/nscloud-setup-buildx-action": "Namespace",
}
_CACHES = ("actions/cache", "actions/cache/restore")
_CREATE = regex(r"\bbuildx\s+create\b(?P<rest>(?:[^\n\\;&|]|\\\r?\n)*)")
_DRIVER = regex(r"--driver[= ]\s*[\"']?([\w-]+)")
_OPTION = regex(r"[\"']?([\w.-]+)=([^\n]*)")
# Commands that write files where they run; what only goes to a file of the runner is not meant
_MAKES = regex(
    r"[ \t]*(?:sed -i|npm run build|yarn (?:run )?build|pnpm (?:run )?build|make(?:\s|$)"
    r"|uv build|python -m build|poetry (?:build|export)|cargo build|go build|mvn |(?:\./)?gradlew "
    r"|(?:cp|mv) (?:-\w+ )*[\w./*-]+ (?!/tmp|/etc|~|\$|\.env)[\w.])"
)
_PRINTS = regex(r"(?:^|\s)(?:echo|printf|cat)\s")
_REDIRECTS = regex(r"[^>]>>?[ \t]*(?!/|~|\$|\"\$|&|\.env)[\w.][\w./-]*\s*$")
_HOSTED = ("ubuntu-", "windows-", "macos-")
_DEEPEST = 3
_MOST_STEPS = 300


class ActionReader(Protocol):
    """Reads the actions of the repository."""

    def action_steps(self, name: str) -> tuple[str, Sequence[YamlNode]]:
        """The file and the steps of an action, `./path`; none where it cannot be read."""
        ...


@record(eq=False)
class EarlierStep:
    """A step before the one that builds, and the file that it stands in."""

    path: str
    node: YamlNode

    @property
    def action(self) -> str:
        """The action without its version."""
        return self.text("uses").partition("@")[0]

    def text(self, *keys: str) -> str:
        """The text below nested keys; empty where there is none."""
        value = self.node.get(*keys)
        return (value.text or "") if value is not None else ""

    @property
    def written(self) -> Written:
        return Written(self.path, self.node.line)


def earlier_steps(
    frames: Sequence[StepFrame], reader: ActionReader
) -> list[EarlierStep]:
    """The steps before, the last one first, those of actions of the repository among them."""
    found: list[EarlierStep] = []
    for frame in reversed(frames):
        for node in reversed(frame.steps[: frame.number]):
            found += _with_inner(EarlierStep(frame.path, node), reader, 0)
            if len(found) > _MOST_STEPS:
                return found
    return found


def _with_inner(
    step: EarlierStep, reader: ActionReader, depth: int
) -> Iterator[EarlierStep]:
    if step.action.startswith("./") and depth < _DEEPEST:
        path, nodes = reader.action_steps(step.action)
        for node in reversed(nodes):
            yield from _with_inner(EarlierStep(path, node), reader, depth + 1)
    yield step


def builder_of(
    tool: BuildTool,
    action: str,
    script: str,
    earlier: Sequence[EarlierStep],
    runner: str,
    *,
    is_plain: bool,
    named: str = "",
) -> CiBuilder:
    """The builder of a step; `is_plain` is whether it is `docker build` and no buildx.

    `script` is that of the step itself, `named` the builder that an option names.
    """
    service = _SERVICES.get(action)
    if service is not None:
        why = f"{service} builds, and keeps its layers"
        return CiBuilder(Driver.REMOTE, why, keeps_cache=True)
    if tool in (BuildTool.BUILDAH, BuildTool.KANIKO):
        why = f"{tool.value} builds without BuildKit"
        return CiBuilder(Driver.UNKNOWN, why, keeps_cache=_kept_by_runner(runner))
    if is_plain and not named and not _is_alias(script, earlier):
        why = "docker build uses the builder of the engine"
        if tool is BuildTool.OTHER:
            why = f"{action} runs docker build"
        return _engine(why, earlier, runner)

    created = _created(script)
    if created is not None:
        return CiBuilder(created, "the step runs docker buildx create")
    for step in earlier:
        found = _set_up_by(step, runner)
        if found is not None:
            return found
    if named and "{{" not in named:
        return CiBuilder(
            Driver.UNKNOWN, f"nothing here makes builder {named}", keeps_cache=None
        )
    return _engine("no step sets up a builder", earlier, runner)


def _kept_by_runner(runner: str) -> bool | None:
    """Whether the machine is the same in the next run: never of a hosted one, else not known."""
    return False if is_hosted(runner) else None


def is_hosted(runner: str) -> bool:
    """Whether GitHub gives a new machine to each job."""
    return runner.startswith(_HOSTED)


def _engine(why: str, earlier: Sequence[EarlierStep], runner: str) -> CiBuilder:
    """The engine's own builder; one with containerd's image store can export caches."""
    options: dict[str, str] = {}
    for step in earlier:
        config = step.text("with", "daemon-config") + step.text("run")
        if "containerd-snapshotter" in config:
            options["image-store"] = "containerd"
    return CiBuilder(Driver.DOCKER, why, options, _kept_by_runner(runner))


def _is_alias(script: str, earlier: Sequence[EarlierStep]) -> bool:
    """Whether `docker build` means the builder that was set up: `install`, `BUILDX_BUILDER`."""
    texts = [script, *(step.text("run") for step in earlier)]
    if any("buildx install" in text or "BUILDX_BUILDER=" in text for text in texts):
        return True
    return any(
        step.action == SETUP and step.text("with", "install") == "true"
        for step in earlier
    )


def _created(script: str) -> Driver | None:
    """The driver of `docker buildx create`."""
    match = _CREATE.search(script)
    if match is None:
        return None
    driver = _DRIVER.search(match["rest"])
    return _driver(driver[1] if driver is not None else "docker-container")


def _driver(name: str) -> Driver:
    if name == "cloud":
        return Driver.REMOTE
    try:
        return Driver(name)
    except ValueError:
        return Driver.UNKNOWN


def _set_up_by(step: EarlierStep, runner: str) -> CiBuilder | None:
    action = step.action
    service = _SERVICES.get(action)
    if service is not None and "setup" in action:
        why = f"{action} sets up a builder of {service} that keeps its layers"
        return CiBuilder(Driver.REMOTE, why, keeps_cache=True, written=step.written)
    if action == SETUP:
        return _by_setup(step)
    created = _created(step.text("run"))
    if created is not None:
        kept = None if not is_hosted(runner) else False
        why = "a step runs docker buildx create"
        return CiBuilder(created, why, keeps_cache=kept, written=step.written)
    if "buildx" in action or "buildkit" in action:
        why = f"{action} sets it up"
        return CiBuilder(Driver.UNKNOWN, why, keeps_cache=None, written=step.written)
    return None


def _by_setup(step: EarlierStep) -> CiBuilder:
    name = step.text("with", "driver") or "docker-container"
    options = {}
    for line in step.text("with", "driver-opts").split("\n"):
        match = _OPTION.fullmatch(line.strip())
        if match is not None:
            options[match[1]] = match[2].strip("\"'")
    version = step.text("with", "version")
    if version:
        options["buildx-version"] = version
    endpoint = step.text("with", "endpoint")
    driver = _driver(name)
    if driver is Driver.DOCKER_CONTAINER and endpoint.startswith(("tcp:", "ssh:")):
        options["endpoint"] = endpoint
    keeps: bool | None = step.text("with", "keep-state") == "true"
    if name == "cloud":
        keeps = True  # Docker Build Cloud
    elif driver in (Driver.REMOTE, Driver.KUBERNETES, Driver.UNKNOWN):
        keeps = None
    return CiBuilder(driver, f"{SETUP}", options, keeps, step.written)


def kept_paths(earlier: Sequence[EarlierStep]) -> Iterator[KeptPath]:
    """What the steps before carry over from run to run."""
    for step in reversed(earlier):
        if step.action in _CACHES:
            paths = _lines(step.text("with", "path"))
            restore = _lines(step.text("with", "restore-keys"))
            key = step.text("with", "key")
            yield KeptPath(paths, key, restore, step.written, step.action)


def _lines(text: str) -> tuple[str, ...]:
    parts = [line.strip() for line in text.split("\n")]
    return tuple(part for part in parts if part)


def file_makers(earlier: Sequence[EarlierStep]) -> Iterator[Written]:
    """The steps after the checkout that write files into it, as their commands tell."""
    after: list[EarlierStep] = []
    for step in earlier:
        if step.action == "actions/checkout":
            break
        after.append(step)
    else:
        return
    for step in reversed(after):
        is_download = step.action == "actions/download-artifact"
        outside = step.text("with", "path").startswith(("/", "~", "${{ runner.temp"))
        if (is_download and not outside) or _makes_files(step.text("run")):
            yield step.written


def _makes_files(script: str) -> bool:
    """Whether a command writes files where it runs: line by line, each part searched once."""
    for line in script.split("\n"):
        if _MAKES.match(line):
            return True
        prints = _PRINTS.search(line)
        if prints is not None and _REDIRECTS.search(line, prints.end()):
            return True
    return False


def checkout_of(earlier: Sequence[EarlierStep]) -> Written | None:
    """The step that checks this repository out."""
    for step in earlier:
        is_other = step.node.get("with", "repository") is not None
        if step.action == "actions/checkout" and not is_other:
            return step.written
    return None
