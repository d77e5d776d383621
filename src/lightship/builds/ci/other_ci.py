"""CircleCI, Azure Pipelines, Travis, Drone, Woodpecker, Bitbucket, Buildkite, AppVeyor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from lightship.builds.build_paths import Setting, checked, dockerfile_in, local
from lightship.builds.ci.job_commands import (
    JobCommands,
    documents,
    flat,
    job_builds,
    texts_of,
)
from lightship.builds.commands.build_command import listed_platforms
from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Found,
    Unresolved,
    Written,
)
from lightship.builds.workspace import Workspace, folder_of, joined, rooted
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record
from lightship.regex import regex

_MOST_STEPS = 5_000  # of one file
_CIRCLE_VALUE = regex(r"<<\s*(?:pipeline\.)?parameters\.([\w-]+)\s*>>")
_AZURE_VALUE = regex(r"\$\(([\w.]+)\)")
_COMPUTED = regex(r"\$\{\{|\$\(|\$\[|<<|\$[A-Za-z{]")
# What the system puts in before a shell sees it: `$(python.version)`, `<< matrix.tag >>`
_MACRO = regex(r"\$\{\{|\$\(|\$\[|<<")
_AZURE_ROOT = (
    "Build.SourcesDirectory",
    "System.DefaultWorkingDirectory",
    "Pipeline.Workspace",
)


@record(eq=False)
class PluginBuild:
    """A step that builds by a plugin, and what it says; an empty text says nothing."""

    path: str
    line: int
    about: str
    context: str = ""
    dockerfile: str = ""
    target: str = ""
    args: Mapping[str, str | None] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()


def plugin_build(workspace: Workspace, plugin: PluginBuild) -> Found:
    """What a plugin builds: its context and its Dockerfile both count from the root."""
    written = Written(plugin.path, plugin.line)
    for text in (plugin.context, plugin.dockerfile, plugin.target):
        if _COMPUTED.search(text):
            return Unresolved(written, f"{plugin.about}: {text} is known only in a run")
    context = local(".", Setting(plugin.context or ".", 0))
    assert context is not None
    if context.text is None:
        return Unresolved(written, f"{plugin.about}: {context.why}")
    dockerfile = dockerfile_in(workspace, context.text, None)
    if plugin.dockerfile:
        named = local(".", Setting(plugin.dockerfile, 0))
        assert named is not None
        dockerfile = named
    if dockerfile.text is None:
        return Unresolved(written, f"{plugin.about}: {dockerfile.why}")
    build = BuildDefinition(
        dockerfile.text,
        context.text,
        BuildSourceKind.SCRIPT,
        (written,),
        plugin.about,
        plugin.target or None,
        plugin.args,
        plugin.platforms,
    )
    return checked(workspace, build)


def circle_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """CircleCI: `run` of jobs and commands, and `docker/build` of its orb."""
    for tree in documents(workspace, path, (b"docker/",)):
        for kind in ("jobs", "commands"):
            jobs = tree.get(kind)
            for name, job in (jobs.entries if jobs is not None else {}).items():
                yield from _circle_job(workspace, path, name, job)


def _circle_job(
    workspace: Workspace, path: str, name: str, job: YamlNode
) -> Iterator[Found]:
    # The repository is checked out into the working directory
    home = job.get("working_directory")
    defaults = {}
    parameters = job.get("parameters")
    for key, about in (parameters.entries if parameters is not None else {}).items():
        default = about.get("default")
        if default is not None and default.text is not None:
            defaults[key] = default.text
    steps = job.get("steps")
    for step in _steps(steps):
        run = step.get("run")
        if run is not None:
            command = run.get("command") or run
            folder = _circle_folder(run.get("working_directory"), home)
            if command.text is None or folder is None:
                continue
            text, reasons = _circle_filled(command.text, defaults)
            node = YamlNode(text, command.line, is_block=command.is_block)
            yield from job_builds(
                workspace,
                JobCommands(
                    path,
                    f"job {name}",
                    [node],
                    folder=folder,
                    variables=_settled(texts_of(job.get("environment"))),
                    reasons=reasons,
                ),
            )
        orb = step.get("docker/build")
        if orb is not None:
            yield plugin_build(workspace, _orb_build(path, name, step, orb))


def _steps(steps: YamlNode | None) -> Iterator[YamlNode]:
    """All steps, those in `when` and `unless` too."""
    waiting = list(steps.items) if steps is not None else []
    for number, step in enumerate(waiting):
        if number > _MOST_STEPS:
            return
        yield step
        for key in ("when", "unless"):
            inner = step.get(key, "steps")
            if inner is not None:
                waiting += inner.items


def _circle_folder(own: YamlNode | None, home: YamlNode | None) -> str | None:
    text = own.text if own is not None else None
    if not text:
        return "."
    start = home.text if home is not None and home.text else "~/project"
    for prefix in (start, "~/project", "/root/project"):
        if text == prefix or text.startswith(f"{prefix}/"):
            return joined(".", text.removeprefix(prefix).lstrip("/") or ".")
    return joined(".", text)


def _circle_filled(
    text: str, defaults: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    reasons: dict[str, str] = {}

    def value(name: str) -> str:
        if name in defaults:
            return defaults[name]
        variable = f"LIGHTSHIP_{len(reasons)}"
        reasons[variable] = f"<< parameters.{name} >> is known only in a run"
        return f"${{{variable}}}"

    return _CIRCLE_VALUE.sub(lambda match: value(match[1]), text), reasons


def _orb_build(path: str, name: str, step: YamlNode, orb: YamlNode) -> PluginBuild:
    """`docker/build` of the orb circleci/docker: `path` is where the Dockerfile lies."""
    texts = texts_of(orb)
    folder = texts.get("path", ".")
    return PluginBuild(
        path,
        step.line,
        f"docker/build in job {name}",
        texts.get("docker-context", "."),
        f"{folder}/{texts.get('dockerfile', 'Dockerfile')}",
    )


def azure_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Azure Pipelines: scripts of steps, and the task Docker@2."""
    for tree in documents(workspace, path, (b"Docker@",)):
        for steps in _lists_named(tree, "steps"):
            for step in steps.items:
                yield from _azure_step(workspace, path, step)


def _lists_named(tree: YamlNode, name: str) -> Iterator[YamlNode]:
    """All lists under a key, at any depth."""
    waiting = [tree]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_STEPS:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        found = node.entries.get(name)
        if found is not None and found.items:
            yield found
        waiting += reversed([*node.entries.values(), *node.items])


def _azure_step(workspace: Workspace, path: str, step: YamlNode) -> Iterator[Found]:
    task = step.get("task")
    if task is not None and (task.text or "").startswith("Docker@"):
        plugin = _docker_task(workspace, path, step)
        if plugin is not None:
            yield plugin
        return
    script = step.get("script") or step.get("bash")
    if script is None:
        return
    folder = step.get("workingDirectory")
    place = "."
    if folder is not None:
        text = _azure_path(folder.text or "")
        if _COMPUTED.search(text):
            return
        place = joined(".", text) or ""
    if not place or script.text is None:
        return
    node = YamlNode(
        _AZURE_VALUE.sub(_azure_variable, script.text),
        script.line,
        is_block=script.is_block,
    )
    env = _settled(texts_of(step.get("env")))
    variables = {**env, "LIGHTSHIP_ROOT": rooted(".")}
    yield from job_builds(
        workspace,
        JobCommands(path, "a step", [node], folder=place, variables=variables),
    )


def _settled(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables whose values stand in the file: others only a run knows."""
    return {name: text for name, text in variables.items() if not _MACRO.search(text)}


def _azure_variable(match: re.Match[str]) -> str:
    """`$(NAME)` as a variable of the shell, where it would be a substitution."""
    name = match[1]
    if name in _AZURE_ROOT:
        return "${LIGHTSHIP_ROOT}"
    if "." in name or name[:1].isupper():
        return f"${{{name.replace('.', '_')}}}"
    return match[0]


def _azure_path(text: str) -> str:
    for name in _AZURE_ROOT:
        text = text.replace(f"$({name})/", "").replace(f"$({name})", ".")
    return text


def _docker_task(workspace: Workspace, path: str, step: YamlNode) -> Found | None:
    """Docker@2: the Dockerfile may be a pattern, the context is by default beside it."""
    texts = {name.lower(): text for name, text in texts_of(step.get("inputs")).items()}
    if texts.get("command", "buildAndPush").lower() not in ("build", "buildandpush"):
        return None
    written = Written(path, step.line)
    dockerfile = _azure_path(texts.get("dockerfile", "**/Dockerfile"))
    if "*" in dockerfile:
        if dockerfile != "**/Dockerfile":
            return Unresolved(written, f"the task Docker: {dockerfile} is a pattern")
        found = [item for item in workspace.paths if item.endswith("Dockerfile")]
        names = [item for item in found if item.rpartition("/")[2] == "Dockerfile"]
        if len(names) != 1:
            return Unresolved(written, "the task Docker: **/Dockerfile is not one file")
        dockerfile = names[0]
    context = _azure_path(texts.get("buildcontext", "**"))
    if context == "**":
        place = joined(".", dockerfile)
        context = folder_of(place) if place is not None else "."
    return plugin_build(
        workspace,
        PluginBuild(path, step.line, "the task Docker", context, dockerfile),
    )


def list_ci_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Travis, Bitbucket, Buildkite, AppVeyor and kin: lists of commands at any depth."""
    for tree in documents(workspace, path):
        variables = {**texts_of(tree.get("variables")), **_root_variables()}
        nodes: list[YamlNode] = []
        for key in _COMMAND_KEYS:
            nodes += _under(tree, key)
        for node in nodes:
            yield from job_builds(
                workspace,
                JobCommands(path, "a job", [node], variables=variables),
            )


_COMMAND_KEYS = (
    "before_install",
    "install",
    "before_script",
    "script",
    "after_success",
    "before_deploy",
    "commands",
    "command",
    "build_script",
    "deploy_script",
)


def _root_variables() -> dict[str, str]:
    names = (
        "TRAVIS_BUILD_DIR",
        "BITBUCKET_CLONE_DIR",
        "CI_WORKSPACE",
        "DRONE_WORKSPACE",
    )
    return {name: rooted(".") for name in names}


def _under(tree: YamlNode, key: str) -> Iterator[YamlNode]:
    """All values of a key, at any depth."""
    waiting = [tree]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_STEPS:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        found = node.entries.get(key)
        if found is not None:
            yield found
        waiting += reversed([*node.entries.values(), *node.items])


def drone_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Drone and Woodpecker: commands, and the plugins that build."""
    for tree in documents(workspace, path, (b"plugin", b"docker")):
        for key in ("steps", "pipeline"):
            steps = tree.get(key)
            if steps is None:
                continue
            named = [(step.get("name"), step) for step in steps.items]
            named += [(None, step) for step in steps.entries.values()]
            for _, step in named:
                yield from _drone_step(workspace, path, step)


def _drone_step(workspace: Workspace, path: str, step: YamlNode) -> Iterator[Found]:
    image = step.get("image")
    name = image.text or "" if image is not None else ""
    settings = step.get("settings")
    is_plugin = any(
        word in name for word in ("plugins/", "plugin-docker", "plugin-kaniko")
    )
    if is_plugin and settings is not None:
        texts = texts_of(settings)
        args = settings.get("build_args") or settings.get("build-args")
        found: dict[str, str | None] = dict(texts_of(args))
        for item in flat([args]) if args is not None else ():
            key, equals, value = (item.text or "").partition("=")
            if key:
                found[key] = value if equals else None
        platforms = settings.get("platforms") or settings.get("platform")
        names = [item.text or "" for item in flat([platforms])] if platforms else []
        yield plugin_build(
            workspace,
            PluginBuild(
                path,
                step.line,
                f"the plugin {name.partition(':')[0]}",
                texts.get("context", "."),
                texts.get("dockerfile", ""),
                texts.get("target", ""),
                found,
                listed_platforms(",".join(names)),
            ),
        )
    commands = step.get("commands")
    if commands is not None:
        variables = {**texts_of(step.get("environment")), **_root_variables()}
        yield from job_builds(
            workspace, JobCommands(path, "a step", [commands], variables=variables)
        )
