"""`CacheOption`: one `--cache-from` or `--cache-to`, as buildx reads it.

Source: docker/buildx, util/buildflags/cache.go: a line of CSV whose fields are `key=value`, or a
bare name for the cache in a registry; moby/buildkit, control/control.go, parseCacheExportMode: a
mode that is neither min nor max counts as min, without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lightship.builds.definition import Written
from lightship.record import record
from lightship.text import Span

GHA_SCOPE = "buildkit"
"""The scope of a gha cache that names none."""
MODES = ("min", "max")
_TYPE, _REGISTRY, _INLINE = "type", "registry", "inline"
_UNKNOWN = ("${", "$(", "`")
# Fields that a line of CSV may have: no backend takes more than thirty
_MOST_FIELDS = 200
_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})


@record
class CacheOption:
    """A cache that a build reads or writes.

    `text` is the option as it is written; what is known of its expressions is filled in, the rest
    stands as it is (`${{ github.ref_name }}`, `$CI_COMMIT_REF_SLUG`). `type` is the backend
    (registry, gha, local, inline, s3, azblob), empty where it is not known; `attributes` are all
    others, their keys in lower case. `span` is its place in the file's text, None where the text
    there is not the option's own, as in a folded one. `problem` says why buildx would refuse it.
    """

    text: str
    type: str
    attributes: Mapping[str, str]
    written: Written
    span: Span | None = None
    problem: str = ""

    def get(self, name: str) -> str | None:
        """The value of an attribute; None where it is absent or a part of it is not known."""
        value = self.attributes.get(name)
        return value if value is not None and is_known(value) else None

    @property
    def mode(self) -> str | None:
        """`min` or `max` as BuildKit reads it; None where an expression decides it, or the type.

        Missing or misspelt is min, and inline is always min.
        """
        if self.type == _INLINE:
            return "min"
        written = self.attributes.get("mode", "")
        if not self.type or not is_known(written):
            return None
        return "max" if written == "max" else "min"

    @property
    def is_mode_misspelt(self) -> bool:
        """Whether it names a mode that BuildKit does not know, and reads as min."""
        written = self.attributes.get("mode")
        return written is not None and is_known(written) and written not in MODES

    @property
    def scope(self) -> str | None:
        """The name of a gha cache, what is not known in it as it is written; None of others."""
        if self.type != "gha":
            return None
        return self.attributes.get("scope") or GHA_SCOPE

    @property
    def ref(self) -> str | None:
        """The image that holds a cache in a registry, as it is written."""
        return self.attributes.get("ref") if self.type == _REGISTRY else None

    @property
    def address(self) -> tuple[str, ...]:
        """What two options share that mean the same cache, as far as it is written.

        Two equal ones with an expression in them mean the same only where that has one value.
        """
        names = {
            "gha": ("scope",),
            _REGISTRY: ("ref",),
            "s3": ("bucket", "prefix", "name"),
            "azblob": ("account_url", "container", "prefix", "name"),
            # What reads names `src`, what writes `dest`
            "local": ("src", "dest", "tag"),
        }.get(self.type, ())
        values = [self.attributes.get(name, "") for name in names]
        if self.type == "gha":
            values = [self.scope or GHA_SCOPE]
        if self.type == "local":
            values = [value for value in values if value][:2]
        return (self.type, *values)

    @property
    def is_address_known(self) -> bool:
        """Whether no expression stands in it that is not known."""
        return all(is_known(part) for part in self.address)

    @property
    def ignores_errors(self) -> bool:
        """Whether the build goes on where the export fails; inline cannot fail alone."""
        return self.attributes.get("ignore-error", "") in _TRUE or self.type == _INLINE


def with_attributes(option: CacheOption, more: Mapping[str, str]) -> CacheOption:
    """An option with other values of some attributes; as it is where its type is not known."""
    if not option.type:
        return option
    attributes = {**option.attributes, **more}
    fields = [f"{name}={value}" for name, value in attributes.items()]
    text = ",".join((f"type={option.type}", *fields))
    return replace(option, text=text, attributes=attributes)


def is_known(text: str) -> bool:
    """Whether a text has no expression or variable in it that is only known in a run."""
    return not any(mark in text for mark in _UNKNOWN) and not text.startswith("$")


def read_cache_options(
    text: str, written: Written, span: Span | None = None
) -> Iterator[CacheOption]:
    """The caches of one option or one line of an input: several only where all are bare names."""
    text = text.strip()
    if not text:
        return
    fields = csv_fields(text)
    if fields is None:
        yield CacheOption(text, "", {}, written, span, "its quotes do not match")
        return
    if all("=" not in item for item in fields):
        if not is_known(text) and len(fields) == 1 and text.startswith("${{"):
            # An expression may stand for all of it
            yield CacheOption(text, "", {}, written, span)
            return
        for item in fields:
            yield CacheOption(item, _REGISTRY, {"ref": item}, written, span)
        return
    yield _with_fields(text, fields, written, span)


def _with_fields(
    text: str, fields: list[str], written: Written, span: Span | None
) -> CacheOption:
    attributes: dict[str, str] = {}
    kind = ""
    problem = ""
    for item in fields:
        key, equals, value = item.partition("=")
        if not equals:
            is_expression = not is_known(item)
            problem = problem or ("" if is_expression else f"{item!r} has no value")
        elif key.lower() == _TYPE:
            kind = value
        else:
            attributes[key.lower()] = value
    if not kind and not problem and is_known(text):
        problem = "it names no type"
    return CacheOption(
        text, kind if is_known(kind) else "", attributes, written, span, problem
    )


def csv_fields(text: str) -> list[str] | None:
    """The fields of a line of CSV; None where its quotes do not match.

    An expression of a workflow is a part of its field, whatever commas and quotes it has.
    """
    fields: list[str] = []
    at = 0
    while len(fields) < _MOST_FIELDS:
        if text[at : at + 1] == '"':
            end = _closing_quote(text, at + 1)
            if end is None:
                return None
            fields.append(text[at + 1 : end].replace('""', '"'))
            at = end + 1
        else:
            end = _field_end(text, at)
            fields.append(text[at:end])
            at = end
        if at >= len(text):
            return fields
        if text[at] != ",":
            return None
        at += 1
    return None


def _closing_quote(text: str, at: int) -> int | None:
    while True:
        end = text.find('"', at)
        if end < 0:
            return None
        if text[end + 1 : end + 2] != '"':
            return end
        at = end + 2


def _field_end(text: str, at: int) -> int:
    """The comma that ends a field, or the end of the text."""
    may_open = True
    while at < len(text) and text[at] != ",":
        if may_open and text.startswith("${{", at):
            end = text.find("}}", at)
            may_open = end >= 0  # where none closes, no later one does
            at = end + 1 if may_open else at
        at += 1
    return at
