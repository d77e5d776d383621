"""skaffold, Tilt, Fly, Render, Railway, App Engine, App Platform, Cloud Build, Heroku, Okteto.

Read in 2026 in their references: skaffold.dev, docs.tilt.dev, fly.io/docs, render.com/docs,
docs.railway.com, cloud.google.com (App Engine, Cloud Build), docs.digitalocean.com,
devcenter.heroku.com, okteto.com/docs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from lightship.builds.build_paths import Setting, checked, dockerfile_in, local
from lightship.builds.ci.job_commands import texts_of
from lightship.builds.commands.script_builds import ScriptText, script_builds
from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Found,
    Unresolved,
    Written,
)
from lightship.builds.interpolation import UnknownValueError, interpolate
from lightship.builds.workspace import Workspace, folder_of, folders_above, joined
from lightship.builds.yaml_tree import UnreadableError, YamlNode, read_yaml
from lightship.record import record
from lightship.regex import regex

_COMPUTED = regex(r"\{\{|\$\{|\$\(|\$[A-Za-z_]")


@record(eq=False)
class PlatformBuild:
    """What a platform builds; an empty text says nothing.

    `dockerfile` counts from `folder`, or with `is_beside` from the context. `is_run` is whether
    the platform runs it for others, and not while somebody develops.
    """

    path: str
    line: int
    about: str
    folder: str
    context: str = ""
    dockerfile: str = ""
    target: str = ""
    args: Mapping[str, str | None] = field(default_factory=dict)
    is_beside: bool = False
    is_run: bool = True


def platform_build(workspace: Workspace, build: PlatformBuild) -> Found:
    """What a platform builds, or why that is not known."""
    written = Written(build.path, build.line)
    for text in (build.context, build.dockerfile, build.target):
        if _COMPUTED.search(text):
            return Unresolved(written, f"{build.about}: {text} is not known")
    context = local(build.folder, Setting(build.context or ".", 0))
    assert context is not None
    if context.text is None:
        return Unresolved(written, f"{build.about}: {context.why}")
    if build.dockerfile and not build.is_beside:
        named = local(build.folder, Setting(build.dockerfile, 0))
        assert named is not None
        dockerfile = named
    else:
        name = build.dockerfile or None
        dockerfile = dockerfile_in(workspace, context.text, name)
    if dockerfile.text is None:
        return Unresolved(written, f"{build.about}: {dockerfile.why}")
    definition = BuildDefinition(
        dockerfile.text,
        context.text,
        BuildSourceKind.CONFIG,
        (written,),
        build.about,
        build.target or None,
        build.args,
        is_published=build.is_run,
    )
    return checked(workspace, definition)


def _known(texts: Mapping[str, str]) -> dict[str, str | None]:
    """Arguments; one that is computed is None."""
    return {
        name: None if _COMPUTED.search(text) else text for name, text in texts.items()
    }


def _trees(workspace: Workspace, path: str, *words: bytes) -> list[YamlNode]:
    """The documents of a file that has one of these words."""
    data = workspace.read(path)
    if data is None or not any(word in data for word in words):
        return []
    try:
        return read_yaml(workspace.text(path) or "")
    except UnreadableError:
        return []


def skaffold_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Artifacts of skaffold, those of its profiles too."""
    for tree in _trees(workspace, path, b"artifacts"):
        profiles = tree.get("profiles")
        for part in (tree, *(profiles.items if profiles is not None else ())):
            artifacts = part.get("build", "artifacts")
            for item in artifacts.items if artifacts is not None else ():
                yield from _artifact(workspace, path, item)


def _artifact(workspace: Workspace, path: str, item: YamlNode) -> Iterator[Found]:
    others = ("jib", "buildpacks", "bazel", "custom", "ko")
    if any(other in item.entries for other in others):
        return
    docker = item.get("docker") or item.get("kaniko") or YamlNode({}, item.line)
    texts = texts_of(docker)
    image = texts_of(item).get("image", "an image")
    yield platform_build(
        workspace,
        PlatformBuild(
            path,
            item.line,
            f"skaffold's {image}",
            folder_of(path),
            texts_of(item).get("context", "."),
            texts.get("dockerfile", ""),
            texts.get("target", ""),
            _known(texts_of(docker.get("buildArgs"))),
            is_beside=True,
            is_run=False,
        ),
    )


def render_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Services of Render: paths count from the root of the repository, or from `rootDir`."""
    for tree in _trees(workspace, path, b"docker"):
        services = tree.get("services")
        for item in services.items if services is not None else ():
            texts = texts_of(item)
            if "docker" not in (texts.get("env"), texts.get("runtime")):
                continue
            if "image" in item.entries:
                continue
            folder = joined(".", texts.get("rootDir", ".")) or "."
            yield platform_build(
                workspace,
                PlatformBuild(
                    path,
                    item.line,
                    f"Render's service {texts.get('name', '')}".rstrip(),
                    folder,
                    texts.get("dockerContext", "."),
                    texts.get("dockerfilePath", "./Dockerfile"),
                ),
            )


def railway_json_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """railway.json: the Dockerfile counts from the root."""
    for tree in _trees(workspace, path, b"ocker", b"DOCKER"):
        texts = texts_of(tree.get("build"))
        yield from _railway(workspace, path, texts)


def railway_toml_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """railway.toml."""
    build = _toml(workspace, path).get("build")
    if isinstance(build, dict):
        texts = {key: value for key, value in build.items() if isinstance(value, str)}
        yield from _railway(workspace, path, texts)


def _railway(
    workspace: Workspace, path: str, texts: Mapping[str, str]
) -> Iterator[Found]:
    is_docker = texts.get("builder", "").upper() == "DOCKERFILE"
    if not is_docker and "dockerfilePath" not in texts:
        return
    name = texts.get("dockerfilePath", "Dockerfile")
    dockerfile = joined(".", name.lstrip("/")) or name
    # A service in a directory of its own has that as its root
    folder = "." if workspace.is_file(dockerfile) else folder_of(path)
    yield platform_build(
        workspace,
        PlatformBuild(
            path,
            _line_of(workspace, path, "dockerfilePath"),
            "Railway",
            folder,
            ".",
            name.lstrip("/"),
        ),
    )


def fly_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """fly.toml: the context is where `fly deploy` is started, by default beside the file."""
    build = _toml(workspace, path).get("build")
    if not isinstance(build, dict):
        return
    if any(key in build for key in ("image", "builder", "buildpacks")):
        return
    name = build.get("dockerfile")
    args = build.get("args")
    texts = {
        key: str(value)
        for key, value in (args if isinstance(args, dict) else {}).items()
    }
    target = build.get("build-target", "")
    folder = folder_of(path)
    if (
        not isinstance(name, str)
        and dockerfile_in(workspace, folder, None).text is None
    ):
        return
    dockerfile = name if isinstance(name, str) else "Dockerfile"
    for place in folders_above(path):
        found = joined(place, dockerfile)
        if found is not None and workspace.is_file(found):
            folder = place
            break
    yield platform_build(
        workspace,
        PlatformBuild(
            path,
            _line_of(workspace, path, "[build"),
            "Fly",
            folder,
            ".",
            dockerfile,
            target if isinstance(target, str) else "",
            _known(texts),
        ),
    )


def app_yaml_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """App Engine with a custom runtime, and DigitalOcean's App Platform."""
    for tree in _trees(workspace, path, b"custom", b"dockerfile_path"):
        texts = texts_of(tree)
        if texts.get("runtime") == "custom":
            yield platform_build(
                workspace,
                PlatformBuild(path, tree.line, "App Engine", folder_of(path)),
            )
        for kind in ("services", "workers", "jobs"):
            node = tree.get(kind)
            for item in node.items if node is not None else ():
                own = texts_of(item)
                if "dockerfile_path" in own:
                    yield _app_platform(workspace, path, item.line, own)


def _app_platform(
    workspace: Workspace, path: str, line: int, texts: Mapping[str, str]
) -> Found:
    source = texts.get("source_dir", "/").lstrip("/") or "."
    return platform_build(
        workspace,
        PlatformBuild(
            path,
            line,
            f"App Platform's {texts.get('name', 'component')}",
            ".",
            source,
            texts["dockerfile_path"].lstrip("/"),
        ),
    )


def cloud_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Steps of Cloud Build: docker, kaniko, or a shell."""
    for tree in _trees(workspace, path, b"docker", b"kaniko"):
        values = texts_of(tree.get("substitutions"))
        steps = tree.get("steps")
        for step in steps.items if steps is not None else ():
            yield from _cloud_step(workspace, path, step, values)


def _cloud_step(
    workspace: Workspace, path: str, step: YamlNode, values: Mapping[str, str]
) -> Iterator[Found]:
    texts = texts_of(step)
    folder = joined(".", texts.get("dir", "."))
    node = step.get("args")
    script = step.get("script")
    words = [item.text or "" for item in node.items] if node is not None else []
    entry = texts.get("entrypoint", texts.get("name", "").rpartition("/")[2])
    line = step.line
    if script is not None and script.text is not None:
        text = script.text
        line = script.line
    elif entry.rpartition("/")[2] in ("bash", "sh") and "-c" in words[:-1]:
        text = words[words.index("-c") + 1]
    elif entry.startswith("docker") or "kaniko" in texts.get("name", ""):
        program = "/kaniko/executor" if "kaniko" in texts.get("name", "") else "docker"
        text = " ".join([program, *map(_quoted, words)])
    else:
        return
    if folder is None:
        return
    yield from script_builds(
        workspace,
        ScriptText(
            _substituted(text, values).replace("$$", "$"),
            path,
            (folder,),
            BuildSourceKind.CONFIG,
            "a step of Cloud Build",
            lambda inner: Written(path, line if node is not None else line + inner),
        ),
    )


def _quoted(word: str) -> str:
    """A word for a shell in which only variables have a meaning."""
    escaped = re.sub(r'(["\\`])', r"\\\1", word)
    return f'"{escaped}"'


def _substituted(text: str, values: Mapping[str, str]) -> str:
    """Substitutions that the file itself gives."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in values:
            return match[0]
        try:
            return interpolate(values[name], values.get)
        except UnknownValueError:
            return match[0]

    return re.sub(r"\$\{(_\w+)\}|\$(_\w+)", value, text)


def heroku_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """heroku.yml: the directory of each Dockerfile is its context."""
    for tree in _trees(workspace, path, b"docker"):
        args = _known(texts_of(tree.get("build", "config")))
        node = tree.get("build", "docker")
        for name, item in (node.entries if node is not None else {}).items():
            texts = texts_of(item)
            dockerfile = item.text or texts.get("dockerfile", "")
            if dockerfile:
                yield platform_build(
                    workspace,
                    PlatformBuild(
                        path,
                        item.line,
                        f"Heroku's process {name}",
                        ".",
                        folder_of(dockerfile),
                        dockerfile,
                        texts.get("target", ""),
                        args,
                    ),
                )


def okteto_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """`build` of okteto.yml."""
    for tree in _trees(workspace, path, b"build"):
        node = tree.get("build")
        for name, item in (node.entries if node is not None else {}).items():
            texts = texts_of(item)
            yield platform_build(
                workspace,
                PlatformBuild(
                    path,
                    item.line,
                    f"Okteto's {name}",
                    folder_of(path),
                    item.text or texts.get("context", "."),
                    texts.get("dockerfile", ""),
                    texts.get("target", ""),
                    _known(texts_of(item.get("args"))),
                    is_beside=True,
                    is_run=False,
                ),
            )


def _toml(workspace: Workspace, path: str) -> dict[str, Any]:
    data = workspace.read(path)
    if data is None or b"build" not in data:
        return {}
    import tomllib  # noqa: PLC0415 - only where there is such a file

    try:
        return tomllib.loads(workspace.text(path) or "")
    except (ValueError, RecursionError):
        return {}


def _line_of(workspace: Workspace, path: str, word: str) -> int:
    """The line of a word; TOML's own parser does not tell."""
    text = workspace.text(path) or ""
    return text.count("\n", 0, max(text.find(word), 0)) + 1
