// The page of advice: each change with its diff, and the history before and after.

const MARKS = { "+": "added", "-": "removed", "@": "place" };

function advicePage(data) {
  const after = data.advice.length > 1 ? "With all changes" : "With this change";
  const maps = [
    timelineOf("before", "Before", data.before),
    data.after && timelineOf("after", after, data.after),
  ].filter(Boolean);
  const tried = el("p", null, data.tried);
  const items = data.advice.length ? data.advice.map(adviceItem) : tried;
  const sections = [
    section("advice", `Advice (${data.advice.length})`, el("div", { class: "findings" }, items)),
    ...maps.map((map) => map.made),
    unknowns(data.notes),
  ].filter(Boolean);
  const parts = [adviceHead(data), contents(sections), ...sections];
  return { parts, draw: () => maps.forEach((map) => map.draw()) };
}

function adviceHead(data) {
  const { before } = data;
  const dates = before.dates ? " · " + before.dates : "";
  const where = `${before.dockerfile} over ${counted(before.commits.length, "commit")}${dates}`;
  const all = ["All together: ", sentence(data.together)];
  return el(
    "header",
    null,
    el("h1", null, "What would keep more of the cache"),
    el("p", { class: "where" }, where),
    data.together ? el("p", { class: "verdict" }, all) : null,
  );
}

function timelineOf(id, title, replay) {
  return replay.commits.length && replay.steps.length ? timeline(id, title, replay) : null;
}

function adviceItem(advice, at) {
  const kind = advice.safe ? "passed" : "warning";
  const tag = el("span", { class: "tag " + kind }, advice.safe ? "safe" : "review first");
  const rule = advice.rule ? [" · rule ", el("code", null, advice.rule)] : null;
  return el(
    "article",
    { class: advice.safe ? "safe" : "warning" },
    el("h3", null, `${at + 1}. `, sentence(advice.title), " ", tag),
    el("p", null, el("b", null, sentence(advice.claim))),
    el("p", null, sentence(advice.why)),
    el("p", null, sentence(advice.safety), rule),
    advice.diff ? diffDetails(advice.diff, at === 0) : null,
  );
}

function diffDetails(diff, isOpen) {
  return el("details", { open: isOpen }, el("summary", null, "The change"), diffBlock(diff));
}

function diffBlock(text) {
  const rows = text.replace(/\n$/, "").split("\n");
  const lines = rows.map((row) => el("span", { class: diffKind(row) }, row + "\n"));
  const frame = { class: "diff", tabindex: "0", role: "region", "aria-label": "Diff" };
  return el("pre", frame, lines);
}

function diffKind(row) {
  const isFile = row.startsWith("---") || row.startsWith("+++");
  return isFile ? "file" : MARKS[row[0]] || "";
}
