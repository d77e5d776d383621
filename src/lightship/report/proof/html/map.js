// What is in each image, side by side: boxes in the same scale, so that the smaller image is the
// smaller picture.

const BY = { directory: "Directory", layer: "Layer" };
const FILLS = ["better", "worse"]; // of what the version before has more of, and the one after
const MUCH = 1.1; // times the other's size, to be called larger

// maps: for each image {total, directory: nodes, layer: nodes}; a node is [label, parent, bytes,
// name].
function mapSection(maps, names) {
  const known = Object.entries(BY).filter(([view]) => maps.some((map) => map[view].length));
  if (!known.length) return null;
  const views = Object.fromEntries(known);
  const state = { view: known[0][0] };
  const boards = maps.map(byteMap);
  together(boards, () => sameScale(boards));

  function draw() {
    const { view } = state;
    maps.forEach((map, at) => {
      if (!map[view].length) return;
      const look = sideLook(map[view], maps[1 - at][view], at, names[at], view);
      boards[at].show(treeOfRows(map[view]), look);
    });
    sameScale(boards);
  }

  const figures = boards.map((board, at) => {
    const title = el(
      "figcaption",
      null,
      el("b", null, at ? "After" : "Before"),
      ` ${maps[at].total}`,
    );
    const absent = el("p", { class: "note" }, "No image was read.");
    const hasNodes = known.some(([view]) => maps[at][view].length);
    return el("figure", { class: "side-" + SIDES[at] }, title, hasNodes ? board.made : absent);
  });
  const choices = radios("by", "By", views, state.view, (value) => {
    state.view = value;
    draw();
  });
  const keys = [
    keyOf("better", "− gone, or smaller after"),
    keyOf("worse", "+ new, or larger than before"),
  ];
  const made = section(
    "map",
    "Where the bytes are",
    el("div", { class: "controls" }, choices),
    el("p", { class: "keys" }, keys),
    el("div", { class: "two" }, figures),
    el(
      "p",
      { class: "note" },
      "Both maps have the same scale and open the same directory. ",
      MAP_HELP,
    ),
  );
  return { made, draw };
}

function treeOfRows(rows) {
  const parents = rows.map(([, parent]) => parent);
  return treeOf(parents, (at) => rows[at][2]);
}

function sideLook(rows, others, side, name, view) {
  const known = new Map(others.map(([label, , bytes]) => [label, bytes]));
  const other = (at) => known.get(rows[at][0]) ?? 0;
  const isLarger = (at) => at > 0 && rows[at][2] > other(at) * MUCH;
  const sign = side ? "+ " : "− ";

  function facts(at) {
    const bytes = rows[at][2];
    const [before, after] = side ? [other(at), bytes] : [bytes, other(at)];
    const shown = (value) => (value ? size(value) : "not among the largest");
    const change = before && after ? [signed(after - before)] : [];
    return [`before ${shown(before)}`, `after ${shown(after)}`, ...change];
  }

  return {
    tree: view,
    name: `Treemap of ${SIDES[side]}, ${name}, by ${view}`,
    whole: "the image",
    label: (at) => rows[at][3],
    mark: (at) => (isLarger(at) ? sign : ""),
    path: (at) => rows[at][0],
    colour: (at) => `var(--${isLarger(at) ? FILLS[side] : "tile"})`,
    facts,
  };
}
