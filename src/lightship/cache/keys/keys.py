"""The cache key of each step of a plan, for the files of one moment.

A key is made of what the Dockerfile says, of the digests of what is taken from the build context
and from other stages, and of the key of the step below. Two steps with the same key are one result
for the builder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence

from lightship.cache.keys.stage_files import Atom, StageFiles, fold_stages
from lightship.cache.plan.plan import BaseImage, Plan, Planned
from lightship.cache.selection.selection import Selection
from lightship.cache.selection.sent_context import above
from lightship.record import record
from lightship.text import encode

Key = bytes
Digests = Mapping[Selection, str | None]


@record(eq=False)
class Keyed:
    """A step with its key, None where the build fails at it or before.

    `missing` are sources that are not there.

    `outputs` are the digests of what it takes from other stages, in the order of
    `Planned.inputs.outputs`.
    """

    step: Planned
    key: Key | None
    missing: tuple[Selection, ...] = ()
    outputs: tuple[Key, ...] = ()


class Keys:
    """Works out the keys of a plan, as often as files change."""

    def __init__(self, plan: Plan) -> None:
        steps = plan.steps
        self.plan = plan
        outputs = [output for step in steps for output in step.inputs.outputs]
        stage_files = fold_stages(plan, outputs)
        selections = (*plan.selections, *stage_files.selections)
        self.selections = tuple(dict.fromkeys(selections))

        # What stays the same whatever the files are, by the number of a step
        self._fixed = [_fixed(step) for step in steps]
        self._selected = [_without_nested(step.inputs.selections) for step in steps]
        self._taken = [
            [stage_files.of(output) for output in step.inputs.outputs] for step in steps
        ]
        self._after: dict[int, list[StageFiles]] = {}
        for files in stage_files.in_order:
            self._after.setdefault(files.number, []).append(files)

    def at(self, digests: Digests, linked: Collection[Selection] = ()) -> list[Keyed]:
        """The keys for these digests of `selections`; after a step that fails there are none.

        `linked` are the selections with symlinks in them.
        """
        keys: dict[int, Key | None] = {}
        known: dict[int, Key] = {}  # by the id of stage files
        unsure = _after_links(self.plan.steps, linked) if linked else ()
        for files in self._after.get(-1, ()):
            known[id(files)] = _files_key(files, digests, keys, known)

        found: list[Keyed] = []
        fails = False
        for step in self.plan.steps:
            number = step.number
            missing = tuple(
                selection
                for selection in step.inputs.selections
                if digests[selection] is None
            )
            fails = fails or bool(missing)
            outputs = tuple([known[id(files)] for files in self._taken[number]])
            selected = [digests[each] or "" for each in self._selected[number]]
            key = None
            if not fails:
                below = _below(step, keys)
                key = _digest(self._fixed[number], *selected, *outputs, below)
            keys[number] = key
            found.append(Keyed(step, key, missing, outputs))

            for files in self._after.get(number, ()):
                if number in unsure:
                    known[id(files)] = _digest(files.path, key or b"")
                else:
                    known[id(files)] = _files_key(files, digests, keys, known)
        return found


def _after_links(
    steps: Sequence[Planned], linked: Collection[Selection]
) -> frozenset[int]:
    """The steps after a RUN that may have written elsewhere than it says, through a symlink
    of the build context.

    All that is known of their files is the key of the step.
    """
    has_links: set[int] = set()
    unsure: set[int] = set()
    for step in steps:
        below = step.below.number if isinstance(step.below, Planned) else -1
        writes = step.instruction.keyword == "RUN" and below in has_links
        if writes or below in unsure:
            unsure.add(step.number)
        if below in has_links or any(map(linked.__contains__, step.inputs.selections)):
            has_links.add(step.number)
    return frozenset(unsure)


def _below(step: Planned, keys: Mapping[int, Key | None]) -> Key | str:
    if step.inputs.alone:
        return "alone"
    below = step.below
    return (
        _base_key(below) if isinstance(below, BaseImage) else keys[below.number] or b""
    )


def _base_key(base: BaseImage) -> str:
    return f"{base.image} {base.platform}" if base.image else "scratch"


def _fixed(step: Planned) -> str:
    kind = "COPY" if step.instruction.keyword == "ADD" else step.instruction.keyword
    return json.dumps([kind, *((part.name, part.value) for part in step.inputs.parts)])


def _without_nested(selections: tuple[Selection, ...]) -> tuple[Selection, ...]:
    """In the order of their paths, without what another one holds already (file.go,
    dedupeSelectors).
    """
    plain = {selection.source for selection in selections if _is_plain(selection)}
    kept = [
        selection
        for selection in selections
        if selection.source not in plain or not _is_held(selection.source, plain)
    ]
    return tuple(sorted(dict.fromkeys(kept), key=lambda kept: kept.source))


def _is_plain(selection: Selection) -> bool:
    return not (selection.is_pattern or selection.parents or selection.excludes)


def _is_held(source: str, others: set[str]) -> bool:
    """Whether a directory above a source is among the others."""
    if not source:
        return False
    return "" in others or any(folder in others for folder in above(source))


def _files_key(
    files: StageFiles,
    digests: Digests,
    keys: Mapping[int, Key | None],
    known: Mapping[int, Key],
) -> Key:
    return _digest(*(_atom(atom, digests, keys, known) for atom in files.atoms))


def _atom(
    atom: Atom,
    digests: Digests,
    keys: Mapping[int, Key | None],
    known: Mapping[int, Key],
) -> Key | str:
    if atom.selection is not None:
        return digests[atom.selection] or "missing"
    if atom.key_of is not None:
        return keys[atom.key_of.number] or b""
    return known[id(atom.files)] if atom.files is not None else atom.text


def _digest(*parts: Key | str) -> Key:
    hasher = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = encode(part) if isinstance(part, str) else part
        hasher.update(len(data).to_bytes(8, "little"))
        hasher.update(data)
    return hasher.digest()
