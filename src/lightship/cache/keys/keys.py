"""The cache key of each step of a plan, for the files of one moment.

A key is made of what the Dockerfile says, of the digests of what is taken from the build context and from other stages,
and of the key of the step below. Two steps with the same key are one result for the builder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping

from lightship.cache.keys.stage_files import Atom, Content, Contents
from lightship.cache.plan.plan import Base, Plan, Planned
from lightship.cache.selection.selection import Selection
from lightship.cache.selection.sent_context import above
from lightship.record import record
from lightship.text import encode

Key = bytes
Digests = Mapping[Selection, str | None]


@record(eq=False)
class Keyed:
    """A step with its key, None where the build fails at it or before; `missing` are sources that are not there.

    `outputs` are the digests of what it takes from other stages, in the order of `Planned.inputs.outputs`.
    """

    step: Planned
    key: Key | None
    missing: tuple[Selection, ...] = ()
    outputs: tuple[Key, ...] = ()


class Keys:
    """Works out the keys of a plan, as often as files change."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.contents = Contents(
            plan.build,
            [output for step in plan.steps for output in step.inputs.outputs],
        )
        self.selections = tuple(
            dict.fromkeys((*plan.selections, *self.contents.selections))
        )
        self._fixed = [_fixed(step) for step in plan.steps]
        self._selected = [
            _without_nested(step.inputs.selections) for step in plan.steps
        ]

    def at(self, digests: Digests, linked: Collection[Selection] = ()) -> list[Keyed]:
        """The keys for these digests of `selections`; after a step that fails there are none.

        `linked` are the selections with symlinks in them.
        """
        keys: dict[int, Key | None] = {}
        contents: dict[int, Key] = {}
        waiting = iter((*self.contents.in_order, None))
        content = next(waiting)
        found: list[Keyed] = []
        fails = False
        for step in self.plan.steps:
            while content is not None and _number(content.after) < step.number:
                if linked and any(each in linked for each in content.below_runs):
                    contents[id(content)] = _digest(
                        content.path, keys[_number(content.after)] or b""
                    )
                else:
                    contents[id(content)] = _content_key(
                        content, digests, keys, contents
                    )
                content = next(waiting)
            missing = tuple(
                each for each in step.inputs.selections if digests[each] is None
            )
            fails = fails or bool(missing)
            outputs = tuple(
                contents[id(self.contents.of(output))] for output in step.inputs.outputs
            )
            selected = [digests[each] or "" for each in self._selected[step.number]]
            key = (
                None
                if fails
                else _digest(
                    self._fixed[step.number], *selected, *outputs, _below(step, keys)
                )
            )
            keys[step.number] = key
            found.append(Keyed(step, key, missing, outputs))
        return found


def _number(after: Planned | Base) -> int:
    return after.number if isinstance(after, Planned) else -1


def _below(step: Planned, keys: Mapping[int, Key | None]) -> Key | str:
    if step.inputs.alone:
        return "alone"
    below = step.below
    return _base_key(below) if isinstance(below, Base) else keys[below.number] or b""


def _base_key(base: Base) -> str:
    return f"{base.image} {base.platform}" if base.image else "scratch"


def _fixed(step: Planned) -> str:
    kind = "COPY" if step.instruction.keyword == "ADD" else step.instruction.keyword
    return json.dumps([kind, *((part.name, part.value) for part in step.inputs.parts)])


def _without_nested(selections: tuple[Selection, ...]) -> tuple[Selection, ...]:
    """In the order of their paths, without what another one holds already (file.go, dedupeSelectors)."""
    plain = {
        each.source
        for each in selections
        if not (each.is_pattern or each.parents or each.excludes)
    }
    kept = [
        each
        for each in selections
        if each.source not in plain or not _is_held(each.source, plain)
    ]
    return tuple(sorted(dict.fromkeys(kept), key=lambda each: each.source))


def _is_held(source: str, others: set[str]) -> bool:
    return bool(source) and (
        "" in others or any(each in others for each in above(source))
    )


def _content_key(
    content: Content,
    digests: Digests,
    keys: Mapping[int, Key | None],
    known: Mapping[int, Key],
) -> Key:
    return _digest(*(_atom(atom, digests, keys, known) for atom in content.atoms))


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
    return known[id(atom.content)] if atom.content is not None else atom.text


def _digest(*parts: Key | str) -> Key:
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = encode(part) if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "little"))
        found.update(data)
    return found.digest()
