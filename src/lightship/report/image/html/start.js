const data = JSON.parse(document.getElementById("data").textContent);
const made = data.kind === "comparison" ? comparisonPage(data) : inspectionPage(data);
const main = document.getElementById("page");
main.replaceChildren(...made.parts, el("footer", null, "Made by lightship. Sizes are in decimal units: 1 MB = 1,000,000 bytes."));
made.draw();
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details")) each.open = true;
});
