// Figures as bars: the median as a bar, each measurement as a dot on it; facts beside them in words.

const SIDES = ["before", "after"];

function figureSection(groups, spread) {
  if (!groups.length) return null;
  return section("figures", "Figures", el("p", { class: "note" }, `A bar is the median, a dot is one measurement. ${spread}.`),
    groups.map((group) => el("div", { class: "rows" }, el("h3", null, group.name[0].toUpperCase() + group.name.slice(1)),
      group.rows.map((row) => (row.kind === "figure" ? figureRow(row) : factRow(row))))));
}

function marked(row, text) {
  return el("p", { class: "said " + row.change }, el("span", { class: "sign", "aria-hidden": "true" }, row.sign), " ", text);
}

function figureRow(row) {
  const all = row.sides.flatMap((side) => side.values.map(([value]) => value)), largest = Math.max(...all, 0);
  return el("article", { class: "row " + row.change },
    el("h4", null, row.name),
    el("div", { class: "tracks" }, row.sides.map((side, at) => track(side, at, largest))),
    marked(row, row.said), row.note ? el("p", { class: "note" }, row.note) : null);
}

function track(side, at, largest) {
  const share = (value) => `${largest > 0 ? (100 * value) / largest : 0}%`;
  const bar = el("div", { class: "median " + SIDES[at] });
  bar.style.width = side.median === null ? "0" : share(side.median);
  const dots = side.values.length > 1 ? side.values.map(([value, text]) => {
    const dot = el("i", { title: text });
    dot.style.left = share(value);
    return dot;
  }) : [];
  const words = side.values.map(([, text]) => text).join(", ");
  return el("div", { class: "side" }, el("span", { class: "name" }, SIDES[at]),
    el("div", { class: "track", role: "img", "aria-label": words ? `${SIDES[at]}: ${words}` : `${SIDES[at]}: not measured` }, bar, dots),
    el("span", { class: "value" }, side.text));
}

function factRow(row) {
  return el("article", { class: "row fact " + row.change },
    el("h4", null, row.name),
    el("div", { class: "tracks" }, row.sides.map((text, at) =>
      el("div", { class: "side" }, el("span", { class: "name" }, SIDES[at]), el("span", { class: "words" }, text)))),
    marked(row, row.word), row.note ? el("p", { class: "note" }, row.note) : null);
}
