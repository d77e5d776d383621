const PAGES = { replay: replayPage, advice: advicePage, explanation: explanationPage };
const data = JSON.parse(document.getElementById("data").textContent);
const made = PAGES[data.kind](data);
document.getElementById("page").replaceChildren(...made.parts, el("footer", null, "Made by lightship. What is rebuilt is predicted, from what each step's key depends on."));
made.draw();
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details")) each.open = true;
});
