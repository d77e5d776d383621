"""Jenkinsfile: `docker build` in `sh`, `docker.build(…)`, and agents made from a Dockerfile."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.build_paths import Setting, checked, dockerfile_in, local
from lightship.builds.build_words import may_build
from lightship.builds.commands.script_builds import script_builds
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Found,
    Purpose,
    Unresolved,
    Written,
)
from lightship.builds.workspace import Workspace, joined, rooted
from lightship.regex import regex
from lightship.text import Lines

_STRING = (
    r"(?:'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'(?:[^'\\\n]|\\.)*'"
    r'|"(?:[^"\\\n]|\\.)*")'
)
_SHELL = regex(rf"\bsh\s*\(?\s*(?:script\s*:\s*)?({_STRING})")
_DOCKER_BUILD = regex(
    rf"\bdocker\.build\s*\(?\s*({_STRING})?[^,)\n]*(?:,\s*({_STRING}))?"
)
_AGENT = regex(r"\bdockerfile\s*(?:true\b|\{([^{}]{0,1000})\})")
_KEY = regex(rf"(\w+)\s+({_STRING})")
_ESCAPE = regex(r"\\(.)")
_ROOTS = {"WORKSPACE": rooted(".")}


def jenkins_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """What a pipeline builds, as far as its texts say it: Groovy itself is not read."""
    data = workspace.read(path)
    if data is None or not (may_build(data) or b"dockerfile" in data):
        return
    text = workspace.text(path) or ""
    lines = Lines(text)
    for match in _SHELL.finditer(text):
        start = match.start(1)
        first = lines.line(start)
        yield from _script(workspace, path, _unquoted(match[1]), first)
    for match in _DOCKER_BUILD.finditer(text):
        words = _unquoted(match[2]) if match[2] else "."
        line = lines.line(match.start())
        yield from _script(workspace, path, f"docker build {words}", line)
    for match in _AGENT.finditer(text):
        yield _agent(workspace, path, lines.line(match.start()), match[1] or "")


def _script(workspace: Workspace, path: str, text: str, first: int) -> Iterator[Found]:
    yield from script_builds(
        workspace,
        ScriptText(
            text,
            path,
            (".",),
            BuildSourceKind.SCRIPT,
            "docker build in a pipeline",
            lambda line: Written(path, first + line - 1),
            _ROOTS,
        ),
    )


def _unquoted(text: str) -> str:
    """A text of Groovy; `${…}` in one with double quotes is Groovy's own, so it is not known."""
    width = 3 if text[:3] in ("'''", '"""') else 1
    inner = text[width:-width]
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[0]), inner)


_ESCAPED = {
    "n": "\n",
    "t": "\t",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "$": "$",
    "\n": "\\\n",
}


def _agent(workspace: Workspace, path: str, line: int, text: str) -> Found:
    """`agent { dockerfile { filename … dir … } }`: an image in which a job runs."""
    keys = {match[1]: _unquoted(match[2]) for match in _KEY.finditer(text)}
    written = Written(path, line)
    context = local(".", Setting(keys.get("dir", "."), line))
    assert context is not None
    if context.text is None:
        return Unresolved(written, context.why)
    if any(
        "$" in value
        for value in keys.values()
        if value != keys.get("additionalBuildArgs")
    ):
        return Unresolved(written, "its agent is computed")
    dockerfile = dockerfile_in(workspace, context.text, None)
    if "filename" in keys:
        named = joined(context.text, keys["filename"])
        dockerfile = Setting(named, line, "its Dockerfile is outside the repository")
    if dockerfile.text is None:
        return Unresolved(written, dockerfile.why)
    build = BuildDefinition(
        dockerfile.text,
        context.text,
        BuildSourceKind.SCRIPT,
        (written,),
        "the agent of a pipeline",
        purpose=Purpose.CI,
    )
    return checked(workspace, build)
