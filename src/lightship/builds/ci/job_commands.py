"""Commands of jobs, as the files of most CI systems list them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from lightship.builds.build_words import may_build
from lightship.builds.commands.script_builds import script_builds
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.definition import BuildSourceKind, Found, Written
from lightship.builds.workspace import Workspace
from lightship.builds.yaml_tree import UnreadableError, YamlNode, read_yaml
from lightship.record import record

_MOST_TEXT = 200_000  # characters of the commands of one job


@record(eq=False)
class JobCommands:
    """The commands of one job, in order, as one shell runs them; `nodes` may be lists of them.

    `about` says which job, `folder` where it runs. `paths` are the files of nodes, by their
    identity, that are not in `path`.
    """

    path: str
    about: str
    nodes: Sequence[YamlNode]
    kind: BuildSourceKind = BuildSourceKind.SCRIPT
    folder: str = "."
    variables: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[int, str] = field(default_factory=dict)


def job_builds(workspace: Workspace, job: JobCommands) -> Iterator[Found]:
    """What a job builds."""
    texts: list[str] = []
    places: list[Written] = []
    for node in flat(job.nodes):
        path = job.paths.get(id(node), job.path)
        for number, text in enumerate((node.text or "").split("\n")):
            texts.append(text)
            line = node.line + (number + 1 if node.is_block else 0)
            places.append(Written(path, line))
    whole = "\n".join(texts)
    if not texts or len(whole) > _MOST_TEXT:
        return

    def place_of(line: int) -> Written:
        return places[min(line, len(places)) - 1]

    yield from script_builds(
        workspace,
        ScriptText(
            whole,
            job.path,
            (job.folder,),
            job.kind,
            f"docker build in {job.about}",
            place_of,
            job.variables,
            job.reasons,
        ),
    )


def flat(nodes: Sequence[YamlNode], depth: int = 0) -> Iterator[YamlNode]:
    """The texts of lists in lists."""
    for node in nodes:
        if node.text is not None:
            yield node
        elif node.items and depth < 10:
            yield from flat(node.items, depth + 1)


def texts_of(node: YamlNode | None) -> dict[str, str]:
    """The texts of a mapping."""
    entries = node.entries if node is not None else {}
    return {name: item.text for name, item in entries.items() if item.text is not None}


def documents(
    workspace: Workspace, path: str, words: Sequence[bytes] = ()
) -> list[YamlNode]:
    """The documents of a file; none where it holds neither a command that builds nor a word."""
    data = workspace.read(path)
    if data is None or not (may_build(data) or any(word in data for word in words)):
        return []
    text = workspace.text(path)
    try:
        return read_yaml(text) if text is not None else []
    except UnreadableError:
        return []
