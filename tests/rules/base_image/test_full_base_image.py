"""When full-base-image reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

APP_FILES = "COPY app.py /\nCMD python /app.py"


@pytest.mark.parametrize("package", ["rasterio", "titiler.xarray", "rio-tiler"])
def test_what_loads_libexpat_needs_the_full_image(package):
    text = (
        f"FROM python:3.13\nRUN pip install {package}==1.0\nCOPY a.py /\n"
        'CMD ["uvicorn", "a:b"]'
    )
    assert said("full-base-image", text, {"a.py": ""}) == []
    assert said("full-base-image", text.replace(package, "flask"), {"a.py": ""})


@pytest.mark.parametrize(
    ("text", "is_silent"),
    [
        ("FROM python:2.7\nRUN pip install linkchecker\n", True),
        ("FROM python:3.8\nRUN pip install spacy==3.6.1\n", True),
        ("FROM python:3.8\nRUN pip install flask==2.0.0\n", False),
        ("FROM python:3.14\nRUN pip install numpy==2.4.0\n", False),
        ("FROM python:3.14\nRUN echo\n# %include-run-task\n", True),
        ("# For local development\nFROM python:3.14\nRUN pip install flask\n", True),
    ],
)
def test_a_full_image_that_is_needed_in_other_ways(text, is_silent):
    assert (said("full-base-image", f"{text}{APP_FILES}") == []) is is_silent


def test_a_full_image_that_gets_no_files_is_for_others():
    text = 'FROM python:3.14\nRUN pip install py-spy\nENTRYPOINT ["py-spy"]'
    assert said("full-base-image", text) == []
