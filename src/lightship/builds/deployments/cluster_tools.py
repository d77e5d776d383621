"""skaffold and Okteto, which build for a cluster.

Read in 2026 in their references: skaffold.dev, okteto.com/docs.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.job_commands import texts_of
from lightship.builds.definition import (
    Found,
)
from lightship.builds.deployments.platform_build import (
    PlatformBuild,
    known_arguments,
    platform_build,
    trees_of,
)
from lightship.builds.workspace import Workspace, folder_of
from lightship.builds.yaml_tree import YamlNode


def skaffold_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Artifacts of skaffold, those of its profiles too."""
    for tree in trees_of(workspace, path, b"artifacts"):
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
            known_arguments(texts_of(docker.get("buildArgs"))),
            is_beside=True,
            is_run=False,
        ),
    )


def okteto_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """`build` of okteto.yml."""
    for tree in trees_of(workspace, path, b"build"):
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
                    known_arguments(texts_of(item.get("args"))),
                    is_beside=True,
                    is_run=False,
                ),
            )
