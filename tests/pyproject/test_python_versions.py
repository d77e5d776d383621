from __future__ import annotations

import pytest

from lightship.context.files import Context
from lightship.pyproject.python_versions import allowed

MINORS = ("3.11", "3.12", "3.13", "3.14")
PYPROJECT = '[project]\nname = "a"\nrequires-python = ">=3.9"\n'
LOCK = 'requires-python = ">=3.9"\n'


def answer(files) -> tuple[str, ...] | None:
    return allowed(Context.of(files), MINORS)


def package(*wheels: str, name: str = "numpy") -> str:
    rows = ", ".join(f'{{ url = "https://files.example/{wheel}" }}' for wheel in wheels)
    return f'[[package]]\nname = "{name}"\nwheels = [{rows}]\n'


def requires(text: str) -> dict[str, str]:
    return {"pyproject.toml": f'[project]\nname = "a"\nrequires-python = "{text}"\n'}


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        (">=3.9", MINORS),
        (">=3.12,<4", ("3.12", "3.13", "3.14")),
        ("<3.13", ("3.11", "3.12")),
        ("<=3.12", ("3.11",)),  # 3.12.0 is allowed, the image has a later one
        ("<3.12.5", ("3.11",)),
        ("<=3.12.*", None),
        (">3.11", MINORS),
        (">=3.11.2,!=3.12.1", MINORS),
        ("~=3.11.2", ("3.11",)),
        ("~=3.11", MINORS),
        ("==3.12.*", ("3.12",)),
        ("==3.12.4", ()),
        ("!=3.13.*", ("3.11", "3.12", "3.14")),
        ("^" + "9" * 5000 + ".1", None),
    ],
)
def test_the_newest_patch_release_counts(specifier, expected):
    assert answer(requires(specifier)) == expected


def test_a_byte_order_mark_is_no_text():
    assert answer({"pyproject.toml": "\ufeff" + PYPROJECT}) == MINORS
    assert answer(
        {"Pipfile.lock": '\ufeff{"_meta": {"requires": {"python_version": "3.12"}}}'}
    ) == ("3.12",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.12\n", ("3.12",)),
        ("3.12.4\n3.11.2\n", ("3.12",)),
        ("# local\n\n  3.12\r\n", ("3.12",)),
        ("cpython-3.12\n", ("3.12",)),
        ("my-env\n", MINORS),
        ("pypy3.10-7.3\n", MINORS),
        ("", MINORS),
    ],
)
def test_a_pin_counts_and_the_name_of_an_environment_hides_nothing(text, expected):
    assert answer({"pyproject.toml": PYPROJECT, ".python-version": text}) == expected


def test_the_name_of_an_environment_alone_declares_nothing():
    assert answer({".python-version": "my-env\n"}) is None


def test_the_wheels_of_the_lock_decide():
    wheels = (
        "numpy-1.26.4-cp312-cp312-manylinux_2_17_x86_64.whl",
        "numpy-1.26.4-cp39-cp39-manylinux_2_17_x86_64.whl",
    )
    assert answer({"uv.lock": LOCK + package(*wheels)}) == ("3.12",)
    files = '{file = "x-1-py3-none-any.whl"}, {file = "x-1.tar.gz"}'
    poetry = f'[[package]]\nname = "x"\nfiles = [{files}]\n[metadata]\npython-versions = "^3.9"\n'
    assert answer({"poetry.lock": poetry}) == MINORS
    stable = poetry.replace(
        "py3-none-any", "cp312-abi3-manylinux2014_x86_64.musllinux_1_1_x86_64"
    )
    assert answer({"poetry.lock": stable}) == ("3.12", "3.13", "3.14")


def test_a_package_without_wheels_for_linux_decides_nothing():
    elsewhere = package("pywin32-306-cp311-cp311-win_amd64.whl", name="pywin32")
    assert answer({"uv.lock": LOCK + elsewhere}) == MINORS
    assert (
        answer(
            {
                "uv.lock": LOCK
                + '[[package]]\nname = "x"\nsdist = { url = "x-1.tar.gz" }\n'
            }
        )
        == MINORS
    )


def test_two_locked_versions_of_a_package_are_enough_together():
    tags = ((1, 311), (2, 313))
    older, newer = (
        f"numpy-{version}-cp{tag}-cp{tag}-manylinux_2_17_x86_64.whl"
        for version, tag in tags
    )
    assert answer({"uv.lock": LOCK + package(older) + package(newer)}) == (
        "3.11",
        "3.13",
    )


def test_a_wheel_without_the_gil_is_for_another_build():
    assert (
        answer(
            {"uv.lock": LOCK + package("x-1-cp313-cp313t-manylinux_2_17_x86_64.whl")}
        )
        == ()
    )


@pytest.mark.parametrize(
    "lock",
    [
        "[[package]]\nname = 'a'\nwheels = 5\n",
        "[[package]]\nname = 'a'\nwheels = ['x', 1]\nfiles = 'abc'\n",
        "[[package]]\nname = 5\nwheels = [{ url = 7 }, { file = ['a'] }]\n",
        "[[package]]\nwheels = [{ url = 'a.whl' }, { url = 'a-b.whl' }, { url = '-.whl' }]\n",
        "package = ['a', 1]\n",
        "package = 7\n",
        "nonsense\n",
    ],
)
def test_a_lock_of_another_shape_is_no_error(lock):
    for name in ("uv.lock", "poetry.lock", "pdm.lock"):
        assert answer({"pyproject.toml": PYPROJECT, name: lock}) == MINORS


@pytest.mark.parametrize(
    "text", ["(" * 10_000, "-" * 100_000 + "1", "x" + ".a" * 50_000, "\0", "if"]
)
def test_a_strange_setup_py_is_no_error(text):
    assert answer({"setup.py": text}) is None
    assert answer({"setup.py": text, "pyproject.toml": PYPROJECT}) == MINORS
