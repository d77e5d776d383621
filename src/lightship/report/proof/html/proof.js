// The page of a proof.

function proofPage(data) {
  const map = mapSection(data.maps, data.sides);
  const failed = data.outcomes.some((outcome) => !outcome.passed);
  const limits = gate(data.outcomes);
  const sections = [
    worseSection(data.worse, data.leading.length),
    failed ? limits : null,
    changeSection(data.change, data.shares, data.columns),
    shareSection(data.shares, data.columns),
    figureSection(data.groups, data.spread),
    answerSection(data.answers),
    stepSection(data.steps, data.sides, data.build),
    map && map.made,
    failed ? null : limits,
    notes("Notes", data.notes),
  ].filter(Boolean);
  const foot = el("p", { class: "note made-by" }, data.foot.join(" · "));
  const parts = [proofHead(data), contents(sections), ...sections, foot];
  return { parts, draw: () => map && map.draw() };
}

function proofHead(data) {
  const verdict = el("span", { class: "kind " + data.verdict.replace(" ", "-") }, data.verdict);
  const reasons = data.reasons.length ? bullets(data.reasons) : null;
  if (reasons) reasons.className = "reasons";
  return el(
    "header",
    null,
    el("h1", null, verdict, " ", sentence(data.summary)),
    reasons,
    data.advice ? el("p", { class: "advice" }, el("strong", null, data.advice)) : null,
    el("p", { class: "where" }, data.sides[0], " → ", data.sides[1]),
    data.leading.length ? el("dl", { class: "figures leading" }, data.leading.map(card)) : null,
    data.weighed ? el("p", { class: "note" }, data.weighed) : null,
  );
}

// A figure that matters: what it became, and what that is a change of.
function card(row) {
  const sides = `${row.sides[0]} → ${row.sides[1]}`;
  const value = el("dd", null, changeWords(row), el("small", null, sides));
  return el("div", { class: row.change }, el("dt", null, row.name), value);
}

function changeWords(row) {
  const sign = el("span", { class: "sign", "aria-hidden": "true" }, row.sign);
  return el("span", { class: "said " + row.change }, sign, " ", row.said);
}

function worseSection(rows, isMore) {
  if (!rows.length) return null;
  const items = rows.map((row) =>
    el(
      "li",
      null,
      el("b", null, row.name),
      ` ${row.sides[0]} → ${row.sides[1]} `,
      row.said === row.word ? null : changeWords(row),
      row.note ? el("p", { class: "note" }, sentence(row.note)) : null,
    ),
  );
  const title = `${isMore ? "Also worse" : "What is worse"} (${rows.length})`;
  return section("worse", title, el("ul", { class: "worse" }, items));
}

function answerSection(answers) {
  if (!answers.length) return null;
  const items = el("div", { class: "findings" }, answers.map(answerItem));
  return section("answers", `Answers (${answers.length})`, items);
}

function answerItem(answer) {
  const isSame = answer.same && !answer.headers.length;
  const kind = isSame ? "passed" : "warning";
  const tag = el("span", { class: "tag " + kind }, answerWord(answer));
  return el(
    "article",
    { class: isSame ? "safe" : "warning" },
    el("h3", null, tag, " ", el("code", null, answer.question)),
    el("div", { class: "two" }, answer.sides.map(answerOf)),
  );
}

function answerWord(answer) {
  if (!answer.same) return "differs";
  return answer.headers.length ? `differs in ${answer.headers.join(", ")}` : "the same";
}

function answerOf(answer, at) {
  if (!answer) return el("div", null, el("p", { class: "note" }, SIDES[at], ": not asked"));
  const error = el("span", { class: "bad" }, sentence(answer.error));
  const result = answer.error ? error : `status ${answer.status}`;
  const text = answer.text ? el("pre", { tabindex: "0" }, answer.text) : null;
  return el("div", null, el("p", { class: "note" }, `${SIDES[at]}: `, result), text);
}
