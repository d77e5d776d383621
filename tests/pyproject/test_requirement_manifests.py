from __future__ import annotations

import pytest

from lightship.context.files import Context
from lightship.pyproject.requirement_manifests import of_requirements


def refusal(text: str) -> str:
    return of_requirements(
        Context.of({"requirements.txt": text, "b.txt": "flask\n"}), "requirements.txt"
    ).refusal


@pytest.mark.parametrize(
    "text",
    [
        "flask==3.0 \\\n    --hash=sha256:00\n",
        "flask==3.0 \\\r\n    --hash=sha256:00 \\\r\n    --hash=sha256:01\r\n",
        "flask \\\n",
        "\\\n",
        "\ufeffflask\n",
        "flask\t# ./a is not needed\n",
        "# -e . \\\nflask\n",
        "flask # -e .\n",
        "git+https://example.org/a.git#egg=a\n",
        "-r \\\r\n  b.txt\r\n",
    ],
)
def test_what_needs_no_sources(text):
    assert refusal(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "-e .\n",
        "-e \\\r\n  .\r\n",
        "\ufeff./local\n",
        "# a \\\n./local\n",
        "flask\n./a.whl # mine\n",
        "-r c.txt\r\n",
    ],
)
def test_what_needs_the_sources(text):
    assert refusal(text)


def test_files_that_include_each_other_are_read_once():
    context = Context.of({"a.txt": "-r b.txt\n-c b.txt\n", "b.txt": "-r a.txt\n"})
    assert of_requirements(context, "a.txt").paths == ("a.txt", "b.txt")
