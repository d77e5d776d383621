"""Changes of a Dockerfile's text: some are none."""

from __future__ import annotations

from cache.change import DOCKERFILE, change

RUN = "RUN cat requirements.txt\n"
LONG = "FROM base\nRUN echo a && \\\n    echo b\nRUN echo c\n"
HEREDOC = "FROM base\nRUN <<EOF\necho a\necho b\nEOF\nRUN echo c\n"
COPIED = "FROM base\nENV V=1\nCOPY <<EOF /x\nv is $V\nEOF\nCOPY app.py /\n"
SEVERAL = "FROM base\nRUN echo a\nRUN echo b\nRUN echo c\n"
OTHERS = ("classic", "buildah")


def run(name: str, why: str, text: str):
    """Another spelling of the first RUN."""
    return change(name, why, (RUN, text))


CHANGES = (
    change("comment", "no instruction", (RUN, f"# a comment\n\n{RUN}"), also=OTHERS),
    change("blank-lines", "no instruction", ("FROM base\n", "\n\nFROM base\n\n")),
    change(
        "keywords-in-lower-case",
        "BuildKit upper-cases them",
        ("FROM", "from"),
        ("WORKDIR", "workdir"),
        ("COPY req", "Copy req"),
        (RUN, RUN.replace("RUN", "run")),
        also=OTHERS,
    ),
    run("run-with-blanks-before", "trimmed", "RUN    cat requirements.txt\n"),
    run("run-with-a-tab-before", "trimmed", "RUN\tcat requirements.txt\n"),
    run("run-indented", "trimmed", "  RUN cat requirements.txt\n"),
    run("run-with-blanks-behind", "trimmed", "RUN cat requirements.txt  \n"),
    run(
        "run-with-blanks-inside",
        "the command's text is the key",
        "RUN cat  requirements.txt\n",
    ),
    run("run-continued", "joined to the same text", "RUN cat \\\nrequirements.txt\n"),
    run(
        "run-continued-and-indented",
        "one blank more or less",
        "RUN cat \\\n  requirements.txt\n",
    ),
    run(
        "run-continued-with-a-comment",
        "comments go",
        "RUN cat \\\n# why\nrequirements.txt\n",
    ),
    run(
        "run-continued-over-an-empty-line",
        "empty lines go",
        "RUN cat \\\n\nrequirements.txt\n",
    ),
    run("run-quoted", "quotes are the shell's", "RUN cat 'requirements.txt'\n"),
    run(
        "run-with-a-shell-comment",
        "text of the command",
        "RUN cat requirements.txt # why\n",
    ),
    run(
        "run-in-exec-form-equal",
        "the same words after wrapping",
        'RUN ["/bin/sh", "-c", "cat requirements.txt"]\n',
    ),
    run("run-in-exec-form", "other words", 'RUN ["cat", "requirements.txt"]\n'),
    run("run-with-another-command", "the command", "RUN cat ./requirements.txt\n"),
    run("run-fails", "it fails, and nothing follows", "RUN cat nothing\n"),
    change(
        "exec-form-respaced",
        "JSON is read",
        ('["cat", "/a"]', '[ "cat" , "/a" ]'),
        dockerfile='FROM base\nRUN echo 1 > /a\nRUN ["cat", "/a"]\n',
    ),
    change(
        "exec-form-escaped",
        "JSON is read",
        ('["cat", "/a"]', '["cat", "/\\u0061"]'),
        dockerfile='FROM base\nRUN echo 1 > /a\nRUN ["cat", "/a"]\n',
    ),
    change(
        "exec-form-broken",
        "single quotes are no JSON: a shell command",
        ('["cat", "/a"]', "['cat', '/a']"),
        dockerfile='FROM base\nRUN echo 1 > /a\nRUN ["cat", "/a"]\n',
    ),
    change(
        "continuation-removed",
        "the blanks of the indentation stay",
        ("&& \\\n    echo", "&& echo"),
        dockerfile=LONG,
    ),
    change(
        "continuation-removed-with-its-blanks",
        "the same text",
        ("&& \\\n    echo", "&&     echo"),
        dockerfile=LONG,
    ),
    change(
        "continuation-indented-otherwise",
        "blanks of the command",
        ("\n    echo", "\n  echo"),
        dockerfile=LONG,
    ),
    change(
        "continuation-with-a-comment",
        "comments go",
        ("\\\n", "\\\n    # why\n"),
        dockerfile=LONG,
    ),
    change(
        "escape-directive", "nothing is escaped", ("FROM base", "# escape=`\nFROM base")
    ),
    change(
        "escape-directive-and-continuation",
        "the same text",
        ("FROM base", "# escape=`\nFROM base"),
        ("\\\n", "`\n"),
        dockerfile=LONG,
    ),
    change("check-directive", "no step", ("FROM base", "# check=skip=all\nFROM base")),
    change("byte-order-mark", "dropped", ("FROM base", "\ufeffFROM base")),
    change(
        "line-ends-of-windows",
        "a line's CR goes",
        *((f"{line}\n", f"{line}\r\n") for line in DOCKERFILE.splitlines()),
    ),
    change(
        "line-ends-of-windows-in-continuations",
        "a line's CR goes",
        ("&& \\\n", "&& \\\r\n"),
        dockerfile=LONG,
    ),
    change("no-last-line-end", "trimmed", ("RUN cat app.py\n", "RUN cat app.py")),
    change(
        "heredoc-instead-of-a-command",
        "other words",
        (RUN, "RUN <<EOF\ncat requirements.txt\nEOF\n"),
    ),
    change(
        "heredoc-with-another-delimiter",
        "not in the key",
        ("RUN <<EOF", "RUN <<END"),
        ("b\nEOF", "b\nEND"),
        dockerfile=HEREDOC,
    ),
    change(
        "heredoc-quoted",
        "BuildKit expands no RUN anyway",
        ("<<EOF", "<<'EOF'"),
        dockerfile=HEREDOC,
    ),
    change(
        "heredoc-body",
        "the body is the command",
        ("echo b", "echo  b"),
        dockerfile=HEREDOC,
    ),
    change(
        "heredoc-comment",
        "a comment of the shell",
        ("echo b", "# why\necho b"),
        dockerfile=HEREDOC,
    ),
    change(
        "heredoc-chomped",
        "tabs go",
        ("<<EOF", "<<-EOF"),
        ("echo a", "\techo a"),
        dockerfile=HEREDOC,
    ),
    change(
        "heredoc-behind-a-command",
        "its words and its body",
        ("$V", "$V!"),
        dockerfile="FROM base\nENV V=1\nRUN cat <<EOF > /x\nv is $V\nEOF\nRUN echo c\n",
    ),
    change(
        "heredoc-behind-a-command-renamed",
        "the shell reads the delimiter",
        ("<<EOF", "<<END"),
        ("V\nEOF", "V\nEND"),
        dockerfile="FROM base\nENV V=1\nRUN cat <<EOF > /x\nv is $V\nEOF\nRUN echo c\n",
    ),
    change(
        "heredoc-with-an-interpreter",
        "the first line says who runs it",
        ("#!/bin/sh", "#!/bin/sh -e"),
        dockerfile="FROM base\nRUN <<EOF\n#!/bin/sh\necho a\nEOF\n",
    ),
    change(
        "copied-heredoc-variable",
        "the body is expanded",
        ("V=1", "V=2"),
        dockerfile=COPIED,
    ),
    change(
        "copied-heredoc-quoted", "another body", ("<<EOF", "<<'EOF'"), dockerfile=COPIED
    ),
    change(
        "copied-quoted-heredoc-variable",
        "the body is not expanded",
        ("V=1", "V=2"),
        dockerfile=COPIED.replace("<<EOF", "<<'EOF'"),
    ),
    change("copied-heredoc-body", "the body", ("v is", "v  is"), dockerfile=COPIED),
    change(
        "copied-heredoc-with-another-delimiter",
        "it is the name of the file",
        ("<<EOF", "<<END"),
        ("V\nEOF", "V\nEND"),
        dockerfile=COPIED,
    ),
    change(
        "step-inserted-first",
        "all that follow",
        ("WORKDIR", "RUN echo new\nWORKDIR"),
        also=OTHERS,
    ),
    change(
        "step-inserted-in-the-middle",
        "it, and what follows",
        ("COPY . .", "RUN echo new\nCOPY . ."),
        also=OTHERS,
    ),
    change(
        "step-appended",
        "it alone",
        ("RUN cat app.py\n", "RUN cat app.py\nRUN echo new\n"),
        also=OTHERS,
    ),
    change(
        "step-removed-at-the-end",
        "the rest hits",
        ("RUN cat app.py\n", ""),
        also=OTHERS,
    ),
    change(
        "step-removed-in-the-middle",
        "what follows has another parent",
        ("RUN echo b\n", ""),
        dockerfile=SEVERAL,
    ),
    change(
        "steps-swapped",
        "both, and what follows",
        ("RUN echo a\nRUN echo b", "RUN echo b\nRUN echo a"),
        dockerfile=SEVERAL,
        also=OTHERS,
    ),
    change(
        "steps-merged",
        "another command",
        ("a\nRUN echo b", "a && echo b"),
        dockerfile=SEVERAL,
    ),
    change(
        "step-repeated",
        "the second has another parent",
        ("RUN echo b\n", "RUN echo b\nRUN echo b\n"),
        dockerfile=SEVERAL,
    ),
    change(
        "step-changed-and-reverted",
        "the cache keeps both",
        ("echo a", "echo x"),
        dockerfile=SEVERAL,
        revert=True,
    ),
    change(
        "steps-of-both-builds",
        "a middle step was built on this parent",
        ("RUN echo b\nRUN echo c\n", "RUN echo c\nRUN echo b\n"),
        dockerfile=SEVERAL,
        revert=True,
    ),
    change(
        "copied-heredocs-one-changed",
        "either",
        ("two", "three"),
        dockerfile="FROM base\nCOPY <<A <<B /x/\none\nA\ntwo\nB\nCOPY app.py /\n",
    ),
    change(
        "copied-heredoc-mode",
        "a mode",
        ("COPY <<EOF", "COPY --chmod=600 <<EOF"),
        dockerfile=COPIED,
    ),
    change(
        "copied-heredoc-chomped",
        "tabs go",
        ("COPY <<EOF", "COPY <<-EOF"),
        ("v is", "\tv is"),
        dockerfile=COPIED,
    ),
    change(
        "run-heredoc-of-two",
        "its words and its bodies",
        ("two", "three"),
        dockerfile="FROM base\nRUN cat <<A - <<B\none\nA\ntwo\nB\n",
    ),
    change(
        "onbuild-keyword-in-lower-case",
        "config alone",
        ("ONBUILD RUN", "onbuild run"),
        dockerfile="FROM base\nONBUILD RUN echo t\nRUN echo a\n",
    ),
)
