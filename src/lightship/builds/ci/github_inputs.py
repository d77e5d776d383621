"""The inputs of an action that builds, as far as they are known; each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from lightship.builds.ci.cache_option import CacheOption, read_cache_options
from lightship.builds.ci.changing_args import changes_with
from lightship.builds.ci.ci_build import OFF, ChangingArg, CiSwitch
from lightship.builds.ci.github_events import as_far_as_known, switch_in
from lightship.builds.definition import Written
from lightship.builds.yaml_places import line_places
from lightship.builds.yaml_tree import YamlNode
from lightship.text import Lines

Values = Mapping[str, Any]
_MOST_ARGS = 200  # of one build
_SECRETS = ("secrets", "secret-files", "secret-envs")


class StepInputs:
    """`with:` of a step; `node` is None where it has none."""

    def __init__(
        self, node: YamlNode | None, path: str, lines: Lines, values: Values
    ) -> None:
        self.node = node
        self.path = path
        self.lines = lines
        self.values = values

    def _input(self, name: str) -> YamlNode | None:
        return self.node.get(name) if self.node is not None else None

    def text(self, name: str) -> str:
        """An input as it is written; empty where it is absent."""
        value = self._input(name)
        if value is None:
            return ""
        return value.text or ""

    def known(self, name: str) -> str:
        """An input with what is known of its expressions."""
        return self._filled(self.text(name))

    def _filled(self, text: str) -> str:
        return as_far_as_known(text, self.values).strip()

    def has(self, *names: str) -> bool:
        """Whether one of them is given, and not empty."""
        return any(self.text(name).strip() for name in names)

    def switch(self, name: str) -> CiSwitch:
        node = self._input(name)
        if node is None:
            return OFF
        text = node.text or ""
        value = switch_in(text, self.values)
        return CiSwitch(value, text, Written(self.path, node.line))

    def lines_of(self, name: str) -> tuple[str, ...]:
        """The lines of a list that are not empty."""
        texts = [self._filled(text) for text, _line in self._raw(name)]
        return tuple(filter(None, texts))

    def _raw(self, name: str) -> Iterator[tuple[str, int]]:
        """The lines of an input as they are written, with their numbers."""
        node = self._input(name)
        if node is None:
            return
        for text, line, _span in line_places(node, self.lines):
            yield text, line

    def caches(self, name: str, values: Values) -> tuple[CacheOption, ...]:
        """The caches of an input; one line may be an expression that stands for several."""
        node = self._input(name)
        if node is None:
            return ()

        options: list[CacheOption] = []
        for text, line, span in line_places(node, self.lines):
            written = Written(self.path, line)
            known = as_far_as_known(text, values)
            for one in known.split("\n"):
                options += read_cache_options(one, written, span)
        return tuple(options)

    def secret_ids(self) -> Iterator[str]:
        """The ids of secrets; the lines of a secret's own value look like none."""
        for name in _SECRETS:
            for text in self.lines_of(name):
                key, equals, _value = text.strip("\"'").partition("=")
                is_id = "{{" not in key and " " not in key
                if equals and is_id:
                    yield key

    def args(self, name: str = "build-args") -> Iterator[tuple[str, str, int]]:
        """Build arguments: name, value as written, line."""
        rows = islice(self._raw(name), _MOST_ARGS)
        for text, line in rows:
            written = text.strip().strip('"')
            key, equals, value = written.partition("=")
            if equals and not key.startswith("#"):
                yield key, value, line

    def changing(self, before: Sequence[YamlNode]) -> Iterator[ChangingArg]:
        """Build arguments whose values change; `before` are the steps that may make them."""
        for key, value, line in self.args():
            changes = changes_with(value, before)
            if changes is None:
                continue
            written = Written(self.path, line)
            yield ChangingArg(key, value, changes, written)

    def secret_args(self) -> Iterator[str]:
        """Build arguments that a secret fills."""
        for key, value, _line in self.args():
            if "secrets." in value:
                yield key
