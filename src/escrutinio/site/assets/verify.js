/*
 * The browser verifier: checks the public record of an election in the reader's own browser.
 *
 * Written from the pages of docs/formats. It shares no code with the program `escrutinio verify`, so
 * that a mistake in one of them shows as a difference; where the pages leave open which step fails,
 * it follows what the program answers (tests/browser/test_browser_corpus.py holds both together).
 * Each section names the page that it follows. Nothing is fetched from elsewhere; whatever a record
 * says is shown as text, never as markup. Signatures are checked by the browser (WebCrypto), in
 * workers; everything else runs here, in slices, so that the page stays awake.
 *
 * To read it:  1 words and report   2 bytes   3 JSON, CSV, TOML   4 CBOR   5 Ed25519   6 log
 * 7 definition   8 entries   9 ledger   10 rows and totals   11 outcomes   12 bulletins
 * 13 manifest   14 where files come from   15 the whole record   16 links of a station's records
 * 17 one station   18 the page
 */
/* exported EscrutinioVerifier */
'use strict';

const EscrutinioVerifier = (() => {

// --- 1. Words and report (docs/reference/verification-steps.md) ---------------------------------

const STEPS = Array.from({length: 21}, (_, i) => `V${String(i + 1).padStart(2, '0')}`);
/** Steps that need the catalogue of sheet checks or the exports, which this reader leaves alone. */
const LEFT_TO_THE_PROGRAM = ['V11', 'V12', 'V13', 'V18'];
/** What follows from the entries alone, and cannot be said where an entry cannot be understood. */
const OF_THE_LEDGER = ['V09', 'V10', 'V14', 'V15', 'V17', 'V20'];
/** Steps about single entries that ask what is in force at their place. */
const ON_STATE = ['V02', 'V08', 'V10', 'V20'];
const MAX_PLACES = 1000;

/**
 * A sentence of the catalogue, put into words by the page.
 * @typedef {{key: string, values: Object<string, *>}} Phrase
 */

/** @returns {Phrase} */
const w = (key, values = {}) => ({key, values});

/** What bytes from outside may raise: they are not of the form that a page of docs/formats asks for. */
class Bad extends Error {
  /** @param {Phrase|string} expected  @param {Phrase|string} [found] */
  constructor(expected, found = '') {
    super(typeof expected === 'string' ? expected : expected.key);
    this.expected = expected;
    this.found = found;
  }

  /** What a table shows to be wrong in the document that names it. */
  static ofDocument(key, expected, found) {
    return Object.assign(new Bad(expected, found), {where: `definition.json: ${key}`});
  }
}

/** An entry of a later version of its format: it could not be checked. */
class LaterVersion extends Error {}

/** A file that could not be had, for another reason than that it is not there. */
class Unreachable extends Error {
  /** @param {Phrase} why */
  constructor(why) {
    super(why.key);
    this.why = why;
  }
}

/** What was found, by step. A step passes only when `done` was said and nothing failed. */
class Report {
  constructor() {
    const step = code => ({code, places: [], total: 0, reasons: [], notes: [],
      failed: false, isDone: false, isApplicable: true, isAsked: true});
    this.steps = new Map(STEPS.map(code => [code, step(code)]));
    for (const code of LEFT_TO_THE_PROGRAM) this.skip([code], w('reason.left_to_program'));
  }

  /** The record contradicts a rule at a place. */
  fail(code, where, expected, found = '') {
    const step = this.steps.get(code);
    if (!step.failed) {  // places of a failed step are those where it failed
      step.places = [];
      step.total = 0;
    }
    step.failed = true;
    step.total += 1;
    if (step.places.length < MAX_PLACES) step.places.push({where, expected, found});
  }

  /** Steps could not be checked, for a reason, and perhaps for want of something at a place. */
  skip(codes, reason, place = null) {
    for (const code of codes) {
      const step = this.steps.get(code);
      if (!step.reasons.some(known => known.key === reason.key)) step.reasons.push(reason);
      if (place && !step.failed) {
        step.total += 1;
        if (step.places.length < MAX_PLACES) step.places.push(place);
      }
    }
  }

  /** Take back what failed: something else explains it, or takes its ground away. */
  withdraw(code) { Object.assign(this.steps.get(code), {failed: false, places: [], total: 0}); }

  note(code, phrase) { this.steps.get(code).notes.push(phrase); }

  /** Steps were checked to their end. */
  done(...codes) { for (const code of codes) this.steps.get(code).isDone = true; }

  /** @returns {'passed'|'failed'|'not_checked'|'not_applicable'} */
  status(code) {
    const step = this.steps.get(code);
    if (step.failed) return 'failed';
    if (!step.isApplicable) return 'not_applicable';
    return step.reasons.length || !step.isDone ? 'not_checked' : 'passed';
  }

  /** Steps that are left to the program, or whose files this page did not read. */
  left() {
    const isLeft = step => step.reasons.length && step.reasons.every(reason => reason.isLeft
      || reason.key === 'reason.left_to_program');
    return STEPS.filter(code => this.status(code) === 'not_checked' && isLeft(this.steps.get(code)));
  }

  /** @returns {'contradicted'|'unchecked'|'verified'} verified: as far as this page goes */
  answer() {
    const asked = STEPS.filter(code => this.steps.get(code).isAsked);
    if (asked.some(code => this.status(code) === 'failed')) return 'contradicted';
    const left = this.left();
    const isOpen = code => this.status(code) === 'not_checked' && !left.includes(code);
    return asked.some(isOpen) ? 'unchecked' : 'verified';
  }

  /** Explain the steps that nothing was said about. */
  close() {
    for (const step of this.steps.values()) {
      if (!step.isDone && !step.failed && step.isApplicable && !step.reasons.length) {
        this.skip([step.code], w('reason.not_reached'));
      }
    }
  }
}

/** Let the page breathe: at most this long without a pause. */
const SLICE_MS = 40;

/** Gives pauses to long work, and says how far it is. */
class Pace {
  /** @param {function(string, number, number): void} show  stage, done, of how many */
  constructor(show = () => {}, isStopped = () => false) {
    this.show = show;
    this.isStopped = isStopped;
    this.last = performance.now();
  }

  /** Pause if the slice is over. A message wakes us sooner than a timer would. */
  async breathe(stage = '', done = 0, all = 0) {
    if (performance.now() - this.last < SLICE_MS) return;
    if (stage) this.show(stage, done, all);
    await new Promise(resume => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { channel.port1.close(); resume(); };
      channel.port2.postMessage(0);
    });
    if (this.isStopped()) throw new Unreachable(w('reason.stopped'));
    this.last = performance.now();
  }
}

// --- 2. Bytes ---------------------------------------------------------------------------------

const HEX = Array.from({length: 256}, (_, byte) => byte.toString(16).padStart(2, '0'));

const HEX_CODES = [...'0123456789abcdef'].map(digit => digit.charCodeAt(0));

/** Write some bytes, a digest or a key, in hexadecimal; at once, because a record needs half a million of them. */
function toHex(bytes) {
  const codes = new Array(2 * bytes.length);
  for (let i = 0; i < bytes.length; i += 1) {
    codes[2 * i] = HEX_CODES[bytes[i] >> 4];
    codes[2 * i + 1] = HEX_CODES[bytes[i] & 15];
  }
  return String.fromCharCode.apply(null, codes);
}

/** @param {string} text  an even number of lower-case digits */
function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Bad(w('form.hex'), text.slice(0, 80));
  return Uint8Array.from({length: text.length / 2}, (_, i) => parseInt(text.substr(2 * i, 2), 16));
}

const utf8 = new TextEncoder();

/** Decodes UTF-8 strictly; a byte order mark is kept, and refused by every format. */
const strictUtf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

function fromUtf8(bytes) {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new Bad(w('form.utf8'));
  }
}

/** @param {...Uint8Array} parts */
function join(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function isEqual(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Standard padded base64 in its one spelling (log.md, One spelling). */
function fromBase64(text) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw new Bad(w('form.base64'), text.slice(0, 80));
  }
  if (btoa(binary) !== text) throw new Bad(w('form.base64'), text.slice(0, 80));
  return Uint8Array.from(binary, letter => letter.charCodeAt(0));
}

function toBase64(bytes) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const QR_PREFIX = 'ESC1:';
const MAX_QR = 4296;

/** The signed bytes in the text of a QR code (sheet.md, QR text; RFC 9285). */
function fromQrText(text) {
  const body = text.slice(QR_PREFIX.length);
  if (!text.startsWith(QR_PREFIX) || text.length > MAX_QR || body.length % 3 === 1) {
    throw new Bad(w('form.qr'), text.slice(0, 80));
  }
  const bytes = [];
  for (let at = 0; at < body.length; at += 3) {
    const digits = [...body.slice(at, at + 3)].map(letter => BASE45.indexOf(letter));
    const isLast = digits.length === 2;
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (digits.includes(-1) || value > (isLast ? 0xff : 0xffff)) {
      throw new Bad(w('form.qr'), body.slice(at, at + 3));
    }
    if (isLast) bytes.push(value);
    else bytes.push(value >> 8, value & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** A number of entries, below 2^63; above 2^53, which no log reaches, only nearly (checkpoint, manifest). */
function fromSize(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) >= 2n ** 63n) throw new Bad(w('form.decimal'), text.slice(0, 40));
  return Number(text);
}

/** A decimal number in its one spelling, below 2^53 here (log.md, One spelling). */
function fromDecimal(text) {
  const value = Number(text);
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text) || !Number.isSafeInteger(value)) {
    throw new Bad(w('form.decimal'), text.slice(0, 40));
  }
  return value;
}

// SHA-256 (FIPS 180-4), in step with the caller: a record needs some 300,000 digests of a few
// hundred bytes, and through WebCrypto each of them would wait for a promise. The tests hold it
// against the vectors, and every root of a log that verifies went through it.

const [SHA_START, SHA_ROUNDS] = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every(p => n % p)) primes.push(n);
  // The first 32 bits of the fractional part of a root, in whole numbers, hence exact.
  const fraction = (prime, power) => {
    const wanted = BigInt(prime) << BigInt(32 * power);
    let [low, high] = [0n, 1n << 40n];
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** BigInt(power) <= wanted) low = middle;
      else high = middle;
    }
    return Number(low & 0xffffffffn) | 0;
  };
  const start = primes.slice(0, 8).map(prime => fraction(prime, 2));
  return [Int32Array.from(start), Int32Array.from(primes, prime => fraction(prime, 3))];
})();
const shaWords = new Int32Array(64);
const shaState = new Int32Array(8);
let shaBuffer = new Uint8Array(1024);
let shaView = new DataView(shaBuffer.buffer);

/** Mix one block of 64 bytes of the buffer into the state. */
function shaBlock(buffer, at) {
  const words = shaWords;
  for (let i = 0; i < 16; i += 1, at += 4) {
    words[i] = (buffer[at] << 24) | (buffer[at + 1] << 16) | (buffer[at + 2] << 8) | buffer[at + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let a = shaState[0];
  let b = shaState[1];
  let c = shaState[2];
  let d = shaState[3];
  let e = shaState[4];
  let f = shaState[5];
  let g = shaState[6];
  let h = shaState[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + SHA_ROUNDS[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  shaState[0] += a; shaState[1] += b; shaState[2] += c; shaState[3] += d;
  shaState[4] += e; shaState[5] += f; shaState[6] += g; shaState[7] += h;
}

/**
 * Digest bytes, after a prefix byte where one is given (log.md, Tree).
 * @param {Uint8Array} bytes  @param {number} [prefix]  @returns {Uint8Array} 32 bytes
 */
function sha256(bytes, prefix = -1) {
  const extra = prefix < 0 ? 0 : 1;
  const size = bytes.length + extra;
  const whole = ((size + 8) >> 6) * 64 + 64;
  if (shaBuffer.length < whole) {
    shaBuffer = new Uint8Array(2 * whole);
    shaView = new DataView(shaBuffer.buffer);
  }
  const buffer = shaBuffer;
  if (extra) buffer[0] = prefix;
  buffer.set(bytes, extra);
  buffer.fill(0, size, whole);
  buffer[size] = 0x80;
  shaView.setUint32(whole - 8, Math.floor(size / 0x20000000));
  shaView.setUint32(whole - 4, size << 3);
  shaState.set(SHA_START);
  for (let at = 0; at < whole; at += 64) shaBlock(buffer, at);
  const digest = new Uint8Array(32);
  for (let i = 0; i < 8; i += 1) {
    const word = shaState[i];
    digest[4 * i] = word >>> 24;
    digest[4 * i + 1] = word >>> 16;
    digest[4 * i + 2] = word >>> 8;
    digest[4 * i + 3] = word;
  }
  return digest;
}

/** Digest a file: large ones in the browser's own code, where it has it. */
async function digestFile(bytes) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle || bytes.length < 4096) return toHex(sha256(bytes));
  return toHex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
}

// --- 3. JSON, CSV, TOML -------------------------------------------------------------------------

const MAX_JSON_LEVELS = 32;

/** Write canonical JSON (RFC 8785) of integers, texts, booleans, null, arrays and plain objects. */
function toCanonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const pairs = Object.keys(value).sort().map(key => `${JSON.stringify(key)}:${
    toCanonicalJson(value[key])}`);
  return `{${pairs.join(',')}}`;
}

/** Read canonical JSON without floating-point numbers (definition.md, The document). */
function fromCanonicalJson(bytes) {
  const text = fromUtf8(bytes);
  const check = (value, level) => {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new Bad(w('form.json'), String(value));
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) throw new Bad(w('form.json'));
    if (value === null || typeof value !== 'object') return;
    if (level > MAX_JSON_LEVELS) throw new Bad(w('form.json'), w('form.too_deep'));
    for (const [key, item] of Object.entries(value)) {
      if (!Array.isArray(value) && /[^\0-\x7f]/.test(key)) throw new Bad(w('form.json'), key.slice(0, 80));
      check(item, level + 1);
    }
  };
  let value;
  try {
    value = JSON.parse(text);
    check(value, 1);
  } catch (error) {
    throw error instanceof Bad ? error : new Bad(w('form.json'));
  }
  const again = toCanonicalJson(value);
  if (again !== text) {
    let at = 0;
    while (again[at] === text[at]) at += 1;
    throw new Bad(w('form.json_spelling', {character: at}), text.slice(at, at + 40));
  }
  return value;
}

/** Read a table in its one spelling; the header is the first row (definition.md, The tables). */
function fromCsv(bytes) {
  const text = fromUtf8(bytes);
  if (!text.endsWith('\n') || /[\r\0]/.test(text) || text.startsWith('\ufeff')) throw new Bad(w('form.csv'));
  const rows = text.slice(0, -1).split('\n').map((line, at) => {
    if (!line) throw new Bad(w('form.csv'), w('line', {number: at + 1}));
    if (!line.includes('"')) return line.split(',');
    const cells = [];
    // A cell is quoted only where it holds a comma or a quotation mark.
    const pattern = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
    for (let end = ','; end === ',';) {
      const cell = pattern.exec(line);
      const value = cell && (cell[1] === undefined ? cell[2] : cell[1].replaceAll('""', '"'));
      if (!cell || (cell[1] !== undefined && !/[",]/.test(value))) {
        throw new Bad(w('form.csv'), w('line', {number: at + 1}));
      }
      cells.push(value);
      end = cell[3];
    }
    return cells;
  });
  const other = rows.findIndex(row => row.length !== rows[0].length);
  if (other > 0) throw new Bad(w('form.csv'), w('line', {number: other + 1}));
  return rows;
}

const TOML_ESCAPES = {b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', '"': '"', '\\': '\\'};

/**
 * Read the part of TOML 1.0 that a trust anchor needs: keys with texts as values, and comments.
 * @returns {Map<string, string>}
 */
function fromToml(text) {
  const pattern = new RegExp([
    String.raw`\s*(?:#[^\n]*(?:\n|$)\s*)*`,
    String.raw`(?:([A-Za-z0-9_-]+)|"([A-Za-z0-9_-]+)")[ \t]*=[ \t]*`,
    String.raw`(?:'''\r?\n?([\s\S]*?)'''|"""\r?\n?((?:[^\\]|\\[\s\S])*?)"""`,
    String.raw`|'([^'\n]*)'|"((?:[^"\\\n]|\\.)*)")[ \t]*(?:#[^\n]*)?(?:\r?\n|$)`,
  ].join(''), 'y');
  const values = new Map();
  const source = text.replaceAll('\r\n', '\n');
  const end = source.search(/\s*(?:#[^\n]*\n?\s*)*$/);
  let at = 0;
  while (at < end) {
    pattern.lastIndex = at;
    const item = pattern.exec(source);
    const name = item && (item[1] ?? item[2]);
    if (!item || values.has(name)) throw new Bad(w('form.toml'), source.slice(at, at + 60).trim());
    const escaped = item[4]?.replace(/\\[ \t]*\r?\n\s*/g, '') ?? item[6];
    values.set(name, item[3] ?? item[5] ?? escaped.replace(
      /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g, (_, four, eight, one) => {
        if (one !== undefined && !(one in TOML_ESCAPES)) throw new Bad(w('form.toml'), `\\${one}`);
        return one === undefined ? String.fromCodePoint(parseInt(four ?? eight, 16)) : TOML_ESCAPES[one];
      }));
    at = pattern.lastIndex;
  }
  return values;
}

// --- 4. CBOR (docs/formats/sheet.md, CBOR) ------------------------------------------------------

const MAX_CBOR_BYTES = 65535;
const MAX_CBOR_LEVELS = 8;
const [UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP] = [0, 1, 2, 3, 4, 5];
const SIMPLE = 7;
const CBOR_SIMPLE = new Map([[20, false], [21, true], [22, null]]);

/** A map whose keys are whole numbers below 32: what a record has a hundred thousand of. */
class SmallMap {
  constructor() {
    this.items = new Array(16).fill(undefined);
    this.size = 0;
  }

  get(key) { return this.items[key]; }

  has(key) { return this.items[key] !== undefined; }

  set(key, value) {
    this.items[key] = value;
    this.size += 1;
  }

  static isKey(key) { return Number.isInteger(key) && key >= 0 && key < 32; }
}

const isMap = value => value instanceof Map || value instanceof SmallMap;

/** Reads items in core deterministic encoding, and refuses every other spelling. */
class Cbor {
  constructor(data, at = 0) {
    this.data = data;
    this.at = at;
  }

  /** Decode one item that ends where the bytes end. */
  static decode(data) {
    if (data.length > MAX_CBOR_BYTES) throw new Bad(w('form.cbor_size'), data.length);
    const reader = new Cbor(data);
    const value = reader.item(1);
    reader.end();
    return value;
  }

  bad(key) { return new Bad(w(`form.${key}`), w('byte', {number: this.at})); }

  end() { if (this.at !== this.data.length) throw this.bad('cbor_end'); }

  take(size) {
    if (size > this.data.length - this.at) throw this.bad('cbor_short');
    this.at += Number(size);
    return this.data.subarray(this.at - Number(size), this.at);
  }

  /** Take the argument of a head: a number, or a bigint above 2^53. */
  argument(info) {
    if (info < 24) return info;
    if (info > 27) throw this.bad('cbor_indefinite');
    const size = 1 << (info - 24);
    let value = 0;
    for (const byte of this.take(size)) value = value * 256 + byte;
    if (value < (size === 1 ? 24 : 2 ** (4 * size))) throw this.bad('cbor_shortest');
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    return BigInt(`0x${toHex(this.data.subarray(this.at - size, this.at))}`);
  }

  /** Take the head of an item of one major type. */
  head(major) {
    const first = this.take(1)[0];
    if (first >> 5 !== major) throw this.bad('cbor_type');
    return this.argument(first & 31);
  }

  item(level) {
    const first = this.take(1)[0];
    const major = first >> 5;
    if (major === SIMPLE) {
      if (!CBOR_SIMPLE.has(first & 31)) throw this.bad('cbor_type');
      return CBOR_SIMPLE.get(first & 31);
    }
    const value = this.argument(first & 31);
    if (major === UINT) return value;
    if (major === NEGATIVE) {
      const negative = typeof value === 'bigint' ? -1n - value : -1 - value;
      return typeof negative === 'bigint' || Number.isSafeInteger(negative) ? negative : -1n - BigInt(value);
    }
    if (major === BYTES) return this.take(value);
    if (major === TEXT) return shortText(this.take(value));
    if (major !== ARRAY && major !== MAP) throw this.bad('cbor_type');
    if (level > MAX_CBOR_LEVELS) throw this.bad('too_deep');
    if (value > this.data.length - this.at) throw this.bad('cbor_short');
    return major === ARRAY ? Array.from({length: value}, () => this.item(level + 1)) : this.map(value, level + 1);
  }

  /** Take the pairs of a map: keys in the order of their encoded bytes, each once. */
  map(size, level) {
    let pairs = size ? new SmallMap() : new Map();
    let last = null;
    for (let i = 0; i < size; i += 1) {
      const start = this.at;
      const major = this.data[start] >> 5;
      if (major !== UINT && major !== NEGATIVE && major !== TEXT) throw this.bad('cbor_key');
      const key = this.item(level);
      const encoded = this.data.subarray(start, this.at);
      if (last && compareBytes(last, encoded) >= 0) throw this.bad('cbor_key');
      last = encoded;
      if (pairs instanceof SmallMap && !SmallMap.isKey(key)) {
        pairs = new Map(pairs.items.flatMap((value, small) => (value === undefined ? [] : [[small, value]])));
      }
      pairs.set(key, this.item(level));
    }
    return pairs;
  }
}

/** Decode a text; most are short and ASCII, and a decoder takes longer to begin than to read them. */
function shortText(bytes) {
  let text = '';
  for (const byte of bytes) {
    if (byte > 0x7f || bytes.length > 64) return fromUtf8(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Compare by bytes; a shorter one that the other begins with comes first. */
function compareBytes(a, b) {
  const size = Math.min(a.length, b.length);
  for (let i = 0; i < size; i += 1) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

// --- 5. Ed25519 (docs/formats/sheet.md, One rule for Ed25519) ----------------------------------
//
// A key is good when it is the canonical encoding of a point of the main subgroup that is not of
// small order: what libsodium lets enrol. Browsers do not ask for that, so it is checked here. A
// signature is good when the browser accepts it, S is below the order of the group, and R is not
// of small order, as in libsodium. With good keys both then agree.

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const modulo = value => ((value % P) + P) % P;

/** Raise to a power, modulo p. */
function power(base, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === '1') result = (result * base) % P;
  }
  return result;
}

const CURVE_D = modulo(-121665n * power(121666n, P - 2n));
const TWICE_D = (2n * CURVE_D) % P;
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const IDENTITY = [0n, 1n, 1n, 0n];

/** The number that 32 bytes stand for, the least significant first. */
function fromLittleEndian(bytes) {
  let text = '0x';
  for (let i = bytes.length - 1; i >= 0; i -= 1) text += HEX[bytes[i]];
  return BigInt(text);
}

/** base^(2^252 - 3), by the chain that every implementation uses: 254 multiplications. */
function powerForRoot(base) {
  const square = (value, times) => {
    for (let i = 0; i < times; i += 1) value = (value * value) % P;
    return value;
  };
  const b2 = (square(base, 1) * base) % P;
  const b4 = (square(b2, 2) * b2) % P;
  const b5 = (square(b4, 1) * base) % P;
  const b10 = (square(b5, 5) * b5) % P;
  const b20 = (square(b10, 10) * b10) % P;
  const b40 = (square(b20, 20) * b20) % P;
  const b50 = (square(b40, 10) * b10) % P;
  const b100 = (square(b50, 50) * b50) % P;
  const b200 = (square(b100, 100) * b100) % P;
  const b250 = (square(b200, 50) * b50) % P;
  return (square(b250, 2) * base) % P;
}

/**
 * Decode a point from its canonical encoding (RFC 8032, 5.1.3).
 * @returns {bigint[]|null} X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
 */
function decodePoint(bytes) {
  if (bytes.length !== 32) return null;
  const whole = fromLittleEndian(bytes);
  const sign = whole >> 255n;
  const y = whole - (sign << 255n);
  if (y >= P) return null;
  const yy = (y * y) % P;
  const u = modulo(yy - 1n);
  const v = (CURVE_D * yy + 1n) % P;
  const v3 = (((v * v) % P) * v) % P;
  let x = (((u * v3) % P) * powerForRoot((((((u * v3) % P) * v3) % P) * v) % P)) % P;
  const vxx = (((v * x) % P) * x) % P;
  if (vxx === modulo(-u) && u !== 0n) x = (x * ROOT_OF_MINUS_ONE) % P;
  else if (vxx !== u) return null;
  if (x === 0n && sign) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, (x * y) % P];
}

/** Add two points (Hisil, Wong, Carter, Dawson 2008; complete, so it doubles too). */
function addPoints(p, q) {
  const a = ((p[1] - p[0] + P) * (q[1] - q[0] + P)) % P;
  const b = ((p[1] + p[0]) * (q[1] + q[0])) % P;
  const c = (((p[3] * TWICE_D) % P) * q[3]) % P;
  const d = (2n * p[2] * q[2]) % P;
  const [e, f, g, h] = [b - a + P, d - c + P, d + c, b + a];
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

const isIdentity = point => point[0] === 0n && point[1] === point[2];
const ORDER_BITS = ORDER.toString(2);

/** Say whether a point times the order of the main subgroup is nothing. */
function isOfMainSubgroup(point) {
  let sum = IDENTITY;
  for (const bit of ORDER_BITS) {
    sum = addPoints(sum, sum);
    if (bit === '1') sum = addPoints(sum, point);
  }
  return isIdentity(sum);
}

/** Say whether a public key may be enrolled. */
function isGoodKey(bytes) {
  const point = decodePoint(bytes);
  return point !== null && !isIdentity(point) && isOfMainSubgroup(point);
}

/** Subsets drawn at once, and how often: 64 subsets of all keys. */
const SUBSET_BITS = 8;
const SUBSET_ROUNDS = 8;

/**
 * Find the keys that may not be enrolled, of many keys.
 *
 * One by one each needs some 2,500 multiplications. But if a point is outside of the main
 * subgroup, so is the sum of a random subset of all points, with probability 1/2 at least: whether
 * that point is in the subset decides. 64 random subsets miss it once in 2^64 times. The points are
 * thrown into 256 heaps by eight random bits, and the eight subsets are sums of heaps. Only where a
 * subset fails is each key looked at.
 * @param {Uint8Array[]} keys  @param {Pace} pace  @returns {Promise<number[]>} positions
 */
async function findBadKeys(keys, pace) {
  const points = [];
  const bad = [];
  for (const [at, key] of keys.entries()) {
    const point = decodePoint(key);
    if (point === null || isIdentity(point)) bad.push(at);
    else points.push([at, point]);
    if (at % 256 === 0) await pace.breathe();
  }
  const draws = new Uint8Array(points.length);
  let isClean = points.length > 0;
  for (let round = 0; round < SUBSET_ROUNDS && isClean; round += 1) {
    for (let at = 0; at < draws.length; at += 65536) crypto.getRandomValues(draws.subarray(at, at + 65536));
    const heaps = new Array(1 << SUBSET_BITS).fill(IDENTITY);
    for (const [at, [, point]] of points.entries()) {
      heaps[draws[at]] = addPoints(heaps[draws[at]], point);
      if (at % 4096 === 0) await pace.breathe();
    }
    for (let bit = 0; bit < SUBSET_BITS; bit += 1) {
      const inside = heaps.filter((_, heap) => heap & (1 << bit));
      isClean &&= isOfMainSubgroup(inside.reduce(addPoints));
    }
  }
  if (!isClean) {
    for (const [at, point] of points) {
      if (!isOfMainSubgroup(point)) bad.push(at);
      await pace.breathe();
    }
  }
  return bad.sort((a, b) => a - b);
}

/** Encodings of y of the points of small order, canonical or not, without the sign. */
const SMALL_ORDER = new Set((() => {
  const littleEndian = y => {
    const bytes = new Uint8Array(32);
    for (let i = 0; i < 32; i += 1) bytes[i] = Number((y >> BigInt(8 * i)) & 0xffn);
    return toHex(bytes);
  };
  // Of order 8: x^2 = y^2 or -y^2, hence d y^4 + 2 y^2 - 1 = 0 or d y^4 - 2 y^2 - 1 = 0.
  const eighth = fromLittleEndian(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'));
  return [0n, 1n, P - 1n, P, P + 1n, eighth, P - eighth].map(littleEndian);
})());
const SMALL_ORDER_STARTS = new Set([...SMALL_ORDER].map(text => parseInt(text.slice(0, 2), 16)));
const ORDER_BYTES = Uint8Array.from({length: 32}, (_, i) => Number((ORDER >> BigInt(8 * i)) & 0xffn));

/** Say whether a signature has a form that libsodium accepts: S below the order, R not small. */
function isGoodForm(signature) {
  if (signature.length !== 64) return false;
  let at = 31;
  while (at >= 0 && signature[32 + at] === ORDER_BYTES[at]) at -= 1;
  if (at < 0 || signature[32 + at] > ORDER_BYTES[at]) return false;
  if (!SMALL_ORDER_STARTS.has(signature[0])) return true;
  const r = signature.slice(0, 32);
  r[31] &= 0x7f;
  return !SMALL_ORDER.has(toHex(r));
}

/**
 * Check many signatures: the whole program of a worker, which is made from this text. It knows no
 * other name of this file. A batch has key, signature, length of the message and message, each
 * behind the other; the answer has a byte for each of them.
 */
function signatureWorker() {
  const imported = new Map();
  const check = async (key, signature, message) => {
    const name = String.fromCharCode(...key);
    if (!imported.has(name)) imported.set(name, crypto.subtle.importKey('raw', key, {name: 'Ed25519'}, false, ['verify']));
    return crypto.subtle.verify({name: 'Ed25519'}, await imported.get(name), signature, message);
  };
  globalThis.onmessage = async ({data: {id, batch}}) => {
    const jobs = [];
    for (let at = 0; at < batch.length;) {
      const start = at + 98;
      const end = start + batch[at + 96] * 256 + batch[at + 97];
      jobs.push(check(batch.subarray(at, at + 32), batch.subarray(at + 32, at + 96), batch.subarray(start, end)));
      at = end;
    }
    let answer = null;  // no answer: this browser's workers cannot
    try {
      answer = Uint8Array.from(await Promise.all(jobs), Number);
    } catch { /* the page does it itself */ }
    globalThis.postMessage({id, answer});
  };
}

/** Put jobs behind each other, as a worker takes them. */
function packBatch(jobs) {
  const sizeOf = ({parts}) => parts.reduce((size, part) => size + part.length, 0);
  const batch = new Uint8Array(jobs.reduce((size, job) => size + 98 + sizeOf(job), 0));
  let at = 0;
  for (const job of jobs) {
    const size = sizeOf(job);
    batch.set(job.key, at);
    batch.set(job.signature, at + 32);
    batch[at + 96] = size >> 8;
    batch[at + 97] = size & 0xff;
    at += 98;
    for (const part of job.parts) {
      batch.set(part, at);
      at += part.length;
    }
  }
  return batch;
}

const MAX_WORKERS = 8;

/** Checks signatures, where the browser can; many of them in workers, where it lets a page have some. */
class Signatures {
  constructor() {
    this.imported = new Map();
    this.workers = null;
    this.waiting = new Map();
    this.batches = 0;
  }

  /**
   * Find out what this browser can do, by an example of RFC 8032 (7.1, test 2).
   * @returns {Promise<'yes'|'insecure'|'no'>}
   */
  static async support() {
    if (!globalThis.crypto?.subtle) return 'insecure';
    const key = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const signature = fromHex('92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da'
      + '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00');
    try {
      const signatures = new Signatures();
      const isGood = await signatures.isSigned(key, Uint8Array.of(0x72), signature);
      const isBad = await signatures.isSigned(key, Uint8Array.of(0x73), signature);
      return isGood && !isBad ? 'yes' : 'no';
    } catch {
      return 'no';
    }
  }

  /** @param {Uint8Array} key  one that `isGoodKey` or `findBadKeys` looked at */
  async isSigned(key, message, signature) {
    if (!isGoodForm(signature)) return false;
    const name = toHex(key);
    if (!this.imported.has(name)) {
      this.imported.set(name, crypto.subtle.importKey('raw', key, {name: 'Ed25519'}, false, ['verify']));
    }
    return crypto.subtle.verify({name: 'Ed25519'}, await this.imported.get(name), signature, message);
  }

  /** Start workers, one for each core: the page waits for files meanwhile. None where the browser allows none. */
  start() {
    this.workers = [];
    const count = Math.min(MAX_WORKERS, globalThis.navigator?.hardwareConcurrency ?? 2);
    try {
      const address = URL.createObjectURL(new Blob([`(${signatureWorker})();`], {type: 'text/javascript'}));
      for (let i = 0; i < count; i += 1) {
        const worker = new Worker(address);
        worker.onmessage = ({data: {id, answer}}) => this.waiting.get(id)(answer);
        worker.onerror = event => {
          event.preventDefault();
          this.stop();
        };
        this.workers.push(worker);
      }
    } catch {
      this.stop();
    }
  }

  /** End the workers; whatever they had not answered is done by the page. */
  stop() {
    for (const worker of this.workers ?? []) worker.terminate();
    this.workers = [];
    for (const resume of this.waiting.values()) resume(null);
  }

  /**
   * Check many signatures.
   * @param {{key: Uint8Array, parts: Uint8Array[], signature: Uint8Array}[]} jobs  parts of the message
   * @returns {Promise<ArrayLike<boolean|number>>} whether each is good
   */
  async areSigned(jobs) {
    if (!this.workers) this.start();
    if (this.workers.length) {
      const good = jobs.filter(({signature}) => isGoodForm(signature));
      const batch = packBatch(good);
      const id = this.batches;
      this.batches += 1;
      const answer = await new Promise(resume => {
        this.waiting.set(id, resume);
        this.workers[id % this.workers.length].postMessage({id, batch}, [batch.buffer]);
      });
      this.waiting.delete(id);
      const results = new Map(good.map((job, i) => [job, answer?.[i]]));
      if (answer) return jobs.map(job => results.get(job) === 1);
    }
    return Promise.all(jobs.map(({key, parts, signature}) => this.isSigned(key, join(...parts), signature)));
  }
}

// --- 6. The log (docs/formats/log.md) -----------------------------------------------------------

const TILE = 256;
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const MAX_NAME_BYTES = 255;
const LOG_KEY = 1;
const WITNESS_KEY = 4;
const WITNESS_KEY_ML_DSA = 6;

/**
 * A signed text and who signed it.
 * @typedef {{text: string, lines: {name: string, id: string, signature: Uint8Array}[]}} Note
 */

/** Read a signed note; text and signature lines are split at the last blank line. */
function readNote(bytes, maxBytes = MAX_NOTE_BYTES) {
  const note = fromUtf8(bytes);
  const cut = note.lastIndexOf('\n\n');
  if (bytes.length > maxBytes || cut < 0 || !note.endsWith('\n') || /[\0-\x09\x0b-\x1f]/.test(note)) {
    throw new Bad(w('form.note'));
  }
  const lines = note.slice(cut + 2, -1).split('\n').map(line => {
    const form = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line);
    const raw = form ? fromBase64(form[2]) : [];
    if (raw.length <= 4 || !isKeyName(form[1])) throw new Bad(w('form.signature_line'), line.slice(0, 80));
    return {name: form[1], id: toHex(raw.slice(0, 4)), signature: raw.slice(4)};
  });
  if (lines.length > MAX_SIGNATURES) throw new Bad(w('form.note'), lines.length);
  return {text: note.slice(0, cut + 1), lines};
}

const isKeyName = name => name.length > 0 && utf8.encode(name).length <= MAX_NAME_BYTES
  && !/[+\s\0-\x1f\x7f-\x9f]/.test(name);

/** @typedef {{origin: string, size: number, root: Uint8Array, note: Note}} Checkpoint */

/** Read a checkpoint: origin, size, root. */
function readCheckpoint(bytes) {
  const note = readNote(bytes);
  const [origin, size, root, ...more] = note.text.slice(0, -1).split('\n');
  if (root === undefined || more.includes('') || !origin || utf8.encode(origin).length > MAX_NAME_BYTES) {
    throw new Bad(w('form.checkpoint'));
  }
  const checkpoint = {origin, size: fromSize(size), root: fromBase64(root), note};
  if (checkpoint.root.length !== 32) throw new Bad(w('form.checkpoint'));
  return checkpoint;
}

/** Read a vkey: name, key id, type and public key. */
function readVkey(text, types) {
  const [name, id, ...rest] = text.split('+');
  const typed = fromBase64(rest.join('+'));
  const key = typed.slice(1);
  const isRight = rest.length && isKeyName(name) && types.includes(typed[0])
    && toHex(sha256(join(utf8.encode(`${name}\n`), typed)).slice(0, 4)) === id
    && (typed[0] === WITNESS_KEY_ML_DSA ? key.length === 1312 : isGoodKey(key));
  if (!isRight) throw new Bad(w('form.vkey'), text.slice(0, 80));
  return {name, id, type: typed[0], key};
}

/**
 * Read a policy: one log, witnesses, groups, quorum.
 * @returns {{log: object, witnesses: Map<string, object>, groups: Map<string, object>, quorum: string}}
 */
function readPolicy(text) {
  if (!text.endsWith('\n') || text.includes('\r')) throw new Bad(w('form.policy'), text.slice(-80));
  const policy = {log: null, witnesses: new Map(), groups: new Map(), quorum: null};
  const members = new Set();
  const keys = new Set();
  const isKnown = name => policy.witnesses.has(name) || policy.groups.has(name);
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.split(/[ \t]+/).filter(item => item);
    if (word === undefined || word.startsWith('#')) continue;
    const bad = new Bad(w('form.policy'), line.slice(0, 80));
    const [name, more, ...others] = rest;
    const isNewName = name !== undefined && name !== 'none' && !isKnown(name);
    if (word === 'log' && !policy.log && name && others.length === 0) {
      policy.log = readVkey(name, [LOG_KEY]);
    } else if (word === 'witness' && isNewName && more && others.length <= 1) {
      const witness = readVkey(more, [WITNESS_KEY, WITNESS_KEY_ML_DSA]);
      if (keys.has(toHex(witness.key))) throw bad;
      keys.add(toHex(witness.key));
      policy.witnesses.set(name, witness);
    } else if (word === 'group' && isNewName && others.length) {
      const least = {all: others.length, any: 1}[more] ?? fromDecimal(more);
      if (least < 1 || least > others.length) throw bad;
      for (const member of others) {
        if (!isKnown(member) || members.has(member)) throw bad;
        members.add(member);
      }
      policy.groups.set(name, {least, members: others});
    } else if (word === 'quorum' && policy.quorum === null && rest.length === 1
      && (name === 'none' || isKnown(name))) {
      policy.quorum = name;
    } else {
      throw bad;
    }
  }
  if (!policy.log || policy.quorum === null) throw new Bad(w('form.policy_whole'));
  return policy;
}

/** Say whether the witnesses that signed are the quorum of a policy. */
function isQuorum(policy, signed, name = policy.quorum) {
  if (name === 'none' || signed.has(name)) return true;
  const group = policy.groups.get(name);
  return !!group && group.members.filter(member => isQuorum(policy, signed, member)).length >= group.least;
}

const bigEndian64 = value => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
};

/** Say who of a policy's witnesses has cosigned, and when; false cosignatures are named. */
async function readCosignatures(checkpoint, policy, signatures) {
  const found = {times: new Map(), bad: [], unknownType: false};
  for (const [name, witness] of policy.witnesses) {
    if (witness.type === WITNESS_KEY_ML_DSA) found.unknownType = true;
    const isOfWitness = line => line.name === witness.name && line.id === witness.id;
    for (const line of witness.type === WITNESS_KEY ? checkpoint.note.lines.filter(isOfWitness) : []) {
      const seconds = line.signature.length === 72
        ? new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0) : -1n;
      const text = `cosignature/v1\ntime ${seconds}\n${checkpoint.note.text}`;
      const isGood = seconds >= 0n && seconds < 2n ** 63n
        && await signatures.isSigned(witness.key, utf8.encode(text), line.signature.slice(8));
      if (isGood) found.times.set(name, Math.max(Number(seconds), found.times.get(name) ?? 0));
      else found.bad.push(witness.name);
    }
  }
  return found;
}

/**
 * Say whether the key of a log signed a note: 'signed', 'unsigned', or 'bad'.
 * A line of a known key that does not verify rejects the whole note.
 */
async function signedBy(note, vkey, signatures) {
  const lines = note.lines.filter(line => line.name === vkey.name && line.id === vkey.id);
  if (!lines.length) return 'unsigned';
  for (const line of lines) {
    if (!await signatures.isSigned(vkey.key, utf8.encode(note.text), line.signature)) return 'bad';
  }
  return 'signed';
}

/** The path of a tile of hashes, or of a bundle of entries (Files). */
function tilePath(level, number, width = TILE) {
  const groups = [];
  for (let rest = number; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(String(rest % 1000).padStart(3, '0'));
  }
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width < TILE ? `.p/${width}` : ''}`;
}

/** The root of a tree that grows: roots of the full subtrees inside it, the largest first. */
class Tree {
  constructor() {
    this.size = 0;
    this.roots = [];
  }

  add(leaf) {
    let node = leaf;
    for (let size = this.size; size % 2 === 1; size = (size - 1) / 2) node = hashNode(this.roots.pop(), node);
    this.roots.push(node);
    this.size += 1;
  }

  root() {
    if (!this.size) return sha256(new Uint8Array());
    return this.roots.reduceRight((right, left) => hashNode(left, right));
  }
}

/** The tree of a log: inside a tile, and of the roots of the full tiles, which the next level holds. */
class LogTree {
  constructor() {
    this.size = 0;
    this.tile = new Tree();
    this.above = new Tree();
    this.tileRoots = [];
  }

  add(leaf) {
    this.size += 1;
    this.tile.add(leaf);
    if (this.tile.size < TILE) return;
    const root = this.tile.root();
    this.tileRoots.push(root);
    this.above.add(root);
    this.tile = new Tree();
  }

  root() {
    if (!this.size) return sha256(new Uint8Array());
    return [...this.above.roots, ...this.tile.roots].reduceRight((right, left) => hashNode(left, right));
  }
}

const hashLeaf = entry => sha256(entry, 0);
const hashNode = (left, right) => sha256(join(left, right), 1);

/** Compute the root of a whole subtree from its leaves, given as hashes behind each other. */
function rootOf(hashes) {
  const tree = new Tree();
  for (let at = 0; at < hashes.length; at += 32) tree.add(hashes.subarray(at, at + 32));
  return tree.root();
}

/** Take the entries of a bundle: length in two bytes, and the entry; of a wider one the first. */
function readBundle(bytes, width, isWider = true) {
  const entries = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + 2 + bytes[at] * 256 + bytes[at + 1];
    if (!(end <= bytes.length)) throw new Bad(w('form.bundle', {width}), w('byte', {number: at}));
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (entries.length !== width && !(isWider && entries.length > width)) {
    throw new Bad(w('form.bundle', {width}), entries.length);
  }
  return entries.slice(0, width);
}

/**
 * Compute a root from an entry's hash and its proof of inclusion (RFC 9162, 2.1.3.2).
 * @param {Uint8Array[]} proof  hashes from the leaf's sibling up
 */
function rootFromProof(index, size, leaf, proof) {
  let [node, fn, sn] = [leaf, index, size - 1];
  for (const hash of proof) {
    if (sn === 0) throw new Bad(w('form.proof'));
    if (fn % 2 === 1 || fn === sn) {
      node = hashNode(hash, node);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else {
      node = hashNode(node, hash);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  if (sn !== 0) throw new Bad(w('form.proof'));
  return node;
}

/** Read a receipt: index, proof, and the checkpoint it was made for (Receipt). */
function readReceipt(bytes) {
  const text = fromUtf8(bytes);
  const cut = text.indexOf('\n\n');
  const lines = text.slice(0, cut).split('\n');
  if (cut < 0 || lines.shift() !== 'c2sp.org/tlog-proof@v1') throw new Bad(w('form.receipt'));
  if (lines[0]?.startsWith('extra ') && !fromBase64(lines.shift().slice(6)).length) throw new Bad(w('form.receipt'));
  const [word, index, ...rest] = (lines.shift() ?? '').split(' ');
  if (word !== 'index' || rest.length || lines.length > 63) throw new Bad(w('form.receipt'));
  const proof = lines.map(fromBase64);
  if (proof.some(hash => hash.length !== 32)) throw new Bad(w('form.receipt'));
  const checkpoint = readCheckpoint(utf8.encode(text.slice(cut + 2)));
  if (fromDecimal(index) >= checkpoint.size) throw new Bad(w('form.receipt'));
  return {index: fromDecimal(index), proof, checkpoint};
}

// --- 7. The definition (docs/formats/definition.md) ---------------------------------------------

const MAX_COUNT = 1_000_000_000;
const MAX_TIME = 2 ** 32 - 1;
const TABLES = [
  ['divisions.csv', ['division', 'parent', 'level', 'name', 'stations', 'registered']],
  ['stations.csv', ['station', 'division', 'kind', 'polling_place', 'registered', 'max_ballots']],
  ['signers.csv', ['signer', 'role', 'scope', 'key']],
];
const CENTRAL_ROLES = ['authority', 'operator', 'source'];
const FIELD_ROLES = ['auditor', 'board', 'centre'];
const STATION_KINDS = ['device', 'paper', 'abroad', 'mobile', 'special'];

// Rules are functions that say whether a value is allowed.
const isWhole = (low, high) => value => Number.isInteger(value) && low <= value && value <= high;
const isText = pattern => value => typeof value === 'string' && pattern.test(value);
const isOneOf = (...allowed) => value => allowed.includes(value);
const orNull = rule => value => value === null || rule(value);
const isListOf = (rule, least = 0, most = MAX_COUNT) => value => Array.isArray(value)
  && value.length >= least && value.length <= most && value.every(rule);
const isObjectOf = rules => value => value !== null && typeof value === 'object' && !Array.isArray(value)
  && Object.keys(value).length === Object.keys(rules).length
  && Object.entries(rules).every(([key, rule]) => Object.hasOwn(value, key) && rule(value[key]));
const isId = isText(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/);
const isCode = isText(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/);
const isCount = isWhole(0, MAX_COUNT);
const isTime = isWhole(0, MAX_TIME);
const isFlag = value => typeof value === 'boolean';
const isClearText = most => value => typeof value === 'string' && value.length > 0
  && [...value].length <= most && value.normalize('NFC') === value && value.trim() === value
  && !/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u.test(value);
const isNames = value => isMapping(/^[a-z]{2,3}$/, isClearText(200), 50)(value) && Object.keys(value).length > 0;
const isMapping = (pattern, rule, most) => value => value !== null && typeof value === 'object'
  && !Array.isArray(value) && Object.keys(value).length <= most
  && Object.entries(value).every(([key, item]) => pattern.test(key) && rule(item));
const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a; };
const isShare = value => isListOf(isWhole(1, MAX_COUNT), 2, 2)(value) && value[0] <= value[1]
  && gcd(value[0], value[1]) === 1;
const isUnique = values => new Set(values).size === values.length;

const isTable = isObjectOf({file: isText(/^[a-z]+\.csv$/), sha256: isText(/^[0-9a-f]{64}$/), rows: isCount});
const SHARE_RULES = {of: isOneOf('valid', 'valid_and_blank', 'cast'), comparison: isOneOf('>', '>='), value: isShare};
const isShareCondition = isObjectOf({kind: isOneOf('share'), ...SHARE_RULES});
const isReachable = value => value.comparison !== '>' || value.value[0] < value.value[1];
const isCondition = value => (isShareCondition(value)
  || isObjectOf({kind: isOneOf('lead'), ...SHARE_RULES})(value)
  || isObjectOf({kind: isOneOf('spread'), ...SHARE_RULES, level: isCode, divisions: isCount})(value)) && isReachable(value);
const isRule = value => (isObjectOf({
  kind: isOneOf('winner'),
  clauses: isListOf(isObjectOf({conditions: isListOf(isCondition, 0, 20)}), 1, 20),
  runoff: isCount,
  tie: isOneOf('lots', 'new_election', 'runoff'),
})(value) && value.runoff !== 1 && (value.tie !== 'runoff' || value.runoff > 0)
  && (value.clauses.length === 1 || value.clauses.every(clause => clause.conditions.length))) || isObjectOf({
  kind: isOneOf('seats'),
  method: isOneOf('dhondt'),
  seats: isWhole(1, 10000),
  threshold: orNull(item => isShareCondition(item) && isReachable(item)),
  tie: isOneOf('lots', 'new_election'),
})(value);
const isContest = value => isObjectOf({
  code: isCode,
  names: isNames,
  division: isId,
  votes_allowed: isWhole(1, 1000),
  candidacies: isListOf(isObjectOf({code: isCode, names: isNames}), 1, 10000),
  options: isListOf(isObjectOf({code: isCode, candidacy: isCode, names: isNames}), 0, 10000),
  categories: isListOf(isObjectOf({code: isCode, names: isNames, in_ballots: isFlag, in_valid: isFlag}), 0, 100),
  max_ballots_per_station: orNull(isCount),
  register_totals: isListOf(isObjectOf({id: isId, registered: isCount, names: isNames, source: isClearText(2000)}), 0, 100),
  rule: isRule,
})(value) && isWholeContest(value);

const conditionsOf = rule => (rule.kind === 'winner' ? rule.clauses.flatMap(clause => clause.conditions)
  : rule.threshold ? [rule.threshold] : []);

/** What the parts of a contest demand of each other. */
function isWholeContest(contest) {
  const codes = key => contest[key].map(item => item.code);
  const candidacies = new Set(codes('candidacies'));
  const lines = new Set([...candidacies, ...codes('options')]);
  const named = new Set(contest.options.map(option => option.candidacy));
  return isUnique(codes('candidacies')) && isUnique(codes('options')) && isUnique(codes('categories'))
    && isUnique(contest.register_totals.map(item => item.id))
    && [...named].every(code => candidacies.has(code))
    && (!contest.options.length || named.size === candidacies.size)
    && contest.categories.every(item => !lines.has(item.code) && (item.in_ballots || !item.in_valid))
    && (codes('categories').includes('blank') || conditionsOf(contest.rule).every(item => item.of !== 'valid_and_blank'));
}

/** What the definition says of its policy; whether it is one is asked where the log is read (Trust). */
function isPolicyOfDefinition(value) {
  if (typeof value !== 'string' || utf8.encode(value).length > 65536 || !value.endsWith('\n')) return false;
  const logs = value.split('\n').filter(line => /^[ \t]*log([ \t]|$)/.test(line));
  return logs.length === 1 && logs[0].startsWith('log ');
}

const isDate = value => isText(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)(value)
  && !Number.isNaN(Date.parse(value)) && new Date(`${value}T00:00:00Z`).toISOString().startsWith(value);
const DOCUMENT = {
  format: isOneOf('escrutinio-definition/2'),
  record_kind: isOneOf('official', 'transcription'),
  phase: isOneOf('official', 'test'),
  names: isNames,
  date: isDate,
  time_zone: isText(/^[A-Za-z0-9._+-]+(\/[A-Za-z0-9._+-]+)*$/),
  levels: isListOf(isObjectOf({code: isCode, names: isNames}), 1, 20),
  divisions: isTable,
  stations: orNull(isTable),
  contests: isListOf(isContest, 1, 10000),
  check_profile: isObjectOf({
    limits: isMapping(/^[a-z0-9][a-z0-9_]{0,59}$/, isCount, 1000),
    severities: isMapping(/^[A-Z]{3,8}-[0-9]{3}$/, isMapping(/^(machine|handwritten)$/, isOneOf('block', 'hold', 'warn', 'info'), 2), 1000),
  }),
  sources: isListOf(isClearText(2000), 0, 1000),
  trust: isObjectOf({
    required: isObjectOf({authority: isWhole(1, 100), board: isWhole(1, 100), centre: isWhole(1, 100)}),
    policy: isPolicyOfDefinition,
    bulletins: orNull(isObjectOf({begin_s: isTime, every_s: isWhole(1, 31_536_000)})),
    publish_not_before_s: orNull(isTime),
    sheets: isOneOf('machine', 'handwritten'),
    signers: isTable,
  }),
};

/** A contest, as the definition was frozen. */
class Contest {
  constructor(document, position) {
    this.position = position;
    this.code = document.code;
    this.area = document.division;
    this.votesAllowed = document.votes_allowed;
    this.candidacies = document.candidacies.map(item => item.code);
    this.options = document.options;
    /** What a sheet has a figure for: party lines, or candidacies where there are none. */
    this.lines = document.options.length ? document.options
      : document.candidacies.map(({code}) => ({code, candidacy: code}));
    this.categories = document.categories;
    this.cap = document.max_ballots_per_station;
    this.registers = document.register_totals;
    this.rule = document.rule;
  }
}

/** An election as it was frozen: the document and its tables. */
class Definition {
  /** @param {Uint8Array} bytes  of definition.json */
  constructor(bytes) {
    const document = fromCanonicalJson(bytes);
    const other = Object.keys({...DOCUMENT, ...document}).find(key =>
      !Object.hasOwn(document, key) || !Object.hasOwn(DOCUMENT, key) || !DOCUMENT[key](document[key]));
    if (other !== undefined) throw new Bad(w('form.definition_key', {key: other}));
    if (!isUnique(document.levels.map(level => level.code)) || !isUnique(document.contests.map(item => item.code))) {
      throw new Bad(w('form.definition_key', {key: 'contests'}));
    }
    if (document.record_kind === 'official' && !document.stations) throw new Bad(w('form.definition_key', {key: 'stations'}));
    this.document = document;
    this.identity = sha256(bytes);
    this.size = bytes.length;
    this.isOfficial = document.record_kind === 'official';
    this.contests = document.contests.map((contest, position) => new Contest(contest, position));
    this.required = document.trust.required;
    /** @type {Map<string, {parent: string|null, level: string, registered: number|null, order: number}>} */
    this.divisions = new Map();
    this.parents = new Set();
    /** @type {Map<string, {division: string, kind: string, rolls: (number|null)[], caps: (number|null)[]}>} */
    this.stations = new Map();
    /** @type {Map<string, {role: string, scope: string, key: Uint8Array|null}>} */
    this.signers = new Map();
  }

  /** Give a division and every one around it, up to the root. */
  around(division) {
    const all = [];
    for (let at = division; at !== null && at !== undefined; at = this.divisions.get(at)?.parent) all.push(at);
    return all;
  }

  isSmallest(division) { return this.divisions.has(division) && !this.parents.has(division); }

  /** Say whether a role may have a scope (signers.csv). */
  isScope(role, scope) {
    if (role === 'device') return this.stations.has(scope);
    const division = this.divisions.get(scope);
    if (!division) return false;
    return CENTRAL_ROLES.includes(role) ? division.parent === null : FIELD_ROLES.includes(role);
  }

  /**
   * Take a table (V02): its digest and number of rows are those of the document.
   * @param {string} name  @param {Uint8Array|null} bytes  @param {string} digest
   */
  take(name, header, bytes, digest) {
    const about = name === 'signers.csv' ? this.document.trust.signers : this.document[name.slice(0, -4)];
    if (about === null) {
      if (bytes) throw new Bad(w('nothing'), w('a_file'));
      return;
    }
    if (about.file !== name || about.sha256 !== digest) {
      throw new Bad(w('digest_of_definition', {digest: about.sha256}), digest);
    }
    const [found, ...rows] = fromCsv(bytes);
    if (rows.length !== about.rows) throw Bad.ofDocument(`${name.slice(0, -4)}.rows`, w('rows', {number: rows.length}), about.rows);
    if (!isEqual(found.slice(0, header.length), header)) throw new Bad(header.join(','), found.join(',').slice(0, 200));
    this[`take_${name.slice(0, -4)}`](rows, found.slice(header.length));
  }

  take_divisions(rows) {
    const levels = this.document.levels.map(level => level.code);
    let last = [-1, ''];
    for (const [at, [id, parent, level, name, stations, registered]] of rows.entries()) {
      const depth = levels.indexOf(level);
      const above = this.divisions.get(parent);
      const isInOrder = depth > last[0] || (depth === last[0] && id > last[1]);
      const isPlaced = parent ? above && above.depth < depth : !this.divisions.size && depth === 0;
      if (depth < 0 || !isInOrder || !isPlaced || !isId(id) || this.divisions.has(id) || !isClearText(200)(name)) {
        throw new Bad(w('form.tree'), w('line', {number: at + 2}));
      }
      last = [depth, id];
      this.divisions.set(id, {parent: parent || null, level, depth, order: at,
        stations: readCount(stations), registered: readCount(registered)});
      if (parent) this.parents.add(parent);
    }
    for (const contest of this.contests) {
      if (!this.divisions.has(contest.area)) throw Bad.ofDocument('contests', w('form.tree'), contest.area);
    }
    this.addUp('stations');
    this.addUp('registered');
  }

  /** Check that a division states the sum of its parts, or no less than is known of them. */
  addUp(key) {
    const parts = new Map();
    for (const [id, {parent, [key]: stated}] of [...this.divisions].reverse()) {
      const mine = parts.get(id) ?? {sum: 0, isWhole: false};
      this.checkSum(id, stated, parts.has(id) ? mine : null);
      if (parent === null) continue;
      const above = parts.get(parent) ?? {sum: 0, isWhole: true};
      parts.set(parent, {sum: above.sum + (stated ?? mine.sum), isWhole: above.isWhole && (stated !== null || mine.isWhole)});
    }
  }

  checkSum(division, stated, parts) {
    if (!parts || stated === null || (parts.isWhole ? stated === parts.sum : stated >= parts.sum)) return;
    throw new Bad(w('form.sum_of_parts', {division, number: parts.sum}), stated);
  }

  take_stations(rows, more) {
    const own = more.filter((_, i) => i % 2 === 0).map(name => name.replace(/^registered\./, ''));
    const columns = this.contests.map(contest => 4 + (own.indexOf(contest.code) + 1) * 2);
    if (own.some((code, i) => more[2 * i] !== `registered.${code}` || more[2 * i + 1] !== `max_ballots.${code}`)) {
      throw new Bad(w('form.csv'), more.join(',').slice(0, 200));
    }
    let last = '';
    const sums = {stations: new Map(), registered: new Map()};
    for (const [at, row] of rows.entries()) {
      const [id, division, kind, place] = row;
      const station = {division, kind, rolls: columns.map(column => readCount(row[column])),
        caps: columns.map(column => readCount(row[column + 1]))};
      if (!(id > last) || !isId(id) || !this.isSmallest(division) || !STATION_KINDS.includes(kind)
        || !this.isCapped(station) || (place && !isId(place))) {
        throw new Bad(w('form.station'), w('line', {number: at + 2}));
      }
      last = id;
      this.stations.set(id, station);
      const mine = this.rollOf(station);
      for (const above of this.around(division)) {
        const count = sums.stations.get(above) ?? {sum: 0, isWhole: true};
        sums.stations.set(above, {sum: count.sum + 1, isWhole: true});
        const roll = sums.registered.get(above) ?? {sum: 0, isWhole: true};
        sums.registered.set(above, {sum: roll.sum + (mine ?? 0), isWhole: roll.isWhole && mine !== null});
      }
    }
    for (const [id, division] of this.divisions) {
      for (const key of ['stations', 'registered']) {
        this.checkSum(id, division[key], sums[key].get(id) ?? {sum: 0, isWhole: true});
      }
    }
  }

  /** The registered voters of a station in the first contest it votes in; 0 where there is none. */
  rollOf(station) {
    const around = this.around(station.division);
    const base = this.contests.findIndex(contest => around.includes(contest.area));
    return base < 0 ? 0 : station.rolls[base];
  }

  /** Say whether the caps of a station are not below its rolls, and neither above those of the contest. */
  isCapped({rolls, caps}) {
    return caps.every((cap, i) => {
      const [roll, most] = [rolls[i] ?? 0, this.contests[i].cap ?? MAX_COUNT];
      return roll <= most && (cap === null || (cap >= roll && cap <= most));
    });
  }

  take_signers(rows) {
    let last = '';
    const keys = new Set();
    for (const [at, [id, role, scope, key]] of rows.entries()) {
      if (!(id > last) || !isId(id) || !/^[0-9a-f]{64}$/.test(key) || keys.has(key) || !this.isScope(role, scope)) {
        throw new Bad(w('form.signer'), w('line', {number: at + 2}));
      }
      last = id;
      keys.add(key);
      const raw = fromHex(key);
      this.signers.set(id, {role, scope, key: raw, name: key, kid: kidOf(raw)});
    }
    const count = role => rows.filter(row => row[1] === role).length;
    if (!count('operator') || count('authority') < this.required.authority
      || (!this.isOfficial && !count('source'))) throw new Bad(w('form.too_few_signers'));
  }
}

/** How an entry names the key that signed it: the first 8 bytes of its SHA-256, hexadecimal. */
const kidOf = key => toHex(sha256(key).subarray(0, 8));

/** A count of a table; an empty cell is unknown. */
function readCount(cell) {
  if (cell === '') return null;
  const count = fromDecimal(cell);
  if (count > MAX_COUNT) throw new Bad(w('form.decimal'), cell);
  return count;
}

// --- 8. Entries (docs/formats/entries.md and the pages of each kind) -----------------------------

const [GENESIS, SHEET, OPENING, SEAL, TRANSCRIBED, CONFIRMATION, HOLD, DECISION, AMENDMENT, APPROVAL,
  BULLETIN, CLOSING_AUDIT, CUSTODY, INCIDENT, AUDIT_RECORD, PROCLAMATION] = Array.from({length: 16}, (_, i) => 65000 + i);
const isToCome = kind => kind >= 65100 && kind <= 65499;
const isCritical = kind => kind >= 65300 && kind <= 65499;
/** Kinds that are about one place, which stands under key 3. */
const OF_A_PLACE = new Set([SHEET, OPENING, SEAL, TRANSCRIBED, CLOSING_AUDIT, CUSTODY, INCIDENT]);
const PROPOSALS = new Set([DECISION, AMENDMENT, PROCLAMATION]);
const [RELEASE, ANNUL, CLOSE, APPROVE, HOLD_SHEET] = [1, 2, 3, 4, 5];

const isBytes = size => value => value instanceof Uint8Array && value.length === size;
const isDigest = isBytes(32);
const isPosition = isWhole(0, 9999);
const isFigure = orNull(isWhole(0, 10_000_000));
const isFigures = isListOf(isFigure);
const isVotes = isListOf(isFigure, 1);
const isSize = isWhole(1, 2 ** 32 - 1);
const isNumber = isWhole(1, 999_999);
const isVersion = isWhole(1, 65535);
const isAscending = rule => value => rule(value)
  && value.every((text, i) => i === 0 || compareBytes(utf8.encode(value[i - 1]), utf8.encode(text)) < 0);
const isExact = isWhole(0, Number.MAX_SAFE_INTEGER);
const isNational = value => Array.isArray(value) && value.length === 8
  && [1, 2, 4, 5].every(i => isExact(value[i])) && [0, 3, 6].every(i => orNull(isExact)(value[i]))
  && (value[0] === null) === (value[3] === null) && isListOf(isExact, 1)(value[7]);
const isFieldFigures = value => value instanceof Map && [...value].every(([name, figure]) =>
  isText(/^[a-z][a-z_]{0,39}(\.[A-Za-z0-9._-]{1,80})?$/)(name) && isWhole(-3, 10_000_000)(figure));
const isEnrollable = value => isBytes(32)(value) && isGoodKey(value);
const isPolicyText = value => typeof value === 'string' && value.length > 0 && utf8.encode(value).length <= 65536;
const isRole = isOneOf('authority', 'auditor', 'board', 'centre', 'device', 'operator', 'source');
const isReason = isWhole(1, 5);

/** List the rules of a kind: key, rule, and whether the key may be absent. */
function listRules(rules) {
  return Object.entries(rules).map(([name, rule]) => [Math.abs(Number(name)), rule, name[0] === '-']);
}

/** Of each kind, its keys beyond 1 and 2; those below zero are optional. */
const KINDS = new Map(Object.entries({
  [GENESIS]: {3: isDigest, 4: isSize},
  [SHEET]: {3: isId, 4: isPosition, 5: isVersion, 6: isTime, '-7': isFigure, '-8': isFigure, '-9': isFigure,
    10: isVotes, 11: isFigures, '-12': isFigure, '-13': isFigure, 14: isDigest, '-15': isReason},
  [OPENING]: {3: isId, 4: isTime, 5: isFigure},
  [SEAL]: {3: isId, 4: isPosition, 5: isFigure, 6: isTime, 14: isDigest},
  [TRANSCRIBED]: {3: isId, 4: isPosition, 5: isVersion, 6: isWhole(0, 8), 7: orNull(isId), 8: orNull(isDigest),
    9: isFieldFigures, 10: isAscending(isListOf(isText(/^[a-z][a-z0-9_]{0,39}$/), 0, 64)), 11: orNull(isId),
    12: isAscending(isListOf(isOneOf('contest', 'phase'))), '-14': isDigest, '-15': isReason},
  [CONFIRMATION]: {3: isDigest, 4: orNull(isDigest)},
  [HOLD]: {3: isDigest, 4: isAscending(isListOf(isText(/^[A-Z]{3,8}-[0-9]{3}$/), 1, 64))},
  [DECISION]: {3: isWhole(1, 5), 4: isId, 5: isPosition, 6: orNull(isDigest), 7: isWhole(1, 8), '-8': isWhole(1, 2)},
  [APPROVAL]: {3: isDigest},
  [BULLETIN]: {3: isNumber, 4: isTime, 5: isWhole(1, Number.MAX_SAFE_INTEGER), 6: isDigest, 7: orNull(isDigest),
    8: isDigest, 9: isSize, 10: isListOf(isNational, 1)},
  [CLOSING_AUDIT]: {3: isId, 4: isPosition, 5: isDigest, 6: isVotes, 7: isFigures, 8: isTime},
  [CUSTODY]: {3: isId, 4: isWhole(1, 6), 5: isDigest, 6: isTime, 14: orNull(isDigest)},
  [INCIDENT]: {3: isId, 4: isWhole(1, 8), 5: isTime, 6: orNull(isDigest)},
  [AUDIT_RECORD]: {3: isWhole(1, 4), 4: isDigest, 5: isSize},
  [PROCLAMATION]: {3: isDigest, 4: isNumber, 5: isTime},
}).map(([kind, rules]) => [Number(kind), listRules(rules)]));
const AMENDMENTS = Object.fromEntries(Object.entries({
  1: {3: isWhole(1, 1), 4: isId, 5: orNull(isEnrollable)},
  2: {3: isWhole(2, 2), 4: isId, 5: isEnrollable, 6: isRole, 7: isId},
  3: {3: isWhole(3, 3), 8: isId, 9: isId, 10: value => value === '' || isId(value)},
  4: {3: isWhole(4, 4), 11: isPosition, 12: isCode, 13: isWhole(1, 2), '-14': isCode},
  5: {3: isWhole(5, 5), 15: isPolicyText},
}).map(([kind, rules]) => [kind, listRules(rules)]));
/** What one key of a payload demands of another. */
const TOGETHER = new Map([
  [SHEET, p => (p.get(5) === 1) !== p.has(15) && (!p.has(13) || p.has(9))],
  [TRANSCRIBED, p => (p.get(5) === 1) === !p.has(14) && p.has(14) === p.has(15)],
  [DECISION, p => (p.get(3) === CLOSE) === (p.get(6) === null) && (p.get(3) === CLOSE) === p.has(8)],
  [AMENDMENT, p => p.get(3) !== 4 || ((p.get(13) === 2) === p.has(14) && p.get(14) !== p.get(12))],
  [BULLETIN, p => (p.get(3) === 1) === (p.get(7) === null)],
]);

/** Who signs which kind, in an official record and in one of transcriptions. */
const SIGNED_BY = new Map([
  ...[SHEET, OPENING, SEAL].map(kind => [kind, ['device', 'centre', 'board']]),
  ...[CLOSING_AUDIT, CUSTODY, INCIDENT].map(kind => [kind, ['auditor', 'board', 'centre', 'device']]),
  ...[GENESIS, HOLD, BULLETIN].map(kind => [kind, ['operator']]),
  ...[DECISION, AMENDMENT, APPROVAL, PROCLAMATION].map(kind => [kind, ['authority']]),
  [CONFIRMATION, ['centre', 'board']],
  [AUDIT_RECORD, ['auditor']],
  [TRANSCRIBED, ['source']],
]);
const OF_OFFICIAL_RECORDS = new Set([SHEET, OPENING, SEAL, CONFIRMATION]);

/**
 * An entry: a signed message at its place in the log.
 * @typedef {object} Entry
 * @property {number} place
 * @property {string} digest  SHA-256 of its bytes, hexadecimal
 * @property {number} kind  content type
 * @property {string} kid  hexadecimal
 * @property {Uint8Array[]} parts  the bytes that were signed, behind each other
 * @property {Uint8Array} signature
 * @property {Map<number, *>} values  payload
 */

const SIGNATURE_CONTEXT = join(Uint8Array.of(0x84, 0x6a), utf8.encode('Signature1'));
const NOTHING_ADDED = Uint8Array.of(0x40);

/**
 * Decode an entry (sheet.md, The message; entries.md, What every entry is).
 * @param {Uint8Array} election  16 bytes  @returns {Entry}
 */
function readEntry(place, raw, election) {
  if (raw.length > MAX_CBOR_BYTES) throw new Bad(w('form.cbor_size'), raw.length);
  const reader = new Cbor(raw, 2);
  if (raw[0] !== 0xd2 || raw[1] !== 0x84) throw new Bad(w('form.message'));
  const header = Cbor.decode(reader.take(reader.head(BYTES)));
  const headerEnd = reader.at;
  if (reader.head(MAP) !== 0) throw new Bad(w('form.unprotected'));
  const payloadStart = reader.at;
  const payload = Cbor.decode(reader.take(reader.head(BYTES)));
  const payloadEnd = reader.at;
  const signature = reader.take(reader.head(BYTES));
  reader.end();
  const [algorithm, kind, kid] = isMap(header) && header.size === 3
    ? [header.get(1), header.get(3), header.get(4)] : [];
  if ((algorithm !== -8 && algorithm !== -19) || !isWhole(0, 65535)(kind) || !isBytes(8)(kid)) {
    throw new Bad(w('form.protected'));
  }
  if (signature.length !== 64) throw new Bad(w('form.signature'), signature.length);
  if (!KINDS.has(kind) && kind !== AMENDMENT && !isToCome(kind)) throw new Bad(w('form.kind'), kind);
  checkPayload(kind, payload, election);
  return {place, digest: toHex(sha256(raw)), kind, kid: toHex(kid), signature, values: payload,
    parts: [SIGNATURE_CONTEXT, raw.subarray(2, headerEnd), NOTHING_ADDED, raw.subarray(payloadStart, payloadEnd)]};
}

/** The bytes of an entry that were signed. */
const signedBytes = entry => join(...entry.parts);

/** Check the keys and values of a payload. */
function checkPayload(kind, values, election) {
  if (!isMap(values)) throw new Bad(w('form.payload'));
  const version = values.get(1);
  if (typeof version === 'bigint' ? version > 1n : Number.isInteger(version) && version > 1) {
    throw new LaterVersion(String(version));
  }
  if (version !== 1) throw new Bad(w('form.key', {key: 1}));
  const of = values.get(2);
  if (!isBytes(16)(of) || !isEqual(of, election)) {
    throw new Bad(w('form.election', {election: toHex(election)}), of instanceof Uint8Array ? toHex(of) : '');
  }
  if (isToCome(kind)) return;
  const rules = kind === AMENDMENT ? AMENDMENTS[String(values.get(3))] : KINDS.get(kind);
  if (!rules) throw new Bad(w('form.key', {key: 3}));
  let size = 2;
  for (const [key, rule, isOptional] of rules) {
    const isThere = values.has(key);
    if (isThere) size += 1;
    if (isThere ? !rule(values.get(key)) : !isOptional) throw new Bad(w('form.key', {key}));
  }
  if (values.size !== size) throw new Bad(w('form.keys'));
  if (TOGETHER.has(kind) && !TOGETHER.get(kind)(values)) throw new Bad(w('form.keys_together'));
}

// --- 9. The ledger: what the entries make of the election (entries.md, decisions.md, amendments.md)

/** Reads entries in their order, and keeps what is in force. */
class Ledger {
  /** @param {Definition} definition  @param {Report} report */
  constructor(definition, report) {
    this.definition = definition;
    this.report = report;
    /** @type {Map<string, {role: string, scope: string, key: string|null}>} */
    this.signers = new Map();
    /** Who holds a key now, by key. */
    this.holders = new Map();
    /** Every key that was ever enrolled, by kid. */
    this.keys = new Map();
    for (const [id, {role, scope, name, kid}] of definition.signers) this.enrol(id, role, scope, name, kid);
    this.stations = new Map(definition.stations);
    this.sheets = new Map();
    this.openings = new Map();
    this.openingsOf = new Map();
    this.seals = new Map();
    this.holds = new Map();
    this.proposals = new Map();
    this.bulletins = [];
    this.proclaimed = [];
    /** By contest: sheets and decisions in force, by station; withdrawn candidacies to their heirs. */
    this.contests = definition.contests.map(() => ({sheets: new Map(), decided: new Map(), withdrawn: new Map()}));
    /** Registered voters of divisions, as amended. */
    this.registered = new Map([...definition.divisions].map(([id, division]) => [id, division.registered]));
    this.aroundOf = new Map();
    /** Keys of the log, each with the place of the amendment that brought it; it signs larger sizes. */
    this.logKeys = [];
    this.replacePolicy(definition.document.trust.policy, -1);
    /** Entries that a reader must understand and this one does not. */
    this.critical = [];
  }

  enrol(name, role, scope, key, kid = key && kidOf(fromHex(key))) {
    const old = this.signers.get(name);
    if (old?.key) this.holders.delete(old.key);
    this.signers.set(name, {role, scope, key});
    if (key === null) return;
    this.holders.set(key, name);
    push(this.keys, kid, key);
  }

  isNewKey(key) {
    return !this.keys.get(kidOf(key))?.includes(toHex(key));
  }

  around(division) {
    let all = this.aroundOf.get(division);
    if (!all) {
      all = this.definition.around(division);
      this.aroundOf.set(division, all);
    }
    return all;
  }

  /** Say whether a signer may sign for a place (entries.md, Who may sign). */
  covers(signer, place, kind) {
    if (signer.role === 'device') return signer.scope === place && this.stations.has(place);
    if (kind === INCIDENT && this.definition.divisions.has(place)) return this.around(place).includes(signer.scope);
    const station = this.stations.get(place);
    if (!station) return signer.role !== 'centre' && this.definition.divisions.get(signer.scope)?.parent === null;
    return !(signer.role === 'centre' && station.kind === 'device')
      && this.around(station.division).includes(signer.scope);
  }

  fail(step, entry, expected, found = '') {
    // Behind an entry that nobody here understands nobody knows who may sign what.
    if (this.critical.length && ON_STATE.includes(step)) return;
    this.report.fail(step, w('entry', {number: entry.place}), expected, found);
  }

  /** Find who signed an entry, and whether that was allowed (V08). */
  signerOf(entry) {
    const known = this.keys.get(entry.kid);
    if (!known) {
      this.fail('V08', entry, w('an_enrolled_key'), w('kid', {kid: entry.kid}));
      return null;
    }
    const good = known.filter(key => entry.good.includes(key));
    if (!good.length) {
      this.fail('V08', entry, w('a_good_signature'), w('kid', {kid: entry.kid}));
      return null;
    }
    const name = this.holders.get(good.find(key => this.holders.has(key)));
    if (name === undefined) {
      this.fail('V08', entry, w('an_enrolled_key'), w('replaced_key', {key: good[0]}));
      return null;
    }
    const signer = this.signers.get(name);
    const isOfRecord = entry.kind === TRANSCRIBED ? !this.definition.isOfficial
      : this.definition.isOfficial || !OF_OFFICIAL_RECORDS.has(entry.kind);
    const isOfRole = isToCome(entry.kind) || (isOfRecord && SIGNED_BY.get(entry.kind).includes(signer.role));
    const isInScope = isToCome(entry.kind) || !OF_A_PLACE.has(entry.kind) || this.covers(signer, entry.values.get(3), entry.kind);
    if (isOfRole && isInScope) return name;
    this.fail('V08', entry, w('a_signer_for_this'), w('signer', {signer: name, role: signer.role, scope: signer.scope}));
    return null;
  }

  /** Say what keeps a signed entry from saying anything: a step, and why (Entries that say nothing). */
  complaint(entry, name) {
    const {values, kind} = entry;
    const named = values.get(3) instanceof Uint8Array ? toHex(values.get(3)) : '';
    if (kind === GENESIS && (entry.place > 0 || named !== toHex(this.definition.identity))) return ['V01', w('one_genesis')];
    if (!this.isOfAContest(kind, values)) return ['V07', w('figures_of_the_contest')];
    if (kind === CONFIRMATION || kind === HOLD) {
      if (!this.sheets.has(named)) return ['V10', w('a_sheet_before')];
      const sheet = this.sheets.get(named);
      if (kind === CONFIRMATION && !this.mayConfirm(name, sheet)) return ['V08', w('another_of_the_role')];
    }
    if (kind === DECISION && !this.isDecidable(values)) return ['V10', w('what_is_decided')];
    if (kind === APPROVAL && !this.proposals.has(named)) return ['V10', w('a_proposal_before')];
    if (kind === TRANSCRIBED && values.has(14)) {
      const corrected = this.sheets.get(toHex(values.get(14)));
      const isSame = corrected && corrected.station === values.get(3) && corrected.contest === values.get(4)
        && corrected.signers[0] === name;
      if (!isSame) return ['V10', w('a_reading_before')];
    }
    return null;
  }

  isOfAContest(kind, values) {
    const key = {[SHEET]: 4, [SEAL]: 4, [CLOSING_AUDIT]: 4, [TRANSCRIBED]: 4, [DECISION]: 5}[kind];
    if (key === undefined) return true;
    const contest = this.definition.contests[values.get(key)];
    if (contest && kind === TRANSCRIBED) return [...values.get(9).keys()].every(name => isFieldOf(contest, name));
    if (!contest || (kind !== SHEET && kind !== CLOSING_AUDIT)) return !!contest;
    const first = kind === SHEET ? 10 : 6;
    return values.get(first).length === contest.lines.length
      && values.get(first + 1).length === contest.categories.length;
  }

  mayConfirm(name, sheet) {
    const signer = this.signers.get(name);
    return signer.role === sheet.role && name !== sheet.signers[0] && this.covers(signer, sheet.station, SHEET);
  }

  /** Say whether a decision names what it can be about (decisions.md, Decision). */
  isDecidable(values) {
    const [station, contest] = [values.get(4), values.get(5)];
    if (values.get(3) === CLOSE) {
      const listed = this.stations.get(station);
      if (!listed) return this.definition.document.stations === null;
      return this.around(listed.division).includes(this.definition.contests[contest].area);
    }
    const sheet = this.sheets.get(toHex(values.get(6)));
    return !!sheet && sheet.station === station && sheet.contest === contest;
  }

  /** Take the next entry; give whether it says anything. @param {Entry & {good: string[]}} entry */
  add(entry) {
    const name = this.signerOf(entry);
    if (name === null) return false;
    const complaint = this.complaint(entry, name);
    if (complaint) {
      this.fail(complaint[0], entry, complaint[1]);
      return false;
    }
    const {values, kind, digest, place} = entry;
    if (kind === SHEET || kind === TRANSCRIBED) this.addSheet(entry, name);
    else if (kind === OPENING) this.addOpening(entry);
    else if (kind === SEAL) this.addSeal(entry);
    else if (kind === CONFIRMATION) this.sheets.get(toHex(values.get(3))).signers.push(name);
    else if (kind === HOLD) push(this.holds, toHex(values.get(3)), {place, codes: values.get(4)});
    else if (kind === BULLETIN) this.addBulletin(entry);
    else if (kind === APPROVAL) this.agree(this.proposals.get(toHex(values.get(3))), name, entry);
    else if (PROPOSALS.has(kind)) this.propose(entry, name);
    else if (isCritical(kind)) this.critical.push(entry);
    return true;
  }

  addSheet(entry, name) {
    if (this.sheets.has(entry.digest)) return;
    const {values, place, digest} = entry;
    const sheet = {place, digest, values, contest: values.get(4), station: values.get(3), version: values.get(5),
      role: this.signers.get(name).role, signers: [name]};
    this.sheets.set(digest, sheet);
    push(this.contests[sheet.contest].sheets, sheet.station, sheet);
    if (entry.kind !== TRANSCRIBED || !values.has(14)) return;
    // The second of two corrections stands beside the first.
    const corrected = this.sheets.get(toHex(values.get(14)));
    corrected.correction ??= sheet;
  }

  addOpening({digest, place, values}) {
    const opening = {place, station: values.get(3), counters: values.get(5)};
    keep(this.openings, digest, opening);
    push(this.openingsOf, opening.station, opening);
  }

  addSeal(entry) {
    const {values} = entry;
    const seal = {place: entry.place, digest: entry.digest, station: values.get(3), contest: values.get(4),
      admitted: values.get(5), follows: toHex(values.get(14))};
    keep(this.seals, entry.digest, seal);
    keep(this.seals, `${seal.contest} ${seal.station}`, seal);  // the first one counts
  }

  /** Hold a bulletin against the one before and the schedule (V16; bulletin.md, The entry). */
  addBulletin(entry) {
    const {values} = entry;
    const last = this.bulletins.at(-1);
    const trust = this.definition.document.trust;
    const [number, time, size, previous] = [3, 4, 5, 7].map(key => values.get(key));
    const expect = (isTrue, expected, found) => { if (!isTrue) this.fail('V16', entry, expected, found); };
    const next = last ? last.number + 1 : 1;
    expect(number === next, w('number_is', {number: next}), number);
    const before = last ? last.digest : null;
    const named = previous && toHex(previous);
    expect(named === before, w('bulletin_before', {digest: before ?? 'null'}), named ?? 'null');
    expect(size <= entry.place, w('size_at_most', {number: entry.place}), size);
    if (last) {
      expect(size >= last.size, w('size_at_least', {number: last.size}), size);
      expect(time > last.time, w('later_than', {time: utc(last.time)}), utc(time));
    }
    const earliest = trust.publish_not_before_s;
    if (earliest !== null) expect(time >= earliest, w('not_before', {time: utc(earliest)}), utc(time));
    if (trust.bulletins && !this.proclaimed.length) {
      const due = this.dueAfter(last);
      expect(time <= due, w('due_by', {number, time: utc(due)}), utc(time));
    }
    this.bulletins.push({number, time, size, digest: entry.digest, place: entry.place, values});
  }

  /** When a bulletin is due after another one, in seconds since 1970. */
  dueAfter(last) {
    const {begin_s: begin, every_s: every} = this.definition.document.trust.bulletins;
    return Math.max(last?.time ?? begin, begin) + every;
  }

  propose(entry, name) {
    if (entry.kind === PROCLAMATION) {
      const named = this.bulletins.find(bulletin => bulletin.digest === toHex(entry.values.get(3)));
      if (!named || named.number !== entry.values.get(4)) {
        this.fail('V20', entry, w('bulletin_proclaimed'), named?.number ?? '');
        return;
      }
    }
    if (this.proposals.has(entry.digest)) return;
    const proposal = {entry, signers: new Set(), isInForce: false};
    this.proposals.set(entry.digest, proposal);
    this.agree(proposal, name, entry);
  }

  /** Count an authority signer; the k-th puts a proposal in force from this place on (Approval). */
  agree(proposal, name, {place}) {
    proposal.signers.add(name);
    if (proposal.isInForce || proposal.signers.size < this.definition.required.authority) return;
    proposal.isInForce = true;
    const {kind, values} = proposal.entry;
    if (kind === DECISION) push(this.contests[values.get(5)].decided, values.get(4), {place, values});
    else if (kind === PROCLAMATION) this.proclaimed.push(values.get(4));
    else if (!this.amend(values, place)) this.fail('V02', {place}, w('an_amendment_that_applies'));
  }

  /** Put an amendment in force, if it can be (amendments.md, Keys). */
  amend(values, place) {
    const signer = this.signers.get(values.get(4));
    const key = values.get(5) && toHex(values.get(5));
    const isFree = () => key === null || this.isNewKey(values.get(5));
    switch (values.get(3)) {
      case 1:
        if (!signer || !isFree()) return false;
        this.enrol(values.get(4), signer.role, signer.scope, key);
        return true;
      case 2:
        if (signer || !isFree() || !this.definition.isScope(values.get(6), values.get(7))) return false;
        this.enrol(values.get(4), values.get(6), values.get(7), key);
        return true;
      case 3:
        return this.move(values.get(8), values.get(9));
      case 4:
        return this.withdraw(values);
      default:
        return this.replacePolicy(values.get(15), place);
    }
  }

  move(name, division) {
    const station = this.stations.get(name);
    if (!station || !this.definition.isSmallest(division)) return false;
    const roll = this.definition.rollOf(station);
    for (const [at, sign] of [[station.division, -1], [division, 1]]) {
      for (const id of this.around(at)) {
        const old = this.registered.get(id);
        if (old !== null && roll !== null) this.registered.set(id, old + sign * roll);
      }
    }
    this.stations.set(name, {...station, division});
    return true;
  }

  withdraw(values) {
    const contest = this.definition.contests[values.get(11)];
    if (!contest) return false;
    const [code, heir] = [values.get(12), values.get(14)];
    const live = this.live(contest);
    if (!live.includes(code) || live.length === 1 || (heir !== undefined && !live.includes(heir))) return false;
    this.contests[contest.position].withdrawn.set(code, heir ?? null);
    return true;
  }

  /** Take another policy; the log's key of it has the same name for ever (amendments.md, The key of the log). */
  replacePolicy(text, place) {
    let policy = null;
    try {
      policy = readPolicy(text);
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      return false;
    }
    const last = this.logKeys.at(-1);
    if (last && policy.log.name !== last.log.name) return false;
    if (!last || !isEqual(policy.log.key, last.log.key)) this.logKeys.push({place, log: policy.log});
    return true;
  }

  /** Candidacies that did not withdraw. */
  live(contest) {
    const {withdrawn} = this.contests[contest.position];
    return contest.candidacies.filter(code => !withdrawn.has(code));
  }
}

function push(map, key, value) {
  if (map.has(key)) map.get(key).push(value);
  else map.set(key, [value]);
}

function keep(map, key, value) { if (!map.has(key)) map.set(key, value); }

/** Write a time, in seconds since 1970, as RFC 3339 in UTC. */
function utc(seconds) {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000Z', 'Z');
}

// --- 10. Rows and totals (decisions.md, Treatment; bulletin-body.md) -----------------------------

const REASONS = ['', 'paper', 'recount', 'ruling', 'not_opened', 'merged', 'material_lost', 'capture', 'complaint'];
const CLOSURES = ['', 'not_installed', 'merged'];
const ROWS_HEADER = 'contest,station,division,treatment,entry,version,reason\n';
const sortedUnique = values => [...new Set(values)].sort();

/**
 * What became of a station.
 * @typedef {{station: string, division: string, treatment: string, sheet: object|null, words: string,
 *   isListed: boolean}} Row
 */

/**
 * Say what becomes of the stations of a contest, where the ledger stands, in the order of their ids.
 * @returns {Row[]}
 */
function takeRows(ledger, contest, listed) {
  if (!ledger.definition.isOfficial) return takeReadings(ledger, contest, listed);
  const {sheets, decided} = ledger.contests[contest.position];
  const isClosed = decisions => decisions.some(({values}) => values.get(3) === CLOSE);
  const others = [...sheets.keys(), ...[...decided].filter(([, all]) => isClosed(all)).map(([name]) => name)]
    .filter(name => !listed.has(name));
  const names = others.length ? sortedUnique([...listed.keys(), ...others]) : [...listed.keys()];
  const none = [];
  return names.map(station => takeRow(ledger, station, sheets.get(station) ?? none, decided.get(station) ?? none, listed.get(station)));
}

/** Say what becomes of one station: the first treatment that fits. */
function takeRow(ledger, station, sheets, decided, division) {
  const last = kind => decided.findLast(({values}) => values.get(3) === kind);
  const [closure, approval] = [last(CLOSE), last(APPROVE)];
  let sheet = approval ? ledger.sheets.get(toHex(approval.values.get(6)))
    : sheets.find(item => item.version === 1) ?? null;
  let [treatment, words] = ['missing', sheets.length ? 'not_approved' : ''];
  if (closure) {
    sheet = null;
    [treatment, words] = ['closed', `${CLOSURES[closure.values.get(8)]}:${REASONS[closure.values.get(7)]}`];
  } else if (sheet) {
    [treatment, words] = treat(ledger, sheet, decided);
  }
  const isListed = division !== undefined;
  return {station, division: division ?? '', sheet, words, isListed, hasAnswer: treatment !== 'missing',
    hasArrived: sheet !== null, treatment: isListed ? treatment : 'out_of_catalogue'};
}

/** Say what becomes of the sheet that stands for a station, and why. */
function treat(ledger, sheet, decided) {
  const required = ledger.definition.required[sheet.role] ?? 1;
  if (!decided.length && required === 1 && !ledger.holds.has(sheet.digest)) return ['counted', ''];
  const about = decided.filter(({values}) => values.get(6) && toHex(values.get(6)) === sheet.digest);
  const last = kind => about.findLast(({values}) => values.get(3) === kind);
  const reason = item => REASONS[item.values.get(7)];
  if (last(ANNUL)) return ['closed', `annul:${reason(last(ANNUL))}`];
  const since = last(RELEASE)?.place ?? -1;
  const holds = (ledger.holds.get(sheet.digest) ?? []).filter(hold => hold.place > since);
  const held = about.filter(({place, values}) => values.get(3) === HOLD_SHEET && place > since);
  const words = [...sortedUnique(holds.flatMap(hold => hold.codes)),
    ...sortedUnique(held.map(item => `hold:${reason(item)}`))];
  if (new Set(sheet.signers).size < required) words.push('unconfirmed');
  const treatment = words.length ? 'held' : 'counted';
  if (last(APPROVE)) words.push(`approve:${reason(last(APPROVE))}`);
  if (last(RELEASE)) words.push(`release:${reason(last(RELEASE))}`);
  return [treatment, words.join(' ')];
}

function writeRows(code, rows) {
  const lines = rows.map(({station, division, treatment, sheet, words}) =>
    `${code},${station},${division},${treatment},${sheet ? `${sheet.place},${sheet.version}` : ','},${words}\n`);
  return lines.join('');
}

/** What the status of a reading makes of its station (transcribed-sheet.md, Keys; Treatments). */
const STATUS_TREATMENTS = ['counted', 'closed', 'closed', 'closed', 'missing', 'missing', 'held', 'held', 'held'];
/** Statuses of which there is no sheet: not installed, merged, not delivered, not read. */
const WITHOUT_SHEET = [2, 3, 4, 5];
/** Of several readings of a station the best stands. */
const BEST_FIRST = ['counted', 'held', 'closed', 'missing', 'out_of_catalogue'];

/** Say what becomes of the stations of a contest of which a record has readings of copies. */
function takeReadings(ledger, contest, listed) {
  const {sheets, decided} = ledger.contests[contest.position];
  const closures = new Map();
  for (const [station, decisions] of decided) {
    const closure = decisions.findLast(({values}) => values.get(3) === CLOSE);
    if (closure) closures.set(station, closure);
  }
  const readings = [...sheets].filter(([station]) => !closures.has(station))
    .flatMap(([station, all]) => standingReadings(ledger, all, decided.get(station) ?? []));
  const rows = readings.sort((a, b) => a.place - b.place).map(sheet => readRow(ledger, sheet, decided.get(sheet.station) ?? []));
  for (const [station, {values}] of closures) {
    rows.push({station, division: sheets.get(station)?.at(-1).values.get(7) ?? null, treatment: 'closed', sheet: null,
      words: `${CLOSURES[values.get(8)]}:${REASONS[values.get(7)]}`, hasArrived: false});
  }
  placeReadings(ledger, contest, listed, rows);
  const stations = new Map();
  for (const row of rows) push(stations, row.station, row);
  const best = [...stations.values()].map(bestReading);
  for (const [station, division] of listed) {
    if (!stations.has(station)) best.push({station, division, treatment: 'missing', sheet: null, words: '', isListed: true, all: [], hasArrived: false});
  }
  return best.sort((a, b) => (a.station < b.station ? -1 : 1));
}

/** The row of a station of which there are several readings, the first of those that are equally good. */
function bestReading(all) {
  const treatment = BEST_FIRST.find(name => all.some(row => row.treatment === name));
  const equal = all.filter(row => row.treatment === treatment);
  const divisions = sortedUnique(equal.map(row => row.division).filter(division => division));
  return {...equal[0], all, hasAnswer: true, hasArrived: all.some(row => row.hasArrived),
    countedIn: treatment === 'counted' ? equal[0].division : divisions[0]};
}

/** The readings of a station that nobody corrected, or what became of the one that was approved. */
function standingReadings(ledger, all, decided) {
  const approval = decided.findLast(({values}) => values.get(3) === APPROVE);
  if (!approval) return all.filter(sheet => !sheet.correction);
  let sheet = ledger.sheets.get(toHex(approval.values.get(6)));
  while (sheet.correction) sheet = sheet.correction;
  return [sheet];
}

function readRow(ledger, sheet, decided) {
  const status = sheet.values.get(6);
  const [treatment, words] = treat(ledger, sheet, decided);
  const own = treatment === 'closed' ? 'closed' : STATUS_TREATMENTS[status];
  return {station: sheet.station, division: sheet.values.get(7), sheet, words,
    treatment: own === 'counted' ? treatment : own, hasArrived: treatment === 'closed' || !WITHOUT_SHEET.includes(status)};
}

/** Put readings into divisions: the listed ones, or where there is no list, those that they name. */
function placeReadings(ledger, contest, listed, rows) {
  const hasList = ledger.definition.document.stations !== null;
  const isAnywhere = rows.every(row => row.division === null);
  for (const row of rows) {
    if (hasList) {
      row.isListed = listed.has(row.station);
      row.division = listed.get(row.station) ?? row.division;
    } else {
      if (isAnywhere) row.division = contest.area;
      row.isListed = ledger.definition.divisions.has(row.division) && ledger.around(row.division).includes(contest.area);
    }
    if (!row.isListed) row.treatment = 'out_of_catalogue';
    row.division ??= '';
  }
}

const FORM_FIELDS = ['registered', 'admitted', 'absent', 'check_ins', 'stated.valid', 'stated.cast', 'ballots_received',
  'ballots_used', 'ballots_unused', 'ballots_spoiled', 'ballots_lost', 'ballots_unaccounted', 'list_votes', 'nominal_votes',
  'surplus', 'deficit'];

/** Say whether sheets of a contest have a field (import-profile.md, Fields). */
function isFieldOf(contest, name) {
  const field = name.replace(/^twin\./, '');
  const [kind] = field.split('.', 1);
  const code = field.slice(kind.length + 1);
  if (kind === 'candidacy') return contest.candidacies.includes(code);
  if (kind === 'option') return contest.options.some(item => item.code === code);
  if (kind === 'category') return contest.categories.some(item => item.code === code);
  return FORM_FIELDS.includes(field) || /^(admitted|stated\.cast|ballots_used)\../.test(field);
}

/** Where the figures of a sheet add to, as amended (bulletin-body.md, One counted sheet). */
class Lines {
  constructor(ledger, contest) {
    this.contest = contest;
    this.withdrawn = ledger.contests[contest.position].withdrawn;
    this.live = ledger.live(contest);
    this.void = [...this.withdrawn].filter(([, heir]) => heir === null).map(([code]) => code);
    const place = new Map(this.live.map((code, i) => [code, i]));
    /** Of each line of the form, the place of its candidacy among the live ones, or undefined. */
    this.targets = contest.lines.map(line => place.get(this.owner(line.candidacy)));
    this.voidTargets = contest.lines.map(line => this.void.indexOf(this.owner(line.candidacy)));
    this.shown = contest.options.length ? this.targets.flatMap((target, i) => (target === undefined ? [] : [i])) : [];
    const added = this.void.map(code => ({code: `withdrawn:${code}`, in_ballots: contest.votesAllowed === 1, in_valid: false}));
    this.categories = [...contest.categories, ...added];
  }

  /** Who gets the votes of a candidacy in the end; one whose votes are void is its own end. */
  owner(code) {
    let at = code;
    while (this.withdrawn.get(at)) at = this.withdrawn.get(at);
    return at;
  }

  /** Read the figures of one sheet: what it adds where it is counted, and what it needs; once for all bulletins. */
  read(sheet) {
    if (sheet.readWith !== this.withdrawn.size) {
      sheet.readWith = this.withdrawn.size;
      sheet.reading = this.readFigures(sheet);
    }
    return sheet.reading;
  }

  readFigures({values}) {
    const votes = values.get(10);
    const own = values.get(11);
    const candidacies = new Array(this.live.length).fill(0);
    const unknown = new Array(this.live.length).fill(0);
    /** Of a withdrawn candidacy whose votes are void: all of them, or null where a line is not readable. */
    const voided = this.void.map(() => 0);
    for (let i = 0; i < votes.length; i += 1) {
      const [figure, target] = [votes[i], this.targets[i]];
      if (target === undefined) voided[this.voidTargets[i]] = plusOrNull(voided[this.voidTargets[i]], figure);
      else if (figure === null) unknown[target] = 1;
      else candidacies[target] += figure;
    }
    return this.sum({candidacies, unknown, categories: [...own, ...voided], options: this.shown.map(i => votes[i] ?? 0),
      roll: values.get(7) ?? null}, () => this.statedBallots(values));
  }

  /** Add up what one sheet shows, as its totals see it. */
  sum(result, statedBallots) {
    const {categories} = result;
    let [valid, rest, isOpen] = [0, 0, result.unknown.includes(1)];
    for (const votes of result.candidacies) valid += votes;
    const whole = valid;
    for (let i = 0; i < categories.length; i += 1) {
      const category = this.categories[i];
      if (category.in_ballots && categories[i] === null) isOpen = true;
      categories[i] ??= 0;
      if (category.in_valid) valid += categories[i];
      if (category.in_ballots) rest += categories[i];
    }
    const {votesAllowed} = this.contest;
    result.carried ??= whole;
    const readable = Math.ceil(result.carried / votesAllowed) + rest;
    return Object.assign(result, {valid, isOpen, readable, ballots: votesAllowed === 1 ? whole + rest : statedBallots() ?? readable});
  }

  /** Say whether some sheet shows how many ballots there were (bulletin-body.md, A division). */
  showsCast(rows) {
    return this.contest.votesAllowed === 1 || rows.some(({sheet}) => sheet && (sheet.values.has(9) || sheet.values.has(12)));
  }

  /** Put null where no sheet shows a figure; on a signed sheet every figure has its place. */
  hide(total) { return total; }

  /** The ballots that a sheet states, where a ballot can carry several votes. */
  statedBallots(values) {
    const rest = this.contest.categories.flatMap((item, i) => (item.in_ballots && !item.in_valid ? [values.get(11)[i]] : []));
    const parts = [values.get(12) ?? null, ...rest];
    if (!parts.includes(null)) return parts.reduce((a, b) => a + b, 0);
    return values.get(9) ?? null;
  }
}

/**
 * The same of readings, where a form may show a candidacy's own figure, its lines, or both, and a
 * source may leave out what it likes: it shows what any reading that stands has.
 */
class ReadingLines extends Lines {
  constructor(ledger, contest, rows) {
    super(ledger, contest);
    const fields = new Set(rows.flatMap(row => row.all).flatMap(({sheet}) => (sheet ? [...sheet.values.get(9).keys()] : [])));
    this.shows = name => fields.has(name);
    this.castParts = [...fields].filter(name => name.startsWith('stated.cast.'));
    /** Of each candidacy of the form: its own field and its lines, as far as they are shown. */
    this.forms = contest.candidacies.map(code => {
      const all = contest.options.filter(option => option.candidacy === code).map(option => `option.${option.code}`);
      const lines = all.filter(this.shows);
      const owner = this.owner(code);
      return {own: this.shows(`candidacy.${code}`) ? `candidacy.${code}` : null, lines,
        isWhole: all.length > 0 && lines.length === all.length, target: this.live.indexOf(owner), voidTarget: this.void.indexOf(owner)};
    });
    this.showsCategory = [...contest.categories.map(({code}) => this.shows(`category.${code}`)),
      ...this.void.map((_, i) => this.forms.some(form => form.voidTarget === i && (form.own || form.lines.length)))];
    const groups = this.live.map((_, i) => this.forms.filter(form => form.target === i));
    /** Per candidacy: whether its lines, rather than its own figure, say how many votes ballots carry. */
    this.areLinesCarried = groups.map(group => group.some(form => form.lines.length)
      && (group.every(form => !form.own) || group.every(form => form.isWhole)));
  }

  read(sheet) {
    const figures = sheet.values.get(9);
    const number = name => { const figure = figures.get(name); return figure >= 0 ? figure : null; };
    const candidacies = new Array(this.live.length).fill(0);
    const unknown = new Array(this.live.length).fill(0);
    const [voided, carried] = [this.void.map(() => 0), this.live.map(() => 0)];
    for (const form of this.forms) {
      const lines = form.lines.map(number);
      const known = lines.reduce((sum, figure) => sum + figure, 0);
      const votes = (form.own && number(form.own)) ?? (form.isWhole && !lines.includes(null) ? known : null);
      if (form.target < 0) {
        voided[form.voidTarget] = plusOrNull(voided[form.voidTarget], votes);
        continue;
      }
      candidacies[form.target] += votes ?? known;
      carried[form.target] += known;
      if (votes === null) unknown[form.target] = 1;
    }
    // What no reading shows is 0 here, and shown as nothing in the end; it leaves no sheet open.
    const categories = [...this.contest.categories.map(({code}) => number(`category.${code}`)), ...voided]
      .map((figure, i) => (this.showsCategory[i] ? figure : 0));
    return this.sum({candidacies, unknown, categories, options: this.shown.map(i => number(`option.${this.contest.lines[i].code}`) ?? 0),
      carried: carried.reduce((sum, lines, i) => sum + (this.areLinesCarried[i] ? lines : candidacies[i]), 0),
      roll: number('registered')}, () => this.statedOf(number));
  }

  /** The ballots that a reading states, where a ballot can carry several votes. */
  statedOf(number) {
    const rest = this.contest.categories.filter(item => item.in_ballots && !item.in_valid).map(({code}) => number(`category.${code}`));
    const whole = [number('stated.valid'), ...rest].reduce(plusOrNull);
    if (whole !== null || this.shows('stated.cast')) return whole ?? number('stated.cast');
    return this.castParts.length ? this.castParts.map(number).reduce(plusOrNull) : null;
  }

  showsCast() {
    const areCategoriesShown = this.contest.categories.every((item, i) => !item.in_ballots || this.showsCategory[i]);
    if (this.contest.votesAllowed === 1) return areCategoriesShown && this.areVoidedShown();
    return this.shows('stated.cast') || this.castParts.length > 0 || (areCategoriesShown && this.shows('stated.valid'));
  }

  areVoidedShown() { return this.void.every((_, i) => this.showsCategory[this.contest.categories.length + i]); }

  hide(total) {
    const shown = total.options?.map((votes, i) => (this.shows(`option.${this.contest.lines[this.shown[i]].code}`) ? votes : null));
    total.options = shown?.some(votes => votes !== null) ? shown : null;
    total.categories = total.categories.map((ballots, i) => (this.showsCategory[i] ? ballots : null));
    return total;
  }
}

const addTo = (sums, figures) => { for (let i = 0; i < figures.length; i += 1) sums[i] += figures[i]; };
const plusOrNull = (a, b) => (a === null || b === null ? null : a + b);

/**
 * Counters and totals of every division of a contest (bulletin-body.md, Fields), in the order of
 * the body: the contest's own area first.
 * @returns {Map<string, object>}
 */
function addUp(ledger, contest, rows, before) {
  const {definition} = ledger;
  const hasList = definition.document.stations !== null;
  const lines = definition.isOfficial ? new Lines(ledger, contest) : new ReadingLines(ledger, contest, rows);
  const inside = [...definition.divisions.keys()].filter(id => ledger.around(id).includes(contest.area));
  const ids = [contest.area, ...inside.filter(id => id !== contest.area)];
  const zeros = list => new Array(list.length).fill(0);
  const totals = new Map(ids.map(id => [id, {
    candidacies: zeros(lines.live), cast: 0, cast_where_registered: 0, categories: zeros(lines.categories), closed: 0,
    counted: 0, division: id, expected: 0, held: 0, missing: 0, new: before ? 0 : null,
    options: contest.options.length ? zeros(lines.shown) : null, out_of_catalogue: 0, outstanding_cap: 0,
    received: 0, register_used: 0, registered: 0, registered_outstanding: 0, registered_outstanding_stations: 0,
    registered_stations: 0, unknown: zeros(lines.live), unreadable: 0, valid: 0,
  }]));
  for (const row of rows) {
    const total = totals.get(row.countedIn ?? row.division) ?? totals.get(contest.area);
    if (row.isListed) addRow(ledger, contest, lines, total, row, before);
    else if (row.hasAnswer) total.out_of_catalogue += 1;
  }
  for (const id of ids.slice(1).reverse()) addUpwards(totals.get(id), totals.get(definition.divisions.get(id).parent));
  if (!hasList) expectUnlisted(definition, contest, totals);
  const isShown = lines.showsCast(rows);
  for (const total of totals.values()) {
    if (!isShown) total.cast = null;
    lines.hide(total);
  }
  return {lines, totals};
}

/** Add what one listed station gives to its division. */
function addRow(ledger, contest, lines, total, row, before) {
  const {treatment, sheet} = row;
  const listed = ledger.stations.get(row.station);
  const cap = listed?.caps[contest.position] ?? contest.cap;
  const listedRoll = listed?.rolls[contest.position] ?? null;
  total.expected += 1;
  total[treatment] += 1;
  if (row.hasArrived) total.received += 1;
  const isOutstanding = treatment === 'held' || treatment === 'missing';
  if (isOutstanding && listedRoll !== null) {
    total.registered_outstanding += listedRoll;
    total.registered_outstanding_stations += 1;
  }
  if (treatment === 'missing' && listed) total.outstanding_cap = plusOrNull(total.outstanding_cap, cap);
  if (treatment !== 'held' && treatment !== 'counted') return;
  if (treatment === 'held') {
    // In the end it can be any of the station's readings.
    const most = (row.all ?? [row]).reduce((least, item) => Math.max(least, lines.read(item.sheet).readable), 0);
    total.outstanding_cap = plusOrNull(total.outstanding_cap, cap === null ? null : Math.max(cap, most));
    return;
  }
  const read = lines.read(sheet);
  for (const key of ['candidacies', 'categories', 'unknown']) addTo(total[key], read[key]);
  if (total.options) addTo(total.options, read.options);
  total.valid += read.valid;
  total.cast += read.ballots;
  total.unreadable += read.isOpen ? 1 : 0;
  const roll = listedRoll ?? read.roll;
  if (roll) {
    total.registered += roll;
    total.registered_stations += 1;
    total.cast_where_registered += read.ballots;
  }
  const base = contest.votesAllowed === 1 ? read.ballots : 0;
  total.register_used += read.isOpen ? base : Math.max(roll ?? 0, read.ballots);
  if (read.isOpen) {
    const room = cap === null ? null : Math.max(0, Math.max(cap, read.ballots) - base);
    total.outstanding_cap = plusOrNull(total.outstanding_cap, room);
  }
  if (before && (before.get(row.station)?.treatment ?? 'missing') === 'missing') total.new += 1;
}

/** Where stations are not listed the definition says how many there are; who is missing nobody knows. */
function expectUnlisted(definition, contest, totals) {
  const surplus = new Set();
  for (const [id, total] of totals) {
    const {stations} = definition.divisions.get(id);
    const left = stations === null ? null : stations - total.counted - total.held - total.closed;
    total.expected = stations;
    total.missing = left === null ? null : Math.max(0, left);
    const capOfMissing = total.missing === 0 ? 0 : total.missing && contest.cap && total.missing * contest.cap;
    total.outstanding_cap = plusOrNull(total.outstanding_cap, capOfMissing);
    total.registered_outstanding = null;
    total.registered_outstanding_stations = null;
    if (left !== null && left < 0) for (const around of definition.around(id)) surplus.add(around);
  }
  for (const id of surplus) if (totals.has(id)) totals.get(id).outstanding_cap = null;
}

/** Add the totals of a division to those of the one around it. */
function addUpwards(part, whole) {
  for (const [key, value] of Object.entries(part)) {
    if (key === 'division') continue;
    if (Array.isArray(value)) addTo(whole[key], value);
    else whole[key] = plusOrNull(whole[key], value);
  }
}

/** Stations that changed since the bulletin before (bulletin-body.md, Changes). */
function findChanges(rows, before) {
  if (!before) return null;
  const now = new Map(rows.map(row => [row.station, row]));
  const changes = [];
  const side = row => (row ? [row.treatment, row.division || null, row.sheet ? row.sheet.place : null, row.words || null]
    : [null, null, null, null]);
  for (const station of sortedUnique([...before.keys(), ...now.keys()])) {
    const [was, is] = [before.get(station), now.get(station)];
    const [from, fromDivision, fromEntry, fromWhy] = side(was);
    const [to, division, entry, why] = side(is);
    if (from === to && fromDivision === division && fromEntry === entry) continue;
    const isJustNew = to === 'counted' && (!was || (from === 'missing' && fromDivision === division));
    if (!isJustNew) {
      changes.push({division, entry, from, from_division: fromDivision, from_entry: fromEntry, from_why: fromWhy, station, to, why});
    }
  }
  return changes;
}

// --- 11. Outcomes: bounds, and what every completion has in common (bulletin-body.md, Scenarios) --
//
// Votes and ballots are bigints here: products of votes, shares and seats exceed 2^53.

const big = value => (value === null ? null : BigInt(value));
const max = values => values.reduce((a, b) => (a > b ? a : b), 0n);
const floorDivide = (a, b) => a / b - (a < 0n && a % b ? 1n : 0n);
const ceilDivide = (a, b) => -floorDivide(-a, b);

/** A fraction in lowest terms as the body writes it; null where there is nothing to divide by. */
function fraction(numerator, denominator) {
  if (denominator === null || denominator === 0n) return null;
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b) [a, b] = [b, a % b];
  return [Number(numerator / a), Number(denominator / a)];
}

/** Say whether a part of a base compares so with a share; without a base a share is 0. */
function reaches(part, base, {comparison, value: [n, d]}) {
  const [left, right] = base > 0n ? [part * BigInt(d), BigInt(n) * base] : [0n, BigInt(n)];
  return comparison === '>' ? left > right : left >= right;
}

/** The votes of a contest at one bulletin, and what can still become of them. */
class Race {
  /** @param {Contest} contest  @param {Lines} lines  @param {Map<string, object>} totals  by division
   *  @param {Ledger} ledger  where the bulletin stands */
  constructor(contest, lines, totals, {definition, registered}) {
    this.contest = contest;
    this.rule = contest.rule;
    this.lines = lines;
    this.codes = lines.live;
    this.definition = definition;
    this.registered = registered;
    this.totals = totals;
    this.whole = this.area(totals.get(contest.area));
    this.votes = this.whole.votes;
    const several = BigInt(Math.min(contest.votesAllowed, this.codes.length - 1));
    const isOther = lines.categories.some(item => item.in_ballots && item.in_valid);
    /** The votes one ballot can give to the rivals of a candidacy. */
    this.k = this.codes.length > 1 ? several : (isOther ? 1n : 0n);
    this.counted = this.rule.kind === 'winner' ? this.decide() : this.decideSeats();
  }

  /** Votes and bases of a division. */
  area(total) {
    const at = this.lines.categories.findIndex(item => item.code === 'blank');
    const blank = at < 0 ? null : this.lines.categories[at].in_valid ? 0 : total.categories[at];
    const valid = big(total.valid);
    const isHidden = this.contest.votesAllowed > 1 && total.unknown.some(count => count > 0);
    return {votes: total.candidacies.map(big), total, valid,
      valid_and_blank: blank === null ? null : valid + big(blank),
      cast: isHidden ? null : big(total.cast)};
  }

  rival(i) { return max(this.votes.filter((_, j) => j !== i)); }

  /** What the rivals of a candidacy can get of R ballots. */
  others(R) { return this.codes.length > 1 ? R : 0n; }

  growth(of) { return {valid: this.k, cast: 1n, valid_and_blank: this.k > 1n ? this.k : 1n}[of]; }

  /** The rule's condition for a candidacy when R ballots fall as badly for it as they can. */
  atWorst(i, condition, R, limits) {
    const base = this.whole[condition.of];
    if (condition.kind === 'spread') return this.spread(i, condition, R, limits)[0] >= condition.divisions;
    if (base === null) return false;
    const part = condition.kind === 'share' ? this.votes[i] : this.votes[i] - this.rival(i) - this.others(R);
    return reaches(part, base + this.growth(condition.of) * R, condition);
  }

  /** The same when they fall as well for it as they can. */
  atBest(i, condition, R, limits) {
    const base = this.whole[condition.of];
    if (condition.kind === 'spread') return this.spread(i, condition, R, limits)[1] >= condition.divisions;
    if (base === null) return true;
    const part = this.votes[i] + R - (condition.kind === 'share' ? 0n : this.rival(i));
    return reaches(part, base + R, condition);
  }

  /** The fewest and the most divisions of a level in which a candidacy can reach a share. */
  spread(i, condition, R, limits) {
    const {of, level, comparison, value} = condition;
    const [n, d] = value.map(BigInt);
    const [losses, gains] = [[], []];
    let [reached, unknown] = [0, 0];
    for (const [id, total] of this.totals) {
      if (this.definition.divisions.get(id).level !== level) continue;
      const area = this.area(total);
      const [votes, base] = [area.votes[i], area[of]];
      const limit = limits.get(id) ?? R;
      if (base === null) {
        unknown += 1;
      } else if (reaches(votes, base, condition)) {
        reached += 1;
        const g = this.growth(of);
        if (g === 0n) continue;
        const excess = votes * d - n * base;
        const cost = comparison === '>' ? ceilDivide(excess, n * g) : floorDivide(excess, n * g) + 1n;
        if (cost <= limit) losses.push(cost);
      } else {
        const lack = n * base - votes * d;
        // A share of 1 is reached only where nobody else has anything.
        const cost = d === n ? lack + 1n : comparison === '>' ? floorDivide(lack, d - n) + 1n : ceilDivide(lack, d - n);
        const least = cost < 1n ? 1n : cost;
        if (least <= limit && (d > n || lack === 0n)) gains.push(least);
      }
    }
    const affordable = costs => {
      let [count, left] = [0, R];
      for (const cost of costs.sort((a, b) => (a < b ? -1 : Number(a > b)))) {
        left -= cost;
        if (left < 0n) break;
        count += 1;
      }
      return count;
    };
    return [reached - affordable(losses), reached + affordable(gains) + unknown];
  }

  someClause(test) { return this.rule.clauses.some(clause => clause.conditions.every(test)); }

  /** Whether a candidacy meets the rule on counted votes: true, false, or null where nobody shows. */
  meets(i) {
    const nothing = new Map();
    if (this.someClause(item => this.atWorst(i, item, 0n, nothing))) return true;
    return this.someClause(item => this.atBest(i, item, 0n, nothing)) ? null : false;
  }

  /** The result on the counted votes (Results); null where it hangs on a figure nobody shows. */
  decide() {
    const {runoff, tie} = this.rule;
    const most = max(this.votes);
    const first = this.codes.flatMap((_, i) => (this.votes[i] === most ? [i] : []));
    if (most > 0n && (first.length === 1 || !runoff)) {
      const met = first.map(i => this.meets(i));
      const candidacies = first.map(i => this.codes[i]).sort();
      if (met.includes(true)) {
        return first.length === 1 ? {kind: 'elected', candidacy: candidacies[0]} : {kind: 'first_place_tied', candidacies, tie};
      }
      if (met.includes(null)) return null;
    }
    return runoff ? this.decideRunoff() : {kind: 'nobody_elected'};
  }

  decideRunoff() {
    const {runoff} = this.rule;
    if (this.codes.length <= runoff) return {kind: 'runoff', candidacies: [...this.codes].sort()};
    const last = [...this.votes].sort((a, b) => (a > b ? -1 : Number(a < b)))[runoff - 1];
    const choose = test => this.codes.filter((_, i) => test(this.votes[i])).sort();
    const [placed, tied] = [choose(votes => votes > last), choose(votes => votes === last)];
    if (placed.length + tied.length === runoff) return {kind: 'runoff', candidacies: [...placed, ...tied].sort()};
    return {kind: 'runoff_place_tied', placed, places: runoff - placed.length, tied};
  }

  takesPart(i, isSure, R, limits) {
    const {threshold} = this.rule;
    return !threshold || (isSure ? this.atWorst(i, threshold, R, limits) : this.atBest(i, threshold, R, limits));
  }

  /** Seats by largest averages; without votes nobody gets one. */
  decideSeats() {
    const {seats, tie} = this.rule;
    const nothing = new Map();
    const inside = this.codes.map((_, i) => this.takesPart(i, false, 0n, nothing));
    if (this.codes.some((_, i) => inside[i] && this.votes[i] && !this.takesPart(i, true, 0n, nothing))) return null;
    const given = this.codes.map(() => 0n);
    const list = () => this.codes.map((code, i) => [code, Number(given[i])]);
    let left = this.codes.some((_, i) => inside[i] && this.votes[i]) ? seats : 0;
    while (left > 0) {
      let next = [];
      for (const i of this.codes.keys()) {
        if (!inside[i]) continue;
        const [a, b] = next.length ? [this.votes[i] * (given[next[0]] + 1n), this.votes[next[0]] * (given[i] + 1n)] : [1n, 0n];
        if (a > b) next = [i];
        else if (a === b) next.push(i);
      }
      if (next.length > left) {
        return {kind: 'seats_tied', places: left, seats: list(), tie, tied: next.map(i => this.codes[i]).sort()};
      }
      for (const i of next) given[i] += 1n;
      left -= next.length;
    }
    return given.some(count => count) ? {kind: 'seats', seats: list()} : {kind: 'nobody_elected'};
  }

  surelyLeads(i, R) { return this.votes[i] - this.rival(i) - this.others(R) > 0n; }

  canBeElected(i, R, limits, isTieEnough = false) {
    const lead = this.votes[i] - this.rival(i) + R;
    return (isTieEnough ? lead >= 0n : lead > 0n) && this.someClause(item => this.atBest(i, item, R, limits));
  }

  /** Whether a candidacy is in the run-off whatever becomes of R ballots. */
  isSureOfPlace(i, R) {
    const lacks = this.votes.filter((_, j) => j !== i).map(votes => (votes < this.votes[i] ? this.votes[i] - votes : 0n));
    const least = lacks.sort((a, b) => (a < b ? -1 : Number(a > b))).slice(0, this.rule.runoff);
    if (least.length < this.rule.runoff) return true;
    return least.at(-1) > R || least.reduce((a, b) => a + b, 0n) > R * BigInt(this.contest.votesAllowed);
  }

  /** Say whether R ballots, however they fall, leave the counted result as it is. */
  isSettled(R, limits) {
    const {counted} = this;
    if (!counted || !R) return counted !== null;
    const all = [...this.codes.keys()];
    switch (counted.kind) {
      case 'elected': {
        const i = this.codes.indexOf(counted.candidacy);
        return this.surelyLeads(i, R) && this.someClause(item => this.atWorst(i, item, R, limits));
      }
      case 'runoff':
        return !all.some(i => this.canBeElected(i, R, limits))
          && counted.candidacies.every(code => this.isSureOfPlace(this.codes.indexOf(code), R));
      case 'nobody_elected':
        return !all.some(i => (this.rule.kind === 'winner' ? this.canBeElected(i, R, limits, true)
          : this.takesPart(i, false, R, limits)));
      case 'seats':
        return this.areSeatsSettled(R, limits);
      default:  // a tie is never settled while a ballot can break it
        return false;
    }
  }

  areSeatsSettled(R, limits) {
    const seats = this.counted.seats.map(([, count]) => BigInt(count));
    return seats.every((mine, i) => !mine || (this.takesPart(i, true, R, limits)
      && seats.every((theirs, j) => j === i || !this.takesPart(j, false, R, limits)
        || this.votes[i] * (theirs + 1n) > (this.votes[j] + R) * mine)));
  }

  /** What every completion has in common though the result is open (Facts). */
  facts(R, limits) {
    const order = [...this.codes.keys()].sort((a, b) => (this.codes[a] < this.codes[b] ? -1 : 1));
    const those = test => order.filter(test).map(i => this.codes[i]);
    if (this.rule.kind === 'seats') {
      return order.map(i => ({candidacy: this.codes[i], kind: 'seats_between',
        least: this.leastSeats(i, R, limits), most: this.mostSeats(i, R, limits)}));
    }
    const facts = those(i => this.surelyLeads(i, R)).map(candidacy => ({candidacy, kind: 'sure_to_lead'}));
    const lost = those(i => !this.canBeElected(i, R, limits));
    const {runoff} = this.rule;
    if (lost.length === this.codes.length && runoff) facts.push({kind: 'runoff_needed'});
    else if (lost.length) facts.push({candidacies: lost, kind: 'cannot_be_elected'});
    if (!runoff) return facts;
    const sure = those(i => this.isSureOfPlace(i, R));
    const out = those(i => this.votes.filter((votes, j) => j !== i && votes > this.votes[i] + R).length >= runoff);
    if (sure.length) facts.push({candidacies: sure, kind: 'sure_of_runoff_place'});
    if (out.length) facts.push({candidacies: out, kind: 'cannot_reach_runoff'});
    return facts;
  }

  mostSeats(i, R, limits) {
    const own = this.votes[i] + R;
    if (!own || !this.takesPart(i, false, R, limits)) return 0;
    const rivals = this.votes.filter((_, j) => j !== i && this.takesPart(j, true, R, limits));
    // The t-th average of a rival is above own / s as long as t < rival * s / own.
    const above = s => rivals.reduce((sum, votes) => sum + Math.max(0, Number(ceilDivide(votes * BigInt(s), own)) - 1), 0);
    let s = this.rule.seats;
    while (s && above(s) > this.rule.seats - s) s -= 1;
    return s;
  }

  leastSeats(i, R, limits) {
    if (!this.votes[i] || !this.takesPart(i, true, R, limits)) return 0;
    const rivals = this.votes.filter((_, j) => j !== i && this.takesPart(j, false, R, limits));
    let [low, high] = [0, this.rule.seats];
    while (low < high) {
      const middle = Math.floor((low + high + 1) / 2);
      if (this.canHaveAverages(rivals, this.rule.seats - middle + 1, this.votes[i], BigInt(middle), R)) high = middle - 1;
      else low = middle;
    }
    return low;
  }

  /** Whether R ballots can give rivals so many averages that reach votes / seat. */
  canHaveAverages(rivals, wanted, votes, seat, R) {
    const budget = Number(R * this.k);
    const free = rivals.map(rival => Number((rival * seat) / votes));
    const missing = wanted - free.reduce((a, b) => a + b, 0);
    if (missing <= 0) return true;
    if ((rivals.reduce((a, b) => a + b, 0n) + R * this.k) * seat < BigInt(wanted) * votes) return false;
    // The fewest votes that buy so many averages, rival by rival.
    let fewest = [0, ...new Array(missing).fill(Infinity)];
    for (const [j, rival] of rivals.entries()) {
      const most = Math.min(missing, Number(((rival + R) * seat) / votes) - free[j]);
      const prices = [0];
      for (let s = 1; s <= most; s += 1) prices.push(Number(ceilDivide(BigInt(free[j] + s) * votes, seat) - rival));
      fewest = fewest.map((_, total) => prices.slice(0, total + 1).reduce(
        (least, price, own) => Math.min(least, fewest[total - own] + price), Infinity));
    }
    return fewest[missing] <= budget;
  }

  /** Reasons why at most so many ballots are outstanding (Scenarios). */
  scenarios() {
    const total = this.totals.get(this.contest.area);
    const found = [];
    if (total.outstanding_cap !== null) {
      const limits = new Map([...this.totals].filter(([, part]) => part.outstanding_cap !== null)
        .map(([id, part]) => [id, BigInt(part.outstanding_cap)]));
      found.push({id: 'caps', kind: 'caps', outstanding: total.outstanding_cap, register: null, limits});
    }
    const own = this.registered.get(this.contest.area);
    const registers = this.contest.registers.length ? this.contest.registers
      : own === null ? [] : [{id: 'definition', registered: own}];
    for (const {id, registered} of registers) {
      const outstanding = registered - total.register_used;
      if (outstanding < 0) continue;
      found.push({id: `register:${id}`, kind: 'register', outstanding, register: registered, limits: this.registerLimits(registered)});
    }
    return found;
  }

  /** The most ballots of single divisions under a register total. */
  registerLimits(register) {
    const sums = new Map();
    const known = id => this.registered.get(id);
    const level = id => this.definition.divisions.get(id).level;
    for (const id of this.totals.keys()) sums.set(level(id), (sums.get(level(id)) ?? 0) + (known(id) ?? 0));
    const limits = new Map();
    for (const [id, part] of this.totals) {
      if (known(id) === null || known(id) < part.register_used) continue;
      limits.set(id, BigInt(Math.max(0, known(id) - part.register_used + register - sums.get(level(id)))));
    }
    return limits;
  }

  /** One item of `outcomes`. */
  outcome(scenario) {
    const R = scenario && BigInt(scenario.outstanding);
    const limits = scenario ? scenario.limits : new Map();
    const isSettled = scenario !== null && this.isSettled(R, limits);
    const status = !isSettled ? 'open' : scenario.kind === 'caps' ? 'settled' : 'settled_if';
    return {
      bounds: scenario && this.bounds(R),
      condition: status === 'settled_if' ? scenario.id : null,
      facts: scenario && !isSettled ? this.facts(R, limits) : [],
      result: isSettled ? this.counted : null,
      scenario: scenario && {id: scenario.id, kind: scenario.kind, outstanding: scenario.outstanding,
        outstanding_registered: scenario.kind === 'register' ? scenario.outstanding : null, register: scenario.register},
      standing: this.standing(scenario, limits),
      status,
    };
  }

  bounds(R) {
    const {valid} = this.whole;
    return this.codes.map((candidacy, i) => ({candidacy, least: Number(this.votes[i]),
      least_share: fraction(this.votes[i], valid + this.k * R), most: Number(this.votes[i] + R),
      most_share: fraction(this.votes[i] + R, valid + R)}));
  }

  standing(scenario, limits) {
    // A single candidacy has nobody at all behind it: 0 votes.
    const [first, second] = [...this.votes, 0n].sort((a, b) => (a > b ? -1 : Number(a < b)));
    const only = votes => {
      const those = this.codes.filter((_, i) => this.votes[i] === votes);
      return those.length === 1 ? those[0] : null;
    };
    const lead = Number(first - second);
    const outstanding = scenario ? scenario.outstanding : null;
    const registered = scenario?.kind === 'register' ? scenario.outstanding : null;
    const below = this.settledBelow(limits);
    const total = this.totals.get(this.contest.area);
    const stations = plusOrNull(total.held, total.missing);
    const isSeats = this.rule.kind === 'seats';
    const per = (part, base) => (base ? fraction(BigInt(part), BigInt(base)) : null);
    return {
      break_even_turnout: isSeats ? null : per(lead, registered),
      lead, leader: only(first), outstanding,
      runner_up: only(second),
      settled_below: below,
      spare: outstanding === null ? null : lead - outstanding,
      stations_outstanding: stations,
      unsettling_turnout: below === null ? null : per(below + 1, registered),
      votes_per_missing_station: isSeats ? null : per(lead, stations),
    };
  }

  /** The largest number of ballots with which the counted result would be settled. */
  settledBelow(limits) {
    const most = 10n ** 12n;
    if (!this.isSettled(0n, limits) || this.isSettled(most, limits)) return null;
    let [low, high] = [0n, most];
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      if (this.isSettled(middle, limits)) low = middle;
      else high = middle;
    }
    return Number(low);
  }
}

// --- 12. Bulletins against the ledger (bulletin.md, bulletin-body.md) ----------------------------

const COUNTER_PARTS = ['counted', 'held', 'missing', 'closed'];
const COUNTERS = ['expected', ...COUNTER_PARTS, 'received'];
const MAX_BODY_BYTES = 64 * 2 ** 20;
const MAX_ROWS_BYTES = 256 * 2 ** 20;
const MAX_DIFFERENCES = 50;
/** Parts of a body that are not about totals, and the step they belong to. */
const STEP_OF_PART = {checkpoint: 'V16', previous: 'V16', number: 'V16', time_s: 'V16', changes: 'V16',
  counted: 'V17', outcomes: 'V17'};

const bodyPath = number => `bulletins/${String(number).padStart(6, '0')}/bulletin.json`;
const rowsPath = number => `bulletins/${String(number).padStart(6, '0')}/rows.csv`;

/** Add up every contest, where the ledger stands. @param {Map[]|null} before  rows of the bulletin before */
async function takeCut(ledger, before, pace) {
  const contests = [];
  for (const contest of ledger.definition.contests) {
    const listed = new Map();
    for (const [id, station] of ledger.stations) {
      if (ledger.around(station.division).includes(contest.area)) listed.set(id, station.division);
    }
    await pace.breathe();
    const rows = takeRows(ledger, contest, listed);
    await pace.breathe();
    const old = before ? before[contest.position] : null;
    const {lines, totals} = addUp(ledger, contest, rows, old);
    await pace.breathe();
    contests.push({contest, rows, lines, totals, changes: findChanges(rows, old)});
  }
  return contests;
}

/** What the body says of a contest. */
function contestBody({contest, lines, totals, changes}, ledger) {
  const race = new Race(contest, lines, totals, ledger);
  const scenarios = race.scenarios();
  return {
    candidacies: lines.live,
    categories: lines.categories.map(item => item.code),
    changes,
    contest: contest.code,
    counted: race.counted,
    divisions: [...totals.values()],
    options: lines.shown.map(i => contest.lines[i].code),
    outcomes: (scenarios.length ? scenarios : [null]).map(scenario => race.outcome(scenario)),
    position: contest.position,
    withdrawn: [...lines.withdrawn].map(([candidacy, heir]) => ({candidacy, heir, votes: heir ? 'transfer' : 'void'})),
  };
}

/** The figures of a contest that stand in the entry itself (bulletin.md, The entry). */
function nationalFigures({contest, lines, totals}) {
  const whole = totals.get(contest.area);
  const votes = contest.candidacies.map(code => whole.candidacies[lines.live.indexOf(code)] ?? 0);
  return [...['expected', 'counted', 'held', 'missing', 'closed', 'valid', 'cast'].map(key => whole[key]), votes];
}

function shortly(value) {
  if (value === undefined) return w('nothing');
  try {
    return (typeof value === 'string' ? value : toCanonicalJson(value)).slice(0, 120);
  } catch {  // nested deeper than any record
    return w('another_form');
  }
}


/** Name where two documents differ: the place, what was computed, what was published. */
function* differences(computed, published, where = '') {
  const isBranch = value => value !== null && typeof value === 'object';
  if (!isBranch(computed) || !isBranch(published) || Array.isArray(computed) !== Array.isArray(published)) {
    if (computed !== published) yield [where, shortly(computed), shortly(published)];
    return;
  }
  const nameOf = item => isBranch(item) && ['contest', 'division', 'candidacy', 'station', 'kind']
    .map(key => item[key]).find(name => typeof name === 'string');
  for (const key of sortedUnique([...Object.keys(computed), ...Object.keys(published)])) {
    const [mine, theirs] = [computed[key], published[key]];
    const name = Array.isArray(computed) ? `[${nameOf(mine) || nameOf(theirs) || key}]` : `${where ? '.' : ''}${key}`;
    yield* differences(mine, theirs, where + name);
  }
}

function stepOfPlace(place) {
  for (const part of place.split('.')) {
    const name = part.replace(/\[.*/, '');
    if (name === 'divisions') return 'V15';
    if (Object.hasOwn(STEP_OF_PART, name)) return STEP_OF_PART[name];
  }
  return 'V15';
}

/** Hold every bulletin of a log against what its part of the log adds up to. */
class Bulletins {
  /** @param {Map<number, Uint8Array>} published  rows of the bulletins whose body nobody can read */
  constructor(ledger, report, heads, published, pace) {
    this.ledger = ledger;
    this.published = published;
    this.report = report;
    this.pace = pace;
    /** @type {{number: number, size: number, time: number, bytes: Uint8Array, body: object}[]} */
    this.heads = heads;
    this.computed = new Map();
    this.before = null;
    this.cut = null;
    this.checked = 0;
  }

  /** Compute the bulletins about this place, before its entry is taken. */
  async atPlace(place, root) {
    for (const head of this.heads.filter(item => item.size === place)) {
      const previous = this.ledger.bulletins.at(-1);
      const cut = await takeCut(this.ledger, previous ? this.rowsBefore(head.number) : null, this.pace);
      const csv = ROWS_HEADER + cut.map(item => writeRows(item.contest.code, item.rows)).join('');
      const rowsBytes = utf8.encode(csv);
      const body = {
        checkpoint: {root: toHex(root), size: place},
        contests: [],
        election: toHex(this.ledger.definition.identity),
        format: 'escrutinio-bulletin/1',
        number: head.number,
        previous: previous ? previous.digest : null,
        rows: {file: 'rows.csv', rows: cut.reduce((sum, item) => sum + item.rows.length, 0), sha256: await digestFile(rowsBytes)},
        time_s: head.time,
      };
      for (const item of cut) {
        body.contests.push(contestBody(item, this.ledger));
        await this.pace.breathe();
      }
      this.compareBody(head, body);
      await this.compareRows(head, rowsBytes);
      this.computed.set(head.number, {head, root, previous: body.previous, national: cut.map(nationalFigures)});
      this.before = {number: head.number, rows: cut.map(item => new Map(item.rows.map(row => [row.station, row])))};
      this.cut = cut;
    }
  }

  /** The rows of the bulletin before: as computed, or as they were published where its body is lost. */
  rowsBefore(number) {
    if (this.before?.number === number - 1) return this.before.rows;
    const {contests} = this.ledger.definition;
    try {
      const rows = contests.map(() => new Map());
      for (const [code, station, division, treatment, entry, , words] of fromCsv(this.published.get(number - 1) ?? new Uint8Array()).slice(1)) {
        const place = contests.findIndex(contest => contest.code === code);
        rows[place].set(station, {station, division, treatment, words, sheet: entry === '' ? null : {place: fromDecimal(entry)}});
      }
      return rows;
    } catch {
      this.report.skip(['V16'], w('reason.file_missing'), {where: rowsPath(number - 1), expected: w('a_file'), found: w('nothing')});
      return contests.map(() => new Map());
    }
  }

  compareBody(head, body) {
    const path = bodyPath(head.number);
    this.checkCounters(head.body, path);
    if (isEqual(utf8.encode(toCanonicalJson(body)), head.bytes)) return;
    const counts = {};
    for (const [place, expected, found] of differences(body, head.body)) {
      const step = stepOfPlace(place);
      counts[step] = (counts[step] ?? 0) + 1;
      if (counts[step] <= MAX_DIFFERENCES) this.report.fail(step, `${path}: ${place}`, expected, found);
    }
    if (!Object.keys(counts).length) this.report.fail('V15', path, w('form.json'), w('another_spelling'));
  }

  /** Counters add up in each division, and over its parts (V14). */
  checkCounters(body, path) {
    const parents = this.ledger.definition.divisions;
    const hasList = this.ledger.definition.document.stations !== null;
    const isList = value => (Array.isArray(value) ? value.filter(item => item !== null && typeof item === 'object') : []);
    for (const contest of isList(body.contests)) {
      const rows = new Map(isList(contest.divisions).map(row => [String(row.division), row]));
      const inside = new Map();
      for (const [id, {parent}] of parents) if (rows.has(id)) push(inside, parent, rows.get(id));
      for (const [id, row] of rows) {
        const where = `${path}: contests[${contest.contest}].divisions[${id}]`;
        const parts = COUNTER_PARTS.reduce((sum, key) => sum + row[key], 0);
        // Where stations are not listed, more of them can turn up than were expected.
        const isSurplus = !hasList && row.missing === 0 && parts > row.expected;
        if (['expected', ...COUNTER_PARTS].every(key => Number.isInteger(row[key])) && parts !== row.expected && !isSurplus) {
          this.report.fail('V14', where, w('sum_of_counters', {number: parts}), row.expected);
        }
        // Of each division only its own expected stations say how many are missing, where there is no list.
        for (const key of COUNTERS.filter(name => hasList || name !== 'missing')) {
          const figures = [row, ...(inside.get(id) ?? [])].map(item => item[key]);
          const sum = figures.slice(1).reduce((all, figure) => all + figure, 0);
          if (figures.every(Number.isInteger) && figures[0] < sum) {
            this.report.fail('V14', `${where}.${key}`, w('sum_of_divisions', {number: sum}), figures[0]);
          }
        }
      }
    }
  }

  /** Compare the published rows, line by line where they differ (V15; a dropped station also V16). */
  async compareRows(head, computed) {
    const path = rowsPath(head.number);
    const published = head.rows;
    if (published === null) {
      this.report.skip(['V15'], w('reason.file_missing'), {where: path, expected: w('a_file'), found: w('nothing')});
      return;
    }
    if (isEqual(published, computed)) return;
    const read = bytes => new TextDecoder().decode(bytes).split('\n');
    const [ours, theirs] = [read(computed), read(published)];
    const key = line => line.split(',', 2).join(',');
    const [ourLines, theirKeys] = [new Set(ours), new Set(theirs.map(key))];
    const ourRows = new Map(ours.map(line => [key(line), line]));
    const found = theirs.flatMap((line, i) => (ourLines.has(line) ? []
      : [[w('path_line', {path, number: i + 1}), ourRows.get(key(line)), line]]));
    for (const line of ours) if (!theirKeys.has(key(line))) found.push([path, line, undefined]);
    if (!found.length) found.push([path, w('lines_in_order'), w('another_order')]);
    for (const [where, expected, line] of found.slice(0, MAX_DIFFERENCES)) {
      const [wanted, shown] = [expected ?? w('no_line'), line ?? w('no_line')];
      this.report.fail('V15', where, wanted, shown);
      const treatment = text => (typeof text === 'string' ? text.split(',')[3] : undefined) ?? 'missing';
      if (treatment(expected) !== 'missing' && treatment(line) === 'missing') this.report.fail('V16', where, wanted, shown);
    }
  }

  /** Hold the entry of a bulletin against what was computed at the place it names. */
  async atEntry(entry) {
    const {values, place} = entry;
    const where = w('entry', {number: place});
    const found = this.computed.get(values.get(3));
    if (!found) {
      const missing = {where, expected: w('body_of_that_digest', {path: bodyPath(values.get(3))}), found: w('nothing')};
      this.report.skip(['V14', 'V15', 'V17'], w('reason.body_missing'), missing);
      return;
    }
    this.computed.delete(values.get(3));
    const {head, root, previous, national} = found;
    const digest = await digestFile(head.bytes);
    if (digest !== toHex(values.get(8)) || head.bytes.length !== values.get(9)) {
      this.report.fail('V15', bodyPath(head.number), w('bytes_with', {size: values.get(9), digest: toHex(values.get(8))}),
        w('bytes_with', {size: head.bytes.length, digest}));
    }
    const expect = (step, name, mine, theirs) => {
      if (mine !== theirs) this.report.fail(step, w('entry_key', {number: place, key: name}), mine ?? 'null', theirs ?? 'null');
    };
    expect('V16', 4, head.time, values.get(4));
    expect('V16', 5, head.size, values.get(5));
    expect('V16', 6, toHex(root), toHex(values.get(6)));
    expect('V16', 7, previous, values.get(7) && toHex(values.get(7)));
    for (const [name, mine, theirs] of differences(national, values.get(10))) {
      this.report.fail('V15', w('entry_key', {number: place, key: `10${name}`}), mine, theirs);
    }
    this.checked += 1;
  }

  /** Bodies that no entry of the log stands for. */
  finish() {
    for (const {head} of this.computed.values()) {
      this.report.fail('V15', bodyPath(head.number), w('an_entry_with_its_digest'), w('nothing'));
    }
  }
}

/** Deeper than any body, and not too deep for a reader's stack. */
const MAX_BODY_LEVELS = 1000;

/** Refuse what `JSON.parse` lets pass and no JSON document means: numbers beyond all bounds, half characters. */
function checkValues(value, level) {
  const isText = typeof value === 'string';
  if (level > MAX_BODY_LEVELS || value === Infinity || value === -Infinity || (isText && /\p{Surrogate}/u.test(value))) throw new Bad(w('a_body'));
  if (value === null || typeof value !== 'object') return;
  for (const key of Object.keys(value)) {
    if (!Array.isArray(value)) checkValues(key, level);
    checkValues(value[key], level + 1);
  }
}

/** Read where a published body says it belongs; null where nobody can tell. */
function readHead(number, bytes, rows, report) {
  const path = bodyPath(number);
  try {
    const body = JSON.parse(fromUtf8(bytes));
    checkValues(body, 1);
    const [size, time] = [body.checkpoint.size, body.time_s];
    if (body.number !== number || !isExact(size) || !isTime(time)) throw new Bad(w('a_body'));
    return {number, size, time, bytes, rows, body};
  } catch {
    report.fail('V15', path, w('a_body'), w('another_form'));
    return null;
  }
}

// --- 13. The manifest (manifest.md; record.md, Files that the manifest does not list) ------------

const MANIFEST_BYTES = 64 * 2 ** 20;
const MAX_FILES = 400_000;
const MAX_PATH = 200;
const PATH = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
const isPath = path => PATH.test(path) && path.length <= MAX_PATH;

/** Say whether a path is one of a page, which may be replaced (site.md, Paths). */
const isPage = path => path === 'index.html' || path.startsWith('assets/') || /^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*\//.test(path);

/** @typedef {{size: number, sha256: string}} ManifestFile  size in bytes, digest hexadecimal */

/**
 * Read a manifest.
 * @returns {{note: Note, origin: string, size: number, root: Uint8Array, files: Map<string, ManifestFile>,
 *   before: {size: number, files: Map<string, ManifestFile|null>}|null}} before: what stood in the place of pages
 */
function readManifest(bytes) {
  const note = readNote(bytes, MANIFEST_BYTES);
  const lines = note.text.slice(0, -1).split('\n');
  const head = ['origin ', 'size ', 'root ', 'files '].map((word, i) => {
    if (!lines[i + 1]?.startsWith(word)) throw new Bad(w('form.manifest'), w('line', {number: i + 2}));
    return lines[i + 1].slice(word.length);
  });
  const count = fromDecimal(head[3]);
  const isAscii = /^[\0-\x7f]*$/.test(note.text);
  if (lines[0] !== 'escrutinio-manifest/1' || count > MAX_FILES || lines.length < 5 + count || !isAscii) {
    throw new Bad(w('form.manifest'), w('line', {number: 1}));
  }
  const files = readFileLines(lines, 5, 5 + count, path => path !== 'MANIFEST' && path !== 'checkpoint');
  const [root, size] = [fromBase64(head[2]), fromSize(head[1])];
  if (root.length !== 32) throw new Bad(w('form.manifest'), w('line', {number: 4}));
  return {note, origin: head[0], size, root, files, before: readBefore(lines, 5 + count, size, files)};
}

/** Read lines of a digest, a size and a path, in the order of the paths; `- 0` is nothing where that is allowed. */
function readFileLines(lines, start, end, isRight, isNothingAllowed = false) {
  const files = new Map();
  let last = '';
  for (let i = start; i < end; i += 1) {
    const [digest, size, path, ...more] = lines[i].split(' ');
    const isNothing = isNothingAllowed && digest === '-' && size === '0';
    const isGood = (isNothing || /^[0-9a-f]{64}$/.test(digest)) && path !== undefined && isPath(path) && !more.length
      && path > last && isRight(path);
    if (!isGood) throw new Bad(w('form.manifest'), w('line', {number: i + 1}));
    last = path;
    files.set(path, isNothing ? null : {size: fromDecimal(size), sha256: digest});
  }
  return files;
}

/** Read what stood in the place of pages that are being replaced; null where there is no such list. */
function readBefore(lines, start, size, files) {
  if (lines.length === start) return null;
  const form = /^before ([^ ]+) ([^ ]+)$/.exec(lines[start]);
  const [of, count] = form ? [fromSize(form[1]), fromDecimal(form[2])] : [0, 0];
  if (!count || of > size || count > MAX_FILES || lines.length !== start + 1 + count) {
    throw new Bad(w('form.manifest'), w('line', {number: start + 1}));
  }
  const pages = readFileLines(lines, start + 1, lines.length, isPage, true);
  for (const [path, page] of pages) {
    if (isSameFile(page, files.get(path) ?? null)) throw new Bad(w('form.manifest'), path);
  }
  return {size: of, files: pages};
}

const isSameFile = (a, b) => a?.size === b?.size && a?.sha256 === b?.sha256;

/** Say whether a file that no manifest lists may be there all the same. */
function mayBeLeft(path, listed) {
  if (path.split('/').some(part => part.startsWith('.') && part.endsWith('.part'))) return true;
  if (/^scans\/[0-9a-f]{64}$/.test(path) || parseTilePath(path)) return true;
  const numbers = [...listed.keys()].map(name => Number(/^bulletins\/([0-9]{6})\/bulletin\.json$/.exec(name)?.[1] ?? 0));
  const newest = numbers.reduce((a, b) => Math.max(a, b), 0);
  const of = /^(bulletins|data)\/([0-9]{6})(\/.+|\.zip)$/.exec(path);
  if (!of) return false;
  if (Number(of[2]) === newest + 1) return of[1] === 'bulletins' || of[3] !== '.zip';
  return of[1] === 'data' && of[3] !== '.zip' && Number(of[2]) <= newest
    && ![...listed.keys()].some(name => name.startsWith(`data/${of[2]}/`));
}

/** Take the path of a tile apart; null where it is none, or is spelled otherwise. */
function parseTilePath(path) {
  const form = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path);
  if (!form) return null;
  const level = form[1] === 'entries' ? 'entries' : Number(form[1]);
  const number = Number(form[2].replace(/[x/]/g, ''));
  const width = form[3] === undefined ? TILE : Number(form[3]);
  return level === 'entries' || level <= 63 ? (path === tilePath(level, number, width) ? {level, number, width} : null) : null;
}

// --- 14. Where files come from ------------------------------------------------------------------

const MAX_FILE_BYTES = 512 * 2 ** 20;
const REQUESTS_AT_ONCE = 8;
const TIMEOUT_MS = 30_000;
const RETRIES = 2;
const RETRY_AFTER_MS = 500;

/** The record that this page came with, or another one on the same server. */
class WebSource {
  /** @param {string} base  address of the folder, with a slash at its end */
  constructor(base) {
    this.base = base;
    this.running = 0;
    this.waiting = [];
  }

  /** A web server names no files. */
  list() { return null; }

  /** Read a file; null where it is not there. @returns {Promise<Uint8Array|null>} */
  async read(path, maxBytes) {
    if (this.running >= REQUESTS_AT_ONCE) await new Promise(resume => { this.waiting.push(resume); });
    this.running += 1;
    try {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await this.request(path, maxBytes);
        } catch (error) {
          if (error instanceof Bad || error instanceof Unreachable || attempt === RETRIES) {
            throw error instanceof Bad || error instanceof Unreachable ? error : new Unreachable(w('reason.unreachable', {path}));
          }
          await new Promise(resume => { setTimeout(resume, RETRY_AFTER_MS * 2 ** attempt); });
        }
      }
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  async request(path, maxBytes) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(this.base + path, {cache: 'no-cache', credentials: 'omit', signal: stop.signal});
      if (response.status === 404 || response.status === 410) return null;
      if (response.status >= 400 && response.status < 500) {
        throw new Unreachable(w('reason.refused', {path, status: response.status}));
      }
      if (!response.ok) throw new Error(`status ${response.status}`);
      const bytes = await this.body(response, path, maxBytes);
      if (!path.endsWith('.html') && isWebPage(bytes)) throw new Unreachable(w('reason.web_page', {path}));
      return bytes;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Read a body up to its limit; a server may send more than the record has. */
  async body(response, path, maxBytes) {
    const reader = response.body.getReader();
    const parts = [];
    let size = 0;
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return parts.length === 1 ? parts[0] : join(...parts);
      parts.push(value);
      size += value.length;
      if (size > maxBytes) {
        await reader.cancel();
        throw new Bad(w('at_most_bytes', {number: maxBytes}), w('more'));
      }
    }
  }
}

/** Servers that know no better send a page of their own for every path. */
function isWebPage(bytes) {
  const start = String.fromCharCode(...bytes.subarray(0, 200)).trimStart().toLowerCase();
  return start.startsWith('<!doctype html') || start.startsWith('<html');
}

/** A folder that the reader picked or dropped. */
class FolderSource {
  /** @param {Map<string, File>} files  by path as the browser gives it, with the folder's own name */
  constructor(files) {
    const depth = path => path.split('/').length;
    const heads = [...files.keys()].filter(path => /(^|\/)checkpoint$/.test(path)).sort((a, b) => depth(a) - depth(b));
    if (!heads.length) throw new Bad(w('a_folder_with_checkpoint'));
    const root = heads[0].slice(0, -'checkpoint'.length);
    this.files = new Map();
    for (const [path, file] of files) if (path.startsWith(root)) this.files.set(path.slice(root.length), file);
  }

  list() { return [...this.files.keys()]; }

  async read(path, maxBytes) {
    const file = this.files.get(path);
    if (!file) return null;
    if (file.size > maxBytes) throw new Bad(w('at_most_bytes', {number: maxBytes}), file.size);
    try {
      return new Uint8Array(await file.arrayBuffer());
    } catch {
      throw new Unreachable(w('reason.unreachable', {path}));
    }
  }

  /** Gather the files of a folder that was dropped onto the page. @param {FileSystemEntry[]} entries */
  static async gather(entries) {
    const files = new Map();
    const visit = async entry => {
      if (entry.isFile) {
        files.set(entry.fullPath.slice(1), await new Promise((good, bad) => { entry.file(good, bad); }));
        return;
      }
      const reader = entry.createReader();
      for (;;) {  // a browser gives a hundred at a time
        const some = await new Promise((good, bad) => { reader.readEntries(good, bad); });
        if (!some.length) return;
        for (const item of some) await visit(item);
        if (files.size > MAX_FILES) throw new Bad(w('form.too_many_files'));
      }
    };
    for (const entry of entries) await visit(entry);
    return files;
  }
}

/** The files of a record, read once each; what was read is remembered by size and digest. */
class RecordFiles {
  constructor(source) {
    this.source = source;
    this.started = new Map();
    /** @type {Map<string, {size: number, sha256: string}|null>} null: not there, or too large */
    this.seen = new Map();
    this.done = 0;
  }

  /** Begin to read files that will be needed. */
  expect(paths, maxBytes = MAX_FILE_BYTES) {
    for (const path of paths) {
      if (this.started.has(path)) continue;
      const reading = this.source.read(path, maxBytes);
      reading.catch(() => {});  // whoever asks for it is told
      this.started.set(path, reading);
    }
  }

  /** Read a file; null where it is not there. */
  async load(path, maxBytes = MAX_FILE_BYTES) {
    this.expect([path], maxBytes);
    const reading = this.started.get(path);
    this.started.delete(path);
    let bytes = null;
    try {
      bytes = await reading;
    } catch (error) {
      if (error instanceof Bad) this.seen.set(path, null);
      throw error;
    }
    this.seen.set(path, bytes && {size: bytes.length, sha256: await digestFile(bytes)});
    this.done += 1;
    return bytes;
  }
}

// --- 15. The whole record (docs/reference/verification-steps.md) ----------------------------------

/**
 * What a reader holds from elsewhere.
 * @typedef {object} Trust
 * @property {string} identity  of the election, 64 hexadecimal digits
 * @property {object|null} policy  log, witnesses, quorum; null where only a fingerprint was given
 * @property {string} [fingerprint]  the first digits of SHA-256 of the log's public key
 * @property {boolean} [isTyped]  key by key, not as a policy
 */

const MIN_FINGERPRINT = 32;
const fingerprint = key => toHex(sha256(key));

/** Read a trust anchor (anchor.md). @returns {Trust} */
function readAnchor(text) {
  const values = fromToml(text);
  const names = [...values.keys()].sort().join(' ');
  if (names !== 'format identity policy' || values.get('format') !== 'escrutinio-anchor/1'
    || !/^[0-9a-f]{64}$/.test(values.get('identity'))) throw new Bad(w('form.anchor'));
  return {identity: values.get('identity'), policy: readPolicy(values.get('policy'))};
}

/** Make trust of what a reader typed: identity, key of the log or its fingerprint, witnesses. */
function typedTrust({identity, key, witnesses, quorum}) {
  const id = identity.replace(/[\s-]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(id)) throw new Bad(w('form.identity'));
  const typed = key.trim().replace(/^log\s+/, '');
  const list = witnesses.split('\n').map(line => line.trim().split(/\s+/).at(-1)).filter(line => line);
  const policy = {log: null, witnesses: new Map(), groups: new Map(), quorum: 'none'};
  for (const vkey of list) policy.witnesses.set(vkey.split('+')[0], readVkey(vkey, [WITNESS_KEY]));
  if (policy.witnesses.size) {
    const least = quorum.trim() ? fromDecimal(quorum.trim()) : policy.witnesses.size;
    if (least < 1 || least > policy.witnesses.size) throw new Bad(w('form.quorum'));
    policy.groups.set(' chosen', {least, members: [...policy.witnesses.keys()]});
    policy.quorum = ' chosen';
  }
  const digits = typed.replace(/[\s-]/g, '').toLowerCase();
  if (/^[0-9a-f]+$/.test(digits)) {
    if (digits.length < MIN_FINGERPRINT || digits.length > 64) throw new Bad(w('form.fingerprint', {number: MIN_FINGERPRINT}));
    return {identity: id, policy, fingerprint: digits, isTyped: true};
  }
  policy.log = readVkey(typed, [LOG_KEY]);
  return {identity: id, policy, isTyped: true};
}

/**
 * Read the checkpoints, receipts, sheets and texts of QR codes that a reader holds.
 * @param {{name: string, bytes: Uint8Array}[]} held
 */
function readHeld(held) {
  const result = {older: [], papers: []};
  for (const {name, bytes} of held) {
    const text = new TextDecoder().decode(bytes.subarray(0, 40));
    if (text.startsWith('c2sp.org/tlog-proof')) result.papers.push({name, receipt: readReceipt(bytes)});
    else if (text.startsWith(QR_PREFIX)) result.papers.push({name, raw: fromQrText(fromUtf8(bytes).replace(/\r?\n$/, ''))});
    else if (bytes[0] === 0xd2) result.papers.push({name, raw: bytes});
    else result.older.push({name, checkpoint: readCheckpoint(bytes)});
  }
  return result;
}

/** The rows of a table without its header, as far as they end in a line feed. */
const countRows = table => Math.max(0, table.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0) - 1);

const SIGNATURES_AT_ONCE = 512;
const BATCHES_AT_ONCE = 256;

/** Files of the log that are asked for before they are needed. */
const FILES_AHEAD = 48;
/** Files missing after which a log is not read on: a checkpoint may name more entries than there are atoms. */
const MAX_MISSING = 10_000;

/** The log as it is read: bundle by bundle, then the tiles of hashes level by level. */
class LogReading {
  /** @param {Verification} verification  @param {Set<number>} sizes  whose roots are wanted */
  constructor(verification, sizes) {
    this.verification = verification;
    this.files = verification.files;
    this.size = verification.checkpoint.size;
    this.sizes = sizes;
    this.roots = new Map();
    this.tree = new LogTree();
    /** Leaf hashes behind each other, with room for more. */
    this.hashes = new Uint8Array(Math.min(this.size, 65536) * 32);
    /** @type {(Uint8Array|null)[]} entries; null where only the hash is known */
    this.raws = [];
    this.levels = [];
    this.missing = new Set();
    this.isAltered = false;
    this.paths = this.listPaths();
    this.noteRoot();
    this.expect(FILES_AHEAD);
  }

  /** Hashes of each level, as many as the size has. */
  static counts(size) {
    const counts = [];
    for (let count = size; count > 0; count = Math.floor(count / TILE)) counts.push(count);
    return counts;
  }

  static width(count, number) { return Math.min(TILE, count - number * TILE); }

  /** Name the files in the order in which they are read. */
  * listPaths() {
    for (const [level, count] of [['entries', this.size], ...LogReading.counts(this.size).entries()]) {
      for (let number = 0; number * TILE < count; number += 1) yield tilePath(level, number, LogReading.width(count, number));
    }
  }

  expect(count) {
    for (let i = 0; i < count; i += 1) {
      const {value, done} = this.paths.next();
      if (!done) this.files.expect([value]);
    }
  }

  noteRoot() { if (this.sizes.has(this.tree.size)) this.roots.set(this.tree.size, this.tree.root()); }

  fail(...place) {
    this.isAltered = true;
    this.verification.report.fail('V05', ...place);
  }

  /** Read a tile or bundle; where it has given way to a wider one, that. @returns {Promise<[string, Uint8Array|null, boolean]>} */
  async load(level, number, count) {
    const width = LogReading.width(count, number);
    const path = tilePath(level, number, width);
    const mostBytes = TILE * (level === 'entries' ? MAX_CBOR_BYTES + 2 : 32);
    this.expect(1);
    let bytes = await this.files.load(path, mostBytes);
    if (bytes) return [path, bytes, false];
    for (const wider of this.verification.widerThan(level, number, width)) {
      bytes ??= await this.files.load(tilePath(level, number, wider), mostBytes);
    }
    if (!bytes) this.missing.add(path);
    return [path, bytes && level !== 'entries' ? bytes.subarray(0, width * 32) : bytes, true];
  }

  /** Do something with a file; a file of another form is a place where the log was altered. */
  async attempt(level, number, count, work) {
    try {
      return work(...await this.load(level, number, count));
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      this.fail(tilePath(level, number, LogReading.width(count, number)), error.expected, error.found);
      return null;
    }
  }

  async readEntries() {
    const {size, verification} = this;
    for (let number = 0; number * TILE < size && this.missing.size < MAX_MISSING; number += 1) {
      const width = LogReading.width(size, number);
      const entries = await this.attempt('entries', number, size, (_, bytes, isWider) => bytes && readBundle(bytes, width, isWider));
      if (entries) {
        for (const entry of entries) this.take(entry, hashLeaf(entry));
      } else if (this.tree.size === number * TILE) {
        // Without the entries their hashes still say how the tree goes on.
        const hashes = await this.attempt(0, number, size, (_, bytes) => bytes);
        for (let at = 0; hashes?.length === width * 32 && at < hashes.length; at += 32) this.take(null, hashes.slice(at, at + 32));
      }
      if (verification.jobs.length >= SIGNATURES_AT_ONCE) await verification.sendJobs();
      await verification.pace.breathe('log', number * TILE, size);
    }
    this.hashes = this.hashes.subarray(0, this.tree.size * 32);
  }

  take(entry, leaf) {
    const at = this.tree.size * 32;
    if (at === this.hashes.length) {
      const larger = new Uint8Array(2 * at);
      larger.set(this.hashes);
      this.hashes = larger;
    }
    this.hashes.set(leaf, at);
    if (entry && this.verification.definition) this.verification.takeEntry(this.raws.length, entry);
    else this.verification.entries.push(null);
    this.raws.push(entry);
    this.tree.add(leaf);
    this.noteRoot();
  }

  /** Hold the tiles of hashes against what the entries hash to. */
  async compareTiles() {
    let {hashes} = this;
    for (const [level, count] of LogReading.counts(this.size).entries()) {
      this.levels.push(hashes);
      for (let number = 0; number * TILE < count; number += 1) {
        const ours = hashes.subarray(number * TILE * 32, (number * TILE + LogReading.width(count, number)) * 32);
        await this.attempt(level, number, count, (path, bytes) => this.compareTile(level, number, path, bytes, ours));
      }
      const next = new Uint8Array(Math.floor(count / TILE) * 32);
      for (let number = 0; (number + 1) * TILE <= count; number += 1) {
        const root = level === 0 ? this.tree.tileRoots[number] : rootOf(hashes.subarray(number * TILE * 32, (number + 1) * TILE * 32));
        next.set(root, number * 32);
        await this.verification.pace.breathe();
      }
      hashes = next;
    }
  }

  compareTile(level, number, path, bytes, ours) {
    if (!bytes || isEqual(bytes, ours)) return;
    let at = 0;
    while (bytes[at] === ours[at]) at += 1;
    const place = Math.floor(at / 32);
    const hash = tile => toHex(tile.slice(place * 32, place * 32 + 32));
    this.fail(w(level === 0 ? 'path_entry' : 'path_hash', {path, number: level === 0 ? number * TILE + place : place}),
      w('hash', {hash: hash(ours)}), hash(bytes));
  }
}

/** One verification, from the checkpoint to the last file. */
class Verification {
  /**
   * @param {WebSource|FolderSource} source
   * @param {{trust: Trust|null, held?: object, isEveryFile?: boolean, nowSeconds?: number}} inputs
   * @param {Pace} pace
   */
  constructor(source, inputs, pace) {
    this.files = new RecordFiles(source);
    this.source = source;
    this.inputs = inputs;
    this.pace = pace;
    this.report = new Report();
    this.signatures = new Signatures();
    this.held = inputs.held ?? {older: [], papers: []};
    this.checkpoint = null;
    this.definition = null;
    this.manifest = null;
    this.policy = null;
    this.cosigned = new Map();
    /** Rows of the bulletins whose body nobody can read, by number. */
    this.lostRows = new Map();
    /** @type {(Entry|null)[]} by place; null where it cannot be read */
    this.entries = [];
    this.malformed = [];
    this.later = [];
    /** Signatures to be checked, and batches of them that are. */
    this.jobs = [];
    this.running = [];
    this.keys = null;
  }

  async run() {
    try {
      this.support = await Signatures.support();
      await this.verify();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      const open = STEPS.filter(code => !this.report.steps.get(code).isDone && this.report.status(code) !== 'failed');
      this.report.skip(open, error.why);
    } finally {
      this.signatures.stop();
    }
    this.report.close();
    return this.report;
  }

  async verify() {
    const {report} = this;
    this.pace.show('files', 0, 0);
    await this.readCheckpoint();
    await this.readDefinition();
    if (!this.checkpoint) return;
    this.policy = await this.findPolicy();
    await this.readManifest();
    const heads = this.definition ? await this.readHeads() : [];
    if (this.definition) {
      this.keysChecked = this.checkKeys();
      this.keysChecked.catch(() => {});  // whoever awaits it is told
    }
    const raws = await this.readLog(heads);
    if (!this.definition || !this.isWhole) await this.checkTrust();
    if (!this.definition) {
      report.skip(['V07', 'V08', 'V09', 'V10', 'V14', 'V15', 'V16', 'V17', 'V20', 'V21'], w('reason.no_definition'));
    } else if (!this.isWhole) {
      // What follows from missing or altered entries is not guessed at.
      for (const code of ['V08', 'V09', 'V10', 'V14', 'V15', 'V16', 'V17', 'V20']) report.withdraw(code);
      report.skip(['V02', 'V07', 'V08', 'V09', 'V10', 'V14', 'V15', 'V16', 'V17', 'V20', 'V21'], w('reason.log_not_whole'));
    } else {
      await this.checkEntries(raws, heads);
    }
    await this.checkOlder();
    await this.checkFiles();
  }

  missing(steps, path) {
    this.report.skip(steps, w('reason.file_missing'), {where: path, expected: w('a_file'), found: w('nothing')});
  }

  async readCheckpoint() {
    try {
      const bytes = await this.files.load('checkpoint', MAX_NOTE_BYTES);
      if (bytes) this.checkpoint = readCheckpoint(bytes);
      else this.missing(['V03'], 'checkpoint');
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      this.report.fail('V03', 'checkpoint', error.expected, error.found);
    }
    if (this.checkpoint) return;
    const rest = STEPS.filter(code => !['V01', 'V02', 'V03', ...LEFT_TO_THE_PROGRAM].includes(code));
    this.report.skip(rest, w('reason.no_checkpoint'));
  }

  /** Read definition.json (V01) and its tables (V02). */
  async readDefinition() {
    const {report, files, inputs} = this;
    if (!inputs.trust) report.skip(['V01'], w('reason.no_anchor'));
    let definition = null;
    let step = 'V01';
    let path = 'definition.json';
    try {
      const bytes = await files.load(path, 64 * 2 ** 20);
      if (!bytes) {
        this.missing(['V01'], path);
      } else {
        const identity = toHex(sha256(bytes));
        if (inputs.trust && identity !== inputs.trust.identity) {
          report.fail('V01', path, w('digest_of_anchor', {digest: inputs.trust.identity}), identity);
        }
        definition = new Definition(bytes);
      }
      step = 'V02';
      for (const [name, header] of TABLES) {
        path = name;
        const table = await files.load(name, MAX_ROWS_BYTES);
        if (!definition) continue;
        const about = name === 'signers.csv' ? definition.document.trust.signers : definition.document[name.slice(0, -4)];
        if (!table && about !== null) {
          if (name === 'divisions.csv') this.missing(['V02'], name);
          else report.fail('V02', name, w('a_file'), w('nothing'));
          return;
        }
        // A table of another length contradicts the document, whether or not its digest does.
        const isOther = about !== null && files.seen.get(name).sha256 !== about.sha256;
        if (isOther && countRows(table) !== about.rows) {
          report.fail('V01', `definition.json: ${name.slice(0, -4)}.rows`, w('rows', {number: countRows(table)}), about.rows);
        }
        definition.take(name, header, table, table ? files.seen.get(name).sha256 : '');
        await this.pace.breathe('files', 0, 0);
      }
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      if (error.where) report.fail('V01', error.where, error.expected, error.found);
      else report.fail(step, path, error.expected, error.found);
      return;
    }
    this.definition = definition;
    if (definition) report.done('V01', 'V02');
  }

  /** Whose word the signatures are: the reader's, or that of the record itself. */
  async findPolicy() {
    const {trust} = this.inputs;
    if (trust?.policy.log) return trust.policy;
    let own = null;
    try {
      own = this.definition && readPolicy(this.definition.document.trust.policy);
    } catch (error) {
      if (!trust) this.report.fail('V01', 'definition.json: trust.policy', error.expected, error.found);
    }
    if (!trust) return own;
    // A fingerprint chooses among the keys that the record names; it vouches for the one it fits.
    const named = [own, await this.publishedPolicy()].filter(policy => policy);
    const fitting = named.find(policy => fingerprint(policy.log.key).startsWith(trust.fingerprint));
    if (fitting) return {...trust.policy, log: fitting.log};
    this.report.fail('V03', 'tlog-policy', w('fingerprint', {digits: trust.fingerprint}), named.length ? fingerprint(named[0].log.key) : w('nothing'));
    return null;
  }

  /** The record's own tlog-policy; null where it is none. Nobody's trust rests on it. */
  async publishedPolicy() {
    try {
      const bytes = await this.files.load('tlog-policy', MAX_NOTE_BYTES);
      return bytes && readPolicy(fromUtf8(bytes));
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      return null;
    }
  }

  /** Keys of the log as its entries name them; none where not all of them are known. */
  logKeys() {
    // Only the authority of the election that the reader named may lead on from the reader's key.
    return this.isWhole && this.ledger && !this.report.steps.get('V01').failed ? this.ledger.logKeys : [];
  }

  /** Say whether the reader's key is that of the checkpoint, or was replaced on the way to it. */
  isLed() {
    return this.logKeys().some(({log, place}) => place < this.checkpoint.size && isEqual(log.key, this.policy.log.key));
  }

  /** The key that signs a size, for a reader who holds a key (amendments.md, The key of the log). */
  keyOf(size) {
    const found = this.isLed() ? this.logKeys().findLast(({place}) => place < size) : undefined;
    return found ? found.log : this.policy.log;
  }

  /** Checkpoint (V03) and cosignatures (V04). */
  async checkTrust() {
    const {report, checkpoint, inputs} = this;
    if (!inputs.trust) report.skip(['V03', 'V04'], w('reason.no_anchor'));
    if (!this.policy) {
      report.skip(['V04'], w('reason.not_signed'));
      return;
    }
    if (this.support !== 'yes') {
      report.skip(['V03', 'V04', 'V08'], w(`reason.signatures_${this.support}`));
      return;
    }
    if (checkpoint.size === 0 && !isEqual(checkpoint.root, sha256(new Uint8Array()))) {
      report.fail('V03', 'checkpoint', w('form.empty_root'), toHex(checkpoint.root));
      report.skip(['V04'], w('reason.not_signed'));
      return;
    }
    const now = this.logKeys().findLast(({place}) => place < checkpoint.size);
    // A key that no amendment leads from must have signed beside the one in force.
    for (const log of [...(now ? [now.log] : []), ...(now && this.isLed() ? [] : [this.policy.log])]) {
      const state = await signedBy(checkpoint.note, log, this.signatures);
      if (checkpoint.origin === log.name && state === 'signed') continue;
      await this.explainSignature(log, state);
      report.skip(['V04'], w('reason.not_signed'));
      return;
    }
    if (now?.place >= 0 && !isEqual(now.log.key, this.policy.log.key)) report.note('V03', w('note.log_key_replaced', {entry: now.place}));
    report.done('V03');
    await this.checkCosignatures();
  }

  /** Say who signed in the place of the key that should have. */
  async explainSignature(log, state) {
    const {report, checkpoint} = this;
    const others = checkpoint.note.lines.map(line => `${line.name}+${line.id}`).join(', ');
    const wanted = w('signature_by', {name: `${log.name}+${log.id}`});
    if (checkpoint.origin !== log.name) {
      report.fail('V03', 'checkpoint', w('log_is', {origin: log.name}), checkpoint.origin);
      return;
    }
    const published = this.isWhole || report.steps.get('V01').failed ? null : await this.publishedPolicy();
    const isOther = state === 'unsigned' && published && published.log.name === log.name
      && await signedBy(checkpoint.note, published.log, this.signatures) === 'signed';
    if (isOther) report.skip(['V03'], w('reason.key_unproven'), {where: 'checkpoint', expected: wanted, found: others});
    else report.fail('V03', 'checkpoint', wanted, state === 'bad' ? w('a_bad_one') : others);
  }

  async checkCosignatures() {
    const {report, checkpoint, inputs} = this;
    const found = await readCosignatures(checkpoint, this.policy, this.signatures);
    for (const name of found.bad) report.fail('V04', 'checkpoint', w('signature_by', {name}), w('a_bad_one'));
    if (found.bad.length) return;
    this.cosigned = found.times;
    report.note('V04', w('note.cosigned', {number: found.times.size, witnesses: this.policy.witnesses.size}));
    const now = inputs.nowSeconds ?? Math.floor(Date.now() / 1000);
    for (const [name, time] of found.times) {
      report.note('V04', w('note.cosigner', {name, time: utc(time), minutes: Math.floor(Math.max(now - time, 0) / 60)}));
    }
    if (inputs.trust && !this.policy.witnesses.size && this.inputs.trust.isTyped) {
      report.skip(['V04'], w('reason.no_witnesses'));
    } else if (inputs.trust && !isQuorum(this.policy, found.times)) {
      report.skip(['V04'], w('reason.too_few_cosignatures'),
        {where: 'checkpoint', expected: w('the_quorum'), found: [...found.times.keys()].join(', ') || w('nobody')});
    }
    report.done('V04');
  }

  /** Read the manifest; until its signature is checked it only says where to look. */
  async readManifest() {
    try {
      const bytes = await this.files.load('MANIFEST', MANIFEST_BYTES);
      if (bytes) this.manifest = readManifest(bytes);
      else this.missing(['V19'], 'MANIFEST');
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      this.report.fail('V19', 'MANIFEST', error.expected, error.found);
    }
  }

  /** The key that must sign a manifest: as the entries name it; where they are not known, one that may be it. */
  async keyOfManifest({size, note}) {
    const own = this.policy.log;
    if (this.isWhole && this.ledger) return this.ledger.logKeys.findLast(({place}) => place < size)?.log ?? own;
    const published = await this.publishedPolicy();
    const isOther = published && published.log.name === own.name && this.support === 'yes'
      && await signedBy(note, published.log, this.signatures) === 'signed';
    return isOther ? published.log : own;
  }

  /** Hold the manifest against the checkpoint (V19; manifest.md); give whether it can be relied on. */
  async checkManifest() {
    const {report, checkpoint, manifest} = this;
    if (!manifest) return false;
    if (!this.policy) {
      report.skip(['V19'], w('reason.no_definition'));
      return false;
    }
    const log = await this.keyOfManifest(manifest);
    this.manifestKey = log;
    let isGood = true;
    const fail = (expected, found) => {
      isGood = false;
      report.fail('V19', 'MANIFEST', expected, found);
    };
    if (manifest.origin !== log.name) fail(w('log_is', {origin: log.name}), manifest.origin);
    if (manifest.size < checkpoint.size) fail(w('size_at_least', {number: checkpoint.size}), manifest.size);
    if (manifest.size === checkpoint.size && !isEqual(manifest.root, checkpoint.root)) {
      fail(w('root', {root: toHex(checkpoint.root)}), toHex(manifest.root));
    }
    if (this.support !== 'yes') {
      report.skip(['V19'], w(`reason.signatures_${this.support}`));
      return isGood;
    }
    const state = await signedBy(manifest.note, log, this.signatures);
    if (state === 'unsigned' && manifest.size > checkpoint.size) {
      report.skip(['V19'], w('reason.manifest_ahead'));
      return false;
    }
    if (state !== 'signed') fail(w('signature_by', {name: `${log.name}+${log.id}`}), state === 'bad' ? w('a_bad_one') : w('nothing'));
    return isGood;
  }

  /** Read the bodies of bulletins, which say where in the log they belong. */
  async readHeads() {
    const heads = [];
    const {manifest, report, checkpoint} = this;
    const listed = new Set([...(manifest ? manifest.files.keys() : []), ...(this.source.list() ?? [])]);
    const count = [...listed].filter(path => /^bulletins\/[0-9]{6}\/bulletin\.json$/.test(path)).length;
    for (let number = 1; number <= count; number += 1) this.files.expect([bodyPath(number), rowsPath(number)]);
    for (let number = 1; ; number += 1) {
      let bytes = null;
      let rows = null;
      try {
        if (number > count && listed.size) break;
        bytes = await this.files.load(bodyPath(number), MAX_BODY_BYTES);
        if (!bytes && number > count) break;
        rows = await this.files.load(rowsPath(number), MAX_ROWS_BYTES);
      } catch (error) {
        if (!(error instanceof Bad)) throw error;
        report.fail('V15', bodyPath(number), error.expected, error.found);
        continue;
      }
      const head = bytes && readHead(number, bytes, rows, report);
      if (!head) {
        this.lostRows.set(number, rows);
      } else if (heads.length && head.size < heads.at(-1).size) {
        report.fail('V16', `${bodyPath(number)}: checkpoint.size`, w('size_at_least', {number: heads.at(-1).size}), head.size);
      } else {
        heads.push(head);
      }
      await this.pace.breathe('files', this.files.done, 0);
    }
    const isDone = !manifest || manifest.size === checkpoint.size;
    for (const head of heads.filter(item => item.size >= checkpoint.size && isDone && manifest?.files.has(bodyPath(item.number)))) {
      report.fail('V16', bodyPath(head.number), w('size_at_most', {number: checkpoint.size - 1}), head.size);
    }
    return heads.filter(head => head.size < checkpoint.size);
  }

  /** Read every entry; hold entries and tiles against the root (V05; log.md, Files). */
  async readLog(heads) {
    const {checkpoint, report} = this;
    const sizes = [...heads, ...this.held.older.map(item => item.checkpoint),
      ...this.held.papers.flatMap(paper => (paper.receipt ? [paper.receipt.checkpoint] : []))].map(item => item.size);
    const reading = new LogReading(this, new Set(sizes));
    await reading.readEntries();
    const {tree} = reading;
    const isComplete = tree.size === checkpoint.size;
    if (isComplete && !isEqual(tree.root(), checkpoint.root)) {
      reading.fail(w('log_of', {number: checkpoint.size}), w('root', {root: toHex(checkpoint.root)}), toHex(tree.root()));
    }
    if (isComplete) await reading.compareTiles();
    for (const path of reading.missing) this.missing(['V05'], path);
    this.roots = reading.roots;
    this.hashes = reading.levels;
    this.raws = reading.raws;
    this.missingTiles = reading.missing;
    this.isWhole = isComplete && !reading.isAltered && !reading.missing.size;
    report.done('V05');
    return this.raws;
  }

  /** Widths of the tile that a newer publication may have put in the place of one that is not listed. */
  widerThan(level, number, most) {
    const listed = this.manifest?.files;
    if (most === TILE) return [];
    if (!listed || listed.has(tilePath(level, number, most))) return [TILE];
    const widths = Array.from({length: TILE - 1 - most}, (_, i) => most + 1 + i);
    return [...widths.filter(wider => listed.has(tilePath(level, number, wider))).slice(0, 1), TILE];
  }

  /** Tiles of older checkpoints, as far as the manifest lists them, begin the newer ones (V05). */
  async checkOlderTiles() {
    for (const path of this.manifest.files.keys()) {
      if (!/^tile\/.*\.p\//.test(path) || this.files.seen.get(path)) continue;
      const tile = parseTilePath(path);
      if (!tile) {
        this.report.fail('V05', path, w('path_of_a_tile'), w('another_form'));
        continue;
      }
      const newer = this.newest(tile);
      if (tile.width >= newer.width) continue;  // of the next publication
      const bytes = await this.files.load(path).catch(error => error);
      if (bytes instanceof Unreachable) this.report.skip(['V05'], bytes.why);
      else if (bytes instanceof Error && !(bytes instanceof Bad)) throw bytes;
      // A record that has the beginning of a tile has the tile.
      if (this.missingTiles.has(newer.path)) this.report.fail('V05', newer.path, w('a_file'), w('nothing'));
      if (!(bytes instanceof Uint8Array)) continue;  // a matter of V19
      const start = tile.number * TILE;
      let expected = null;
      if (tile.level === 'entries') {
        const some = this.raws.slice(start, start + tile.width);
        if (this.isWhole && some.length === tile.width) expected = join(...some.flatMap(raw => [Uint8Array.of(raw.length >> 8, raw.length & 0xff), raw]));
      } else if (this.isWhole && (this.hashes[tile.level]?.length ?? 0) >= (start + tile.width) * 32) {
        expected = this.hashes[tile.level].subarray(start * 32, (start + tile.width) * 32);
      }
      if (expected && !isEqual(bytes, expected)) {
        this.report.fail('V05', path, w('the_first_of', {number: tile.width, path: tilePath(tile.level, tile.number)}), w('others'));
      }
    }
  }

  /** The width and path that a tile has in the checkpoint. */
  newest({level, number}) {
    const count = level === 'entries' ? this.checkpoint.size : Math.floor(this.checkpoint.size / TILE ** level);
    const width = Math.min(Math.max(count - number * TILE, 0), TILE);
    return {width, path: tilePath(level, number, width)};
  }

  /** Entries (V07), signatures (V08), the ledger and the bulletins (V02, V09, V10, V14 to V17, V20). */
  async checkEntries(raws, heads) {
    const {report, definition, entries} = this;
    for (const [code, ...place] of this.malformed) report.fail(code, ...place);
    for (const place of this.later) report.skip(['V07', ...OF_THE_LEDGER], w('reason.later_version'), place);
    report.done('V07');
    const first = entries[0];
    await this.sendJobs();
    await first?.checked;
    if (!first?.good.length || first.kind !== GENESIS || first.values.get(4) !== definition.size) {
      report.fail('V01', w('entry', {number: 0}), w('a_genesis'), first?.good.length ? first.kind : w('another_form'));
    }
    for (const [where, key] of await this.keysChecked) report.fail('V02', where, w('a_good_key'), key);
    const ledger = new Ledger(definition, report);
    this.ledger = ledger;
    const bulletins = new Bulletins(ledger, report, heads, this.lostRows, this.pace);
    const stops = new Set(heads.map(head => head.size));
    const links = new Links(ledger, report);
    for (const [place, entry] of entries.entries()) {
      if (stops.has(place)) {
        await bulletins.atPlace(place, this.roots.get(place));
        if (definition.isOfficial) links.check(heads.find(head => head.size === place).number, bulletins.cut);
      }
      if (entry?.checked) await entry.checked;  // the others are being checked meanwhile
      if (entry && ledger.add(entry) && entry.kind === BULLETIN) await bulletins.atEntry(entry);
      await this.pace.breathe('ledger', place, entries.length);
    }
    bulletins.finish();
    this.cut = bulletins.cut;
    await this.checkTrust();
    this.finishLedger(ledger, bulletins);
    await this.checkPapers(ledger, raws);
  }

  /** Decode an entry as it comes, and begin to check its signature; nothing is reported yet. */
  takeEntry(place, raw) {
    const where = w('entry', {number: place});
    let entry = null;
    try {
      entry = readEntry(place, raw, this.definition.identity.slice(0, 16));
    } catch (error) {
      if (error instanceof LaterVersion) this.later.push({where, expected: '1', found: error.message});
      else if (error instanceof Bad) this.malformed.push(['V07', where, error.expected, error.found]);
      else throw error;
    }
    this.entries.push(entry);
    if (!entry) return;
    entry.good = [];
    // Only a key that stands in the definition or in an amendment before can be enrolled by now.
    for (const {key, name} of this.keysByKid().get(entry.kid) ?? []) {
      if (this.support !== 'yes') {
        entry.good.push(name);
        continue;
      }
      this.jobs.push({entry, name, key, parts: entry.parts, signature: entry.signature});
    }
    const added = entry.kind === AMENDMENT && entry.values.get(5);
    if (added) push(this.keys, kidOf(added), {key: added, name: toHex(added)});
  }

  /** Have a batch of signatures checked, while the next entries are read. */
  async sendJobs() {
    const jobs = this.jobs.splice(0);
    if (!jobs.length) return;
    const batch = this.signatures.areSigned(jobs).then(answers => {
      jobs.forEach(({entry, name}, i) => {
        if (answers[i]) entry.good.push(name);
        Object.assign(entry, {parts: null, signature: null, checked: null});
      });
    });
    batch.catch(() => {});  // whoever awaits it is told
    for (const {entry} of jobs) entry.checked = batch;
    this.running.push(batch);
    if (this.running.length >= BATCHES_AT_ONCE) await this.running.shift();
  }

  keysByKid() {
    if (!this.keys) {
      this.keys = new Map();
      for (const {key, name, kid} of this.definition.signers.values()) push(this.keys, kid, {key, name});
    }
    return this.keys;
  }

  /** Find the keys of signers.csv that nobody may enrol (V02). */
  async checkKeys() {
    const signers = [...this.definition.signers];
    const bad = await findBadKeys(signers.map(([, signer]) => signer.key), this.pace);
    return bad.map(at => [w('signer_of_table', {signer: signers[at][0]}), toHex(signers[at][1].key)]);
  }

  finishLedger(ledger, bulletins) {
    const {report, definition} = this;
    report.done('V02', 'V08', 'V09', 'V10', 'V14', 'V15', 'V16', 'V17', 'V20');
    if (ledger.critical.length) {
      const places = ledger.critical.map(({place, kind}) => ({where: w('entry', {number: place}), expected: w('a_known_kind'), found: kind}));
      for (const code of OF_THE_LEDGER.filter(item => !ON_STATE.includes(item))) report.withdraw(code);
      for (const place of places) report.skip([...new Set([...OF_THE_LEDGER, ...ON_STATE])], w('reason.critical_unknown'), place);
    }
    if (!definition.isOfficial) {
      report.steps.get('V09').isApplicable = false;
      report.steps.get('V09').reasons.push(w('reason.no_seals'));
    }
    if (!ledger.bulletins.length) {
      for (const code of ['V14', 'V15', 'V17']) {
        report.steps.get(code).isApplicable = false;
        report.steps.get(code).reasons.push(w('reason.no_bulletin'));
      }
    }
    report.note('V15', w('note.bulletins', {number: bulletins.checked}));
    this.checkSchedule(ledger);
    if (!ledger.proclaimed.length && !ledger.critical.length) {
      report.steps.get('V20').isApplicable = false;
      report.steps.get('V20').reasons.push(w('reason.nothing_proclaimed'));
    } else {
      for (const number of ledger.proclaimed) report.note('V20', w('note.proclaimed', {number}));
    }
  }

  /** After the last bulletin only a witness can say that time has passed (V16). */
  checkSchedule(ledger) {
    if (!this.definition.document.trust.bulletins || ledger.proclaimed.length) return;
    const last = ledger.bulletins.at(-1);
    const due = ledger.dueAfter(last);
    const seen = Math.max(0, ...this.cosigned.values());
    if (seen > due) {
      this.report.fail('V16', w('schedule'), w('due_by', {number: (last?.number ?? 0) + 1, time: utc(due)}), w('seen_without', {time: utc(seen)}));
    }
  }

  /** Checkpoints that the reader kept (V06). */
  async checkOlder() {
    const {report, checkpoint, held} = this;
    if (!held.older.length) {
      report.steps.get('V06').isAsked = false;
      report.skip(['V06'], w('reason.none_given'));
      return;
    }
    if (!this.policy || !this.isWhole) {
      report.skip(['V06'], w('reason.log_not_whole'));
      return;
    }
    for (const {name, checkpoint: older} of held.older) {
      const place = (expected, found) => ({where: name, expected, found});
      if (this.support !== 'yes') {
        report.skip(['V06'], w(`reason.signatures_${this.support}`));
      } else if (!await this.isOfThisLog(older)) {
        report.skip(['V06'], w('reason.not_of_this_log'), place(w('signature_by', {name: this.policy.log.name}), w('nothing')));
      } else if (older.size > checkpoint.size) {
        report.skip(['V06'], w('reason.record_is_older'), place(w('size_at_most', {number: checkpoint.size}), older.size));
      } else if (!isEqual(this.roots.get(older.size), older.root)) {
        report.fail('V06', name, w('log_beginning', {number: older.size, root: toHex(older.root)}), toHex(this.roots.get(older.size)));
      }
    }
    report.done('V06');
  }

  /** Say whether a checkpoint is signed by the key of its size. */
  async isOfThisLog({origin, size, note}) {
    const log = this.keyOf(size);
    return origin === log.name && await signedBy(note, log, this.signatures) === 'signed';
  }

  /** Receipts and signed sheets that the reader holds (V21). */
  async checkPapers(ledger, raws) {
    const {report, held} = this;
    if (!held.papers.length) {
      report.steps.get('V21').isAsked = false;
      report.skip(['V21'], w('reason.none_given'));
      return;
    }
    for (const paper of held.papers) {
      if (paper.receipt) await this.checkReceipt(paper, ledger, raws);
      else await this.checkSheet(paper, ledger);
    }
    report.done('V21');
  }

  async checkSheet({name, raw}, ledger) {
    let entry = null;
    try {
      entry = readEntry(0, raw, this.definition.identity.slice(0, 16));
    } catch (error) {
      if (!(error instanceof Bad || error instanceof LaterVersion)) throw error;
    }
    const keys = ledger.keys.get(entry?.kid) ?? [];
    let isGenuine = false;
    for (const key of entry?.kind === SHEET ? keys : []) {
      isGenuine ||= this.support === 'yes' && await this.signatures.isSigned(fromHex(key), signedBytes(entry), entry.signature);
    }
    if (!isGenuine) {
      const reason = this.support === 'yes' ? 'reason.paper_not_genuine' : `reason.signatures_${this.support}`;
      this.report.skip(['V21'], w(reason), {where: name, expected: w('an_enrolled_key'), found: entry ? w('kid', {kid: entry.kid}) : w('another_form')});
    } else {
      this.checkStanding(name, entry, ledger);
    }
  }

  checkStanding(name, {digest, values}, ledger) {
    const sheets = ledger.contests[values.get(4)]?.sheets.get(values.get(3)) ?? [];
    const placed = sheets.find(sheet => sheet.digest === digest);
    if (!placed) {
      this.report.fail('V21', name, w('an_entry_with', {digest}), w('nothing'));
      return;
    }
    const other = sheets.find(sheet => sheet !== placed && sheet.version === placed.version);
    this.report.note('V21', other ? w('note.paper_conflicts', {name, entry: placed.place, other: other.place})
      : w('note.paper_found', {name, entry: placed.place}));
  }

  async checkReceipt({name, receipt}, ledger, raws) {
    const {report, policy} = this;
    const {index, proof, checkpoint} = receipt;
    if (this.support !== 'yes') {
      report.skip(['V21'], w(`reason.signatures_${this.support}`));
    } else if (!policy || !await this.isOfThisLog(checkpoint)) {
      report.skip(['V21'], w('reason.paper_not_genuine'), {where: name, expected: w('signature_by', {name: policy?.log.name ?? ''}), found: w('nothing')});
    } else if (checkpoint.size > this.checkpoint.size) {
      report.skip(['V21'], w('reason.record_is_older'), {where: name, expected: w('size_at_most', {number: this.checkpoint.size}), found: checkpoint.size});
    } else if (!isEqual(this.roots.get(checkpoint.size), checkpoint.root)) {
      report.fail('V21', name, w('log_beginning', {number: checkpoint.size, root: toHex(checkpoint.root)}), toHex(this.roots.get(checkpoint.size)));
    } else {
      let root = new Uint8Array();
      try {
        root = rootFromProof(index, checkpoint.size, hashLeaf(raws[index]), proof);
      } catch (error) {
        if (!(error instanceof Bad)) throw error;
      }
      if (!isEqual(root, checkpoint.root)) {
        report.fail('V21', name, w('proof_of_entry', {number: index}), w('another_form'));
        return;
      }
      report.note('V21', w('note.paper_found', {name, entry: index}));
    }
  }

  /** Files against the manifest (V19, the second part). */
  async checkFiles() {
    const {report, manifest, files, checkpoint} = this;
    if (!await this.checkManifest()) return;
    if (report.status('V05') !== 'failed') await this.checkOlderTiles();
    const isAhead = path => manifest.size > checkpoint.size && path === 'tlog-policy';
    const pages = new Pages(this);
    const others = [...manifest.files].filter(([path]) => !files.seen.has(path));
    if (this.inputs.isEveryFile) {
      await this.readFiles(others, pages);
    } else if (others.length) {
      const megabytes = Math.ceil(others.reduce((sum, [, {size}]) => sum + size, 0) / 1e6);
      const number = manifest.files.size - others.length;
      const folders = countFolders(others.map(([path]) => path));
      report.skip(['V19'], Object.assign(w('reason.files_not_read', {read: number, number: others.length, megabytes, folders}), {isLeft: true}));
    }
    for (const [path, file] of manifest.files) {
      if (!files.seen.has(path) || isAhead(path)) continue;
      const seen = files.seen.get(path);
      if (isSameFile(seen, file) || await pages.takes(path, seen)) continue;
      report.fail('V19', path, bytesWith(file), seen ? bytesWith(seen) : w('nothing'));
    }
    await this.checkPresence(pages);
    if (pages.taken.size) report.note('V19', w('note.pages_replaced', {number: pages.taken.size}));
    report.done('V19');
  }

  /** Read files that no other step needed. */
  async readFiles(others, pages) {
    const most = path => Math.min(Math.max(this.manifest.files.get(path)?.size ?? 0, pages.before.get(path)?.size ?? 0), MAX_FILE_BYTES);
    for (let at = 0; at < others.length; at += 1) {
      for (const [path] of others.slice(at, at + REQUESTS_AT_ONCE)) this.files.expect([path], most(path));
      try {
        await this.files.load(others[at][0], most(others[at][0]));
      } catch (error) {
        if (!(error instanceof Bad)) throw error;
      }
      await this.pace.breathe('manifest', at, others.length);
    }
  }

  /** Look for files that are not listed, where files can be listed. */
  async checkPresence(pages) {
    const {report, manifest, files} = this;
    const there = this.source.list();
    if (!there) {
      report.note('V19', w('note.no_listing'));
      return;
    }
    const left = [];
    for (const path of there.filter(item => item !== 'MANIFEST' && item !== 'checkpoint' && !manifest.files.has(item))) {
      const old = pages.before.get(path);
      if (old) {  // a page that is going to be removed
        await files.load(path, MAX_FILE_BYTES);
        if (!isSameFile(files.seen.get(path), old)) report.fail('V19', path, bytesWith(old), bytesWith(files.seen.get(path)));
      } else if (mayBeLeft(path, manifest.files)) {
        left.push(path);
      } else if (!pages.before.has(path) && !await pages.isNewlyListed(path)) {
        report.fail('V19', path.slice(0, MAX_PATH), w('a_listed_file'), w('one_not_listed'));
      }
    }
    if (left.length) report.note('V19', w('note.leftovers', {number: left.length, names: left.slice(0, 5).join(', ')}));
  }
}

/** Name the folders of some files, each with how many of them are in it. */
function countFolders(paths) {
  const folders = new Map();
  for (const path of paths) {
    const folder = path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : path;
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  return [...folders].map(([folder, count]) => (folder.endsWith('/') ? `${folder} (${count})` : folder)).join(', ');
}

const bytesWith = ({size, sha256: digest}) => w('bytes_with', {size, digest});

/** How often a manifest is read again, at most: a record that lies has us read it no oftener. */
const MAX_AGAIN = 8;

/** What may stand in the place of pages beside what the manifest lists (manifest.md, Against a record). */
class Pages {
  /** @param {Verification} verification */
  constructor(verification) {
    const {manifest, checkpoint} = verification;
    this.verification = verification;
    /** @type {Map<string, ManifestFile|null>} */
    this.before = manifest.before?.size === checkpoint.size ? manifest.before.files : new Map();
    this.newer = [];
    this.again = 0;
    /** Pages that are others than listed, and may be. */
    this.taken = new Set();
  }

  /** Say whether a page may be what was found. @param {ManifestFile|null} found */
  async takes(path, found) {
    if (!isPage(path)) return false;
    const isOlder = this.before.has(path) && isSameFile(this.before.get(path), found);
    const isNewer = () => this.newer.some(pages => (pages.get(path) ?? [null]).some(file => isSameFile(file, found)));
    if (!isOlder && !isNewer()) {
      await this.readAgain();
      if (!isNewer()) return false;
    }
    this.taken.add(path);
    return true;
  }

  async isNewlyListed(path) {
    if (!isPage(path)) return false;
    if (!this.newer.some(pages => pages.has(path))) await this.readAgain();
    return this.newer.some(pages => pages.has(path));
  }

  /** Read MANIFEST once more: a newer publication may have replaced pages meanwhile. */
  async readAgain() {
    const {files, checkpoint, manifestKey, signatures} = this.verification;
    if (this.again >= MAX_AGAIN) return;
    this.again += 1;
    let manifest = null;
    try {
      const bytes = await files.source.read('MANIFEST', MANIFEST_BYTES);
      manifest = bytes && readManifest(bytes);
    } catch (error) {
      if (!(error instanceof Bad || error instanceof Unreachable)) throw error;
    }
    const isFitting = manifest && manifest.origin === manifestKey.name && (manifest.size > checkpoint.size
      || (manifest.size === checkpoint.size && isEqual(manifest.root, checkpoint.root)));
    if (!isFitting || await signedBy(manifest.note, manifestKey, signatures) !== 'signed') return;
    const pages = new Map([...manifest.files].filter(([path]) => isPage(path)).map(([path, file]) => [path, [file]]));
    // What stood beside an older checkpoint than ours is no excuse.
    for (const [path, file] of manifest.before?.size >= checkpoint.size ? manifest.before.files : []) {
      if (!pages.has(path)) pages.set(path, [null]);
      pages.get(path).push(file);
    }
    this.newer.push(pages);
  }
}

// --- 16. Links of a station's records (station-records.md; docs/reference/checks.md, Chain) -------

/** Findings about links and versions, with the step that fails where one that holds is not held. */
const CHAIN_STEPS = {'CHAIN-001': 'V10', 'CHAIN-002': 'V10', 'CHAIN-003': 'V09', 'CHAIN-004': 'V09',
  'CHAIN-005': 'V09', 'CHAIN-007': 'V09'};
const CHAIN_SEVERITIES = {'CHAIN-001': 'warn', 'CHAIN-002': 'info'};

/** Looks for broken links of the sheets that stand for stations, bulletin by bulletin (V09, V10). */
class Links {
  constructor(ledger, report) {
    this.ledger = ledger;
    this.report = report;
    this.named = new Set();
    const {check_profile: profile, trust} = ledger.definition.document;
    const severity = code => profile.severities[code]?.[trust.sheets] ?? CHAIN_SEVERITIES[code] ?? 'hold';
    this.holding = new Set(Object.keys(CHAIN_STEPS).filter(code => ['block', 'hold'].includes(severity(code))));
  }

  /** @param {object[]} cut  of the contests, at the place of a bulletin */
  check(number, cut) {
    const {holds, critical} = this.ledger;
    if (critical.length) return;
    for (const {rows} of cut) {
      for (const {sheet} of rows) {
        const codes = sheet ? this.codes(sheet) : [];
        if (!codes.length) continue;
        const held = (holds.get(sheet.digest) ?? []).flatMap(hold => hold.codes);
        for (const code of codes) {
          const name = `${sheet.digest} ${code}`;
          if (!this.holding.has(code) || held.includes(code) || this.named.has(name)) continue;
          this.named.add(name);
          const where = w('entry_of_station', {number: sheet.place, station: sheet.station});
          this.report.fail(CHAIN_STEPS[code], where, w('hold_before', {code, number}), w('nothing'));
        }
      }
    }
  }

  /** The codes of what is found about a sheet among its station's records; what was before it stays. */
  codes(sheet) {
    const others = this.ledger.contests[sheet.contest].sheets.get(sheet.station);
    sheet.broken ??= this.brokenLinks(sheet);
    if (others.length === 1) return sheet.broken;
    const codes = [...sheet.broken];
    if (others.some(other => other !== sheet && other.version === sheet.version)) codes.push('CHAIN-001');
    if (others.some(other => other.version > sheet.version)) codes.push('CHAIN-002');
    return codes;
  }

  brokenLinks(sheet) {
    const {ledger} = this;
    const codes = [];
    let first = sheet;  // a later version stands on the seal of the sheet it corrects
    while (first && first.version > 1) first = this.before(ledger.sheets.get(toHex(first.values.get(14))), first);
    const isOfStation = seal => seal?.station === sheet.station && seal.contest === sheet.contest;
    const named = first && this.before(ledger.seals.get(toHex(first.values.get(14))), first);
    const seal = isOfStation(named) ? named : null;
    if (!seal) {
      codes.push('CHAIN-003');
    } else {
      const opening = this.before(ledger.openings.get(seal.follows), seal);
      if (opening?.station !== sheet.station) codes.push('CHAIN-004');
      if (ledger.seals.get(`${sheet.contest} ${sheet.station}`) !== seal) codes.push('CHAIN-007');
    }
    const isBad = opening => opening.counters !== 0 && opening.place < sheet.place;
    if ((ledger.openingsOf.get(sheet.station) ?? []).some(isBad)) codes.push('CHAIN-005');
    return codes;
  }

  before(record, later) { return record && record.place < later.place ? record : null; }
}

// --- 17. One station only -------------------------------------------------------------------------

/**
 * Prove that an entry stands at a place of the log, from the tiles on its way and at the edge.
 *
 * A full tile is one hash of the tile above it, so the way leads upwards until a tile at the right
 * edge of the tree; the tiles of that edge are the root.
 */
async function proveInclusion(files, index, raw, {size, root}) {
  const load = async (level, number, count) => {
    const width = Math.min(TILE, count - number * TILE);
    const path = tilePath(level, number, width);
    const bytes = await files.load(path, TILE * 32) ?? (width < TILE ? await files.load(tilePath(level, number), TILE * 32) : null);
    if (!bytes) throw new Unreachable(w('reason.file_missing'));
    return bytes.subarray(0, width * 32);
  };
  const edge = [];
  let [node, number] = [hashLeaf(raw), index];
  let isAtEdge = false;
  for (let [level, count] = [0, size]; count > 0; level += 1, count = Math.floor(count / TILE)) {
    const last = Math.floor(count / TILE);
    const hashes = count % TILE ? await load(level, last, count) : new Uint8Array();
    edge.unshift(hashes);
    if (isAtEdge) continue;
    const [tile, at] = [Math.floor(number / TILE), number % TILE];
    const mine = tile === last ? hashes : await load(level, tile, count);
    if (!isEqual(mine.subarray(at * 32, at * 32 + 32), node)) throw new Bad(w('hash', {hash: toHex(node)}), w('another_hash'));
    isAtEdge = tile === last;
    [node, number] = [rootOf(mine), tile];
  }
  // The subtrees of the edge, the largest first.
  const roots = edge.flatMap(hashes => {
    const tree = new Tree();
    for (let at = 0; at < hashes.length; at += 32) tree.add(hashes.subarray(at, at + 32));
    return tree.roots;
  });
  const found = roots.reduceRight((right, left) => hashNode(left, right));
  if (!isEqual(found, root)) throw new Bad(w('root', {root: toHex(root)}), toHex(found));
}

/**
 * Find one station in the newest bulletin, and prove its sheet.
 * @param {WebSource|FolderSource} source
 * @param {{trust: Trust|null, station: string, raw: Uint8Array|null}} inputs  a station, or a signed sheet
 * @returns {Promise<{status: 'good'|'bad'|'unchecked', line: Phrase}[]>} and `sheets`, the figures
 */
async function checkStation(source, {trust, station, raw}) {
  const verification = new Verification(source, {trust}, new Pace());
  const {files, report, signatures} = verification;
  const lines = [];
  const say = (status, key, values) => { lines.push({status, line: w(`station.${key}`, values)}); };
  verification.support = await Signatures.support();
  await verification.readCheckpoint();
  const bytes = await files.load('definition.json', 64 * 2 ** 20);
  if (!verification.checkpoint || !bytes) throw new Unreachable(w('reason.file_missing'));
  const definition = new Definition(bytes);
  verification.definition = definition;
  const {checkpoint} = verification;
  if (!trust) say('unchecked', 'no_trust');
  else if (toHex(definition.identity) !== trust.identity) say('bad', 'other_election');
  else say('good', 'election');
  verification.policy = await verification.findPolicy();
  await verification.checkTrust();
  for (const [step, good] of [['V03', 'signed'], ['V04', 'cosigned']]) {
    const status = report.status(step);
    if (trust) say({passed: 'good', failed: 'bad'}[status] ?? 'unchecked', status === 'passed' ? good : `not_${good}`);
  }
  const election = definition.identity.slice(0, 16);
  const mine = raw && readEntry(0, raw, election);
  if (mine && mine.kind !== SHEET) throw new Bad(w('a_sheet'));
  const wanted = mine ? mine.values.get(3) : station;
  const row = await findRow(files, definition, wanted, mine ? mine.values.get(4) : null, say);
  const result = {lines, station: wanted, rows: row.rows, sheet: mine, definition};
  for (const {entry: place} of row.rows.filter(item => item.entry !== '')) {
    const found = await loadEntry(files, Number(place), checkpoint, election);
    await proveInclusion(files, Number(place), found.raw, checkpoint);
    say('good', 'in_log', {entry: Number(place), size: checkpoint.size});
    if (found.values.get(3) !== wanted) say('bad', 'other_station', {station: found.values.get(3)});
    const isMine = mine && found.values.get(4) === mine.values.get(4);
    if (isMine) say(found.digest === mine.digest ? 'good' : 'bad', found.digest === mine.digest ? 'same_sheet' : 'other_sheet');
    await checkSigner(verification, found, say);
    result.sheet ??= found;
  }
  if (mine && !row.rows.some(item => item.entry !== '')) say('bad', 'no_sheet');
  return result;
}

/** Find the rows of a station in the newest bulletin, as its digests commit to them. */
async function findRow(files, definition, station, position, say) {
  const bytes = await files.load('MANIFEST', MANIFEST_BYTES);
  if (!bytes) throw new Unreachable(w('reason.file_missing'));
  const numbers = [...readManifest(bytes).files.keys()].map(path => /^bulletins\/([0-9]{6})\/rows\.csv$/.exec(path))
    .filter(form => form).map(form => Number(form[1]));
  const number = Math.max(0, ...numbers);
  if (!number) {
    say('unchecked', 'no_bulletin');
    return {rows: []};
  }
  files.expect([bodyPath(number), rowsPath(number)]);
  const [body, csv] = [await files.load(bodyPath(number), MAX_BODY_BYTES), await files.load(rowsPath(number), MAX_ROWS_BYTES)];
  if (!body || !csv) throw new Unreachable(w('reason.file_missing'));
  const document = fromCanonicalJson(body);
  const isSame = document?.rows?.sha256 === await digestFile(csv);
  say(isSame ? 'good' : 'bad', isSame ? 'rows' : 'other_rows', {number, time: utc(document.time_s)});
  const rows = fromCsv(csv).slice(1).filter(cells => cells[1] === station)
    .map(([contest, , division, treatment, entry, version, reason]) => ({contest, division, treatment, entry, version, reason}))
    .filter(({contest}) => position === null || definition.contests[position]?.code === contest);
  if (!rows.length) say('bad', 'not_listed', {station});
  return {rows};
}

async function loadEntry(files, place, checkpoint, election) {
  const number = Math.floor(place / TILE);
  if (!(place < checkpoint.size)) throw new Bad(w('size_at_most', {number: checkpoint.size}), place);
  const width = Math.min(TILE, checkpoint.size - number * TILE);
  const most = TILE * (MAX_CBOR_BYTES + 2);
  const bundle = await files.load(tilePath('entries', number, width), most) ?? await files.load(tilePath('entries', number), most);
  if (!bundle) throw new Unreachable(w('reason.file_missing'));
  const raw = readBundle(bundle, width)[place % TILE];
  return Object.assign(readEntry(place, raw, election), {raw});
}

/** Check who signed a sheet, by the definition's own table; what was amended later is not read here. */
async function checkSigner(verification, entry, say) {
  const {files, definition, signatures, support} = verification;
  if (support !== 'yes') {
    say('unchecked', `signatures_${support}`);
    return;
  }
  const bytes = await files.load('signers.csv', MAX_ROWS_BYTES);
  if (!bytes || files.seen.get('signers.csv').sha256 !== definition.document.trust.signers.sha256) {
    say('bad', 'other_signers');
    return;
  }
  for (const [signer, role, scope, key] of fromCsv(bytes).slice(1)) {
    const raw = fromHex(key);
    if (toHex(sha256(raw).slice(0, 8)) !== entry.kid) continue;
    const isGood = isGoodKey(raw) && await signatures.isSigned(raw, signedBytes(entry), entry.signature);
    const isOfStation = role !== 'device' || scope === entry.values.get(3);
    say(isGood && isOfStation ? 'good' : 'bad', isGood && isOfStation ? 'signer' : 'not_signed_sheet', {signer, role, scope});
    return;
  }
  say('unchecked', 'signer_later');
}

// --- 18. The page ---------------------------------------------------------------------------------

/** Says sentences of the catalogue that the page carries; whatever a record says becomes text. */
class Speaker {
  /** @param {Object<string, string>} words  by key, with values in braces */
  constructor(words) {
    this.words = words;
  }

  /** Write a whole number as this language writes it. */
  count(value) {
    const digits = String(value);
    if (!/^[0-9]+$/.test(digits) || digits.length < Number(this.words['number.group_from'])) return digits;
    return digits.replace(/\B(?=([0-9]{3})+$)/g, this.words['number.group']);
  }

  sentence(key) { return this.words[`verify_page.${key}`] ?? this.words[`verification.${key}`] ?? `[${key}]`; }

  /** Give nodes for a phrase, a number, or a text from outside, which stands alone in its direction. */
  nodes(value) {
    if (typeof value === 'number') return [document.createTextNode(this.count(value))];
    if (value === null || typeof value !== 'object') return [isolate(String(value))];
    return this.sentence(value.key).split(/(\{[a-z_]+\})/).filter(part => part).flatMap(part => {
      const name = /^\{([a-z_]+)\}$/.exec(part)?.[1];
      return name && Object.hasOwn(value.values, name) ? this.nodes(value.values[name]) : [document.createTextNode(part)];
    });
  }
}

/** Characters that no page may hold, and the marks of direction, which could turn a sentence round. */
const UNPRINTABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

function isolate(text) {
  const node = document.createElement('bdi');
  node.textContent = text.replace(UNPRINTABLE, '\ufffd');
  return node;
}

/** Make an element with children; texts become text nodes. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat());
  return node;
}

const byId = id => document.getElementById(id);
const MAX_SHOWN = 100;
const VERDICTS = {passed: 'supported', failed: 'contradicted'};
/** How much of the time each stage takes, for the bar. */
const STAGES = {files: [0, 6], log: [6, 60], ledger: [60, 92], manifest: [92, 100]};
/** Seconds before which nobody can say how long the rest will take. */
const ESTIMATE_AFTER_S = 2;

/** The page: what the reader brings, the run, and what was found. */
class Page {
  constructor() {
    this.speaker = new Speaker(JSON.parse(byId('words').textContent));
    this.base = new URL(byId('verifier').dataset.record || './', location.href).href;
    this.isLocal = location.protocol === 'file:';
    this.dropped = null;
    this.scanned = [];
    this.isStopped = false;
  }

  start() {
    byId('program').hidden = false;
    byId('here').hidden = this.isLocal;
    byId('local').hidden = !this.isLocal;
    const on = (id, event, act) => byId(id).addEventListener(event, act);
    on('verify-form', 'submit', event => { event.preventDefault(); this.attempt('trouble', () => this.verify()); });
    on('station-form', 'submit', event => { event.preventDefault(); this.attempt('station-trouble', () => this.findStation()); });
    on('stop', 'click', () => { this.isStopped = true; });
    on('anchor-file', 'change', () => this.attempt('trouble', () => this.takeAnchorFile()));
    on('folder', 'change', () => { this.dropped = null; this.showFolder(byId('folder').files.length); });
    for (const id of ['scan-anchor', 'scan-sheet']) {
      on(id, 'change', () => this.attempt(id === 'scan-anchor' ? 'trouble' : 'station-trouble', () => this.scan(id)));
    }
    document.addEventListener('dragover', event => event.preventDefault());
    document.addEventListener('drop', event => {
      event.preventDefault();
      const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry?.()).filter(entry => entry);
      this.attempt('trouble', async () => {
        this.dropped = await FolderSource.gather(entries);
        this.showFolder(this.dropped.size);
      });
    });
    const station = /^#station=(.+)$/.exec(location.hash);
    if (station) {
      byId('station').value = decodeURIComponent(station[1]);
      byId('station').focus();
    }
    this.showSupport();
  }

  /** Say beforehand what this browser cannot do. */
  async showSupport() {
    const support = await Signatures.support();
    if (support !== 'yes') this.tell('support', w(`reason.signatures_${support}`));
    const canScan = 'BarcodeDetector' in window;
    for (const what of ['anchor', 'sheet']) {
      byId(`by-photo-${what}`).hidden = !canScan;
      byId(`no-scan-${what}`).hidden = canScan;
    }
  }

  tell(id, phrase) {
    const box = byId(id);
    box.replaceChildren(...(phrase ? this.speaker.nodes(phrase) : []));
    box.hidden = !phrase;
  }

  /** Do something, and say in the page what was wrong with what the reader brought. */
  async attempt(box, work) {
    this.tell(box, null);
    try {
      await work();
    } catch (error) {
      if (error instanceof Bad) this.tell(box, w('bad_input', {expected: error.expected, found: error.found}));
      else if (error instanceof Unreachable) this.tell(box, error.why);
      else if (error instanceof LaterVersion) this.tell(box, w('reason.later_version'));
      else this.tell(box, w('defect', {error: String(error)}));
    }
  }

  showFolder(number) { this.tell('folder-chosen', w('folder_chosen', {number})); }

  /** Where the files come from: what was dropped or picked, else the record of this page. */
  source() {
    if (this.dropped) return new FolderSource(this.dropped);
    const picked = [...byId('folder').files];
    if (picked.length) return new FolderSource(new Map(picked.map(file => [file.webkitRelativePath || file.name, file])));
    if (this.isLocal) throw new Unreachable(w('reason.pick_a_folder'));
    return new WebSource(this.base);
  }

  /** Whom the reader trusts; null where they gave nothing. @returns {Trust|null} */
  trust() {
    const value = id => byId(id).value;
    if (value('anchor').trim()) return readAnchor(value('anchor'));
    if (!value('identity').trim() && !value('log-key').trim()) return null;
    return typedTrust({identity: value('identity'), key: value('log-key'), witnesses: value('witnesses'), quorum: value('quorum')});
  }

  async takeAnchorFile() {
    const [file] = byId('anchor-file').files;
    if (!file) return;
    if (file.size > 128 * 1024) throw new Bad(w('form.anchor'), file.size);
    const text = fromUtf8(new Uint8Array(await file.arrayBuffer()));
    readAnchor(text);
    byId('anchor').value = text;
  }

  /** Read a QR code from a photo, where the browser can. */
  async scan(id) {
    const [file] = byId(id).files;
    if (!file) return;
    const detector = new window.BarcodeDetector({formats: ['qr_code']});
    const [code] = await detector.detect(await createImageBitmap(file));
    if (!code) throw new Bad(w('a_code_in_the_photo'));
    byId(id === 'scan-anchor' ? 'anchor' : 'station').value = code.rawValue;
  }

  async heldFiles() {
    const held = [];
    for (const file of byId('held').files) {
      if (file.size > MAX_NOTE_BYTES) throw new Bad(w('at_most_bytes', {number: MAX_NOTE_BYTES}), file.name);
      held.push({name: file.name, bytes: new Uint8Array(await file.arrayBuffer())});
    }
    return readHeld(held);
  }

  async verify() {
    byId('results').hidden = true;
    const source = this.source();
    const inputs = {trust: this.trust(), held: await this.heldFiles(),
      isEveryFile: source instanceof FolderSource || byId('every-file').checked};
    this.isStopped = false;
    this.setBusy(true);
    this.started = performance.now();
    try {
      const pace = new Pace((stage, done, all) => this.showProgress(stage, done, all), () => this.isStopped);
      const verification = new Verification(source, inputs, pace);
      await verification.run();
      this.showReport(verification, (performance.now() - this.started) / 1000);
    } finally {
      this.setBusy(false);
    }
  }

  setBusy(isBusy) {
    byId('verify').disabled = isBusy;
    byId('stop').hidden = !isBusy;
    byId('running').hidden = !isBusy;
    if (isBusy) byId('bar').value = 0;
  }

  showProgress(stage, done, all) {
    const [from, to] = STAGES[stage];
    const percent = Math.max(byId('bar').value, from + (all ? (to - from) * done / all : 0));
    byId('bar').value = percent;
    byId('stage').replaceChildren(...this.speaker.nodes(all ? w(`stage.${stage}`, {done, all}) : w('stage.begin')));
    const seconds = (performance.now() - this.started) / 1000;
    if (seconds < ESTIMATE_AFTER_S || percent <= STAGES.files[1]) return;
    const left = Math.ceil(seconds * (100 - percent) / percent);
    byId('stage').append(' · ', ...this.speaker.nodes(w('stage.left', {seconds: left > 10 ? 5 * Math.ceil(left / 5) : left})));
  }

  showReport(verification, seconds) {
    const {report, definition, checkpoint} = verification;
    const nodes = phrase => this.speaker.nodes(phrase);
    const answer = report.answer();
    const isOnlyTrust = answer === 'unchecked' && !verification.inputs.trust
      && STEPS.every(code => report.status(code) !== 'not_checked' || ['V01', 'V03', 'V04'].includes(code)
        || report.left().includes(code) || !report.steps.get(code).isAsked);
    const verdict = byId('verdict');
    verdict.dataset.answer = answer;
    verdict.className = `lead v-${{contradicted: 'contradicted', verified: 'supported'}[answer] ?? 'cannot_be_checked'}`;
    verdict.replaceChildren(...nodes(w(`answer.${isOnlyTrust ? 'consistent' : answer}`)));
    const left = report.left();
    this.tell('left', left.length ? w('left', {steps: left.join(', ')}) : null);
    this.tell('without-anchor', verification.inputs.trust ? null : w('without_anchor'));
    const failed = STEPS.filter(code => report.status(code) === 'failed');
    byId('failed').replaceChildren(...failed.map(code => make('li', {}, make('a', {href: `#${code}`}, code), ' ', nodes(w(`step.${code}`)))));
    const facts = [];
    if (definition) {
      const {names, phase} = definition.document;
      facts.push([isolate(names[document.documentElement.lang] ?? Object.values(names)[0])]);
      if (phase === 'test') facts.push(nodes(w('test')));
      facts.push([...nodes(w('identity')), ' ', make('span', {class: 'digest'}, toHex(definition.identity))]);
    }
    if (verification.policy) facts.push([...nodes(w('log_fingerprint')), ' ', make('span', {class: 'digest'}, fingerprint(verification.policy.log.key))]);
    if (checkpoint) {
      facts.push([...nodes(w('checkpoint', {origin: checkpoint.origin, entries: checkpoint.size})), ' ',
        make('span', {class: 'digest'}, toHex(checkpoint.root))]);
    }
    const newest = verification.ledger?.bulletins.at(-1);
    if (newest) facts.push(nodes(w('newest', {number: newest.number, time: utc(newest.time)})));
    facts.push(nodes(w('took', {seconds: seconds.toFixed(1).replace('.', this.speaker.words['number.point'])})));
    byId('facts').replaceChildren(...facts.map(fact => make('li', {}, fact)));
    const others = STEPS.filter(code => !failed.includes(code));
    byId('steps').replaceChildren(...[...failed, ...others].map(code => this.step(report, code)));
    byId('results').hidden = false;
    byId('results-title').focus();
  }

  /** One step: how it ended, why, and where. */
  step(report, code) {
    const nodes = phrase => this.speaker.nodes(phrase);
    const step = report.steps.get(code);
    const status = report.status(code);
    const shown = step.isAsked ? status : 'not_asked';
    const section = make('section', {class: 'step', 'aria-labelledby': code, 'data-code': code, 'data-status': status},
      make('h3', {id: code}, `${code} `, make('span', {class: `v-${VERDICTS[status] ?? 'cannot_be_checked'}`}, nodes(w(`status.${shown}`)))),
      make('p', {}, nodes(w(`step.${code}`))));
    const remarks = [...step.reasons.filter(reason => status !== 'failed' || reason.isLeft), ...step.notes];
    if (remarks.length) section.append(make('ul', {class: 'lines'}, remarks.map(phrase => make('li', {}, nodes(phrase)))));
    if (!step.total) return section;
    const details = make('details', status === 'failed' ? {open: ''} : {}, make('summary', {}, nodes(w('places')), `: ${this.speaker.count(step.total)}`));
    details.append(make('ul', {class: 'lines places'}, step.places.slice(0, MAX_SHOWN).map(({where, expected, found}) => make('li', {},
      nodes(where), make('br'), nodes(w('expected')), ': ', nodes(expected), make('br'), nodes(w('found')), ': ', nodes(found)))));
    const more = step.total - Math.min(step.places.length, MAX_SHOWN);
    if (more > 0) details.append(make('p', {class: 'note'}, nodes(w('more', {number: more}))));
    section.append(details);
    return section;
  }

  /** The figures of a reading: those of the ballot by name, the others by field. */
  reading(figures, contest) {
    const name = item => isolate(item.names[document.documentElement.lang] ?? Object.values(item.names)[0]);
    const ballot = [['option', contest.options], ['candidacy', contest.candidacies], ['category', contest.categories]]
      .flatMap(([kind, items]) => items.map(item => [`${kind}.${item.code}`, item])).filter(([field]) => figures.has(field));
    const known = new Set(ballot.map(([field]) => field));
    const line = (label, value) => make('tr', {}, make('th', {scope: 'row'}, label), make('td', {}, value < 0 ? '–' : this.speaker.count(value)));
    return make('table', {}, make('caption', {}, this.speaker.nodes(w('station.figures'))), make('tbody', {},
      ballot.map(([field, item]) => line(name(item), figures.get(field))),
      [...figures].filter(([field]) => !known.has(field)).map(([field, value]) => line(isolate(field), value))));
  }

  async findStation() {
    byId('station-result').hidden = true;
    const typed = byId('station').value.trim();
    if (!typed) throw new Bad(w('a_station'));
    const raw = typed.startsWith(QR_PREFIX) ? fromQrText(typed) : null;
    const found = await checkStation(this.source(), {trust: this.trust(), station: raw ? '' : typed, raw});
    this.showStation(found);
  }

  showStation({lines, station, rows, sheet, definition}) {
    const nodes = phrase => this.speaker.nodes(phrase);
    const worst = ['bad', 'unchecked', 'good'].find(status => lines.some(line => line.status === status));
    const verdict = {bad: 'contradicted', unchecked: 'cannot_be_checked', good: 'supported'};
    const box = byId('station-result');
    box.dataset.answer = worst;
    box.replaceChildren(make('p', {class: `lead v-${verdict[worst]}`}, nodes(w(`station.answer_${worst}`, {station}))),
      make('ul', {class: 'lines'}, lines.map(({status, line}) => make('li', {'data-status': status},
        make('strong', {class: `v-${verdict[status]}`}, nodes(w(`station.${status}`))), ' ', nodes(line)))));
    for (const {contest, division, treatment, reason} of rows) {
      const {names} = definition.document.contests.find(item => item.code === contest) ?? {names: {und: contest}};
      const name = names[document.documentElement.lang] ?? Object.values(names)[0];
      const values = {contest: name, division, treatment: w(`treatment.${treatment}`), reason};
      box.append(make('p', {}, nodes(w(reason ? 'station.row_why' : 'station.row', values))));
    }
    if (sheet) box.append(this.figures(sheet, definition));
    box.hidden = false;
    box.focus();
  }

  /** The figures of a sheet as a table. */
  figures(sheet, definition) {
    const contest = definition.document.contests[sheet.values.get(4)];
    if (sheet.kind === TRANSCRIBED) return this.reading(sheet.values.get(9), contest);
    const name = item => isolate(item.names[document.documentElement.lang] ?? Object.values(item.names)[0]);
    const figure = value => (value === null || value === undefined ? '–' : this.speaker.count(value));
    const line = (label, value) => make('tr', {}, make('th', {scope: 'row'}, label), make('td', {}, figure(value)));
    const lines = contest.options.length ? contest.options : contest.candidacies;
    const nodes = key => this.speaker.nodes(w(key));
    return make('table', {}, make('caption', {}, nodes('station.figures')), make('tbody', {},
      line(nodes('figure.registered'), sheet.values.get(7)), line(nodes('figure.admitted'), sheet.values.get(8)),
      line(nodes('figure.ballots'), sheet.values.get(9)),
      lines.map((item, i) => line(name(item), sheet.values.get(10)[i])),
      contest.categories.map((item, i) => line(name(item), sheet.values.get(11)[i]))));
  }
}

if (typeof document !== 'undefined' && document.getElementById('words')) new Page().start();

return {Bad, Bulletins, Cbor, Definition, FolderSource, LaterVersion, Ledger, Pace, Race, Report, STEPS, Signatures, Unreachable,
  Verification, WebSource, checkStation, findBadKeys, fromBase64, fromCanonicalJson, fromCsv, fromHex, fromQrText, fromToml,
  isGoodForm, isGoodKey, readAnchor, readCheckpoint, readEntry, readHeld, readManifest, readNote, readPolicy, readReceipt,
  isEqual, isPage, isPath, parseTilePath, readBundle, readCosignatures, readVkey, rootFromProof, sha256, signedBy, signedBytes,
  toHex, typedTrust, TABLES};
})();
