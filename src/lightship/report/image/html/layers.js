// Layers as bars, and in words.

const INSTRUCTION = 60; // characters of an instruction beside a file

// shared: places of the layers that the other image has too.
function layerList(image, shared = new Set()) {
  const sizes = image.layers.map(bytesOf);
  const largest = Math.max(1, ...sizes);
  const items = image.layers.map((layer, at) => layerItem(layer, largest, shared.has(at)));
  return el("ol", { class: "layers" }, items);
}

function bytesOf(layer) {
  return layer.size ?? layer.stored ?? 0;
}

function layerItem(layer, largest, isShared) {
  const words = [layer.base ? "base image" : "", isShared ? "shared" : ""].filter(Boolean);
  const tags = words.map((word) => el("span", { class: "tag" }, word));
  const text = el("code", null, layer.text || "unknown");
  const place = el("span", { class: "where" }, layer.place);
  return el(
    "li",
    { title: layer.digest },
    el("div", { class: "made" }, text, place, tags),
    layerBar(layer, largest),
    el("div", { class: "facts" }, layerFacts(layer).filter(Boolean).join(" · ")),
  );
}

// What made a layer, shortly: its line, or that it is of the base image, or its number.
function placeOf(layer, number) {
  return layer.place || (layer.base ? "base image" : `layer ${number}`);
}

// The same with its instruction.
function lineOf(layer, number) {
  const text = layer.text.split(/\s+/).join(" ");
  const start = text.length > INSTRUCTION ? text.slice(0, INSTRUCTION - 1) + "…" : text;
  return [placeOf(layer, number), start].filter(Boolean).join(" ");
}

function layerBar(layer, largest) {
  const width = (100 * bytesOf(layer)) / largest;
  const wasted = layer.content ? layer.waste / layer.content : 0;
  const seenBar = el("i");
  const wasteBar = el("b");
  seenBar.style.width = `${width * (1 - wasted)}%`;
  wasteBar.style.width = `${width * wasted}%`;
  return el("div", { class: "bar", "aria-hidden": "true" }, seenBar, wasteBar);
}

function layerFacts(layer) {
  const isStoredSmaller = layer.stored !== null && layer.stored !== layer.size;
  return [
    layer.absent ? "" : size(layer.size),
    isStoredSmaller ? `${size(layer.stored)} stored` : "",
    layer.absent || counted(layer.files, "entry", "entries"),
    layer.waste ? `${size(layer.waste)} wasted` : "",
  ];
}
