// The page reads without this. It adds the search, and to each number all that is needed to quote it.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("page:data").textContent);
  const said = data.said;
  const items = [...document.querySelectorAll(".findings > li")];
  const sections = [...document.querySelectorAll("section")].filter((part) => part.querySelector(".findings"));
  const form = document.querySelector("form.search");
  const words = byId("search:words");
  const advised = document.querySelector("section.advice");
  const choices = [...form.querySelectorAll("select")];
  const sentenceOf = (at) => items[at].querySelector(".sentence");

  // The columns of findings.csv: each text once where many findings share it.
  const columns = new Map(data.columns.map((column) => [column.name, column]));
  const cell = (name, at) => {
    const column = columns.get(name);
    if (!column) return "";
    if (column.made) return cite(at, column.made);
    return column.each ? column.each[at] : column.texts[column.at[at]];
  };

  // Where a number is on the site: the page of its series, and there its years.
  const pageOf = (id) => {
    if (!data.cites.site || !id.startsWith("sesec:")) return "";
    const [measure, indicator, years, ...rest] = id.slice(6).replaceAll(":", "~").split(".");
    return `${data.cites.site}series/${[measure, indicator, ...rest].join(".")}.html#${years}`;
  };
  // A citation is the frame of its style, filled with a finding's own words.
  const tex = (text) => [...text].map((sign) => data.cites.tex[sign] ?? sign).join("");
  const written = (text, name, style) => {
    if (style === "csl") return JSON.stringify(text).slice(1, -1);
    if (style === "bibtex" && name !== "url") return tex(text);
    if (["mla", "chicago"].includes(style) && name === "title") return text.replaceAll("“", "‘").replaceAll("”", "’");
    return text;
  };
  const cite = (at, style) => {
    if (data.cites.at[at] === null) return style === "apa" ? cell("cite_apa", at) : "";
    const [frame, about] = data.cites.sources[data.cites.at[at]];
    const title = sentenceOf(at).textContent.replace(/\.+$/, "");
    const own = { id: items[at].id, title, data: about, url: pageOf(items[at].id) };
    let text = data.cites.frames[frame][style];
    if (style === "bibtex") text = text.replace(data.cites.signs.id, () => own.id); // the key, which TeX never reads
    for (const [name, sign] of Object.entries(data.cites.signs)) {
      text = text.replaceAll(sign, () => written(own[name], name, style));
    }
    return text;
  };

  // One number as CSV: its line of findings.csv under the names of the columns.
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const csv = (at) => {
    const names = [...columns.keys()];
    const lines = [names, names.map((name) => cell(name, at))];
    return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
  };

  const find = searching(data, items.map((item) => item.id), cell, (at) => sentenceOf(at).textContent);

  const valueOf = (name, at) => (name === "level" ? data.levels[at] : cell(name, at));
  const count = (number) => number.toLocaleString("en-US");
  let announcing;
  const show = () => {
    const chosen = choices.filter((choice) => choice.value);
    const found = find(words.value)
      .filter(({ at }) => chosen.every((choice) => valueOf(choice.name, at) === choice.value));
    document.body.classList.toggle("asked", Boolean(words.value || chosen.length)); // answers stand alone, in their own order
    for (const item of items) item.hidden = true;
    const lists = new Set();
    for (const { at } of found) { // the best first, in its section, and the section of the best before the others
      const list = items[at].parentElement;
      items[at].hidden = false;
      list.append(items[at]);
      lists.add(list);
    }
    for (const list of lists) advised.before(list.closest("section"));
    for (const part of sections) {
      const shown = part.querySelectorAll(".findings > li:not([hidden])").length;
      part.hidden = !shown;
      part.querySelector(".count").textContent = `(${shown})`;
    }
    clearTimeout(announcing); // a screen reader hears the count once the typing rests
    announcing = setTimeout(() => {
      const lacking = [...new Set(found.flatMap((match) => match.lacking))].sort();
      const told = said.found.replace("{found}", count(found.length)).replace("{all}", count(items.length));
      const relaxed = lacking.length ? ` ${said.lacking.replace("{words}", lacking.join(", "))}` : "";
      byId("page:found").textContent = found.length ? `${told}${relaxed}` : said.none;
    }, 200);
  };

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  const advice = (at) => {
    const found = items[at].dataset.notes.split(" ").filter(Boolean).map((number) => byId(`note:${number}`));
    return Object.entries(data.kinds).flatMap(([kind, heading]) => {
      const own = found.filter((note) => note.dataset.kind === kind);
      const list = make("ul", {}, ...own.map((note) => make("li", { textContent: note.textContent })));
      return own.length ? [make("h3", { textContent: heading }), list] : [];
    });
  };
  const citation = (at, style) => {
    const text = make(["apa", "mla", "chicago"].includes(style) ? "p" : "pre", { className: "citation", textContent: cite(at, style) });
    if (text.tagName === "PRE") text.tabIndex = 0; // it may scroll sideways
    return [make("h4", { textContent: data.styles[style] }), text, copyButton(text, said.citation.replace("{style}", data.styles[style]), said)];
  };
  const download = (href, file, label) => make("a", { href, download: file, textContent: label });
  const downloads = (at) => {
    const name = items[at].id.replaceAll(":", "-");
    const row = `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${csv(at)}`)}`;
    const links = [download(row, `${name}.csv`, said.row)];
    for (const figure of data.drawn[at]) {
      const [file, name] = data.figures[figure];
      for (const kind of ["png", "svg"]) {
        const label = `${name}, ${kind.toUpperCase()}`;
        links.push(download(`figures/${file}.${kind}`, `${file}.${kind}`, label));
      }
    }
    return make("ul", { className: "downloads" }, ...links.map((link) => make("li", {}, link)));
  };
  const details = (at) => ["source", "method"].flatMap((name) => {
    const text = cell(name, at);
    return text ? [make("p", { className: "source" }, make("strong", { textContent: `${said[name]}. ` }), text)] : [];
  });
  const panel = (at) => {
    const styles = Object.keys(data.styles).filter((style) => cite(at, style));
    const address = make("p", { className: "address", textContent: pageOf(items[at].id) || `${location.href.split("#")[0]}#${items[at].id}` });
    return make("div", { className: "panel", id: `panel:${at}` },
      make("p", { className: "actions" }, copyButton(sentenceOf(at), said.sentence, said), copyButton(address, said.link, said)),
      address,
      make("div", { className: "two" },
        make("div", {}, ...advice(at), ...details(at)),
        make("div", {},
          make("h3", { textContent: said.cite }), ...styles.flatMap((style) => citation(at, style)),
          make("h3", { textContent: said.files }), downloads(at))));
  };

  const toggle = (at, isOpen) => {
    const button = items[at].querySelector("button.quote");
    if (isOpen && !byId(`panel:${at}`)) items[at].append(panel(at));
    const own = byId(`panel:${at}`);
    if (own) own.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  items.forEach((item, at) => {
    const button = make("button", { type: "button", className: "quote", textContent: said.quote });
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", `panel:${at}`);
    button.addEventListener("click", () => toggle(at, button.getAttribute("aria-expanded") === "false"));
    item.querySelector(".id").prepend(button, " ");
  });

  // One school fills a card: of each figure of all its students the newest year, as it is printed, be it withheld.
  const picker = byId("page:school");
  const ofSchools = items.map((item, at) => at).filter((at) => cell("organization_level", at) === "school");
  const schools = [...new Set(ofSchools.map((at) => cell("place", at)))].sort((one, other) => one.localeCompare(other));
  const fill = () => {
    const newest = new Map();
    for (const at of ofSchools) {
      const plain = cell("student_group", at) === "all" || cell("student_group_type", at) === "survey_level";
      if (cell("place", at) !== picker.value || !plain || !["rate", "average", "median", "school_level"].includes(cell("measure", at))) continue;
      const key = `${cell("title", at)} ${cell("grade_level", at)}`;
      if (!newest.has(key) || cell("end_year", newest.get(key)) < cell("end_year", at)) newest.set(key, at);
    }
    const rows = [...newest.values()].map((at) => {
      const [value, interval] = [cell("value", at), cell("interval", at)];
      const link = make("a", { href: `#${items[at].id}`, textContent: `${cell("title", at)}, ${cell("school_year", at)}` });
      return make("div", {}, make("dt", {}, link), make("dd", { textContent: interval && interval !== value ? `${value} (${interval})` : value }));
    });
    byId("page:card").replaceChildren(...(rows.length
      ? [make("h2", { textContent: picker.value }), make("dl", {}, ...rows), make("p", { className: "facts", textContent: said.withheld })] : []));
  };
  if (schools.length > 1) {
    picker.append(make("option", { value: "", textContent: said.pick }), ...schools.map((name) => make("option", { value: name, textContent: name })));
    picker.addEventListener("change", fill);
    document.querySelector(".one-school").hidden = false;
  }

  // A link to a number shows that number, whatever was looked for before.
  const places = new Map(items.map((item, at) => [item.id, at]));
  const goTo = () => {
    const at = places.get(decodeURIComponent(location.hash.slice(1)));
    if (at === undefined) return;
    if (items[at].hidden) {
      form.reset();
      show();
    }
    toggle(at, true);
    items[at].scrollIntoView();
    items[at].querySelector("button.quote").focus({ preventScroll: true });
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", show);
  form.addEventListener("reset", () => { setTimeout(show); });
  addEventListener("hashchange", goTo);
  document.body.classList.add("scripted");
  form.hidden = false;
  addEventListener("load", goTo); // not before: the browser itself goes to the number, and takes the focus with it
})();
