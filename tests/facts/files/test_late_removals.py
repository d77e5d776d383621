"""What a later layer removes, and an earlier one keeps."""

from __future__ import annotations

import pytest

from lightship.facts.files.late_removals import late_removals
from tests.made import build

REMOVED = [
    ("COPY a.zip /tmp/\nRUN unzip /tmp/a.zip && rm /tmp/a.zip", ["/tmp/a.zip"]),
    ("COPY a.zip b.zip /tmp/\nRUN load && rm -rf /tmp/*", ["/tmp/a.zip", "/tmp/b.zip"]),
    ("COPY a.zip /tmp/\nRUN if load; then rm /tmp/a.zip; fi", []),
    ("RUN wget https://example.com/a.zip; rm a.zip\nRUN rm -f a.zip", []),
    (
        "WORKDIR /x\nRUN curl -LO https://example.com/$V.zip\nRUN cd / && rm x/$V.zip",
        ["/x/$V.zip"],
    ),
    ("RUN git clone https://example.com/a.git && make -C a\nRUN rm -rf a", ["/a"]),
    ("RUN git clone https://example.com/a.git /src/b\nRUN rm -rf /src", ["/src/b"]),
    ("RUN wget https://example.com/a.sh\nRUN sh a.sh && rm a.sh", []),
    (
        "RUN wget https://example.com/example-keyring.deb\nRUN dpkg -i *.deb && rm *.deb",
        [],
    ),
    ("ADD a.tar.gz /opt/\nRUN rm /opt/a.tar.gz", []),
    (
        "RUN apt-get install -y gcc git\nRUN apt-get remove -y git && apt-get purge -y gcc",
        ["git", "gcc"],
    ),
    ("RUN apt-get install -y gcc && make && apt-get purge -y gcc", []),
    ("RUN apk add --virtual .build gcc\nRUN apk del .build", [".build"]),
    ("ARG DEPS\nRUN apt-get install -y $DEPS\nRUN apt-get purge -y $DEPS", ["$DEPS"]),
    ("RUN apt-get install -y gcc\nRUN apk del gcc", []),
]


@pytest.mark.parametrize(("text", "names"), REMOVED)
def test_what_is_removed_too_late(text, names):
    assert [
        name
        for each in late_removals(build(f"FROM debian\n{text}"))
        for name in each.names
    ] == names


def test_what_made_it_and_what_removes_it_are_told():
    made = build("FROM debian\nCOPY data.zip /tmp/\nRUN rm /tmp/data.zip")
    [leftover] = late_removals(made)
    assert (leftover.kind, leftover.maker.keyword) == ("copy", "COPY")
    assert leftover.span.of(made.dockerfile.text) == "/tmp/data.zip"


@pytest.mark.parametrize(
    ("text", "kind", "much"),
    [
        ("ADD https://example.com/a.zip /\nRUN rm /a.zip", "url", True),
        ("COPY data /data\nRUN rm -r /data", "copy", False),
        ("RUN apt-get install -y gcc\nRUN apt-get purge -y gcc", "packages", True),
        ("RUN apt-get install -y vim\nRUN apt-get purge -y vim", "packages", False),
    ],
)
def test_what_is_worth_a_word(text, kind, much):
    [leftover] = late_removals(build(f"FROM debian\n{text}"))
    assert (leftover.kind, leftover.much) == (kind, much)


def test_a_mount_is_no_layer():
    text = "COPY a.zip /tmp/\nRUN --mount=type=tmpfs,target=/tmp rm -rf /tmp/a.zip"
    assert late_removals(build(f"FROM debian\n{text}")) == ()
