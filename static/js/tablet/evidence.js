// Photos, videos and documents on the record form: taken, shown, explained, withdrawn.
"use strict";

(() => {
  const record = Tablet.record;
  if (!record) return;
  const { element, store } = Tablet;
  const urls = new Map(); // sha → object URL
  let taking = 0;
  (Tablet.atWork ??= []).push(() => taking > 0);

  for (const picker of document.querySelectorAll("[data-pick]")) {
    picker.hidden = false;
    picker.querySelector("input").addEventListener("change", (event) => take(event.target, picker.dataset.pick));
  }
  document.getElementById("evidence-form").hidden = true;

  async function take(input, target) {
    const files = [...input.files];
    const note = document.querySelector(`[data-progress="${CSS.escape(target)}"]`);
    taking += 1;
    for (const [n, file] of files.entries()) {
      note.textContent = `正在保存 ${n + 1} / ${files.length}…`;
      try {
        await Tablet.guard(() => Tablet.photo.add(record.id, file, { target, note: "", taker: Tablet.config.name }));
      } catch {
        break;
      }
    }
    taking -= 1;
    note.textContent = "";
    input.value = "";
  }

  async function picture(sha, file, name) {
    if (file?.blob && file.type.startsWith("image/")) {
      if (!urls.has(sha)) urls.set(sha, URL.createObjectURL(file.blob));
      return element("img", { src: urls.get(sha), alt: name, loading: "lazy" });
    }
    if (file?.blob) return element("span", { className: "file", textContent: name });
    const base = `${Tablet.config.base}${record.id}/evidence/${sha}/`;
    const link = element("a", { href: base, target: "_blank", rel: "noopener" });
    link.append(element("img", { src: `${base}?size=thumb`, alt: name, loading: "lazy" }));
    return link;
  }

  function state(row, file) {
    if (row.status === "refused" || file?.refused) return "被退回";
    return row.local || (file && !file.uploaded) ? "已存本机" : "已上传";
  }

  async function card(row, assignment) {
    const sha = row.section.slice("evidence:".length);
    const value = store.shown(row);
    const file = await store.file(assignment.assignment, sha);
    const note = element("input", { type: "text", value: value.note ?? "", placeholder: "说明", maxLength: 500 });
    note.setAttribute("aria-label", "证据说明");
    note.addEventListener("change", () =>
      Tablet.guard(() => store.edit(record.id, row.section, { note: note.value.trim() }, row.foreign ?? 0)),
    );
    const away = element("button", { type: "button", className: "btn btn-line btn-sm", textContent: "撤回" });
    away.addEventListener("click", () => withdraw(row, value, sha));
    const facts = [value.time?.slice(5, 16).replace("T", " "), value.place, `指纹 ${sha.slice(0, 8)}`];
    return element(
      "li", { className: "photo" },
      await picture(sha, file, value.note || value.name || "证据"),
      element("div", {}, note, element("p", { className: "muted small", textContent: facts.filter(Boolean).join(" · ") })),
      element("span", { className: "chip", textContent: file?.refused ?? state(row, file) }),
      away,
    );
  }

  async function withdraw(row, value, sha) {
    const reason = window.prompt("撤回原因（照片本身仍会保留）")?.trim();
    if (!reason) return;
    await Tablet.guard(async () => {
      await store.edit(record.id, row.section, { withdrawn: true, reason });
      const target = record.rows()[value.must_check];
      const list = target && store.shown(target)?.evidence;
      if (list?.includes(sha)) {
        const rest = list.filter((one) => one !== sha);
        await store.edit(record.id, value.must_check, { evidence: rest });
      }
    });
  }

  const shownAs = new Map(); // target → what stands there, so that typing is not disturbed

  record.show = async (assignment, rows) => {
    const all = Object.values(rows).filter((row) => row.section.startsWith("evidence:"));
    for (const list of document.querySelectorAll("[data-photos]")) {
      const target = list.dataset.photos;
      const here = all.filter((row) => {
        const value = store.shown(row);
        return value && !value.withdrawn && (value.must_check || "narrative") === target;
      });
      const files = await Promise.all(here.map((row) => store.file(assignment.assignment, row.section.slice(9))));
      const key = JSON.stringify(here.map((row, n) => [row.section, store.shown(row), row.status, files[n]?.uploaded, files[n]?.refused]));
      if (shownAs.get(target) === key || list.contains(document.activeElement)) continue;
      shownAs.set(target, key);
      list.replaceChildren(...(await Promise.all(here.map((row) => card(row, assignment)))));
    }
  };

  // --- place ----------------------------------------------------------------------------------------

  const button = document.getElementById("take-place");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const coords = await Tablet.photo.place();
    button.disabled = false;
    const note = document.getElementById("place-said");
    if (!coords) {
      note.textContent = "没有取得定位，请在空旷处再试，或在“原因”中说明。";
      return;
    }
    const set = (key, text) => {
      const input = record.form.elements[`visit__${key}`];
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    set("longitude", coords.longitude.toFixed(6));
    set("latitude", coords.latitude.toFixed(6));
    set("accuracy", String(Math.round(coords.accuracy)));
    note.textContent = `已取得定位，误差 ${Math.round(coords.accuracy)} 米`;
  });

  // --- phrases ----------------------------------------------------------------------------------------

  for (const phrase of document.querySelectorAll("[data-phrase]")) {
    phrase.addEventListener("click", () => {
      const note = document.getElementById(phrase.dataset.phrase);
      note.value = note.value ? `${note.value.trim()}；${phrase.dataset.text}` : phrase.dataset.text;
      note.dispatchEvent(new Event("input", { bubbles: true }));
      note.focus();
    });
  }
  for (const group of document.querySelectorAll("[data-phrases]")) group.hidden = false;
})();
