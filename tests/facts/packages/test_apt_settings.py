"""What an apt.conf sets, for which instructions."""

from __future__ import annotations

import pytest

from lightship.facts.packages.apt_settings import configured
from lightship.lint.examples import build_of

YES = "APT::Get::Assume-Yes"
FILE = {"apt.conf": f'{YES} "true";\n', "other/apt.conf": "Dir x;\n"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"RUN echo '{YES} \"1\";' > /etc/apt/apt.conf.d/x\nRUN a\nRUN b", [2, 3, 4]),
        ("RUN a\nCOPY apt.conf /etc/apt/\nRUN b", [3, 4]),
        ("COPY other/apt.conf /etc/apt/\nRUN b", []),
        ("COPY missing/apt.conf /etc/apt/\nRUN b", [2, 3]),
        ("RUN echo x > /etc/apt/apt.conf\nRUN b", []),
        ("FROM a AS b\nCOPY apt.conf /etc/apt/\nFROM b\nRUN c\nFROM a\nRUN d", [2, 4]),
        ("RUN a", []),
    ],
)
def test_instructions_for_which_it_is_set(body, expected):
    found = configured(build_of(body, FILE), YES)
    assert sorted(instruction.first_line for instruction in found) == expected


def test_without_a_build_context_a_copied_file_may_set_it():
    assert configured(build_of("COPY apt.conf /etc/apt/\nRUN b"), YES)
