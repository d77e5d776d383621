"""What the table of wheels says of a requirement."""

from __future__ import annotations

import pytest

from lightship.pyproject.cpython_wheels import has_no_wheel
from lightship.pyproject.dependency import read_requirement


@pytest.mark.parametrize(
    ("requirement", "minor", "expected"),
    [
        ("numpy==1.23.1", "3.11", True),
        ("numpy==1.23.2", "3.11", False),
        ("numpy===1.19.5", "3.12", True),
        ("NumPy<=1.25", "3.12", True),
        ("numpy<=1.26.0", "3.12", False),
        ("numpy<1.26", "3.12", True),
        ("numpy>=1.19,<1.20", "3.11", True),
        ("numpy>=1.24,<1.25", "3.11", False),
        ("numpy~=1.25", "3.12", False),
        ("numpy~=1.25.0", "3.12", True),
        ("numpy==1.25.*", "3.12", True),
        ("numpy!=1.25.*", "3.12", False),
        ("numpy", "3.14", False),
        ("numpy==1.19.5", "3.9", False),  # no row for that Python
        ("tensorflow-cpu==2.8.0", "3.11", True),
        ("tensorflow==2.8.0", "3.14", True),
        ("tensorflow==2.21.0", "3.14", True),
        ("tensorflow==2.22.0", "3.14", False),  # newer than what was read
        ("tensorflow<2.22", "3.14", False),
        ("tensorflow", "3.14", False),
        ("lxml==4.9.3", "3.12", False),
        ("pillow==10.0.1", "3.12", False),
        ("torch==1.13.1", "3.11", False),
        ("numpy==2.3.2", "3.15", True),
        ("flask==1.0", "3.14", False),
        ("cchardet<3", "3.11", True),  # nobody keeps it up
        ("cchardet", "3.14", True),
        ("cchardet<3", "3.10", False),
        ("numpy @ https://example.com/numpy.tar.gz", "3.14", False),
    ],
)
def test_a_requirement_that_no_wheel_satisfies(requirement, minor, expected):
    dependency = read_requirement(requirement)
    assert dependency is not None
    assert has_no_wheel(dependency, minor) is expected
