// The diff, each row with the change that wrote it and what that did. And a table of what each
// change did.

function changeSection(rows, shares, columns) {
  if (!rows.length) return null;
  const body = rows.map(([kind, line, text, places, many]) => {
    const own = places.map((place) => shares[place]);
    return el(
      "tr",
      { class: kind },
      el("td", { class: "number" }, line ? String(line) : ""),
      el("td", { class: "line" }, el("code", null, text)),
      many && shares.length ? effects(own, columns, many) : null,
    );
  });
  const names = shares.length ? ["Line", "Text", "Effect"] : ["Line", "Text"];
  const titles = names.map((word) => el("th", { scope: "col" }, word));
  const table = el(
    "table",
    { class: "diff" },
    el("caption", { class: "hidden" }, "The change, line by line"),
    el("thead", { class: "hidden" }, el("tr", null, titles)),
    el("tbody", null, body),
  );
  return section("change", "The change", scrolled("The change", table));
}

function scrolled(label, table) {
  const frame = { class: "scroll", tabindex: "0", role: "region", "aria-label": label };
  return el("div", frame, table);
}

function effects(shares, columns, many) {
  const rows = shares.map((share) => {
    const title = el("b", null, sentence(share.title));
    const failed = el("span", { class: "failing" }, sentence(share.failed));
    const tags = share.parts.map((part, at) => (part ? partTag(part, columns[at]) : []));
    return el("div", null, title, " ", share.failed ? failed : tags);
  });
  return el("td", { class: "effect", rowspan: String(many) }, rows);
}

function partTag(part, name) {
  return [" ", el("span", { class: "tag part " + part.change }, `${name} ${part.text}`)];
}

function shareSection(shares, columns) {
  if (!shares.length) return null;
  const names = ["Change, on top of those above", ...columns];
  const head = el(
    "tr",
    null,
    names.map((name) => el("th", { scope: "col" }, name)),
  );
  const rows = el("tbody", null, shares.map(shareRow));
  const table = el("table", { class: "shares" }, el("thead", null, head), rows);
  const title = "Which change did what";
  return section("shares", `${title} (${shares.length})`, scrolled(title, table));
}

function shareRow(share) {
  const rule = share.rule ? [" ", el("code", null, share.rule)] : null;
  const failed = share.failed ? el("p", { class: "failing" }, sentence(share.failed)) : null;
  const parts = share.parts.map((part) =>
    el("td", { class: part ? "part " + part.change : "" }, part ? part.text : ""),
  );
  return el("tr", null, el("th", { scope: "row" }, sentence(share.title), rule, failed), parts);
}
