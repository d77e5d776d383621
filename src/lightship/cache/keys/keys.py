"""The cache key of each step of a plan, for the files of one moment.

A key is made of what the Dockerfile says, of the digests of what is taken from the build context
and from other stages, and of the key of the step below. Two steps with the same key are one result
for the builder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from operator import attrgetter

from lightship.cache.keys.fold_stages import fold_stages
from lightship.cache.keys.stage_files import AllStageFiles, Atom, StageFiles
from lightship.cache.plan.plan import BaseImage, Output, Plan, Planned
from lightship.cache.selection.selection import Selection
from lightship.cache.selection.sent_context import above
from lightship.record import record
from lightship.text import encode

Key = bytes
Digests = Mapping[Selection, str | None]
Sources = tuple[Selection, ...]
Outputs = tuple[Key, ...]
Behind = tuple[frozenset[int], ...]
BehindFiles = Mapping[StageFiles, frozenset[int]]
_Part = Key | str  # of what a digest is made of


@record(eq=False)
class Keyed:
    """A step with its key, None where the build fails at it or before.

    `missing` are sources that are not there.

    `outputs` are the digests of what it takes from other stages, in the order of
    `Planned.inputs.outputs`. `behind` are, for each of them, the numbers of the steps whose results
    stand in it unread: where one of these runs again, the files are others, for all that is known.
    """

    step: Planned
    key: Key | None
    missing: Sources = ()
    outputs: Outputs = ()
    behind: Behind = ()


@record(eq=False)
class _Recipe:
    """What goes into the key of a step, whatever the files are.

    `text` is what the Dockerfile says; `sources` are what it selects of the build context,
    `outputs` what it takes of other stages, `behind` as in Keyed. `files` are known as soon as the
    key is.
    """

    step: Planned
    text: str
    sources: Sources
    outputs: tuple[StageFiles, ...]
    behind: Behind
    files: list[StageFiles] = field(default_factory=list)


class Keys:
    """Works out the keys of a plan, as often as files change."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        outputs: list[Output] = []
        for step in plan.steps:
            outputs += step.inputs.outputs
        stage_files = fold_stages(plan, outputs)
        selections = (*plan.selections, *stage_files.selections)
        unique = dict.fromkeys(selections)
        self.selections = tuple(unique)

        self._in_order = stage_files.in_order
        behind = files_behind(self._in_order, ())
        self._recipes = [_recipe(step, stage_files, behind) for step in plan.steps]
        self._of_images: list[StageFiles] = []  # known before any step
        for files in self._in_order:
            number = files.number
            if number < 0:
                self._of_images.append(files)
            else:
                recipe = self._recipes[number]
                recipe.files.append(files)

    def at(self, digests: Digests, linked: Collection[Selection] = ()) -> list[Keyed]:
        """The keys for these digests of `selections`; after a step that fails there are none.

        `linked` are the selections with symlinks in them.
        """
        unsure = _after_links(self.plan.steps, linked)
        behind = files_behind(self._in_order, unsure) if unsure else {}
        made = _MomentKeys(digests, unsure, behind)
        for files in self._of_images:
            made.add_files(files)
        return [made.keyed(recipe) for recipe in self._recipes]


class _MomentKeys:
    """The keys of one moment, as far as they are worked out.

    `unsure` are the steps after which it is not known what is in which file. `behind` is what
    stands in files unread where there are such steps.
    """

    def __init__(
        self, digests: Digests, unsure: Collection[int], behind: BehindFiles
    ) -> None:
        self._digests = digests
        self._unsure = unsure
        self._behind = behind
        self._fails = False
        # By the number of a step; empty after one that fails
        self._steps: dict[int, Key] = {}
        # The same, with all that a step is laid upon
        self._chains: dict[int, Key] = {}
        # By the id of stage files
        self._files: dict[int, Key] = {}

    def keyed(self, recipe: _Recipe) -> Keyed:
        """The next step with its key; there are none from the first step on that fails."""
        step = recipe.step
        missing = _missing(step, self._digests)
        if missing:
            self._fails = True

        outputs = self._outputs(recipe)
        key: Key | None = None
        if not self._fails:
            key = self._key(recipe, outputs)
        self._steps[step.number] = key or b""
        self._chains[step.number] = self._chain(step)

        # They come after this step, so its key has to be known
        for files in recipe.files:
            self.add_files(files)
        behind = recipe.behind
        if self._unsure:
            behind = tuple(self._behind[files] for files in recipe.outputs)
        return Keyed(step, key, missing, outputs, behind)

    def add_files(self, files: StageFiles) -> None:
        """Work out the digest of stage files; all that they depend on is known."""
        number = files.number
        if number in self._unsure:
            key = self._chains[number]
            digest = digest_of(files.path, key)
        else:
            parts = map(self._atom, files.atoms)
            digest = digest_of(*parts)
        self._files[id(files)] = digest

    def _below(self, step: Planned) -> _Part:
        """What a step's key holds of what is below it."""
        if step.inputs.alone:
            return "alone"
        below = step.below
        if isinstance(below, Planned):
            return self._chains[below.number]
        return base_text(below)

    def _chain(self, step: Planned) -> Key:
        """The key of the layers up to a step.

        A step that stands alone is merged with what is below it (BuildKit's MergeOp), so its own
        key does not tell what the next one is laid upon.
        """
        own = self._steps[step.number]
        below = step.below
        if not step.inputs.alone or not own:
            return own
        if isinstance(below, Planned):
            return merged_key(self._chains[below.number], own)
        return merged_key(base_text(below), own)

    def _atom(self, atom: Atom) -> _Part:
        if isinstance(atom, Selection):
            return self._digests[atom] or "missing"
        if isinstance(atom, Planned):
            return self._chains[atom.number]
        if isinstance(atom, StageFiles):
            return self._files[id(atom)]
        return atom

    def _outputs(self, recipe: _Recipe) -> Outputs:
        """The digests of what a step takes from other stages."""
        digests = [self._files[id(files)] for files in recipe.outputs]
        return tuple(digests)

    def _key(self, recipe: _Recipe, outputs: Outputs) -> Key:
        selected = [self._digests[source] or "" for source in recipe.sources]
        below = self._below(recipe.step)
        return digest_of(recipe.text, *selected, *outputs, below)


def base_text(base: BaseImage) -> str:
    """What keys hold of a base image.

    Not empty: a step that stands alone is another than one on an empty image.
    """
    if not base.image:
        return "scratch"
    return f"{base.image} {base.platform}"


def merged_key(below: _Part, own: Key) -> Key:
    """The key of a step that stands alone, merged with what is below it."""
    return digest_of("merge", below, own)


def files_behind(
    in_order: Iterable[StageFiles], unsure: Collection[int]
) -> BehindFiles:
    """For each of these files, the numbers of the steps whose results stand in it unread.

    The files come after what they depend on. `unsure` are the steps after which it is not known
    what is in which file.
    """
    behind: dict[StageFiles, frozenset[int]] = {}
    for files in in_order:
        own = [files.number] if files.number in unsure else []
        own += [atom.number for atom in files.atoms if isinstance(atom, Planned)]
        parts = {behind[atom] for atom in files.atoms if isinstance(atom, StageFiles)}
        parts.add(frozenset(own))
        behind[files] = frozenset().union(*parts)
    return behind


def _recipe(step: Planned, stage_files: AllStageFiles, behind: BehindFiles) -> _Recipe:
    inputs = step.inputs
    kind = step.instruction.keyword
    # ADD of plain files makes the same as COPY, and has the same key
    if kind == "ADD":
        kind = "COPY"
    parts = [(part.name, part.value) for part in inputs.parts]
    text = json.dumps([kind, *parts])
    sources = _without_nested(inputs.selections)
    outputs = tuple(map(stage_files.of, inputs.outputs))
    return _Recipe(
        step, text, sources, outputs, tuple(behind[files] for files in outputs)
    )


def _missing(step: Planned, digests: Digests) -> Sources:
    """The sources of a step that are not there."""
    sources = step.inputs.selections
    missing = [source for source in sources if digests[source] is None]
    return tuple(missing)


def _after_links(
    steps: Sequence[Planned],
    linked: Collection[Selection],
) -> frozenset[int]:
    """The steps after a RUN that may have written elsewhere than it says, through a symlink
    of the build context.

    All that is known of their files is the key of the step.
    """
    if not linked:
        return frozenset()

    has_links: set[int] = set()
    unsure: set[int] = set()
    for step in steps:
        number = step.number
        below = step.below.number
        is_run = step.instruction.keyword == "RUN"
        may_write = is_run and below in has_links
        if may_write or below in unsure:
            unsure.add(number)

        sources = step.inputs.selections
        takes_links = any(source in linked for source in sources)
        if takes_links or below in has_links:
            has_links.add(number)
    return frozenset(unsure)


def _without_nested(selections: Sources) -> Sources:
    """In the order of their paths, without what another one holds already (file.go,
    dedupeSelectors).
    """
    plain = {selection.source for selection in filter(_is_plain, selections)}
    kept: dict[Selection, None] = {}
    for selection in selections:
        source = selection.source
        is_nested = source in plain and _is_held(source, plain)
        if not is_nested:
            kept[selection] = None
    by_path = sorted(kept, key=attrgetter("source"))
    return tuple(by_path)


def _is_plain(selection: Selection) -> bool:
    if selection.is_pattern or selection.parents:
        return False
    return not selection.excludes


def _is_held(source: str, directories: set[str]) -> bool:
    """Whether a directory above a source is among others."""
    if not source:
        return False
    if "" in directories:
        return True
    return not directories.isdisjoint(above(source))


def digest_of(*parts: _Part) -> Key:
    """A key of parts, each with its size before it."""
    hasher = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = encode(part) if isinstance(part, str) else part
        # With its size before it, so that `a` and `bc` are not `ab` and `c`
        size = len(data).to_bytes(8, "little")
        hasher.update(size)
        hasher.update(data)
    return hasher.digest()
