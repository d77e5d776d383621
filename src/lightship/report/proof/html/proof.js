// The page of a proof.

function proofPage(data) {
  const map = mapSection(data.maps, data.sides);
  const sections = [
    figureSection(data.groups, data.spread),
    shareSection(data.shares, data.columns),
    stepSection(data.steps, data.sides, data.build),
    map && map.made,
    changeSection(data.change, data.shares, data.columns),
    answerSection(data.answers),
    gate(data.outcomes),
    notes("Notes", data.notes),
  ].filter(Boolean);
  const parts = [proofHead(data), contents(sections), ...sections];
  return { parts, draw: () => map && map.draw() };
}

function proofHead(data) {
  const verdict = el("span", { class: "kind " + data.verdict.replace(" ", "-") }, data.verdict);
  const hasReasons = data.verdict === "broken" && data.reasons.length > 1;
  const reasons = hasReasons ? bullets(data.reasons) : null;
  if (reasons) reasons.className = "reasons";
  return el(
    "header",
    null,
    el("h1", null, verdict, " ", sentence(data.summary)),
    el("p", { class: "where" }, data.sides[0], " → ", data.sides[1]),
    reasons,
    data.advice ? el("p", { class: "advice" }, el("strong", null, data.advice)) : null,
    data.weighed ? el("p", { class: "note" }, data.weighed) : null,
    el("p", { class: "note" }, data.foot.join(" · ")),
  );
}

function answerSection(answers) {
  if (!answers.length) return null;
  const items = el("div", { class: "findings" }, answers.map(answerItem));
  return section("answers", `Answers (${answers.length})`, items);
}

function answerItem(answer) {
  const kind = answer.same ? "passed" : "warning";
  const tag = el("span", { class: "tag " + kind }, answer.same ? "the same" : "differs");
  return el(
    "article",
    { class: answer.same ? "safe" : "warning" },
    el("h3", null, tag, " ", el("code", null, answer.question)),
    el("div", { class: "two" }, answer.sides.map(answerOf)),
  );
}

function answerOf(answer, at) {
  if (!answer) return el("div", null, el("p", { class: "note" }, SIDES[at], ": not asked"));
  const error = el("span", { class: "bad" }, sentence(answer.error));
  const result = answer.error ? error : `status ${answer.status}`;
  const text = answer.text ? el("pre", { tabindex: "0" }, answer.text) : null;
  return el("div", null, el("p", { class: "note" }, `${SIDES[at]}: `, result), text);
}
