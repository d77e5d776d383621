// A map of bytes: a tree as boxes in boxes or as rings, whose areas are as their bytes. A node is
// looked into by a click or Enter, and the path above the map leads back.
//
// A `look` says how nodes are shown, each by its place in the data:
//   name       what the map is called        whole      what all of it is called: "the image"
//   label(at)  the name in the box           path(at)   the whole name
//   colour(at) a colour of CSS               facts(at)  rows of text beside size and share
//   mark(at)   what stands before the name in the box, if anything
//   origin(at) whose it is and what brought it, as [name, words], if that is known
//   tree       tells apart trees, of which each is seen from its root at first

const MAP_HELP =
  "Click a box to open it, and the path above the map to go back. Keys: arrows, Enter, Escape.";
const SHAPES = { treemap: drawBoxes, sunburst: drawRings };
const IN = " · "; // between names that do not form a path
const HEAD = 20; // pixels of the row with the name of a box that others are in
const EDGE = 3; // pixels around what is in a box
const LEAST = 4; // pixels of a box that is drawn
const DEEPEST = 6; // boxes in one another
const NARROW = 42; // pixels of a box that has room for a name

// The nodes by their places, each with those in it, the largest first. A parent stands before its
// children in the data; nodes without a value hang in none.
function treeOf(parents, value) {
  const nodes = parents.map((_, at) => ({ at, value: value(at), parent: null, inside: [] }));
  parents.forEach((parent, at) => {
    if (parent < 0 || !(nodes[at].value > 0)) return;
    nodes[at].parent = nodes[parent];
    nodes[parent].inside.push(nodes[at]);
  });
  for (const node of nodes) node.inside.sort((one, other) => other.value - one.value);
  return nodes;
}

// A mixture of colours; parts: [[name of a variable, amount]].
function mixed(parts) {
  let whole = 0;
  let colour = "var(--tile)";
  for (const [name, amount] of parts) {
    if (!amount) continue;
    const own = `var(--${name})`;
    const share = (100 * amount) / (whole + amount);
    colour = whole ? `color-mix(in srgb, ${own} ${share.toFixed(2)}%, ${colour})` : own;
    whole += amount;
  }
  return colour;
}

function byteMap() {
  const state = { nodes: [], look: null, shape: "treemap", root: 0, items: [], room: "" };
  const path = el("div", { class: "crumbs", role: "group" });
  const board = el("div", { class: "boxes", role: "group" });
  const detail = el("div", { class: "detail", role: "status" });
  const tip = hoverTip();
  const map = { made: el("div", { class: "map" }, path, board, tip.made, detail) };

  map.show = (nodes, look, shape = "treemap") => {
    const isOther = state.look?.tree !== look.tree || !nodes[state.root].inside.length;
    if (isOther) state.root = 0;
    Object.assign(state, { nodes, look, shape });
    draw();
  };

  map.root = () => state.nodes[state.root];

  // Smaller than another map beside it.
  map.scale = (scale) => {
    board.style.setProperty("--scale", scale);
    fit();
  };

  // Look into the node of that path, or into the nearest one above that is here.
  map.follow = (name) => {
    const isOnTheWay = (node) => {
      const own = state.look.path(node.at);
      const isAbove = ["/", IN].some((sign) => name.startsWith(own + sign));
      return node.inside.length && (name === own || isAbove);
    };
    const nearest = state.nodes.filter((node) => node.parent && isOnTheWay(node)).at(-1);
    state.root = nearest ? nearest.at : 0;
    draw();
  };

  map.onRoot = () => {}; // for who follows

  function draw() {
    const { nodes, look, root } = state;
    const hadFocus = board.contains(document.activeElement);
    const room = { width: board.clientWidth, height: board.clientHeight };
    const picture = SHAPES[state.shape](nodes[root], room, look);
    state.items = picture.items;
    state.room = `${room.width} ${room.height}`;
    state.items.forEach(({ node, element }, place) => {
      element.dataset.at = node.at;
      element.setAttribute("tabindex", place ? "-1" : "0");
      element.setAttribute("aria-label", [look.path(node.at), ...rowsOf(node)].join(", "));
    });
    board.className = `boxes ${state.shape}`;
    board.replaceChildren(...picture.elements);
    board.setAttribute("aria-label", look.name);
    path.setAttribute("aria-label", `Path in ${look.name}`);
    path.replaceChildren(...crumbs());
    tip.hide();
    tell(nodes[root]);
    if (hadFocus && state.items.length) state.items[0].element.focus();
  }

  function crumbs() {
    const above = [];
    for (let node = state.nodes[state.root]; node; node = node.parent) above.unshift(node);
    return above.map((node) => {
      const isHere = node.at === state.root;
      const attributes = { type: "button", "aria-current": isHere ? "true" : null };
      const button = el("button", attributes, state.look.label(node.at));
      button.addEventListener("click", () => {
        lookInto(node);
        path.lastElementChild.focus();
      });
      return button;
    });
  }

  function rowsOf(node) {
    const { nodes, look, root } = state;
    const share = (other, name) => `${percent(node.value / (other.value || 1))} of ${name}`;
    const rows = [size(node.value)];
    if (node.at) rows.push(share(nodes[0], look.whole));
    if (root && node.at !== root) rows.push(share(nodes[root], look.label(root)));
    return [...rows, ...look.facts(node.at)];
  }

  function described(node) {
    const { look } = state;
    const name = el("p", null, el("code", null, look.path(node.at)));
    const facts = el("p", { class: "note" }, rowsOf(node).join(" · "));
    const origin = look.origin ? look.origin(node.at) : [];
    const items = origin.map(([word, words]) =>
      el("div", null, el("dt", null, word), el("dd", null, words)),
    );
    const list = el("dl", { class: "origin" }, items);
    return items.length ? [name, facts, list] : [name, facts];
  }

  function tell(node) {
    detail.replaceChildren(...described(node));
  }

  function lookInto(node) {
    if (node.at === state.root) return;
    state.root = node.at;
    draw();
    map.onRoot(state.look.path(node.at));
  }

  // A box that nothing is in leads to the one around it, and the middle of the rings outwards.
  function open(node) {
    const isMiddle = node.at === state.root;
    const target = isMiddle || !node.inside.length ? node.parent : node;
    if (target) lookInto(target);
    if (!isMiddle && target !== node) tell(node);
  }

  function itemOf(event) {
    const element = event.target.closest("[data-at]");
    return element && state.items.find((item) => item.element === element);
  }

  board.addEventListener("pointermove", (event) => {
    const item = event.pointerType === "mouse" ? itemOf(event) : null;
    if (item) tip.show(event, described(item.node));
    else tip.hide();
  });
  board.addEventListener("pointerleave", tip.hide);
  board.addEventListener("click", (event) => {
    const item = itemOf(event);
    if (item) open(item.node);
  });
  board.addEventListener("focusin", (event) => {
    const item = itemOf(event);
    if (!item) return;
    for (const { element } of state.items) element.setAttribute("tabindex", "-1");
    item.element.setAttribute("tabindex", "0");
    tell(item.node);
  });
  board.addEventListener("keydown", (event) => {
    const item = itemOf(event);
    if (!item) return;
    const isPressed = event.key === "Enter" || event.key === " ";
    if (isPressed) open(item.node);
    else if (event.key === "Escape") leave();
    else {
      const next = besides(state.items, item, event.key);
      if (!next) return;
      next.element.focus();
    }
    event.preventDefault();
  });

  // To the node around this one, and there to the box that it is.
  function leave() {
    const node = state.nodes[state.root];
    if (!node.parent) return;
    lookInto(node.parent);
    const box = state.items.find((item) => item.node === node);
    if (box) box.element.focus();
  }

  function fit() {
    const room = `${board.clientWidth} ${board.clientHeight}`;
    if (state.look && room !== state.room) draw();
  }

  new ResizeObserver(fit).observe(board);
  return map;
}

// Where an arrow key leads: left and right to what is beside, down into a node, up out of it.
function besides(items, item, key) {
  const beside = items.filter((other) => other.node.parent === item.node.parent);
  const at = beside.indexOf(item);
  if (key === "ArrowRight") return beside[at + 1];
  if (key === "ArrowLeft") return beside[at - 1];
  if (key === "Home") return beside[0];
  if (key === "End") return beside.at(-1);
  if (key === "ArrowDown") return items.find((other) => other.node.parent === item.node);
  if (key === "ArrowUp") return items.find((other) => other.node === item.node.parent);
  return undefined;
}

// Maps side by side, which look into the same node.
function together(maps, then = () => {}) {
  for (const map of maps) {
    map.onRoot = (path) => {
      for (const other of maps) if (other !== map) other.follow(path);
      then();
    };
  }
}

// A byte is as large in one map as in another.
function sameScale(maps) {
  const values = maps.map((map) => map.root()?.value ?? 0);
  const largest = Math.max(...values, 1);
  maps.forEach((map, at) => map.scale(Math.sqrt(values[at] / largest)));
}

// A treemap: boxes over one another, each before those in it.
function drawBoxes(root, room, look) {
  const items = [];

  function place(node, x, y, width, height, depth) {
    for (const box of squares(besideRest(node), x, y, width, height)) {
      const child = box.item;
      if (!child.inside || box.width < LEAST || box.height < LEAST) continue;
      const hasRoom = box.width > NARROW && box.height > HEAD + LEAST && depth < DEEPEST;
      const isOpen = child.inside.length > 0 && hasRoom;
      items.push({ node: child, element: boxElement(child, box, isOpen, room, look) });
      if (!isOpen) continue;
      const wide = box.width - 2 * EDGE;
      const high = box.height - HEAD - EDGE;
      place(child, box.x + EDGE, box.y + HEAD, wide, high, depth + 1);
    }
  }

  place(root, 0, 0, room.width, room.height, 1);
  return { items, elements: items.map((item) => item.element) };
}

// What is in a node, and what of it no node stands for, which is not drawn.
function besideRest(node) {
  const known = node.inside.reduce((sum, child) => sum + child.value, 0);
  const rest = { value: node.value - known };
  if (!(rest.value > 0)) return node.inside;
  return [...node.inside, rest].sort((one, other) => other.value - one.value);
}

// Widths are shares, so that the picture fits on paper too.
function boxElement(node, box, isOpen, room, look) {
  const lines = Math.floor((box.height - 4) / 16);
  const hasName = box.width > NARROW && lines > 0;
  const words = (look.mark ? look.mark(node.at) : "") + look.label(node.at);
  const name = el("span", null, isOpen ? words : parted(words));
  const hasSize = isOpen ? box.width > 120 : lines > 1 && box.width > 52;
  if (!isOpen) name.style.webkitLineClamp = hasSize ? lines - 1 : lines;
  const content = hasName ? [name, hasSize ? el("small", null, size(node.value)) : null] : [];
  const button = el("button", { type: "button", class: isOpen ? "box open" : "box" }, content);
  button.style.left = `${(100 * box.x) / room.width}%`;
  button.style.width = `${(100 * box.width) / room.width}%`;
  button.style.top = `${box.y}px`;
  button.style.height = `${box.height}px`;
  button.style.background = look.colour(node.at);
  return button;
}

// A name that is broken where its parts end.
function parted(name) {
  return name.split(/(?<=[-_./ ])/).flatMap((part) => [part, el("wbr")]);
}

// A number stands for so many nodes that are too small to be boxes of their own.
function nameOf(label) {
  return typeof label === "number" ? `… ${number(label)} smaller` : label;
}

// The names of a node and of all around it but the root; nodes: {label, parent} in columns.
function pathOf(nodes, at, view) {
  const names = [];
  for (let node = at; node > 0; node = nodes.parent[node]) names.unshift(nameOf(nodes.label[node]));
  if (view === "directory") return "/" + names.join("/");
  return names.join(view === "package" ? IN : "/") || nameOf(nodes.label[at]);
}
