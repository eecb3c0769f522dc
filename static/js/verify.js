// The verifying page: chooses a bundle, shows each step as the worker reports it.

const root = document.querySelector("[data-worker]");
const form = root.querySelector("#verify-form");
const progress = root.querySelector("#verify-progress");
const bar = progress.querySelector("progress");
const steps = root.querySelector("#verify-steps");
const verdict = root.querySelector("#verify-verdict");
const lookUp = root.querySelector("#look-up");
const answer = root.querySelector("#look-up-answer");
const PARTS = JSON.parse(document.getElementById("part-names").textContent);
let worker;

function element(name, text, className) {
  const node = document.createElement(name);
  node.textContent = text;
  if (className) node.className = className;
  return node;
}

function nameOf(part) {
  return part.split("/").map((one) => PARTS[one] ?? one).join("或");
}

function showStep({ part, message }, holds) {
  const item = element("li", "", holds ? "step step--ok" : "step step--bad");
  item.append(element("strong", `${holds ? "✓" : "✗"} ${nameOf(part)}`), element("span", message));
  steps.append(item);
}

function finish(text, holds) {
  progress.hidden = true;
  form.querySelectorAll("button").forEach((button) => (button.disabled = false));
  verdict.hidden = false;
  verdict.className = holds ? "verdict verdict--ok" : "verdict verdict--bad";
  verdict.textContent = text;
}

function showUnit(unit, id) {
  answer.replaceChildren();
  if (!unit) {
    answer.append(element("p", `抽取池里没有编号为“${id}”的单位。编号见公示结果的“名录编号”。`));
    return;
  }
  const outcome = unit.selected ? "抽中" : `备选第 ${unit.position - unit.quota} 位`;
  answer.append(
    element("p", `${unit.id}：${unit.categoryName}类 ${unit.units} 家中排第 ${unit.position} 位，本类抽取 ${unit.quota} 家，${outcome}。`, "lead"),
    element("p", `层级 ${unit.tier}（${unit.tier === 0 ? "本年尚未检查，先抽" : "本年已检查，后抽"}），${unit.weight} 张签，最小的一张决定名次：`),
  );
  const tickets = element("ol", "");
  for (const ticket of unit.tickets) {
    tickets.append(element("li", ticket, ticket === unit.smallest ? "mono smallest" : "mono"));
  }
  answer.append(tickets);
  if (unit.team.length) answer.append(element("p", `检查组（人员编号，首位主办）：${unit.team.join("、")}`));
  for (const change of unit.changes) {
    answer.append(
      element("p", change.kind === "replace"
        ? `变更：${change.source} 由备选 ${change.by} 替换。`
        : `变更：${change.inspector} 退出 ${change.source} 的检查组。`),
    );
  }
}

function hear({ data }) {
  if (data.step) showStep(data.step, true);
  if (data.progress) {
    bar.value = data.progress.done / data.progress.all;
  }
  if (data.refused) {
    showStep(data.refused, false);
    finish(`不一致：${nameOf(data.refused.part)}。${data.refused.message}`, false);
  }
  if (data.verified) {
    finish(`全部一致：${data.verified.plan} 的抽取结果可由公开材料重算得出。`, true);
    lookUp.hidden = false;
    if (lookUp.elements.unit.value) lookUp.requestSubmit();
  }
  if ("unit" in data) showUnit(data.unit, lookUp.elements.unit.value.trim());
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = form.elements.published.selectedOptions[0];
  const file = form.elements.bundle.files[0];
  const kept = form.elements.announcement.files[0];
  const bundle = file ?? chosen?.dataset.proof;
  if (!bundle) {
    finish("请选择已公开的复核材料，或打开一个保存在本机的 proof.json。", false);
    return;
  }
  worker?.terminate();
  worker = new Worker(root.dataset.worker, { type: "module" });
  worker.onmessage = hear;
  worker.onerror = () => finish("浏览器不支持在此复核，请更新浏览器，或下载下方的复核程序。", false);
  steps.replaceChildren();
  answer.replaceChildren();
  verdict.hidden = true;
  lookUp.hidden = true;
  progress.hidden = false;
  bar.value = 0;
  form.querySelectorAll("button").forEach((button) => (button.disabled = true));
  const announcement = kept ?? (file ? undefined : chosen.dataset.announcement);
  worker.postMessage({ bundle, announcement });
});

lookUp.addEventListener("submit", (event) => {
  event.preventDefault();
  worker.postMessage({ lookUp: lookUp.elements.unit.value.trim() });
});

if (root.dataset.start) form.requestSubmit();
