"""What the scripts of a build context call, as far as instructions name them and as a look at their text tells."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction

_SCRIPTS = (".sh", "entrypoint")
_CALLING = ("subprocess", "os.system", "os.popen")
_INSTALLS = r"\bpip3? install\b"  # of who knows what


def called(
    build: Build,
    instructions: Iterable[Instruction],
    names: Collection[str],
    but: Collection[str] = (),
) -> Iterator[str]:
    """Which of the commands `names` stand in scripts that the instructions name; an install of pip counts too.

    Scripts that the texts `but` name are left out.
    """
    if build.context is None or not names:
        return
    text_of_all = "\n".join(instruction.line.text for instruction in instructions)
    either = "|".join(map(re.escape, sorted(names)))
    words = re.compile(rf"(?<![\w.-])(?:{either})(?![\w.-])|{_INSTALLS}")
    strings = re.compile(rf"(?<=[\"'])(?:{either})(?=[\"' ])|{_INSTALLS}")
    for file in build.context.sent:
        is_python = file.path.endswith(".py")
        if not (is_python or file.path.endswith(_SCRIPTS)) or any(
            file.name in text for text in but
        ):
            continue
        if file.name in text_of_all:
            text = build.context.read(file.path) or ""
            if is_python and not any(name in text for name in _CALLING):
                continue
            found = (strings if is_python else words).search(text)
            if found:
                yield found[0]
