// On every page: loads the other scripts where a page needs them, makes tables sortable, and
// looks now and then whether the page has changed. Every page is complete without it.
//
// No word stands in a script: words come from assets/words-<language>.js, loaded when one is shown.
(function () {
  "use strict";

  const root = new URL("../", document.currentScript.src);
  const loaded = new Map();

  const site = {
    root,
    language: document.documentElement.lang,
    isFile: location.protocol === "file:",
    words: {},

    // Loads a script of assets/ once. Classic scripts load from file: too, fetch does not.
    load(path) {
      if (!loaded.has(path)) {
        loaded.set(path, new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = new URL(path, root);
          script.onload = resolve;
          script.onerror = () => {
            loaded.delete(path);
            reject(new Error(path));
          };
          document.head.append(script);
        }));
      }
      return loaded.get(path);
    },

    loadWords: () => site.load(`assets/words-${site.language}.js`),

    // Puts a sentence of the page's language together; numbers are written its way.
    say(key, values = {}) {
      const sentence = site.words[key];
      if (sentence === undefined) return `[${key}]`;
      return sentence.replace(/\{([a-z_0-9]+)\}/g, (hole, name) => {
        const value = values[name];
        if (value === undefined) return hole;
        return typeof value === "number" ? site.count(value) : String(value);
      });
    },

    count(value) {
      const digits = String(value);
      if (digits.length < Number(site.words["number.group_from"])) return digits;
      return digits.replace(/\B(?=(\d{3})+$)/g, site.words["number.group"]);
    },

    // How long ago something was, in its largest whole unit.
    age(seconds) {
      for (const [unit, length] of [["days", 86400], ["hours", 3600], ["minutes", 60]]) {
        if (seconds >= 2 * length) return site.say(`age.${unit}`, { number: Math.floor(seconds / length) });
      }
      return site.say("age.now");
    },

    // Makes an element; text is text, never markup.
    make(tag, attributes = {}, ...children) {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) {
        if (name === "onclick") element.addEventListener("click", value);
        else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
      }
      element.append(...children);
      return element;
    },

    // Gives the bytes of a file of the record, or null when there is none.
    async fetchBytes(path, { cache = "default", base = root } = {}) {
      const answer = await fetch(new URL(path, base), { cache, signal: AbortSignal.timeout(20000) });
      if (answer.status === 404) return null;
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    },
  };
  window.escrutinio = site;

  // --- tables -----------------------------------------------------------------------------------

  function keyOf(cell) {
    const text = cell.dataset.sort ?? cell.textContent.trim();
    const number = cell.dataset.sort === undefined && cell.classList.contains("n")
      ? text.replace(/[^0-9-]/g, "") : text;
    return number !== "" && !Number.isNaN(Number(number)) ? Number(number) : text;
  }

  function compareKeys(one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    if (typeof one === "number") return -1;
    if (typeof other === "number") return 1;
    return one.localeCompare(other, site.language, { numeric: true });
  }

  function sortBy(table, column, header) {
    const isDown = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentNode.children) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.classList.contains("sum"));
      const sums = [...body.rows].filter((row) => row.classList.contains("sum"));
      const keys = new Map(rows.map((row) => [row, keyOf(row.cells[column])]));
      rows.sort((one, other) => compareKeys(keys.get(one), keys.get(other)) * (isDown ? -1 : 1));
      body.append(...rows, ...sums);
    }
  }

  // A header becomes a button with the same words; merged cells would move apart, so those stay.
  function makeSortable(table) {
    const head = table.tHead?.rows;
    if (head?.length !== 1 || table.querySelector("tbody [rowspan], tbody [colspan]")) return;
    [...head[0].cells].forEach((header, column) => {
      const button = site.make("button", { type: "button", class: "sort" }, ...header.childNodes);
      button.addEventListener("click", () => sortBy(table, column, header));
      header.append(button);
    });
  }

  // --- a page that changes ----------------------------------------------------------------------

  const LEAST_WAIT_S = 60;
  const MOST_WAIT_S = 120;
  const LONGEST_WAIT_S = 1800;

  // What a reader would see change: the words of the page before any script touched them.
  const textOf = (page) => page.querySelector("main").textContent;

  function watch() {
    let shown = textOf(document);
    let failures = 0;
    let isOffered = false;
    const isReplaced = document.body.hasAttribute("data-replace") || location.hash === "#embed";
    const region = site.make("div", { class: "live", role: "status", "aria-live": "polite" });
    document.body.append(region);

    function waitNext() {
      const wait = LEAST_WAIT_S + Math.random() * (MOST_WAIT_S - LEAST_WAIT_S);
      setTimeout(look, 1000 * Math.min(wait * 2 ** failures, LONGEST_WAIT_S));
    }

    async function look() {
      if (document.visibilityState !== "visible") {
        document.addEventListener("visibilitychange", look, { once: true });
        return;
      }
      try {
        // "no-cache" asks the server whether the page has changed; a page that has not costs a line.
        const answer = await fetch(location.href, { cache: "no-cache", signal: AbortSignal.timeout(20000) });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        failures = 0;
        if (page.querySelector("main") && textOf(page) !== shown) {
          shown = textOf(page);
          await (isReplaced ? replace(page) : offer());
        }
      } catch {
        failures += 1;
      }
      waitNext();
    }

    async function offer() {
      if (isOffered) return;
      await site.loadWords();
      isOffered = true;
      const reload = site.make("button", { type: "button", onclick: () => location.reload() }, site.say("live.reload"));
      const later = site.make("button", { type: "button", onclick: () => {
        region.replaceChildren();
        isOffered = false;
      } }, site.say("live.later"));
      region.replaceChildren(site.make("p", {}, site.say("live.changed")), reload, later);
    }

    // A wall and a page in a frame have nobody who presses a button.
    async function replace(page) {
      document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
    }

    site.look = look;
    waitNext();
  }

  function begin() {
    document.documentElement.classList.add("has-scripts");
    // A phone that saves data asks for nothing by itself.
    const isSaving = navigator.connection?.saveData === true;
    if (document.body.hasAttribute("data-live") && !site.isFile && !isSaving) watch();
    document.querySelectorAll("table.sortable").forEach(makeSortable);
    const names = new Set([...document.querySelectorAll("[data-script]")].map((item) => item.dataset.script));
    if (document.querySelector(".proof")) names.add("proof");
    for (const name of names) site.load(`assets/${name}.js`).catch(() => {});
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
