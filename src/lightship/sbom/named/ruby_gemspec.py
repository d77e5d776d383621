"""A gem's `specifications/NAME-VERSION.gemspec`, as RubyGems writes it (rubygems,
lib/rubygems/specification.rb, to_ruby). It is Ruby, and is read by its lines, never run.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.databases.package_lists import PackageFacts, StatedPackage
from lightship.image.scan import FilePart
from lightship.regex import regex

FOLDER, END = b"specifications/", b".gemspec"
_MOST = 1 << 20
_STUB = regex(r"(?m)^# stub: (\S+) (\S+) (\S+) ")
_NAME = regex(r"""(?m)^[^\S\n]*s\.name = ["']([^"'\n]+)["']""")
_VERSION = regex(
    r"""(?m)^[^\S\n]*s\.version = (?:Gem::Version\.new\()?["']([^"'\n]+)["']"""
)
_LICENCES = regex(r"(?m)^[^\S\n]*s\.licenses? = (.{0,2000})$")
_QUOTED = regex(r"""["']([^"'\n]+)["']""")


def ruby_gemspec(_path: bytes, _size: int, part: FilePart) -> Iterator[StatedPackage]:
    """The gem; nothing where the file does not say its name."""
    text = part(0, _MOST).decode("utf-8", "replace")
    stub = _STUB.search(text)
    name, version = _NAME.search(text), _VERSION.search(text)
    licences = _LICENCES.search(text)
    facts = PackageFacts(
        licences=tuple(_QUOTED.findall(licences[1] if licences else ""))
    )
    if stub:
        yield StatedPackage("gem", stub[1], stub[2], facts)
    elif name:
        yield StatedPackage("gem", name[1], version[1] if version else "", facts)
