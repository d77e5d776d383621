// The page of one image.

const PATH = { name: "Path", kind: "path" };
const SIZE = { name: "Size", kind: "size" };
const LAYER = { name: "Layer", kind: "number" };
const PACKAGE = { name: "Package", kind: "text" };
const MADE_BY = { name: "Line", kind: "line" };

function inspectionPage(data) {
  const image = data.images[0];
  const map = imageMaps(data.images);
  const sections = [
    gate(data.outcomes),
    map.made,
    section("layers", `Layers (${image.layers.length})`, layerList(image)),
    findingList(data.findings, data.together),
    knownFlaws(data.flaws),
    filesTable(data.files, image.layers),
    packagesTable(data.packages, data.unowned, image.layers),
    data.folders.total ? foldersTable(data.folders, image.layers) : null,
    wasteTable(data.waste, image.layers),
    duplicatesTable(data.duplicates),
    data.config.length ? section("config", "Config", settings(data.config)) : null,
    notes("What could not be read", data.notes),
  ].filter(Boolean);
  const parts = [inspectionHead(image), contents(sections), ...sections];
  return { parts, draw: map.draw };
}

function inspectionHead(image) {
  const stored = image.stored === image.size ? "" : `${size(image.stored)} stored`;
  const wasted = image.content ? percent(image.waste / image.content) : "";
  const rows = [
    ["Size", size(image.size), stored],
    ["Content", size(image.content), `in ${counted(image.layers.length, "layer")}`],
    ["Waste", size(image.waste), wasted],
    ["Efficiency", percent(image.efficiency)],
    ["User", image.user],
    ["Platform", image.platform],
    ["Distribution", image.distribution, image.support],
    ["Created", image.created.slice(0, 10)],
  ];
  const digest = el("p", { class: "digest" }, image.digest);
  return el("header", null, el("h1", null, image.name), digest, figures(rows));
}

// A cell with the line of a row's layer before that layer, whose number is in the column `at`.
function withLine(data, at, layers) {
  const rows = data.rows.map((row) => {
    const line = lineOf(layers[row[at] - 1], row[at]);
    return [...row.slice(0, at), line, ...row.slice(at)];
  });
  return { ...data, rows };
}

function filesTable(files, layers) {
  const columns = [PATH, SIZE, PACKAGE, MADE_BY, LAYER];
  const note =
    "Files of the final image, the package that each belongs to and the line that brought it. " +
    "A file with several hard links is listed once.";
  return dataTable("files", `Files (${number(files.total)})`, columns, withLine(files, 3, layers), {
    sorted: 1,
    note,
  });
}

function packagesTable(packages, unowned, layers) {
  const columns = [
    { name: "Manager", kind: "text" },
    { name: "Name", kind: "text" },
    { name: "Version", kind: "text" },
    SIZE,
    { name: "Files", kind: "number" },
    MADE_BY,
    LAYER,
    { name: "Wasted", kind: "size" },
  ];
  const title = `Packages (${number(packages.total)})`;
  const note = `${size(unowned)} of the final image belong to no package.`;
  return dataTable("packages", title, columns, withLine(packages, 5, layers), { sorted: 3, note });
}

function foldersTable(folders, layers) {
  const columns = [
    { name: "Folder", kind: "path" },
    SIZE,
    { name: "Files", kind: "number" },
    MADE_BY,
    LAYER,
    { name: "What", kind: "text" },
  ];
  const title = `In no package (${number(folders.total)})`;
  const note = "Files that no package owns, by folder and layer.";
  return dataTable("folders", title, columns, withLine(folders, 3, layers), {
    sorted: 1,
    note,
  });
}

function wasteTable(waste, layers) {
  const columns = [
    PATH,
    SIZE,
    PACKAGE,
    { ...MADE_BY, name: "Written by" },
    LAYER,
    { name: "Why", kind: "text" },
  ];
  const note = "Bytes that a layer ships but that no one can read in the final image.";
  return dataTable("waste", `Waste (${number(waste.total)})`, columns, withLine(waste, 3, layers), {
    sorted: 1,
    note,
  });
}

function duplicatesTable(duplicates) {
  const columns = [
    { name: "Paths", kind: "path" },
    SIZE,
    { name: "Copies", kind: "number" },
    { name: "Size of further copies", kind: "size" },
  ];
  const title = `Duplicates (${number(duplicates.total)})`;
  const note = "Files of the final image with the same content. They do not count as waste.";
  return dataTable("duplicates", title, columns, duplicates, { sorted: 3, note });
}

function settings(rows) {
  const items = rows.map(([name, value]) =>
    el("div", null, el("dt", null, name), el("dd", null, value)),
  );
  return el("dl", { class: "settings" }, items);
}
