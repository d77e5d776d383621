"""Rules about builds that must fail are silent wherever the build may succeed after all."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.lint.rule import Rule

RULES: dict[str, Rule] = {rule.id: rule.rule for rule in all_rules()}


def messages(rule: str, text: str, files: Mapping[str, str] | None = None) -> list[str]:
    build = build_of(text, files)
    return [finding.message for finding in RULES[rule].check(build)]


PIP = "RUN apt-get update && apt-get install -y python3-pip\n"
TRIXIE = f"FROM debian:13-slim\n{PIP}"
FLASK = "RUN pip3 install flask\n"


@pytest.mark.parametrize(
    "text",
    [
        # Another Python, or one that is not guarded
        f"FROM ubuntu:22.04\n{PIP}{FLASK}",
        f"FROM debian:bullseye-slim\n{PIP}{FLASK}",
        f"FROM alpine:3.18\nRUN apk add py3-pip\n{FLASK}",
        f"FROM python:3.14-slim\n{PIP}{FLASK}",
        f"FROM example.com/ubuntu:24.04\n{PIP}{FLASK}",
        f"FROM debian:13-slim@sha256:{'a' * 64}\n{PIP}{FLASK}",
        f"{TRIXIE}COPY --from=python:3.14-slim /usr/local /usr/local\n{FLASK}",
        f"{TRIXIE}COPY --from=python:3.14-slim / /\n{FLASK}",
        f"{TRIXIE}RUN curl https://pyenv.run | bash\n{FLASK}",
        f"{TRIXIE}RUN ./install-python.sh\n{FLASK}",
        f"{TRIXIE}RUN ./configure && make altinstall\n{FLASK}",
        # The guard is lifted
        f"{TRIXIE}RUN pip3 install --break-system-packages flask",
        f"{TRIXIE}ENV PIP_BREAK_SYSTEM_PACKAGES=1\n{FLASK}",
        f"{TRIXIE}RUN PIP_BREAK_SYSTEM_PACKAGES=1 pip3 install flask\n",
        f"{TRIXIE}RUN rm /usr/lib/python3.*/EXTERNALLY-MANAGED\n{FLASK}",
        f"{TRIXIE}RUN pip config set global.break-system-packages true\n{FLASK}",
        f"{TRIXIE}COPY pip.conf /etc/pip.conf\n{FLASK}",
        # Another environment
        f"{TRIXIE}RUN python3 -m venv /venv && /venv/bin/pip install flask",
        f"{TRIXIE}RUN python3 -m venv /venv\nENV PATH=/venv/bin:$PATH\n{FLASK}",
        f"{TRIXIE}RUN python3 -m venv /v && . /v/bin/activate && pip install flask",
        f"{TRIXIE}RUN uv pip install flask",
        f"{TRIXIE}RUN pip3 install --target /app flask",
        f"{TRIXIE}RUN pip3 install --prefix=/install flask",
        f"{TRIXIE}RUN pip3 install --root /image flask",
        f"{TRIXIE}RUN pip3 install --dry-run flask",
        f"{TRIXIE}RUN pip3 download flask",
        # The failure is provided for, or the command is not run
        f"{TRIXIE}RUN pip3 install flask || apt-get install -y python3-flask",
        f"{TRIXIE}RUN pip3 install flask || true",
        f'{TRIXIE}RUN if [ -n "$DEV" ]; then pip3 install flask; fi',
        f'{TRIXIE}RUN [ -z "$DEV" ] || pip3 install flask',
        f"{TRIXIE}RUN test -e /dev && pip3 install flask",
        f"{TRIXIE}ONBUILD {FLASK}",
        f"{TRIXIE}{FLASK}FROM debian:13-slim\n",
    ],
)
def test_pip_may_install(text: str) -> None:
    assert not messages("externally-managed-install", text)
