// The page works without this. It folds the contents, sorts tables, and copies citations.
(() => {
  const spoken = document.getElementById("page:spoken");
  const told = spoken.dataset; // the words stand in the page, in its language
  const contents = document.querySelector(".contents details");
  const beside = matchMedia("(min-width: 62rem)"); // there is room for the contents beside the report
  const fold = () => { contents.open = beside.matches; };
  if (contents) {
    fold();
    beside.addEventListener("change", fold);
    contents.addEventListener("click", ({ target }) => { if (target.closest("a")) fold(); }); // they lie over what they lead to
  }

  // A cell sorts by its first number, a range by its low end; cells without one come last, whichever way.
  const key = (cell) => {
    const found = cell.textContent.replace(/,(?=\d{3})/g, "").match(/[−-]?\d+(\.\d+)?/);
    return found ? Number(found[0].replace("−", "-")) : null;
  };
  const compared = (one, other, up) => {
    if (one.key === null || other.key === null) return (one.key === null) - (other.key === null);
    return up ? one.key - other.key : other.key - one.key;
  };
  const sort = (table, column, up) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, key: key(row.cells[column]), text: row.cells[column].textContent }));
    const isText = column === 0 || rows.every((row) => row.key === null);
    const words = (one, other) => one.text.localeCompare(other.text, undefined, { numeric: true }) * (up ? 1 : -1);
    rows.sort(isText ? words : (one, other) => compared(one, other, up));
    body.append(...rows.map(({ row }) => row));
  };
  for (const table of document.querySelectorAll("table.stack")) {
    if (table.tBodies[0].rows.length < 3) continue;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        sort(table, column, up);
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
      });
      head.append(button);
    });
  }

  // The list of schools, by parts of a name of today or of before, or by initials: no capitals, accents, hyphens or apostrophes.
  const asked = document.getElementById("page:school");
  if (asked) {
    const plain = (text) => text.normalize("NFKD").replace(/[^\p{L}\p{N}\s]/gu, "").toLowerCase().trim();
    const initials = (name) => plain(name).split(/\s+/).map((word) => word[0]).join("");
    const items = [...document.querySelectorAll("section .prose li")].filter((item) => item.querySelector("a[href$='/index.html']"));
    asked.form.hidden = false;
    asked.form.addEventListener("submit", (event) => event.preventDefault());
    asked.addEventListener("input", () => {
      const words = plain(asked.value).split(/\s+/);
      for (const item of items) {
        const told = [plain(item.textContent), initials(item.querySelector("a").textContent)];
        item.hidden = !words.every((word) => told.some((text) => text.includes(word)));
      }
      const left = items.filter((item) => !item.hidden);
      for (const part of document.querySelectorAll("section:has(.prose li), .prose:has(li)")) {
        part.hidden = !part.querySelector("li:not([hidden])");
        if (part.matches(".prose") && part.previousElementSibling?.matches("h3")) part.previousElementSibling.hidden = part.hidden;
      }
      document.getElementById("page:schools").textContent = left.length ? left.map((item) => item.querySelector("a").textContent).slice(0, 5).join(", ") : told.none;
    });
  }

  // What is under the pointer, or under the focus, is said in a small box beside it; Escape takes it away.
  for (const marks of document.querySelectorAll(".marks")) {
    const picture = marks.parentElement;
    const every = [...marks.querySelectorAll("rect")];
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.hidden = true;
    picture.append(tip);
    let at = -1;
    const hide = () => {
      tip.hidden = true;
      for (const other of every) other.classList.remove("on");
    };
    const show = (mark) => {
      hide();
      const title = mark.querySelector("title");
      if (title) {
        mark.setAttribute("aria-label", title.textContent); // the browser's own box would say it twice
        mark.setAttribute("role", "img");
        title.remove();
      }
      at = every.indexOf(mark);
      mark.classList.add("on");
      tip.textContent = mark.getAttribute("aria-label");
      tip.hidden = false;
      const box = mark.getBoundingClientRect();
      const all = picture.getBoundingClientRect();
      const seen = picture.parentElement; // on a telephone it shows a part of the picture
      const left = Math.min(box.right - all.left + 6, seen.scrollLeft + seen.clientWidth - tip.offsetWidth);
      const above = box.top - all.top - tip.offsetHeight - 6;
      tip.style.left = `${Math.max(left, seen.scrollLeft)}px`;
      tip.style.top = `${above < 0 ? box.bottom - all.top + 6 : above}px`;
    };
    marks.addEventListener("pointerover", (event) => { if (event.target.matches("rect")) show(event.target); });
    marks.addEventListener("pointerleave", hide);
    marks.addEventListener("blur", hide);
    marks.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") hide();
      if (!step) return;
      event.preventDefault();
      show(every[(at + step + every.length) % every.length]);
      spoken.textContent = tip.textContent;
    });
  }

  for (const citation of document.querySelectorAll(".citation")) citation.after(copyButton(citation, told.copy, told));
})();
