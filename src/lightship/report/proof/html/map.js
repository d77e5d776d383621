// What is in each image, side by side: boxes in the same scale, so that the smaller image is the smaller picture.

const HEAD = 20, LEAST = 34, HIGHEST = 420, PADDING = 2; // pixels
const BY = { directory: "Directory", layer: "Layer" };
const MUCH = 1.1; // times the other's size, to be called larger

function mapSection(maps, names) {
  const views = Object.fromEntries(Object.entries(BY).filter(([name]) => maps.some((map) => map[name].length)));
  if (!Object.keys(views).length) return null;
  const state = { by: Object.keys(views)[0] };
  const detail = el("div", { class: "detail", role: "status" }, el("p", { class: "note" }, "No box is chosen."));
  const boards = maps.map((map, at) => el("div", { class: "map " + SIDES[at], role: "group", "aria-label": `${SIDES[at]}: ${names[at]}` }));

  function draw() {
    const trees = maps.map((map) => tree(map[state.by])), totals = trees.map((each) => each.reduce((sum, node) => sum + node.value, 0));
    const known = maps.map((map) => new Map(map[state.by].map(([label, , value]) => [label, value])));
    const found = [];
    boards.forEach((board, at) => {
      const scale = Math.sqrt(totals[at] / Math.max(...totals, 1)), height = HIGHEST * scale;
      const boxes = boxesOf(trees[at], board.clientWidth * scale, height);
      board.style.height = `${Math.max(height, 2 * HEAD)}px`;
      board.replaceChildren(...(boxes.length ? [] : [el("p", { class: "note" }, "No image was read.")]));
      for (const box of boxes) {
        const other = known[1 - at].get(box.node.label) ?? 0, button = boxButton(box, at, other);
        found.push({ node: box.node, at, other, button });
        board.append(button);
      }
    });
    if (found.length) chosenBy(found.map((each) => each.button), (at, key) => inRow(at, key, found.length - 1), (at) => detail.replaceChildren(...boxDetail(found[at])));
  }

  new ResizeObserver(draw).observe(boards[0]);
  const figures = boards.map((board, at) => el("figure", null, el("figcaption", null, el("b", null, at ? "After" : "Before"), ` ${maps[at].total}`), board));
  const controls = el("div", { class: "controls" }, radioRow("by", "By", views, (value) => {
    state.by = value;
    draw();
  }));
  const keys = el("p", { class: "keys" }, keyOf("before", "− gone, or smaller after"), keyOf("after", "+ new, or larger than before"));
  const made = section("map", "Where the bytes are", controls, keys, el("div", { class: "two" }, figures),
    el("p", { class: "note" }, "Both have the same scale. Choose a box by the mouse, or with the arrow keys."), detail);
  return { made, draw };
}

// Nodes with those in them, the larger first. What a directory holds beside them is a node without a name.
function tree(rows) {
  const nodes = rows.map(([label, , value, name]) => ({ label, value, name, inside: [] })), tops = [];
  rows.forEach(([, parent], at) => (parent < 0 ? tops : nodes[parent].inside).push(nodes[at]));
  const byValue = (one, other) => other.value - one.value;
  for (const node of nodes) {
    const rest = node.value - node.inside.reduce((sum, each) => sum + each.value, 0);
    if (node.inside.length && rest > 0) node.inside.push({ label: "", value: rest, inside: [] });
    node.inside.sort(byValue);
  }
  return tops.sort(byValue);
}

// The boxes of an image, those in a box after it.
function boxesOf(tops, width, height) {
  const found = [];
  const place = (nodes, x, y, wide, high) => {
    for (const box of squares(nodes, x, y, wide, high)) {
      const node = box.item;
      if (!node.label) continue;
      found.push({ ...box, node });
      if (node.inside.length && box.width > LEAST && box.height > HEAD + LEAST)
        place(node.inside, box.x + PADDING, box.y + HEAD, box.width - 2 * PADDING, box.height - HEAD - PADDING);
    }
  };
  place(tops, 0, 0, width, height);
  return found;
}

function boxButton(box, at, other) {
  const differs = box.node.value > other * MUCH, name = `${differs ? (at ? "+ " : "− ") : ""}${box.node.name}`;
  const shows = box.width > LEAST && box.height > 16;
  const made = el("button", { type: "button", class: `box ${differs ? SIDES[at] : "alike"}`, "aria-label": `${SIDES[at]}: ${box.node.label}, ${size(box.node.value)}` },
    shows ? [el("span", null, name), box.width > 90 ? el("small", null, size(box.node.value)) : null] : null);
  for (const [key, value] of [["left", box.x], ["top", box.y], ["width", Math.max(box.width - 1, 1)], ["height", Math.max(box.height - 1, 1)]])
    made.style[key] = `${value}px`;
  return made;
}

function boxDetail(found) {
  const sizes = found.at ? [found.other, found.node.value] : [found.node.value, found.other];
  const change = sizes[1] - sizes[0];
  return [
    el("p", null, el("code", null, found.node.label)),
    el("p", { class: "note" }, `before ${sizes[0] ? size(sizes[0]) : "not among the largest"} · after ${sizes[1] ? size(sizes[1]) : "not among the largest"}`,
      sizes[0] && sizes[1] ? ` · ${signed(change)}` : ""),
  ];
}
