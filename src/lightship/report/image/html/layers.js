// Layers as bars, and what there is to do about them.

function layerList(image, shared) {
  const largest = Math.max(1, ...image.layers.map((layer) => layer.size ?? layer.stored ?? 0));
  return el("ol", { class: "layers" }, image.layers.map((layer, at) => layerItem(layer, at, largest, shared && shared.has(at))));
}

function layerItem(layer, at, largest, isShared) {
  const whole = layer.size ?? layer.stored ?? 0, width = (100 * whole) / largest;
  const wasted = layer.content ? layer.waste / layer.content : 0;
  const tags = [layer.base ? "base image" : "", isShared ? "shared" : ""].filter(Boolean).map((word) => el("span", { class: "tag" }, word));
  const facts = [
    layer.absent ? "" : size(layer.size),
    layer.stored !== null && layer.stored !== layer.size ? `${size(layer.stored)} stored` : "",
    layer.absent ? layer.absent : counted(layer.files, "entry").replace("entrys", "entries"),
    layer.waste ? `${size(layer.waste)} wasted` : "",
  ].filter(Boolean);
  const bar = el("div", { class: "bar", "aria-hidden": "true" }, el("i"), el("b"));
  bar.children[0].style.width = `${width * (1 - wasted)}%`;
  bar.children[1].style.width = `${width * wasted}%`;
  return el("li", { title: layer.digest },
    el("div", { class: "made" }, el("code", null, layer.text || "unknown"), el("span", { class: "where" }, layer.place), tags),
    bar,
    el("div", { class: "facts" }, facts.join(" · ")));
}

function findingList(findings) {
  if (!findings.length) return section("findings", "Advice", el("p", { class: "note" }, "Nothing to do."));
  return section("findings", `Advice (${findings.length})`, el("div", { class: "findings" }, findings.map(findingItem)));
}

function findingItem(finding) {
  const saves = finding.saves === null ? null : el("span", { class: "saves" }, `saves ${size(finding.saves)}`,
    finding.estimated ? el("small", null, `, an estimate from ${finding.estimated}`) : null);
  const places = finding.places.map(([path, bytes, layer, seen, note]) => el("li", null, el("code", null, path),
    ` ${size(bytes)}, layer ${layer}${seen ? "" : ", not in the final image"}`, note ? ` (${note})` : ""));
  const more = finding.count - places.length;
  const where = [finding.place, finding.rule ? `rule ${finding.rule}` : ""].filter(Boolean).join(" · ");
  return el("article", { class: finding.severity },
    el("h3", null, el("span", { class: "tag " + finding.severity }, finding.severity), " ", finding.message, " ", saves),
    finding.advice ? el("p", null, finding.advice) : null,
    where || finding.text ? el("p", { class: "where" }, where, where && finding.text ? " · " : "", finding.text ? el("code", null, finding.text) : null) : null,
    places.length ? el("details", null, el("summary", null, counted(Math.max(finding.count, places.length), "file")),
      el("ul", null, places, more > 0 ? el("li", null, `… ${number(more)} more`) : null)) : null);
}
