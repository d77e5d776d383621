"""Files are removed in a later layer than the one that made them

## What it does
Finds archives, directories and clones that COPY, ADD, curl, wget or git brings and a later RUN
removes, and packages of the distribution that are installed in one RUN and removed in another.

The rule looks only at layers of the final image, and is silent for what is small, below 10 MB where
the size is known: removing a requirements file, an install script, curl, or wheels of the project
alone or of small packages later costs next to nothing. Indexes and caches of package managers have
rules of their own (`apt-lists-kept`, `pip-cache-kept`).

## Why is this bad?
Each COPY, ADD and RUN is a layer of its own. What a later one removes is hidden, but stays in the
image: it is stored and pulled with the layer that made it, and anyone can extract it from there.

Create and remove it in one RUN. Files that COPY brings for a single RUN can be mounted instead,
with `RUN --mount=type=bind`, or the work can be done in a stage of its own, from which only its
result is copied.

## Fix safety
The fix joins two RUN that follow each other: that is safe, because it is offered only where the
shell does in one RUN what it did in two. A file of the build context that the next RUN reads and
removes is mounted into that RUN, which is unsafe, because a program may want to write to it.

## When to ignore
Ignore it where the layers of the image are squashed after the build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.runs import join
from lightship.facts.files.late_removals import late_removals
from lightship.facts.files.leftover import Leftover
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.wording.lists import listed

_ADVICE = {
    "copy": "bind-mount it, or copy it into a build stage",
    "url": "fetch and remove it in one RUN or build stage",
    "file": "remove it in the RUN that creates it",
    "packages": "install and remove in one RUN, or use a build stage",
}
# What a RUN between the two reads
_READ = "create {0} in a build stage, and mount {0} where {1} read"


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build):
        return

    removals = late_removals(build)
    fixes = {left: _fix(build, left) for left in removals}
    together = _of_one_run([left for left in removals if fixes[left] is None])
    for left in removals:
        group = together.get(left, [left])
        if len(group) > 1:
            if group[0] is left:
                yield _of_several(build, group)
            continue

        first, *others = left.names
        stay = f"{first} and {len(others)} more stay" if others else f"{first} stays"
        place = f"in the layer of line {left.maker.first_line}"
        advice = _ADVICE[left.kind]
        if left.kind == "file" and _is_read_between(build, left):
            advice = _READ.format(
                "them" if others else "it", "they are" if others else "it is"
            )
        message = f"{stay} {place}: {advice}"
        severity = Severity.WARNING if left.much else Severity.INFO
        yield Finding(left.span, message, fixes[left], severity)


def _of_one_run(
    removals: Sequence[Leftover],
) -> Mapping[Leftover, list[Leftover]]:
    """For each that several RUN have made and one removes, all of them: they are one mistake."""
    groups: dict[tuple[Instruction, bool], list[Leftover]] = {}
    for left in removals:
        if left.kind == "file":
            groups.setdefault((left.run, left.much), []).append(left)
    return {left: group for group in groups.values() for left in group}


def _of_several(build: Build, group: Sequence[Leftover]) -> Finding:
    """What a RUN removes of several layers: `/a and /b stay in the layers of lines 3 and 5`."""
    names = listed(name for left in group for name in left.names)
    lines = listed(str(left.maker.first_line) for left in group)
    advice = "remove each in the RUN that creates it"
    if any(_is_read_between(build, left) for left in group):
        advice = "create each in a build stage instead"
    message = f"{names} stay in the layers of lines {lines}: {advice}"
    severity = Severity.WARNING if group[0].much else Severity.INFO
    return Finding(group[0].span, message, severity=severity)


def _is_read_between(build: Build, left: Leftover) -> bool:
    """Whether a RUN between the two names it: it cannot be removed where it is created."""
    for instruction in build.each("RUN"):
        is_after = instruction.span.start > left.maker.span.start
        is_before = instruction.span.start < left.run.span.start
        if not is_after or not is_before:
            continue
        texts = [instruction.line.text]
        texts += [heredoc.content for heredoc in instruction.heredocs]
        for name in left.names:
            if any(name in text for text in texts):
                return True
    return False


def _fix(build: Build, left: Leftover) -> Fix | None:
    stage = build.dockerfile.stage_of(left.run)
    if stage is None or left.maker not in stage.instructions:
        return None
    items = stage.instructions
    if items.index(left.maker) + 1 != items.index(left.run):
        return None

    if left.maker.keyword == "RUN":
        edit = join(build, left.maker, left.run)
        if edit is None:
            return None
        return Fix("Join the two RUN instructions", (edit,))

    # Only a fix needs it
    from lightship.rules.caching.removed_in_later_layer.bind_instead import plan  # noqa: PLC0415

    edits = plan(build, left)
    return Fix("Mount it into the RUN", edits, Safety.UNSAFE) if edits else None


_APT = (
    "apt-get update && apt-get install -y --no-install-recommends {} && rm -rf "
    "/var/lib/apt/lists/*"
)
_URL = "https://example.com/tool-1.0.tar.gz"

RULE = Rule(
    id="removed-in-later-layer",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("rm", "remove", "purge", "erase", "del")),
    practice=Practice.SIZE,
    missed={
        "if-branch": "it may be meant for another build",
    },
    examples=(
        Example(
            bad=f"RUN curl -fsSLO {_URL} && tar -xzf tool-1.0.tar.gz -C /opt\n"
            "RUN rm tool-1.0.tar.gz && ln -s /opt/tool /bin",
            fixed=f"RUN curl -fsSLO {_URL} && tar -xzf tool-1.0.tar.gz -C /opt && \\\n"
            "    rm tool-1.0.tar.gz && ln -s /opt/tool /bin",
        ),
        Example(
            bad="COPY tool_1.0_amd64.deb /tmp/\n"
            "RUN dpkg -i /tmp/tool_1.0_amd64.deb \\\n    && rm -f /tmp/tool_1.0_amd64.deb",
            fixed="RUN --mount=type=bind,source=tool_1.0_amd64.deb,target=/tmp/tool_1.0_amd64.deb "
            "dpkg -i /tmp/tool_1.0_amd64.deb",
        ),
        Example(
            bad=f"RUN {_APT.format('gcc libc6-dev')}\nCOPY hello.c /\n"
            "RUN gcc -o /usr/local/bin/hello /hello.c\n"
            "RUN apt-get purge -y gcc libc6-dev"
        ),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache --virtual .build gcc musl-dev\n"
            "COPY . /src\n"
            "RUN make -C /src install \\\n    # and away with it\n"
            "    && apk del .build && rm -rf /src"
        ),
        Example(
            bad=f"ADD {_URL} /tmp/\nRUN tar -xf /tmp/tool-1.0.tar.gz -C /opt\nUSER root\n"
            "RUN rm -rf /tmp/*"
        ),
        Example(
            bad="RUN git clone --depth=1 https://example.com/tool.git /src && make -C /src "
            "install\n"
            "RUN <<EOF\nset -e\nrm -rf /src\nEOF"
        ),
        Example(
            bad="ENV VERSION=1.0\nWORKDIR /tmp\n"
            "RUN wget -q -O tool.zip https://example.com/tool-$VERSION.zip\n"
            "RUN unzip -q tool.zip -d /opt; sh -c 'rm -f /tmp/tool.zip'"
        ),
        Example(
            bad="COPY data /data\nRUN load /data && rm -r /data",
        ),
        Example(
            bad="FROM debian:trixie-slim AS base\nCOPY rootfs.zip /\nFROM base\n"
            "RUN unzip /rootfs.zip -d /srv && rm /rootfs.zip"
        ),
        Example(
            good=f"RUN curl -fsSLO {_URL} && tar -xzf tool-1.0.tar.gz -C /opt && rm tool-1.0.tar.gz"
        ),
        Example(
            good="RUN --mount=type=bind,source=tool_1.0_amd64.deb,target=/tmp/tool_1.0_amd64.deb "
            "dpkg -i /tmp/tool_1.0_amd64.deb"
        ),
        # Small files cost nothing
        Example(
            good="FROM python:3.13-slim\nCOPY requirements.txt /tmp/\n"
            "RUN pip install --no-cache-dir -r /tmp/requirements.txt && rm /tmp/requirements.txt"
        ),
        Example(
            good="COPY data.bin /data.bin\nRUN load /data.bin && rm /data.bin",
            files={"data.bin": "x" * 1000},
        ),
        # Only the result leaves the stage
        Example(
            good=f"FROM debian:trixie-slim AS build\nADD {_URL} /tmp/\n"
            "RUN tar -xf /tmp/tool-1.0.tar.gz -C /opt\n"
            "RUN rm -rf /tmp/*\nFROM debian:trixie-slim\nCOPY --from=build /opt/tool /opt/tool"
        ),
        Example(
            good="RUN rm /etc/nginx/conf.d/default.conf\nCOPY app.conf /etc/nginx/conf.d/"
        ),
        # ADD has unpacked it: no such file is there
        Example(good="ADD tool.tar.gz /opt/\nRUN rm -f /opt/tool.tar.gz"),
        Example(
            good="RUN --mount=type=cache,target=/dl wget -q -O /dl/a.zip "
            "https://example.com/a.zip\n"
            "ENV HOME=/srv\nRUN --mount=type=cache,target=/dl unzip -q /dl/a.zip && rm /dl/a.zip"
        ),
        Example(
            good=f"FROM debian:trixie-slim\nRUN {_APT.format('curl')}\nCOPY app /srv/app\n"
            "RUN apt-get purge -y --auto-remove libssl3t64 && rm -rf /var/lib/apt/lists/*"
        ),
    ),
)
