from __future__ import annotations

import pytest
from click.testing import CliRunner

from lightship.cli import cli
from lightship.config import find_config


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty directory, which is the current one."""
    monkeypatch.chdir(tmp_path)
    find_config.config_for.cache_clear()
    return tmp_path


@pytest.fixture
def no_credentials(monkeypatch, tmp_path):
    """A home without anybody's credentials for registries."""
    for name in ("DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))


@pytest.fixture
def run(project):
    """Run a command as a shell would; the result has exit_code, stdout and stderr."""

    def run(
        *args: str, stdin: str | bytes | None = None, env: dict[str, str] | None = None
    ):
        find_config.config_for.cache_clear()
        result = CliRunner().invoke(
            cli, list(args), input=stdin, env=env, prog_name="lightship"
        )
        if result.exception is not None and not isinstance(
            result.exception, SystemExit
        ):
            raise result.exception
        return result

    return run
