"""Packages for development whose programs and modules have other names than they."""

from __future__ import annotations

from collections.abc import Iterable

# Packages whose programs have other names
_PROGRAMS = {
    "django-extensions": ("runserver_plus", "shell_plus"),
    "fastapi-cli": ("fastapi",),
    "fastapi-cloud-cli": ("fastapi",),
    "httpie": ("http", "https"),
    "invoke": ("invoke", "inv"),
    "jupyterlab": ("jupyter", "jupyter-lab"),
    "mkdocs-material": ("mkdocs",),
    "notebook": ("jupyter",),
    "pip-tools": ("pip-compile", "pip-sync"),
    "poethepoet": ("poe",),
    "pytest": ("pytest", "py.test", "manage.py test"),
    "pytest-django": ("pytest", "manage.py test"),
    "python-dotenv": ("dotenv",),
    "robotframework": ("robot",),
    "sphinx": ("sphinx-build", "sphinx-autobuild"),
    "watchdog": ("watchmedo",),
}
# Packages whose modules have other names
_MODULES = {
    "beautifulsoup4": "bs4",
    "django-debug-toolbar": "debug_toolbar",
    "factory-boy": "factory",
    "gitpython": "git",
    "ipython": "IPython",
    "pillow": "PIL",
    "psycopg2-binary": "psycopg2",
    "python-dateutil": "dateutil",
    "python-dotenv": "dotenv",
    "pyyaml": "yaml",
    "scikit-learn": "sklearn",
}
# What is installed for work where the names are not known
FOR_WORK = tuple(
    """alembic bandit behave black coverage debugpy django-debug-toolbar django-extensions
    factory-boy faker flake8 freezegun honcho invoke ipdb ipython isort jupyterlab mkdocs mypy nox
    pdm-dev pip-tools poethepoet pre-commit pylint pyright pytest pytest-django robotframework ruff
    sphinx tox watchdog""".split()
)
"""Those that are installed where a group's own are not known."""


def programs_of(packages: Iterable[str]) -> set[str]:
    """The programs that packages bring."""
    programs: set[str] = set()
    for package in packages:
        programs.update(_PROGRAMS.get(package, (package,)))
    return programs


def modules_of(packages: Iterable[str]) -> set[str]:
    """The modules that packages bring."""
    names = set(packages)
    return {_MODULES.get(name, name.replace("-", "_")) for name in names}
