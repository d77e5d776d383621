"""What must be asked for by name once recommendations are left out."""

from __future__ import annotations

import pytest

from lightship.lint.examples import build_of
from lightship.rules.packages.apt_recommends.recommended import needs

QUIET = "apt-get install -y --no-install-recommends"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"RUN {QUIET} gcc", [("gcc", "libc6-dev")]),
        (f"RUN {QUIET} gcc-14", [("gcc-14", "libc6-dev")]),
        (f"RUN {QUIET} gcc-14-base", []),
        (f"RUN {QUIET} gcc python3-dev", []),
        (f"RUN {QUIET} gcc libc6-dev", []),
        (
            f"RUN {QUIET} cmake",
            [("cmake", "gcc"), ("cmake", "make"), ("cmake", "libc6-dev")],
        ),
        (f"RUN {QUIET} cmake build-essential", []),
        (f"RUN {QUIET} xvfb", [("xvfb", "xauth")]),
        (f"RUN {QUIET} git curl", [("git", "ca-certificates")]),
        (f"FROM python:3.13\nRUN {QUIET} git", []),
        # An install before it has taken what is recommended
        (f"RUN apt-get install -y git\nRUN {QUIET} curl", []),
        (
            f"RUN {QUIET} curl\nRUN apt-get install -y git",
            [("curl", "ca-certificates")],
        ),
        (f"RUN {QUIET} nginx", []),
    ],
)
def test_needs(body, expected):
    build = build_of(body)
    found = [
        (package.name, needed)
        for install in build.packages("apt-get", action="install")
        if install.does.option("--no-install-recommends")
        for package, needed in needs(build, install)
    ]
    assert found == expected
