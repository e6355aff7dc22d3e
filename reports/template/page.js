// The page works without this. It adds a button that copies a citation, and opens what is folded before printing.
(() => {
  const spoken = document.getElementById("page:spoken");
  const told = spoken.dataset; // the words stand in the page, in its language
  for (const citation of document.querySelectorAll(".citation")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = told.copy;
    button.addEventListener("click", async () => {
      spoken.textContent = button.textContent = told[await copyShown(citation)];
      setTimeout(() => { button.textContent = told.copy; spoken.textContent = ""; }, 3000);
    });
    citation.after(button);
  }
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open]):not(.numbers, .words, .long)")];
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
  });
})();
