// The first page reads without this. It adds a search over every series; its index is a script, since a page that is
// opened from a disk may read no other file.
(() => {
  const byId = (id) => document.getElementById(id);
  const index = window.searchIndex;
  const columns = new Map(index.columns.map((column) => [column.name, column]));
  const cell = (name, at) => {
    const column = columns.get(name);
    if (!column) return "";
    return column.each ? column.each[at] : column.texts[column.at[at]];
  };
  const ids = columns.get("id").each;
  const find = searching(index, ids, cell, (at) => cell("sentence", at));
  const words = byId("search:words");
  const shown = (at) => {
    const asked = words.value.match(/\b(?:19|20)\d\d\b/g) ?? [];
    const [newest, ...older] = cell("end_year", at).split(" ");
    const anchor = asked.length ? [newest, ...older].find((years) => asked.every((year) => years.includes(year))) : "";
    const link = Object.assign(document.createElement("a"), {
      href: cell("page", at) + (anchor ? `#${anchor}` : ""), textContent: cell("sentence", at),
    });
    const item = document.createElement("li");
    item.append(link);
    if (anchor && anchor !== newest) item.append(` (${anchor})`); // the link leads to that year
    return item;
  };
  const show = () => {
    const found = words.value.trim() ? find(words.value) : [];
    byId("page:results").replaceChildren(...found.slice(0, 50).map(({ at }) => shown(at)));
    const lacking = [...new Set(found.flatMap((match) => match.lacking))].sort();
    const told = index.said.found.replace("{found}", found.length.toLocaleString("en-US")).replace("{all}", ids.length.toLocaleString("en-US"));
    const relaxed = lacking.length ? ` ${index.said.lacking.replace("{words}", lacking.join(", "))}` : "";
    byId("page:found").textContent = !words.value.trim() ? "" : found.length ? `${told}${relaxed}` : index.said.none;
  };
  const form = document.querySelector("form.search");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", show);
  form.hidden = false;
})();
