// What there is to do about an image.

function findingList(findings, together) {
  if (!findings.length) {
    return section("findings", "Advice", el("p", { class: "note" }, "Nothing to do."));
  }
  const items = el("div", { class: "findings" }, findings.map(findingItem));
  const total = together ? el("p", { class: "note" }, sentence(together) + ".") : null;
  return section("findings", `Advice (${findings.length})`, total, items);
}

function findingItem(finding) {
  const tag = el("span", { class: "tag " + finding.severity }, finding.severity);
  return el(
    "article",
    { class: finding.severity },
    el("h3", null, tag, " ", sentence(finding.message), " ", savings(finding)),
    finding.advice ? el("p", null, sentence(finding.advice)) : null,
    findingPlace(finding),
    findingFiles(finding),
  );
}

function savings(finding) {
  const own = finding.saves ? `saves ${size(finding.saves)}` : "";
  const base = finding.inBase ? `${size(finding.inBase)} in the base image` : "";
  if (!own && !base) return null;
  const source = finding.estimated ? [", estimated from ", sentence(finding.estimated)] : null;
  const small = source ? el("small", null, source) : null;
  return el("span", { class: own ? "saves" : "in-base" }, [own, base].filter(Boolean).join(", and "), small);
}

function findingPlace(finding) {
  const rule = finding.rule ? `rule ${finding.rule}` : "";
  const where = [finding.place, rule].filter(Boolean).join(" · ");
  if (!where && !finding.text) return null;
  const text = finding.text ? el("code", null, finding.text) : null;
  return el("p", { class: "where" }, where, where && text ? " · " : "", text);
}

function findingFiles(finding) {
  if (!finding.places.length) return null;
  const items = finding.places.map(([path, bytes, layer, isSeen, note]) => {
    const absent = isSeen ? "" : ", not in the final image";
    const facts = ` ${size(bytes)}, layer ${layer}${absent}`;
    return el("li", null, el("code", null, path), facts, note ? [" (", sentence(note), ")"] : null);
  });
  const left = finding.count - items.length;
  if (left > 0) items.push(el("li", null, `… ${number(left)} more`));
  const title = counted(Math.max(finding.count, finding.places.length), "file");
  return el("details", null, el("summary", null, title), el("ul", null, items));
}
