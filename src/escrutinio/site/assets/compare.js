// Compares the checkpoint of this site with one from elsewhere: pasted, from a file, or fetched.
//
// Two texts of one log, both signed by its key, of which neither extends the other, are a split
// view: the log showed different histories to different people.
(function () {
  "use strict";

  const site = window.escrutinio;
  const form = document.querySelector("form[data-script=compare]");
  const answer = document.getElementById("compare-answer");
  const field = (name) => form.elements.namedItem(name);

  function show(verdict, key, values = {}, ...more) {
    const words = site.make("p", { class: `v-${verdict}` }, site.make("strong", {}, site.say(key, values)));
    answer.replaceChildren(words, ...more);
  }

  const block = (text) => site.make("pre", { class: "command", tabindex: "0" }, text);

  // The folder that an address names, perhaps by one of its files; null for an empty one.
  function addressOf(text) {
    if (text === "") return null;
    const isWhole = /^[a-z]+:\/\/|^[./]/i.test(text);
    const address = new URL(isWhole ? text : `https://${text}`, document.baseURI);
    return new URL(/\.[^/.]+$|\/checkpoint$/.test(address.pathname) ? "." : `${address.pathname.replace(/\/*$/, "")}/`, address);
  }

  // A reader may have given the address of a page: the record begins at most two folders above.
  async function readOther(address) {
    let base = address;
    for (let step = 0; step < 3; step += 1) {
      const bytes = await site.fetchBytes("checkpoint", { cache: "no-cache", base });
      if (bytes !== null) return { base, text: new TextDecoder().decode(bytes) };
      base = new URL("..", base);
    }
    throw new Error("checkpoint");
  }

  async function readOwn() {
    if (site.isFile) return field("own").value.replace(/\r\n/g, "\n");
    return new TextDecoder().decode(await site.fetchBytes("checkpoint", { cache: "no-cache" }));
  }

  // A text that was copied by hand may have lost the line feed at its end.
  const read = (text) => site.log.readCheckpoint(text.endsWith("\n") ? text : `${text}\n`);

  const rootAt = (larger, size, base) => {
    const tree = new site.log.Tree(larger.size, (path) => site.fetchBytes(path, { base }));
    return tree.hash(0, size);
  };

  function showSplit(own, other) {
    const what = site.make("p", {}, site.say("compare.split_means"));
    show("contradicted", "compare.split", { own: own.size, other: other.size }, what,
      site.make("p", {}, site.say("compare.keep")), block(own.text), block(other.text));
  }

  async function compareSizes(own, other, base) {
    const { isEqual } = site.log;
    const sizes = { own: own.size, other: other.size };
    if (own.size === other.size) {
      if (isEqual(own.root, other.root)) show("supported", "compare.same", sizes);
      else showSplit(own, other);
      return;
    }
    const [smaller, larger, place] = own.size < other.size ? [own, other, base] : [other, own, site.root];
    if (smaller.size === 0) show("supported", "compare.empty", sizes);
    else if (!site.log.canHash()) show("cannot_be_checked", "compare.no_hashing", sizes);
    else if (site.isFile || place === null) {
      const key = site.isFile ? "compare.folder" : "compare.newer_pasted";
      show("cannot_be_checked", key, sizes, block(own.text));
    } else if (isEqual(await rootAt(larger, smaller.size, place), smaller.root)) {
      show("supported", larger === own ? "compare.older" : "compare.newer", sizes);
    } else showSplit(own, other);
  }

  async function compare(address) {
    let own;
    let other;
    let base = null;
    try {
      own = read(await readOwn());
    } catch {
      return show("cannot_be_checked", "compare.no_own");
    }
    try {
      const found = address === null ? { base, text: field("text").value.replace(/\r\n/g, "\n") } : await readOther(address);
      base = found.base;
      other = read(found.text);
    } catch (error) {
      const isNetwork = error instanceof TypeError || error.name === "TimeoutError";
      if (!isNetwork) return show("cannot_be_checked", "compare.no_checkpoint");
      const href = new URL("checkpoint", address).href;
      const away = site.make("a", { href, rel: "noopener noreferrer", target: "_blank" }, href);
      return show("cannot_be_checked", "compare.unreachable", {}, site.make("p", {}, away));
    }
    if (own.origin !== other.origin) {
      return show("cannot_be_checked", "compare.origin", { own: own.origin, other: other.origin });
    }
    const signed = await site.log.findSignature(other, form.dataset.log);
    if (signed === null || signed.isGood === false) return show("cannot_be_checked", "compare.unsigned");
    await compareSizes(own, other, base);
    if (signed.isGood === null) answer.append(site.make("p", {}, site.say("compare.unchecked")));
  }

  async function submit(event) {
    event.preventDefault();
    let address;
    try {
      address = addressOf(field("address").value.trim());
    } catch {
      show("cannot_be_checked", "compare.no_address");
      return;
    }
    show("unknown", "compare.working");
    await compare(address).catch((error) => show("cannot_be_checked", "compare.failed", { reason: error.message }));
  }

  async function takeFile(event) {
    const [file] = event.target.files;
    if (file) field(event.target.dataset.to).value = await file.text();
  }

  async function begin() {
    await site.loadWords();
    await site.load("assets/log.js");
    form.hidden = false;
    document.getElementById("compare-own").hidden = !site.isFile;
    for (const input of form.querySelectorAll("input[type=file]")) input.addEventListener("change", takeFile);
    form.addEventListener("submit", submit);
    const address = new URLSearchParams(location.hash.slice(1)).get("address");
    if (address) field("address").value = address;
  }

  begin();
})();
