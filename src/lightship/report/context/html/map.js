// The treemap of a build context: what is copied, what is sent and never copied, what is ignored.

const SHOWS = { all: "All that is there", sent: "The context" };
const FATES = { copied: "copied", never: "in the context, never copied", ignored: "ignored" };

function fateColours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(Object.keys(FATES).map((name) => [name, style.getPropertyValue("--" + name).trim()]));
}

// The bytes of a box by their fate; `seen` are the sent ones, `differing` those of them that nothing copies.
function fates(nodes, at, choice) {
  const never = nodes.differing[at];
  return { copied: nodes.seen[at] - never, never, ignored: choice.show === "all" ? nodes.wasted[at] : 0 };
}

function blend(parts, colours, whole) {
  const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const sums = [0, 0, 0];
  for (const [name, bytes] of Object.entries(parts)) channels(colours[name]).forEach((value, at) => { sums[at] += (value * bytes) / whole; });
  return "#" + sums.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("");
}

function fateTrace(data, choice, paint) {
  const nodes = data.nodes, own = fateColours(), inner = new Set(nodes.parent);
  const parts = nodes.label.map((_, at) => fates(nodes, at, choice));
  const value = (at) => parts[at].copied + parts[at].never + parts[at].ignored;
  const kept = nodes.label.map((_, at) => at).filter((at) => at === 0 || value(at) > 0);
  const hover = (at) => {
    const rows = [plain(at === 0 ? data.name : fullPath(nodes, at, "file")), size(value(at))];
    for (const [name, bytes] of Object.entries(parts[at])) if (bytes) rows.push(`${size(bytes)} ${fateName(data, name)}`);
    if (nodes.line[at]) rows.push(`line ${nodes.line[at]} of the ignore file decides`);
    return rows.join("<br>");
  };
  const text = { family: paint.font, color: paint.text, size: 12 };
  return {
    type: "treemap",
    ids: kept.map(String),
    labels: kept.map((at) => label(nodes.label[at], inner.has(at))),
    parents: kept.map((at) => (nodes.parent[at] < 0 ? "" : String(nodes.parent[at]))),
    values: kept.map(value),
    text: kept.map((at) => size(value(at))),
    hovertext: kept.map(hover),
    hoverinfo: "text",
    textinfo: "label+text",
    branchvalues: "total",
    maxdepth: 5,
    marker: { colors: kept.map((at) => blend(parts[at], own, value(at) || 1)), line: { color: paint.background, width: 1 }, pad: { t: 20, l: 3, r: 3, b: 3 } },
    textfont: text,
    insidetextfont: text,
    outsidetextfont: text,
    pathbar: { thickness: 24, textfont: text },
    tiling: { pad: 1 },
  };
}

function fateName(data, name) {
  return name === "copied" && !data.known ? "sent" : FATES[name];
}

function contextMap(data) {
  const choice = { show: data.ignored[1] ? "all" : "sent" };
  const keys = el("p", { class: "keys" }), box = el("div", { class: "chart", role: "img" });

  function draw() {
    const paint = colours();
    box.setAttribute("aria-label", `Treemap of ${data.name}`);
    Plotly.react(box, [fateTrace(data, choice, paint)], layout(paint), { displayModeBar: false, responsive: true });
    const names = Object.keys(FATES).filter((name) => (name !== "ignored" || choice.show === "all") && (name !== "never" || data.known));
    keys.replaceChildren(...names.map((name) => el("span", { class: "key fate-" + name }, fateName(data, name))));
  }

  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", draw);
  const controls = el("div", { class: "controls" }, radios("show", "Show", SHOWS, choice, draw));
  const made = section("map", "Where the bytes are", controls, keys, el("figure", null, box),
    el("p", { class: "note" }, "Choose a box to look into it, and the row above it to go back."));
  return { made, draw };
}
