// The words of chanji-draw/2: strict JSON, its shapes, moments and days, and the canonical text.

export class ProtocolError extends Error {
  constructor(part, message) {
    super(message);
    this.part = part;
  }
}

export function require(part, holds, message) {
  if (!holds) throw new ProtocolError(part, message);
}

// Strings compare by UTF-16 unit in JavaScript, by code point (like UTF-8 bytes) in the protocol.
export function compare(a, b) {
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

/** JSON with each key once and whole numbers only: no two readers may see two documents. */
export function parseJson(part, text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError(part, "不是完整的 JSON 文件，请重新下载或换一个文件。");
  }
  const open = [];
  const numbers = /-?[0-9][0-9.eE+-]*/y;
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
    } else if (c === "-" || (c >= "0" && c <= "9")) {
      numbers.lastIndex = i;
      const [number] = numbers.exec(text);
      require(part, /^-?[0-9]{1,15}$/.test(number), `数字应为整数：${number.slice(0, 40)}`);
      i += number.length - 1;
    }
  }
  return value;
}

/** JSON as RFC 8785 writes it, of values that were read strictly. */
export const canon = (value) =>
  JSON.stringify(value, (_key, item) =>
    item && typeof item === "object" && !Array.isArray(item)
      ? Object.fromEntries(Object.keys(item).sort().map((key) => [key, item[key]]))
      : item,
  );

export function text(part, value) {
  require(part, typeof value === "string", "应为文本。");
  require(part, !/\p{Cs}/u.test(value), "含有不成对的代理字符。");
  return value;
}

export function object(part, value, keys) {
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

export function list(part, value) {
  require(part, Array.isArray(value), "应为 JSON 数组。");
  return value;
}

export function hex(part, value) {
  require(part, /^[0-9a-f]{64}$/.test(text(part, value)), "应为64位小写十六进制数。");
  return value;
}

export function whole(part, value, message) {
  require(part, Number.isInteger(value) && value >= 0, message);
  return value;
}

// What Python's str.strip() takes for white space; \s differs in five characters.
const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const ODD_ENDS = new RegExp(`^[${BLANK}]|[${BLANK}]$`, "u");

/** A name that has exactly one spelling and nothing hidden in it. */
export function name(part, value, most, without = "") {
  const length = [...text(part, value)].length;
  require(
    part,
    length >= 1 &&
      length <= most &&
      value === value.normalize("NFC") &&
      !ODD_ENDS.test(value) &&
      !/[\p{Cc}\p{Cf}]/u.test(value) &&
      ![...without].some((character) => value.includes(character)),
    `应为1至${most}个字，不含不可见字符${without && "和“|”“=”"}：${value}`,
  );
  return value;
}

const DAY = /^([1-9][0-9]{3})-([0-9]{2})-([0-9]{2})$/;

/** The day's number since 1970; NaN where it is not written in the one way, or there is no such day. */
function dayNumber(value) {
  const [, year, month, day] = (DAY.exec(value) ?? []).map(Number);
  const found = new Date(Date.UTC(year, month - 1, day));
  return found.getUTCMonth() + 1 === month && found.getUTCDate() === day ? found / 86_400_000 : NaN;
}

export function day(part, value) {
  const number = dayNumber(text(part, value));
  require(part, !Number.isNaN(number), `日期应写成 2026-12-29 的形式：${value}`);
  return number;
}

const TIME = /^T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])\+08:00$/;

/** {seconds since 1970, day since 1970 and clock in Beijing, year} of 2026-12-29T21:15:00+08:00. */
export function moment(part, value) {
  const days = dayNumber(text(part, value).slice(0, 10));
  const [, hours, minutes, seconds] = (TIME.exec(value.slice(10)) ?? []).map(Number);
  const at = days * 86_400 + hours * 3600 + minutes * 60 + seconds - 8 * 3600;
  require(part, !Number.isNaN(at), `时刻应写成 2026-12-29T21:15:00+08:00 的形式：${value}`);
  return { seconds: at, day: days, clock: value.slice(11, 19), year: value.slice(0, 4) };
}

export function writeMoment(seconds) {
  return `${new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 19)}+08:00`;
}
