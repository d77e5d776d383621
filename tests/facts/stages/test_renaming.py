"""Another path for what a COPY brings."""

from __future__ import annotations

import pytest

from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.stages.renaming import names, renamed
from lightship.text import apply_edits
from tests.made import build

TEXT = "FROM debian AS a\nFROM debian\nCOPY --from=a /opt/venv /venv\n"


def after(more: str) -> str:
    """The text with /opt/venv in the place of /venv."""
    made = build(TEXT + more)
    [copy] = stage_copies(made)
    return apply_edits(made.dockerfile.text, renamed(made, copy, "/venv", "/opt/venv"))


def test_the_path_is_written_wherever_the_image_names_it():
    more = 'ENV PATH=/venv/bin:$PATH\nRUN /venv/bin/pip check\nCMD ["/venv/bin/app"]\n'
    assert after(more) == (TEXT + more).replace(" /venv", " /opt/venv").replace(
        "=/venv", "=/opt/venv"
    ).replace('"/venv', '"/opt/venv')


@pytest.mark.parametrize(
    "more",
    [
        "RUN cd venv && ls\n",  # another way of naming it
        "RUN chown -R app /venv\n",
        "RUN uv sync\n",
        "COPY app /opt/venv/app\n",
        "WORKDIR /opt/venv\n",
        "COPY --chown=1 /venv /x\n",
    ],
)
def test_nothing_is_written_where_that_may_be_wrong(more):
    assert after(more) == TEXT + more


def test_where_an_instruction_names_a_path():
    made = build("FROM debian\nENV A=/venv B=/venv/bin C=/venvs D=x/venv")
    [item] = made.each("ENV")
    spans = names(made, item, "/venv")
    assert [span.of(made.dockerfile.text) for span in spans] == ["/venv", "/venv"]
