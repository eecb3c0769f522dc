// Lots of chanji-draw/2: SHA-256 of one beginning and hundreds of thousands of endings.
//
// The beginning starts with the seed, whose 64 digits fill the first block of SHA-256 exactly: that
// block is computed once and every lot costs one more, in three arrays that are never made anew.
// Lots are compared as numbers, and as text only where these are equal: a library that makes an
// object of each hash takes several times as long. tests/journeys/test_verify_page.py holds this file
// against Python's hashlib.

const PRIMES = [2];
for (let n = 3; PRIMES.length < 64; n += 2) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
// FIPS 180-4: the first 32 bits of the fractional parts of square and cube roots of primes.
const fraction = (root) => (root % 1) * 2 ** 32;
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (p) => fraction(Math.sqrt(p)));
const ROUND = Int32Array.from(PRIMES, (p) => fraction(Math.cbrt(p)));

const encoder = new TextEncoder();
const state = new Int32Array(8);
const words = new Int32Array(64); // the block, then what is expanded from it
const END = Uint8Array.of(0x80); // the bit after the text
let at = 0; // bytes in the block
let length = 0; // bytes in all

function compress() {
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  // Four rounds at a time: the eight names change their places instead of their values.
  for (let i = 0; i < 64; i += 4) {
    h = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + (g ^ (e & (f ^ g))) + ROUND[i] + words[i]) | 0;
    d = (d + h) | 0;
    h = (h + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) | (c & (a | b)))) | 0;
    g = (g + (((d >>> 6) | (d << 26)) ^ ((d >>> 11) | (d << 21)) ^ ((d >>> 25) | (d << 7))) + (f ^ (d & (e ^ f))) + ROUND[i + 1] + words[i + 1]) | 0;
    c = (c + g) | 0;
    g = (g + (((h >>> 2) | (h << 30)) ^ ((h >>> 13) | (h << 19)) ^ ((h >>> 22) | (h << 10))) + ((h & a) | (b & (h | a)))) | 0;
    f = (f + (((c >>> 6) | (c << 26)) ^ ((c >>> 11) | (c << 21)) ^ ((c >>> 25) | (c << 7))) + (e ^ (c & (d ^ e))) + ROUND[i + 2] + words[i + 2]) | 0;
    b = (b + f) | 0;
    f = (f + (((g >>> 2) | (g << 30)) ^ ((g >>> 13) | (g << 19)) ^ ((g >>> 22) | (g << 10))) + ((g & h) | (a & (g | h)))) | 0;
    e = (e + (((b >>> 6) | (b << 26)) ^ ((b >>> 11) | (b << 21)) ^ ((b >>> 25) | (b << 7))) + (d ^ (b & (c ^ d))) + ROUND[i + 3] + words[i + 3]) | 0;
    a = (a + e) | 0;
    e = (e + (((f >>> 2) | (f << 30)) ^ ((f >>> 13) | (f << 19)) ^ ((f >>> 22) | (f << 10))) + ((f & g) | (h & (f | g)))) | 0;
    // Where they stand now: a, b, c, d hold the old e, f, g, h and the other way round.
    let other = a;
    a = e;
    e = other;
    other = b;
    b = f;
    f = other;
    other = c;
    c = g;
    g = other;
    other = d;
    d = h;
    h = other;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function nextBlock() {
  compress();
  words.fill(0, 0, 16);
  at = 0;
}

/** Puts bytes into the block. */
function put(bytes) {
  for (let i = 0; i < bytes.length; i += 1) {
    if (at === 64) nextBlock();
    words[at >> 2] |= bytes[i] << (24 - 8 * (at & 3));
    at += 1;
  }
  length += bytes.length;
}

/** The same of a text: every character of a lot is ASCII, which the pool's grammar sees to. */
function putText(text) {
  for (let i = 0; i < text.length; i += 1) {
    if (at === 64) nextBlock();
    words[at >> 2] |= text.charCodeAt(i) << (24 - 8 * (at & 3));
    at += 1;
  }
  length += text.length;
}

export class Lots {
  /** `beginning`: text, or bytes. */
  constructor(beginning) {
    const bytes = typeof beginning === "string" ? encoder.encode(beginning) : beginning;
    state.set(INITIAL);
    words.fill(0, 0, 16);
    at = 0;
    length = 0;
    put(bytes);
    this.at = at;
    this.length = length;
    this.state = state.slice();
    this.block = words.slice(0, 16);
  }

  /** Starts at the end of the beginning; then `add` what follows, part by part, and `close`. */
  begin() {
    for (let i = 0; i < 8; i += 1) state[i] = this.state[i];
    for (let i = 0; i < 16; i += 1) words[i] = this.block[i];
    at = this.at;
    length = this.length;
  }

  /** ASCII text, or bytes. */
  add(ending) {
    if (typeof ending === "string") putText(ending);
    else put(ending);
  }

  /** Leaves the hash in `state`. */
  close() {
    const bits = length * 8;
    put(END);
    if (at > 56) nextBlock();
    words[15] = bits;
    compress();
  }

  /** The first 53 bits of the lot with this ending, as a number. */
  order(ending) {
    this.begin();
    this.add(ending);
    this.close();
    return (state[0] >>> 0) * 2 ** 21 + (state[1] >>> 11);
  }

  /** In lower-case hex, as everybody writes a SHA-256. */
  hex(ending) {
    this.begin();
    this.add(ending);
    this.close();
    return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  /** As bytes, written into `target` from byte `start` on. */
  into(ending, target, start) {
    this.begin();
    this.add(ending);
    this.end(target, start);
  }

  /** The same of all that was added. */
  end(target, start) {
    this.close();
    for (let i = 0; i < 8; i += 1) {
      const word = state[i];
      target[start + 4 * i] = word >>> 24;
      target[start + 4 * i + 1] = word >>> 16;
      target[start + 4 * i + 2] = word >>> 8;
      target[start + 4 * i + 3] = word;
    }
  }
}

/**
 * Smaller lots first. `a` and `b` tell their number (`order`) and how to make the lot again
 * (`lots`, `ending`): hardly ever are two equal as numbers.
 */
export function compareLots(a, b) {
  if (a.order !== b.order) return a.order - b.order;
  const [x, y] = [a.lots.hex(a.ending), b.lots.hex(b.ending)];
  return x < y ? -1 : x > y ? 1 : 0;
}
