// What chanji-draw/2 announces before a draw, and what it records at the draw (§2 and §5).

import { ProtocolError, canon, day, hex, list, moment, name, object, require, text, whole, writeMoment } from "./draw_words.js";

export const PROTOCOL = "chanji-draw/2";
export const CATEGORIES = ["general", "key", "special"];
export const NAMES = { key: "重点", special: "特殊", general: "一般" };
export const LEFT_OUT = {
  cap: "已达年度检查频次上限",
  positive_list: "列入正面清单",
  exempted: "依规免予抽查",
  other_batch: "由同期其他批次抽取",
  not_sampled: "不属于本次抽查范围",
};
export const PLAN = "[0-9]{4}Q[1-4](?:-[A-Z][1-9][0-9]?)?";
const WHOLE_PLAN = new RegExp(`^${PLAN}$`);
const DAY_SECONDS = 86_400;
const MISSED_ISSUES = 15; // holidays: so many fewer issues than draw days may a year have had
const DRAND_GENESIS = 1692803367;
const DRAND_CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";

// `weekdays` count from Sunday, which is 0; `sides`: how many numbers, the largest.
const LOTTERIES = {
  ssq: {
    name: "中国福利彩票双色球",
    year: (four) => four,
    weekdays: [2, 4, 0],
    from: "21:00:00",
    sides: [[6, 33], [1, 16]],
    when: "周二、周四、周日21:00",
    address: "https://www.cwl.gov.cn/",
  },
  dlt: {
    name: "中国体育彩票大乐透",
    year: (four) => four.slice(2),
    weekdays: [1, 3, 6],
    from: "20:30:00",
    sides: [[5, 35], [2, 12]],
    when: "周一、周三、周六20:30",
    address: "https://www.lottery.gov.cn/",
  },
};
const KINDS = ["ssq", "dlt", "dice", "drand"];

/** What people call the event, and where its value can be looked up (dice: nowhere). */
export function eventOf(kind, id) {
  const lottery = LOTTERIES[kind];
  if (lottery) return { name: `${lottery.name}第${id}期`, address: lottery.address };
  if (kind === "dice") return { name: `现场掷骰（${id}）`, address: "" };
  return { name: `drand 公共随机信标第${id}轮`, address: `https://api.drand.sh/${DRAND_CHAIN}/public/${id}` };
}

// --- Entropy ------------------------------------------------------------------------------------

const weekdayOf = (dayNumber) => (((dayNumber + 4) % 7) + 7) % 7; // 1970-01-01 was a Thursday

function checkLottery(part, { name: called, year, weekdays, from, when }, id, at) {
  const beginning = year(at.year);
  require(`${part}.id`, id.startsWith(beginning) && /^[0-9]{3}$/.test(id.slice(beginning.length)), `${called}期号应为${beginning}加三位序号：${id}`);
  require(`${part}.at`, weekdays.includes(weekdayOf(at.day)) && at.clock >= from, `${called}在${when}以后开奖。`);
  let most = 0;
  for (let d = Date.UTC(at.year, 0, 1) / 86_400_000; d <= at.day; d += 1) most += weekdays.includes(weekdayOf(d));
  const least = Math.max(1, most - MISSED_ISSUES);
  const ordinal = Number(id.slice(-3));
  require(`${part}.id`, ordinal >= least && ordinal <= most, `到该日，${called}本年至多开奖${most}期、至少${least}期：${id}`);
}

function checkSource(part, source) {
  object(part, source, ["kind", "id", "at"]);
  const kind = text(`${part}.kind`, source.kind);
  require(`${part}.kind`, KINDS.includes(kind), `不是协议所列的随机源：${kind}`);
  const id = text(`${part}.id`, source.id);
  const at = moment(`${part}.at`, source.at);
  if (LOTTERIES[kind]) checkLottery(part, LOTTERIES[kind], id, at);
  else if (kind === "dice") name(`${part}.id`, id, 40, "|=");
  else {
    require(`${part}.id`, /^[1-9][0-9]{0,9}$/.test(id), `drand 轮次应为至多10位的十进制整数：${id}`);
    const due = DRAND_GENESIS + 3 * (Number(id) - 1);
    require(`${part}.at`, at.seconds === due, `第${id}轮应在 ${writeMoment(due)}。`);
  }
  return { kind, id, at };
}

function checkSources(sources, frozenAt) {
  const part = "announcement.entropy";
  const found = list(part, sources).map((source, n) => checkSource(`${part}.${n}`, source));
  const different = new Set(found.map(({ kind, id }) => `${kind}:${id}`)).size === found.length;
  require(part, found.length >= 1 && found.length <= 3 && different, "应有1至3个不同的公开随机源。");
  require(part, found.some(({ kind }) => kind !== "dice"), "骰子只能作为补充，须另有一个彩票或 drand 随机源。");
  const first = Math.min(...found.map(({ at }) => at.seconds));
  found.forEach(({ kind, at }, n) => {
    require(`${part}.${n}.at`, at.seconds >= frozenAt + DAY_SECONDS, "随机源揭晓须晚于冻结24小时以上，使社会能先留存公告。");
    require(`${part}.${n}.at`, kind !== "dice" || at.seconds === first, "掷骰不得晚于其他随机源揭晓。");
  });
  return found;
}

/** Exactly one spelling of each value: another one would make another seed. */
function isCanonical(kind, value) {
  if (kind === "dice") return /^[1-6]{20}$/.test(value);
  if (kind === "drand") return /^[0-9a-f]{64}$/.test(value);
  const sides = value.split("+");
  const { sides: known } = LOTTERIES[kind];
  return (
    sides.length === known.length &&
    known.every(([count, largest], n) => {
      const numbers = sides[n].split(" ");
      return (
        numbers.length === count &&
        numbers.every((two, i) => /^[0-9]{2}$/.test(two) && two >= "01" && Number(two) <= largest && (i === 0 || two > numbers[i - 1]))
      );
    })
  );
}

export const entropyText = (values) => values.map(({ kind, id, value }) => `${kind}:${id}=${value}`).join("|");

// --- Announcement and record --------------------------------------------------------------------

const ANNOUNCED = [
  "protocol", "hash", "plan", "quotas", "register", "left_out", "pool_digest", "commitment",
  "frozen_at", "draw_by", "reveal_by", "entropy",
];

function numbers(part, value, words) {
  for (const [word, number] of Object.entries(object(part, value))) {
    require(part, words.includes(word), `类别或数目不在协议之内：${word}`);
    whole(part, number, `类别或数目不在协议之内：${word}`);
  }
}

/** Every sentence of §2 that can be checked without the pool. */
export function checkAnnouncement(value) {
  const known = object("announcement", value, ANNOUNCED);
  require("announcement.protocol", known.protocol === PROTOCOL, `应为 ${PROTOCOL}。`);
  require("announcement.hash", known.hash === "sha256", "应为 sha256。");
  require("announcement.plan", WHOLE_PLAN.test(text("announcement.plan", known.plan)), `不是计划编号：${known.plan}`);
  hex("announcement.pool_digest", known.pool_digest);
  hex("announcement.commitment", known.commitment);
  numbers("announcement.quotas", known.quotas, CATEGORIES);
  numbers("announcement.register", known.register, CATEGORIES);
  numbers("announcement.left_out", known.left_out, Object.keys(LEFT_OUT));
  const frozenAt = moment("announcement.frozen_at", known.frozen_at).seconds;
  const sources = checkSources(known.entropy, frozenAt);
  const drawBy = day("announcement.draw_by", known.draw_by);
  require("announcement.draw_by", drawBy >= Math.max(...sources.map(({ at }) => at.day)), "抽取期限早于随机源揭晓。");
  require("announcement.reveal_by", day("announcement.reveal_by", known.reveal_by) >= drawBy, "公开期限早于抽取期限。");
  return { plan: known.plan, sources, drawBy };
}

const RECORDED = ["protocol", "plan", "announcement", "drawn_at", "witnesses", "entropy", "outcomes", "outcome_root"];

function checkValues(value, sources) {
  const part = "draw.entropy";
  const values = list(part, value).map((row, n) => object(`${part}.${n}`, row, ["kind", "id", "value"]));
  const same = values.length === sources.length && values.every((row, n) => row.kind === sources[n].kind && row.id === sources[n].id);
  require(part, same, "随机源与公告的不同。");
  values.forEach((row, n) => {
    const written = text(`${part}.${n}.value`, row.value);
    require(`${part}.${n}.value`, isCanonical(row.kind, written), `不是规范写法：${written}`);
  });
}

/** Shape, grammar and times of a draw record; returns when the draw was held. */
export function checkRecord(value, { plan, sources, drawBy }) {
  const known = object("draw", value, RECORDED);
  require("draw.protocol", known.protocol === PROTOCOL, `应为 ${PROTOCOL}。`);
  require("draw.plan", known.plan === plan, `应为 ${plan}。`);
  hex("draw.announcement", known.announcement);
  const drawnAt = moment("draw.drawn_at", known.drawn_at);
  require("draw.drawn_at", drawnAt.seconds >= Math.max(...sources.map(({ at }) => at.seconds)), "抽取早于公告的随机源时刻。");
  require("draw.drawn_at", drawnAt.day <= drawBy, "抽取晚于公告的期限。");
  require("draw.witnesses", list("draw.witnesses", known.witnesses).length >= 2, "见证人少于2名。");
  known.witnesses.forEach((witness) => name("draw.witnesses", witness, 100));
  checkValues(known.entropy, sources);
  whole("draw.outcomes", known.outcomes, "应为单位数。");
  hex("draw.outcome_root", known.outcome_root);
  return drawnAt.seconds;
}

/** The announcement that the visitor kept, against the one in the file. */
export function compareWithKept(announcement, kept) {
  object("kept", kept, ANNOUNCED);
  for (const key of [...ANNOUNCED].sort()) {
    if (canon(announcement[key]) !== canon(kept[key])) throw new ProtocolError(`kept.${key}`, "公告与您留存的不同。");
  }
}
