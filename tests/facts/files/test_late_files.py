"""Files that a later layer removes."""

from __future__ import annotations

import pytest

from lightship.facts.files.late_files import late_files
from tests.made import build

_FETCH = "wget -O /t/a.zip https://example.com/a.zip"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("COPY a.zip /tmp/\nRUN unzip /tmp/a.zip && rm /tmp/a.zip", ["/tmp/a.zip"]),
        (
            "COPY a.zip b.zip /tmp/\nRUN load && rm -rf /tmp/*",
            ["/tmp/a.zip", "/tmp/b.zip"],
        ),
        ("COPY a.zip /tmp/\nRUN if load; then rm /tmp/a.zip; fi", []),
        (f"RUN if arm; then {_FETCH} && rm /t/a.zip; fi\nRUN rm -rf /t/*", []),
        (f"RUN {_FETCH}; if a; then rm /t/a.zip; fi\nRUN rm /t/*", ["/t/a.zip"]),
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
        ("COPY dist/a-$V-py3-none-any.whl /\nRUN rm /*.whl", []),
        ("COPY --from=b /src/dist/a*.whl /a/\nRUN load && rm /a/*.whl", []),
        ("COPY --from=b /wheels/*.whl /a/\nRUN load && rm /a/*.whl", ["/a/*.whl"]),
    ],
)
def test_what_is_removed_too_late(text, names):
    leftovers = late_files(build(f"FROM debian\n{text}"))
    assert [name for leftover in leftovers for name in leftover.names] == names


def test_a_mount_is_no_layer():
    text = "COPY a.zip /tmp/\nRUN --mount=type=tmpfs,target=/tmp rm -rf /tmp/a.zip"
    assert list(late_files(build(f"FROM debian\n{text}"))) == []
