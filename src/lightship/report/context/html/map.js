// Where the bytes of a build context are: what is copied, what is sent but never copied, what is
// ignored.

const SHOWS = { all: "All files", sent: "The context only" };
const FATES = { copied: "copied", never: "sent, never copied", ignored: "ignored" };

function fateName(data, fate) {
  return fate === "copied" && !data.known ? "sent" : FATES[fate];
}

// Bytes by their fate. `seen` are the sent ones, `differing` those of them that nothing copies.
function fatesOf(nodes, at, shows) {
  const never = nodes.differing[at];
  const ignored = shows === "all" ? nodes.wasted[at] : 0;
  return { copied: nodes.seen[at] - never, never, ignored };
}

function contextMap(data) {
  const choice = { shows: data.ignored[1] ? "all" : "sent" };
  const keys = el("p", { class: "keys" });
  const map = byteMap();

  function draw() {
    const { nodes } = data;
    const parts = nodes.label.map((_, at) => fatesOf(nodes, at, choice.shows));
    const value = (at) => parts[at].copied + parts[at].never + parts[at].ignored;
    map.show(treeOf(nodes.parent, value), contextLook(data, parts));
    const isShown = {
      copied: true,
      never: data.known,
      ignored: choice.shows === "all",
    };
    const names = Object.keys(FATES).filter((fate) => isShown[fate]);
    keys.replaceChildren(...names.map((fate) => keyOf("fate-" + fate, fateName(data, fate))));
  }

  const shows = radios("show", "Show", SHOWS, choice.shows, (value) => {
    choice.shows = value;
    draw();
  });
  const made = section(
    "map",
    "Where the bytes are",
    el("div", { class: "controls" }, shows),
    keys,
    map.made,
    el("p", { class: "note" }, MAP_HELP),
  );
  return { made, draw };
}

function contextLook(data, parts) {
  const { nodes } = data;

  function facts(at) {
    const fates = Object.entries(parts[at]).filter(([, bytes]) => bytes);
    const rows = fates.map(([fate, bytes]) => `${size(bytes)} ${fateName(data, fate)}`);
    const line = nodes.line[at];
    return line ? [...rows, `line ${line} of the ignore file decides`] : rows;
  }

  return {
    tree: "context",
    name: `Treemap of ${data.name}`,
    whole: "all files",
    label: (at) => (at ? nameOf(nodes.label[at]) : data.name),
    path: (at) => (at ? pathOf(nodes, at, "file") : data.name),
    colour: (at) => mixed(Object.entries(parts[at])),
    facts,
  };
}
