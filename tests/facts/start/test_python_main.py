"""The server that a script in Python starts by itself."""

from __future__ import annotations

import pytest

from lightship.context.files import Context
from lightship.facts.start.python_main import serving


@pytest.mark.parametrize(
    ("text", "server", "host", "debug"),
    [
        (
            "from flask import Flask\napp = Flask(__name__)\napp.run()",
            "Flask",
            "127.0.0.1",
            False,
        ),
        (
            "import flask\napp = flask.Flask('a')\napp.run('0.0.0.0', 80, debug=True)",
            "Flask",
            "0.0.0.0",
            True,
        ),
        (
            "import uvicorn\nuvicorn.run('a:b', host='::', reload=True)",
            "uvicorn",
            "::",
            True,
        ),
        ("import uvicorn\nuvicorn.run('a:b', **settings)", "uvicorn", None, False),
        ("import uvicorn\nuvicorn.run('a:b', uds='/run/a')", "uvicorn", None, False),
    ],
)
def test_the_server_that_a_script_starts(text, server, host, debug):
    said = serving(Context.of({"app.py": text}), "app.py")
    assert said is not None
    assert (said.server, said.host, said.debug) == (server, host, debug)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import uvicorn",
        "app.run()",
        "import uvicorn\nuvicorn.run(",
        "x.run() # Flask",
    ],
)
def test_a_script_that_starts_no_server_that_is_known(text):
    assert serving(Context.of({"app.py": text}), "app.py") is None


def test_two_servers_or_another_one_beside_it_are_not_told_apart():
    flask = "from flask import Flask\napp = Flask('a')\n"
    two = f"{flask}app.run()\napp.run(port=1)\n"
    other = f"{flask}waitress.serve(app)\napp.run()\n"
    assert serving(Context.of({"app.py": two}), "app.py") is None
    assert serving(Context.of({"app.py": other}), "app.py") is None
