"""An image that holds a checkout, and what people do with it there."""

from __future__ import annotations

import pytest

from lightship.facts.context.needless_files import needless
from lightship.facts.context.usual_lines import usual_lines
from tests.made import build

FORM = ".github/ISSUE_TEMPLATE/bug.md"
ASKED = "`docker run --rm --entrypoint cat ghcr.io/acme/serve:main /serve/.git/HEAD`\n"
BENCH = "docs/benchmark.rst"
RUN = "::\n\n    python test/bench/latency.py --port 80\n"


def kept_out(files, copy="COPY . /serve"):
    made = build(
        f"FROM python:3.13\n{copy}\nRUN pip install -e /serve",
        {"main.py": "", ".git/HEAD": "", "test/bench/latency.py": "", **files},
    )
    hits = needless(made, made.context)
    lines = usual_lines(made, made.context)
    return ".git/HEAD" in hits, ".git" in lines, "test/bench/latency.py" in hits


@pytest.mark.parametrize(
    ("page", "text", "copy", "is_kept_out"),
    [
        (FORM, ASKED, "COPY . /serve", False),
        (FORM, ASKED, "WORKDIR /serve\nCOPY . .", False),
        (
            "deploy.sh",
            "docker exec serve git -C /serve log -1\n",
            "COPY . /serve",
            False,
        ),
        # Another directory, and a clone on the user's own machine
        (FORM, ASKED, "COPY . /app", True),
        (FORM, "`cat ~/serve/.git/HEAD`\n", "COPY . /serve", True),
        (
            FORM,
            "`git clone https://example.org/acme/serve.git`\n",
            "COPY . /serve",
            True,
        ),
    ],
)
def test_git_stays_where_a_text_reads_it_in_the_container(
    page, text, copy, is_kept_out
):
    found, line, _test = kept_out({page: text}, copy)
    assert found is is_kept_out
    assert line is is_kept_out


@pytest.mark.parametrize(
    ("page", "text", "is_kept_out"),
    [
        (BENCH, RUN, False),
        ("README.md", "    bash test/bench/start.sh\n", False),
        ("README.md", "    ./test/bench/start.sh\n", False),
        ("README.md", "    python -m test.bench.latency\n", False),
        # The test suite, and what is said to developers
        ("README.md", "    python test/run_tests.py\n", True),
        ("README.md", "    python test/test_main.py\n", True),
        ("README.md", "    python mytest/bench/latency.py\n", True),
        ("README.md", "See test/bench/latency.py.\n", True),
        ("CONTRIBUTING.md", RUN, True),
        ("test/README.md", RUN, True),
    ],
)
def test_scripts_among_the_tests_stay_where_a_page_runs_them(page, text, is_kept_out):
    _found, _line, is_out = kept_out({page: text})
    assert is_out is is_kept_out
