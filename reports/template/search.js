// The search of the findings page and of the site's first page: what `evidence/search.py` does, in the same order.
// `index` holds the words of the search and of groups; `cell` gives a column of a finding, `sentence` its sentence.
const searching = (index, ids, cell, sentence) => {
  // Words to look for: no capitals, no accents, no plural s; 2018-19 is 2019, $ is dollar.
  const endYear = (all, first, last) => ((Number(first) + 1) % 100 === Number(last) ? String(Number(first) + 1) : all);
  const tokens = (text) => {
    const plain = text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/(?<!under )\$/g, " dollar ")
      .replace(/n?['’](?:s|d|t|m|ll|re|ve)\b/g, "")
      .replace(/\b((?:19|20)\d\d)[-–/](?:20)?(\d\d)\b/g, endYear);
    return (plain.match(/[a-z0-9]+/g) ?? []).map((word) => word.replace(/^(.{2,}[^s])s$/, "$1"));
  };
  // Phrases of grant writers in our words, then the fewest words lacking, then rank.
  const { idle, anySchool: atAny, general: vague, phrases, places: near, measures } = index.search;
  const [passed, anySchool, general] = [idle, atAny, vague].map((words) => new Set(words));
  const compared = (at) => cell("reference", at).split(" ").filter((code) => code && code !== "others");
  const ours = new Map(Object.entries(phrases));
  const longest = Math.max(0, ...[...ours.keys()].map((key) => key.split(" ").length));
  const terms = (text) => {
    const [asked, out] = [tokens(text), []];
    for (let at = 0; at < asked.length;) {
      let length = Math.min(longest, asked.length - at);
      while (length && !ours.has(asked.slice(at, at + length).join(" "))) length -= 1;
      if (length) out.push(...ours.get(asked.slice(at, at + length).join(" ")).split(" ").filter(Boolean));
      else out.push(asked[at]);
      at += length || 1;
    }
    const said = [...new Set(out)].filter((word) => !passed.has(word));
    return said.length ? said : [...new Set(out.length ? out : tokens(text))];
  };
  const ending = new RegExp(`(?<=\\w{4})(?:${index.search.suffixes})$`);
  const stem = (word) => word.replace(ending, "");
  const field = (text) => {
    const held = new Set(tokens(text));
    return { held, stems: new Set([...held].map(stem)), text: ` ${[...held].join(" ")}` };
  };
  const meets = (word, { held, stems, text }) => held.has(word)
    || (word.length > 1 && !/^\d+$/.test(word) && (text.includes(` ${word}`) || stems.has(stem(word))));
  const fields = ids.map((id, at) => {
    const [measure, grade] = [cell("measure", at), cell("grade_level", at) || "all"];
    const others = compared(at);
    const year = others.length === 1 && /^\d+$/.test(others[0]) ? others[0] : "";
    return Object.fromEntries(Object.entries({
      title: cell("title", at),
      group: `${cell("label", at)} ${index.groups[cell("student_group", at)] ?? ""}`,
      place: `${cell("place", at)} ${cell("organization_id", at).replaceAll("_", " ")} ${index.groups[cell("organization_id", at)] ?? ""}`,
      year: `${cell("end_year", at)} ${year}`,
      grade: grade === "all" ? "" : `grade ${grade.replace(/^0+/, "")}`,
      measure: `${measure.replaceAll("_", " ")} ${measure.endsWith("ratio") ? "times" : ""}`,
      other: [cell("indicator", at), cell("reference_label", at), id, sentence(at),
        ...others.map((code) => index.groups[code] ?? ""),
        /\b(?:others|not_)/.test(cell("reference", at)) ? "others" : ""].join(" "),
    }).map(([name, text]) => [name, field(text)]));
  });
  const title = fields.map((own) => [...own.title.held].filter((word) => !passed.has(word) && !index.search.plain.includes(word)));
  const placed = (list, name) => (list.includes(name) ? list.indexOf(name) : list.length);
  const rank = (at, met) => {
    const own = fields[at];
    const [measure, level] = [cell("measure", at), cell("organization_level", at)];
    const unasked = (cell("student_group", at) !== "all" && !met.group.size)
      + (!met.grade.size && (own.grade.held.size > 0 || met.other.has("grade")))
      + (!["rate", "average"].includes(measure) && !met.measure.size)
      + (level !== "place" && !met.place.size)
      + (title[at].length > 0 && !met.title.size);
    const [publish, others] = [cell("publish", at), cell("reference", at).split(" ").filter(Boolean)];
    const parts = new Set(tokens(cell("organization_id", at).replaceAll("_", " ")));
    const unnamed = [...parts].filter((word) => !met.place.has(word) && !["of", "regular"].includes(word));
    const covered = title[at].length ? met.title.size / title[at].length : 1;
    return [unasked, level === "place" && met.place.size ? unnamed.length : 0, ["nothing", others.length ? "" : "range"].includes(publish), publish === "nothing", -met.place.size,
      placed(["place", "district"], level), -covered.toFixed(3), placed(near, cell("organization_id", at)),
      placed(measures, measure), Math.min(...[...others, ""].map((code) => placed(near, code))), -met.title.size,
      -(parseInt(cell("end_year", at), 10) || 0)];
  };
  const meet = (asked, at) => {
    const met = Object.fromEntries(Object.entries(fields[at])
      .map(([name, own]) => [name, new Set(asked.filter((word) => meets(word, own)))]));
    met.place = new Set([...met.place].filter((word) => fields[at].place.held.has(word) || word.length > 3));
    if ([...met.place].every((word) => anySchool.has(word))) met.place = new Set();
    const lacking = asked.filter((word) => !general.has(word) && !Object.values(met).some((own) => own.has(word)));
    return { at, lacking, order: rank(at, met) };
  };
  const before = (one, other) => {
    const place = one.order.findIndex((value, n) => value !== other.order[n]);
    if (place >= 0) return one.order[place] - other.order[place];
    return ids[one.at] < ids[other.at] ? -1 : 1;
  };
  const matches = (asked) => {
    if (!asked.length) return ids.map((id, at) => ({ at, lacking: [] }));
    const all = ids.map((id, at) => meet(asked, at));
    const fewest = Math.min(...all.map((match) => match.lacking.length));
    if (fewest && fewest === asked.filter((word) => !general.has(word)).length) return [];
    const shown = new Set(); // a risk ratio to all others says what a ratio to them says: of a sentence, the first
    return all.filter((match) => match.lacking.length === fewest).sort(before)
      .filter(({ at }) => !shown.has(sentence(at)) && shown.add(sentence(at)));
  };
  return (text) => matches(terms(text));
};
