// Where the bytes of one image are, or of two side by side: all maps show the same view.

const VIEWS = { directory: "Directory", package: "Package", layer: "Layer" };
const FORMS = { treemap: "Treemap", sunburst: "Sunburst" };
const COLOURINGS = { changes: "Changes", waste: "Waste", branch: "Branch" };
const LEGENDS = {
  waste: { waste: "share that is wasted" },
  changes: { before: "share removed or changed", after: "share added or changed" },
  branch: {},
};

// images: those of the data, in which each view has its nodes in columns.
function imageMaps(images) {
  const isTwo = images.length > 1;
  const choice = {
    view: "directory",
    shape: "treemap",
    colour: isTwo ? "changes" : "waste",
  };
  const { changes, ...others } = COLOURINGS;
  const colourings = isTwo ? { changes, ...others } : others;
  const keys = el("p", { class: "keys" });
  const maps = images.map(byteMap);
  together(maps);

  function draw() {
    images.forEach((image, side) => {
      const nodes = image.views[choice.view];
      const value = (at) => nodes.seen[at] + (choice.colour === "waste" ? nodes.wasted[at] : 0);
      const look = imageLook(image, nodes, choice, side ? "after" : "before");
      maps[side].show(treeOf(nodes.parent, value), look, choice.shape);
    });
    const legend = Object.entries(LEGENDS[choice.colour]);
    keys.replaceChildren(...legend.map(([name, words]) => keyOf(name, words)));
  }

  function choices(name, title, words) {
    return radios(name, title, words, choice[name], (value) => {
      choice[name] = value;
      draw();
    });
  }

  const figures = images.map((image, side) => {
    const word = el("b", null, side ? "After" : "Before");
    const caption = el("figcaption", null, word, " ", image.name);
    return el("figure", null, isTwo ? caption : null, maps[side].made);
  });
  const made = section(
    "map",
    "Where the bytes are",
    el(
      "div",
      { class: "controls" },
      choices("view", "By", VIEWS),
      choices("shape", "As", FORMS),
      choices("colour", "Colour", colourings),
    ),
    keys,
    el("div", { class: isTwo ? "two" : "one" }, figures),
    el("p", { class: "note" }, MAP_HELP, isTwo ? " Both maps open the same directory." : ""),
    el("p", { class: "note" }, "When coloured by waste, areas include the wasted bytes."),
  );
  return { made, draw };
}

function imageLook(image, nodes, choice, side) {
  const branch = branchesOf(nodes.parent);

  function colour(at) {
    const seen = nodes.seen[at];
    const wasted = nodes.wasted[at];
    const differing = nodes.differing[at];
    if (choice.colour === "waste")
      return mixed([
        ["tile", seen],
        ["wasted", wasted],
      ]);
    if (choice.colour === "changes")
      return mixed([
        ["tile", seen - differing],
        [side, differing],
      ]);
    return branch[at] < 0 ? "var(--panel)" : `var(--branch-${branch[at] % 8})`;
  }

  function facts(at) {
    const differs = side === "before" ? "removed or changed" : "new or changed";
    const wasted = nodes.wasted[at] ? [`${size(nodes.wasted[at])} wasted`] : [];
    const differing = nodes.differing[at] ? [`${size(nodes.differing[at])} ${differs}`] : [];
    return [...wasted, ...differing];
  }

  return {
    tree: choice.view,
    origin: (at) => originOf(image, nodes, at),
    name: `${FORMS[choice.shape]} of ${image.name} by ${choice.view}`,
    whole: "the image",
    label: (at) => nameOf(nodes.label[at]),
    path: (at) => pathOf(nodes, at, choice.view),
    colour,
    facts,
  };
}

// Whose the bytes of a node are and which lines brought them, as [name, words].
function originOf(image, nodes, at) {
  if (!nodes.layers) return [];
  const nameOfPackage = (place) => (place < 0 ? "no package" : image.packages[place]);
  const nameOfLine = (place, isAlone) =>
    (isAlone ? lineOf : placeOf)(image.layers[place], place + 1);
  return [
    ["Package", shares(nodes.packages[at], nameOfPackage)],
    ["Line", shares(nodes.layers[at], nameOfLine)],
  ];
}

// "numpy 141 kB, Flask 8.00 kB, 3 more"; largest: how many more there are, then place and bytes of
// each. What is alone needs no bytes.
function shares([more, ...largest], name) {
  if (largest.length === 2) return name(largest[0], true);
  const words = [];
  for (let at = 0; at < largest.length; at += 2) {
    words.push(`${name(largest[at], false)} ${size(largest[at + 1])}`);
  }
  if (more) words.push(`${number(more)} more`);
  return words.join(", ");
}

// For each node the place, among those right below the root, of the one that it hangs in.
function branchesOf(parents) {
  const tops = parents.map((_, at) => at).filter((at) => parents[at] === 0);
  const branches = [];
  parents.forEach((parent, at) => {
    branches.push(parent > 0 ? branches[parent] : tops.indexOf(at));
  });
  return branches;
}
