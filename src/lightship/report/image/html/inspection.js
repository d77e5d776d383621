// The page of one image.

const PATH = { name: "Path", kind: "path" };

function inspectionPage(data) {
  const image = data.images[0], map = charts(data.images);
  const sections = [
    gate(data.outcomes),
    map.made,
    section("layers", `Layers (${image.layers.length})`, layerList(image)),
    findingList(data.findings),
    dataTable("files", `Files (${number(data.files.total)})`, [PATH, { name: "Size", kind: "size" }, { name: "Layer", kind: "number" }, { name: "Package", kind: "text" }],
      data.files, { sorted: 1, note: "Contents of the final image, each once though it has several hard links." }),
    dataTable("packages", `Packages (${number(data.packages.total)})`, [
      { name: "Manager", kind: "text" }, { name: "Name", kind: "text" }, { name: "Version", kind: "text" }, { name: "Size", kind: "size" },
      { name: "Files", kind: "number" }, { name: "Layer", kind: "number" }, { name: "Wasted", kind: "size" },
    ], data.packages, { sorted: 3, note: `No package owns ${size(data.unowned)} of the final image.` }),
    dataTable("waste", `Waste (${number(data.waste.total)})`, [PATH, { name: "Size", kind: "size" }, { name: "Written by layer", kind: "number" },
      { name: "Why", kind: "text" }],
      data.waste, { sorted: 1, note: "Bytes that a layer ships and that no one can read in the final image." }),
    dataTable("duplicates", `Duplicates (${number(data.duplicates.total)})`, [{ name: "Paths", kind: "path" }, { name: "Size", kind: "size" }, { name: "Copies", kind: "number" }, { name: "Beside one copy", kind: "size" }],
      data.duplicates, { sorted: 3, note: "Files of the final image that have the same content. They are no waste." }),
    data.config.length ? section("config", "Config", settings(data.config)) : null,
    notes(data.notes),
  ].filter(Boolean);
  return { parts: [inspectionHead(image), contents(sections), ...sections], draw: map.draw };
}

function inspectionHead(image) {
  return el("header", null, el("h1", null, image.name), el("p", { class: "digest" }, image.digest), figures([
    ["Size", size(image.size), image.stored === image.size ? "" : `${size(image.stored)} stored`],
    ["Content", size(image.content), `in ${counted(image.layers.length, "layer")}`],
    ["Waste", size(image.waste), image.content ? percent(image.waste / image.content) : ""],
    ["Efficiency", percent(image.efficiency)],
    ["User", image.user],
    ["Platform", image.platform],
    ["Distribution", image.distribution, image.support],
    ["Created", image.created.slice(0, 10)],
  ]));
}

function settings(rows) {
  return el("dl", { class: "settings" }, rows.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))));
}
