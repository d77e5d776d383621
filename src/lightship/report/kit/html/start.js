// Puts the page together.

const TOO_OLD = "This page needs a newer browser: one of 2023 or later.";

// pages: {kind of the data: function that makes {parts, draw}}.
async function start(pages, foot) {
  const main = document.getElementById("page");
  if (!("DecompressionStream" in window)) {
    main.textContent = TOO_OLD;
    return;
  }
  const data = await unpackedData();
  const made = pages[data.kind](data);
  main.replaceChildren(...made.parts, el("footer", null, foot));
  made.draw();
  // On paper nothing can be opened.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
}

// As page.py packs it: JSON, compressed, in base64.
async function unpackedData() {
  const text = atob(document.getElementById("data").textContent);
  const bytes = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(plain).json();
}
