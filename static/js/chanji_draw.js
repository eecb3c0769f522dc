// chanji-draw/1, read and recomputed in the visitor's own browser.
//
// The same steps in the same order as protocol_v1.py, and the same names for the parts that do
// not hold, so that two people who use different tools can compare what they were told.

import { sha256 } from "../vendor/noble-hashes-2.4.0/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "../vendor/noble-hashes-2.4.0/utils.js";
import { Lots, compareLots, hexOf } from "./lots.js";

export const PROTOCOL = "chanji-draw/1";
const CATEGORIES = ["general", "key", "special"];
const ROLES = ["officer", "staff", "expert"];
const NAMES = { key: "重点", special: "特殊", general: "一般" };

export class ProtocolError extends Error {
  constructor(part, message) {
    super(message);
    this.part = part;
  }
}

function require(part, holds, message) {
  if (!holds) throw new ProtocolError(part, message);
}

const sha = (text) => bytesToHex(sha256(utf8ToBytes(text)));

// Strings compare by UTF-16 unit in JavaScript, by code point (like UTF-8 bytes) in the protocol.
function compare(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      const lift = (unit) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);
      return lift(x) - lift(y);
    }
  }
  return a.length - b.length;
}

// --- Reading ------------------------------------------------------------------------------------

/** JSON without repeated keys: a key given twice would show two readers two different bundles. */
export function parseJson(part, text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError(part, "不是完整的 JSON 文件，请重新下载或换一个文件。");
  }
  const open = [];
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (c === "{") open.push(new Set());
    else if (c === "[") open.push(null);
    else if (c === "}" || c === "]") open.pop();
    else if (c === '"') {
      const start = i;
      for (i += 1; text[i] !== '"'; i += 1) if (text[i] === "\\") i += 1;
      let after = i + 1;
      while (" \t\r\n".includes(text[after] || "x")) after += 1;
      if (text[after] === ":") {
        const key = JSON.parse(text.slice(start, i + 1));
        require(part, !open.at(-1).has(key), `JSON 对象中有重复的字段：${key}`);
        open.at(-1).add(key);
      }
    }
  }
  return value;
}

function object(part, value, keys) {
  require(part, value !== null && typeof value === "object" && !Array.isArray(value), "应为 JSON 对象。");
  Object.keys(value).forEach((key) => text(part, key));
  if (keys) {
    const odd = [
      ...keys.filter((key) => !Object.hasOwn(value, key)),
      ...Object.keys(value).filter((key) => !keys.includes(key)),
    ].sort(compare);
    require(part, odd.length === 0, `字段缺少或多余：${odd.join("、")}。`);
  }
  return value;
}

function list(part, value) {
  require(part, Array.isArray(value), "应为 JSON 数组。");
  return value;
}

function text(part, value) {
  require(part, typeof value === "string", "应为文本。");
  require(part, !/\p{Cs}/u.test(value), "含有不成对的代理字符。");
  return value;
}

const TEXTS = ["protocol", "plan", "pool", "pool_digest", "commitment", "nonce", "seed"];
const LISTS = ["selected", "reserves", "teams"];
const CHANGE_KEYS = { replace: ["kind", "source", "by"], recuse: ["kind", "source", "inspector"] };

function checkShape(bundle) {
  object("bundle", bundle, [...TEXTS, ...LISTS, "entropy", "changes"]);
  TEXTS.forEach((part) => text(part, bundle[part]));
  const entropy = object("entropy", bundle.entropy, ["source", "value", "normalised"]);
  Object.keys(entropy).forEach((key) => text(`entropy.${key}`, entropy[key]));
  require("entropy.source", stripped(entropy.source) !== "", "公开随机源名称为空。");
  for (const part of LISTS) {
    for (const ids of Object.values(object(part, bundle[part]))) {
      list(part, ids).forEach((id) => text(part, id));
    }
  }
  for (const change of list("changes", bundle.changes)) {
    const kind = object("changes", change).kind;
    require("changes", typeof kind === "string" && Object.hasOwn(CHANGE_KEYS, kind), "变更类型应为 replace 或 recuse。");
    Object.values(object("changes", change, CHANGE_KEYS[kind])).forEach((v) => text("changes", v));
  }
}

// --- The pool file ------------------------------------------------------------------------------

const NUMBER = /^(0|[1-9][0-9]{0,8})$/;

function number(value, least = 0) {
  if (!NUMBER.test(value) || Number(value) < least) throw new Error(`数字应为不小于${least}的规范整数：${value}`);
  return Number(value);
}

function word(words, value) {
  if (!words.includes(value)) throw new Error(`用词不在协议之内：${value}`);
  return value;
}

function sourceId(value) {
  if (value === "*") throw new Error("单位编号不能为“*”");
  return value;
}

function skillsOf(value) {
  const skills = value === "-" ? [] : value.split(",");
  if (new Set(skills).size < skills.length || skills.includes("") || skills.includes("-")) {
    throw new Error(`专业重复或为空：${value}`);
  }
  return skills;
}

function oneSkill(value) {
  if (value.includes(",")) throw new Error(`每行只写一个专业：${value}`);
  return value;
}

// Each reader gives what must be unique among the lines of its kind, and the row.
const LINES = {
  S: [4, ([category, tier, id, weight]) => [id, { category: word(CATEGORIES, category), tier: number(tier), id: sourceId(id), weight: number(weight, 1) }]],
  Q: [2, ([category, quota]) => [category, { category: word(CATEGORIES, category), quota: number(quota) }]],
  I: [3, ([id, role, skills]) => [id, { id, role: word(ROLES, role), skills: skillsOf(skills) }]],
  R: [4, ([source, role, skill, count]) => [[source, role, skill].join("\t"), { source, role: word(ROLES, role), skill: oneSkill(skill), count: number(count, 1) }]],
  C: [2, ([source, inspector]) => [`${sourceId(source)}\t${inspector}`, { source, inspector }]],
};

export function parsePool(poolText) {
  // What cannot be seen would let two files look the same; the space is the only blank allowed.
  const hidden = /(?![\t\n ])[\p{C}\p{Z}]/u.exec(poolText);
  require("pool", !hidden, hidden && `第${poolText.slice(0, hidden.index).split("\n").length}行含有不可见字符。`);
  require("pool", poolText.endsWith("\n"), "末尾缺少换行符。");
  const [header, ...lines] = poolText.slice(0, -1).split("\n");
  const match = /^chanji-draw\/1\t([0-9]{4}Q[1-4](?:-[A-Z][1-9][0-9]?)?)$/.exec(header);
  require("pool", match, `第1行应为“${PROTOCOL}<制表符>计划季度”。`);
  const rows = { S: [], Q: [], I: [], R: [], C: [] };
  const seen = { S: new Set(), Q: new Set(), I: new Set(), R: new Set(), C: new Set() };
  lines.forEach((line, index) => {
    const where = `第${index + 2}行`;
    require("pool", index === 0 || compare(lines[index - 1], line) < 0, `${where}重复或未按字节顺序排列。`);
    const [kind, ...fields] = line.split("\t");
    require("pool", Object.hasOwn(LINES, kind), `${where}类型不明：${kind}。`);
    const [width, read] = LINES[kind];
    require("pool", fields.length === width && !fields.includes(""), `${where}应有${width + 1}个非空字段。`);
    let identity, row;
    try {
      [identity, row] = read(fields);
    } catch (error) {
      throw new ProtocolError("pool", `${where}${error.message}。`);
    }
    require("pool", !seen[kind].has(identity), `${where}与前面的行重复登记。`);
    seen[kind].add(identity);
    rows[kind].push(row);
  });
  const pool = {
    plan: match[1],
    sources: rows.S,
    quotas: new Map(rows.Q.map((row) => [row.category, row.quota])),
    inspectors: rows.I,
    needs: rows.R,
    conflicts: rows.C,
  };
  for (const category of CATEGORIES) {
    const units = pool.sources.filter((source) => source.category === category).length;
    const quota = pool.quotas.get(category) ?? 0;
    require("pool", units === 0 || pool.quotas.has(category), `类别${NAMES[category]}有单位而没有抽取数（Q 行）。`);
    require("pool", quota <= units, `类别${NAMES[category]}的抽取数 ${quota} 多于池内 ${units} 家。`);
  }
  return pool;
}

// --- Entropy and tickets ------------------------------------------------------------------------

// What Python's str.split() takes for white space; \s differs in five characters.
const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
const stripped = (value) => value.replace(BLANK, "");
const normalise = (value) => stripped(value.normalize("NFKC"));

const encoder = new TextEncoder();

/** The lot of ticket k of one unit in this category. */
export function ticketOf(seed, category) {
  const lots = new Lots(`${seed}|${category}|`);
  return (id, k) => lots.of(encoder.encode(`${id}|${k}`));
}

/** Every ticket of one unit, in lower-case hex. */
export function ticketsOf(seed, source) {
  const ticket = ticketOf(seed, source.category);
  return Array.from({ length: source.weight }, (_, k) => hexOf(ticket(source.id, k + 1)));
}

/** One category in drawing order; `tick` hears how many tickets each unit had. */
function rank(seed, pool, category, tick) {
  const ticket = ticketOf(seed, category);
  const ranks = [];
  for (const source of pool.sources) {
    if (source.category !== category) continue;
    let smallest = ticket(source.id, 1);
    for (let k = 2; k <= source.weight; k += 1) {
      const other = ticket(source.id, k);
      if (compareLots(other, smallest) < 0) smallest = other;
    }
    tick(source.weight);
    ranks.push({ tier: source.tier, ticket: smallest, id: source.id });
  }
  return ranks.sort((a, b) => a.tier - b.tier || compareLots(a.ticket, b.ticket) || compare(a.id, b.id));
}

// --- Teams --------------------------------------------------------------------------------------

/** The smallest load above this one. */
function lightest(people, above) {
  let least = Infinity;
  for (const { load } of people) if (load > above && load < least) least = load;
  return least;
}

/** The `count` smallest lots in order: put in place one by one, as a sort of all costs more. */
function smallest(people, count) {
  const found = [];
  for (const person of people) {
    let at = found.length;
    while (at > 0 && compareLots(person.lot, found[at - 1].lot) < 0) at -= 1;
    if (at >= count) continue;
    found.splice(at, 0, person);
    if (found.length > count) found.pop();
  }
  return found;
}

class Roster {
  constructor(pool, seed, reserves) {
    this.seed = seed;
    this.teams = new Map();
    const people = pool.inspectors.map((row) => ({ ...row, load: 0, bytes: encoder.encode(row.id) }));
    this.people = new Map(people.map((person) => [person.id, person]));
    this.category = new Map(pool.sources.map((source) => [source.id, source.category]));
    this.waiting = new Map([...reserves].map(([category, ids]) => [category, [...ids]]));
    this.replaced = new Set();
    this.out = new Map();
    this.able = new Map();
    this.needs = new Map([["*", []]]);
    for (const { source, inspector } of pool.conflicts) this.bar(source, inspector);
    for (const person of people) {
      for (const skill of ["-", ...person.skills]) {
        const key = `${person.role}\t${skill}`;
        if (!this.able.has(key)) this.able.set(key, []);
        this.able.get(key).push(person);
      }
    }
    for (const need of pool.needs) this.needs.set(need.source, [...(this.needs.get(need.source) ?? []), need]);
  }

  bar(source, inspector) {
    this.out.set(source, (this.out.get(source) ?? new Set()).add(inspector));
  }

  /** Of those able and free, who carry least; equals in the order of their lots. */
  join(part, source, { role, skill }, count, team) {
    const out = this.out.get(source);
    const free = (this.able.get(`${role}\t${skill}`) ?? []).filter(
      (person) => !out?.has(person.id) && !team.some((seat) => seat.id === person.id),
    );
    require(part, free.length >= count, `${source} 需要${count}名 ${role}（${skill}），人员不足。`);
    const lots = new Lots(`${this.seed}|inspector|${source}|`);
    const joined = [];
    // Load by load from the lightest, so that only those who may still be needed draw a lot.
    for (let load = lightest(free, -1); joined.length < count; load = lightest(free, load)) {
      const equals = free.filter((person) => person.load === load);
      equals.forEach((person) => (person.lot = lots.of(person.bytes)));
      joined.push(...smallest(equals, count - joined.length));
    }
    return joined.map((person) => ({ id: person.id, role, skill }));
  }

  form(source) {
    const needs = [...(this.needs.get(source) ?? []), ...this.needs.get("*")];
    needs.sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || compare(a.skill, b.skill));
    const team = [];
    for (const need of needs) team.push(...this.join("teams", source, need, need.count, team));
    for (const { id } of team) this.people.get(id).load += 1;
    this.teams.set(source, team);
  }

  change(change, position) {
    const { source, inspector } = change;
    require("changes", this.teams.has(source) && !this.replaced.has(source), `${source} 未被抽中或已被替换。`);
    if (change.kind === "replace") {
      const by = this.waiting.get(this.category.get(source)).shift();
      require("changes", by !== undefined, `${source} 所属类别的备选单位已用完。`);
      require("changes", by === change.by, `第${position}项应由 ${by} 替换，而不是 ${change.by}。`);
      this.replaced.add(source);
      this.form(by);
      return;
    }
    const team = this.teams.get(source);
    const seat = team.findIndex(({ id }) => id === inspector);
    require("changes", seat >= 0, `${inspector} 不在 ${source} 的检查组内。`);
    this.bar(source, inspector);
    const [newcomer] = this.join("changes", source, team[seat], 1, team);
    this.teams.set(source, [...team.slice(0, seat), newcomer, ...team.slice(seat + 1)]);
    this.people.get(inspector).load -= 1;
    this.people.get(newcomer.id).load += 1;
  }
}

// --- Verification -------------------------------------------------------------------------------

function requireSame(part, recomputed, published) {
  for (const key of new Set([...recomputed.keys(), ...Object.keys(published)])) {
    const [ours, theirs] = [recomputed.get(key), Object.hasOwn(published, key) ? published[key] : undefined];
    const same = ours && theirs && ours.length === theirs.length && ours.every((id, i) => id === theirs[i]);
    require(part, same, `${NAMES[key] ?? key} 与重算结果不符。`);
  }
}

const canonical = (value) =>
  JSON.stringify(value, (_key, item) =>
    item && typeof item === "object" && !Array.isArray(item)
      ? Object.fromEntries(Object.keys(item).sort().map((key) => [key, item[key]]))
      : item,
  );

function compareWithAnnouncement(bundle, pool, announcement) {
  const facts = {
    plan: ["plan", bundle.plan],
    quotas: ["quotas", Object.fromEntries(pool.quotas)],
    pool_digest: ["pool_digest", bundle.pool_digest],
    commitment: ["commitment", bundle.commitment],
    entropy_source: ["entropy.source", bundle.entropy.source],
  };
  const missing = Object.keys(facts).filter((key) => !Object.hasOwn(object("announcement", announcement), key));
  require("announcement", missing.length === 0, `缺少字段：${missing.join("、")}。`);
  for (const [key, [part, value]] of Object.entries(facts)) {
    require(part, canonical(announcement[key]) === canonical(value), "与事前公告不符。");
  }
}

/**
 * Recompute everything. `tell(part, message)` hears each step that holds, `progress(done, all)`
 * how far it is; a ProtocolError names the part that differs. Returns what a look-up needs.
 */
export function verify(bundle, announcement, tell, progress) {
  checkShape(bundle);
  const { plan, nonce, entropy, seed } = bundle;
  require("protocol", bundle.protocol === PROTOCOL, `应为 ${PROTOCOL}。`);
  tell("protocol", `协议 ${PROTOCOL}，计划 ${plan}。`);

  // Each pair of value and digest must fit; the seed, made from both, tells which one is odd.
  const digest = sha(bundle.pool);
  const recomputed = sha(`${PROTOCOL}|${plan}|${digest}|${nonce}|${entropy.normalised}`);
  const fits = recomputed === seed;
  require(fits ? "pool_digest" : "pool", digest === bundle.pool_digest, `抽取池与其摘要不符：重算为 ${digest}。`);
  const pool = parsePool(bundle.pool);
  require("plan", pool.plan === plan, `抽取池属于 ${pool.plan}。`);
  tell("pool", `抽取池共 ${pool.sources.length} 家单位、${pool.inspectors.length} 名检查人员，SHA-256 摘要 ${digest}，一致。`);
  require("nonce", /^[0-9a-f]{64}$/.test(nonce), "应为64位小写十六进制数。");
  const committed = bytesToHex(sha256(hexToBytes(nonce)));
  require(fits ? "commitment" : "nonce", committed === bundle.commitment, `随机数与事前承诺不符：重算为 ${committed}。`);
  tell("commitment", `随机数 ${nonce} 的摘要 ${committed}，与事前承诺一致。`);
  const normalised = normalise(entropy.value);
  require("entropy.value", normalised !== "", "公开随机源取值为空。");
  require(fits ? "entropy.value" : "entropy.normalised", normalised === entropy.normalised, "公开随机源取值与其规范写法不符。");
  tell("entropy", `公开随机源：${entropy.source}，取值 ${normalised}。请与该随机源的官方公布核对。`);
  require("seed", fits, `重算应为 ${recomputed}。`);
  tell("seed", `种子 ${seed}，由计划、抽取池摘要、随机数和公开随机源算出，一致。`);

  const tickets = pool.sources.reduce((sum, source) => sum + source.weight, 0);
  const quotaSum = [...pool.quotas.values()].reduce((sum, quota) => sum + quota, 0);
  const whole = tickets + 4 * quotaSum; // forming a team costs about as much as a few tickets
  let done = 0;
  const tick = (amount) => {
    const before = done;
    done += amount;
    if (Math.floor((done * 100) / whole) > Math.floor((before * 100) / whole)) progress(done, whole);
  };
  const order = new Map([...pool.quotas.keys()].map((category) => [category, rank(seed, pool, category, tick)]));
  const ids = (from, to) =>
    new Map([...order].map(([category, ranks]) => [category, ranks.slice(from(category), to(category)).map(({ id }) => id)]));
  const selected = ids(() => 0, (category) => pool.quotas.get(category));
  requireSame("selected", selected, bundle.selected);
  const counts = [...selected].map(([category, found]) => `${NAMES[category]} ${found.length} 家`);
  tell("selected", `重算了 ${tickets} 张签，抽中单位一致：${counts.join("、")}。`);
  const reserves = ids((category) => pool.quotas.get(category), () => undefined);
  requireSame("reserves", reserves, bundle.reserves);
  tell("reserves", `${pool.sources.length - quotaSum} 家备选的先后顺序一致。`);

  const roster = new Roster(pool, seed, reserves);
  const winners = [...order].flatMap(([category, ranks]) => ranks.slice(0, pool.quotas.get(category)));
  winners.sort((a, b) => compareLots(a.ticket, b.ticket));
  for (const { id } of winners) {
    roster.form(id);
    tick(4);
  }
  bundle.changes.forEach((change, index) => roster.change(change, index + 1));
  tell("changes", `${bundle.changes.length} 项替换与回避均符合规则。`);
  const teams = new Map([...roster.teams].map(([source, team]) => [source, team.map(({ id }) => id)]));
  requireSame("changes/teams", teams, bundle.teams);
  tell("teams", `${teams.size} 个检查组的人员一致。`);
  if (announcement !== undefined) {
    compareWithAnnouncement(bundle, pool, announcement);
    tell("announcement", "与抽取前发布的公告一致。");
  }
  return { bundle, pool, order, teams };
}

/** What became of one unit: its tickets, its rank, selected or not; null if it is not in the pool. */
export function lookUp({ bundle, pool, order, teams }, id) {
  const source = pool.sources.find((row) => row.id === id);
  if (!source) return null;
  const ranks = order.get(source.category);
  const position = ranks.findIndex((row) => row.id === id) + 1;
  const quota = pool.quotas.get(source.category);
  return {
    ...source,
    categoryName: NAMES[source.category],
    tickets: ticketsOf(bundle.seed, source),
    smallest: hexOf(ranks[position - 1].ticket),
    position,
    units: ranks.length,
    quota,
    selected: position <= quota,
    team: teams.get(id) ?? [],
    changes: bundle.changes.filter((change) => change.source === id || change.by === id),
  };
}
