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
        (f"FROM postgres:17\nRUN {QUIET} curl", [("curl", "ca-certificates")]),
        (f"FROM redis:8\nRUN {QUIET} curl", [("curl", "ca-certificates")]),
        (f"FROM mongo:8\nRUN {QUIET} curl", []),
        # An install before it has taken what is recommended
        (f"RUN apt-get install -y git\nRUN {QUIET} curl", []),
        (
            f"RUN {QUIET} curl\nRUN apt-get install -y git",
            [("curl", "ca-certificates")],
        ),
        (f"RUN {QUIET} nginx", []),
        (f"RUN {QUIET} gpg", [("gpg", "gpg-agent")]),
        (
            f"RUN {QUIET} gpg && gpg --recv-keys 0x1",
            [("gpg", "gpg-agent"), ("gpg", "dirmngr")],
        ),
        (f"RUN {QUIET} gnupg && gpg --recv-keys 0x1", []),
        (f"RUN {QUIET} gpg gnupg2", []),
        (
            f"FROM python:3.13\nRUN {QUIET} golang-1.24-go",
            [("golang-1.24-go", "gcc"), ("golang-1.24-go", "libc6-dev")],
        ),
        (f"RUN {QUIET} golang-go build-essential", []),
        (f"RUN {QUIET} autoconf && ./bootstrap", [("autoconf", "automake")]),
        (f"RUN {QUIET} autoconf automake", []),
        (f"RUN {QUIET} sshpass", [("sshpass", "openssh-client")]),
        (f"RUN {QUIET} sshpass ssh", []),
        (f"RUN {QUIET} mpich\nRUN pip install mpi4py", [("mpich", "libmpich-dev")]),
        (f"RUN {QUIET} mpich", []),
        (f"RUN {QUIET} procps\nRUN killall app", [("procps", "psmisc")]),
        (f"RUN {QUIET} procps", []),
        (f"RUN {QUIET} rustc\nRUN cargo build", [("rustc", "cargo")]),
        (f"RUN {QUIET} python3.13", [("python3.13", "ca-certificates")]),
        (f"RUN {QUIET} python3 python3-pip", []),
        (f"RUN {QUIET} yarn", [("yarn", "nodejs")]),
        (f"RUN {QUIET} nodejs yarn", []),
        (f"RUN {QUIET} librdkafka1", [("librdkafka1", "libsasl2-modules")]),
        (f"RUN {QUIET} protobuf-compiler", [("protobuf-compiler", "libprotobuf-dev")]),
        (
            f"RUN {QUIET} git sshpass && git clone ssh://example.org/a",
            [("git", "openssh-client"), ("git", "ca-certificates")],
        ),
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
