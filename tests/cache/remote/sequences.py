"""Sequences of builds on fresh machines that share caches, made from a number.

Each build has a Dockerfile, files, and the caches that it reads and writes. `scripts/remote_caches.py`
builds them with BuildKit and records which steps it ran.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

Files = dict[str, str]
BASE = "base:1"


@dataclass(frozen=True)
class CacheWrite:
    """`--cache-to`: an address, and the mode or `inline`."""

    address: str
    mode: str


@dataclass(frozen=True)
class SequenceBuild:
    """One build of a sequence, on a machine of its own.

    `config` is a number in the configuration of the base image alone; `evicts` are caches whose
    layers are gone before it, though their index is there.
    """

    dockerfile: str
    files: Files
    args: dict[str, str] = field(default_factory=dict)
    target: str | None = None
    reads: tuple[str, ...] = ()
    writes: tuple[CacheWrite, ...] = ()
    config: int = 0
    evicts: tuple[str, ...] = ()

    @property
    def context(self) -> dict[str, bytes]:
        """The files of the build context, by path."""
        made = {path: text.encode() for path, text in self.files.items()}
        if "a.tar" in made:
            made["a.tar"] = _archive(self.files["a.tar"])
        return made


def _archive(text: str) -> bytes:
    """An archive with one file."""
    data = text.encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo("packed.txt")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@dataclass
class _Image:
    """A Dockerfile as a list of stages, each a name, a base and steps with a `{}` for a tag."""

    stages: list[_Stage]
    tags: dict[str, int] = field(default_factory=dict)

    def text(self) -> str:
        lines = ["# syntax-free"]
        for stage in self.stages:
            lines.append(f"FROM {stage.base} AS {stage.name}")
            for at, step in enumerate(stage.steps):
                tag = self.tags.get(f"{stage.name}{at}", 0)
                lines.append(step.replace("{}", str(tag)))
        return "\n".join(lines) + "\n"


@dataclass
class _Stage:
    name: str
    base: str
    steps: list[str]


class _Maker:
    """Choices by a number; only `random()` is used, which is the same in all versions of Python."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def of(self, *options: object) -> object:
        return options[int(self.random.random() * len(options))]

    def number(self, low: int, high: int) -> int:
        return low + int(self.random.random() * (high - low + 1))

    def step(self, earlier: list[str], number: int) -> str:
        """One step of a stage; `earlier` are the stages that it may take files from."""
        run = "RUN mkdir -p /out && "
        kinds = [
            # Other bytes whenever it runs
            f"{run}cat /proc/sys/kernel/random/uuid > /out/v{number} && : {{}}",
            f"{run}cat /proc/sys/kernel/random/uuid > /out/v{number} && : {{}}",
            f"RUN echo made {{}} > /p{number}",
            f"{run}seq {number} | md5sum > /out/d{number} && : {{}}",
            "COPY a.txt /src/",
            "COPY a.txt b.txt /src/{}/",
            "COPY . /ctx/",
            "COPY sub /out/sub",
            f"WORKDIR /w{number}",
            "ENV E={}",
            "ARG V=0",
            f"{run}echo $V > /out/arg{number}",
            "RUN --mount=type=bind,source=a.txt,target=/m/a.txt wc /m/a.txt && : {}",
            f"RUN --mount=type=cache,target=/cache echo {{}} > /cache/{number}",
            f"RUN <<EOF\nmkdir -p /out\necho {{}} > /out/h{number}\nEOF",
            f"COPY <<EOF /doc/{number}\ntext {{}}\nEOF",
            "ADD a.tar /arc/",
        ]
        if earlier:
            stage = str(self.of(*earlier))
            taken = [
                f"COPY --from={stage} /out /from/{stage}",
                f"COPY --from={stage} /out /from/{stage}",
                f"COPY --link --from={stage} /out /linked/{stage}",
                f"COPY --from={stage} /src /srcs/{stage}",
                f"RUN --mount=type=bind,from={stage},source=/out,target=/m ls /m && : {{}}",
            ]
            kinds += taken * 2
        kinds.append("COPY --link b.txt /b/{}")
        return str(self.of(*kinds))

    def image(self, name: str) -> _Image:
        """An image of one to three stages, the last one called `name`."""
        stages: list[_Stage] = []
        names: list[str] = []
        # Every stage has what others take of it
        first = ["RUN mkdir -p /out /src && echo first > /out/first && : {}"]
        for number in range(self.number(0, 2)):
            own = f"{name}-build{number}"
            base = BASE
            if names and self.chance(0.25):
                base = str(self.of(*names))
            steps = [*first] if base == BASE else []
            steps += [self.step(names, at) for at in range(self.number(1, 4))]
            stages.append(_Stage(own, base, steps))
            names.append(own)
        base = BASE
        if names and self.chance(0.2):
            base = str(self.of(*names))
        steps = [self.step(names, 10 + at) for at in range(self.number(2, 5))]
        if names and not any(names[-1] in step for step in steps) and base == BASE:
            at = self.number(0, len(steps))
            steps.insert(at, f"COPY --from={names[-1]} /out /app")
        stages.append(_Stage(name, base, steps))
        return _Image(stages)


def sequence(seed: int) -> list[SequenceBuild]:
    """The builds of a sequence, the same for the same number."""
    return list(_builds(_Maker(seed)))


def _builds(make: _Maker) -> Iterator[SequenceBuild]:  # noqa: C901, PLR0912 - choices in order
    images = [make.image("one")]
    if make.chance(0.25):
        # Another image, or another target, that writes to the same cache
        images.append(make.image("two"))
    kinds = ("max", "max", "min", "min", "inline")
    mode = str(make.of(*kinds))
    other = str(make.of("max", "min"))
    has_two = make.chance(0.2)
    files = {"a.txt": "a0", "b.txt": "b0", "sub/c.txt": "c0", "a.tar": "t0"}
    args: dict[str, str] = {}
    base, config = 1, 0
    for number in range(make.number(3, 5)):
        image = images[0]
        if number and len(images) > 1 and make.chance(0.4):
            image = images[1]
        evicts: tuple[str, ...] = ()
        if number:
            for _change in range(make.number(0, 2)):
                kind = make.number(0, 9)
                if kind <= 4:
                    stage = image.stages[make.number(0, len(image.stages) - 1)]
                    if stage.steps:
                        place = f"{stage.name}{make.number(0, len(stage.steps) - 1)}"
                        image.tags[place] = make.number(0, 2)
                elif kind <= 7:
                    path = str(make.of("a.txt", "b.txt", "sub/c.txt", "a.tar"))
                    files = {**files, path: f"{path[0]}{make.number(0, 2)}"}
                elif kind == 8:
                    args = {"V": str(make.number(0, 1))}
                elif make.chance(0.5):
                    config += 1
                else:
                    base += 1
            if mode != "inline" and make.chance(0.04):
                evicts = ("cache",)
        text = image.text().replace(BASE, f"base:{base}")
        stage = image.stages[-1]
        target: str | None = None
        if len(image.stages) > 1 and make.chance(0.15):
            target = image.stages[-2].name
            stage = image.stages[-2]
        reads = ("cache", "second") if has_two else ("cache",)
        address = "cache"
        if has_two and make.chance(0.4):
            address = "second"
        this = other if address == "second" else mode
        if this != "inline" and make.chance(0.15):
            this = "min" if this == "max" else "max"
        yield SequenceBuild(
            text,
            files,
            args,
            target,
            reads if number or has_two else (),
            (CacheWrite(address, this),),
            config,
            evicts,
        )


def fingerprint(builds: list[SequenceBuild]) -> str:
    """Tells whether a sequence is the one that was built."""
    text = repr(builds)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
