"""Whether what an image starts acts on SIGTERM as process 1."""

from __future__ import annotations

import pytest

from lightship.facts.start.purpose import start_commands
from lightship.facts.start.stop_signals import acts_on_stop, python_file_acts
from tests.made import build


def acts(line: str, **files: str) -> bool | None:
    image = build(f"FROM debian\nWORKDIR /app\nCOPY . .\nCMD {line}", files)
    *_, command = start_commands(image)
    return acts_on_stop(image, command)


HANDLER = "import signal\nsignal.signal(signal.SIGTERM, stop)\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('["gunicorn", "shop:app"]', True),
        ('["python", "-m", "uvicorn", "shop:app"]', True),
        ('["tini", "--", "gunicorn", "shop:app"]', True),
        ('["flask", "run"]', False),
        ('["java", "-jar", "a.jar"]', True),
        ('["dotnet", "a.dll"]', True),
        ('["java"]', None),
        ('["tail", "-f", "/dev/null"]', False),
        ("exec sleep 'infinity'", False),
        ('["/server"]', None),
        ('["python", "-c", "SIGTERM"]', None),
        ('["python"]', None),
    ],
)
def test_programs_that_are_known(line, expected):
    assert acts(line) is expected


@pytest.mark.parametrize(
    ("line", "file", "text", "expected"),
    [
        ('["python", "app.py"]', "app.py", HANDLER, True),
        ('["python", "app.py"]', "app.py", "print(1)\n", False),
        ('["python3", "-X", "dev", "app.py"]', "app.py", HANDLER, True),
        ('["python", "other.py"]', "app.py", HANDLER, None),
        ('["python", "-m", "shop.app"]', "shop/app.py", HANDLER, True),
        ('["python", "-Im", "shop"]', "shop/__main__.py", "print(1)\n", False),
        ('["python", "manage.py", "work"]', "manage.py", HANDLER, False),
        # Not Python is process 1, but uv
        ('["uv", "run", "app.py"]', "app.py", HANDLER, None),
        ('["node", "app.js"]', "app.js", "process.on('SIGTERM', stop)\n", True),
        ('["node", "--inspect", "app.js"]', "app.js", "run()\n", False),
        ('["node", "other.js"]', "app.js", "run()\n", None),
    ],
)
def test_programs_of_the_project(line, file, text, expected):
    assert acts(line, **{file: text}) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HANDLER, True),
        ("loop.add_signal_handler(2, stop)\n", True),
        ("import uvicorn\nuvicorn.run(app)\n", True),
        ("app.run(host='0.0.0.0',\n    debug=True)\n", True),
        ("app.run(debug=False)\n", False),
        ("updater.idle()\n", True),
        ("import uvicorn_worker\n", False),
        ("", False),
    ],
)
def test_files_of_python(text, expected):
    assert python_file_acts(text) is expected


MASTER = "[uwsgi]\nmaster = true\n"


@pytest.mark.parametrize(
    ("body", "settings", "expected"),
    [
        ('CMD ["uwsgi", "a.ini"]', MASTER, False),
        ('CMD ["uwsgi", "a.ini"]', MASTER + "die-on-term = true\n", True),
        ('CMD ["uwsgi", "a.ini"]', "[uwsgi]\nmaster = false\n", True),
        ('CMD ["uwsgi", "a.ini", "--die-on-term"]', MASTER, True),
        ('ENV UWSGI_DIE_ON_TERM=1\nCMD ["uwsgi", "a.ini"]', MASTER, True),
        ('STOPSIGNAL SIGINT\nCMD ["uwsgi", "a.ini"]', MASTER, True),
        ('STOPSIGNAL SIGTERM\nCMD ["uwsgi", "a.ini"]', MASTER, False),
        ('CMD ["uwsgi", "a.ini"]', None, None),
        ('CMD ["uwsgi", "--master", "--http", ":80"]', None, False),
        ('CMD ["uwsgi", "--http", ":80"]', None, True),
        ('ENV UWSGI_MASTER=1\nCMD ["uwsgi", "--http", ":80"]', None, False),
    ],
)
def test_the_master_of_uwsgi_takes_the_signal_for_a_reload(body, settings, expected):
    files = {} if settings is None else {"a.ini": settings}
    image = build(f"FROM debian\nWORKDIR /app\nCOPY . .\n{body}", files)
    *_, command = start_commands(image)
    assert acts_on_stop(image, command) is expected
