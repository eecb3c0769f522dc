// Canonical JSON, SHA-256, times and identities: the same bytes as inspections/rules/sync.py.
"use strict";

window.Tablet = window.Tablet ?? {};

(() => {
  // By code point, as Python sorts; JavaScript's own order goes by UTF-16 unit.
  function byCodePoint(a, b) {
    const left = Array.from(a, (c) => c.codePointAt(0));
    const right = Array.from(b, (c) => c.codePointAt(0));
    for (let n = 0; n < Math.min(left.length, right.length); n += 1) {
      if (left[n] !== right[n]) return left[n] - right[n];
    }
    return left.length - right.length;
  }

  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value !== null && typeof value === "object") {
      const keys = Object.keys(value).sort(byCodePoint);
      return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
    }
    return JSON.stringify(value);
  }

  const isSignature = (name) => name.startsWith("signature:");

  /** What is signed: all sections but signatures, in order of section. `sections`: name → value. */
  function content(sections) {
    const names = Object.keys(sections).filter((name) => !isSignature(name) && name !== "submit");
    names.sort(byCodePoint);
    return canonical(names.map((section) => ({ section, value: sections[section] })));
  }

  async function sha256(bytes) {
    const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    const hash = await crypto.subtle.digest("SHA-256", data);
    return Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, "0")).join("");
  }

  const ZONE_MS = 8 * 3600 * 1000; // the law's clock, wherever the tablet thinks it is

  /** A moment as the server writes it: 2027-02-03T10:41:07+08:00. */
  function stamp(date = new Date()) {
    return `${new Date(date.getTime() + ZONE_MS).toISOString().slice(0, 19)}+08:00`;
  }

  /** What a datetime-local input holds, as a moment; empty stays empty. */
  function fromInput(text) {
    if (!text) return "";
    return `${text.length === 16 ? `${text}:00` : text.slice(0, 19)}+08:00`;
  }

  /** A stored moment as a datetime-local input wants it. */
  function toInput(text) {
    if (!text || Number.isNaN(Date.parse(text))) return "";
    const local = stamp(new Date(text)).slice(0, 19);
    return local.endsWith(":00") ? local.slice(0, 16) : local;
  }

  const same = (a, b) => canonical(a ?? null) === canonical(b ?? null);

  Object.assign(Tablet, { canonical, content, sha256, stamp, fromInput, toInput, same, isSignature });
})();
