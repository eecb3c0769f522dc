// The record form on a tablet: every change goes to the disk first, then to the server.
"use strict";

(() => {
  const form = document.getElementById("record-form");
  if (!form) return;
  const id = form.dataset.assignment;
  const fieldset = document.getElementById("record-fields");
  const { element, store } = Tablet;
  const STATUS = { saved: "已存本机", sent: "已上传", conflict: "有冲突", refused: "被退回" };
  const inputs = {}; // section → [{key, input}]
  const dirty = new Map(); // section → {keys, timer}: typed, not yet on its way to the disk
  const saving = new Map(); // section → fields on their way to the disk
  const written = new Map(); // section → number of the write that came back last
  const seen = {}; // section → the newest revision of somebody else's that the form shows
  let writes = 0;
  let attached = false;
  let unlocked = false;
  let rows = {};

  for (const input of form.elements) {
    const [prefix, key] = (input.name ?? "").split("__");
    if (!key || key === "rev") continue;
    const section = prefix.replace(/^must_check_(\d+)$/, "must_check:$1");
    (inputs[section] ??= []).push({ key, input });
  }

  const place = (section) => document.querySelector(`[data-section="${CSS.escape(section)}"]`);

  // --- form ↔ section --------------------------------------------------------------------------

  function read({ input }, earlier) {
    if (input.type === "checkbox") return input.checked;
    if (input.type === "radio") return input.checked ? input.value : earlier ?? "";
    if (input.type === "number") return input.value === "" ? "" : Number(input.value);
    if (input.type === "datetime-local") return Tablet.fromInput(input.value);
    return input.value.trim();
  }

  /** What was typed into a section; all of it where the tablet holds nothing of it yet. */
  function collect(section, keys = null) {
    const value = {};
    for (const field of inputs[section]) {
      if (!keys || !rows[section] || keys.has(field.key)) value[field.key] = read(field, value[field.key]);
    }
    if (section !== "items") return value;
    const methods = { ...(rows.items && store.shown(rows.items)?.methods), ...value };
    return { methods: Object.fromEntries(Object.entries(methods).filter(([, method]) => method)) };
  }

  function write({ key, input }, value) {
    const shown = value[key];
    if (input.type === "checkbox") input.checked = shown === true;
    else if (input.type === "radio") input.checked = shown === input.value;
    else if (input.type === "datetime-local") input.value = Tablet.toInput(shown);
    else input.value = shown ?? "";
  }

  function fill(section) {
    const value = rows[section] && store.shown(rows[section]);
    if (!value || dirty.has(section) || saving.has(section)) return;
    const values = section === "items" ? value.methods ?? {} : value;
    // The box with the cursor in it is left alone, unless a colleague wrote into it.
    const theirs = (rows[section].foreign ?? 0) > (seen[section] ?? 0);
    for (const field of inputs[section]) {
      if (theirs || field.input !== document.activeElement) write(field, values);
    }
    seen[section] = rows[section].foreign ?? 0;
  }

  const blank = (value) =>
    Object.values(value).every(
      (item) => !item || (typeof item === "object" && Object.keys(item).length === 0),
    );

  // --- saving ------------------------------------------------------------------------------------

  function touch(section, keys, wait = 500) {
    const entry = dirty.get(section) ?? { keys: new Set() };
    clearTimeout(entry.timer);
    for (const key of keys) entry.keys.add(key);
    entry.timer = attached && wait ? setTimeout(save, wait, section) : 0;
    dirty.set(section, entry);
  }

  function untouch(section) {
    clearTimeout(dirty.get(section)?.timer);
    dirty.delete(section);
  }

  /** Until the disk has answered, nothing older may come back into the boxes of this section. */
  async function save(section) {
    const keys = dirty.get(section)?.keys;
    if (!keys) return;
    untouch(section);
    const value = collect(section, keys);
    if (!rows[section] && blank(value)) return;
    saving.set(section, value);
    try {
      const row = await Tablet.guard(() => store.edit(id, section, value, seen[section] ?? 0));
      rows[section] = row;
      written.set(section, (writes += 1));
    } catch {
      touch(section, keys, 0); // still only on the page: what comes from elsewhere must not replace it
    } finally {
      if (saving.get(section) === value) saving.delete(section);
    }
  }

  async function saveAll({ everything = false } = {}) {
    for (const section of everything ? Object.keys(inputs) : []) {
      touch(section, inputs[section].map(({ key }) => key), 0);
    }
    for (const section of [...dirty.keys()]) await save(section);
    return dirty.size === 0;
  }

  function fieldOf(input) {
    for (const [section, fields] of Object.entries(inputs)) {
      const field = fields.find((one) => one.input === input);
      if (field) return [section, [field.key]];
    }
    return null;
  }

  form.addEventListener("input", (event) => {
    const typed = fieldOf(event.target);
    if (typed) touch(...typed);
  });
  form.addEventListener("change", (event) => {
    const typed = fieldOf(event.target);
    if (!typed) return;
    touch(...typed);
    if (attached) save(typed[0]);
  });
  // The page may be gone before the disk has answered: what was typed last goes where writing
  // does not wait, and from there into the record when any page is opened next.
  window.addEventListener("pagehide", () => {
    const sections = Object.fromEntries(saving);
    for (const [section, { keys }] of dirty) {
      sections[section] = { ...sections[section], ...collect(section, keys) };
    }
    if (!attached || !Object.keys(sections).length) return;
    localStorage.setItem(Tablet.draftKey(id), JSON.stringify({ sections, seen }));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && attached) saveAll();
  });
  form.addEventListener("submit", async (event) => {
    if (!attached) return;
    event.preventDefault();
    const toSign = event.submitter?.name === "to_sign";
    if (!(await saveAll({ everything: true }))) return;
    if (toSign) location.assign(form.dataset.sign);
    else say("已存本机；联网后自动上传。");
  });

  function say(text) {
    const box = document.getElementById("record-said");
    box.textContent = text;
    box.hidden = false;
    setTimeout(() => (box.hidden = true), 4000);
  }

  // --- what is shown beside -----------------------------------------------------------------------

  function chip(section) {
    const target = place(section)?.querySelector("[data-chip]");
    if (!target) return;
    const status = rows[section]?.conflict ? "conflict" : rows[section]?.status;
    target.textContent = STATUS[status] ?? "";
    target.dataset.status = status ?? "";
    target.hidden = !status;
  }

  function box(section, kind, ...children) {
    const home = place(section) ?? document.getElementById("s-evidence");
    home.querySelector(`:scope > .${kind}[data-of="${CSS.escape(section)}"]`)?.remove();
    if (!children.length) return;
    const made = element("div", { className: kind }, ...children);
    made.dataset.of = section;
    home.querySelector("h2, h3").after(made);
  }

  function refusals(section) {
    const row = rows[section];
    if (row?.status !== "refused") return box(section, "notice-red");
    const texts = Object.values(row.errors ?? {}).join("；");
    const kept = row.kept ? "（已交审核人留存）" : "";
    box(section, "notice-red", `被退回：${texts}${kept}。内容仍在本机，改正后会重新上传。`);
  }

  function labelOf(section, key) {
    const found = inputs[section]?.find((field) => field.key === key)?.input;
    const label = found?.type === "radio" ? "结论" : found?.labels?.[0]?.textContent;
    return (label ?? key).trim();
  }

  function readable(section, key, item) {
    if (item === true) return "是";
    if (item === false || item === "" || item === undefined) return "（空）";
    const field = inputs[section]?.find((one) => one.key === key && (one.input.type !== "radio" || one.input.value === item));
    if (field?.input.tagName === "SELECT") {
      return [...field.input.options].find((option) => option.value === item)?.textContent ?? item;
    }
    if (field?.input.type === "radio") return field.input.labels?.[0]?.textContent.trim() ?? item;
    if (Array.isArray(item)) return `${item.length} 份`;
    return typeof item === "object" ? JSON.stringify(item) : String(item);
  }

  function conflicts(section) {
    const conflict = rows[section]?.conflict;
    if (!conflict) return box(section, "conflict");
    const flat = (value) => (section === "items" ? value?.methods ?? {} : value ?? {});
    const [mine, theirs] = [flat(conflict.mine), flat(conflict.theirs)];
    const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].filter(
      (key) => !Tablet.same(mine[key] ?? "", theirs[key] ?? ""),
    );
    const side = (title, value, pick, label) => {
      const list = element("dl", { className: "facts" });
      for (const key of keys) {
        list.append(
          element("dt", { textContent: labelOf(section, key) }),
          element("dd", { textContent: readable(section, key, value[key]) }),
        );
      }
      const button = element("button", { type: "button", className: "btn btn-brand", textContent: label });
      button.addEventListener("click", async () => {
        await saveAll(); // what was corrected just before belongs to "mine"
        untouch(section);
        await Tablet.guard(() => store.choose(id, section, pick()));
      });
      return element("div", {}, element("h4", { textContent: title }), list, button);
    };
    const when = conflict.when ? Tablet.stamp(new Date(conflict.when)).slice(5, 16).replace("T", " ") : "";
    box(
      section, "conflict",
      element("p", { textContent: "两台设备填写了不同的内容，请选定一份（也可先在下面修改，再点“用我的”）：" }),
      element(
        "div", { className: "sides" },
        side("我的填写", mine, () => rows[section].conflict.mine, "用我的"),
        side(`${conflict.who} ${when} 的填写`, theirs, () => conflict.theirs, "用对方的"),
      ),
    );
  }

  function hints(lacks) {
    for (const section of Object.keys(inputs)) {
      const texts = lacks.filter((lack) => lack.section === section).map((lack) => lack.message);
      // Only where something was entered: an empty form is not full of mistakes.
      const touched = rows[section] && !["unit", "items"].includes(section);
      const shown = touched ? texts.filter((text) => !/未作答/.test(text)) : [];
      box(section, "hint", ...(shown.length ? [shown.join(" ")] : []));
    }
  }

  async function lock() {
    const values = Object.fromEntries(Object.values(rows).map((row) => [row.section, store.shown(row)]));
    const digest = await Tablet.sha256(Tablet.content(values));
    const signed = Object.values(rows).filter(
      (row) => Tablet.isSignature(row.section) && store.shown(row)?.digest === digest,
    );
    const note = document.getElementById("record-signed");
    note.hidden = !signed.length || unlocked;
    // Signed here, an edit voids the signatures; signed on another tablet, the record stays as it is.
    const elsewhere = signed.length > 0 && signed.every((row) => row.foreign === row.rev);
    for (const text of note.querySelectorAll("[data-signed]")) {
      text.hidden = (text.dataset.signed === "elsewhere") !== elsewhere;
    }
    // A conflict has to be decided whatever is signed.
    const undecided = Object.values(rows).some((row) => row.conflict);
    fieldset.disabled = Boolean(signed.length && !unlocked && !undecided);
    if (!signed.length) unlocked = false;
  }

  document.getElementById("record-unlock").addEventListener("click", () => {
    unlocked = true;
    lock();
  });

  async function refresh() {
    const assignment = await store.assignment(id);
    if (!assignment) return;
    const began = writes;
    const found = Object.fromEntries((await store.sections(id)).map((row) => [row.section, row]));
    // What was written after this reading had begun is newer than what it found.
    for (const [section, write] of written) if (write > began) found[section] = rows[section];
    rows = found;
    if (!attached) {
      attached = true;
      await saveAll();
      document.body.classList.add("is-offline-ready");
    }
    const facts = Tablet.factsOf(assignment, rows);
    for (const section of Object.keys(inputs)) {
      fill(section);
      chip(section);
      refusals(section);
      conflicts(section);
    }
    hints(Tablet.lacks(facts.sections, facts));
    await lock();
    const closed = !["dispatched", "accepted", "inspecting", "returned"].includes(assignment.state);
    document.getElementById("record-closed").hidden = !closed && !assignment.gone;
    if (closed || assignment.gone) fieldset.disabled = true;
    Tablet.record.show(assignment, rows);
  }

  Tablet.flush = saveAll;
  (Tablet.atWork ??= []).push(() => dirty.size + saving.size > 0);
  Tablet.record = { id, refresh, show: () => {}, rows: () => rows, form };
  (Tablet.pages ??= []).push(refresh);
})();
