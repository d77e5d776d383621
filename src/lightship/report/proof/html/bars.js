// Figures as bars: the median as a bar, each measurement as a dot on it. Facts stand beside them.
// What is the same on both sides is folded.

const SIDES = ["before", "after"];

function figureSection(groups, spread) {
  if (!groups.length) return null;
  const note = `A bar shows the median, a dot one measurement. ${spread}.`;
  const differing = groupsOf(groups, (row) => !row.same);
  const same = groupsOf(groups, (row) => row.same);
  const number = same.reduce((sum, group) => sum + group.rows.length, 0);
  const title = el("summary", null, `${counted(number, "row")} the same, or not measured`);
  const open = !differing.length;
  const fold = el("details", { class: "same", open }, title, same.map(groupRows));
  const rows = [differing.map(groupRows), number ? fold : null];
  return section("figures", "Figures", el("p", { class: "note" }, note), rows);
}

function groupsOf(groups, isWanted) {
  const some = groups.map(({ name, rows }) => ({ name, rows: rows.filter(isWanted) }));
  return some.filter(({ rows }) => rows.length);
}

function groupRows(group) {
  const items = group.rows.map((row) => (row.kind === "figure" ? figureRow(row) : factRow(row)));
  return el("div", { class: "rows" }, el("h3", null, capital(group.name)), items);
}

function figureRow(row) {
  const values = row.sides.flatMap((side) => side.values.map(([value]) => value));
  const largest = Math.max(...values, 0);
  const tracks = row.sides.map((side, at) => track(side, at, largest));
  return measuredRow(row, "row", tracks, row.said);
}

function factRow(row) {
  const sides = row.sides.map((text, at) => {
    const name = el("span", { class: "name" }, SIDES[at]);
    return el("div", { class: "side" }, name, el("span", { class: "words" }, text));
  });
  return measuredRow(row, "row fact", sides, row.word);
}

function measuredRow(row, kind, sides, words) {
  const sign = el("span", { class: "sign", "aria-hidden": "true" }, row.sign);
  return el(
    "article",
    { class: `${kind} ${row.change}` },
    el("h4", null, row.name),
    el("div", { class: "tracks" }, sides),
    el("p", { class: "said " + row.change }, sign, " ", words),
    row.note ? el("p", { class: "note" }, sentence(row.note)) : null,
  );
}

function track(side, at, largest) {
  const share = (value) => `${largest > 0 ? (100 * value) / largest : 0}%`;
  const bar = el("div", { class: "median " + SIDES[at] });
  bar.style.width = side.median === null ? "0" : share(side.median);
  const several = side.values.length > 1 ? side.values : [];
  const dots = several.map(([value, text]) => {
    const dot = el("i", { title: text });
    dot.style.left = share(value);
    return dot;
  });
  const words = side.values.map(([, text]) => text).join(", ") || "not measured";
  const label = `${SIDES[at]}: ${words}`;
  return el(
    "div",
    { class: "side" },
    el("span", { class: "name" }, SIDES[at]),
    el("div", { class: "track", role: "img", "aria-label": label }, bar, dots),
    el("span", { class: "value" }, side.text),
  );
}
