// Finds a division, a polling place or a station by its number or name.
//
// The index is cut by prefix into classic scripts (assets/search/), so that it works from file: and
// a phone loads only what it looks for.
(function () {
  "use strict";

  const site = window.escrutinio;
  const form = document.querySelector("form[data-script=search]");
  const answer = document.getElementById("search-answer");
  const MOST_SHOWN = 30;
  const MOST_SHARDS = 4;
  const WAIT_MS = 200;
  const shards = new Map();

  // Called by assets/search/index.js and by the shards.
  site.takeIndex = (prefixes) => { site.prefixes = prefixes; };
  site.takeShard = (prefix, items) => { shards.set(prefix, items); };

  // As results/search_index.py writes tokens: small letters and digits, no accents, no zeros in
  // front, and no longer than there.
  const MOST_CHARS = 24;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const fold = (text) => [...plain(text).replace(/^0+(?=.)/, "")].slice(0, MOST_CHARS).join("");

  const shardPath = (place) => `assets/search/${String(place).padStart(3, "0")}.js`;

  async function find(query) {
    const places = [];
    site.prefixes.forEach((prefix, place) => {
      if (prefix.startsWith(query) || query.startsWith(prefix)) places.push(place);
    });
    const taken = places.slice(0, MOST_SHARDS);
    await Promise.all(taken.map((place) => site.load(shardPath(place))));
    const found = taken.flatMap((place) => shards.get(site.prefixes[place]) ?? []).filter(([token]) => token.startsWith(query));
    found.sort((one, other) => Number(other[0] === query) - Number(one[0] === query));
    const pages = new Map();
    for (const [, kind, label, page] of found) if (!pages.has(page)) pages.set(page, { kind, label, page });
    return { items: [...pages.values()], isCut: places.length > taken.length };
  }

  // Words of a name are looked up by the longest; the others must stand in the label.
  async function lookUp(text) {
    const words = text.split(/[\s,;·]+/).map(fold).filter((word) => word !== "");
    if (words.length === 0) return null;
    const whole = fold(text);
    const longest = words.reduce((one, other) => (other.length > one.length ? other : one));
    const direct = await find(whole);
    if (direct.items.length > 0 || words.length === 1) return direct;
    const { items, isCut } = await find(longest);
    return { items: items.filter(({ label }) => words.every((word) => plain(label).includes(word))), isCut };
  }

  function show({ items, isCut }) {
    const shown = items.slice(0, MOST_SHOWN);
    const isMore = isCut || items.length > shown.length;
    const key = items.length === 0 && !isCut ? "search.none" : isMore ? "search.more" : "search.found";
    const list = shown.map(({ kind, label, page }) => {
      const link = site.make("a", { href: new URL(`${site.language}/${page}`, site.root).href }, site.make("bdi", {}, label));
      return site.make("li", {}, site.make("span", { class: "kind" }, site.say(`search.kind.${kind}`)), " ", link);
    });
    answer.replaceChildren(site.make("p", { role: "status" }, site.say(key, { number: shown.length })),
      site.make("ul", { class: "found" }, ...list));
  }

  let asked = 0;
  async function search() {
    asked += 1;
    const turn = asked;
    try {
      const found = await lookUp(form.elements.namedItem("q").value);
      if (turn === asked) found === null ? answer.replaceChildren() : show(found);
    } catch {
      answer.replaceChildren(site.make("p", { role: "status" }, site.say("search.failed")));
    }
  }

  async function begin() {
    await Promise.all([site.loadWords(), site.load("assets/search/index.js")]);
    form.hidden = false;
    let waiting = 0;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      search();
    });
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(search, WAIT_MS);
    });
    const query = new URLSearchParams(location.search).get("q");
    if (query) {
      form.elements.namedItem("q").value = query;
      search();
    }
  }

  begin();
})();
