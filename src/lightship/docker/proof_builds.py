"""Builds that are measured for a proof: all of their time, each step, what was sent, the result.

BuildKit builds through `docker buildx build`; where the engine is podman, `podman build` does,
which tells no steps.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

from lightship.cache.times.buildkit_progress import Vertex, read_progress
from lightship.docker.connection import address, connected
from lightship.docker.crowding import crowded
from lightship.docker.image_build import read_arguments
from lightship.docker.leftovers import LABEL, begin, forget_mounts
from lightship.docker.watching import (
    COMMAND,
    Watched,
    checked,
    engines_fault,
    failure,
    unreached,
    watch_build,
)
from lightship.errors import EngineError
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.proof.measure_plan import MeasurePlan, VersionSource
from lightship.proof.measured import MeasuredBuild, StepTime
from lightship.record import record
from lightship.wording.counts import count

# How the error of a build begins that took too long
STOPPED = "it did not end within"
_HIDDEN = "********"
# Stands before the ids of cache mounts (frontend/dockerui/config.go).
_NAMESPACE = "BUILDKIT_CACHE_MOUNT_NS"
_LABELLING = 5  # version of podman whose builds know --layer-label


def build(
    source: VersionSource,
    scenario: str,
    tag: str,
    asked: MeasurePlan,
    run_id: str,
    fresh: bool,
) -> MeasuredBuild:
    """Build a version, and name its image `tag`.

    With `fresh` nothing is taken from the cache, nor from cache mounts.

    Cache mounts are those of this run and version alone (`namespace`), so that a rebuild finds what
    the last fresh build left. The image has a second name of its own below `lightship-proof/RUN`,
    under which `clean` finds it when the next build takes `tag` away. A build that fails is an
    answer (`Built.error`). An EngineError where there is no engine, where it goes away, or where
    its disk is full; a UsageError for an option that has no place here.
    """
    place = namespace(run_id, tag, scenario)
    options = checked(asked.options)
    known = _engine_kind(run_id)
    if fresh and not known.is_podman:
        forget_mounts(place, builder_of(options))
    kept = f"lightship-proof/{run_id}:kept-{uuid4().hex[:12]}"
    with tempfile.TemporaryDirectory(prefix="lightship-") as folder:
        file = os.path.join(folder, "iid")
        command = [
            *_command(known, fresh, run_id),
            *_of_source(source, place),
            f"--iidfile={file}",
            f"--tag={tag}",
            f"--tag={kept}",
            *options,
            "--",
            source.folder,
        ]
        is_here = known.host.startswith("unix:")
        with crowded(is_here=is_here) as crowd:
            start = time.monotonic()
            watched = watch_build(command, lambda _: None, asked.patience)
            seconds = time.monotonic() - start
        built = MeasuredBuild(scenario, seconds, crowd=crowd.share)
        return _built(built, watched, file, source, asked)


def _engine_kind(run_id: str) -> EngineKind:
    """Which engine builds, once it was told that this run begins."""
    engine = address()
    with connected(engine) as client:
        begin(client, run_id)
        return EngineKind(engine.host, client.is_podman, _labels_layers(client))


def namespace(run_id: str, tag: str, scenario: str) -> str:
    """The namespace of the cache mounts of a version.

    Its rebuilds, whose tags end in `-SCENARIO`, find what its cold build left.
    """
    return f"{run_id}-{tag.rpartition(':')[2].removesuffix(f'-{scenario}')}"


def builder_of(options: Sequence[str]) -> str:
    """The builder that was chosen; empty for the engine's own."""
    return read_arguments(options).last("--builder")


def _of_source(source: VersionSource, place: str) -> list[str]:
    args = {**source.args, _NAMESPACE: place}
    named = [f"--build-arg={name}={value}" for name, value in args.items()]
    return [
        f"--file={source.dockerfile}",
        *named,
        *([f"--target={source.target}"] if source.target else []),
    ]


def _command(known: EngineKind, fresh: bool, run_id: str) -> list[str]:
    """`--load` is implied with the docker driver, and needed with others.

    podman keeps each step as an image without a name, which `clean` finds by its label.
    """
    label = f"--layer-label={LABEL}={run_id}"
    if known.is_podman:
        return [
            "podman",
            "--url",
            known.host,
            "build",
            "--layers",
            *([label] if known.labels_layers else []),
            *(["--no-cache"] if fresh else []),
        ]
    return [*COMMAND, "--load", *(["--no-cache"] if fresh else [])]


def _built(
    built: MeasuredBuild,
    watched: Watched,
    file: str,
    source: VersionSource,
    asked: MeasurePlan,
) -> MeasuredBuild:
    """What a build came to."""
    steps = _steps(watched)
    sent = sum(watched.sent.values())
    built = replace(built, steps=steps, sent=sent, took=_took(steps))
    if watched.late:
        return replace(
            built,
            error=f"{STOPPED} {asked.patience:.0f} s, and was stopped",
        )
    if not watched.code:
        return replace(built, image=_image(file))
    fault = engines_fault(watched)
    if fault:
        raise EngineError(_hidden(fault, source))
    error = _hidden(failure(watched), source)
    return replace(built, error=error, unreached=_hidden(unreached(watched), source))


def _image(file: str) -> str:
    with suppress(OSError), open(file, encoding="ascii", errors="replace") as text:
        return text.read(200).strip()
    raise EngineError("the build succeeded, but did not say which image it made")


def _hidden(text: str, source: VersionSource) -> str:
    """An error without the values of build args whose names say that they are secret."""
    for name, value in source.args.items():
        if value and is_secret_name(name):
            text = text.replace(value, _HIDDEN)
    return text


def _steps(watched: Watched) -> tuple[StepTime, ...]:
    """Each step once, in the order in which they started; what was cached or failed has no time."""
    seconds = read_progress("\n".join(watched.kept))
    ran = [vertex for vertex in watched.steps.values() if vertex.started is not None]
    first = min((_started(vertex) for vertex in ran if not vertex.cached), default=0.0)
    times: dict[str, StepTime] = {}
    for vertex in sorted(ran, key=_started):
        start = max(_started(vertex) - first, 0.0) if not vertex.cached else None
        time_of = StepTime(
            vertex.name, seconds.get(vertex.name, 0.0), vertex.cached, start
        )
        times.setdefault(vertex.name, time_of)
    return tuple(times.values())


def _took(steps: Sequence[StepTime]) -> float:
    """Seconds from the first step to the end of the last, by the builder's own clock."""
    ends = [step.start + step.seconds for step in steps if step.start is not None]
    return round(max(ends, default=0.0), 3)


def _started(vertex: Vertex) -> float:
    return vertex.started or 0.0


@record
class EngineKind:
    """Where an engine is, and whether it is podman.

    `labels_layers` tells whether it can put a label on the images of steps.
    """

    host: str
    is_podman: bool
    labels_layers: bool = False


def _labels_layers(client: Any) -> bool:
    """podman can since its version 5."""
    if not client.is_podman:
        return False
    about: Any = client.version()
    major = str(about.get("Version", "")).partition(".")[0]
    return major.isdecimal() and len(major) < 4 and int(major) >= _LABELLING


def engine_name() -> str:
    """What built and ran it, for people: `Docker 26.1.5, BuildKit, overlay2, 2 CPUs`.

    An EngineError where no engine answers.
    """
    with connected(address()) as client:
        about: Any = client.version()
        said: Any = client.info()
        is_podman = client.is_podman
    version = str(about.get("Version", ""))
    name = (
        f"Podman {version}"
        if is_podman
        else f"Docker {version.partition('+')[0]}, BuildKit"
    )
    return f"{name}, {said.get('Driver', '')}, {_processors(said.get('NCPU'))}"


def _processors(number: object) -> str:
    """Those that the engine may use, which are fewer than the machine's where it is pinned."""
    return count(number, "CPU") if isinstance(number, int) else "? CPUs"
