// Teams and changes of chanji-draw/2 (§4 and §6): who inspects, and who steps in for whom.

import { ROLES } from "./draw_pool.js";
import { compare, list, moment, object, require, text } from "./draw_words.js";
import { Lots, compareLots } from "./lots.js";

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
    while (at > 0 && compareLots(person, found[at - 1]) < 0) at -= 1;
    if (at >= count) continue;
    found.splice(at, 0, person);
    if (found.length > count) found.pop();
  }
  return found;
}

/** Who could sit in which seat, whatever the loads are. */
class Crew {
  constructor(pool) {
    this.people = new Map(pool.inspectors.map((row) => [row.id, { ...row, load: 0, ending: row.id, order: 0, lots: null }]));
    this.seats = new Map();
    this.barred = new Map();
    this.own = new Map();
    for (const { source, inspector } of pool.conflicts) this.bar(source, inspector);
    for (const person of this.people.values()) {
      for (const skill of ["-", ...person.skills]) {
        const key = `${person.role}\t${skill}`;
        this.seats.set(key, [...(this.seats.get(key) ?? []), person]);
      }
    }
    for (const need of pool.needs) this.own.set(need.source, [...(this.own.get(need.source) ?? []), need]);
  }

  bar(source, inspector) {
    this.barred.set(source, (this.barred.get(source) ?? new Set()).add(inspector));
  }

  /** Any skill comes last, so that nobody takes a specialist's seat by being the first called. */
  needs(source) {
    return [...(this.own.get(source) ?? []), ...(this.own.get("*") ?? [])].sort(
      (a, b) =>
        ROLES.indexOf(a.role) - ROLES.indexOf(b.role) ||
        (a.skill === "-") - (b.skill === "-") ||
        compare(a.skill, b.skill),
    );
  }

  /** All with this role and skill but those in `out`. */
  able({ role, skill }, out) {
    const all = this.seats.get(`${role}\t${skill}`) ?? [];
    return out?.size ? all.filter((person) => !out.has(person.id)) : all;
  }

  /** Each need has candidates for its count and for what earlier needs of its role may have taken. */
  neverShort(source) {
    const taken = {};
    return this.needs(source).every((need) => {
      taken[need.role] = (taken[need.role] ?? 0) + need.count;
      return this.able(need, this.barred.get(source)).length >= taken[need.role];
    });
  }
}

/** Units that some course of the draw could leave without a full team: no such pool may be frozen. */
export function unstaffable(pool) {
  const crew = new Crew(pool);
  const ordinary = crew.neverShort("");
  return pool.sources
    .map(({ id }) => id)
    .filter((id) => !(crew.own.has(id) || crew.barred.has(id) ? crew.neverShort(id) : ordinary));
}

/** Teams while they are formed and changed; every call changes the loads. */
export class Roster {
  constructor(pool, seed, reserves) {
    this.seed = seed;
    this.crew = new Crew(pool);
    this.teams = new Map();
    this.category = new Map(pool.sources.map((source) => [source.id, source.category]));
    this.waiting = new Map([...reserves].map(([category, ids]) => [category, [...ids]]));
    this.replaced = new Set();
    this.gone = new Set();
  }

  /** Ids of every team, the leading officer first. */
  members() {
    return new Map([...this.teams].map(([source, team]) => [source, team.map(({ id }) => id)]));
  }

  /** Of those able and free, who carry least; equals in the order of their lots. */
  join(part, source, { role, skill }, count, team) {
    const out = new Set([...(this.crew.barred.get(source) ?? []), ...this.gone, ...team.map(({ id }) => id)]);
    const free = this.crew.able({ role, skill }, out);
    require(part, free.length >= count, `${source} 需要${count}名 ${role}（${skill}），人员不足。`);
    const lots = new Lots(`${this.seed}|inspector|${source}|`);
    const joined = [];
    // Load by load from the lightest, so that only those who may still be needed draw a lot.
    for (let load = lightest(free, -1); joined.length < count; load = lightest(free, load)) {
      const equals = [];
      for (const person of free) {
        if (person.load !== load) continue;
        person.lots = lots;
        person.order = lots.order(person.id);
        equals.push(person);
      }
      joined.push(...smallest(equals, count - joined.length));
    }
    return joined.map((person) => ({ id: person.id, role, skill }));
  }

  form(source) {
    const team = [];
    for (const need of this.crew.needs(source)) team.push(...this.join("teams", source, need, need.count, team));
    for (const { id } of team) this.crew.people.get(id).load += 1;
    this.teams.set(source, team);
  }

  change(change, number) {
    const { source, inspector } = change;
    require("changes", this.teams.has(source) && !this.replaced.has(source), `${source} 未被抽中或已被替换。`);
    if (change.kind === "replace") {
      const by = this.waiting.get(this.category.get(source)).shift();
      require("changes", by !== undefined, `${source} 所属类别的备选单位已用完。`);
      require(`changes.${number}`, by === change.by, `应由 ${by} 替换，而不是 ${change.by}。`);
      this.replaced.add(source);
      this.form(by);
      return;
    }
    const team = this.teams.get(source);
    const seat = team.findIndex(({ id }) => id === inspector);
    require("changes", seat >= 0, `${inspector} 不在 ${source} 的检查组内。`);
    this.crew.bar(source, inspector);
    if (GONE_FOR_ALL.includes(change.reason)) this.gone.add(inspector);
    const [newcomer] = this.join("changes", source, team[seat], 1, team);
    this.teams.set(source, [...team.slice(0, seat), newcomer, ...team.slice(seat + 1)]);
    this.crew.people.get(inspector).load -= 1;
    this.crew.people.get(newcomer.id).load += 1;
  }
}

/** Why somebody may be replaced, by the kind of change. */
export const REASONS = {
  replace: {
    closed: "关停或注销",
    relocated: "搬迁",
    exempted: "豁免",
    merged: "并入其他单位",
    duplicate: "重复登记",
  },
  recuse: {
    conflict: "利害关系（主动回避）",
    party_request: "当事人申请回避",
    leave: "请假",
    certificate: "执法证到期",
    left_post: "离岗",
  },
};
// Who steps back for one of these may not inspect anywhere any more.
const GONE_FOR_ALL = ["certificate", "left_post"];
const CHANGE_KEYS = {
  replace: ["kind", "source", "by", "reason", "at"],
  recuse: ["kind", "source", "inspector", "reason", "at"],
};

/** Shapes, reasons and times; whether a change follows the rules shows when it is made. */
export function checkChanges(value, drawnAt) {
  let last = drawnAt;
  list("changes", value).forEach((change, n) => {
    const part = `changes.${n}`;
    const kind = typeof change?.kind === "string" ? change.kind : "";
    require(`${part}.kind`, Object.hasOwn(CHANGE_KEYS, kind), "变更类型应为 replace 或 recuse。");
    object(part, change, CHANGE_KEYS[kind]);
    CHANGE_KEYS[kind].forEach((key) => text(`${part}.${key}`, change[key]));
    require(`${part}.reason`, Object.hasOwn(REASONS[kind], change.reason), `不是该类变更的理由：${change.reason}`);
    const at = moment(`${part}.at`, change.at).seconds;
    require(`${part}.at`, at >= last, "早于抽取或前一项变更。");
    last = at;
  });
}
