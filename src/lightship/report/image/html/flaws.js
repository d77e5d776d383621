// What is known against the packages of an image, and what a change brings and removes.

const FLAW = [
  { name: "Rating", kind: "rating" },
  { name: "CVSS", kind: "number" },
  { name: "Vulnerability", kind: "text" },
  { name: "Package", kind: "text" },
  { name: "Version", kind: "text" },
  { name: "Fixed in", kind: "text" },
  { name: "Line", kind: "line" },
  { name: "What", kind: "text" },
];

const EXPLOITS = { name: "Exploited", kind: "text" };

// null where they were not looked for.
function knownFlaws(flaws) {
  if (!flaws) return null;
  const first = flaws.actions.length ? bullets(flaws.actions) : null;
  const rest = flaws.command ? el("p", { class: "note" }, el("code", null, flaws.command)) : null;
  return flawSection(flaws, FLAW, first, rest);
}

function changedFlaws(flaws) {
  if (!flaws) return null;
  return flawSection(flaws, [STATE, ...FLAW]);
}

function flawSection(flaws, columns, ...more) {
  const title = "Known vulnerabilities";
  const age = flaws.age ? el("p", { class: "note" }, capital(flaws.age) + ".") : null;
  const above = [el("p", null, capital(flaws.summary) + "."), ...more, age];
  const shown = flaws.exploits ? [...columns, EXPLOITS] : columns;
  const table = dataTable("flaws", title, shown, flaws.found, { above });
  return table ?? section("flaws", title, ...above);
}
