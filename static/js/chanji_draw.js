// chanji-draw/2, recomputed in the visitor's own browser.
//
// The same steps in the same order as protocol.py, and the same names for the parts that do not
// hold, so that two people who use different tools can compare what they were told.

import { sha256 } from "../vendor/noble-hashes-2.4.0/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "../vendor/noble-hashes-2.4.0/utils.js";
import {
  LEFT_OUT,
  NAMES,
  PROTOCOL,
  checkAnnouncement,
  checkRecord,
  entropyText,
  eventOf,
} from "./draw_announcement.js";
import { parsePool } from "./draw_pool.js";
import { Roster, checkChanges, unstaffable } from "./draw_teams.js";
import { outcomeRoot } from "./draw_tree.js";
import { canon, compare, hex, object, require, text } from "./draw_words.js";
import { Lots, compareLots } from "./lots.js";

export { compareWithKept } from "./draw_announcement.js";
export { REASONS } from "./draw_teams.js";
export { ProtocolError, parseJson } from "./draw_words.js";

const sha = (value) => bytesToHex(sha256(utf8ToBytes(value)));

// --- §3 Tickets ---------------------------------------------------------------------------------

/** The smallest ticket of one unit. */
export function smallestTicket(lots, { id, weight }) {
  let smallest = { order: lots.order(`${id}|1`), lots, ending: `${id}|1` };
  for (let k = 2; k <= weight; k += 1) {
    const ending = `${id}|${k}`;
    const order = lots.order(ending);
    if (order <= smallest.order) {
      const other = { order, lots, ending };
      if (compareLots(other, smallest) < 0) smallest = other;
    }
  }
  return smallest;
}

const ticketsOf = (seed, category) => new Lots(`${seed}|${category}|`);

/** One category in drawing order; `tick` hears how many tickets each unit had. */
function rank(seed, pool, category, tick) {
  const lots = ticketsOf(seed, category);
  const ranks = [];
  for (const source of pool.sources) {
    if (source.category !== category) continue;
    ranks.push({ tier: source.tier, ticket: smallestTicket(lots, source), id: source.id });
    tick(source.weight);
  }
  return ranks.sort((a, b) => a.tier - b.tier || compareLots(a.ticket, b.ticket) || compare(a.id, b.id));
}

// --- §7 Verification ----------------------------------------------------------------------------

function requireSame(part, recomputed, published) {
  object(part, published);
  for (const key of new Set([...recomputed.keys(), ...Object.keys(published)])) {
    const [ours, theirs] = [recomputed.get(key), Object.hasOwn(published, key) ? published[key] : undefined];
    const same = ours && Array.isArray(theirs) && ours.length === theirs.length && ours.every((id, i) => id === theirs[i]);
    require(part, same, `${NAMES[key] ?? key} 与重算结果不符。`);
  }
}

const UNDRAWN = ["protocol", "announcement", "pool", "nonce"];
const DRAWN = [...UNDRAWN, "draw", "changes", "seed", "selected", "reserves", "teams"];
const TEAM_COST = 4; // forming a team costs about as much as a few tickets
const LEAF_COST = 5; // a leaf and its place in the tree, too

const isCommitted = (nonce, announcement) => bytesToHex(sha256(hexToBytes(nonce))) === announcement.commitment;

/** The announcement stands in the record and in the seed; the two tell which one is odd. */
function checkDigests({ announcement, draw, nonce, seed }) {
  hex("nonce", nonce);
  hex("seed", seed);
  const digest = sha(canon(announcement));
  const recomputed = sha(`${PROTOCOL}|${digest}|${nonce}|${entropyText(draw.entropy)}`);
  const odd = recomputed === seed ? "draw.announcement" : "announcement";
  require(odd, draw.announcement === digest, "公告与抽取记录所载的摘要不符。");
  require("nonce", isCommitted(nonce, announcement), "随机数与公告的承诺不符。");
  require("draw.entropy/seed", recomputed === seed, "种子与公告、随机数和随机源取值不符。");
}

function checkPool({ announcement, pool: poolText, nonce }) {
  require("pool", sha(text("pool", poolText)) === announcement.pool_digest, "抽取池与公告的摘要不符。");
  const pool = parsePool(poolText);
  const [short] = unstaffable(pool);
  require("pool", short === undefined, `${short} 可能配不齐检查组，不应冻结。`);
  require("nonce", isCommitted(hex("nonce", nonce), announcement), "随机数与公告的承诺不符。");
  const facts = {
    plan: pool.plan,
    quotas: Object.fromEntries(pool.quotas),
    register: pool.register,
    left_out: pool.reasons,
  };
  for (const [key, found] of Object.entries(facts)) {
    require(`announcement.${key}`, canon(announcement[key]) === canon(found), "与抽取池不符。");
  }
  return pool;
}

/** Hears of amounts of work and tells `progress(done, all)` at each hundredth. */
function counter(whole, progress) {
  let done = 0;
  return (amount) => {
    const before = done;
    done += amount;
    if (Math.floor((done * 100) / whole) > Math.floor((before * 100) / whole)) progress(done, whole);
  };
}

function recompute(bundle, pool, drawnAt, tell, progress) {
  const { draw, nonce, seed } = bundle;
  const tickets = pool.sources.reduce((sum, source) => sum + source.weight, 0);
  const quotaSum = [...pool.quotas.values()].reduce((sum, quota) => sum + quota, 0);
  const tick = counter(tickets + TEAM_COST * quotaSum + LEAF_COST * pool.sources.length, progress);
  const order = new Map([...pool.quotas.keys()].map((category) => [category, rank(seed, pool, category, tick)]));
  const ids = (from, to) =>
    new Map([...order].map(([category, ranks]) => [category, ranks.slice(from(category), to(category)).map(({ id }) => id)]));
  const selected = ids(() => 0, (category) => pool.quotas.get(category));
  const reserves = ids((category) => pool.quotas.get(category), () => undefined);
  const roster = new Roster(pool, seed, reserves);
  const winners = [...order].flatMap(([category, ranks]) => ranks.slice(0, pool.quotas.get(category)));
  winners.sort((a, b) => compareLots(a.ticket, b.ticket) || compare(a.id, b.id));
  for (const { id } of winners) {
    roster.form(id);
    tick(TEAM_COST);
  }
  requireSame("selected", selected, bundle.selected);
  const counts = [...selected].map(([category, found]) => `${NAMES[category]} ${found.length} 家`);
  tell("selected", `重算了 ${tickets} 张签，抽中单位一致：${counts.join("、")}。`);
  requireSame("reserves", reserves, bundle.reserves);
  tell("reserves", `${pool.sources.length - quotaSum} 家备选的先后顺序一致。`);
  const units = pool.sources.length;
  require("draw.outcomes", draw.outcomes === units, `抽取池有 ${units} 家单位。`);
  const root = outcomeRoot(pool, order, roster.members(), nonce, () => tick(LEAF_COST));
  require("draw.outcome_root", draw.outcome_root === root, "与重算的结果树根不符。");
  tell("draw.outcome_root", `${units} 家单位的结果树根 ${root}，与抽取当时公布的一致。`);
  checkChanges(bundle.changes, drawnAt);
  bundle.changes.forEach((change, n) => roster.change(change, n));
  tell("changes", `${bundle.changes.length} 项替换与回避均符合规则。`);
  const teams = roster.members();
  requireSame("changes/teams", teams, bundle.teams);
  tell("teams", `${teams.size} 个检查组的人员一致。`);
  return { order, teams };
}

/** What only its source can confirm: one line for each value. */
function lookupsOf({ announcement, draw }) {
  return draw.entropy.map(({ kind, id, value }, n) => ({ ...eventOf(kind, id), value, at: announcement.entropy[n].at }));
}

/**
 * Recompute everything. `tell(part, message)` hears each step that holds, `progress(done, all)` how
 * far it is; a ProtocolError names the part that differs. Returns what only its source can confirm
 * (`lookups`) and what a look-up needs. That the draw follows from its inputs says nothing of when
 * these were fixed: see compareWithKept.
 */
export function verify(bundle, tell, progress) {
  const undrawn = Object.keys(object("bundle", bundle)).sort().join() === [...UNDRAWN].sort().join();
  object("bundle", bundle, undrawn ? UNDRAWN : DRAWN);
  require("protocol", bundle.protocol === PROTOCOL, `应为 ${PROTOCOL}。`);
  const announced = checkAnnouncement(bundle.announcement);
  const drawnAt = undrawn ? 0 : checkRecord(bundle.draw, announced);
  if (!undrawn) checkDigests(bundle);
  const pool = checkPool(bundle);
  const { draw, nonce, seed } = bundle;
  tell("announcement", `公告的各项数目、时刻和随机源符合协议，计划 ${pool.plan}。`);
  tell("pool", `抽取池共 ${pool.sources.length} 家单位、${pool.inspectors.length} 名检查人员，未入池 ${pool.leftOut.length} 家，摘要与公告一致。`);
  tell("nonce", `随机数 ${nonce}，与公告的承诺一致。`);
  let found = { order: new Map(), teams: new Map() };
  if (!undrawn) {
    tell("draw", `抽取记录与公告相符，抽取于 ${draw.drawn_at}，见证单位：${draw.witnesses.join("、")}。`);
    tell("seed", `种子 ${seed}，由公告、随机数和随机源取值算出，一致。`);
    found = recompute(bundle, pool, drawnAt, tell, progress);
  }
  return { bundle, pool, ...found, undrawn, lookups: undrawn ? [] : lookupsOf(bundle) };
}

/** What became of one unit: its tickets, its rank, selected or not, or why it was left out; null if it is not there. */
export function lookUp({ bundle, pool, order, teams, undrawn }, id) {
  const out = pool.leftOut.find((row) => row.id === id);
  if (out) return { ...out, categoryName: NAMES[out.category], leftOut: LEFT_OUT[out.reason] };
  const source = pool.sources.find((row) => row.id === id);
  if (!source) return null;
  const known = { ...source, categoryName: NAMES[source.category], undrawn };
  if (undrawn) return known;
  const ranks = order.get(source.category);
  const position = ranks.findIndex((row) => row.id === id) + 1;
  const lots = ticketsOf(bundle.seed, source.category);
  const quota = pool.quotas.get(source.category);
  return {
    ...known,
    tickets: Array.from({ length: source.weight }, (_, k) => lots.hex(`${id}|${k + 1}`)),
    smallest: lots.hex(ranks[position - 1].ticket.ending),
    position,
    units: ranks.length,
    quota,
    selected: position <= quota,
    team: teams.get(id) ?? [],
    changes: bundle.changes.filter((change) => change.source === id || change.by === id),
  };
}
