// The verifying page: chooses a bundle, shows each step as the worker reports it, and the verdict
// in its three parts, which are never mixed.

import { REASONS } from "./draw_teams.js";

const root = document.querySelector("[data-worker]");
const form = root.querySelector("#verify-form");
const progress = root.querySelector("#verify-progress");
const bar = progress.querySelector("progress");
const steps = root.querySelector("#verify-steps");
const verdict = root.querySelector("#verify-verdict");
const lookUp = root.querySelector("#look-up");
const answer = root.querySelector("#look-up-answer");
const PARTS = JSON.parse(document.getElementById("part-names").textContent);
const FOLLOWS = "一致。抽取结果可由公开材料重算得出。";
const UNDRAWN = "一致。抽取池、随机数与公告一致；该计划在抽取前作废，没有抽取结果。";
const FIXED = "与您自己留存的公告一致：这些材料在您留存时已经确定。";
const FIXED_UNKNOWN = "不知道：没有您自己留存的公告。材料本身不能证明它在随机源揭晓前就已确定。";
const LOOK_UP = "不知道：须到其官方发布处核对，本页无法代查。";
let worker;
let plan = "";

function element(name, text, className) {
  const node = document.createElement(name);
  node.textContent = text;
  if (className) node.className = className;
  return node;
}

/** The Chinese name of a part such as "announcement.entropy.0.at/seed". */
function nameOf(part) {
  const name = (one) => {
    const numbers = [];
    let key = one.replace(/(?<=\.)[0-9]+/g, (n) => {
      numbers.push(Number(n) + 1);
      return "*";
    });
    while (!PARTS[key] && key.includes(".")) key = key.slice(0, key.lastIndexOf("."));
    return (PARTS[key] ?? one).replace("{}", numbers[0] ?? "");
  };
  return part.split("/").map(name).join("或");
}

function showStep({ part, message }, holds) {
  const item = element("li", "", holds ? "step step--ok" : "step step--bad");
  item.append(element("strong", `${holds ? "✓" : "✗"} ${nameOf(part)}`), element("span", message));
  steps.append(item);
}

/** One of the three answers: it holds (true), it does not (false), or nobody here knows (null). */
function answerOf(title, text, holds) {
  const kind = holds === null ? "unknown" : holds ? "ok" : "bad";
  const box = element("div", "", `verdict verdict--${kind}`);
  box.append(element("strong", title), element("p", text));
  return box;
}

function finish(...answers) {
  progress.hidden = true;
  form.querySelectorAll("button").forEach((button) => (button.disabled = false));
  verdict.hidden = false;
  verdict.replaceChildren(...answers);
}

function refuse({ part, message }) {
  finish(answerOf("一、重算", `不一致：${nameOf(part)}。${message}`, false));
}

function fixedAnswer(fixed) {
  const title = "二、事前确定";
  if (!fixed) return answerOf(title, FIXED_UNKNOWN, null);
  return fixed.holds
    ? answerOf(title, FIXED, true)
    : answerOf(title, `不一致：${nameOf(fixed.part)}。${fixed.message}`, false);
}

function lookupsAnswer(lookups) {
  const box = answerOf("三、随机源取值", LOOK_UP, null);
  for (const { name, at, value, address } of lookups) {
    const line = element("p", `${name}（${at.slice(0, 16).replace("T", " ")}）＝ ${value}　`);
    if (address) {
      const link = element("a", "到官方发布处核对");
      link.href = address;
      link.rel = "external noopener noreferrer";
      line.append(link);
    } else {
      line.append("由在场见证人确认");
    }
    box.append(line);
  }
  return box;
}

function showVerdict({ plan: number, undrawn, fixed, lookups }) {
  plan = number;
  const first = answerOf(`一、重算（${number}）`, undrawn ? UNDRAWN : FOLLOWS, true);
  finish(first, fixedAnswer(fixed), ...(undrawn ? [] : [lookupsAnswer(lookups)]));
  lookUp.hidden = false;
  if (lookUp.elements.unit.value) lookUp.requestSubmit();
}

// --- One unit -----------------------------------------------------------------------------------

function showChange({ kind, source, by, inspector, reason }) {
  const why = `理由：${REASONS[kind][reason]}。`;
  return element("p", kind === "replace" ? `变更：${source} 由备选 ${by} 替换，${why}` : `变更：${inspector} 退出 ${source} 的检查组，${why}`);
}

function showRank(unit) {
  const outcome = unit.selected ? "抽中" : `备选第 ${unit.position - unit.quota} 位`;
  const tickets = element("ol", "");
  for (const ticket of unit.tickets) {
    tickets.append(element("li", ticket, ticket === unit.smallest ? "mono smallest" : "mono"));
  }
  answer.append(
    element("p", `${unit.id}：${unit.categoryName}类 ${unit.units} 家中排第 ${unit.position} 位，本类抽取 ${unit.quota} 家，${outcome}。`, "lead"),
    element("p", `层级 ${unit.tier}（${unit.tier === 0 ? "先抽" : "前面的层级抽完才轮到"}），${unit.weight} 张签，最小的一张决定名次：`),
    tickets,
  );
  if (unit.team.length) answer.append(element("p", `检查组（人员编号，首位主办）：${unit.team.join("、")}`));
  answer.append(...unit.changes.map(showChange));
}

/** Published results name their units; of those not drawn nothing but the code is public. */
async function search(wanted) {
  const query = new URLSearchParams({ plan, q: wanted, limit: 20 });
  let results = [];
  try {
    const found = await fetch(`${root.dataset.results}?${query}`);
    if (found.ok) ({ results } = await found.json());
  } catch {
    // Without a network a code can still be looked up.
  }
  if (!results.length) {
    answer.append(element("p", `抽取池里没有编号为“${wanted}”的单位，${plan} 已公示的结果里也没有这个名称或信用代码。没有抽中的单位不公布名称，只能按名录编号查。`));
    return;
  }
  answer.append(element("p", `${plan} 已公示的结果中：`));
  for (const { enterprise_name: name, register_code: code } of results) {
    const button = element("button", `${name}（${code}）`, "button");
    button.type = "button";
    button.addEventListener("click", () => worker.postMessage({ lookUp: code }));
    const line = element("p", "");
    line.append(button);
    answer.append(line);
  }
}

async function showUnit(unit, id) {
  answer.replaceChildren();
  if (!unit) await search(id);
  else if (unit.leftOut) answer.append(element("p", `${unit.id}：${unit.categoryName}类，本次未进入抽取池，原因：${unit.leftOut}。`, "lead"));
  else if (unit.undrawn) answer.append(element("p", `${unit.id}：在${unit.categoryName}类的抽取池中，${unit.weight} 张签；该计划在抽取前作废。`, "lead"));
  else showRank(unit);
}

function hear({ data }) {
  if (data.step) showStep(data.step, true);
  if (data.progress) bar.value = data.progress.done / data.progress.all;
  if (data.refused) {
    showStep(data.refused, false);
    refuse(data.refused);
  }
  if (data.verified) showVerdict(data.verified);
  if ("unit" in data) showUnit(data.unit, data.id);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const bundle = form.elements.bundle.files[0] ?? form.elements.published.selectedOptions[0]?.dataset.proof;
  if (!bundle) {
    finish(answerOf("一、重算", "请选择已公开的复核材料，或打开一个保存在本机的 proof.json。", null));
    return;
  }
  worker?.terminate();
  worker = new Worker(root.dataset.worker, { type: "module" });
  worker.onmessage = hear;
  worker.onerror = () => refuse({ part: "bundle", message: "浏览器不支持在此复核，请更新浏览器，或下载下方的复核程序。" });
  steps.replaceChildren();
  answer.replaceChildren();
  verdict.hidden = true;
  lookUp.hidden = true;
  progress.hidden = false;
  bar.value = 0;
  form.querySelectorAll("button").forEach((button) => (button.disabled = true));
  const pasted = form.elements.pasted.value.trim();
  const kept = form.elements.announcement.files[0] ?? (pasted || undefined);
  worker.postMessage({ bundle, kept });
});

lookUp.addEventListener("submit", (event) => {
  event.preventDefault();
  worker.postMessage({ lookUp: lookUp.elements.unit.value.trim() });
});

if (root.dataset.start) form.requestSubmit();
