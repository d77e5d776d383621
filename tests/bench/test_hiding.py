"""Which values are hidden: those of `--secret`, in each of its forms, and of variables."""

from __future__ import annotations

import pytest

from lightship.bench.hiding import hiding
from lightship.proof.texts import HIDDEN


@pytest.fixture
def hidden(tmp_path, monkeypatch):
    """The value `abcdefgh` in a file and in a variable; whether a text is rid of it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("abcdefgh\n")
    monkeypatch.setenv("VARIABLE", "abcdefgh")
    return lambda *options: hiding(options)("x abcdefgh") == f"x {HIDDEN}"


@pytest.mark.parametrize(
    "options",
    [
        ("--secret=id=a,src=file",),
        ("--secret", "id=a,source=file"),
        ("--secret=type=file,id=a,src=file",),
        ("--secret=id=a,env=VARIABLE",),
        ("--secret=type=env,id=VARIABLE",),
        ("--secret=id=VARIABLE",),
        ("--secret=id=file",),
        ("--network=host", "--secret=id=b,src=absent", "--secret=id=a,src=file"),
    ],
)
def test_what_a_secret_holds_is_hidden(hidden, options):
    assert hidden(*options)


@pytest.mark.parametrize(
    "options",
    [(), ("--secret=id=a,src=absent",), ("--secret=id=a,src=.",), ("--secret=",)],
)
def test_where_there_is_no_secret_nothing_is(hidden, options):
    assert not hidden(*options)


def test_variables_with_secret_names_are_secrets_at_any_length_that_can_be_told(
    monkeypatch,
):
    hide = hiding(
        (), {"TOKEN": "abcd", "MIRROR": "mirror.example"}, {"PASSWORD": "xyzxyz"}
    )
    assert hide("abcd mirror.example xyzxyz") == f"{HIDDEN} $MIRROR {HIDDEN}"


def test_further_secrets_are_hidden():
    assert hiding((), secrets=["of-services"])("a of-services") == f"a {HIDDEN}"
