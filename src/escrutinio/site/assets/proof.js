// On the page of a polling place, on demand: the QR code of a sheet and its proof of inclusion in
// the log of the first bulletin that included it.
(function () {
  "use strict";

  const site = window.escrutinio;
  // How every signed tally sheet begins (docs/formats/sheet.md): algorithm -8 or -19, type 65001.
  const SHEET = /^d28451a301(27|32)0319fde9/;

  function verifyLink(station) {
    const page = new URL(`${site.language}/verify.html`, site.root);
    page.hash = `station=${encodeURIComponent(station)}`;
    return site.make("a", { href: page.href }, site.say("proof.verify"));
  }

  const paragraph = (key, values) => site.make("p", {}, site.say(key, values));

  function details(key, ...children) {
    return site.make("details", {}, site.make("summary", {}, site.say(key)), ...children);
  }

  function drawCode(entry, station) {
    const text = site.qr.textOf(entry);
    const picture = site.qr.draw(site.qr.encode(text), site.say("proof.qr", { station }));
    return [
      site.make("figure", { class: "code" }, picture,
        site.make("figcaption", {}, site.say("proof.qr_note"))),
      details("proof.qr_text", site.make("code", { class: "digest" }, text)),
    ];
  }

  async function drawProof(tree, entry, data) {
    const { log } = site;
    if (data.size === undefined) return [paragraph("proof.no_bulletin")];
    if (!log.canHash()) return [paragraph("proof.no_hashing")];
    const index = Number(data.entry);
    const size = Number(data.size);
    const leaf = await log.hashLeaf(entry);
    const path = await tree.proof(index, size);
    const root = log.hex(await log.rootOfProof(leaf, index, size, path));
    const bulletin = Number(data.bulletin);
    const isGood = root === data.root;
    const line = (key, value) => site.make("li", {}, `${site.say(key)} `, site.make("code", { class: "digest" }, value));
    return [
      site.make("p", { class: isGood ? "v-supported" : "v-contradicted" },
        site.make("strong", {}, site.say(isGood ? "proof.good" : "proof.bad", { bulletin, number: path.length }))),
      paragraph("proof.means"),
      details("proof.steps", site.make("ol", { class: "lines" },
        line("proof.leaf", log.hex(leaf)),
        ...path.map((hash) => line("proof.sibling", log.hex(hash))),
        line("proof.root", root))),
    ];
  }

  async function fill(box) {
    const { log } = site;
    const checkpoint = log.readCheckpoint(new TextDecoder().decode(await site.fetchBytes("checkpoint", { cache: "no-cache" })));
    const tree = new log.Tree(checkpoint.size, (path) => site.fetchBytes(path));
    const entry = await tree.entry(Number(box.dataset.entry));
    const isSheet = SHEET.test(log.hex(entry.subarray(0, 16)));
    return [
      ...(isSheet ? drawCode(entry, box.dataset.station) : []),
      ...(await drawProof(tree, entry, box.dataset)),
    ];
  }

  async function open(box, button) {
    button.disabled = true;
    const shown = site.make("div", { class: "shown", tabindex: "-1" });
    try {
      await Promise.all([site.load("assets/log.js"), site.load("assets/qr.js")]);
      shown.append(...(site.isFile ? [paragraph("proof.folder")] : await fill(box)));
    } catch (error) {
      shown.append(site.make("p", { class: "v-contradicted" }, site.say("proof.failed", { reason: error.message })));
    }
    shown.append(site.make("p", {}, verifyLink(box.dataset.station)));
    box.replaceChildren(shown);
    shown.focus();
  }

  site.loadWords().then(() => {
    for (const box of document.querySelectorAll(".proof")) {
      const key = "reading" in box.dataset ? "proof.show_reading" : "proof.show";
      const button = site.make("button", { type: "button" }, site.say(key));
      button.addEventListener("click", () => open(box, button));
      box.replaceChildren(button);
    }
  });
})();
