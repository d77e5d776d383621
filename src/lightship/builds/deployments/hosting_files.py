"""Render, Railway, Fly, App Engine, App Platform and Heroku.

Read in 2026 in their references: fly.io/docs, render.com/docs, docs.railway.com, cloud.google.com
(App Engine), docs.digitalocean.com, devcenter.heroku.com.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lightship.builds.build_paths import dockerfile_in
from lightship.builds.ci.job_commands import texts_of
from lightship.builds.definition import (
    Found,
)
from lightship.builds.deployments.platform_build import (
    PlatformBuild,
    known_arguments,
    line_of,
    platform_build,
    toml_of,
    trees_of,
)
from lightship.builds.guess import holding_context
from lightship.builds.workspace import Workspace, folder_of, folders_above, joined


def render_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Services of Render: paths count from the root of the repository, or from `rootDir`."""
    for tree in trees_of(workspace, path, b"docker"):
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
    for tree in trees_of(workspace, path, b"ocker", b"DOCKER"):
        texts = texts_of(tree.get("build"))
        yield from _railway(workspace, path, texts)


def railway_toml_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """railway.toml."""
    build = toml_of(workspace, path).get("build")
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
    line = line_of(workspace, path, "dockerfilePath")
    platform = PlatformBuild(path, line, "Railway", folder, ".", name.lstrip("/"))
    yield platform_build(workspace, _started_above(workspace, platform))


def fly_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """fly.toml: the Dockerfile counts from it, and the context is where `fly deploy` is started.

    That is beside the file, or the directory above that holds what is copied.
    """
    build = toml_of(workspace, path).get("build")
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
    platform = PlatformBuild(
        path,
        line_of(workspace, path, "[build"),
        "Fly",
        folder,
        ".",
        dockerfile,
        target if isinstance(target, str) else "",
        known_arguments(texts),
    )
    yield platform_build(workspace, _started_above(workspace, platform))


def _started_above(workspace: Workspace, build: PlatformBuild) -> PlatformBuild:
    """The same with a directory above as its context, where only that holds what is copied."""
    dockerfile = joined(build.folder, build.dockerfile)
    if dockerfile is None or not workspace.is_file(dockerfile):
        return build
    context = holding_context(workspace, dockerfile, build.folder)
    if context == build.folder:
        return build
    return replace(build, folder=".", context=context, dockerfile=dockerfile)


def app_yaml_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """App Engine with a custom runtime, and DigitalOcean's App Platform."""
    for tree in trees_of(workspace, path, b"custom", b"dockerfile_path"):
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


def heroku_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """heroku.yml: the directory of each Dockerfile is its context."""
    for tree in trees_of(workspace, path, b"docker"):
        args = known_arguments(texts_of(tree.get("build", "config")))
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
