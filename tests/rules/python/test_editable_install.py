"""When editable-install reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings

from lightship.repository_facts import MountedVolume

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


@pytest.mark.parametrize(
    ("target", "from_host", "count"),
    [
        ("/app", True, 0),
        ("/app/", True, 0),
        ("/app/config", True, 1),
        ("/app", False, 1),
    ],
)
def test_sources_that_are_mounted_over_those_of_the_image_are_found_by_the_link(
    target, from_host, count
):
    text = f"{SOURCES}RUN pip install -e .\n{END}"
    volumes = (MountedVolume(target, from_host=from_host),)
    assert len(findings("editable-install", text, volumes=volumes)) == count


def test_a_comment_about_a_volume_for_developers_says_that_it_is_meant():
    text = f"{SOURCES}{{}}RUN pip install -e .\n{END}"
    comment = "# port of the shop. /app is made a volume\n# for developer testing.\n"
    assert findings("editable-install", text.format(comment)) == []
    assert findings("editable-install", text.format("# port of the shop\n"))


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"setup.cfg": "[options]\npackages = find:\n"}, 0),
        ({"setup.cfg": "[options]\ninclude_package_data = True\n"}, 1),
        ({"setup.py": "", "MANIFEST.in": "graft shop\n"}, 1),
        ({"pyproject.toml": "[build-system]\nbuild-backend = 'hatchling.build'\n"}, 1),
    ],
)
def test_data_files_of_which_setuptools_is_not_told_are_in_the_sources_alone(
    more, count
):
    text = f"{PYTHON}WORKDIR /app\nCOPY . .\nRUN pip install -e .\n{END}"
    files = more | {
        "shop/__init__.py": "",
        "shop/conf/log.ini": "[a]\n",
        "logo.png": "",
    }
    assert len(findings("editable-install", text, files)) == count
    del files["shop/conf/log.ini"]
    assert len(findings("editable-install", text, files)) == 1


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("uv run --directory . shop", 0),
        ("[uv, run, shop]", 0),
        ("uv run --no-sync shop", 1),
        ("shop --port 80", 1),
    ],
)
def test_uv_run_makes_the_link_again_at_each_start(command, count):
    compose = f"services:\n  shop:\n    build: .\n    command: {command}\n"
    files = {
        "compose.yaml": compose,
        "shop/__init__.py": "",
        "pyproject.toml": '[project]\nname = "shop"\n',
    }
    text = f"{SOURCES}RUN pip install -e .\n{END}"
    assert len(findings("editable-install", text, files)) == count


FOUND = "from setuptools import find_packages, setup\nsetup(packages=find_packages())\n"
FIND = "[tool.setuptools.packages.find]\nnamespaces = {}\n"


@pytest.mark.parametrize(
    ("manifest", "module", "count"),
    [
        ({"setup.py": FOUND}, "shop/schemas/order.py", 0),
        (
            {"setup.py": FOUND.replace("find_", "find_namespace_")},
            "shop/schemas/a.py",
            1,
        ),
        ({"setup.py": FOUND}, "shop/tests/order.py", 1),
        ({"setup.py": FOUND}, "scripts/order.py", 1),
        ({"setup.py": FOUND}, "shop/order.py", 1),
        ({"setup.cfg": "[options]\npackages = find:\n"}, "shop/schemas/order.py", 0),
        ({"pyproject.toml": FIND.format("false")}, "shop/schemas/order.py", 0),
        ({"pyproject.toml": FIND.format("true")}, "shop/schemas/order.py", 1),
    ],
)
def test_modules_that_find_packages_leaves_out_are_in_the_sources_alone(
    manifest, module, count
):
    text = f"{PYTHON}WORKDIR /app\nCOPY . .\nRUN pip install -e .\n{END}"
    files = manifest | {"shop/__init__.py": "", module: ""}
    assert len(findings("editable-install", text, files)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("__path__.append(str(Path(__file__).parents[1]))", 0),
        ("__path__ += [dirname(dirname(__file__))]", 0),
        ("__path__ = extend_path(__path__, __name__)  # __file__", 1),
        ("print(__path__, __file__)", 1),
    ],
)
def test_a_package_that_imports_what_lies_beside_it_works_in_its_sources_alone(
    line, count
):
    text = f"{PYTHON}WORKDIR /app\nCOPY . .\nRUN pip install -e .\n{END}"
    files = {
        "pyproject.toml": "[build-system]\nbuild-backend = 'hatchling.build'\n",
        "shop/__init__.py": f"{line}\n",
        "orders.py": "",
    }
    assert len(findings("editable-install", text, files)) == count
