// The log as a reader's script sees it: signed notes, tiles, the roots and proofs they lead to.
//
// Formats: docs/formats/log.md; C2SP tlog-tiles, tlog-checkpoint, tlog-cosignature; RFC 9162.
(function () {
  "use strict";

  const TILE = 256;
  const HASH = 32;
  const COSIGNATURE = 4;
  const LOG_KEY = 1;
  const utf8 = new TextEncoder();

  function hex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function fromBase64(text) {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new Error("base64");
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    if (toBase64(bytes) !== text) throw new Error("base64");
    return bytes;
  }

  function toBase64(bytes) {
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }

  function join(...parts) {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  const isEqual = (one, other) => hex(one) === hex(other);
  const canHash = () => globalThis.crypto?.subtle !== undefined;
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
  const hashLeaf = (entry) => sha256([0], entry);
  const hashNode = (left, right) => sha256([1], left, right);

  // --- notes --------------------------------------------------------------------------------------

  function readDecimal(text) {
    if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) throw new Error("decimal");
    return Number(text);
  }

  // Reads a signed checkpoint; throws for anything that is none.
  function readCheckpoint(text) {
    const split = text.indexOf("\n\n");
    const body = text.slice(0, split + 1);
    const lines = body.split("\n").slice(0, -1);
    if (split < 0 || lines.length < 3 || lines[0] === "") throw new Error("checkpoint");
    const root = fromBase64(lines[2]);
    if (root.length !== HASH || !text.endsWith("\n")) throw new Error("checkpoint");
    const signatures = text.slice(split + 2, -1).split("\n").map((line) => {
      const found = /^\u2014 (\S+) ([A-Za-z0-9+/=]+)$/.exec(line);
      if (!found) throw new Error("signature");
      const bytes = fromBase64(found[2]);
      return { name: found[1], keyId: hex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
    });
    return { origin: lines[0], size: readDecimal(lines[1]), root, body, text, signatures };
  }

  // Reads `<name>+<key ID>+base64(type || key)`.
  function readKey(vkey) {
    const [name, keyId, ...rest] = vkey.split("+");
    const bytes = fromBase64(rest.join("+"));
    return { name, keyId, type: bytes[0], key: bytes.subarray(1) };
  }

  // Says of a signature: true, false, or null where this browser cannot tell.
  async function verify(key, message, signature) {
    try {
      const known = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, known, signature, message);
    } catch {
      return null;
    }
  }

  // Finds what a key said of a checkpoint: null for nothing, else {time_s, isGood}.
  async function findSignature(checkpoint, vkey) {
    const key = readKey(vkey);
    const line = checkpoint.signatures.find((item) => item.name === key.name && item.keyId === key.keyId);
    if (!line) return null;
    if (key.type === LOG_KEY) {
      return { time_s: null, isGood: await verify(key.key, utf8.encode(checkpoint.body), line.bytes) };
    }
    const view = new DataView(line.bytes.buffer, line.bytes.byteOffset);
    const time_s = Number(view.getBigUint64(0));
    if (key.type !== COSIGNATURE) return { time_s, isGood: null };
    const signed = utf8.encode(`cosignature/v1\ntime ${time_s}\n${checkpoint.body}`);
    return { time_s, isGood: await verify(key.key, signed, line.bytes.subarray(8)) };
  }

  // --- the tree -----------------------------------------------------------------------------------

  function tilePath(kind, index, width) {
    const groups = [String(index % 1000).padStart(3, "0")];
    for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
      groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
    }
    return `tile/${kind}/${groups.join("/")}${width < TILE ? `.p/${width}` : ""}`;
  }

  // The largest power of two below a number of leaves.
  function splitOf(leaves) {
    let half = 1;
    while (half * 2 < leaves) half *= 2;
    return half;
  }

  // A log of a size, whose tiles `load` gives by their path, null where there is none.
  class Tree {
    constructor(size, load) {
      this.size = size;
      this.load = load;
      this.files = new Map();
    }

    async file(kind, index, count) {
      const width = Math.min(TILE, count - index * TILE);
      const path = tilePath(kind, index, width);
      if (!this.files.has(path)) {
        // The full tile takes the place of a partial one when the log has grown meanwhile.
        const found = (await this.load(path)) ?? (await this.load(tilePath(kind, index, TILE)));
        if (!found) throw new Error(path);
        this.files.set(path, found);
      }
      return this.files.get(path);
    }

    async entry(index) {
      const bundle = await this.file("entries", Math.floor(index / TILE), this.size);
      let at = 0;
      for (let skip = index % TILE; skip > 0; skip -= 1) at += 2 + bundle[at] * 256 + bundle[at + 1];
      const length = bundle[at] * 256 + bundle[at + 1];
      const entry = bundle.subarray(at + 2, at + 2 + length);
      if (entry.length !== length) throw new Error("bundle");
      return entry;
    }

    // The hash of all leaves from one place to another, as a tree of its own.
    async hash(from, to) {
      const leaves = to - from;
      const height = Math.log2(leaves);
      if (Number.isInteger(height)) return this.subtree(from, height);
      const half = from + splitOf(leaves);
      return hashNode(await this.hash(from, half), await this.hash(half, to));
    }

    // The hash of a complete subtree, from the tile that holds its highest hashes.
    async subtree(from, height) {
      const level = Math.floor(height / 8);
      const count = Math.floor(this.size / TILE ** level);
      const first = from / TILE ** level;
      const tile = await this.file(level, Math.floor(first / TILE), count);
      const at = (first % TILE) * HASH;
      const end = at + 2 ** (height % 8) * HASH;
      if (tile.length < end) throw new Error("tile");
      let hashes = [];
      for (let place = at; place < end; place += HASH) hashes.push(tile.subarray(place, place + HASH));
      while (hashes.length > 1) {
        const pairs = [];
        for (let place = 0; place < hashes.length; place += 2) pairs.push(hashNode(hashes[place], hashes[place + 1]));
        hashes = await Promise.all(pairs);
      }
      return hashes[0];
    }

    // The inclusion proof of a leaf in the log's first `size` entries, from the leaf up.
    async proof(index, size) {
      const path = [];
      let from = 0;
      let to = size;
      while (to - from > 1) {
        const half = from + splitOf(to - from);
        if (index < half) {
          path.unshift([half, to]);
          to = half;
        } else {
          path.unshift([from, half]);
          from = half;
        }
      }
      return Promise.all(path.map(([first, last]) => this.hash(first, last)));
    }
  }

  // The root that a proof leads to (RFC 9162, 2.1.3.2); throws where no tree has such a proof.
  async function rootOfProof(leaf, index, size, proof) {
    let place = index;
    let last = size - 1;
    let hash = leaf;
    for (const sibling of proof) {
      if (last === 0) throw new Error("proof");
      if (place % 2 === 1 || place === last) {
        hash = await hashNode(sibling, hash);
        while (place % 2 === 0 && place !== 0) {
          place /= 2;
          last = Math.floor(last / 2);
        }
      } else {
        hash = await hashNode(hash, sibling);
      }
      place = Math.floor(place / 2);
      last = Math.floor(last / 2);
    }
    if (last !== 0) throw new Error("proof");
    return hash;
  }

  window.escrutinio.log = {
    Tree, canHash, findSignature, fromBase64, hashLeaf, hex, isEqual, readCheckpoint, readKey,
    rootOfProof, sha256, tilePath, toBase64,
  };
})();
