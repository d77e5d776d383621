"""When cd-in-run reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import RULES, findings, said

from lightship.lint.engine import lint
from lightship.lint.examples import build_of

TWO = "RUN cd /app && make\nRUN cd /app && make install\n"


@pytest.mark.parametrize(
    "later",
    [
        "RUN chmod +x *.sh",
        "RUN ./configure",
        "RUN pip install -r requirements.txt",
        "RUN bin/check",
        "COPY a.py .",
        "COPY a.py b/",
        "RUN --mount=type=bind,source=uv.lock,target=uv.lock uv sync",
        'CMD ["python", "-m", "shop"]',
        'ENTRYPOINT ["./start.sh"]',
    ],
)
def test_no_workdir_is_asked_for_where_a_later_path_is_relative(later):
    assert findings("cd-in-run", f"COPY . /app\n{TWO}{later}") == []


@pytest.mark.parametrize(
    "later",
    [
        "RUN /app/configure",
        "RUN cd /app && ./configure",
        "RUN apt-get install -y git=1:2.0",
        "RUN curl -fsSL https://example.com/a/b -o /b",
        "COPY a.py /srv/",
        "WORKDIR /srv\nRUN ./configure",
        'CMD ["/app/start", "--fast"]',
    ],
)
def test_what_does_not_depend_on_the_directory_keeps_the_finding(later):
    assert findings("cd-in-run", f"COPY . /app\n{TWO}{later}") or "WORKDIR" in later


def test_workdir_is_not_asked_for_where_the_container_starts_elsewhere_on_purpose():
    text = f"WORKDIR /srv\nCOPY . /app\n{TWO}"
    assert findings("cd-in-run", text) == []
    assert findings("cd-in-run", text.replace("/srv", "/tmp/x"))
    assert findings("cd-in-run", f"{text}FROM scratch\nCOPY --from=0 /app /app")


def test_a_login_shell_may_have_left_the_working_directory():
    text = 'SHELL ["/bin/bash", "-lc"]\nWORKDIR /\nRUN cd / && ./clean && rm ./clean'
    assert findings("cd-in-run", text) == []
    assert findings("cd-in-run", text.replace("-lc", "-c"))


def test_a_comment_anywhere_in_the_stage_shows_that_cd_is_meant():
    comment = "# hadolint ignore=DL3003\n"
    text = f"FROM debian:13\nCOPY . /app\n{comment}RUN true\n{TWO}"
    build = build_of(text)
    shown = [item.rule.id for item in lint(build, [RULES["cd-in-run"]])]
    assert shown == []
    other = f"FROM debian:13 AS a\n{comment}RUN true\n{text.replace(comment, '')}"
    assert findings("cd-in-run", other)


def test_one_command_in_another_directory_needs_no_workdir():
    assert said("cd-in-run", "COPY . /app\nRUN cd /app && make") == []
    assert said("cd-in-run", "COPY . /app\nRUN cd /app && make && make install")


STYLES = "RUN cd /web && mkdir css && tailwind -o css/a.css\n"


def test_one_run_in_one_of_several_directories_needs_no_workdir():
    text = f"FROM debian:13\nCOPY web /web\n{STYLES}"
    assert said("cd-in-run", text)
    assert said("cd-in-run", text.replace("RUN", "COPY start.sh /start.sh\nRUN"))
    assert said("cd-in-run", text.replace("RUN", "COPY css /web/css\nRUN"))
    several = text.replace("RUN", "COPY gear /gear\nRUN")
    assert said("cd-in-run", several) == []
    assert said("cd-in-run", several + STYLES)


def test_of_the_directories_of_a_stage_that_of_most_run_is_told():
    text = (
        "FROM debian:13\nCOPY . /app\nRUN cd /app/bin && make && strip a\n"
        "RUN cd /app && make\nRUN cd /app/bin && rm -f test\nRUN cd /app && ./get\n"
        "RUN cd /app && ./end\n"
    )
    [message] = said("cd-in-run", text)
    assert message == "this RUN and 2 more work in /app: set it with WORKDIR"
    again = f"{text}FROM debian:13\nCOPY . /app\n{TWO}"
    assert len(said("cd-in-run", again)) == 2


LIBRARIES = (
    "RUN cd /opt/x/lib && curl -O a\nRUN cd /opt/x/lib && curl -O b && curl -O c\n"
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"FROM flink:1.20\n{LIBRARIES}", 0),
        (f"FROM example.com/x:1\n{LIBRARIES}CMD run", 0),
        (f"FROM debian:13\n{LIBRARIES}", 1),
        (
            f"FROM flink:1.20 AS build\n{LIBRARIES}FROM debian:13\nCOPY --from=build /a /",
            1,
        ),
        (f"FROM flink:1.20\nCOPY a /opt/x/lib\n{LIBRARIES}", 1),
    ],
)
def test_the_working_directory_of_a_base_image_stays(text, count):
    assert len(said("cd-in-run", text)) == count


@pytest.mark.parametrize("path", ["/app", "/app/", ".", "../app"])
def test_a_run_that_goes_where_it_is_can_go(path):
    text = f"WORKDIR /app\nRUN cd {path}\nCOPY a.py .\n"
    (finding,) = findings("cd-in-run", text)
    assert finding.message.endswith("already the working directory: remove this RUN")
    (edit,) = finding.fix.edits
    assert edit.text == ""
    assert edit.span.of(build_of(text).dockerfile.text) == f"RUN cd {path}\n"


def test_a_cd_at_the_end_that_goes_where_it_is_is_to_be_removed():
    text = "WORKDIR /app\nRUN make && cd /app\n"
    (message,) = said("cd-in-run", text)
    assert message == "/app is already the working directory: remove the cd"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "RUN git clone a\nRUN cd shop\nRUN pip install .\nRUN cd ..\n",
            ["so this and line 5 have no effect: use WORKDIR shop, .."],
        ),
        (
            "RUN cd /shop\nRUN make\nRUN cd -\n",
            ["so this and line 4 have no effect: use WORKDIR /shop"],
        ),
        (
            "RUN cd a\nRUN cd b\nRUN cd ..\nRUN cd ..\n",
            [
                "so this and line 5 have no effect: use WORKDIR a, ..",
                "so this and line 4 have no effect: use WORKDIR b, ..",
            ],
        ),
        (
            "RUN make\nRUN cd ..\n",
            ["cd ends with this RUN, so it has no effect: remove it"],
        ),
        (
            "RUN cd shop\nFROM debian:13\nRUN make\nRUN cd ..\n",
            ["use WORKDIR shop", "so it has no effect: remove it"],
        ),
    ],
)
def test_a_cd_that_goes_back_is_said_with_the_one_that_goes_in(text, messages):
    found = findings("cd-in-run", f"FROM debian:13\n{text}")
    assert len(found) == len(messages)
    for finding, message in zip(found, messages, strict=True):
        assert finding.message.endswith(message)
    backward = [
        item for item in found if ".." in item.message or "line" in item.message
    ]
    assert all(item.fix is None for item in backward)


def test_a_script_that_no_shell_takes_is_left_as_it_is():
    text = "FROM debian:13\nWORKDIR /app\nRUN bash -c 'cd /app && {}make'"
    assert said("cd-in-run", text.format(""))
    assert said("cd-in-run", text.format("&& ")) == []
