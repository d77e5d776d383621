"""A RUN goes above a COPY only where the image stays as it is."""

from __future__ import annotations

import pytest
from cache.pasts import build_of

from lightship.cache.advice.reordering import moves
from lightship.cache.plan.make_plan import make_plan
from lightship.dockerfile.parse import parse

INSTALL = "RUN apt-get update && apt-get install -y git"


def moved(text: str) -> list[str]:
    build = build_of(text, {})
    return [
        move.text
        for move in moves(build, {step.line: 1 for step in make_plan(build).steps})
    ]


MOVED = {
    "past one": (
        f"FROM debian\nCOPY . /app\n{INSTALL}\nCMD true\n",
        f"FROM debian\n{INSTALL}\nCOPY . /app\nCMD true\n",
    ),
    "past two, and what makes no layer": (
        f"FROM debian\nCOPY a /a\nLABEL a=b\nCOPY b /b\nEXPOSE 80\n{INSTALL}\n",
        f"FROM debian\n{INSTALL}\nCOPY a /a\nLABEL a=b\nCOPY b /b\nEXPOSE 80\n",
    ),
    "its comments go along": (
        f"FROM debian\n# ours\nCOPY . /app\n# tools\n# of all\n{INSTALL}\n",
        f"FROM debian\n# tools\n# of all\n{INSTALL}\n# ours\nCOPY . /app\n",
    ),
    "a last line without an end": (
        f"FROM debian\nCOPY . /app\n{INSTALL}",
        f"FROM debian\n{INSTALL}\nCOPY . /app\n",
    ),
    "lines that end in CRLF": (
        f"FROM debian\r\nCOPY . /app\r\n{INSTALL}\r\nCMD true\r\n",
        f"FROM debian\r\n{INSTALL}\r\nCOPY . /app\r\nCMD true\r\n",
    ),
    "a heredoc": (
        "FROM debian\nCOPY . /app\nRUN <<EOF\napt-get update\napt-get install -y git\nEOF\nCMD true\n",
        "FROM debian\nRUN <<EOF\napt-get update\napt-get install -y git\nEOF\nCOPY . /app\nCMD true\n",
    ),
    "a heredoc at the end": (
        "FROM debian\nCOPY . /app\nRUN <<EOF\napt-get install -y git\nEOF",
        "FROM debian\nRUN <<EOF\napt-get install -y git\nEOF\nCOPY . /app\n",
    ),
    "a long one": (
        "FROM debian\nCOPY . /app\nRUN apt-get update \\\n # why\n && apt-get install -y git\n\nCMD true\n",
        "FROM debian\nRUN apt-get update \\\n # why\n && apt-get install -y git\nCOPY . /app\n\nCMD true\n",
    ),
    "a cache mount": (
        "FROM debian\nCOPY . /app\nRUN --mount=type=cache,target=/var/cache/apt apt-get install -y git\n",
        "FROM debian\nRUN --mount=type=cache,target=/var/cache/apt apt-get install -y git\nCOPY . /app\n",
    ),
    "pip, which looks for nothing where it runs": (
        "FROM python\nWORKDIR /app\nCOPY . .\nRUN pip install flask\n",
        "FROM python\nWORKDIR /app\nRUN pip install flask\nCOPY . .\n",
    ),
    "an owner by number": (
        "FROM debian\nCOPY --chown=1000:1000 . /app\nRUN useradd app\n",
        "FROM debian\nRUN useradd app\nCOPY --chown=1000:1000 . /app\n",
    ),
    "as far as the user": (
        f"FROM debian\nCOPY a /a\nUSER root\nCOPY b /b\n{INSTALL}\n",
        f"FROM debian\nCOPY a /a\nUSER root\n{INSTALL}\nCOPY b /b\n",
    ),
}


@pytest.mark.parametrize("name", MOVED)
def test_it_moves(name):
    before, after = MOVED[name]
    assert moved(before) == [after]
    assert sorted(parse(before).text.split()) == sorted(after.split())


STAYS = {
    "it reads what is copied": "FROM python\nWORKDIR /app\nCOPY a.txt .\nRUN pip install -r a.txt\n",
    "it reads the directory": "FROM python\nWORKDIR /app\nCOPY . .\nRUN pip install .\n",
    "it writes there": "FROM debian\nCOPY bin /usr/bin\nRUN apt-get install -y git\n",
    "it writes over what is copied": "FROM debian\nCOPY a /etc/a.conf\nRUN echo b > /etc/a.conf\n",
    "it makes the directory": "FROM debian\nCOPY a /data/a\nRUN mkdir -p /data && chmod 700 /data\n",
    "a variable between": f"FROM debian\nCOPY . /app\nENV A=1\n{INSTALL}\n",
    "an argument between": f"FROM debian\nCOPY . /app\nARG A=1\n{INSTALL}\n",
    "another user between": f"FROM debian\nCOPY . /app\nUSER app\n{INSTALL}\n",
    "another directory between": f"FROM debian\nCOPY . /app\nWORKDIR /app\n{INSTALL}\n",
    "another shell between": f'FROM debian\nCOPY . /app\nSHELL ["/bin/bash", "-c"]\n{INSTALL}\n',
    "another RUN between": f"FROM debian\nCOPY . /app\nRUN make -C /app\n{INSTALL}\n",
    "a trigger": f"FROM debian\nCOPY . /app\nONBUILD {INSTALL}\n",
    "a bind mount": "FROM debian\nCOPY . /app\nRUN --mount=type=bind,target=/b apt-get install -y git\n",
    "a command that is not known": "FROM debian\nCOPY . /app\nRUN frobnicate\n",
    "one of its commands is not known": f"FROM debian\nCOPY . /app\n{INSTALL} && frobnicate\n",
    "a script that is copied": "FROM debian\nCOPY setup.sh /\nRUN /setup.sh\n",
    "sources of packages": f"FROM debian\nCOPY a.list /etc/apt/sources.list.d/\n{INSTALL}\n",
    "keys of packages": f"FROM debian\nCOPY a.gpg /usr/share/keyrings/\n{INSTALL}\n",
    "all of the root": f"FROM debian\nCOPY root /\n{INSTALL}\n",
    "settings of pip": "FROM python\nCOPY pip.conf /etc/pip.conf\nRUN pip install flask\n",
    "settings of pip at home": "FROM python\nCOPY pip.conf /root/.config/pip/pip.conf\nRUN pip install flask\n",
    "settings of npm": "FROM node\nCOPY .npmrc /root/.npmrc\nRUN npm install -g typescript\n",
    "settings of npm where it runs": "FROM node\nWORKDIR /app\nCOPY . .\nRUN npm install -g typescript\n",
    "settings of uv where it runs": "FROM python\nWORKDIR /app\nCOPY . .\nRUN uv pip install --system flask\n",
    "a home of its own": "FROM python\nCOPY . /home/app\nRUN pip install flask\n",
    "certificates": "FROM debian\nCOPY ca.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates\n",
    "it takes away what is copied": "FROM debian\nCOPY . /app\nRUN rm -rf /app/tests\n",
    "it changes the mode of it": "FROM debian\nCOPY . /app\nRUN chmod +x /app/run\n",
    "it changes the owner of all": "FROM debian\nCOPY . /app\nRUN chown -R app /app\n",
    "it takes a link to it": "FROM debian\nCOPY . /app\nRUN ln -s /app/run /usr/bin/run\n",
    "it looks everywhere": "FROM debian\nCOPY . /app\nRUN find / -name '*.pyc' -delete\n",
    "it sends it": "FROM debian\nCOPY . /app\nRUN curl -F file=@/app/a https://example.com\n",
    "it goes there": "FROM debian\nCOPY . /app\nRUN cd /app && apt-get install -y git\n",
    "a user that COPY names": "FROM debian\nCOPY --chown=app . /app\nRUN useradd app\n",
    "nothing is copied": f"FROM debian\n{INSTALL}\n",
}


@pytest.mark.parametrize("name", STAYS)
def test_it_stays(name):
    assert moved(STAYS[name]) == []


def test_what_is_never_rebuilt_stays():
    build = build_of(f"FROM debian\nCOPY . /app\n{INSTALL}\n", {})
    assert list(moves(build, {})) == []
