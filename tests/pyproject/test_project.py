from __future__ import annotations

import time
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.context.files import Context
from lightship.pyproject.dependency import Dependency, read_requirement
from lightship.pyproject.project import Project, is_for_development, read_project

PYPROJECT = """
[project]
name = "My.Shop"
requires-python = ">=3.12"
dependencies = ["FastAPI[standard]>=0.115", "uvicorn ; python_version > '3'", "a @ git+https://git.example.com/a"]
scripts = { shop = "shop.main:main" }

[dependency-groups]
dev = ["pytest", { include-group = "lint" }]
lint = ["ruff", { include-group = "dev" }]
extra = []

[tool.uv]
"""
POETRY = """
[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.12"
Django = "^5.1"
gunicorn = { version = "23.0.0", extras = ["gevent"] }
here = { path = "../here", develop = true }
[tool.poetry.group.dev.dependencies]
pytest = "*"
[tool.poetry.group.docs]
optional = true
[tool.poetry.group.docs.dependencies]
sphinx = "~8.0"
[tool.poetry.scripts]
shop = "shop:main"
"""
MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.local")\n'


def project(files: dict[str, str], directory: str = "") -> Project:
    return read_project(Context.of(files), directory)


def everything(found: Project) -> list[object]:
    """All that can be asked."""
    names = [
        name
        for name in dir(Project)
        if not name.startswith("_") and name not in ("context", "path", "has")
    ]
    values = [getattr(found, name) for name in names]
    plain = [value for value in values if not callable(value)]
    return [
        *plain,
        *(found.default_groups(tool) for tool in ("uv", "poetry", "pdm", "pipenv")),
    ]


def test_a_project_of_uv():
    found = project(
        {
            "pyproject.toml": PYPROJECT,
            "uv.lock": "",
            "src/my_shop/__init__.py": "",
            "README.md": "",
        }
    )
    assert (found.name, found.tool, found.framework, found.servers) == (
        "my-shop",
        "uv",
        "fastapi",
        ("uvicorn",),
    )
    assert found.manifests == ("pyproject.toml", "uv.lock")
    assert [each.name for each in found.dependencies] == ["fastapi", "uvicorn", "a"]
    assert found.dependencies[0] == Dependency(
        "fastapi", ">=0.115", ("standard",), file="pyproject.toml"
    )
    assert found.dependencies[1].marker == 'python_version > "3"'
    assert found.dependencies[2].url == "git+https://git.example.com/a"
    assert {
        name: [each.name for each in group] for name, group in found.groups.items()
    } == {
        "dev": ["pytest", "ruff"],
        "lint": ["ruff", "pytest"],
    }
    assert found.default_groups("uv") == ("dev",)
    assert found.default_groups("pdm") == ("dev", "lint")
    assert found.scripts == {"shop": "shop.main:main"}


def test_a_project_of_poetry():
    found = project(
        {"pyproject.toml": POETRY, "manage.py": MANAGE, "shop/__init__.py": ""}
    )
    assert (found.name, found.tool, found.framework, found.servers) == (
        "shop",
        "poetry",
        "django",
        ("gunicorn",),
    )
    assert found.dependencies == (
        Dependency("django", ">=5.1,<6", file="pyproject.toml"),
        Dependency("gunicorn", "==23.0.0", ("gevent",), file="pyproject.toml"),
        Dependency("here", url="../here", editable=True, file="pyproject.toml"),
    )
    assert found.dependencies[1].is_pinned
    assert found.default_groups("poetry") == ("dev",)
    assert found.settings == "shop.settings.local"
    assert found.scripts == {"shop": "shop:main"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("dev",)),
        ("default-groups = []", ()),
        ('default-groups = "all"', ("dev", "lint")),
        ('default-groups = ["lint", 7]', ("lint",)),
    ],
)
def test_the_groups_that_uv_installs_unasked(text, expected):
    assert (
        project({"pyproject.toml": PYPROJECT + text}).default_groups("uv") == expected
    )


def test_older_tables_for_development():
    text = '[tool.uv]\ndev-dependencies = ["pytest"]\n[tool.pdm.dev-dependencies]\ntest = ["tox"]\n'
    assert set(project({"pyproject.toml": text}).groups) == {"dev", "test"}
    assert set(
        project(
            {"pyproject.toml": "[tool.poetry.dev-dependencies]\npytest = '*'\n"}
        ).groups
    ) == {"dev"}
    assert project({"pyproject.toml": "[dependency-groups]\ndev = []\n"}).groups == {}


def test_a_project_of_pipenv():
    pipfile = '[packages]\nflask = "*"\nx = {git = "https://git.example.com/x"}\n[dev-packages]\npytest = "==8.0"\n'
    lock = '{"default": {"flask": {"version": "==3.1.0", "hashes": ["sha256:0"]}}, "develop": {"pytest": 5}}'
    found = project({"Pipfile": pipfile, "Pipfile.lock": lock})
    assert (found.tool, found.framework) == ("pipenv", "flask")
    assert [(each.name, each.url) for each in found.dependencies] == [
        ("flask", ""),
        ("x", "https://git.example.com/x"),
    ]
    assert set(found.groups) == {"dev"}
    assert found.default_groups("pipenv") == ()
    assert [(each.name, each.version, each.fits("musl")) for each in found.locked] == [
        ("flask", "3.1.0", None),
        ("pytest", "", None),
    ]


def test_requirements_with_includes_that_go_round():
    files = {
        "requirements/base.txt": "-r prod.txt\n# flask\ncelery[redis]==5.4 ; extra == 'a' \\\n  --hash=sha256:0\n",
        "requirements/prod.txt": "-r base.txt\n-c ../limits.txt\ngunicorn\n-i https://a.example.com\n-r none.txt\n",
        "requirements/dev.txt": "-r base.txt\npytest\n-e .\n",
        "limits.txt": "gunicorn<24\n",
        "other/deep/requirements.txt": "x\n",
    }
    found = project(files)
    assert found.tool == "pip"
    assert [each.paths[0] for each in found.requirements] == [
        "requirements/dev.txt",
        "requirements/base.txt",
        "requirements/prod.txt",
    ]
    assert found.requirements[1].missing == ("requirements/none.txt",)
    assert [each.name for each in found.requirements[1].constraints] == ["gunicorn"]
    assert [(line.option, line.value) for line in found.requirements[1].options] == [
        ("-i", "https://a.example.com")
    ]
    assert [each.name for each in found.dependencies] == ["celery", "gunicorn"]
    assert found.dependencies[0].hashes == ("sha256:0",)
    assert found.manifests == (
        *[each.paths[0] for each in found.requirements[:2]],
        "requirements/prod.txt",
        "limits.txt",
    )


def test_setup_cfg_and_setup_py_are_read_as_text():
    cfg = "[metadata]\nname = shop\n[options]\ninstall_requires =\n    flask\n    %bad\n[options.entry_points]\n"
    cfg += "console_scripts =\n    shop = shop:main\n"
    found = project({"setup.cfg": cfg})
    assert (found.name, found.tool, found.framework) == ("shop", "pip", "flask")
    assert found.scripts == {"shop": "shop:main"}
    setup = 'import setuptools\nWANTED = ["django>=5"]\nsetuptools.setup(name="s", install_requires=WANTED,\n'
    setup += '  python_requires=">=3.12", entry_points={"console_scripts": ["s=s:m"]}, version=open("v").read())\n'
    found = project({"a/setup.py": setup}, "a")
    assert (found.name, found.framework, found.scripts) == ("s", "django", {"s": "s:m"})
    assert found.dependencies[0].file == "a/setup.py"


def test_an_environment_of_conda():
    text = "dependencies:\n  - python=3.12\n  - conda-forge::NumPy=1.26=py312_0\n  - pip\n  - pip:\n      - flask==3.0\n"
    found = project({"environment.yml": text})
    assert found.tool == "conda"
    assert [(each.name, each.specifier) for each in found.dependencies] == [
        ("numpy", "==1.26.*"),
        ("flask", "==3.0"),
    ]


def test_locked_packages_and_the_libc_that_they_fit():
    lock = """
[[package]]
name = "Numpy"
version = "2.1"
source = { registry = "https://pypi.example.com/simple" }
sdist = { url = "https://files.example.com/numpy-2.1.tar.gz", hash = "sha256:0" }
wheels = [{ url = "https://files.example.com/numpy-2.1-cp312-cp312-manylinux_2_17_x86_64.whl", hash = "sha256:0" }]
[[package]]
name = "six"
version = "1"
wheels = [{ url = "https://files.example.com/six-1-py3-none-any.whl" }]
[[package]]
name = "shop"
version = "0"
source = { editable = "." }
"""
    numpy, six, shop = project({"uv.lock": lock}).locked
    assert (numpy.name, numpy.version, numpy.source) == ("numpy", "2.1", "registry")
    assert (numpy.fits("glibc"), numpy.fits("musl"), numpy.has_sdist) == (
        True,
        False,
        True,
    )
    assert (six.fits("glibc"), six.fits("musl")) == (True, True)
    assert (shop.source, shop.fits("glibc")) == ("local", None)


def test_older_locks_keep_their_files_apart():
    start = '[[package]]\nname = "x"\nversion = "1"\n'
    poetry = (
        start + '[metadata.files]\nx = [{file = "x-1-py3-none-any.whl", hash = "a"}]\n'
    )
    assert project({"poetry.lock": poetry}).locked[0].wheels == (
        "x-1-py3-none-any.whl",
    )
    pdm = (
        start
        + '[metadata.files]\n"x 1" = [{url = "https://e.example.com/x-1.tar.gz"}]\n'
    )
    assert project({"pdm.lock": pdm}).locked[0].has_sdist
    wheels = 'wheels = [{name = "x-1-py3-none-any.whl", hashes = {sha256 = "0"}}]\n'
    pep751 = start.replace("package", "packages") + wheels
    assert project({"pylock.toml": pep751}).locked[0].wheels == (
        "x-1-py3-none-any.whl",
    )


def test_the_lock_of_a_workspace_lies_above():
    files = {"uv.lock": "", "packages/api/pyproject.toml": PYPROJECT}
    assert project(files, "packages/api").locks == ("uv.lock",)
    assert project(files, "packages/api").tool == "uv"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("main.py", "from fastapi import FastAPI\napp = FastAPI()\n", ("main:app", "asgi", False)),
        ("src/shop/main.py", "import fastapi as f\napi: f.FastAPI = f.FastAPI()\n", ("shop.main:api", "asgi", False)),
        ("shop/__init__.py", "import flask\ndef create_app(test=None):\n  app = flask.Flask(__name__)\n  return app\n",
         ("shop:create_app", "wsgi", True)),
        ("shop/wsgi.py", "from django.core.wsgi import get_wsgi_application as g\napplication = g()\n",
         ("shop.wsgi:application", "wsgi", False)),
        ("tasks.py", "from celery import Celery\napp = Celery('a')\n", ("tasks:app", "celery", False)),
    ],
)  # fmt: skip
def test_applications(path, text, expected):
    (found,) = project({path: text}).applications
    assert (found.target, found.interface, found.is_factory) == expected
    assert found.file == path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/main.py", "from fastapi import FastAPI\napp = FastAPI()\n"),
        ("main.py", "from other import FastAPI\napp = FastAPI()\n"),
        ("main.py", "from flask import Flask\ndef make(name):\n  return Flask(name)\n"),
        ("main.py", "from flask import Flask\napp = Flask('a'\n"),
        ("main.py", "from flask import Flask\nif x:\n    pass\nFlask('a')\n"),
        ("a/b/c/d/e/main.py", "from flask import Flask\napp = Flask('a')\n"),
    ],
)
def test_no_application(path, text):
    assert project({path: text}).applications == ()


def test_the_least_deep_application_is_the_first():
    text = "from fastapi import FastAPI\napp = FastAPI()\n"
    files = {"lib/api/main.py": text, "app/main.py": text, "app/app.py": text}
    assert [each.target for each in project(files).applications] == [
        "app.main:app",
        "app.app:app",
        "lib.api.main:app",
    ]


def test_nothing_is_an_empty_project():
    found = project({})
    assert not any(everything(found)[:-4])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("requirements.txt", False),
        ("requirements/test.txt", True),
        ("dev-requirements.txt", True),
        ("latest", False),
    ],
)
def test_what_is_for_development(path, expected):
    assert is_for_development(path) == expected


STRANGE = [
    "\0",
    "[" * 100_000,
    "(" * 100_000,
    "a: &a [*a]",
    "- " * 40_000,
    "x = " * 1000,
    "\ud800",
    "-r " * 5000,
]
STRANGE += [
    "[a]\nb",
    '"\\d"\n',
    "{" * 100_000,
    "a.b.c = 1\n" * 2000,
    "a" * 300_000,
    "-" * 100_000 + "1",
]
STRANGE += ["!!python/object:a {}"]
NAMES = """pyproject.toml setup.py setup.cfg Pipfile Pipfile.lock uv.lock poetry.lock pdm.lock environment.yml manage.py
    requirements.txt main.py pylock.toml .python-version runtime.txt""".split()


@pytest.mark.parametrize("text", STRANGE)
def test_strange_files_are_no_error(text):
    start = time.process_time()
    everything(project(dict.fromkeys(NAMES, text.encode("utf-8", "surrogatepass"))))
    assert time.process_time() - start < 20


def test_a_yaml_of_many_references_is_not_written_out():
    lines = "\n".join(
        f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9 if at else ['x'])}]"
        for at in range(30)
    )
    everything(project({"environment.yml": lines + "\ndependencies: *a29\n"}))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc-", max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = """project tool poetry uv pdm dependencies dependency-groups dev group scripts package packages files wheels
    source dev-packages default develop metadata name version optional path include-group dev-dependencies
    default-groups""".split()


@given(
    st.recursive(
        VALUES, lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    )
)
def test_any_shape_of_data_is_no_error(drawn):
    data = drawn if isinstance(drawn, dict) else {}
    with (
        patch("lightship.pyproject.data_files.parse_toml", lambda _: data),
        patch("lightship.pyproject.data_files.parse_json", lambda _: data),
        patch("lightship.pyproject.project.yaml_of", lambda *_: data),
    ):
        everything(project(dict.fromkeys(NAMES, "")))


@given(st.text())
def test_any_line_is_a_requirement_or_none(text):
    found = read_requirement(text)
    assert found is None or found.name or found.url
