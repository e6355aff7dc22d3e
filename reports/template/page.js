// The page works without this. It adds a button that copies a citation, and opens what is folded before printing.
(() => {
  const spoken = document.getElementById("page:spoken");
  if (navigator.clipboard) {
    for (const citation of document.querySelectorAll(".citation")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy citation";
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(citation.textContent.trim());
          spoken.textContent = button.textContent = "Copied";
        } catch {
          spoken.textContent = button.textContent = "Not copied: select the text instead";
        }
        setTimeout(() => { button.textContent = "Copy citation"; spoken.textContent = ""; }, 3000);
      });
      citation.after(button);
    }
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
