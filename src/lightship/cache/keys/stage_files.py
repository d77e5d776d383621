"""What the files of a stage depend on, as far as can be known without building it.

BuildKit hashes what `COPY --from` and mounts take by content: where a stage was rebuilt and came out the same, they are
hits. What COPY and WORKDIR make is known exactly. A RUN that writes elsewhere is passed over. Of one whose commands all
are plain (`echo`, `mkdir`, `cp` ...) the output depends on its commands, on the variables that they name and on the
files that they read; what they remove was never there. Any other RUN, when it runs again, counts as having made
something else: pip compiles with the time of the day, archives hold times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.cache.causes import Cause
from lightship.cache.keys.plain_runs import effects_of, makes_links
from lightship.cache.plan.copy_inputs import destination_of
from lightship.cache.plan.plan import Base, Output, Planned
from lightship.cache.selection.selection import Selection, before_wildcards, last_part
from lightship.context.wildcards import clean, has_wildcards
from lightship.facts.files.writes import may_write, related
from lightship.record import record

# The directories of a file system (Filesystem Hierarchy Standard 3.0), and the root
_OF_IMAGES = frozenset(
    [
        "",
        *"bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var".split(),
    ]
)
_MOST = (
    5_000  # contents of one plan; beyond, a stage that was rebuilt counts as changed
)
_MOST_STEPS = 50_000  # that are looked at for all of them


@record(eq=False)
class Atom:
    """One thing that a content depends on: a text, a selection of the context, the key of a step, another content."""

    text: str = ""
    selection: Selection | None = None
    key_of: Planned | None = None
    content: Content | None = None


@record(eq=False, frozen=False)
class Content:
    """The files at `path` after a step; `atoms` are what they depend on.

    `below_runs` is what the context gave before a RUN that was looked into: where there are symlinks in it, the RUN may
    write elsewhere than it says, and the key of the step is all that is known.
    """

    after: Planned | Base
    path: str
    atoms: tuple[Atom, ...] = ()
    below_runs: tuple[Selection, ...] = ()


class Contents:
    """All contents that the outputs of a plan ask for, and those that these need; `in_order` each after its needs."""

    def __init__(self, build: Build, outputs: list[Output]) -> None:
        self._build = build
        self._known: dict[tuple[int, str], Content] = {}
        self._looked_at = 0
        waiting = [self.of(output) for output in outputs]
        done: set[int] = set()
        while waiting:
            content = waiting.pop()
            if id(content) not in done:
                done.add(id(content))
                content.atoms = tuple(self._atoms(content))
                content.below_runs = tuple(self._below_runs(content))
                waiting += [
                    atom.content for atom in content.atoms if atom.content is not None
                ]
        self.in_order = tuple(sorted(self._known.values(), key=_number))

    @property
    def selections(self) -> tuple[Selection, ...]:
        """What of the build context the contents depend on."""
        atoms = (atom for content in self.in_order for atom in content.atoms)
        return tuple(
            dict.fromkeys(
                atom.selection for atom in atoms if atom.selection is not None
            )
        )

    def of(self, output: Output) -> Content:
        """The content that an output stands for; of a pattern, what it selects."""
        return self._content(output.after, output.path)

    def _content(self, after: Planned | Base, path: str) -> Content:
        key = (id(after), clean(path))
        if key not in self._known:
            self._known[key] = Content(after, key[1])
        return self._known[key]

    def _below_runs(self, content: Content) -> Iterator[Selection]:
        step, has_run = content.after, False
        while isinstance(step, Planned) and self._looked_at <= _MOST_STEPS:
            self._looked_at += 1
            if has_run:
                yield from step.inputs.selections
            has_run |= step.instruction.keyword == "RUN"
            step = step.below

    def _links(self, step: Planned | Base) -> bool:
        """Whether a RUN up to this step makes links."""
        while isinstance(step, Planned) and self._looked_at <= _MOST_STEPS:
            self._looked_at += 1
            if step.instruction.keyword == "RUN" and makes_links(
                self._build, step.instruction
            ):
                return True
            step = step.below
        return False

    def _atoms(self, content: Content) -> Iterator[Atom]:
        """From the last step down to the base image."""
        step, path = content.after, content.path
        has_links = self._links(step)
        place = f"/{before_wildcards(path[1:])}" if has_wildcards(path) else path
        removed: list[str] = []
        while isinstance(step, Planned):
            keyword = step.instruction.keyword
            self._looked_at += 1
            is_full = len(self._known) > _MOST or self._looked_at > _MOST_STEPS
            if is_full and keyword != "WORKDIR":
                yield from (Atom(path), Atom(key_of=step))
                return
            if keyword == "RUN":
                made = None if has_links else self._of_run(step, place)
                if made is None:
                    yield from (Atom(path), Atom(key_of=step))
                    return
                yield from made[0]
                if made[1] is None:
                    return
                removed += made[1]
            elif keyword in ("COPY", "ADD"):
                yield from self._of_copy(step, path, removed)
            elif keyword == "WORKDIR":
                parts = {part.name: part.value for part in step.inputs.parts}
                if related(parts.get("directory"), place):
                    yield Atom(repr(sorted(parts.items())))
            step = step.below
        if step.image and _may_be_in_image(place):
            yield Atom(f"{path} of {step.image} {step.platform}")

    def _of_run(
        self, step: Planned, path: str
    ) -> tuple[list[Atom], tuple[str, ...] | None] | None:
        """What a RUN adds, and which paths it removes, None for all that was there; None where that is not known.

        Nothing where it surely writes elsewhere.
        """
        if not may_write(self._build, step.instruction, path):
            return [], ()
        variables = [
            part.name for part in step.inputs.parts if part.cause is Cause.VARIABLE
        ]
        effects = effects_of(self._build, step.instruction, path, variables)
        if effects is None:
            return None
        seen = [part for part in step.inputs.parts if part.name in effects.variables]
        before = step.evaluated.before
        found = [
            Atom(repr((effects.commands, before.workdir, before.user, before.shell)))
        ]
        found += [Atom(f"{part.name}={part.value}") for part in seen]
        found += [
            Atom(content=self._content(step.below, read)) for read in effects.reads
        ]
        return found, None if effects.whole else effects.removed

    def _of_copy(
        self, step: Planned, path: str, removed: Sequence[str]
    ) -> Iterator[Atom]:
        """What a COPY adds at `path`, but for what is `removed` later; below its destination only what lands there."""
        destination = destination_of(step.evaluated)
        where = clean(destination)
        if not related(
            where, f"/{before_wildcards(path[1:])}" if has_wildcards(path) else path
        ):
            return
        inside = path[len(where) :].strip("/") if path.startswith(where) else ""
        is_one = path == where and len(step.evaluated.operands) == 2
        named = [
            part
            for part in step.inputs.parts
            if part.name != "destination" and (not is_one or part.name != "source")
        ]
        yield Atom(repr([(part.name, part.value) for part in named]))
        if not inside or step.instruction.keyword == "ADD":
            gone = tuple(
                each[len(where) :].strip("/")
                for each in removed
                if each.startswith(f"{where}/")
            )
            yield from (
                Atom(selection=_without(each, gone)) for each in step.inputs.selections
            )
            yield from (Atom(content=self.of(each)) for each in step.inputs.outputs)
            return
        for selection in step.inputs.selections:
            yield from (Atom(selection=each) for each in _parts_of(selection, inside))
        for output in step.inputs.outputs:
            within = (
                output.path
                if last_part(output.path) == inside.partition("/")[0]
                else f"{output.path}/{inside}"
            )
            yield Atom(content=self.of(Output(output.stage, output.after, within)))


def _may_be_in_image(path: str) -> bool:
    """Whether an image may have something there of its own: in no directory that a Dockerfile has made up."""
    return path.split("/")[1] in _OF_IMAGES


def _without(selection: Selection, removed: Sequence[str]) -> Selection:
    """A source without paths below it; a pattern is left as it is."""
    if selection.is_pattern or selection.parents:
        return selection
    plain = tuple(
        path
        for path in removed
        if not set(path) & set("*?[\\!#") and path == path.strip()
    )
    return (
        replace(selection, excludes=(*selection.excludes, *plain))
        if plain
        else selection
    )


def _parts_of(selection: Selection, inside: str) -> Iterator[Selection]:
    """What of a source lands at `inside` of the destination: from a directory its content, a file under its name."""
    if selection.is_pattern or selection.parents or selection.excludes:
        yield selection
        return
    source = selection.source
    yield Selection(f"{source}/{inside}" if source else inside, optional=True)
    if last_part(source) == inside:
        yield Selection(source, optional=True)


def _number(content: Content) -> tuple[int, int]:
    return (content.after.number, 1) if isinstance(content.after, Planned) else (-1, 0)
