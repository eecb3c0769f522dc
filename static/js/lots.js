// Lots of chanji-draw/1: SHA-256 of one beginning and hundreds of thousands of endings.
//
// The beginning starts with the seed, whose 64 digits fill the first block of SHA-256 exactly: that
// block is computed once and every lot costs one more, in three arrays that are never made anew. A
// library that makes an object of each hash takes twice as long. tests/journeys/test_verify_page.py
// holds this file against Python's hashlib.

const PRIMES = [2];
for (let n = 3; PRIMES.length < 64; n += 2) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
// FIPS 180-4: the first 32 bits of the fractional parts of square and cube roots of primes.
const fraction = (root) => (root % 1) * 2 ** 32;
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (p) => fraction(Math.sqrt(p)));
const ROUND = Int32Array.from(PRIMES, (p) => fraction(Math.cbrt(p)));

const encoder = new TextEncoder();
const END = Uint8Array.of(0x80); // the bit after the text
const state = new Int32Array(8);
const words = new Int32Array(64); // the block, then what is expanded from it

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
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + (g ^ (e & (f ^ g))) + ROUND[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
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

/** Puts bytes into the block from byte `at` on; gives the byte after the last one. */
function put(bytes, at) {
  for (let i = 0; i < bytes.length; i += 1) {
    if (at === 64) {
      compress();
      words.fill(0, 0, 16);
      at = 0;
    }
    words[at >> 2] |= bytes[i] << (24 - 8 * (at & 3));
    at += 1;
  }
  return at;
}

export class Lots {
  constructor(beginning) {
    const bytes = encoder.encode(beginning);
    state.set(INITIAL);
    words.fill(0, 0, 16);
    this.at = put(bytes, 0);
    this.length = bytes.length;
    this.state = state.slice();
    this.block = words.slice(0, 16);
  }

  /** The lot whose text ends with `ending` (bytes): eight words, and their first 53 bits as a number. */
  of(ending) {
    state.set(this.state);
    words.set(this.block);
    const at = put(END, put(ending, this.at));
    if (at > 56) {
      compress();
      words.fill(0, 0, 16);
    }
    words[15] = (this.length + ending.length) * 8;
    compress();
    return {
      order: (state[0] >>> 0) * 2 ** 21 + (state[1] >>> 11),
      words: [state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]],
    };
  }
}

export function compareLots(a, b) {
  if (a.order !== b.order) return a.order - b.order;
  const at = a.words.findIndex((word, i) => word !== b.words[i]);
  return at < 0 ? 0 : (a.words[at] >>> 0) - (b.words[at] >>> 0);
}

/** In lower-case hex, as everybody writes a SHA-256. */
export const hexOf = (lot) => lot.words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
