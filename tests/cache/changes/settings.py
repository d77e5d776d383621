"""Changes of FROM, USER, SHELL, WORKDIR, and of what is in the image's config alone."""

from __future__ import annotations

from cache.change import Change, change

OTHERS = ("classic", "buildah")
STEPS = "FROM base\nCOPY app.py /\nRUN echo a\n"
WORK = "FROM base\nWORKDIR /app\nCOPY app.py .\nRUN echo a\n"


def inserted(instruction: str, *also: str) -> Change:
    """An instruction right behind FROM that makes no layer."""
    keyword = instruction.partition(" ")[0].lower()
    return change(
        f"{keyword}-inserted",
        "config alone",
        ("base\n", f"base\n{instruction}\n"),
        dockerfile=STEPS,
        also=also,
    )


def options(name: str, why: str, before: str, after: str) -> Change:
    """Options of the command that are no part of a Build."""
    beyond = "an option of the command that a Build does not know"
    return change(
        name,
        why,
        dockerfile=STEPS,
        options=(before.split(), after.split()),
        beyond=beyond,
    )


CHANGES = (
    inserted("LABEL a=b", *OTHERS),
    inserted("EXPOSE 80", *OTHERS),
    inserted('CMD ["x"]', "classic"),
    inserted('ENTRYPOINT ["x"]'),
    inserted("HEALTHCHECK NONE"),
    inserted("STOPSIGNAL SIGINT"),
    inserted("VOLUME /data"),
    inserted("MAINTAINER someone"),
    inserted("ONBUILD RUN echo triggered"),
    change(
        "label-value",
        "config alone",
        ("a=b", "a=c"),
        dockerfile="FROM base\nLABEL a=b\nRUN echo a\n",
        also=OTHERS,
    ),
    change(
        "label-removed",
        "config alone",
        ("LABEL a=b\n", ""),
        dockerfile="FROM base\nLABEL a=b\nRUN echo a\n",
    ),
    change(
        "cmd-appended",
        "config alone",
        ("echo a\n", 'echo a\nCMD ["x"]\n'),
        dockerfile=STEPS,
        also=OTHERS,
    ),
    change("user-inserted", "RUN alone", ("COPY", "USER 1000\nCOPY"), dockerfile=STEPS),
    change(
        "user-root-inserted",
        "not the same as none",
        ("RUN", "USER root\nRUN"),
        dockerfile=STEPS,
    ),
    change(
        "user-zero-for-root",
        "as written",
        ("root", "0"),
        dockerfile="FROM base\nUSER root\nRUN echo a\n",
    ),
    change(
        "user-with-its-group",
        "as written",
        ("USER app", "USER app:app"),
        dockerfile="FROM base\nUSER app\nRUN echo a\n",
    ),
    change(
        "user-set-again",
        "the same",
        ("RUN", "USER app\nRUN"),
        dockerfile="FROM base\nUSER app\nRUN echo a\n",
    ),
    change(
        "user-appended",
        "config alone",
        ("echo a\n", "echo a\nUSER 1000\n"),
        dockerfile=STEPS,
    ),
    change(
        "user-before-copy-alone",
        "COPY has no user",
        ("COPY", "USER 1000\nCOPY"),
        dockerfile="FROM base\nCOPY app.py /\n",
    ),
    change(
        "user-before-workdir",
        "the directory is the user's",
        ("WORKDIR", "USER 1000\nWORKDIR"),
        dockerfile="FROM base\nWORKDIR /app\nCOPY app.py .\n",
    ),
    change(
        "user-by-name-before-workdir",
        "the directory is the user's",
        ("USER 1000", "USER app"),
        dockerfile="FROM base\nUSER 1000\nWORKDIR /app\nCOPY app.py .\n",
    ),
    change(
        "shell-inserted",
        "RUN alone",
        ("COPY", 'SHELL ["/bin/sh", "-ec"]\nCOPY'),
        dockerfile=STEPS,
    ),
    change(
        "shell-as-it-was",
        "the same words",
        ("COPY", 'SHELL ["/bin/sh", "-c"]\nCOPY'),
        dockerfile=STEPS,
    ),
    change(
        "shell-of-exec-form",
        "no shell in it",
        ("COPY", 'SHELL ["/bin/sh", "-ec"]\nCOPY'),
        dockerfile='FROM base\nCOPY app.py /\nRUN ["echo", "a"]\n',
    ),
    change(
        "shell-of-heredoc",
        "the body is its argument",
        ("COPY", 'SHELL ["/bin/sh", "-ec"]\nCOPY'),
        dockerfile="FROM base\nCOPY app.py /\nRUN <<EOF\necho a\nEOF\n",
    ),
    change("workdir", "all behind it", ("/app", "/srv"), dockerfile=WORK, also=OTHERS),
    change(
        "workdir-with-a-slash",
        "the same directory, but RUN has the text",
        ("/app", "/app/"),
        dockerfile=WORK,
    ),
    change(
        "workdir-not-clean",
        "the same directory, but RUN has the text",
        ("/app", "/x/../app"),
        dockerfile=WORK,
    ),
    change(
        "workdir-relative",
        "the same path",
        ("WORKDIR /app", "WORKDIR app"),
        dockerfile=WORK,
    ),
    change(
        "workdir-in-two-steps",
        "one directory more",
        ("WORKDIR /a/b", "WORKDIR /a\nWORKDIR b"),
        dockerfile="FROM base\nWORKDIR /a/b\nCOPY app.py .\nRUN echo a\n",
    ),
    change(
        "workdir-set-again",
        "a step more",
        ("RUN", "WORKDIR /app\nRUN"),
        dockerfile=WORK,
    ),
    change(
        "workdir-root-inserted",
        "no step, and where RUN is anyway",
        ("COPY", "WORKDIR /\nCOPY"),
        dockerfile=STEPS,
    ),
    change(
        "workdir-root-before-workdir",
        "it is relative to none",
        ("WORKDIR /app", "WORKDIR /\nWORKDIR /app"),
        dockerfile=WORK,
    ),
    change(
        "workdir-behind-all",
        "a step more",
        ("echo a\n", "echo a\nWORKDIR /srv\n"),
        dockerfile=STEPS,
    ),
    change(
        "workdir-before-absolute-copy",
        "COPY has another parent",
        ("WORKDIR /app", "WORKDIR /srv"),
        dockerfile="FROM base\nWORKDIR /app\nCOPY app.py /x/\n",
    ),
    change("workdir-quoted", "quotes go", ("/app", '"/app"'), dockerfile=WORK),
    change(
        "workdir-with-an-empty-variable",
        "it expands to the same",
        ("/app", "/app$NOTHING"),
        dockerfile=WORK,
    ),
    change(
        "from-another-image", "all", ("base", "base:2"), dockerfile=STEPS, also=OTHERS
    ),
    change(
        "from-spelled-out",
        "the same image",
        ("FROM base", "FROM docker.io/library/base:latest"),
        dockerfile=STEPS,
    ),
    change(
        "from-named",
        "names are in no key",
        ("FROM base", "FROM base AS app"),
        dockerfile=STEPS,
    ),
    change(
        "from-with-the-platform-that-it-is",
        "the same",
        ("FROM base", "FROM --platform=linux/amd64 base"),
        dockerfile=STEPS,
        beyond="which platform this machine is",
    ),
    change(
        "from-scratch-instead",
        "another start",
        ("FROM base", "FROM scratch"),
        dockerfile="FROM base\nCOPY app.py /\n",
    ),
    change(
        "run-without-network",
        "the network mode",
        ("RUN echo", "RUN --network=none echo"),
        dockerfile=STEPS,
    ),
    change(
        "run-with-the-default-network",
        "the same",
        ("RUN echo", "RUN --network=default echo"),
        dockerfile=STEPS,
    ),
    change(
        "run-with-the-hosts-network",
        "the network mode",
        ("--network=none", "--network=host"),
        dockerfile="FROM base\nCOPY app.py /\nRUN --network=none echo a\n",
        options=(["--allow", "network.host"],) * 2,
    ),
    options("label-option", "config alone", "", "--label a=b"),
    options("add-host", "names are in the key", "", "--add-host x.test:10.0.0.1"),
    options(
        "add-host-with-another-address",
        "addresses are not",
        "--add-host x.test:10.0.0.1",
        "--add-host x.test:10.0.0.2",
    ),
    options("shm-size", "in the key", "", "--shm-size 128m"),
    options("ulimit", "in the key", "", "--ulimit nofile=1024"),
    options("network-option", "in the key of every RUN", "", "--network none"),
    options("no-cache", "nothing is asked of the cache", "", "--no-cache"),
    options("tag", "not the cache's matter", "", "--tag app:1"),
    change(
        "onbuild-of-a-stage",
        "the trigger is a step of the second stage",
        ("echo t", "echo u"),
        dockerfile="FROM base AS one\nONBUILD RUN echo t\nRUN echo a\nFROM one\nRUN echo b\n",
    ),
    change(
        "onbuild-copy-of-a-stage",
        "the trigger takes the file",
        put={"app.py": "print(2)\n"},
        dockerfile="FROM base AS one\nONBUILD COPY app.py /\nRUN echo a\nFROM one\nRUN echo b\n",
    ),
    change(
        "onbuild-inserted-in-a-stage",
        "the second stage has one step more",
        ("ONBUILD", "ONBUILD COPY app.py /\nONBUILD"),
        dockerfile="FROM base AS one\nONBUILD RUN echo t\nRUN echo a\nFROM one\nRUN echo b\n",
    ),
)
