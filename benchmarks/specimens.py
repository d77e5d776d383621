"""Dockerfiles for measuring: 300 that differ in length and in what they do, the same ones each time."""

from __future__ import annotations

import random
from pathlib import Path

COUNT = 300
BASES = [
    "debian:bookworm",
    "python:3.12-slim",
    "ubuntu:22.04",
    "alpine:3.20",
    "node:20",
    "golang:1.22",
    "ubuntu",
]
HEADS = [
    'LABEL maintainer="someone@example.com"\n',
    "ENV LANG C.UTF-8\n",
    "ARG VERSION=1.4.2\n",
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n',
    "WORKDIR /srv\n",
    "# What the image is for\n",
]
STEPS = [  # each as people write it: long lines and all
    "RUN apt-get update && apt-get install -y curl git \\\n    build-essential \\\n    # for the checks\n    libpq-dev\n",
    "RUN apt-get update\nRUN apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*\n",
    'RUN set -eux; \\\n    for key in a b c; do \\\n        gpg --recv-keys "$key" || exit 1; \\\n    done; \\\n    rm -rf /tmp/*\n',
    "RUN curl -fsSL https://example.com/tool-${VERSION}.tar.gz | tar xz -C /opt && ln -s /opt/tool /usr/local/bin/tool\n",
    'RUN if [ "$(uname -m)" = x86_64 ]; then export A=amd64; else export A=arm64; fi && echo $A > /etc/arch\n',
    "RUN apk add --no-cache bash curl && adduser -D -u 1000 app\n",
    "RUN pip install -r requirements.txt\n",
    "RUN cd /usr/src && make -j$(nproc) && make install && cd / && rm -rf /usr/src\n",
    "RUN wget -q https://example.com/a.zip && unzip a.zip && rm a.zip\n",
    "COPY requirements.txt .\n",
    "COPY . /app\n",
    "ADD entrypoint.sh /usr/local/bin/\n",
    "ENV PATH=/opt/tool/bin:$PATH TOOL_HOME=/opt/tool\n",
    "RUN <<EOF\nset -e\nnpm ci\nnpm run build -- --mode production\nnpm cache clean --force\nEOF\n",
    "RUN useradd --create-home app && chown -R app /srv\n",
    "RUN --mount=type=cache,target=/root/.cache/pip pip install flask gunicorn\n",
]
TAILS = [
    "EXPOSE 8080\n",
    "USER app\n",
    "VOLUME /data\n",
    'CMD ["python", "-m", "app"]\n',
    "CMD ./run.sh --port 8080\n",
]


def specimen(random_: random.Random) -> str:
    """One Dockerfile, of one to three stages."""
    parts = []
    for stage in range(random_.choice([1, 1, 1, 2, 3])):
        parts.append(f"FROM {random_.choice(BASES)} AS stage{stage}\n")
        parts += random_.sample(HEADS, random_.randint(0, 4))
        parts += random_.choices(STEPS, k=random_.randint(2, 12))
    return "".join(parts + random_.sample(TAILS, random_.randint(1, 4)))


def write_specimens(folder: Path) -> Path:
    """Write them all into `folder`, each in a directory of its own; gives the folder back."""
    random_ = random.Random(22)
    for number in range(COUNT):
        place = folder / f"{number:03}"
        place.mkdir()
        (place / "Dockerfile").write_text(specimen(random_), encoding="utf-8")
    return folder
