"""Which Python packages a build names, and whether they weigh gigabytes."""

from __future__ import annotations

import pytest

from lightship.facts.installs.named_packages import installs_gigabytes, named_packages
from tests.made import build


@pytest.mark.parametrize(
    ("lines", "files", "expected"),
    [
        ("RUN pip install 'Flask_Cors==1' uvicorn", {}, {"flask-cors", "uvicorn"}),
        (
            "COPY r.txt .\nRUN pip install -r r.txt",
            {"r.txt": "Django>=5\n"},
            {"django"},
        ),
        ("RUN pip uninstall -y flask", {}, set()),
    ],
)
def test_names_come_from_commands_and_files(lines, files, expected):
    names = {item.name for item in named_packages(build(f"FROM a\n{lines}", files))}
    assert names == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nRUN pip install torch", True),
        ("FROM a\nRUN pip install flask", False),
        (
            "FROM a AS made\nRUN pip install torch\nFROM a\nCOPY --from=made /v /v",
            True,
        ),
        (
            "FROM a AS other\nRUN pip install torch\nFROM a\nRUN pip install flask",
            False,
        ),
    ],
)
def test_only_stages_that_the_image_needs_count(text, expected):
    assert installs_gigabytes(build(text)) is expected
