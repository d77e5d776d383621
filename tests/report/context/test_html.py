"""What the page of a build context holds: sums that add up, and nothing of a name that is more than text."""

from __future__ import annotations

from contexts import report_of
from hypothesis import given
from hypothesis import strategies as st
from report.image.test_html import Page
from report.pages import block_of, data_of

from lightship.inspection.context.proposal import propose
from lightship.report.context.formats import ShownContext, writer
from lightship.report.context.html.data import context_data
from lightship.report.kit.view import View

HOSTILE = {
    "src/app.py": "x" * 40_000,
    "src/<img src=x onerror=alert(1)>.py": "y" * 9_000,
    "src/</script><script>alert(2)</script>": "y" * 8_000,
    "data/a\udcff.csv": "z" * 70_000,
    "docs/\u202egnp.exe": "d" * 30_000,
    "node_modules/a/b.js": "n" * 90_000,
    ".env": "TOKEN=abc",
    ".dockerignore": "node_modules\n",
}
NAMES = st.sampled_from(["a", "b", "c", "d"])
TREES = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=4).map("/".join),
    st.integers(0, 50),
    max_size=12,
)


def item(dockerfile="FROM a\nCOPY src /app\n", files=None):
    report = report_of(dockerfile, HOSTILE if files is None else files)
    return ShownContext(report, "app", "app/Dockerfile", propose(report))


def nodes(data):
    return [
        dict(zip(data["nodes"], row, strict=True))
        for row in zip(*data["nodes"].values(), strict=True)
    ]


def test_names_are_text_in_the_data_alone():
    page = "".join(writer("html")(item(), View()))
    assert not set("<>&") & set(block_of(page))
    paths = {row[0] for row in data_of(page)["files"]["rows"]}
    assert {
        "src/<img src=x onerror=alert(1)>.py",
        r"data/a\xff.csv",
        r"docs/\u202egnp.exe",
    } <= paths
    assert [tag for tag, _ in Page(page).tags].count("script") == 2


def test_each_file_has_its_fate_and_its_line():
    rows = {row[0]: row[1:] for row in context_data(item())["files"]["rows"]}
    assert rows["src/app.py"] == [40_000, "copied", "", "line 2"]
    assert rows["docs/\\u202egnp.exe"] == [30_000, "never", "", ""]
    assert rows["node_modules/a/b.js"] == [
        90_000,
        "ignored",
        "line 1: node_modules",
        "",
    ]


def test_boxes_name_the_line_that_decides():
    found = {node["label"]: node for node in nodes(context_data(item()))}
    assert (found["node_modules/a"]["wasted"], found["node_modules/a"]["line"]) == (
        90_000,
        1,
    )
    assert (found["src"]["seen"], found["src"]["line"]) == (57_000, 0)


def test_without_a_dockerfile_files_are_sent():
    data = context_data(ShownContext(report_of(None, {"a": "1"}), "app", ""))
    assert (data["known"], [row[2] for row in data["files"]["rows"]]) == (
        False,
        ["sent"],
    )


def test_the_title_names_the_directory_though_it_is_the_current_one(
    tmp_path, monkeypatch
):
    shop = tmp_path / "shop"
    shop.mkdir()
    monkeypatch.chdir(shop)
    shown = ShownContext(report_of(None, {"a": "1"}), ".", "")
    assert context_data(shown)["title"] == "Build context of shop"
    assert "<title>Build context of shop</title>" in "".join(
        writer("html")(shown, View())
    )


@given(
    TREES,
    st.sampled_from(["a", ".", "a b", "none*"]),
    st.sampled_from(["", "b\n", "a/b\n", "*\n!a\n"]),
)
def test_the_boxes_add_up(tree, sources, ignore):
    files = {
        path: "x" * size
        for path, size in tree.items()
        if not any(other.startswith(f"{path}/") for other in tree)
    }
    found = item(f"FROM a\nCOPY {sources} /x/\n", files | {".dockerignore": ignore})
    data = context_data(found)
    (root, *rest) = nodes(data)
    report = found.report
    assert root["seen"] == sum(file.size for file in report.sent) == data["sent"][1]
    assert (
        root["wasted"]
        == sum(file.size for file in report.ignored)
        == data["ignored"][1]
    )
    assert (
        root["differing"] == sum(file.size for file in report.never) == data["never"][1]
    )
    for at, node in enumerate([root, *rest]):
        inside = [each for each in rest if each["parent"] == at]
        for name in ("seen", "wasted", "differing"):
            assert not inside or sum(each[name] for each in inside) == node[name]
