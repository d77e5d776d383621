"""When editable-install reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings

PYTHON = "FROM python:3.14-slim\n"
SOURCES = f"{PYTHON}WORKDIR /app\nCOPY shop shop\nCOPY pyproject.toml .\n"
END = 'USER 10001\nCMD ["shop"]'


@pytest.mark.parametrize(
    "install",
    [
        "pip install -e . && make -C shop",
        "pip install -e . && python setup.py build_ext --inplace",
        "pip install -e . --config-settings editable_mode=strict",
    ],
)
def test_an_editable_install_is_meant_where_its_sources_change_later(install):
    assert findings("editable-install", f"{SOURCES}RUN {install}\n{END}") == []
    assert findings("editable-install", f"{SOURCES}RUN pip install -e .\n{END}")


def test_an_editable_install_before_the_sources_are_copied_links_to_what_comes_later():
    files = {"pyproject.toml": "[project]\nname = 'shop'\n", "shop.py": ""}
    text = f"{PYTHON}WORKDIR /app\nCOPY pyproject.toml ./\nRUN pip install -e .\nCOPY . .\n{END}"
    assert findings("editable-install", text, files) == []


def test_a_copy_with_a_variable_may_bring_the_sources_that_a_link_needs():
    text = (
        f"{PYTHON}WORKDIR /app\nARG SRC=src\nCOPY shop.py pyproject.toml ./\n"
        "RUN python -m venv .venv && .venv/bin/pip install -e .\n"
        f"{PYTHON}COPY --from=0 /app/.venv /app/.venv\n"
    )
    assert findings("editable-install", f"{text}{END}")
    assert (
        findings("editable-install", f"{text}COPY ${{SRC}}/shop/ /app/shop/\n{END}")
        == []
    )


def test_sources_that_come_after_the_install_are_found_by_the_link():
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY setup.py __version__.py ./\n"
        'RUN pip install -e .\n{}CMD ["shop"]'
    )
    files = {"setup.py": "", "__version__.py": "", "shop/__init__.py": ""}
    copy = "COPY shop shop\n"
    assert findings("editable-install", text.format(copy), files) == []
    before = text.format("").replace("RUN", f"{copy}RUN")
    assert findings("editable-install", before, files)


def test_sources_that_the_start_puts_on_the_path_are_used_from_there():
    text = (
        "FROM python:3.13-slim\nADD . /app\nRUN pip install -e /app/shop\n"
        'ENTRYPOINT ["/app/entry"]'
    )
    files = {"shop/setup.py": "", "shop/shop.py": "", "entry": "#!/bin/sh\nshop\n"}
    assert findings("editable-install", text, files)
    files["entry"] = "#!/bin/sh\nexport PYTHONPATH=/app/shop\nshop\n"
    assert findings("editable-install", text, files) == []


@pytest.mark.parametrize(
    "command",
    [
        '["python", "shop/server.py"]',
        '["python", "-m", "shop"]',
        '["uvicorn", "shop:app"]',
        "python /app/manage.py runserver 0.0.0.0:80",
    ],
)
def test_sources_that_are_run_in_place_are_there_anyway(command):
    text = f"{SOURCES}RUN pip install -e .\nUSER 10001\n"
    assert findings("editable-install", f"{text}CMD {command}") == []
    assert findings("editable-install", f"{text}CMD shop serve")
    assert findings("editable-install", f"{text}WORKDIR /srv\nCMD python -m shop")
