// The page of two images side by side.

const NAMES = { size: "Size", compressed: "Stored", content: "Content", waste: "Waste", efficiency: "Efficiency", layers: "Layers", files: "Files", packages: "Packages" };
const BYTES = new Set(["size", "compressed", "content", "waste"]);

function comparisonPage(data) {
  const [before, after] = data.images, map = charts(data.images);
  const grown = [{ name: "Before", kind: "size" }, { name: "After", kind: "size" }, { name: "Difference", kind: "change" }];
  const both = new Set(data.shared.map((pair) => pair[0])), too = new Set(data.shared.map((pair) => pair[1]));
  const sections = [
    gate(data.outcomes),
    map.made,
    section("layers", `Layers (${data.shared.length} shared)`, el("div", { class: "two" },
      el("div", null, el("h3", null, "Before"), layerList(before, both)), el("div", null, el("h3", null, "After"), layerList(after, too)))),
    dataTable("files", `Files (${number(data.files.total)})`, [{ name: "Path", kind: "path" }, { name: "Is", kind: "state" }, { name: "In", kind: "text" }, ...grown],
      data.files, { sorted: 5, note: "What differs between the final images, sorted by how much it grows or shrinks." }),
    dataTable("packages", `Packages (${number(data.packages.total)})`, [{ name: "Manager", kind: "text" }, { name: "Name", kind: "text" }, { name: "Is", kind: "state" },
      { name: "Version before", kind: "text" }, { name: "after", kind: "text" }, ...grown], data.packages, { sorted: 7 }),
    dataTable("config", `Config (${number(data.config.total)})`, [{ name: "Setting", kind: "text" }, { name: "Before", kind: "path" }, { name: "After", kind: "path" }],
      data.config),
    notes(data.notes),
  ].filter(Boolean);
  return { parts: [comparisonHead(data), contents(sections), ...sections], draw: map.draw };
}

function comparisonHead(data) {
  const [before, after] = data.images;
  const verdict = data.same ? `The two are the same${data.semantic ? " but for times" : ""}.` : `Not the same: ${data.reason}.`;
  const named = (word, image) => el("div", null, el("b", null, word), " ", el("span", { class: "name" }, image.name), el("p", { class: "digest" }, image.digest));
  return el("header", null,
    el("h1", null, "Before and after"),
    el("div", { class: "two" }, named("Before", before), named("After", after)),
    el("p", { class: "verdict " + (data.same ? "passed" : "") }, verdict),
    data.uncompared ? el("p", { class: "note" }, `The contents of ${counted(data.uncompared, "file")} could not be compared.`) : null,
    figureTable(data.figures, before, after));
}

function figureTable(rows, before, after) {
  const line = (name, ...cells) => el("tr", null, el("th", { scope: "row" }, name), cells.map((cell) => el("td", null, cell)));
  const body = rows.map(([name, old, now]) => {
    const shown = BYTES.has(name) ? size : name === "efficiency" ? percent : number;
    return line(NAMES[name] || name, shown(old), shown(now), old === null || now === null ? "" : grows(name, now - old));
  });
  const texts = [["User", "user"], ["Distribution", "distribution"], ["Platform", "platform"]]
    .filter(([, key]) => key === "user" || before[key] !== after[key])
    .map(([name, key]) => line(name, before[key] || "unknown", after[key] || "unknown", before[key] === after[key] ? "same" : "differs"));
  const head = el("tr", null, ["", "Before", "After", "Difference"].map((word) => el(word ? "th" : "td", word ? { scope: "col" } : null, word)));
  return el("div", { class: "scroll fit", tabindex: "0", role: "region", "aria-label": "Figures" },
    el("table", { class: "compared" }, el("thead", null, head), el("tbody", null, body, texts)));
}

function grows(name, by) {
  if (!by) return "same";
  if (BYTES.has(name)) return signed(by);
  const sign = by > 0 ? "+" : "";
  return name === "efficiency" ? `${sign}${(100 * by).toFixed(1)} points` : sign + number(by);
}
