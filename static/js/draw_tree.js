// The outcome tree of chanji-draw/2 (§5): one salted leaf for each unit, RFC 6962 above them.

import { bytesToHex, hexToBytes } from "../vendor/noble-hashes-2.4.0/utils.js";
import { Lots } from "./lots.js";

const HASH = 32;
const DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
const encoder = new TextEncoder();

/** HMAC-SHA256 of one beginning and many endings: the key's two blocks are hashed once. */
function keyed(key, beginning) {
  const block = (pad) => Uint8Array.from({ length: 64 }, (_, i) => (key[i] ?? 0) ^ pad);
  const inner = new Lots(Uint8Array.of(...block(0x36), ...encoder.encode(beginning)));
  const outer = new Lots(block(0x5c));
  const between = new Uint8Array(HASH);
  return (ending, target) => {
    inner.into(ending, between, 0);
    outer.into(between, target, 0);
  };
}

/** The hash of a leaf: {"id":…,"outcome":…,"position":…,"salt":…,"team":[…]} as canon() writes it. */
class Leaves {
  constructor(nonce) {
    this.hash = new Lots(Uint8Array.of(0));
    this.salt = keyed(hexToBytes(nonce), "chanji-draw/2|outcome|");
    this.salted = new Uint8Array(HASH);
    this.digits = new Uint8Array(2 * HASH);
  }

  into(id, selected, position, team, target, at) {
    this.salt(id, this.salted);
    for (let i = 0; i < HASH; i += 1) {
      this.digits[2 * i] = DIGITS[this.salted[i] >> 4];
      this.digits[2 * i + 1] = DIGITS[this.salted[i] & 15];
    }
    const members = team ? `"${team.join('","')}"` : "";
    this.hash.begin();
    this.hash.add(`{"id":"${id}","outcome":"${selected ? "selected" : "reserve"}","position":${position},"salt":"`);
    this.hash.add(this.digits);
    this.hash.add(`","team":[${members}]}`);
    this.hash.end(target, at);
  }
}

/** Level by level; each is written over the beginning of the one below. */
function rootOf(hashes, size) {
  const node = new Lots(Uint8Array.of(1));
  for (let level = size; level > 1; level = (level + 1) >> 1) {
    for (let n = 0; 2 * n < level; n += 1) {
      const left = 2 * HASH * n;
      if (2 * n + 1 < level) node.into(hashes.subarray(left, left + 2 * HASH), hashes, HASH * n);
      else hashes.copyWithin(HASH * n, left, left + HASH); // without a partner it rises as it is
    }
  }
  return bytesToHex(hashes.subarray(0, HASH));
}

/** `order`: the ranks of each category; `teams`: of the selected, as drawn. */
export function outcomeRoot(pool, order, teams, nonce, tick) {
  if (pool.sources.length === 0) return new Lots("").hex("");
  const places = new Map();
  for (const ranks of order.values()) ranks.forEach(({ id }, n) => places.set(id, n + 1));
  const leaves = new Leaves(nonce);
  const hashes = new Uint8Array(HASH * pool.sources.length);
  pool.sources.forEach(({ id, category }, n) => {
    const position = places.get(id);
    leaves.into(id, position <= pool.quotas.get(category), position, teams.get(id), hashes, HASH * n);
    tick();
  });
  return rootOf(hashes, pool.sources.length);
}
