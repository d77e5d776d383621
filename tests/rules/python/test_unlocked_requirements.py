"""Where the newest release of a package is what the Dockerfile is for."""

from __future__ import annotations

import pytest
from judged import said

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.repository_facts import RepositoryFacts
from lightship.rules.python.unlocked_requirements import RULE

HEAD = "FROM python:3.13-slim\n"


def count(text: str, **facts: object) -> int:
    path = str(facts.pop("path", "Dockerfile"))
    repository = RepositoryFacts(**facts)
    build = Build(parse(f"{HEAD}RUN {text}\n"), path=path, repository=repository)
    return len(list(RULE.check(build)))


def test_a_package_of_the_repository_itself_has_no_version_to_lock():
    own = frozenset(("shop-api",))
    assert count("pip install Shop_API") == 1
    assert count("pip install Shop_API", projects=own) == 0
    assert count("pip install Shop_API flask", projects=own) == 1


@pytest.mark.parametrize(
    "install",
    [
        "pip install --pre torch",
        "pip install torch --index-url https://download.pytorch.org/whl/nightly/cu130",
        "pip install torch -i https://download.pytorch.org/whl/test/cu128",
    ],
)
def test_an_early_release_is_asked_for(install):
    assert count(install) == 0


def test_any_other_index_has_versions():
    assert count("pip install torch -i https://download.pytorch.org/whl/cu128") == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Dockerfile-latest", 0),
        ("nightly/Dockerfile", 0),
        ("docker/Dockerfile.edge", 0),
        ("Dockerfile", 1),
        ("latesto/Dockerfile", 1),
    ],
)
def test_the_name_of_the_dockerfile_says_that_the_newest_is_meant(path, expected):
    assert count("pip install flask", path=path) == expected


def test_an_example_is_not_shipped():
    assert count("pip install flask", is_example=True) == 0


PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize(
    "command",
    [
        "pip install --dry-run flask",
        "pip download flask",
        "pip install torch==2.3.0 torchvision torchaudio",
        "pip install modules/db",
        'pip install ".[gpu]" "openmm[cuda12]"',
        'pip install . "attrs[dev]"',
    ],
)
def test_a_version_that_another_requirement_bounds_is_not_the_newest(command):
    files = {
        "pyproject.toml": "[project]\nname = 'a'\nversion = '1'\ndependencies = ['attrs<26']\n"
        "[project.optional-dependencies]\ngpu = ['openmm>=8.2,<9']\n"
    }
    text = f"{PYTHON}WORKDIR /app\nCOPY . .\nRUN {command}\n"
    assert said("unlocked-requirements", text, files) == []
    assert said(
        "unlocked-requirements", text.replace(command, "pip install flask"), files
    )


REQUIREMENTS = f"{HEAD}COPY requirements.txt .\nRUN pip install -r requirements.txt\n"


def test_one_name_beside_five_that_are_pinned_is_a_small_matter():
    pinned = "".join(f"a{number}==1.0\n" for number in range(5))
    rule = "unlocked-requirements"
    assert not said(rule, REQUIREMENTS, {"requirements.txt": f"{pinned}flask\n"})
    assert said(rule, REQUIREMENTS, {"requirements.txt": f"{pinned}flask\ndjango\n"})
    assert said(rule, REQUIREMENTS, {"requirements.txt": "a==1.0\nflask\n"})

    files = {"requirements.txt": pinned}
    assert not said(rule, f"{REQUIREMENTS}RUN pip install gunicorn\n", files)
    assert said(rule, f"{REQUIREMENTS}RUN pip install gunicorn gevent\n", files)


@pytest.mark.parametrize(
    ("names", "expected"), [("gunicorn", 0), ("gunicorn gevent", 0), ("a b c", 1)]
)
def test_a_name_or_two_beside_a_lock_file_are_a_small_matter(names, expected):
    text = f"{HEAD}COPY pyproject.toml uv.lock ./\nRUN uv sync --locked\n"
    files = {"pyproject.toml": "", "uv.lock": ""}
    text += f"RUN uv pip install {names}\n"
    assert len(said("unlocked-requirements", text, files)) == expected


@pytest.mark.parametrize(
    ("install", "expected"),
    [
        ("pip install a==1.0 'b>=12,<14' c", 0),
        ("pip install a==1.0 'b>=12,<14' c d", 1),
        ("pip install a==1.0 c", 1),
        # A tool is not what the program is built on
        ("pip install a==1.0 pip==26.0 c", 1),
        ("pip install a==1.0 b==1.0 torch", 1),
    ],
)
def test_one_name_that_a_command_leaves_open_beside_others_is_meant(install, expected):
    assert count(install) == expected


def test_what_one_file_pins_is_not_open_in_the_next():
    text = (
        f"{HEAD}COPY *.txt ./\nRUN pip install -r base.txt && pip install -r more.txt"
    )
    rule = "unlocked-requirements"
    assert not said(rule, text, {"base.txt": "a==1.0\n", "more.txt": "a\n"})
    [message] = said(rule, text, {"base.txt": "a==1.0\n", "more.txt": "a\nb\n"})
    assert message.startswith("more.txt does not pin b:")


def test_a_name_in_a_file_beside_many_that_other_files_pin_is_a_small_matter():
    pinned = "".join(f"a{number}==1.0\n" for number in range(5))
    installs = (f"pip install -r {name}.txt" for name in ("base", "one", "more"))
    text = f"{HEAD}COPY *.txt ./\nRUN {' && '.join(installs)}"
    files = {"base.txt": pinned, "one.txt": "b\n", "more.txt": "c\nd\n"}
    rule = "unlocked-requirements"
    # It speaks once for a Dockerfile: of the file that matters
    [message] = said(rule, text, files)
    assert message.startswith("more.txt does not pin c and d:")
    [message] = said(rule, text, {**files, "one.txt": "django\n"})
    assert message.startswith("one.txt does not pin django:")


def test_lists_are_meant_to_be_new():
    assert count("pip install certifi tzdata") == 0
    files = {"requirements.txt": "certifi\nflask==3.1.2\n"}
    assert not said("unlocked-requirements", REQUIREMENTS, files)


def test_upgrade_asks_for_the_newest_of_names_but_not_of_a_file():
    assert count("pip install --upgrade awscli") == 0
    assert count("pip install -U awscli boto3") == 0
    text = REQUIREMENTS.replace("install -r", "install -U -r")
    assert said("unlocked-requirements", text, {"requirements.txt": "flask\n"})


@pytest.mark.parametrize(
    ("bounded", "expected"), [("'a', 'b~=1.0'", 1), ("'a', 'b~=1.0', 'c~=1.0'", 0)]
)
def test_a_project_that_bounds_most_of_what_it_needs_has_chosen(bounded, expected):
    files = {
        "pyproject.toml": f"[project]\nname='shop'\ndependencies=[{bounded}]\n",
        "shop.py": "",
    }
    text = f"{HEAD}COPY . .\nRUN pip install ."
    assert len(said("unlocked-requirements", text, files)) == expected


def test_what_the_project_bounds_is_settled_too():
    names = ", ".join(f"'a{number}~=1.0'" for number in range(5))
    files = {"pyproject.toml": f"[project]\nname='shop'\ndependencies=[{names}]\n"}
    text = f"{HEAD}COPY . .\nRUN pip install ."
    rule = "unlocked-requirements"
    assert not said(rule, f"{text}\nRUN pip install gunicorn", files)
    assert said(rule, f"{text}\nRUN pip install gunicorn gevent", files)


@pytest.mark.parametrize(
    ("install", "expected"),
    [
        ("pip install gunicorn", 1),
        ("pip install -U pip && pip install gunicorn", 1),
        ("pip install -r unknown.txt && pip install gunicorn", 0),
        ("pip install gunicorn ./shop", 0),
        ("pip install -r unknown.txt && pip install gunicorn gevent", 1),
        # The image stands on it
        ("pip install -r unknown.txt && pip install torch", 1),
    ],
)
def test_one_name_beside_other_installs_is_a_small_matter(install, expected):
    assert count(install) == expected


@pytest.mark.parametrize(
    ("base", "is_matched"),
    [
        ("vllm/vllm-openai:v0.12.0", True),
        ("nvcr.io/nvidia/vllm:26.05-py3", True),
        ("quay.io/jupyter/scipy-notebook:2026-01-05", True),
        ("quay.io/jupyter/minimal-notebook:2026-01-05", False),
        ("nvcr.io/nvidia/cuda:13.0.0-base-ubuntu24.04", False),
        ("pytorchers/app:1", False),
    ],
)
def test_no_lock_is_advised_over_what_the_base_image_has_matched(base, is_matched):
    files = {"requirements.txt": "transformers\nfastapi\n"}
    for install in ("transformers fastapi openai", "-r requirements.txt"):
        text = f"FROM {base}\nCOPY . .\nRUN pip install --no-cache-dir {install}"
        (message,) = said("unlocked-requirements", text, files)
        assert message.endswith("versions that fit the base image") is is_matched
        assert not (is_matched and "newest" in message)


def test_an_image_with_constraints_holds_the_versions():
    text = "FROM nvcr.io/nvidia/pytorch:26.05-py3\nRUN pip install transformers fastapi"
    assert said("unlocked-requirements", text) == []


_EXTRAS = """[project]
name = "shop"
dependencies = ["flask"]
[project.optional-dependencies]
web-app = ["streamlit"]
"""


@pytest.mark.parametrize(
    ("lock", "advice"),
    [
        ("uv.lock", "install from uv.lock with uv sync --locked --extra web-app"),
        ("poetry.lock", "install from poetry.lock with poetry install --extra web-app"),
        ("README.md", "run pip-compile --extra web-app pyproject.toml -o locked.txt"),
    ],
)
def test_a_project_with_extras_is_installed_from_the_lock_that_is_there(lock, advice):
    text = f'{HEAD}WORKDIR /app\nCOPY pyproject.toml .\nRUN pip install ".[web-app]"\n'
    files = {"pyproject.toml": _EXTRAS, lock: "", ".dockerignore": ""}
    (message,) = said("unlocked-requirements", text, files)
    assert message == f"every build installs the newest flask and streamlit: {advice}"


def test_an_extra_that_only_a_build_names_is_not_in_the_advice():
    text = f"{HEAD}ARG EXTRAS\nWORKDIR /app\nCOPY pyproject.toml .\n"
    text += 'RUN pip install ".[${EXTRAS}]"\n'
    files = {"pyproject.toml": _EXTRAS, ".dockerignore": ""}
    (message,) = said("unlocked-requirements", text, files)
    assert message.endswith(": run pip-compile pyproject.toml -o locked.txt")


def test_what_a_file_of_the_same_command_leaves_open_is_named_too():
    text = (
        f"{HEAD}COPY requirements.txt .\nRUN pip install scrapyd -r requirements.txt\n"
    )
    files = {"requirements.txt": "Scrapy\npymongo\n", ".dockerignore": ""}
    [message] = said("unlocked-requirements", text, files)
    assert message.startswith(
        "every build installs the newest scrapyd, scrapy and pymongo:"
    )
    pinned = {"requirements.txt": "Scrapy==2.13.3\n", ".dockerignore": ""}
    [message] = said("unlocked-requirements", text, pinned)
    assert message.startswith("every build installs the newest scrapyd:")


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:2.7-slim\nRUN pip install flask",
        (
            "FROM debian:12\nRUN virtualenv --python=python2.7 e; . e/bin/activate; \\\n"
            "    pip install flask"
        ),
        "FROM ubuntu:18.04\nRUN pip2 install flask",
        "FROM ubuntu:18.04\nRUN python2.7 -m pip install flask",
    ],
)
def test_python_2_gets_no_releases(text):
    assert said("unlocked-requirements", text) == []
    newer = text.replace("2.7", "3.12").replace("pip2", "pip3")
    assert said("unlocked-requirements", newer)


@pytest.mark.parametrize("tool", ["conda", "mamba", "micromamba"])
def test_what_conda_has_installed_stays(tool):
    text = f"FROM condaforge/miniforge3:25.3.1-0\nRUN {tool} install -y numpy conda-forge::flask"
    after = f"{text}\nRUN pip install numpy flask rich httpx"
    (message,) = said("unlocked-requirements", after)
    assert message.startswith("every build installs the newest rich and httpx:")
    before = "FROM python:3.14-slim\nRUN pip install numpy flask rich httpx"
    (message,) = said("unlocked-requirements", before)
    assert "numpy, flask, rich" in message


def test_what_a_marker_keeps_from_linux_is_not_named():
    text = f"{HEAD}COPY requirements.txt .\nRUN pip install -r requirements.txt\n"
    files = {
        "requirements.txt": "flask\nrich\npywin32; sys_platform == 'win32'\n",
        ".dockerignore": "",
    }
    (message,) = said("unlocked-requirements", text, files)
    assert message.startswith("requirements.txt does not pin flask and rich:")


@pytest.mark.parametrize(
    "base", ["slimerl/sglang:v0.5", "acme/vllm-openai:1", "vllm/x:2"]
)
def test_over_an_engine_for_models_a_lock_of_elsewhere_fits_nothing(base):
    (message,) = said("unlocked-requirements", f"FROM {base}\nRUN pip install flask")
    assert message == "flask is not pinned: name versions that fit the base image"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("torch==1.4.0 torchvision=0.5.0", "torchvision=0.5.0"),
        ("'flask=3.1'", "flask=3.1"),
    ],
)
def test_one_equals_sign_is_not_a_requirement(words, text):
    (message,) = said(RULE.id, f"FROM python:3.14-slim\nRUN pip install {words}")
    assert message == f"{text} is not a requirement, so the build fails: write =="


@pytest.mark.parametrize(
    ("base", "earlier", "expected"),
    [
        ("python:3.14-slim", "true", "pip-compile"),
        ("python:3.14-slim", "pip install setuptools==80.9.0", "pip-compile"),
        ("python:3.14-slim", "pip install numpy==2.4.0", "what is installed"),
        ("continuumio/miniconda3", "conda install -y numpy=2.4.0", "what is installed"),
        ("ghcr.io/all-hands-ai/openhands:0.9", "true", "what is installed"),
        ("acme/python-base:3", "true", "pip-compile"),
        ("nvidia/cuda:12.9.1-base-ubuntu24.04", "true", "pip-compile"),
    ],
)
def test_a_lock_would_replace_what_is_installed_in_its_version(base, earlier, expected):
    text = f"FROM {base}\nRUN {earlier}\nRUN pip install pandas torch requests"
    (message,) = said(RULE.id, text)
    assert message.endswith(expected)


@pytest.mark.parametrize(
    ("image", "package", "expected"),
    [
        ("nvidia/cuda:8.0-runtime-ubuntu16.04", "python3.5-dev", 0),
        ("nvidia/cuda:8.0-runtime-ubuntu16.04", "python3-numpy", 0),
        ("nvidia/cuda:12.8.0-runtime-ubuntu24.04", "python3-numpy", 1),
        ("acme/base", "python3.5 python3-pip", 0),
        ("acme/base", "python3.5 python3.11", 1),
        ("acme/base", "python3-pip", 1),
        ("ubuntu:16.04", "python3.5", 0),
        ("ubuntu:20.04", "python3.8", 1),
    ],
)
def test_a_python_of_the_distribution_gets_no_releases_either(image, package, expected):
    text = (
        f"FROM {image}\nRUN apt-get install -y {package}\nRUN pip3 install flask pandas"
    )
    assert len(said("unlocked-requirements", text)) == expected


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("# An isolated workspace for Shop development.", 0),
        ("# A container for web development, and production", 1),
        ("# The shop.", 1),
    ],
)
def test_a_comment_at_the_top_says_what_is_worked_in(comment, count):
    text = f"{comment}\nFROM python:3.14\nRUN pip install flask\n"
    assert len(said("unlocked-requirements", text)) == count


@pytest.mark.parametrize(
    ("run", "count"),
    [("make install", 0), ("make test", 1), ("echo install", 1)],
)
def test_one_name_beside_what_make_installs_is_a_small_matter(run, count):
    text = f"{HEAD}COPY . .\nRUN pip install uvloop && {run}\n"
    assert len(said("unlocked-requirements", text)) == count


def test_for_one_name_no_lock_file_is_asked_for():
    one = said("unlocked-requirements", "FROM python:3.14-slim\nRUN pip install torch")
    assert one == ["every build installs the newest torch: pin a version"]
    (more,) = said(
        "unlocked-requirements", "FROM python:3.14-slim\nRUN pip install torch flask"
    )
    assert more.endswith("write requirements.in and run pip-compile")


@pytest.mark.parametrize(
    ("path", "more", "count"),
    [
        ("examples/flask/requirements.txt", "", 0),
        ("example/requirements.txt", "", 0),
        ("examples/flask/requirements.txt", "celery redis", 1),
        ("flask/requirements.txt", "", 1),
    ],
)
def test_what_an_example_asks_for_is_to_be_replaced(path, more, count):
    text = (
        f"FROM python:3.13-slim\nCOPY {path} requirements.txt\n"
        f"RUN pip install -r requirements.txt {more}"
    )
    files = {path: "flask\ngunicorn\nsqlalchemy\n"}
    assert len(said("unlocked-requirements", text, files)) == count
