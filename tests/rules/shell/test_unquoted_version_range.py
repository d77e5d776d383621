"""What a shell makes of a version range without quotes."""

from __future__ import annotations

import subprocess

import pytest
from judged import findings, said, severity

from lightship.lint.finding import Severity

RULE = "unquoted-version-range"


def test_all_names_of_a_command_are_one_finding():
    (message,) = said(RULE, "RUN pip install flask>=3 rich>=14 httpx[http2]>=0.28")
    assert message == (
        "an unquoted > is a redirection, and any version of flask, rich and 1 more is installed: "
        "quote it"
    )


def test_a_range_with_an_upper_end_fails():
    assert severity(RULE, "RUN pip install flask>=3") is Severity.WARNING
    assert severity(RULE, "RUN pip install flask>=3,<4") is Severity.ERROR
    assert severity(RULE, "RUN pip install flask<4") is Severity.ERROR


@pytest.mark.parametrize(
    "script",
    [
        "pip install flask >=3",
        "pip install flask>log.txt",
        "pip install flask 2>1",
        "pip install flask>>3",
        "pip install flask>$LOG",
        "pip install -r requirements.txt >1",
        "pip download flask && echo a>=3",
    ],
)
def test_other_redirections_are_meant(script):
    assert said(RULE, f"RUN {script}") == []


def test_a_text_in_quotes_is_only_told():
    (finding,) = findings(RULE, "RUN sh -c 'pip install flask>=3'")
    assert finding.fix is None


def test_the_shell_reads_it_so(tmp_path):
    command = ["sh", "-c", "echo flask>=3.1"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert done.stdout == b""
    assert (tmp_path / "=3.1").read_text(encoding="utf-8") == "flask\n"
