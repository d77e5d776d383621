from __future__ import annotations

import pytest

from lightship.shell.mode_bits import changed, octal


@pytest.mark.parametrize(
    ("text", "file", "program"),
    [
        ("755", 0o755, 0o755),
        ("0644", 0o644, 0o644),
        ("+x", 0o755, 0o755),
        ("+w", 0o644, 0o755),  # the umask keeps it from all but the owner
        ("a+w", 0o666, 0o777),
        ("u+x", 0o744, 0o755),
        ("a+rX", 0o644, 0o755),
        ("g=u", 0o664, 0o775),
        ("u=rwX,go=rX", 0o644, 0o755),
        ("o-rwx,g+w", 0o660, 0o770),
        ("=r", 0o444, 0o444),
        ("+-x", 0o644, 0o644),
        ("yes", None, None),
        ("u+q", None, None),
    ],
)
def test_chmod(text, file, program):
    assert (changed(0o644, text), changed(0o755, text)) == (file, program)


def test_a_directory_may_be_entered():
    assert changed(0o700, "go+rX", directory=True) == 0o755


@pytest.mark.parametrize(
    ("text", "mode"),
    [("0755", 0o755), ("7", 7), ("", None), ("888", None), ("123456", None)],
)
def test_octal(text, mode):
    assert octal(text) == mode
