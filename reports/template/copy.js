// Copies what an element shows, and says how that went: "copied", or "selected" where only the keyboard may copy.
const copyShown = async (element) => {
  const text = element.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
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

