// Signatures and submission without a network: what is signed is what stands on this screen.
"use strict";

(() => {
  const root = document.getElementById("sign-root");
  if (!root) return;
  const id = root.dataset.assignment;
  const { element, store } = Tablet;
  const TABLE = JSON.parse(document.getElementById("record-table").textContent);
  const pads = new Map(); // signer → pad, kept while somebody is signing
  let now = null; // {rows, values, content, digest, assignment}

  // --- the sheet --------------------------------------------------------------------------------

  function shown(field, value) {
    if (value === true) return "是";
    if (value === false) return "否";
    if (field.choices) return field.choices[value] ?? value;
    if (field.kind === "moment") return Tablet.toInput(value).replace("T", " ");
    return String(value);
  }

  function block(title, pairs) {
    if (!pairs.length) return [];
    const list = element("dl", { className: "facts" });
    for (const [label, text] of pairs) {
      list.append(element("dt", { textContent: label }), element("dd", { textContent: text, className: "lines" }));
    }
    return [element("h3", { textContent: title }), list];
  }

  const filled = (value) => value !== "" && value !== null && value !== undefined;

  function factsBlock(facts) {
    if (!facts) return [];
    const pairs = TABLE.assignment.filter(([key]) => facts[key]).map(([key, label]) => [label, facts[key]]);
    pairs.push(["特殊监管对象", facts.special ? "是" : "否"]);
    for (const member of facts.team ?? []) {
      pairs.push([member.role, member.certificate ? `${member.name}　执法证 ${member.certificate}` : member.name]);
    }
    return block("任务与检查组", pairs);
  }

  function mustChecksBlock(values, checklist) {
    const pairs = checklist.must_checks.map((check) => {
      const value = values[`must_check:${check.number}`] ?? {};
      const parts = [TABLE.answers[value.answer] ?? "未作答", value.note, TABLE.handlings[value.handling]];
      if (value.deadline) parts.push(`整改期限 ${value.deadline}`);
      if (value.evidence?.length) parts.push(`证据 ${value.evidence.length} 份`);
      return [`${check.number} ${check.title}`, parts.filter(Boolean).join(" · ")];
    });
    return block("十必查", pairs);
  }

  function itemsBlock(values, checklist) {
    const methods = values.items?.methods ?? {};
    return block(
      "抽查事项与方式",
      checklist.items.filter((item) => methods[item.code])
        .map((item) => [`${item.code} ${item.name}`, TABLE.methods[methods[item.code]]]),
    );
  }

  function evidenceBlock(values) {
    const pairs = Object.entries(values)
      .filter(([name, value]) => name.startsWith("evidence:") && !value.withdrawn)
      .map(([name, value]) => [
        value.note || value.name || "证据",
        [value.time?.slice(0, 16).replace("T", " "), value.place, value.taker, `SHA-256 ${name.slice(9)}`]
          .filter(Boolean).join(" · "),
      ]);
    return block("证据", pairs);
  }

  function sheet({ values, assignment }) {
    const parts = factsBlock(values.assignment);
    for (const section of TABLE.sections) {
      if (section.name === "narrative") {
        parts.push(...mustChecksBlock(values, assignment.checklist), ...itemsBlock(values, assignment.checklist));
      }
      const value = values[section.name] ?? {};
      const pairs = section.fields
        .filter((field) => filled(value[field.key]))
        .map((field) => [field.label, shown(field, value[field.key])]);
      parts.push(...block(section.title, pairs));
    }
    parts.push(...evidenceBlock(values));
    return parts;
  }

  // --- signers ------------------------------------------------------------------------------------

  function signers({ assignment, values }) {
    const expert = (values.narrative?.expert ?? "").trim();
    return [
      ...assignment.officers.map((one) => ({
        key: `officer-${one.code}`, label: `执法人员（${one.role}）`, name: one.name,
      })),
      { key: "recusal", label: "被检查单位（告知回避确认）", name: "" },
      { key: "party", label: "被检查单位现场负责人", name: "" },
      { key: "witness", label: "见证人（拒签、不在场时）", name: "" },
      ...(expert ? [{ key: "expert", label: "专家", name: expert }] : []),
    ];
  }

  function strokesOf(pad) {
    return pad.toData().map((line) =>
      line.points.map((point) => [Math.round(point.x), Math.round(point.y), Math.round(point.time)]),
    );
  }

  function picture(strokes) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const points = strokes.flat();
    const [w, h] = [Math.max(200, ...points.map((p) => p[0])) + 10, Math.max(80, ...points.map((p) => p[1])) + 10];
    svg.setAttribute("viewBox", `0 0 ${w} ${h}`);
    svg.setAttribute("class", "signed");
    for (const line of strokes) {
      const path = document.createElementNS(space, "polyline");
      path.setAttribute("points", line.map(([x, y]) => `${x},${y}`).join(" "));
      svg.append(path);
    }
    return svg;
  }

  const STATUS = { saved: "已存本机", sent: "已上传", conflict: "有冲突", refused: "被退回" };

  function signedBox(row) {
    const value = store.shown(row);
    return [
      element("p", {},
        element("span", { className: "tag tag--ok", textContent: "已签名" }), ` ${value.name} `,
        element("span", { className: "muted small", textContent: value.at.slice(0, 16).replace("T", " ") }), " ",
        element("span", { className: "chip", textContent: STATUS[row.status] ?? "" }),
      ),
      ...(value.strokes.length ? [picture(value.strokes)] : []),
    ];
  }

  /** Undecided: the server's record is still another than the signed one. */
  function differs(row) {
    if (!row.differs) return false;
    const signed = new Map(JSON.parse(row.value.content).map(({ section, value }) => [section, value]));
    return Object.keys(row.differs.sections).some(
      (name) => !Tablet.same(now.rows[name]?.value, signed.get(name)),
    );
  }

  /** Sections as the form calls them; files by their number. */
  function titles(names) {
    const files = names.filter((name) => name.startsWith("evidence:")).length;
    const called = names.filter((name) => !name.startsWith("evidence:")).map((name) => {
      const [kind, number] = name.split(":");
      if (kind === "must_check") return `十必查第${number}项`;
      return { items: "抽查事项" }[name] ?? TABLE.sections.find((one) => one.name === name)?.title ?? name;
    });
    return [...called, ...(files ? [`证据 ${files} 份`] : [])].join("、");
  }

  function oldBox(row) {
    if (differs(row)) {
      const names = titles(Object.keys(row.differs.sections));
      const form = element("form", { method: "post", action: root.dataset.take, className: "mb-3" });
      const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
      form.append(
        element("input", { type: "hidden", name: "csrfmiddlewaretoken", value: token }),
        element("input", { type: "hidden", name: "signer", value: store.shown(row).signer }),
        element("button", { className: "btn btn-line", textContent: "以签名内容为准（不同之处留作补充）" }),
      );
      const text = `签名的内容与服务器记录不同（${row.differs.who}：${names}）。请决定采用哪一份，或核对后重新签名。`;
      return [element("p", { className: "notice-red", textContent: text }), form];
    }
    if (row.status === "refused") {
      return [element("p", { className: "notice-red", textContent: `签名被退回：${Object.values(row.errors).join("；")}` })];
    }
    return [element("p", {}, element("span", { className: "tag tag--red", textContent: "已失效：签名后内容有变" }))];
  }

  function padBox(signer) {
    const input = element("input", { type: "text", value: signer.name, maxLength: 50, className: "mb-2" });
    input.setAttribute("aria-label", `${signer.label}姓名`);
    input.placeholder = "姓名";
    input.readOnly = signer.key.startsWith("officer-"); // who signs here is on the team
    const canvas = element("canvas", { className: "pad" });
    canvas.setAttribute("aria-label", "手写签名区");
    const ok = element("button", { type: "button", className: "btn btn-brand", textContent: "确认签名" });
    const clear = element("button", { type: "button", className: "btn btn-line", textContent: "清除" });
    const said = element("p", { className: "hint", hidden: true });
    clear.addEventListener("click", () => pads.get(signer.key)?.clear());
    ok.addEventListener("click", async () => {
      const pad = pads.get(signer.key);
      said.hidden = true;
      if (!input.value.trim() || pad.isEmpty()) {
        said.textContent = "请填写姓名并在上方手写签名。";
        said.hidden = false;
        return;
      }
      ok.disabled = true;
      const value = {
        signer: signer.key, name: input.value.trim(), strokes: strokesOf(pad),
        content: now.content, digest: now.digest, at: Tablet.stamp(),
      };
      try {
        await Tablet.guard(() => store.sign(id, value));
        pads.delete(signer.key);
      } finally {
        ok.disabled = false; // not stored: the strokes stay for another try
      }
    });
    return [input, canvas, element("div", { className: "actions mt-2" }, ok, clear), said];
  }

  function ready(canvas, key) {
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pads.set(key, new SignaturePad(canvas));
  }

  const shownAs = new Map();

  function paintSigners() {
    const grid = document.getElementById("signers");
    const wanted = signers(now);
    for (const card of [...grid.children]) {
      if (!wanted.some((signer) => signer.key === card.dataset.signer)) card.remove();
    }
    for (const signer of wanted) {
      const row = now.rows[`signature:${signer.key}`];
      const value = row && store.shown(row);
      const valid = value?.digest === now.digest && !differs(row) && row.status !== "refused";
      const key = JSON.stringify([signer, valid, row?.status, row && differs(row), value?.at, now.digest]);
      if (shownAs.get(signer.key) === key && pads.has(signer.key) !== valid) continue;
      shownAs.set(signer.key, key);
      let card = [...grid.children].find((one) => one.dataset.signer === signer.key);
      if (!card?.dataset.live) {
        card?.remove();
        card = element("div", { className: "card-box" });
        card.dataset.signer = signer.key;
        card.dataset.live = "1";
        grid.append(card);
      }
      card.replaceChildren(element("h3", { className: "h6", textContent: `${signer.label}${signer.name ? `　${signer.name}` : ""}` }));
      if (valid) card.append(...signedBox(row));
      else {
        card.append(...(value ? oldBox(row) : []), ...padBox(signer));
        ready(card.querySelector("canvas"), signer.key);
      }
    }
  }

  // --- submission -----------------------------------------------------------------------------------

  function paintLacks(lacks) {
    const box = document.getElementById("lacks");
    box.hidden = !lacks.length;
    box.querySelector("ul").replaceChildren(...lacks.map((lack) => element("li", { textContent: lack.message })));
  }

  async function paintSubmission() {
    const row = now.rows.submit;
    const queued = (await store.queue()).some((op) => op.assignment === id && op.section === "submit" && op.state === "waiting");
    const box = document.getElementById("submission");
    const button = document.getElementById("submit-record");
    const done = ["submitted", "approved"].includes(now.assignment.state);
    button.disabled = queued || done;
    if (done) box.textContent = "检查记录已提交，等待审核。";
    else if (queued) box.textContent = "提交已存本机，联网后自动上传并提交。";
    else if (row?.status === "refused") box.textContent = `未能提交：${Object.values(row.errors).join(" ")}`;
    else box.textContent = "";
    box.hidden = !box.textContent;
  }

  async function refresh() {
    const assignment = await store.assignment(id);
    if (!assignment) return;
    const rows = Object.fromEntries((await store.sections(id)).map((row) => [row.section, row]));
    const values = Tablet.factsOf(assignment, rows).sections;
    const content = Tablet.content(values);
    const digest = await Tablet.sha256(content);
    const changed = digest !== now?.digest;
    now = { assignment, rows, values, content, digest };
    if (changed) {
      document.getElementById("sheet").replaceChildren(...sheet(now));
      document.getElementById("digest").textContent = digest;
    }
    paintSigners();
    paintLacks(Tablet.lacks(values, Tablet.factsOf(assignment, rows, digest)));
    await paintSubmission();
    document.body.classList.add("is-offline-ready");
  }

  document.getElementById("submit-form").addEventListener("submit", async (event) => {
    if (!now) return;
    event.preventDefault();
    await Tablet.repaint(); // a signature or a colleague's edit may have come in this moment
    const lacks = Tablet.lacks(now.values, Tablet.factsOf(now.assignment, now.rows, now.digest));
    paintLacks(lacks);
    if (lacks.length) return document.getElementById("lacks").scrollIntoView();
    await Tablet.guard(() => store.submit(id, now.digest));
  });

  (Tablet.atWork ??= []).push(() => [...pads.values()].some((pad) => !pad.isEmpty()));
  (Tablet.pages ??= []).push(refresh);
})();
