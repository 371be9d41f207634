// Reads the checkpoint beside the page and says which witnesses have cosigned it, and how long ago.
(function () {
  "use strict";

  const site = window.escrutinio;

  function sayState(found) {
    if (found === null) return site.say("witness.none");
    const age = found.time_s === null ? "" : site.age(Math.max(0, Date.now() / 1000 - found.time_s));
    if (found.isGood === false) return site.say("witness.bad");
    if (found.isGood === null) return site.say("witness.unchecked", { age });
    return found.time_s === null ? site.say("witness.log") : site.say("witness.good", { age });
  }

  async function fill(table) {
    const { log } = site;
    const bytes = await site.fetchBytes("checkpoint", { cache: "no-cache" });
    const checkpoint = log.readCheckpoint(new TextDecoder().decode(bytes));
    let witnesses = 0;
    let cosigned = 0;
    let isChecked = true;
    for (const row of table.querySelectorAll("tr[data-vkey]")) {
      const found = await log.findSignature(checkpoint, row.dataset.vkey);
      row.querySelector(".now").replaceChildren(sayState(found));
      if (row.dataset.role === "witness") {
        witnesses += 1;
        cosigned += found !== null && found.isGood !== false ? 1 : 0;
        isChecked &&= found?.isGood !== null;
      }
    }
    return site.say(isChecked ? "witness.sum" : "witness.sum_unchecked", { entries: checkpoint.size, cosigned, witnesses });
  }

  async function begin() {
    await site.loadWords();
    await site.load("assets/log.js");
    const table = document.querySelector("[data-script=witnesses]");
    const status = document.getElementById("witnesses-now");
    if (site.isFile) status.textContent = site.say("witness.folder");
    else status.textContent = await fill(table).catch(() => site.say("witness.failed"));
  }

  begin();
})();
