"""Changes of ENV."""

from __future__ import annotations

from cache.change import change

OTHERS = ("classic", "buildah")
STEPS = "FROM base\nRUN echo a\nCOPY app.py /\nRUN echo b\n"
ENVS = "FROM base\nENV A=1\nENV B=2\nCOPY app.py /\nRUN echo a\nRUN echo b\n"
TAG = "ARG TAG=1\nFROM base:$TAG\nRUN echo a\n"


CHANGES = (
    change(
        "env-inserted-first",
        "the first RUN and what follows",
        ("FROM base\n", "FROM base\nENV A=1\n"),
        dockerfile=STEPS,
        also=OTHERS,
    ),
    change(
        "env-inserted-before-copy",
        "COPY has no environment",
        ("COPY", "ENV A=1\nCOPY"),
        dockerfile=STEPS,
        also=OTHERS,
    ),
    change(
        "env-appended",
        "no RUN follows",
        ("RUN echo b\n", "RUN echo b\nENV A=1\n"),
        dockerfile=STEPS,
    ),
    change("env-removed", "as a new one", ("ENV B=2\n", ""), dockerfile=ENVS),
    change(
        "env-value",
        "every RUN behind it, used or not",
        ("A=1", "A=2"),
        dockerfile=ENVS,
        also=OTHERS,
    ),
    change(
        "env-value-used-by-the-last-alone",
        "every RUN behind it",
        ("A=1", "A=2"),
        dockerfile=ENVS.replace("echo b", "echo $A"),
    ),
    change("env-quoted", "quotes go", ("A=1", 'A="1"'), dockerfile=ENVS),
    change("env-legacy", "the same value", ("ENV A=1", "ENV A 1"), dockerfile=ENVS),
    change(
        "env-merged",
        "the same environment",
        ("ENV A=1\nENV B=2", "ENV A=1 B=2"),
        dockerfile=ENVS,
    ),
    change(
        "env-swapped",
        "the order of variables is in the key",
        ("ENV A=1\nENV B=2", "ENV B=2\nENV A=1"),
        dockerfile=ENVS,
    ),
    change(
        "env-swapped-in-one",
        "the order of variables is in the key",
        ("A=1 B=2", "B=2 A=1"),
        dockerfile="FROM base\nENV A=1 B=2\nRUN echo a\n",
    ),
    change(
        "env-set-again",
        "it is the last one now: the order is in the key",
        ("COPY", "ENV A=1\nCOPY"),
        dockerfile=ENVS,
    ),
    change(
        "last-env-set-again",
        "the same environment",
        ("COPY", "ENV B=2\nCOPY"),
        dockerfile=ENVS,
    ),
    change(
        "env-set-again-behind-a-run",
        "as env-set-again",
        ("RUN echo b", "ENV A=1\nRUN echo b"),
        dockerfile=ENVS,
    ),
    change(
        "env-overwritten",
        "no RUN sees the first value",
        ("A=0", "A=9"),
        dockerfile=ENVS.replace("ENV A=1", "ENV A=0\nENV A=1"),
    ),
    change(
        "env-empty", "empty is not unset", ("ENV A=1\n", "ENV A=\n"), dockerfile=ENVS
    ),
    change(
        "env-empty-instead-of-none",
        "empty is not unset",
        ("ENV A=1\n", "ENV A=1 C=\n"),
        dockerfile=ENVS,
    ),
    change("env-blank-at-the-end", "trimmed", ("A=1\n", "A=1  \n"), dockerfile=ENVS),
    change(
        "env-blanks-inside",
        "the value",
        ("'x y'", "'x  y'"),
        dockerfile=ENVS.replace("A=1", "A='x y'"),
    ),
    change(
        "env-escaped",
        "the same value",
        ("'x y'", "x\\ y"),
        dockerfile=ENVS.replace("A=1", "A='x y'"),
    ),
    change(
        "env-of-env",
        "what it expands to",
        ("A=1", "A=2"),
        dockerfile="FROM base\nENV A=1\nENV B=$A\nENV A=0\nRUN echo a\n",
    ),
    change(
        "env-of-env-equal",
        "what it expands to",
        ("B=1", "B=$A"),
        dockerfile="FROM base\nENV A=1\nENV B=1\nRUN echo a\n",
    ),
    change(
        "env-path",
        "the base image's value goes in",
        ("COPY", "ENV PATH=/x:$PATH\nCOPY"),
        dockerfile=STEPS,
    ),
    change(
        "env-in-a-copy",
        "it expands into the operand",
        ("A=src/a.txt", "A=src/b.txt"),
        dockerfile="FROM base\nENV A=src/a.txt\nCOPY $A /\nRUN echo a\n",
    ),
    change(
        "env-in-a-copy-equal",
        "the COPY is the same, the RUN not",
        ("A=/x", "A=/x/"),
        dockerfile="FROM base\nENV A=/x\nCOPY app.py $A/y/\nRUN echo a\n",
    ),
    change(
        "env-in-a-workdir",
        "it expands",
        ("A=/x", "A=/y"),
        dockerfile="FROM base\nENV A=/x\nWORKDIR $A\nCOPY app.py .\n",
    ),
    change(
        "env-in-a-user",
        "it expands, and is an environment",
        ("A=1000", "A=1001"),
        dockerfile="FROM base\nENV A=1000\nUSER $A\nCOPY app.py /\nRUN echo a\n",
    ),
    change(
        "run-with-another-spelling-of-a-variable",
        "a RUN is not expanded",
        ("$A", "${A}"),
        dockerfile="FROM base\nENV A=1\nRUN echo $A\n",
    ),
    change(
        "env-behind-copy",
        "COPY and the RUN before it hit",
        ("COPY app.py /\n", "COPY app.py /\nENV C=1\n"),
        dockerfile=STEPS,
    ),
    change(
        "env-in-one-instruction",
        "what stood before that instruction counts",
        ("ENV A=2 B=$A", "ENV A=2\nENV B=$A"),
        dockerfile="FROM base\nENV A=1\nENV A=2 B=$A\nRUN echo a\n",
    ),
    change(
        "env-with-a-default",
        "what it expands to",
        ("${A:-1}", "${B:-1}"),
        dockerfile="FROM base\nENV C=${A:-1}\nRUN echo a\n",
    ),
    change(
        "env-with-an-alternative",
        "what it expands to",
        ("${A:+1}", "${A:+2}"),
        dockerfile="FROM base\nENV A=0\nENV C=${A:+1}\nRUN echo a\n",
    ),
    change(
        "env-with-a-dollar",
        "it is escaped",
        ("\\$A", "$A"),
        dockerfile="FROM base\nENV A=1\nENV C=\\$A\nRUN echo a\n",
    ),
    change(
        "env-in-single-quotes",
        "they keep it",
        ("'$A'", '"$A"'),
        dockerfile="FROM base\nENV A=1\nENV C='$A'\nRUN echo a\n",
    ),
    change(
        "env-name-in-another-case",
        "names are exact",
        ("ENV A=1", "ENV a=1"),
        dockerfile=ENVS,
    ),
    change(
        "env-in-a-copied-heredoc",
        "its body is expanded",
        ("A=1", "A=2"),
        dockerfile="FROM base\nENV A=1\nCOPY <<EOF /x\n$A\nEOF\nCOPY app.py /\n",
    ),
)
