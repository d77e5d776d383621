// The diff, each row with the change that wrote it and what that did; and what each change did, as a table.

function changeSection(rows, shares, columns) {
  if (!rows.length) return null;
  const body = rows.map(([kind, line, text, places, many]) => el("tr", { class: kind },
    el("td", { class: "number" }, line ? String(line) : ""), el("td", { class: "line" }, el("code", null, text)),
    many ? effects(places.map((place) => shares[place]), columns, many) : null));
  const table = el("table", { class: "diff" }, el("caption", { class: "hidden" }, "The change, line by line"),
    el("thead", { class: "hidden" }, el("tr", null, ["Line", "Text", "Effect"].map((word) => el("th", { scope: "col" }, word)))), el("tbody", null, body));
  return section("change", "The change", el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "The change" }, table));
}

function effects(found, columns, many) {
  return el("td", { class: "effect", rowspan: String(many) }, found.map((share) => el("div", null, el("b", null, share.title),
    share.failed ? el("span", { class: "tag failed" }, "fails") : share.parts.flatMap((part, at) => (part ? partTag(part, columns[at]) : [])))));
}

function partTag(part, name) {
  return [" ", el("span", { class: "tag part " + part.change }, `${name} ${part.text}`)];
}

function shareSection(shares, columns) {
  if (!shares.length) return null;
  const rows = shares.map((share) => el("tr", null,
    el("th", { scope: "row" }, share.title, share.rule ? [" ", el("code", null, share.rule)] : null,
      share.failed ? el("p", { class: "bad" }, "fails: ", share.failed) : null),
    share.parts.map((part) => el("td", { class: part ? "part " + part.change : "" }, part ? part.text : ""))));
  const head = el("tr", null, el("th", { scope: "col" }, "Change, on those before it"), columns.map((name) => el("th", { scope: "col" }, name)));
  return section("shares", `Which change did what (${shares.length})`,
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Which change did what" }, el("table", { class: "shares" }, el("thead", null, head), el("tbody", null, rows))));
}
