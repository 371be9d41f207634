// The QR code of a signed sheet: alphanumeric mode, error correction M, versions 1 to 40.
//
// The same text as on paper: `ESC1:` and the bytes of the entry in base45 (docs/formats/sheet.md).
// Reference: ISO/IEC 18004; RFC 9285.
(function () {
  "use strict";

  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const PREFIX = "ESC1:";
  const LAST_VERSION = 40;
  // Of level M, by version from 1: error-correction codewords per block, and blocks.
  const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28];
  const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49];
  const LEVEL_BITS = 0; // of M
  const QUIET = 4;
  const MASKS = [
    (x, y) => (x + y) % 2 === 0,
    (x, y) => y % 2 === 0,
    (x) => x % 3 === 0,
    (x, y) => (x + y) % 3 === 0,
    (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
    (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
    (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
    (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
  ];

  function base45(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 2) {
      const isPair = at + 1 < bytes.length;
      let value = isPair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
      for (let digit = isPair ? 3 : 2; digit > 0; digit -= 1) {
        text += ALPHABET[value % 45];
        value = Math.floor(value / 45);
      }
    }
    return text;
  }

  // --- codewords ----------------------------------------------------------------------------------

  function rawModules(version) {
    let modules = (16 * version + 128) * version + 64;
    if (version >= 2) {
      const patterns = Math.floor(version / 7) + 2;
      modules -= (25 * patterns - 10) * patterns - 55;
      if (version >= 7) modules -= 36;
    }
    return modules;
  }

  const dataWords = (version) =>
    Math.floor(rawModules(version) / 8) - CORRECTION[version - 1] * BLOCKS[version - 1];

  function countBits(version) {
    if (version < 10) return 9;
    return version < 27 ? 11 : 13;
  }

  function encodeData(text, version) {
    const bits = [];
    const put = (value, width) => {
      for (let bit = width - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
    };
    put(2, 4);
    put(text.length, countBits(version));
    for (let at = 0; at < text.length; at += 2) {
      const first = ALPHABET.indexOf(text[at]);
      if (at + 1 < text.length) put(first * 45 + ALPHABET.indexOf(text[at + 1]), 11);
      else put(first, 6);
    }
    const room = dataWords(version) * 8;
    put(0, Math.min(4, room - bits.length));
    put(0, (8 - (bits.length % 8)) % 8);
    for (let fill = 0xec; bits.length < room; fill ^= 0xec ^ 0x11) put(fill, 8);
    const words = [];
    for (let at = 0; at < bits.length; at += 8) words.push(parseInt(bits.slice(at, at + 8).join(""), 2));
    return words;
  }

  function multiply(one, other) {
    let product = 0;
    for (let bit = 7; bit >= 0; bit -= 1) {
      product = (product << 1) ^ ((product >>> 7) * 0x11d);
      product ^= ((other >>> bit) & 1) * one;
    }
    return product;
  }

  function generatorOf(degree) {
    const generator = [...new Array(degree - 1).fill(0), 1];
    for (let step = 0, power = 1; step < degree; step += 1, power = multiply(power, 2)) {
      for (let at = 0; at < degree; at += 1) {
        generator[at] = multiply(generator[at], power) ^ (generator[at + 1] ?? 0);
      }
    }
    return generator;
  }

  function correctionOf(words, generator) {
    const rest = new Array(generator.length).fill(0);
    for (const word of words) {
      const factor = word ^ rest.shift();
      rest.push(0);
      generator.forEach((item, at) => { rest[at] ^= multiply(item, factor); });
    }
    return rest;
  }

  // Data in blocks with their corrections, interleaved as they are drawn.
  function interleave(words, version) {
    const count = BLOCKS[version - 1];
    const generator = generatorOf(CORRECTION[version - 1]);
    const short = Math.floor(words.length / count);
    const longer = words.length % count;
    const blocks = [];
    for (let block = 0, at = 0; block < count; block += 1) {
      const length = short + (block < count - longer ? 0 : 1);
      blocks.push(words.slice(at, at + length));
      at += length;
    }
    const corrections = blocks.map((block) => correctionOf(block, generator));
    const drawn = [];
    for (let at = 0; at <= short; at += 1) {
      for (const block of blocks) if (at < block.length) drawn.push(block[at]);
    }
    for (let at = 0; at < generator.length; at += 1) for (const block of corrections) drawn.push(block[at]);
    return drawn;
  }

  // --- modules ------------------------------------------------------------------------------------

  function alignmentPlaces(version, size) {
    if (version === 1) return [];
    const count = Math.floor(version / 7) + 2;
    const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
    const places = [6];
    for (let place = size - 7; places.length < count; place -= step) places.splice(1, 0, place);
    return places;
  }

  class Symbol {
    constructor(version) {
      this.version = version;
      this.size = version * 4 + 17;
      this.dark = Array.from({ length: this.size }, () => new Array(this.size).fill(false));
      this.fixed = Array.from({ length: this.size }, () => new Array(this.size).fill(false));
      this.drawPatterns();
    }

    fix(x, y, isDark) {
      if (x < 0 || y < 0 || x >= this.size || y >= this.size) return;
      this.dark[y][x] = isDark;
      this.fixed[y][x] = true;
    }

    drawRings(x, y, reach, isDark) {
      for (let dy = -reach; dy <= reach; dy += 1) {
        for (let dx = -reach; dx <= reach; dx += 1) {
          this.fix(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
        }
      }
    }

    drawPatterns() {
      const last = this.size - 1;
      for (let at = 0; at < this.size; at += 1) {
        this.fix(6, at, at % 2 === 0);
        this.fix(at, 6, at % 2 === 0);
      }
      for (const [x, y] of [[3, 3], [last - 3, 3], [3, last - 3]]) {
        this.drawRings(x, y, 4, (ring) => ring !== 2 && ring !== 4);
      }
      const places = alignmentPlaces(this.version, this.size);
      const end = places.length - 1;
      places.forEach((x, i) => places.forEach((y, j) => {
        const isCorner = (i === 0 && j === 0) || (i === 0 && j === end) || (i === end && j === 0);
        if (!isCorner) this.drawRings(x, y, 2, (ring) => ring !== 1);
      }));
      this.drawFormat(0);
      this.drawVersion();
    }

    drawFormat(mask) {
      const data = (LEVEL_BITS << 3) | mask;
      let rest = data;
      for (let step = 0; step < 10; step += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
      const bits = ((data << 10) | rest) ^ 0x5412;
      const bit = (at) => ((bits >>> at) & 1) === 1;
      for (let at = 0; at <= 5; at += 1) this.fix(8, at, bit(at));
      this.fix(8, 7, bit(6));
      this.fix(8, 8, bit(7));
      this.fix(7, 8, bit(8));
      for (let at = 9; at < 15; at += 1) this.fix(14 - at, 8, bit(at));
      for (let at = 0; at < 8; at += 1) this.fix(this.size - 1 - at, 8, bit(at));
      for (let at = 8; at < 15; at += 1) this.fix(8, this.size - 15 + at, bit(at));
      this.fix(8, this.size - 8, true);
    }

    drawVersion() {
      if (this.version < 7) return;
      let rest = this.version;
      for (let step = 0; step < 12; step += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
      const bits = (this.version << 12) | rest;
      for (let at = 0; at < 18; at += 1) {
        const far = this.size - 11 + (at % 3);
        const near = Math.floor(at / 3);
        this.fix(far, near, ((bits >>> at) & 1) === 1);
        this.fix(near, far, ((bits >>> at) & 1) === 1);
      }
    }

    drawWords(words) {
      let at = 0;
      for (let right = this.size - 1; right >= 1; right -= 2) {
        if (right === 6) right = 5;
        for (let step = 0; step < this.size; step += 1) {
          const isUp = ((right + 1) & 2) === 0;
          const y = isUp ? this.size - 1 - step : step;
          for (const x of [right, right - 1]) {
            if (!this.fixed[y][x] && at < words.length * 8) {
              this.dark[y][x] = ((words[at >>> 3] >>> (7 - (at & 7))) & 1) === 1;
              at += 1;
            }
          }
        }
      }
    }

    applyMask(mask) {
      for (let y = 0; y < this.size; y += 1) {
        for (let x = 0; x < this.size; x += 1) {
          if (!this.fixed[y][x] && MASKS[mask](x, y)) this.dark[y][x] = !this.dark[y][x];
        }
      }
    }

    penalty() {
      const lines = this.dark.map((row) => row.map(Number).join(""));
      const columns = lines.map((_, x) => lines.map((line) => line[x]).join(""));
      let sum = 0;
      for (const line of [...lines, ...columns]) {
        for (const run of line.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2;
        sum += 40 * (line.match(/(?=00001011101|10111010000)/g) ?? []).length;
      }
      for (let y = 1; y < this.size; y += 1) {
        for (let x = 1; x < this.size; x += 1) {
          const block = lines[y - 1].slice(x - 1, x + 1) + lines[y].slice(x - 1, x + 1);
          if (block === "0000" || block === "1111") sum += 3;
        }
      }
      const dark = lines.join("").replace(/0/g, "").length;
      return sum + 10 * Math.floor(Math.abs((dark * 20) / this.size ** 2 - 10));
    }
  }

  // Gives the modules of a text, dark ones true; throws for more than a code holds.
  function encode(text) {
    const bits = 4 + 11 * Math.floor(text.length / 2) + 6 * (text.length % 2);
    let version = 1;
    while (version <= LAST_VERSION && bits + countBits(version) > dataWords(version) * 8) version += 1;
    if (version > LAST_VERSION) throw new Error("QR");
    const words = interleave(encodeData(text, version), version);
    const symbols = MASKS.map((_, mask) => {
      const symbol = new Symbol(version);
      symbol.drawWords(words);
      symbol.applyMask(mask);
      symbol.drawFormat(mask);
      return symbol;
    });
    const penalties = symbols.map((symbol) => symbol.penalty());
    return symbols[penalties.indexOf(Math.min(...penalties))].dark;
  }

  // Draws a code as an SVG with its quiet zone, dark on light whatever the page's colours are.
  function draw(modules, label) {
    const size = modules.length + 2 * QUIET;
    let path = "";
    modules.forEach((row, y) => {
      for (const run of row.map(Number).join("").matchAll(/1+/g)) {
        path += `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`;
      }
    });
    const namespace = "http://www.w3.org/2000/svg";
    const add = (parent, name, attributes) => {
      const element = document.createElementNS(namespace, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      parent?.append(element);
      return element;
    };
    const picture = add(null, "svg", {
      class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label,
      "shape-rendering": "crispEdges", width: 4 * size, height: 4 * size,
    });
    add(picture, "rect", { width: size, height: size, fill: "#fff" });
    add(picture, "path", { d: path, fill: "#000" });
    return picture;
  }

  window.escrutinio.qr = { draw, encode, textOf: (bytes) => PREFIX + base45(bytes) };
})();
