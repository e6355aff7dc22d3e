// Copies what an element shows, as text and as HTML, and says how that went: "copied", or "selected" where only the keyboard may copy.
const copyShown = async (element) => {
  const text = element.textContent.trim();
  try {
    const kinds = { "text/plain": text, "text/html": element.outerHTML };
    const blobs = Object.entries(kinds).map(([type, content]) => [type, new Blob([content], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    return "copied";
  } catch {
    // No clipboard for this page, or no leave to use it: the old way, which a reader can finish by hand.
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy") ? "copied" : "selected";
  }
};


// A button that copies what an element shows, and says how that went: on itself and to a screen reader.
const copyButton = (element, label, told) => {
  const spoken = document.getElementById("page:spoken");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  button.addEventListener("click", async () => {
    spoken.textContent = button.textContent = told[await copyShown(element)];
    setTimeout(() => { button.textContent = label; spoken.textContent = ""; }, 3000);
  });
  return button;
};
