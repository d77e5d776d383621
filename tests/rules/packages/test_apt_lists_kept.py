"""When apt-lists-kept reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found

from lightship.lint.examples import build_of

INSTALL = "RUN apt-get update && apt-get install -y git"


@pytest.mark.parametrize(
    "later",
    [
        "RUN /tools/install.sh",
        "RUN bash scripts/install",
        "RUN make tools",
        "RUN chmod +x a.sh && ./a.sh",
        "RUN python3 setup_tools.py",
        "RUN curl -fsSL https://example.com/setup | bash -",
    ],
)
def test_no_fix_removes_lists_that_a_later_script_may_read(later):
    text = f"{INSTALL}\nCOPY . .\n{later}"
    [item] = found("apt-lists-kept", text)
    assert item.finding.fix is None
    updated = f"{INSTALL}\nCOPY . .\nRUN apt-get update\n{later}"
    assert found("apt-lists-kept", updated)[0].finding.fix is not None


@pytest.mark.parametrize(
    "later",
    [
        "RUN pip install flask",
        "RUN /venv/bin/pip install flask",
        "RUN . /venv/bin/activate && pip install flask",
        "RUN python -m pip install flask",
        "RUN bash -c 'pip install flask'",
    ],
)
def test_a_program_is_no_script_that_may_read_the_lists(later):
    [item] = found("apt-lists-kept", f"{INSTALL}\n{later}")
    assert item.finding.fix is not None


def test_lists_that_a_later_install_reads_are_not_to_be_removed_in_their_own_run():
    text = f"RUN apt-get update\nRUN apt-get install -y locales\n{INSTALL}"
    early, late = found("apt-lists-kept", text)
    assert early.finding.message.endswith("update, install and clean up in one RUN")
    assert early.finding.span.of(build_of(text).dockerfile.text) == "apt-get install"
    assert early.finding.fix is None
    assert late.finding.fix is not None
    assert early.finding.message != late.finding.message
