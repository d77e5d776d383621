"""Which characters come in and go out, whatever the locale is.

Dockerfiles, paths and reports are UTF-8. A locale may say otherwise (`LC_ALL=POSIX`, Latin-1).
"""

from __future__ import annotations

import codecs
import os
import sys
from typing import Any

# What text is drawn with, for outputs that cannot show it; all else is a question mark, since a
# name that only looks alike would be another name.
_PLAIN = {
    "…": "...",
    "·": "-",
    "→": "->",
    "←": "<-",
    "↑": "^",
    "↓": "v",
    "⇧": "^",
    "±": "+/-",
    "≠": "!=",
    "µ": "u",
    "μ": "u",
    "\u2039": "<",  # single angle quotation marks
    "\u203a": ">",
    "─": "-",
    "│": "|",
    "├": "|",
    "└": "`",
    "░": ".",
    "▒": ":",
    "▌": "|",
    "▏": "|",
    # A ramp of eight heights; the last is the block of a bar as well
    "▁": "_",
    "▂": ".",
    "▃": "-",
    "▄": "=",
    "▅": "+",
    "▆": "*",
    "▇": "%",
    "█": "#",
}
_HANDLER = "lightship-plain"


def read_utf_8() -> None:
    """Begin again in Python's UTF-8 mode where names of files are in another encoding.

    In such a locale no file can be opened whose name has other characters, and Python chooses the
    encoding of names before anything of ours runs. The outputs keep the locale's encoding.
    """
    if sys.flags.utf8_mode or _is_utf_8(sys.getfilesystemencoding()):
        return
    if not (sys.executable and sys.orig_argv):
        return

    environment = dict(os.environ)
    if sys.stdout is not None:
        environment.setdefault("PYTHONIOENCODING", sys.stdout.encoding)
    again = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
    os.execve(sys.executable, again, environment)  # noqa: S606 - the same command, as it was called


def write_what_can_be_shown(*streams: Any) -> None:
    """Let each replace what its encoding lacks: by plain characters of the same look, or by `?`."""
    codecs.register_error(_HANDLER, _plain)
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_HANDLER)


def write_utf_8(stream: Any) -> None:
    """Let it write UTF-8: what programs read (JSON, HTML, XML) is that in every locale."""
    if hasattr(stream, "reconfigure") and not _is_utf_8(stream.encoding):
        stream.reconfigure(encoding="utf-8", errors=_HANDLER)


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    shown = "".join(_PLAIN.get(character, "?") for character in lacking)
    return shown, error.end


def _is_utf_8(encoding: str) -> bool:
    return codecs.lookup(encoding).name == "utf-8"
