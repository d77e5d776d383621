"""Targets with all that they inherit, one for each combination of their matrix.

Source: docker/buildx, bake/bake.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from lightship.builds.bake.bake_file import BakeBlock, BakeFile, outer_names
from lightship.builds.bake.bake_overrides import overridden
from lightship.builds.bake.bake_target import BakeTarget
from lightship.builds.build_paths import Setting
from lightship.builds.definition import (
    BakeOverride,
    BuildOption,
    Inline,
    Unresolved,
    Written,
)
from lightship.builds.hcl.hcl_values import (
    Expression,
    HclObject,
    HclScope,
    Spending,
    as_list,
    as_mapping,
    as_text,
)
from lightship.builds.interpolation import UnknownValueError
from lightship.repository_facts import GivenLabel

_MOST_COMBINATIONS = 500
_DEEPEST = 30  # targets that inherit from one another
_OPTIONS = ("cache-from", "cache-to", "output", "secret", "no-cache", "pull")


class BakeTargets:
    """All targets of a bake file by name; `unresolved` are those that could not be worked out."""

    def __init__(
        self,
        bake: BakeFile,
        base: Mapping[str, BakeTarget],
        overrides: Sequence[BakeOverride] = (),
    ) -> None:
        self._scope = HclScope(outer_names(bake), bake.functions, Spending(), {})
        self._bake = bake
        self._overrides = overrides
        self.unresolved: list[Unresolved] = []
        self.own: dict[str, BakeTarget] = {}
        self._known = dict(base)
        for block in bake.targets:
            for target in self._expanded(block):
                before = self._known.get(target.name)
                whole = _merged(before, target) if before is not None else target
                self._known[target.name] = self.own[target.name] = whole

    @property
    def inherited(self) -> set[str]:
        """The names that other targets inherit from."""
        return {name for target in self.own.values() for name in target.inherits}

    def groups(self) -> dict[str, list[str]]:
        """Each group with the targets of it and of the groups in it."""
        members: dict[str, list[str]] = {}
        for block in self._bake.groups:
            attribute = block.attributes.get("targets")
            names = members.setdefault(block.name, [])
            if attribute is None:
                continue
            try:
                names += [
                    as_text(item) for item in as_list(attribute.value(self._scope))
                ]
            except UnknownValueError as error:
                where = Written(block.path, attribute.line)
                why = f"group {block.name}: {error}"
                self.unresolved.append(Unresolved(where, why))
        return {name: _all_members(name, members, set()) for name in members}

    def resolved(self, name: str, depth: int = 0) -> BakeTarget | None:
        """A target with all that it inherits and what is set for it; None where there is none."""
        target = self._known.get(name)
        if target is None or depth > _DEEPEST:
            return None
        whole: BakeTarget | None = None
        for base in target.inherits:
            part = self.resolved(base, depth + 1) if base != name else None
            if part is not None:
                whole = _merged(whole, part) if whole is not None else part
        if whole is not None:
            target = _merged(whole, target)
        return overridden(target, self._overrides)

    def _expanded(self, block: BakeBlock) -> Iterator[BakeTarget]:
        """A block as a target, or as several."""
        matrix = block.attributes.get("matrix")
        if matrix is None:
            yield self._read(block, block.name, self._scope)
            return
        where = Written(block.path, block.line)
        try:
            rows = _combinations(matrix.value(self._scope))
            name = block.attributes.get("name")
            if name is None:
                # As one that is computed
                raise UnknownValueError("it has a matrix and no name")  # noqa: TRY301
            for row in rows:
                scope = self._scope.with_names(row)
                yield self._read(block, as_text(name.value(scope)), scope)
        except UnknownValueError as error:
            why = f"target {block.name}: {error}"
            self.unresolved.append(Unresolved(where, why))

    def _read(self, block: BakeBlock, name: str, scope: HclScope) -> BakeTarget:
        reading = _BlockReading(block, scope)
        return BakeTarget(
            name,
            Written(block.path, block.line),
            reading.text("context"),
            reading.text("dockerfile"),
            reading.inline(),
            reading.text("target"),
            reading.pairs("args"),
            reading.texts("platforms") if "platforms" in block.attributes else None,
            reading.pairs("contexts"),
            reading.texts("tags", needed=False),
            reading.options(),
            reading.texts("inherits"),
            tuple(reading.problems),
            labels=reading.labels(),
        )


class _BlockReading:
    """The attributes of one block; `problems` are those without a known value."""

    def __init__(self, block: BakeBlock, scope: HclScope) -> None:
        self.block, self.scope = block, scope
        self.problems: list[str] = []

    def text(self, key: str) -> Setting | None:
        attribute = self.block.attributes.get(key)
        if attribute is None:
            return None
        try:
            value = attribute.value(self.scope)
            return None if value is None else Setting(as_text(value), attribute.line)
        except UnknownValueError as error:
            return Setting(None, attribute.line, str(error))

    def inline(self) -> Inline | None:
        found = self.text("dockerfile-inline")
        if found is None:
            return None
        if found.text is None:
            self.problems.append(f"dockerfile-inline: {found.why}")
            return None
        attribute = self.block.attributes["dockerfile-inline"]
        line = attribute.heredoc_line or attribute.line
        return Inline(found.text, self.block.path, line)

    def pairs(self, key: str, *, needed: bool = True) -> dict[str, str | None]:
        """An object of texts; one that is not known is None, one that is null is absent."""
        attribute = self.block.attributes.get(key)
        if attribute is None:
            return {}
        if not isinstance(attribute.value, HclObject):
            return self._computed_pairs(key, attribute.value, needed=needed)
        found: dict[str, str | None] = {}
        for name, item in attribute.value.items:
            try:
                known = as_text(name(self.scope))
            except UnknownValueError as error:
                if needed:
                    self.problems.append(f"{key}: {error}")
                continue
            try:
                value = item(self.scope)
                if value is not None:
                    found[known] = as_text(value)
            except UnknownValueError:
                found[known] = None
        return found

    def labels(self) -> dict[str, GivenLabel]:
        """The labels of the image; all have the line of the attribute."""
        attribute = self.block.attributes.get("labels")
        if attribute is None:
            return {}
        path = self.block.path
        line = attribute.line
        pairs = self.pairs("labels", needed=False)
        return {key: GivenLabel(value, path, line) for key, value in pairs.items()}

    def _computed_pairs(
        self, key: str, value: Expression, *, needed: bool
    ) -> dict[str, str | None]:
        try:
            items = as_mapping(value(self.scope)).items()
            return {name: as_text(item) for name, item in items if item is not None}
        except UnknownValueError as error:
            if needed:
                self.problems.append(f"{key}: {error}")
            return {}

    def texts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        attribute = self.block.attributes.get(key)
        if attribute is None:
            return ()
        try:
            value = attribute.value(self.scope)
            return tuple(as_text(item) for item in as_list(value)) if value else ()
        except UnknownValueError as error:
            if needed:
                self.problems.append(f"{key}: {error}")
            return ()

    def options(self) -> dict[str, tuple[BuildOption, ...]]:
        """How it is built: each as an option of a command, an object as a line of CSV."""
        found: dict[str, tuple[BuildOption, ...]] = {}
        for key in _OPTIONS:
            attribute = self.block.attributes.get(key)
            if attribute is None:
                continue
            where = Written(self.block.path, attribute.line)
            try:
                value = attribute.value(self.scope)
                items = value if isinstance(value, list) else [value]
                texts = [_as_csv(item) for item in items if item is not None]
            except UnknownValueError:
                found[key] = (BuildOption(key, "${?}", where, is_known=False),)
                continue
            found[key] = tuple(BuildOption(key, text, where) for text in texts)
        return found


def _as_csv(value: Any) -> str:
    if not isinstance(value, Mapping):
        return as_text(value)
    fields = [f"{name}={as_text(item)}" for name, item in value.items()]
    return ",".join(fields)


def _combinations(value: Any) -> Sequence[dict[str, Any]]:
    """All rows of a matrix."""
    axes = {name: as_list(items) for name, items in as_mapping(value).items()}
    number = 1
    for items in axes.values():
        number *= len(items)
    if number > _MOST_COMBINATIONS:
        raise UnknownValueError(f"its matrix has {number:,} combinations")
    return [dict(zip(axes, row, strict=True)) for row in product(*axes.values())]


def _all_members(
    name: str, members: Mapping[str, list[str]], seen: set[str]
) -> list[str]:
    """The targets of a group; groups that hold one another end."""
    if name in seen:
        return []
    seen.add(name)
    targets: list[str] = []
    for member in members[name]:
        is_group = member in members
        targets += _all_members(member, members, seen) if is_group else [member]
    return list(dict.fromkeys(targets))


def _merged(base: BakeTarget, over: BakeTarget) -> BakeTarget:
    """What `over` says wins; arguments, contexts and labels are joined."""
    return replace(
        over,
        context=over.context or base.context,
        dockerfile=over.dockerfile or base.dockerfile,
        inline=over.inline or base.inline,
        target=over.target or base.target,
        args={**base.args, **over.args},
        platforms=base.platforms if over.platforms is None else over.platforms,
        contexts={**base.contexts, **over.contexts},
        tags=over.tags or base.tags,
        options={**base.options, **over.options},
        inherits=(*base.inherits, *over.inherits),
        problems=(*base.problems, *over.problems),
        labels={**base.labels, **over.labels},
    )
