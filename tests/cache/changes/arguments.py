"""Changes of ARG and build arguments."""

from __future__ import annotations

from cache.change import change

OTHERS = ("classic", "buildah")
STEPS = "FROM base\nRUN echo a\nCOPY app.py /\nRUN echo b\n"
DECLARED = "FROM base\nCOPY requirements.txt /\nARG V=1\nCOPY app.py /\nRUN echo a\nRUN echo b\n"
GLOBAL = "ARG V=1\nFROM base\nRUN echo a\nARG V\nRUN echo b\n"
TAG = "ARG TAG=1\nFROM base:$TAG\nRUN echo a\n"
PROXY = "FROM base\nARG {}\nRUN echo a\n"


def given(before: dict[str, str], after: dict[str, str]):
    """Build arguments of the two builds."""
    return (before, after)


CHANGES = (
    change(
        "arg-default-unused",
        "every RUN behind it",
        ("V=1", "V=2"),
        dockerfile=DECLARED,
        also=OTHERS,
    ),
    change(
        "arg-inserted",
        "with a default, every RUN behind it",
        ("ARG V=1", "ARG V=1\nARG W=1"),
        dockerfile=DECLARED,
    ),
    change(
        "arg-inserted-without-a-value",
        "no value, no environment",
        ("ARG V=1", "ARG V=1\nARG W"),
        dockerfile=DECLARED,
    ),
    change(
        "arg-removed", "every RUN behind it", ("ARG V=1\n", ""), dockerfile=DECLARED
    ),
    change(
        "arg-renamed",
        "names are in the environment",
        ("ARG V=1", "ARG W=1"),
        dockerfile=DECLARED,
    ),
    change(
        "arg-behind-all",
        "no RUN follows",
        ("V=1", "V=2"),
        dockerfile="FROM base\nRUN echo a\nARG V=1\nLABEL v=$V\n",
    ),
    change(
        "arg-in-a-label",
        "every RUN behind it",
        ("V=1", "V=2"),
        dockerfile="FROM base\nARG V=1\nLABEL v=$V\nRUN echo a\n",
    ),
    change(
        "arg-moved-down",
        "the RUN that it no longer stands before",
        (
            "ARG V=1\nCOPY app.py /\nRUN echo a\n",
            "COPY app.py /\nRUN echo a\nARG V=1\n",
        ),
        dockerfile=DECLARED,
    ),
    change(
        "args-swapped",
        "the order of variables is in the key",
        ("V=1\nARG W=2", "W=2\nARG V=1"),
        dockerfile="FROM base\nARG V=1\nARG W=2\nRUN echo a\n",
    ),
    change(
        "args-on-one-line",
        "the same",
        ("V=1\nARG W=2", "V=1 W=2"),
        dockerfile="FROM base\nARG V=1\nARG W=2\nRUN echo a\n",
    ),
    change(
        "arg-given",
        "every RUN behind it",
        args=given({}, {"V": "2"}),
        dockerfile=DECLARED,
        also=OTHERS,
    ),
    change(
        "arg-given-as-default",
        "the same value",
        args=given({}, {"V": "1"}),
        dockerfile=DECLARED,
    ),
    change(
        "arg-given-empty",
        "empty is a value",
        args=given({}, {"V": ""}),
        dockerfile=DECLARED,
    ),
    change(
        "arg-given-undeclared",
        "nobody asks for it",
        args=given({}, {"W": "2"}),
        dockerfile=DECLARED,
        also=["classic"],
    ),
    change(
        "arg-given-to-no-default",
        "it has a value now",
        args=given({}, {"V": "2"}),
        dockerfile=DECLARED.replace("V=1", "V"),
    ),
    change(
        "arg-given-again",
        "every RUN behind it",
        args=given({"V": "2"}, {"V": "3"}),
        dockerfile=DECLARED,
    ),
    change(
        "arg-default-under-a-given-one",
        "the default counts no more",
        ("V=1", "V=2"),
        args=given({"V": "7"}, {"V": "7"}),
        dockerfile=DECLARED,
    ),
    change(
        "arg-empty-instead-of-none",
        "empty is a value",
        ("ARG V\n", "ARG V=\n"),
        dockerfile=DECLARED.replace("V=1", "V"),
    ),
    change(
        "arg-in-env",
        "by the value",
        args=given({"V": "2"}, {"V": "3"}),
        dockerfile="FROM base\nARG V\nENV A=$V\nRUN echo a\n",
    ),
    change(
        "arg-hidden-by-env",
        "ENV wins",
        ("V=1", "V=2"),
        dockerfile="FROM base\nARG V=1\nENV V=7\nRUN echo a\n",
    ),
    change(
        "arg-behind-its-env",
        "RUN has what was set last, and that is ARG",
        args=given({"V": "2"}, {"V": "3"}),
        dockerfile="FROM base\nENV V=7\nARG V=1\nRUN echo $V\n",
    ),
    change(
        "arg-default-by-expansion",
        "what it expands to",
        ("-1}", "-2}"),
        dockerfile="FROM base\nARG V\nENV A=${V:-1}\nRUN echo a\n",
    ),
    change(
        "arg-in-a-copy",
        "it expands into the operand",
        args=given({"V": "a"}, {"V": "b"}),
        dockerfile="FROM base\nARG V\nCOPY src/$V.txt /\nRUN echo a\n",
    ),
    change(
        "arg-of-the-second-declaration",
        "RUNs before it do not see it",
        ("ARG V=2", "ARG V=3"),
        dockerfile="FROM base\nARG V=1\nRUN echo a\nARG V=2\nRUN echo b\n",
    ),
    change(
        "arg-declared-again",
        "the same value",
        ("RUN echo b", "ARG V=1\nRUN echo b"),
        dockerfile=DECLARED,
    ),
    change(
        "global-arg-declared",
        "where it is declared again",
        ("ARG V=1", "ARG V=2"),
        dockerfile=GLOBAL,
    ),
    change(
        "global-arg-given",
        "where it is declared again",
        args=given({}, {"V": "2"}),
        dockerfile=GLOBAL,
    ),
    change(
        "global-arg-not-declared",
        "no stage sees it",
        ("ARG V=1", "ARG V=2"),
        dockerfile="ARG V=1\nFROM base\nRUN echo a\n",
        also=["classic"],
    ),
    change(
        "global-arg-inserted",
        "no stage sees it",
        ("FROM base", "ARG W=1\nFROM base"),
        dockerfile="ARG V=1\nFROM base\nRUN echo a\n",
    ),
    change(
        "global-arg-in-from",
        "another base image",
        args=given({}, {"TAG": "2"}),
        dockerfile=TAG,
        also=["classic"],
    ),
    change(
        "global-arg-in-from-same-image",
        "another name of the image",
        ("TAG=1", "TAG=same"),
        dockerfile=TAG,
        beyond="that two tags are one image",
    ),
    change(
        "global-arg-in-from-default",
        "another base image",
        ("TAG=1", "TAG=2"),
        dockerfile=TAG,
    ),
    change(
        "global-arg-in-from-and-stage",
        "a default of its own in the stage",
        ("ARG TAG=x", "ARG TAG=y"),
        dockerfile="ARG TAG=1\nFROM base:$TAG\nARG TAG=x\nRUN echo a\n",
    ),
    change(
        "proxy-given-undeclared",
        "a proxy is in no key",
        args=given({}, {"HTTP_PROXY": "http://p.test:1"}),
        dockerfile=STEPS,
    ),
    change(
        "proxy-given-undeclared-lower-case",
        "a proxy is in no key",
        args=given({}, {"no_proxy": "a.test"}),
        dockerfile=STEPS,
    ),
    change(
        "proxy-given-declared",
        "as any other",
        args=given({}, {"HTTP_PROXY": "http://p.test:1"}),
        dockerfile=PROXY.format("HTTP_PROXY"),
    ),
    change(
        "epoch-given-undeclared",
        "no layer of it",
        args=given({}, {"SOURCE_DATE_EPOCH": "1700000000"}),
        dockerfile=STEPS,
    ),
    change(
        "epoch-given-declared",
        "as any other",
        args=given({}, {"SOURCE_DATE_EPOCH": "1700000000"}),
        dockerfile=PROXY.format("SOURCE_DATE_EPOCH"),
    ),
    change(
        "inline-cache-given",
        "BuildKit's own",
        args=given({}, {"BUILDKIT_INLINE_CACHE": "1"}),
        dockerfile=STEPS,
    ),
    change(
        "platform-arg-declared",
        "it has a value",
        ("RUN echo b", "ARG TARGETARCH\nRUN echo b"),
        dockerfile=STEPS,
    ),
    change(
        "platform-arg-declared-with-a-default",
        "the platform's value counts",
        ("TARGETOS\n", "TARGETOS=linux\n"),
        dockerfile=PROXY.format("TARGETOS"),
    ),
    change(
        "platform-arg-given",
        "over its own value",
        args=given({}, {"TARGETARCH": "none"}),
        dockerfile=PROXY.format("TARGETARCH"),
    ),
    change(
        "stage-name-arg-declared",
        "TARGETSTAGE has no value in this frontend",
        ("RUN echo b", "ARG TARGETSTAGE\nRUN echo b"),
        dockerfile=STEPS,
        beyond="newer frontends give it a value",
    ),
    change(
        "arg-changed-and-reverted",
        "the cache keeps both",
        ("V=1", "V=2"),
        dockerfile=DECLARED,
        revert=True,
    ),
    change(
        "arg-in-an-owner",
        "it expands into the flag",
        args=given({}, {"V": "2"}),
        dockerfile="FROM base\nARG V=1\nCOPY --chown=$V app.py /\n",
    ),
    change(
        "arg-in-a-mode",
        "this frontend drops it",
        args=given({}, {"V": "600"}),
        dockerfile="FROM base\nARG V=644\nCOPY --chmod=$V app.py /\n",
        beyond="newer frontends expand it",
    ),
    change(
        "arg-in-a-cache-id",
        "which id is not in the key, but the environment is",
        args=given({}, {"V": "2"}),
        dockerfile="FROM base\nARG V=1\nRUN --mount=type=cache,id=$V,target=/c echo a\n",
    ),
    change(
        "global-arg-under-a-default-of-the-stage",
        "the stage has its own",
        ("ARG V=1", "ARG V=3"),
        dockerfile="ARG V=1\nFROM base\nARG V=2\nRUN echo a\n",
    ),
    change(
        "arg-and-env-swapped",
        "the order of variables is in the key",
        ("ARG A=1\nENV B=2", "ENV B=2\nARG A=1"),
        dockerfile="FROM base\nARG A=1\nENV B=2\nRUN echo a\n",
    ),
    change(
        "env-instead-of-arg",
        "the same environment",
        ("ARG V", "ENV V"),
        dockerfile=DECLARED,
    ),
    change(
        "arg-expanded-in-a-heredoc",
        "COPY's body is expanded",
        args=given({}, {"V": "2"}),
        dockerfile="FROM base\nARG V=1\nCOPY <<EOF /x\n$V\nEOF\nCOPY app.py /\n",
    ),
    change(
        "arg-in-a-workdir-equal",
        "it expands to the same",
        ("V=app", "V=app/"),
        dockerfile="FROM base\nARG V=app\nWORKDIR /$V\nCOPY app.py .\n",
    ),
    change(
        "arg-in-from-of-a-stage",
        "another stage",
        args=given({}, {"V": "two"}),
        dockerfile="ARG V=one\nFROM base AS one\nRUN echo 1\nFROM base AS two\nRUN echo 2\nFROM $V\nCOPY app.py /\n",
    ),
)
