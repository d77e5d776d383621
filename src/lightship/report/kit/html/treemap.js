// Treemap and sunburst of one image, or of two side by side; all of them show the same view.

const VIEWS = { directory: "Directory", package: "Package", layer: "Layer" };
const LONGEST_LABEL = 32, LONGEST_LINE = 13; // characters
const SHAPES = { treemap: "Treemap", sunburst: "Sunburst" };

function colours() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue("--" + name).trim();
  const branches = Array.from({ length: 8 }, (_, at) => get("branch-" + at));
  const names = ["text", "background", "tile", "wasted", "before", "after"];
  return { branches, font: get("font"), ...Object.fromEntries(names.map((name) => [name, get(name)])) };
}

function mixed(one, other, share) {
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const [from, to] = [parts(one), parts(other)];
  return "#" + from.map((value, at) => Math.round(value + (to[at] - value) * share).toString(16).padStart(2, "0")).join("");
}

// The place of the node right below the root that each node hangs in: its branch.
function branches(nodes) {
  const found = [], order = new Map();
  nodes.parent.forEach((parent, at) => {
    const branch = parent < 0 ? -1 : parent === 0 ? at : found[parent];
    found.push(branch);
    if (branch >= 0 && !order.has(branch)) order.set(branch, order.size);
  });
  return found.map((branch) => order.get(branch) ?? -1);
}

function fullPath(nodes, at, view) {
  const parts = [];
  for (let node = at; node > 0; node = nodes.parent[node]) parts.unshift(nameOf(nodes.label[node]));
  const path = parts.join(view === "package" ? " · " : "/");
  return view === "directory" ? "/" + path : path || nameOf(nodes.label[at]);
}

function nameOf(label) {
  return typeof label === "number" ? `… ${number(label)} smaller` : label;
}

// plotly leaves out a label that does not fit, so that those of files are laid on several lines.
function label(name, isInner) {
  if (typeof name === "number") return `… ${number(name)}<br>smaller`;
  const cut = short(name);
  return isInner || cut.length <= LONGEST_LINE ? plain(cut) : wrapped(cut).map(plain).join("<br>");
}

function wrapped(name) {
  const lines = [""];
  for (const part of name.match(/[^-_./ ]*[-_./ ]?/g)) {
    if (lines.at(-1) && (lines.at(-1) + part).length > LONGEST_LINE) lines.push("");
    lines[lines.length - 1] += part;
  }
  return lines;
}

// The end of a path tells more than its start.
function short(label) {
  if (label.length <= LONGEST_LABEL) return label;
  return label.startsWith("Layer ") ? label.slice(0, LONGEST_LABEL - 1) + "…" : "…" + label.slice(1 - LONGEST_LABEL);
}

function trace(nodes, choice, paint, mark) {
  const withWaste = choice.colour === "waste";
  const value = (at) => nodes.seen[at] + (withWaste ? nodes.wasted[at] : 0);
  const branch = branches(nodes);
  const kept = nodes.label.map((_, at) => at).filter((at) => at === 0 || value(at) > 0);
  const share = (at) => (value(at) ? (withWaste ? nodes.wasted[at] : nodes.differing[at]) / value(at) : 0);
  const colour = (at) => {
    if (choice.colour === "branch") return branch[at] < 0 ? paint.background : paint.branches[branch[at] % 8];
    return mixed(paint.tile, withWaste ? paint.wasted : paint[mark], share(at));
  };
  const hover = (at) => {
    const rows = [plain(fullPath(nodes, at, choice.view)), size(value(at))];
    if (nodes.wasted[at]) rows.push(`${size(nodes.wasted[at])} wasted`);
    if (nodes.differing[at]) rows.push(`${size(nodes.differing[at])} ${mark === "before" ? "not in the other" : "new or changed"}`);
    return rows.join("<br>");
  };
  const inner = new Set(nodes.parent);
  const text = { family: paint.font, color: paint.text, size: 12 };
  return {
    type: choice.shape,
    ids: kept.map(String),
    labels: kept.map((at) => label(nodes.label[at], inner.has(at) || choice.shape === "sunburst")),
    parents: kept.map((at) => (nodes.parent[at] < 0 ? "" : String(nodes.parent[at]))),
    values: kept.map(value),
    text: kept.map((at) => size(value(at))),
    hovertext: kept.map(hover),
    hoverinfo: "text",
    textinfo: "label+text",
    branchvalues: "total",
    maxdepth: choice.shape === "treemap" ? 5 : 4,
    marker: { colors: kept.map(colour), line: { color: paint.background, width: 1 }, ...(choice.shape === "treemap" ? { pad: { t: 20, l: 3, r: 3, b: 3 } } : {}) },
    textfont: text,
    insidetextfont: text,
    outsidetextfont: text,
    ...(choice.shape === "treemap" ? { pathbar: { thickness: 24, textfont: text }, tiling: { pad: 1 } } : {}),
  };
}

function layout(paint) {
  return {
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    font: { family: paint.font, color: paint.text },
    hoverlabel: { bgcolor: paint.background, bordercolor: paint.text, align: "left", font: { family: paint.font, color: paint.text } },
    uniformtext: { minsize: 11, mode: "hide" },
  };
}

function radios(name, title, values, choice, draw) {
  const inputs = Object.entries(values).map(([value, label]) => {
    const input = el("input", { type: "radio", name, value, checked: choice[name] === value });
    input.addEventListener("change", () => {
      choice[name] = value;
      draw();
    });
    return el("label", null, input, el("span", null, label));
  });
  return el("fieldset", null, el("legend", null, title), inputs);
}

function legend(choice, marks) {
  const words = { waste: "share that is wasted", before: "removed or changed", after: "added or changed" };
  const names = choice.colour === "waste" ? ["waste"] : choice.colour === "changes" ? marks : [];
  return names.map((name) => el("span", { class: "key " + name }, words[name]));
}

function charts(images) {
  const two = images.length > 1, marks = two ? ["before", "after"] : ["before"];
  const choice = { view: "directory", shape: "treemap", colour: two ? "changes" : "waste" };
  const colourings = { ...(two ? { changes: "Changes" } : {}), waste: "Waste", branch: "Branch" };
  const keys = el("p", { class: "keys" });
  const boxes = images.map((image) => el("div", { class: "chart", role: "img" }));

  function draw() {
    const paint = colours();
    images.forEach((image, at) => {
      boxes[at].setAttribute("aria-label", `${SHAPES[choice.shape]} of ${image.name} by ${choice.view}`);
      Plotly.react(boxes[at], [trace(image.views[choice.view], choice, paint, marks[at])], layout(paint), {
        displayModeBar: false,
        responsive: true,
      });
    });
    keys.replaceChildren(...legend(choice, marks));
  }

  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", draw);
  const figures = boxes.map((box, at) => el("figure", null, two ? el("figcaption", null, el("b", null, two && at ? "After" : "Before"), " ", images[at].name) : null, box));
  const controls = el("div", { class: "controls" },
    radios("view", "By", VIEWS, choice, draw),
    radios("shape", "As", SHAPES, choice, draw),
    radios("colour", "Colour", colourings, choice, draw));
  const made = section("map", "Where the bytes are", controls, keys, el("div", { class: two ? "charts two" : "charts" }, figures),
    el("p", { class: "note" }, "Choose a box to look into it, and the row above it to go back. With the colour of waste, the area has the wasted bytes too; else it is what the final image shows."));
  return { made, draw };
}
