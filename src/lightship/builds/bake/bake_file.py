"""A bake file as it is written: its variables, functions, groups and targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from lightship.builds.hcl.hcl_reader import (
    HclAttribute,
    HclBlock,
    read_hcl,
    read_template,
)
from lightship.builds.hcl.hcl_values import (
    Expression,
    HclFunction,
    HclObject,
    HclScope,
    constant,
)
from lightship.builds.yaml_tree import YamlNode, read_yaml
from lightship.record import record
from lightship.regex import regex

_IDENTIFIERS = regex(r"[A-Za-z_][\w-]*")


@record(eq=False)
class BakeBlock:
    """A target or a group: `path` and `line` are where it is written."""

    name: str
    path: str
    line: int
    attributes: Mapping[str, HclAttribute]


@record(eq=False, frozen=False)
class BakeFile:
    """What one or several files say; later ones come last."""

    variables: dict[str, Expression] = field(default_factory=dict)
    functions: dict[str, HclFunction] = field(default_factory=dict)
    groups: list[BakeBlock] = field(default_factory=list)
    targets: list[BakeBlock] = field(default_factory=list)


def read_bake(bake: BakeFile, path: str, text: str) -> None:
    """Add what a file says. An UnreadableError where it cannot be read."""
    if path.endswith(".json"):
        _read_json(bake, path, text)
        return
    body = read_hcl(text)
    for attribute in body.attributes.values():
        bake.variables[attribute.name] = attribute.value
    for block in body.blocks:
        _add(bake, path, block)


def _add(bake: BakeFile, path: str, block: HclBlock) -> None:
    if len(block.labels) != 1:
        return
    name = block.labels[0]
    attributes = block.attributes
    if block.type == "variable":
        default = attributes.get("default")
        if default is not None:
            bake.variables[name] = default.value
    elif block.type == "function":
        function = _function(attributes)
        if function is not None:
            bake.functions[name] = function
    elif block.type == "group":
        group = BakeBlock(name, path, block.line, attributes)
        bake.groups.append(group)
    elif block.type == "target":
        target = BakeBlock(name, path, block.line, attributes)
        bake.targets.append(target)


def _function(attributes: Mapping[str, HclAttribute]) -> HclFunction | None:
    """A function of the file; None for one without a result."""
    result = attributes.get("result")
    if result is None:
        return None
    params = _names_in(attributes.get("params"))
    rest = _names_in(attributes.get("variadic_params"))
    last = rest[0] if rest else None
    return HclFunction(params, last, result.value)


def _names_in(attribute: HclAttribute | None) -> tuple[str, ...]:
    """The names in a list of names."""
    if attribute is None:
        return ()
    names = _IDENTIFIERS.findall(attribute.text)
    return tuple(names)


def _read_json(bake: BakeFile, path: str, text: str) -> None:
    trees = read_yaml(text)
    if not trees:
        return
    tree = trees[0]
    for name, node in _blocks(tree, "variable"):
        default = node.entries.get("default")
        if default is not None:
            bake.variables[name] = _expression(default)
    for name, node in _blocks(tree, "group"):
        bake.groups.append(_json_block(name, path, node))
    for name, node in _blocks(tree, "target"):
        bake.targets.append(_json_block(name, path, node))


def _blocks(tree: YamlNode, kind: str) -> Iterable[tuple[str, YamlNode]]:
    """The blocks of a kind: an object by name, or a list of such objects."""
    node = tree.get(kind)
    if node is None:
        return
    for part in node.items or [node]:
        for name, block in part.entries.items():
            for item in block.items or [block]:
                yield name, item


def _json_block(name: str, path: str, node: YamlNode) -> BakeBlock:
    attributes: dict[str, HclAttribute] = {}
    for key, value in node.entries.items():
        expression = _expression(value)
        attributes[key] = HclAttribute(key, expression, "", value.line)
    return BakeBlock(name, path, node.line, attributes)


def _expression(node: YamlNode) -> Expression:
    """A value of JSON, whose texts are templates."""
    if isinstance(node.value, list):
        items = [_expression(item) for item in node.value]
        return lambda scope: [item(scope) for item in items]
    if isinstance(node.value, dict):
        pairs: list[tuple[Expression, Expression]] = []
        for key, item in node.value.items():
            pair = (constant(key), _expression(item))
            pairs.append(pair)
        return HclObject(tuple(pairs))
    if node.value is None:
        return constant(None)
    return read_template(node.value)


def outer_names(bake: BakeFile) -> dict[str, Expression]:
    """What expressions of the files may name: variables, and other targets."""
    targets = {block.name: block for block in bake.targets}

    def target(scope: HclScope) -> _Targets:
        return _Targets(targets, scope)

    return {**bake.variables, "target": target}


class _Targets(dict[str, object]):
    """`target.NAME.ATTRIBUTE`: the attributes of other targets as they are written."""

    def __init__(self, blocks: Mapping[str, BakeBlock], scope: HclScope) -> None:
        super().__init__()
        self._blocks, self._scope = blocks, scope

    def __missing__(self, name: str) -> object:
        return _Attributes(self._blocks[name].attributes, self._scope)


class _Attributes(dict[str, object]):
    """The attributes of one target, each worked out when it is asked for."""

    def __init__(self, attributes: Mapping[str, HclAttribute], scope: HclScope) -> None:
        super().__init__()
        self._attributes, self._scope = attributes, scope

    def __missing__(self, name: str) -> object:
        return self._scope.deeper(self._attributes[name].value, {})
