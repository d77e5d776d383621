"""A small program with the Dockerfile that people write, and stand-ins for its base images that are made in seconds.

`pip` and the tools for users are scripts in the bases: pip waits, as it does while it downloads, and leaves a cache.
"""

from __future__ import annotations

from pathlib import Path

from engine.busybox import base_of, busybox_of
from engine.engine_process import Engine

SECONDS = 8  # that pip takes
PIP = f"""\
#!/bin/sh -e
sleep {SECONDS}
mkdir -p /usr/local/lib/packages /root/.cache/pip
head -c 5000000 /dev/zero > /usr/local/lib/packages/installed
case "$*" in *--no-cache-dir*) ;; *) head -c 9000000 /dev/zero > /root/.cache/pip/wheels ;; esac
"""
GROUPADD = """\
#!/bin/sh -e
echo "app:x:10001:" >> /etc/group
"""
USERADD = """\
#!/bin/sh -e
echo "app:x:10001:10001::/home/app:/bin/sh" >> /etc/passwd
mkdir -p /home/app
"""
SLIM = """\
FROM debian
COPY --from=base /bin/ /usr/bin/
COPY --from=base /etc/passwd /etc/group /etc/
COPY --chmod=755 pip groupadd useradd /usr/local/bin/
RUN ln -s /usr/bin/python3 /usr/local/bin/python
"""
FULL = "FROM python:3.13-slim\nRUN mkdir -p /usr/lib/gcc && head -c 90000000 /dev/zero > /usr/lib/gcc/cc1\n"
DOCKERFILE = """\
FROM python:3.13
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
EXPOSE 8000
CMD python main.py
"""
MAIN = """\
import signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
listening = socket.create_server(("0.0.0.0", 8000))
while True:
    connection, _ = listening.accept()
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello")
    connection.close()
"""


def provide(docker: Engine, debian: Path, folder: Path) -> None:
    """See that the engine has `base`, `debian`, `python:3.13` and `python:3.13-slim`."""
    (folder / "base.tar").write_bytes(base_of(busybox_of(debian), "x"))
    docker.docker("import", str(folder / "base.tar"), "base")
    docker.docker("import", str(debian), "debian")
    for name, text in (("pip", PIP), ("groupadd", GROUPADD), ("useradd", USERADD)):
        (folder / name).write_text(text, encoding="utf-8")
    for name, text in (("python:3.13-slim", SLIM), ("python:3.13", FULL)):
        (folder / "Dockerfile").write_text(text, encoding="utf-8")
        docker.build(folder, name)


def project(folder: Path) -> Path:
    """The program, as it lies on a developer's machine."""
    files = {
        "Dockerfile": DOCKERFILE,
        "main.py": MAIN,
        "requirements.txt": "fastapi==0.115.6\n",
    }
    files |= {
        ".git/HEAD": "ref: refs/heads/main\n",
        ".venv/lib/left_over.py": "x = 1\n" * 200_000,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
