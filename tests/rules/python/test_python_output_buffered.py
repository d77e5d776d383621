"""When python-output-buffered reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

PYTHON = "FROM python:3.14-slim\n"
SHOP = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nCMD ["uvicorn", "shop.main:app"]'


@pytest.mark.parametrize(
    ("orders", "is_told"),
    [
        ("print('ready')\n", True),
        ("def take():\n    print('taken')\n", True),
        ("def other():\n    print('other')\n", False),
        ("@bus.on('x')\ndef other():\n    print('other')\n", True),
        ("def take():\n    print('bad')\n    raise ValueError\n", False),
        ("def take():\n    print('bad')\n    sleep(1)\n    sys.exit(1)\n", False),
        ("class A:\n    def b(self):\n        print('b')\n", False),
        ("import logging\nprint('Shop 1.0')\n", False),
        ("from loguru import logger\nprint('Shop 1.0')\n", False),
        ("log = app.getLogger('a')\nprint('Shop 1.0')\n", False),
        ("import logging_of_ours\nprint('Shop 1.0')\n", True),
        ("class A(B):\n    def b(self):\n        print('b')\n\n\nA()\n", False),
        ("class A(B):\n    def run(self):\n        print('b')\n\n\nA()\n", True),
        ("def take():\n    if late():\n        print('late')\n", False),
        ("def take():\n    for one in all():\n        print(one)\n", True),
        (
            "def take():\n    try:\n        x()\n    except OSError:\n        print('x')\n",
            False,
        ),
        (
            "def take():\n    Thread(target=work).start()\n\n\ndef work():\n    print(1)\n",
            True,
        ),
        (
            "def take():\n    at(set_defaults(x=work))\n\n\ndef work():\n    print(1)\n",
            False,
        ),
        (
            "class A:\n    def b(self):\n        print(1)\n\n\ndef take():\n    A().b()\n",
            True,
        ),
        ("@app.on_event('shutdown')\ndef other():\n    print('other')\n", False),
        ("import click\n@tool.command()\ndef other():\n    print('other')\n", False),
        ("if __name__ == '__main__':\n    print('alone')\n", False),
    ],
)
def test_only_what_may_run_counts_as_output(orders, is_told):
    files = {
        "shop/__init__.py": "",
        "shop/main.py": "from shop import orders\n\n\ndef app():\n    orders.take()\n",
        "shop/orders.py": orders,
        ".dockerignore": "",
    }
    assert bool(findings("python-output-buffered", SHOP, files)) is is_told


@pytest.mark.parametrize(
    "path",
    ["shop/management/commands/orders.py", "shop/tool/__main__.py", "b/orders.py"],
)
def test_the_output_of_another_program_does_not_count(path):
    files = {
        "shop/__init__.py": "",
        "shop/main.py": "from . import orders, __main__\n",
        path: "print('ordered')\n",
        ".dockerignore": "",
    }
    assert findings("python-output-buffered", SHOP, files) == []


def test_a_program_may_stand_in_a_package_of_its_own():
    text = f'{PYTHON}COPY src .\nUSER 1\nCMD ["python", "main.py"]'
    files = {
        "src/__init__.py": "",
        "src/main.py": "from shop import core\nwhile True:\n    core.run()\n",
        "src/shop/__init__.py": "",
        "src/shop/core.py": "from shop.tools import tell\n\n\ndef run():\n    tell()\n",
        "src/shop/tools.py": "def tell():\n    print('told')\n",
        ".dockerignore": "",
    }
    assert findings("python-output-buffered", text, files)


def test_output_that_a_script_writes_to_a_file_is_not_in_the_logs():
    text = f'{PYTHON}COPY . .\nUSER 1\nENTRYPOINT ["./start.sh"]'
    files = {
        "app.py": "while True:\n    print('on')\n",
        "start.sh": "#!/bin/sh\npython app.py > /tmp/log\n",
        ".dockerignore": "",
    }
    assert findings("python-output-buffered", text, files) == []
    files["start.sh"] = "#!/bin/sh\npython app.py > /dev/stdout\n"
    assert findings("python-output-buffered", text, files)


PYTHON_3_13 = "FROM python:3.13-slim\n"


def test_print_in_a_module_that_the_server_never_imports_is_nothing():
    text = f'{PYTHON_3_13}WORKDIR /app\nCOPY . .\nCMD ["gunicorn", "app.wsgi:app"]'
    files = {
        "app/__init__.py": "",
        "app/wsgi.py": "import app.views\n",
        "app/views.py": "",
        "app/tasks.py": "print('a celery task')\n",
        "contrib/play/names.py": "print(1)\n",
    }
    assert said("python-output-buffered", text, files) == []


def test_a_tool_that_prints_its_help_is_given_arguments_by_its_user():
    text = f'{PYTHON}COPY . .\nUSER 1\nENTRYPOINT ["python", "scan.py"]\nCMD ["--help"]'
    files = {"scan.py": "while True:\n    print('on')\n", ".dockerignore": ""}
    assert said("python-output-buffered", text, files) == []
    text = text.replace("--help", "--forever")
    assert said("python-output-buffered", text, files)


@pytest.mark.parametrize(
    ("task", "is_told"),
    [
        ("from celery import shared_task\n@shared_task\n", False),
        ("from shop.celery import app\n@app.task(bind=True)\n", False),
        ("from prefect import task\n@task\n", True),
        ("from celery import shared_task\n@bus.on('x')\n", True),
    ],
)
def test_what_a_task_of_celery_prints_goes_to_its_log(task, is_told):
    files = {
        "shop/__init__.py": "",
        "shop/main.py": "from shop import orders\n\n\ndef app():\n    orders.take()\n",
        "shop/orders.py": f"{task}def take():\n    print('taken')\n",
        ".dockerignore": "",
    }
    assert bool(findings("python-output-buffered", SHOP, files)) is is_told


def test_a_service_that_sets_the_variable_has_no_buffer():
    files = {
        "shop/__init__.py": "",
        "shop/main.py": "print('ready')\n",
        ".dockerignore": "",
    }
    service = (
        "services:\n  shop:\n    {}: .\n    environment:\n      PYTHONUNBUFFERED: 1\n"
    )
    for key, is_told in [("build", False), ("image", True)]:
        compose = {"deploy/docker-compose.yml": service.format(key)}
        told = findings("python-output-buffered", SHOP, {**files, **compose})
        assert bool(told) is is_told


@pytest.mark.parametrize(
    ("own", "count"),
    [
        ("print('ready', file=sys.stderr)", 0),
        ("print('ready', file=sys.stderr)\n    print('on')", 1),
        ("log('ready')", 1),
    ],
)
def test_a_library_beside_a_program_that_writes_to_standard_error(own, count):
    files = {
        "serve/__main__.py": f"import sys\nfrom lib import total\nwhile True:\n    {own}\n"
        "    total()\n",
        "lib/__init__.py": "def total():\n    print('total')\n",
    }
    text = (
        "FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\nUSER 10001\n"
        'CMD ["python", "-m", "serve"]'
    )
    assert len(said("python-output-buffered", text, files)) == count


@pytest.mark.parametrize(
    ("first", "count"),
    [
        ("sys.stdout = os.fdopen(sys.stdout.fileno(), 'w', buffering=1)", 0),
        ("sys.stdout.reconfigure(line_buffering=True)", 0),
        ("sys.stdout = open(sys.stdout.fileno(), 'w', 1)", 0),
        ("sys.stdout = Unbuffered(sys.stdout)", 0),
        ("print = functools.partial(print, flush=True)", 0),
        ("import tkinter as tk\nsys.stdout = Pane()", 0),
        ("sys.stdout.reconfigure(encoding='utf-8')", 1),
        ("sys.stdout = open(os.devnull, 'w')", 1),
        ("import tkinter as tk", 1),
    ],
)
def test_a_program_may_see_to_its_output(first, count):
    text = f'{PYTHON}WORKDIR /app\nCOPY app.py .\nUSER 1\nCMD ["python", "app.py"]'
    files = {"app.py": f"{first}\nwhile True:\n    print('on')\n", ".dockerignore": ""}
    assert len(said("python-output-buffered", text, files)) == count


@pytest.mark.parametrize(
    ("work", "count"),
    [("    subprocess.call(['tar'])\n", 0), ("    app.run()\n", 1)],
)
def test_a_function_of_its_own_called_run_need_not_go_on(work, count):
    text = f'{PYTHON}WORKDIR /app\nCOPY app.py .\nUSER 1\nCMD ["python", "app.py"]'
    code = f"def run():\n{work}    print('done')\n\n\nrun()\n"
    files = {"app.py": code, ".dockerignore": ""}
    assert len(said("python-output-buffered", text, files)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("    load()\n    print('done')\n", 0),
        ("    print('start')\n    load()\n", 1),
        ("    print('half')\n    load()\n    print('done')\n", 1),
    ],
)
def test_what_is_printed_last_is_written_at_the_end(body, count):
    text = f'{PYTHON}WORKDIR /app\nCOPY shop shop\nUSER 1\nCMD ["python", "-m", "shop.load"]'
    end = "if __name__ == '__main__':\n    main()\n"
    code = f"def load():\n    poll()\n\n\ndef main():\n{body}\n\n{end}"
    files = {"shop/__init__.py": "", "shop/load.py": code, ".dockerignore": ""}
    assert len(said("python-output-buffered", text, files)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [('eval "$(python args.py)"', 0), ("exec python args.py", 1)],
)
def test_what_a_script_reads_itself_is_no_log(line, count):
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nCMD ["./start.sh"]'
    files = {
        "start.sh": f"#!/bin/sh\n{line}\n",
        "args.py": "while True:\n    print('on')\n",
        ".dockerignore": "",
    }
    assert len(said("python-output-buffered", text, files)) == count


@pytest.mark.parametrize(
    ("env", "count"), [("PYTHONUNBUFFERED = '1'", 0), ("PORT = '80'", 1)]
)
def test_a_platform_may_set_the_variable(env, count):
    text = f'{PYTHON}WORKDIR /app\nCOPY app.py .\nUSER 1\nCMD ["python", "app.py"]'
    files = {
        "app.py": "while True:\n    print('on')\n",
        "fly.toml": f"app = 'shop'\n[build]\n[env]\n  {env}\n",
        ".dockerignore": "",
    }
    assert len(said("python-output-buffered", text, files)) == count


GUNICORN = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nCMD ["gunicorn", "api:app"]'


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("api.py", GUNICORN, 1),
        ("tools/deploy/api.py", GUNICORN, 0),
        (
            "shop/api.py",
            GUNICORN.replace('"api:app"', '"--chdir", "shop", "api:app"'),
            1,
        ),
        (
            "shop/api.py",
            GUNICORN.replace('"api:app"', '"--chdir=/app/shop", "api:app"'),
            1,
        ),
        ("shop/api.py", GUNICORN.replace("USER 1", "ENV PYTHONPATH=/app:/app/shop"), 1),
        ("shop/api.py", GUNICORN.replace("USER 1", "WORKDIR shop"), 1),
        ("shop/api.py", GUNICORN.replace("COPY . .", "COPY shop ."), 1),
        (
            "shop/api.py",
            GUNICORN.replace('["gunicorn", "api:app"]', "cd shop && gunicorn api:app"),
            1,
        ),
        ("api.py", GUNICORN.replace("USER 1", "RUN echo 'app = 1' > api.py"), 0),
    ],
)
def test_a_module_is_a_file_where_python_looks_for_it(path, text, count):
    files = {path: "print('ready')\n", ".dockerignore": ""}
    assert len(said("python-output-buffered", text, files)) == count


@pytest.mark.parametrize(
    ("package", "count"),
    [("src/shop", 1), ("shop", 1), ("old/other/shop", 0)],
)
def test_a_package_that_is_installed_stands_beside_its_manifest(package, count):
    text = f'{PYTHON}WORKDIR /a\nCOPY . .\nRUN pip install .\nCMD ["python", "-m", "shop", "--serve"]'
    files = {
        f"{package}/__main__.py": "print('ready')\nwhile True:\n    pass\n",
        "pyproject.toml": "[project]\nname = 'shop'\n",
        ".dockerignore": "",
    }
    assert len(said("python-output-buffered", text, files)) == count


APP = "app = Flask(__name__)\n"
MAIN = "if __name__ == '__main__':\n    app.run()\n"
TALKING = "def {name}():\n    print('asked')\n"


@pytest.mark.parametrize(
    ("code", "count"),
    [
        (APP + "@app.route('/')\n" + TALKING.format(name="page") + MAIN, 1),
        (APP + MAIN + "@app.route('/')\n" + TALKING.format(name="page"), 0),
        # nothing calls the second one
        (
            "def make():\n    return 1\napp = make()\n"
            + TALKING.format(name="make")
            + MAIN,
            0,
        ),
        # the first is called before it is replaced
        (
            TALKING.format(name="make")
            + "app = make()\ndef make():\n    pass\n"
            + MAIN,
            1,
        ),
        (
            TALKING.format(name="make")
            + "def make():\n    pass\napp = make()\n"
            + MAIN,
            0,
        ),
        # a function that runs later finds the second one
        (
            "def make():\n    pass\napp = make()\ndef page():\n    make()\n"
            + TALKING.format(name="make")
            + MAIN,
            1,
        ),
    ],
)
def test_a_function_that_the_program_does_not_reach_prints_nothing(code, count):
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nCMD ["python", "app.py"]'
    files = {"app.py": code, ".dockerignore": ""}
    assert len(said("python-output-buffered", text, files)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (
            "    if not EVENT:\n        print('EVENT not set')\n        return\n    sleep(9)\n",
            0,
        ),
        ("    print('EVENT not set')\n    sleep(9)\n", 1),
    ],
)
def test_what_is_printed_before_the_last_function_returns_is_written_then(body, count):
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nCMD ["python", "app.py"]'
    code = f"async def act():\n{body}\nif __name__ == '__main__':\n    asyncio.run(act())\n"
    files = {"app.py": code, ".dockerignore": ""}
    assert len(said("python-output-buffered", text, files)) == count


def test_a_logger_of_the_project_is_a_log_too():
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nCMD ["python", "app.py"]'
    code = "get_logger().info('begun')\nprint('Shop 1.0')\nserve()\nsleep(9)\n"
    assert not said(
        "python-output-buffered", text, {"app.py": code, ".dockerignore": ""}
    )


@pytest.mark.parametrize(
    ("services", "count"),
    [
        ("  shop:\n    build: .\n    tty: true\n", 0),
        ("  shop:\n    build: .\n    tty: false\n", 1),
        ("  shop:\n    build: .\n    tty: true\n  job:\n    build: .\n", 1),
    ],
)
def test_output_to_a_terminal_is_not_collected(services, count):
    files = {
        "shop/__init__.py": "",
        "shop/main.py": "print('ready')\n",
        "compose.yaml": f"services:\n{services}",
        ".dockerignore": "",
    }
    assert len(said("python-output-buffered", SHOP, files)) == count


def test_a_published_image_may_be_run_without_the_terminal_of_its_service():
    files = {
        "shop/__init__.py": "",
        "shop/main.py": "print('ready')\n",
        "compose.yaml": "services:\n  shop:\n    build: .\n    tty: true\n",
        ".dockerignore": "",
    }
    assert said("python-output-buffered", SHOP, files, is_published=True)


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("update", "import logging\n", 0),
        ("self_updater", "import logging\n", 0),
        ("update", "", 1),
        ("orders", "import logging\n", 1),
    ],
)
def test_what_a_module_for_updates_prints_is_not_in_the_log(name, first, count):
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nCMD ["python", "app.py"]'
    files = {
        "app.py": f"{first}import {name}\nserve()\n{name}.work()\nsleep(9)\n",
        f"{name}.py": "def work():\n    print('new version')\n    fetch()\n",
        ".dockerignore": "",
    }
    assert len(said("python-output-buffered", text, files)) == count


@pytest.mark.parametrize(
    ("loop", "count"),
    [
        ("while True:", 1),
        ("while not stop.is_set():", 1),
        ("while left > 0:", 0),
        ("for one in consumer:", 1),
        ("for one in range(9):", 0),
    ],
)
def test_a_loop_that_ends_by_itself_keeps_no_program_running(loop, count):
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nCMD ["python", "app.py"]'
    files = {"app.py": f"{loop}\n    print('on')\n    work()\n", ".dockerignore": ""}
    assert len(said("python-output-buffered", text, files)) == count


def test_who_calls_a_tool_reads_its_output_at_the_end():
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nENTRYPOINT ["python", "app.py"]\nCMD ["a"]'
    files = {"app.py": "while True:\n    print('on')\n", ".dockerignore": ""}
    assert said("python-output-buffered", text, files)
    files["README.md"] = "docker run -it --rm -v $(pwd)/keys:/keys acme/keys\n"
    assert said("python-output-buffered", text, files) == []


LOOP = "while True:\n    print(take())\n"


@pytest.mark.parametrize(
    ("main", "is_told"),
    [
        (LOOP, True),
        (f"import sys\n{LOOP}    sys.stdout.flush()\n", False),
        ("from sys import stdout\n" + LOOP + "    stdout.flush()\n", False),
        (f"import sys\n{LOOP}    sys.stderr.flush()\n", True),
        # What trains a model ends by itself, and writes its output then
        ("print('shape', x)\nmodel.fit(x, x)\nsave(model)\n", False),
        ("print('shape', x)\nmodel.fit(x, x)\nserver.serve_forever()\n", True),
    ],
)
def test_a_program_that_flushes_or_ends_loses_nothing(main, is_told):
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nCMD ["python", "main.py"]'
    assert bool(said("python-output-buffered", text, {"main.py": main})) is is_told
