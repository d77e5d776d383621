// The page of two images side by side.

const NAMES = {
  size: "Size",
  compressed: "Stored",
  content: "Content",
  waste: "Waste",
  efficiency: "Efficiency",
  layers: "Layers",
  files: "Files",
  packages: "Packages",
};
const BYTES = new Set(["size", "compressed", "content", "waste"]);
const TEXTS = { user: "User", distribution: "Distribution", platform: "Platform" };
const STATE = { name: "State", kind: "state" };
const GROWTH = [
  { name: "Before", kind: "size" },
  { name: "After", kind: "size" },
  { name: "Difference", kind: "change" },
];

function comparisonPage(data) {
  const map = imageMaps(data.images);
  const sections = [
    gate(data.outcomes),
    map.made,
    layersSideBySide(data),
    changedFiles(data.files),
    changedPackages(data.packages),
    changedFlaws(data.flaws),
    changedSettings(data.config),
    notes("What could not be read", data.notes),
  ].filter(Boolean);
  const parts = [comparisonHead(data), contents(sections), ...sections];
  return { parts, draw: map.draw };
}

function comparisonHead(data) {
  const [before, after] = data.images;
  const uncompared = `The contents of ${counted(data.uncompared, "file")} could not be compared.`;
  return el(
    "header",
    null,
    el("h1", null, "Before and after"),
    el("div", { class: "two" }, sideHead("Before", before), sideHead("After", after)),
    el("p", { class: "verdict " + (data.same ? "passed" : "") }, verdictOf(data)),
    data.uncompared ? el("p", { class: "note" }, uncompared) : null,
    figureTable(data.figures, before, after),
  );
}

function verdictOf(data) {
  if (!data.same) return ["Not the same: ", sentence(data.reason), "."];
  return `Both are the same${data.semantic ? " except for timestamps" : ""}.`;
}

function sideHead(word, image) {
  const name = el("span", { class: "name" }, image.name);
  return el(
    "div",
    null,
    el("b", null, word),
    " ",
    name,
    el("p", { class: "digest" }, image.digest),
  );
}

function layersSideBySide(data) {
  const [before, after] = data.images;
  const old = new Set(data.shared.map((pair) => pair[0]));
  const now = new Set(data.shared.map((pair) => pair[1]));
  const left = el("div", null, el("h3", null, "Before"), layerList(before, old));
  const right = el("div", null, el("h3", null, "After"), layerList(after, now));
  const title = `Layers (${data.shared.length} shared)`;
  return section("layers", title, el("div", { class: "two" }, left, right));
}

function changedFiles(files) {
  const columns = [PATH, STATE, { name: "Changed", kind: "text" }, ...GROWTH];
  const note = "Files that differ between the final images, the largest difference first.";
  return dataTable("files", `Files (${number(files.total)})`, columns, files, {
    sorted: 5,
    note,
  });
}

function changedPackages(packages) {
  const columns = [
    { name: "Manager", kind: "text" },
    { name: "Name", kind: "text" },
    STATE,
    { name: "Version before", kind: "text" },
    { name: "Version after", kind: "text" },
    ...GROWTH,
  ];
  const title = `Packages (${number(packages.total)})`;
  return dataTable("packages", title, columns, packages, { sorted: 7 });
}

function changedSettings(config) {
  const columns = [
    { name: "Setting", kind: "text" },
    { name: "Before", kind: "path" },
    { name: "After", kind: "path" },
  ];
  return dataTable("config", `Config (${number(config.total)})`, columns, config);
}

function figureTable(rows, before, after) {
  const line = (name, old, now, change, meaning = null) => {
    const values = [old, now].map((cell) => el("td", null, cell));
    const head = el("th", { scope: "row" }, name);
    return el("tr", null, head, values, el("td", { class: meaning }, change));
  };
  const body = rows.map(([name, old, now]) => {
    const shown = BYTES.has(name) ? size : name === "efficiency" ? percent : number;
    const isKnown = old !== null && now !== null;
    const by = isKnown ? now - old : 0;
    const change = isKnown ? grows(name, by) : "";
    return line(NAMES[name] || name, shown(old), shown(now), change, meaningOf(name, by));
  });
  const differing = Object.keys(TEXTS).filter(
    (key) => key === "user" || before[key] !== after[key],
  );
  const texts = differing.map((key) => {
    const change = before[key] === after[key] ? "same" : "differs";
    return line(TEXTS[key], before[key] || "unknown", after[key] || "unknown", change);
  });
  const titles = ["Before", "After", "Difference"].map((word) => el("th", { scope: "col" }, word));
  const head = el("tr", null, el("td"), titles);
  const table = el(
    "table",
    { class: "compared" },
    el("thead", null, head),
    el("tbody", null, body, texts),
  );
  const frame = { class: "scroll fit", tabindex: "0", role: "region", "aria-label": "Figures" };
  return el("div", frame, table);
}

// Fewer bytes and more efficiency are better; a layer, a file or a package more is neither.
function meaningOf(name, by) {
  const isCounted = BYTES.has(name) || name === "efficiency";
  if (!by || !isCounted) return null;
  return by > 0 === (name === "efficiency") ? "better" : "worse";
}

function grows(name, by) {
  if (!by) return "same";
  if (BYTES.has(name)) return signed(by);
  const sign = by > 0 ? "+" : "";
  return name === "efficiency" ? `${sign}${(100 * by).toFixed(1)} points` : sign + number(by);
}
