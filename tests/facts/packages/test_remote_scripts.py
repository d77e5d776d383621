"""Scripts that a RUN fetches and runs."""

from __future__ import annotations

import pytest

from lightship.facts.packages.remote_scripts import is_interpreter, remote_scripts
from lightship.lint.examples import build_of

URL = "https://a.org/x.sh"


@pytest.mark.parametrize(
    "script",
    [
        f"curl -fsSL {URL} | sh",
        f"curl -fsSL {URL} | bash -s -- --yes",
        f"curl -fsSL {URL} | sudo -E bash -",
        f"curl -fsSL {URL} | tee log | sh",
        f"wget -qO- {URL} | python3",
        f"wget -qO- {URL} | python3 -u - --yes",
        f"wget -qO- {URL} | php -- --install-dir=/x",
        f"curl {URL} | ruby /dev/stdin",
        f'sh -c "$(curl -fsSL {URL})"',
        f'python3 -Ic "$(curl -fsSL {URL})"',
        f"bash <(curl -s {URL})",
        f"eval $(curl -s {URL})",
        f". <(curl -s {URL})",
        f"curl -O {URL} && sh x.sh",
        f"curl -o /i {URL} && chmod +x /i && /i",
        f"curl -o i.py {URL} && python3 -X utf8 i.py",
        f"curl -o i {URL} && source i",
    ],
)
def test_what_is_fetched_is_run(script):
    build = build_of(f"RUN {script}")
    [found] = remote_scripts(build)
    assert found.url == URL
    assert found.word.of(build.dockerfile.text) == URL


@pytest.mark.parametrize(
    "script",
    [
        f"curl -O {URL}",
        f"curl {URL} | tar xz",
        f"curl {URL} | sh -c 'cat'",
        f"curl {URL} | python3 -m json.tool",
        f"curl {URL} | python3 -Bum json.tool",
        f"curl {URL} | python3 convert.py",
        f"curl {URL} | perl -e 'print'",
        f'echo "$(curl {URL})"',
        f'python3 -m json.tool "$(curl {URL})"',
        f'python3 convert.py "$(curl {URL})"',
        f"sh x.sh; curl -O {URL}",
        f"curl -O {URL} && sh other.sh",
    ],
)
def test_what_is_fetched_is_not_run(script):
    assert remote_scripts(build_of(f"RUN {script}")) == ()


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (f"ADD {URL} /\nRUN /x.sh", 1),
        (f"ADD {URL} /opt/install\nRUN sh /opt/install", 1),
        (f"ADD --checksum=sha256:a {URL} /\nRUN /x.sh", 0),
        (f"ADD {URL} /\nRUN other", 0),
        (f"FROM a AS b\nADD {URL} /\nFROM b\nRUN /x.sh", 1),
        (f"FROM a AS b\nADD {URL} /\nFROM a\nRUN /x.sh", 0),
        (f"RUN curl -o /x.sh {URL}\nRUN /x.sh", 1),
    ],
)
def test_a_later_instruction_may_run_it(body, count):
    assert len(remote_scripts(build_of(body))) == count


def test_the_span_goes_up_to_the_shell_that_reads_it():
    build = build_of(f"RUN set -e; curl {URL} | sh -s a")
    [found] = remote_scripts(build)
    assert found.span.of(build.dockerfile.text) == f"curl {URL} | sh -s a"


def test_interpreters():
    assert all(map(is_interpreter, ("sh", "bash", "python3.13", "node", "perl")))
    assert not any(map(is_interpreter, ("tar", "pythonista", "")))
