"""Programs that see to their standard output themselves."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.regex import regex

_STDOUT = "sys.stdout"
# `os.fdopen(sys.stdout.fileno(), "w", buffering=1)`, `reconfigure(line_buffering=True)`,
# `sys.stdout = Unbuffered(sys.stdout)`
_UNBUFFERED = regex(
    r"sys\.stdout[ \t]*=[ \t]*(?:os\.fdopen|open|io\.open|(?:io\.)?TextIOWrapper)\([^\n]{0,200}"
    r"(?:buffering[ \t]*=[ \t]*[01]\b|,[ \t]*[01]\)"
    r"|(?:line_buffering|write_through)[ \t]*=[ \t]*True)"
    r"|sys\.stdout\.reconfigure\([^)]{0,200}(?:line_buffering|write_through)[ \t]*=[ \t]*True"
    r"|sys\.stdout[ \t]*=[ \t]*\w{0,40}(?i:unbuffered|autoflush|flush)\w{0,40}\("
    r"|(?m:^)print[ \t]*=[ \t]*(?:functools\.)?partial\(print,[ \t]*flush[ \t]*=[ \t]*True"
)
_WINDOWS = regex(
    r"(?m)^[ \t]*(?:import|from)[ \t]+(?:tkinter|customtkinter|PyQt\d|PySide\d|wx|kivy)\b"
)
_ASSIGNED = regex(r"(?m)^[ \t]*sys\.stdout[ \t]*=")


def sees_to_its_output(texts: Iterable[str]) -> bool:
    """Whether a file of the program takes the buffer away, or shows the output in a window."""
    for text in texts:
        if _STDOUT not in text and "partial(print" not in text:
            continue
        if _UNBUFFERED.search(text):
            return True
        if _WINDOWS.search(text) and _ASSIGNED.search(text):
            return True
    return False
