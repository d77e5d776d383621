// The layout and the drawing of a sunburst: the node in the middle, what is in it in rings around.

const RINGS = 4;
const THINNEST = 0.01; // radians of an arc that is drawn
const LETTER = 6.4; // pixels, on average
const LINE = 14;

function drawRings(root, room, look) {
  const radius = Math.min(room.width, room.height) / 2;
  const rings = Math.min(RINGS, depthOf(root));
  const ring = radius / (rings + 1);
  const arcs = [];

  function place(node, from, to, depth) {
    arcs.push({ node, from, to, inner: depth * ring, outer: (depth + 1) * ring });
    if (depth === rings) return;
    let start = from;
    for (const child of node.inside) {
      const end = start + ((to - from) * child.value) / node.value;
      if (end - start > THINNEST) place(child, start, end, depth + 1);
      start = end;
    }
  }

  place(root, 0, 2 * Math.PI, 0);
  const items = arcs.map((arc) => ({ node: arc.node, element: arcElement(arc, look) }));
  const labels = arcs.map((arc) => arcLabel(arc, look));
  const frame = { width: room.width, height: room.height, class: "rings" };
  const middle = `translate(${room.width / 2} ${room.height / 2})`;
  const shapes = items.map((item) => item.element);
  const group = drawn("g", { transform: middle }, shapes, labels);
  return { items, elements: [drawn("svg", frame, group)] };
}

// How many nodes stand in one another below a node.
function depthOf(node) {
  return Math.max(0, ...node.inside.map((child) => 1 + depthOf(child)));
}

function arcElement(arc, look) {
  const shape = arc.inner ? arcPath(arc) : circlePath(arc.outer - 1);
  const path = drawn("path", { class: "arc", d: shape, role: "button" });
  path.style.fill = look.colour(arc.node.at);
  return path;
}

function circlePath(radius) {
  const half = `a ${radius} ${radius} 0 1 1`;
  return `M ${-radius} 0 ${half} ${2 * radius} 0 ${half} ${-2 * radius} 0 Z`;
}

// Angles are clockwise from the top.
function arcPath({ from, to, inner, outer }) {
  const end = Math.min(to, from + 2 * Math.PI - 0.0005); // a whole turn would be none
  const point = (angle, radius) => `${radius * Math.sin(angle)} ${-radius * Math.cos(angle)}`;
  const isLarge = end - from > Math.PI ? 1 : 0;
  const there = `A ${outer} ${outer} 0 ${isLarge} 1 ${point(end, outer)}`;
  const back = `A ${inner} ${inner} 0 ${isLarge} 0 ${point(from, inner)}`;
  return `M ${point(from, outer)} ${there} L ${point(end, inner)} ${back} Z`;
}

// The name stands along the arc or across it, wherever there is more room for it.
function arcLabel(arc, look) {
  const { from, to, inner, outer, node } = arc;
  const name = look.label(node.at);
  if (!inner) return ringText(name, 2 * outer - 12, "");
  const angle = (from + to) / 2;
  const middle = (inner + outer) / 2;
  const width = to - from >= Math.PI ? 2 * middle : 2 * middle * Math.sin((to - from) / 2);
  const straight = 2 * Math.sqrt(outer ** 2 - (middle + LINE / 2) ** 2); // rather than a curve
  const along = outer - inner > LINE ? Math.min(width, straight) - 6 : 0;
  const across = width > LINE ? outer - inner - 6 : 0;
  const degrees = (angle * 180) / Math.PI;
  const isAlong = along >= across;
  const isUpsideDown = isAlong ? degrees > 90 && degrees < 270 : degrees > 180;
  const turn = degrees - (isAlong ? 0 : 90) + (isUpsideDown ? 180 : 0);
  const place = `translate(${middle * Math.sin(angle)} ${-middle * Math.cos(angle)})`;
  return ringText(name, Math.max(along, across), `${place} rotate(${turn})`);
}

function ringText(name, room, transform) {
  const most = Math.floor(room / LETTER);
  if (most < 3) return null;
  const text = name.length > most ? name.slice(0, most - 1) + "…" : name;
  return drawn("text", { transform, "aria-hidden": "true" }, text);
}
