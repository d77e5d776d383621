"""What the model says of a sequence of builds: which steps run, by stage and number."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from itertools import count

from cache.remote.sequences import SequenceBuild

from lightship.build import Build
from lightship.cache.builders import read_builder
from lightship.cache.explain.unique_steps import unique_steps
from lightship.cache.keys.moment import Moment
from lightship.cache.remote.export import exported
from lightship.cache.remote.exported import ExportedCache, Mode
from lightship.cache.remote.key_graph import graph_of
from lightship.cache.remote.lookup import Found, look_up
from lightship.cache.selection.context_tree import FileTree, context_of
from lightship.cache.times.listed_steps import listed_steps
from lightship.dockerfile.parse import parse


def predicted(builds: Sequence[SequenceBuild]) -> list[dict[str, str]]:
    """The outcome of each step of each build."""
    caches: dict[str, ExportedCache] = {}
    runs = count(1)
    answers: list[dict[str, str]] = []
    for build in builds:
        for address in build.evicts:
            caches.pop(address, None)
        moment = moment_of(build)
        graph = graph_of(moment.keyed)
        read = [caches[address] for address in build.reads if address in caches]
        found = look_up(graph, read, runs)
        for write in build.writes:
            caches[write.address] = exported(found, Mode(write.mode))
        answers.append(by_place(moment, found))
    return answers


def moment_of(build: SequenceBuild) -> Moment:
    files = build.context
    folders = {f"{posixpath.dirname(path)}/": b"" for path in files if "/" in path}
    tree = FileTree.of({**folders, **files})
    context = context_of(tree, None)
    own = Build(parse(build.dockerfile), context, build.args, build.target, None)
    return Moment(own, tree, read_builder("buildkit-containerd"))


def by_place(moment: Moment, found: Found) -> dict[str, str]:
    """The outcomes of the steps that BuildKit lists."""
    build = moment.keys.plan.build
    places = {step.line: step.place for step in listed_steps(build)}
    outcomes = found.of_steps()
    answers: dict[str, str] = {}
    for keyed in unique_steps(moment.keyed):
        step = keyed.step
        number = places[step.line].number
        sure = "" if step.number not in found.unsure_steps else "unsure "
        answers[f"{step.stage} {number}"] = f"{sure}{outcomes[step.number]}"
    return answers
