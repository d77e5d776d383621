"""The scripts of the build context that an image starts."""

from __future__ import annotations

import pytest

from lightship.facts.start.start_scripts import start_scripts
from tests.made import build

FILES = {"run.sh": "one", "app/entrypoint": "two", "app.py": "three", "program": "\0"}
FILES["deep/start.sh"] = "four"


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ('COPY run.sh /\nCMD ["/run.sh"]', ["one"]),
        (
            'COPY app/entrypoint /e/\nENTRYPOINT ["/e/entrypoint", "run.sh"]',
            ["two", "one"],
        ),
        ('COPY app.py /\nCMD ["python", "/app.py"]', []),
        ('COPY program /\nCMD ["/program"]', [""]),
        ('COPY none.sh /\nCMD ["/none.sh"]', [None]),
        ('CMD ["/docker-entrypoint.sh"]', [None]),
        # a command may have put it in its place
        ('ADD . /a\nRUN cp /a/deep/start.sh /\nCMD ["/start.sh"]', ["four"]),
        ('COPY run.sh /\nCMD ["server"]', []),
    ],
)
def test_the_texts_of_scripts_that_are_started(body, texts):
    assert list(start_scripts(build(f"FROM debian\n{body}", FILES))) == texts


def test_without_a_context_no_script_can_be_read():
    made = build('FROM debian\nCOPY run.sh /\nCMD ["/run.sh"]')
    assert list(start_scripts(made)) == [None]
