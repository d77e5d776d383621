// The page of a proof.

function proofPage(data) {
  const map = mapSection(data.maps, data.sides);
  const sections = [
    figureSection(data.groups, data.spread), shareSection(data.shares, data.columns), stepSection(data.steps, data.sides, data.build), map && map.made,
    changeSection(data.change, data.shares, data.columns), answerSection(data.answers), gate(data.outcomes), notesOf(data.notes),
  ].filter(Boolean);
  const head = el("header", null,
    el("h1", null, el("span", { class: "kind " + data.verdict.replace(" ", "-") }, data.verdict), " ", data.summary),
    el("p", { class: "where" }, data.sides[0], " → ", data.sides[1]),
    data.verdict === "broken" && data.reasons.length > 1 ? el("ul", { class: "reasons" }, data.reasons.map((each) => el("li", null, each))) : null,
    el("p", { class: "note" }, data.foot.join(" · ")));
  return { parts: [head, contents(sections), ...sections], draw: () => map && map.draw() };
}

function answerSection(answers) {
  if (!answers.length) return null;
  return section("answers", `Answers (${answers.length})`, el("div", { class: "findings" }, answers.map((each) =>
    el("article", { class: each.same ? "safe" : "warning" },
      el("h3", null, el("span", { class: "tag " + (each.same ? "passed" : "warning") }, each.same ? "the same" : "differs"), " ", el("code", null, each.question)),
      el("div", { class: "two" }, each.sides.map(answerOf))))));
}

function answerOf(answer, at) {
  if (!answer) return el("div", null, el("p", { class: "note" }, SIDES[at], ": not asked"));
  return el("div", null, el("p", { class: "note" }, `${SIDES[at]}: `, answer.error ? el("span", { class: "bad" }, answer.error) : `status ${answer.status}`),
    answer.text ? el("pre", { tabindex: "0" }, answer.text) : null);
}

function notesOf(rows) {
  return rows.length ? section("notes", "Notes", el("ul", null, rows.map((row) => el("li", null, row)))) : null;
}
