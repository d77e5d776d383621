const PAGES = { proof: proofPage, trend: trendPage };
const data = JSON.parse(document.getElementById("data").textContent);
const made = PAGES[data.kind](data);
document.getElementById("page").replaceChildren(...made.parts, el("footer", null, "Made by lightship, from builds and runs that were measured."));
made.draw();
