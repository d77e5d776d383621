"""Changes that lint does not see: dumps, tools that nothing calls, a HEALTHCHECK or STOPSIGNAL that is missing."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.proof.added_health_check import added_health_check
from lightship.proof.added_stop_signal import added_stop_signal
from lightship.proof.change_maker import ChangeMaker
from lightship.proof.idle_files import idle_files
from lightship.proof.idle_tools import idle_tools

DUMP = "x" * 1_500_000
START = 'EXPOSE 8000\nCMD ["python", "main.py"]\n'
COPIED = f"FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n{START}"
HEALTH = 'app.get("/health")'
FASTAPI = (
    f"from fastapi import FastAPI\napp = FastAPI()\n@{HEALTH}\ndef health(): return 1\n"
)


def side_of(dockerfile: str, **files: str) -> Side:
    tree = FileTree.of({"Dockerfile": dockerfile, "main.py": "print(1)\n", **files})
    context = Context(tree.files.values, tree.read, "Dockerfile")
    return Side(Build(parse(dockerfile), context, {}, None, "Dockerfile"), tree)


def made(maker: ChangeMaker | None, side: Side) -> tuple[str, dict[str, str]]:
    assert maker is not None
    new = maker.make(side)
    assert new is not None
    assert not parse(new.dockerfile).problems
    return new.dockerfile, dict(new.files)


def test_a_dump_that_nothing_names_is_kept_out():
    side = side_of(COPIED, **{"data/shop.sql": DUMP})
    maker = idle_files(side)
    assert maker is not None
    assert maker.title == "Exclude data/shop.sql (1.50 MB): nothing here names it"
    text, files = made(maker, side)
    assert text == COPIED
    assert files[".dockerignore"].splitlines()[0] == "data/shop.sql"


@pytest.mark.parametrize(
    "files",
    [
        {"shop.sql": DUMP, "load.sh": "psql < shop.sql"},
        {"shop.sql": DUMP, "load.sh": 'psql < "$BASE/shop.$KIND"'},
        {"shop.sql": "x"},
        {"shop.bin": DUMP},
        {"shop.sql": DUMP, ".dockerignore": "*.sql\n"},
        {"a b.sql": DUMP},
    ],
)
def test_a_file_that_may_be_used_stays(files):
    assert idle_files(side_of(COPIED, **files)) is None


def test_what_is_written_for_people_and_hooks_of_git_call_no_tool():
    files = {".git/hooks/x": "make\n", "README.md": "curl http://localhost:8000\n"}
    tools = idle_tools(side_of(installing("curl make"), **files))
    assert tools is not None
    assert tools.title == "Remove curl and make, which nothing is known to call"


def installing(packages: str, more: str = "") -> str:
    run = f"RUN apt-get update && apt-get install -y {packages}\n"
    return f"FROM python:3.13\nWORKDIR /app\n{run}{more}COPY . .\n{START}"


def test_a_tool_that_nothing_calls_is_taken_out_of_the_install():
    side = side_of(installing("curl libpq5 gcc"))
    maker = idle_tools(side)
    assert maker is not None
    assert maker.title == "Remove curl and gcc, which nothing is known to call"
    assert made(maker, side)[0] == installing("libpq5")


def test_an_install_of_nothing_else_goes_as_a_whole():
    text = installing("curl && rm -rf /var/lib/apt/lists/*")
    rest = f"FROM python:3.13\nWORKDIR /app\nCOPY . .\n{START}"
    side = side_of(text)
    assert made(idle_tools(side), side)[0] == rest


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (installing("curl", "RUN curl -o /a https://example.org/a\n"), {}),
        (installing("curl", "HEALTHCHECK CMD curl -f http://localhost:8000\n"), {}),
        (installing("curl"), {"start.sh": "#!/bin/sh\nexec curl http://x\n"}),
        (installing("git"), {"requirements.txt": "x @ git+https://example.org/x\n"}),
        (installing("libpq5"), {}),
        (installing("gcc", "RUN pip install psycopg2\n"), {}),
        (installing("gcc", "RUN pip install -r elsewhere.txt\n"), {}),
        (installing("gcc", "RUN poetry install\n"), {}),
        (f"{installing('curl')}FROM python:3.13-slim\n{START}", {}),
    ],
)
def test_a_tool_that_is_called_or_not_shipped_stays(text, files):
    assert idle_tools(side_of(text, **files)) is None


def test_a_health_check_asks_the_page_that_the_code_states():
    side = side_of(COPIED, **{"main.py": FASTAPI})
    maker = added_health_check(side, 8000, "/")
    text, files = made(maker, side)
    assert maker is not None
    assert maker.title == "Add a HEALTHCHECK that requests /health"
    assert files == {}
    (line,) = [line for line in text.splitlines() if line.startswith("HEALTHCHECK")]
    assert "http://127.0.0.1:8000/health" in line
    assert text.replace(f"{line}\n", "") == COPIED


@pytest.mark.parametrize(
    ("text", "port", "page"),
    [
        (COPIED.replace("EXPOSE", "HEALTHCHECK NONE\nEXPOSE"), 8000, "/"),
        (COPIED.replace("python:3.13-slim", "debian:13"), 8000, "/"),
        (COPIED, 0, "/"),
        (COPIED, 8000, ""),
        (COPIED, 8000, "/it's"),
    ],
)
def test_no_health_check_is_added_where_there_is_one_or_python_may_be_missing(
    text, port, page
):
    assert added_health_check(side_of(text), port, page) is None


@pytest.mark.parametrize(
    ("start", "files"),
    [
        ('CMD ["python", "main.py"]\n', {}),
        ('CMD ["python", "-u", "-m", "shop"]\n', {"shop/__main__.py": "loop()\n"}),
        ("CMD python main.py\n", {}),
        ('ENTRYPOINT ["python"]\nCMD ["main.py"]\n', {}),
        ('CMD ["flask", "run", "--host", "0.0.0.0"]\n', {}),
        ('CMD ["python", "-m", "flask", "run"]\n', {}),
        ('CMD ["/app/start.sh"]\n', {"start.sh": "#!/bin/sh\nexec python main.py\n"}),
    ],
)
def test_a_program_in_python_without_a_handler_gets_the_signal_that_python_handles(
    start, files
):
    text = COPIED.replace('CMD ["python", "main.py"]\n', start)
    side = side_of(text, **files)
    maker = added_stop_signal(side)
    after, others = made(maker, side)
    assert after == text.replace(start, f"STOPSIGNAL SIGINT\n{start}")
    assert others == {}
    again = side_of(after, **files)
    assert added_stop_signal(again) is None
    assert maker is not None
    assert maker.make(again) is None


@pytest.mark.parametrize(
    ("text", "main"),
    [
        (COPIED, "import signal\nsignal.signal(signal.SIGTERM, stop)\n"),
        (COPIED, 'import uvicorn\nuvicorn.run("shop:app")\n'),
        (COPIED.replace("CMD", "STOPSIGNAL SIGQUIT\nCMD"), "loop()\n"),
        (COPIED.replace('["python"', '["tini", "--", "python"'), "loop()\n"),
        (COPIED.replace('"python", "main.py"', '"gunicorn", "shop:app"'), "loop()\n"),
        (COPIED.replace('"python", "main.py"', '"python", "-m", "away"'), "loop()\n"),
        (COPIED.replace('"python", "main.py"', '"./serve"'), "loop()\n"),
        (COPIED.replace("python:3.13-slim", "example.org/python"), "loop()\n"),
    ],
)
def test_no_signal_is_chosen_for_a_program_that_may_act_on_sigterm(text, main):
    assert added_stop_signal(side_of(text, **{"main.py": main})) is None
