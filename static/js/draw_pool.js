// The pool file of chanji-draw/2 (§1), read strictly: one text per pool, so that one digest names
// one meaning.

import { CATEGORIES, LEFT_OUT, NAMES, PLAN, PROTOCOL } from "./draw_announcement.js";
import { ProtocolError, compare, require } from "./draw_words.js";

export const ROLES = ["officer", "staff", "expert"];
const HEADER = new RegExp(`^chanji-draw/2\t(${PLAN})\tsha256$`);
const NUMBER = /^(0|[1-9][0-9]{0,8})$/;
const ID = /^[A-Za-z0-9-]{1,32}$/;

function number(value, least = 0) {
  if (!NUMBER.test(value) || Number(value) < least) throw new Error(`数字应为不小于${least}的规范整数：${value}`);
  return Number(value);
}

function word(words, value) {
  if (!words.includes(value)) throw new Error(`用词不在协议之内：${value}`);
  return value;
}

function identity(value) {
  if (!ID.test(value)) throw new Error(`编号只能由1至32个字母、数字或“-”组成：${value}`);
  return value;
}

const CODES = Object.keys(LEFT_OUT);
const sourceOrEvery = (value) => (value === "*" ? value : identity(value));

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
  S: [4, ([category, tier, id, weight]) => [id, { category: word(CATEGORIES, category), tier: number(tier), id: identity(id), weight: number(weight, 1) }]],
  X: [3, ([category, id, reason]) => [id, { category: word(CATEGORIES, category), id: identity(id), reason: word(CODES, reason) }]],
  Q: [2, ([category, quota]) => [category, { category: word(CATEGORIES, category), quota: number(quota) }]],
  I: [3, ([id, role, skills]) => [id, { id: identity(id), role: word(ROLES, role), skills: skillsOf(skills) }]],
  R: [4, ([source, role, skill, count]) => [[source, role, skill].join("\t"), { source: sourceOrEvery(source), role: word(ROLES, role), skill: oneSkill(skill), count: number(count, 1) }]],
  C: [2, ([source, inspector]) => [`${source}\t${inspector}`, { source: identity(source), inspector: identity(inspector) }]],
};

function readRows(lines) {
  const rows = Object.fromEntries(Object.keys(LINES).map((kind) => [kind, []]));
  const seen = Object.fromEntries(Object.keys(LINES).map((kind) => [kind, new Set()]));
  lines.forEach((line, index) => {
    const where = `第${index + 2}行`;
    require("pool", index === 0 || compare(lines[index - 1], line) < 0, `${where}重复或未按字节顺序排列。`);
    const [kind, ...fields] = line.split("\t");
    require("pool", Object.hasOwn(LINES, kind), `${where}类型不明：${kind}。`);
    const [width, read] = LINES[kind];
    require("pool", fields.length === width && !fields.includes(""), `${where}应有${width + 1}个非空字段。`);
    let key, row;
    try {
      [key, row] = read(fields);
    } catch (error) {
      throw new ProtocolError("pool", `${where}${error.message}。`);
    }
    require("pool", !seen[kind].has(key), `${where}与前面的行重复登记。`);
    seen[kind].add(key);
    rows[kind].push(row);
  });
  const twice = rows.X.find(({ id }) => seen.S.has(id));
  require("pool", !twice, twice && `${twice.id} 既在抽取池内又列为未入池。`);
  return rows;
}

const countsOf = (words) => {
  const counts = {};
  for (const one of words) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
};

export function parsePool(poolText) {
  // What cannot be seen would let two files look the same; the space is the only blank allowed.
  const hidden = /(?![\t\n ])[\p{C}\p{Z}]/u.exec(poolText);
  require("pool", !hidden, hidden && `第${poolText.slice(0, hidden.index).split("\n").length}行含有不可见字符。`);
  require("pool", poolText.endsWith("\n"), "末尾缺少换行符。");
  const [header, ...lines] = poolText.slice(0, -1).split("\n");
  const match = HEADER.exec(header);
  require("pool", match, `第1行应为“${PROTOCOL}<制表符>计划编号<制表符>sha256”。`);
  const rows = readRows(lines);
  const pool = {
    plan: match[1],
    sources: rows.S,
    leftOut: rows.X,
    quotas: new Map(rows.Q.map((row) => [row.category, row.quota])),
    inspectors: rows.I,
    needs: rows.R,
    conflicts: rows.C,
    register: countsOf([...rows.S, ...rows.X].map(({ category }) => category)),
    reasons: countsOf(rows.X.map(({ reason }) => reason)),
  };
  const units = countsOf(rows.S.map(({ category }) => category));
  for (const category of CATEGORIES) {
    const [found, quota] = [units[category] ?? 0, pool.quotas.get(category)];
    require("pool", found === 0 || quota !== undefined, `类别${NAMES[category]}有单位而没有抽取数（Q 行）。`);
    require("pool", (quota ?? 0) <= found, `类别${NAMES[category]}的抽取数 ${quota} 多于池内 ${found} 家。`);
  }
  return pool;
}
