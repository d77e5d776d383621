"""A tree with the names that people give, and awkward ones; and ignore files for it, line after line."""

from __future__ import annotations

PLAIN = """
README.md readme.MD main.py setup.cfg .env .env.example .dockerignore Dockerfile #notes !keep x y x] [x [id].tsx a.c
aXc a{b,c} a|b $home ^caret (paren) plus+ dot. -dash ~ star* q? back\\slash café cafe\u0301 日本.txt 1 22 a1 A
tests/t.py src/app.py src/app_test.py src/README.md src/.env src/pkg/__init__.py src/pkg/mod.py src/pkg/mod.pyc
src/pkg/deep/er/x.py src/pkg/deep/er/y/z.c src/pkg/data/1.json src/pkg/data/22.json src/pkg/data/a1.json
src/tests/data/x src/docs/index.md docs/index.md docs/img/logo.png docs/img/raw/logo.psd docs/api/v1/x.md
docs/api/v2/x.md docs/api/v2/y.txt docs/sub/y.md node_modules/left/index.js node_modules/.bin/tool
web/node_modules/right/index.js web/app/[id]/page.tsx web/x web/x.d/y Build/Out.o build/out.o build/cache/k
a/b/c/d/e/f/g/h a/b/c2 a/b2/c a/x/b aa/b ab/c zb/y/b .git/HEAD .git/objects/aa/bb dir\\f/g é/é/f .cache/.tmp/f
""".split()
AWKWARD = (
    " padded ",
    "a b.txt",
    "line\nend",
    "byte\udcff",
    "byte\ufffd",
    "dir with space/f",
    "line\nend.d/f",
    "byte\udcff.d/f",
)
FILES = (*PLAIN, *AWKWARD, "\ufeffbom", "docs/\u00a0", "docs/a\nb/c")
EMPTY = ("empty", "src/empty", "docs/empty/more", "a/b/none", "left/out/here")
LINKS = {
    "link": "src/app.py",
    "link-dir": "docs",
    "src/up": "../docs",
    "docs/dangling": "nowhere",
    "a/b/self": "self",
}

ACCEPTED = (
    "",
    "\n\n  \n",
    # spelled in other ways
    *("docs", "/docs", "./docs", "docs/", "//docs//", "a/../docs", "docs/.", "  docs\t", "docs\r\nsrc\r"),
    "\u00a0docs\u3000",
    *("# docs", " #notes", "#notes", "\\#notes", "docs # and this", "\ufeffdocs", "x\n\ufeffbom", "\ufeff#notes"),
    *("x\n\ufeff**app.py", "x\n\ufeff*.py", "x\n\ufeffbo?"),
    "\\!keep",
    *(".", "/", "./", "..", "../docs", "docs/..", "docs/../..", "/../docs", "a/./b//c2"),
    *("docs\n!docs/", "docs\n! docs/img", "docs\n!/docs/img/", "docs\n!./docs/img", "docs\n!docs/../src", "!!keep"),
    "!keep\n!!keep",
    "!keep\nx\n\\!keep",
    # stars and what they stop at
    *("*", "**", "*/*", "*/*/*", "**/*", "**/", "/**", "**/**", "*/**", "**/*/*", "***", "****", "*.md", "**/*.md"),
    *("**.md", "d*s"),
    *("docs/*", "docs/**", "docs/**/*", "docs/*/**", "docs/**/x.md", "docs/**/v?/x.md", "docs**", "docs**/x.md"),
    *("**docs", "**/docs"),
    *("a/**/b", "a/**/**/b", "a**b", "a**", "a/b**", "**b", "**/b", "**/b/**", "*a*", "*a*b*", "a*/b", "**/a*/*b"),
    *("?", "??", "?/**"),
    *("**/node_modules", "node_modules", "*/node_modules", "**/.*", ".*", "**/*.py[co]", "**/*_test.*"),
    *("**/deep/**/z.c", "**/*/empty"),
    *("**/**/x.md", "**/docs/**/*.md", "docs/i*/l*.p?[gd]", "*\\*", "*?", "?*", "*/", "b*/**/k", "**/d*/**/r*/**"),
    "src/**/data/**/2*",
    # classes, and what Go makes of them
    *("[xy]", "[!x]", "[^x]", "[^/x]", "[x-z]*", "[a\\-]*", "[a\\-z]*", "[[]x", "x]", "[\\]x]", "[.-0]env"),
    "a[+-9]b",
    *("docs[/]img", "docs[^a]img", "**/[0-9]*", "[[:alpha:]]", "[[:digit:]]*", "[\\d]*", "[^[:alpha:]]*", "[é]*"),
    *("caf[é]", "[日]*"),
    *("**/[id]", "**/\\[id\\]", "web/app/\\[id\\]/page.tsx", "\\[id\\].tsx", "[[]id]*", "web/**/[[]id[]]"),
    # what its expressions let through
    *("a{b,c}", "a{b,c}*", "a|b", "a|b*", "x|y?", "1{1}?", "2{2}*", "2{0,1}*", "$home", "$hom?", "^caret"),
    *("^care?", "(paren)*", "plus+*"),
    *("a.c", "a.?", "dot.*", "\\d*", "\\w*", "\\bdocs*", "*\\b", "\\Qdocs*", "\\pL*", "back\\\\slash", "back\\\\*"),
    *("back\\slas?", "dir\\\\f/*"),
    *("star\\*", "q\\?", "\\a.c", "\\s*", "\\x61/b", "\\.env", "\\.env*", "a\\.c", "~*", "-dash", "-*"),
    # letters and bytes
    *("A", "readme.md", "README.MD", "[Rr]eadme.*", "café", "caf?", "caf??", "cafe\u0301", "é/**", "**/é/f"),
    *("日本.txt", "??.txt"),
    *("byte\udcff", "byte?", "byte\ufffd", "byt*\ufffd", "byte[\udcff]", "byte\udcff*", "byte\udcff.d"),
    *("byte*.d/f", "**byte\udcff"),
    *("line?end", "line*", "**/f", "**end", "line?end.d/**", "line*/**", "**/line*", "docs/**/c", "docs/a*"),
    *("**/*b/c", "*\\nend", "docs/\u00a0"),
    *("a b.txt", "dir with space", "dir*space/f", " padded ", "* *", "?padded?", "**/a?b"),
    # links are files; nothing is looked for behind them
    *("link", "link-dir", "link-dir/index.md", "link*", "src/up", "src/up/index.md", "docs/dangling", "**/self"),
    "docs\n!link-dir/index.md",
    # taking back in
    *("*\n!src", "*\n!src/app.py", "*\n!src/*.py", "*\n!src/**/*.py", "**\n!src/app.py", "**\n!**/*.py"),
    *("**/*\n!docs/**", "*\n!*/*.py"),
    *("docs\n!docs/img", "docs\n!docs/img/raw/logo.psd", "docs\n!docs/api/v2/*", "docs\n!docs/*", "docs\n!docs/**"),
    "docs/**\n!docs/api",
    *("docs\n!docs/*/**", "a\n!a/*/**", "a\n!a/*/**\n!*.none", "a\n!a/b/*/**", "a\n!a/**/**", "a\n!a/*/*"),
    *("a\n!a/**/*", "*/*\n!a/*/**"),
    *("docs\n!docs/api\ndocs/api/v1", "docs\n!docs/api\ndocs/api/v1\n!docs/api/v1/x.md", "docs\n!docs\ndocs"),
    *("!docs\ndocs", "!docs/img\ndocs"),
    *("**/*.md\n!README.md", "**/*.md\n!docs", "**/*.md\n!**/index.md\ndocs", "*.md\n!README*.md\nREADME.md"),
    "docs/*\n!docs/img/raw",
    *("zb\n!x|y/b", "zb\n!x|y/*", "zb\n!x|y/b*", "a\n!a/b/none", "left\n!left/out/here", "empty\n!empty/not"),
    *("**\n!left/out/here", "**\n!empty"),
    *("src\n!src/empty", "src\n!src/pkg/deep/er/y\nsrc/pkg/deep/er/y/z.c", "**/data\n!**/data/1.json"),
    *("**/x*\n!web/**", "*\n!a/b/self", "*\n!*"),
    *("*\n!docs/img/../api", "build\n!Build", "b*\n!build/cache\n**/k", "src/*\n!src/pkg\n**/*.json\n!**/1.json"),
    "*\n!*.md\n!src/",
    *("Dockerfile\n.dockerignore", "*\n!Dockerfile", ".git\n**/.env\n!**/.env.example", "**/.env*\n!.env.example"),
    *("!src\n!docs", "!**"),
    # never tried, so that nobody sees that they do not compile
    *("![z-a]", "!src\\public\ndocs", "!a/*/[a", "!z*\\", "é\nsrc/a\tb"),
)  # fmt: skip
REFUSED = (
    *("!", " ! ", "!/", "x\n!\ny", "[", "a[", "a[b", "[]", "[]a", "[a-]", "[-a]", "[x-", "docs/[", "**/["),
    *("docs\\", "[\\", "[^]", "![", "!a[", "!*[", "!*a[b", "a*[b"),
    *("[z-a]", "**/[z-a]*", "src\\public", "\\y*", "a{2}{3}*", "*\\8", "x[[:none:]]", "\\p{Zz}*", "[a-]*", "[]]x"),
    *("x[]]", "src/a\tb", "a\x7f", "a{1001}*", "\\x{110000}*", "docs\n![z-a]"),
    "x\n" + "y" * 65536,
)  # fmt: skip
