"""How long each step of a build takes: one `docker buildx build --no-cache`, watched.

The build's output is `type=cacheonly`: no image and no tag is left, only what the build's steps add
to the cache.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from lightship.cache.times.buildkit_progress import Vertex
from lightship.docker.watching import COMMAND, checked, failure, watch_build
from lightship.errors import EngineError
from lightship.wording.printable import escaped

_LONGEST_NAME = 100  # characters of a step in the progress


def measure(
    context: str,
    dockerfile: str,
    args: Mapping[str, str],
    target: str | None = None,
    options: Sequence[str] = (),
) -> str:
    """Build without the cache; what BuildKit reports of its steps.

    `cache.times.read_times` reads that.

    `options` are further arguments of `docker build`, such as `--secret`. A line for each finished
    step goes to standard error. An EngineError where docker does not start or the build fails, with
    the step and the end of its log; a UsageError for an option that has no place here. Where this
    is interrupted, the build ends.
    """
    command = [
        *COMMAND,
        "--no-cache",
        "--output=type=cacheonly",
        f"--file={dockerfile}",
    ]
    command += [f"--build-arg={name}={value}" for name, value in args.items()]
    command += [f"--target={target}"] if target is not None else []
    watched = watch_build([*command, *checked(options), "--", context], _say)
    if watched.code:
        raise EngineError(
            f"the build that was to be measured failed: {failure(watched)}"
        )
    return "\n".join(watched.kept)


def _say(vertex: Vertex) -> None:
    if vertex.started is None or vertex.completed is None or vertex.cached:
        return
    if vertex.name.startswith("[") and not vertex.name.startswith("[internal]"):
        seconds = max(vertex.completed - vertex.started, 0.0)
        sys.stderr.write(f"{seconds:8.1f} s  {escaped(vertex.name)[:_LONGEST_NAME]}\n")
