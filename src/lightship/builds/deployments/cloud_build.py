"""Cloud Build of Google: the commands of its steps.

Read in 2026 at cloud.google.com.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lightship.builds.ci.job_commands import texts_of
from lightship.builds.commands.script_builds import script_builds
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.definition import (
    BuildSourceKind,
    Found,
    Written,
)
from lightship.builds.deployments.platform_build import (
    trees_of,
)
from lightship.builds.interpolation import UnknownValueError, interpolate
from lightship.builds.workspace import Workspace, joined
from lightship.builds.yaml_tree import YamlNode


def cloud_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Steps of Cloud Build: docker, kaniko, or a shell."""
    for tree in trees_of(workspace, path, b"docker", b"kaniko"):
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
