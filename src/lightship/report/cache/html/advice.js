// The page of advice: each change with its diff, and the history before and after.

function advicePage(data) {
  const maps = [data.before && timelineOf("before", "Before", data.before), data.after && timelineOf("after", data.advice.length > 1 ? "With all changes" : "With this change", data.after)].filter(Boolean);
  const items = data.advice.length ? data.advice.map(adviceItem) : [el("p", null, data.tried)];
  const sections = [section("advice", `Advice (${data.advice.length})`, el("div", { class: "findings" }, items)), ...maps.map((map) => map.made), noteList(data.notes)].filter(Boolean);
  const head = el("header", null, el("h1", null, "What would keep more of the cache"),
    el("p", { class: "where" }, `${data.before.dockerfile} over ${counted(data.before.commits.length, "commit")}${data.before.dates ? " · " + data.before.dates : ""}`),
    data.together ? el("p", { class: "verdict" }, "All together: ", data.together) : null);
  return { parts: [head, contents(sections), ...sections], draw: () => maps.forEach((map) => map.draw()) };
}

function timelineOf(id, title, replay) {
  return replay.commits.length && replay.steps.length ? timeline(id, title, replay) : null;
}

function adviceItem(each, at) {
  return el("article", { class: each.safe ? "safe" : "warning" },
    el("h3", null, `${at + 1}. `, sentence(each.title), " ", el("span", { class: "tag " + (each.safe ? "passed" : "warning") }, each.safe ? "safe" : "look at it")),
    el("p", null, el("b", null, sentence(each.claim))),
    el("p", null, sentence(each.why)),
    el("p", null, sentence(each.safety), each.rule ? [" · rule ", el("code", null, each.rule)] : null),
    each.diff ? el("details", { open: at === 0 }, el("summary", null, "The change"), diffBlock(each.diff)) : null);
}

const MARKS = { "+": "added", "-": "removed", "@": "place" };

function diffBlock(text) {
  const rows = text.replace(/\n$/, "").split("\n");
  return el("pre", { class: "diff", tabindex: "0", role: "region", "aria-label": "Diff" }, rows.map((row) => {
    const kind = row.startsWith("---") || row.startsWith("+++") ? "file" : MARKS[row[0]] || "";
    return el("span", { class: kind }, row + "\n");
  }));
}
