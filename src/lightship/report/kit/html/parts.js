// What several pages have: figures, limits, notes, the way to the sections.

function figures(rows) {
  return el("dl", { class: "figures" }, rows.filter((row) => row[1]).map(([name, value, detail]) =>
    el("div", null, el("dt", null, name), el("dd", null, value, detail ? el("small", null, detail) : null))));
}

function gate(outcomes) {
  if (!outcomes.length) return null;
  const failed = outcomes.filter((each) => !each.passed).length;
  return section("gate", `Limits: ${failed ? `${failed} of ${outcomes.length} failed` : "all kept"}`, el("ul", { class: "gate" }, outcomes.map((each) =>
    el("li", { class: each.passed ? "passed" : "failed" },
      el("span", { class: "tag " + (each.passed ? "passed" : "failed") }, each.passed ? "passed" : "failed"), " ",
      el("b", null, each.name), ` ${each.limit}: ${each.figure}`,
      each.detail.length ? el("ul", null, each.detail.map((row) => el("li", null, row))) : null))));
}

function notes(rows) {
  return rows.length ? section("notes", "What could not be read", el("ul", null, rows.map((row) => el("li", null, row)))) : null;
}

function contents(sections) {
  return el("nav", { "aria-label": "Contents" }, sections.map((each) =>
    el("a", { href: "#" + each.id }, each.querySelector("h2").textContent.replace(/ \(.*|:.*/, ""))));
}
