"""When destination-without-slash reports something, and when it is silent."""

from __future__ import annotations

from judged import said


def test_the_classic_builder_is_not_spoken_of_where_it_cannot_build():
    text = "WORKDIR /app\nCOPY a b /app"
    files = {"a": "", "b": ""}
    assert said("destination-without-slash", text, files)
    for line in (
        "RUN --mount=type=cache,target=/x true",
        "COPY --link a /",
        "RUN <<E\nE",
    ):
        assert said("destination-without-slash", f"{text}\n{line}", files) == []
