// Starts the tablet's part of a page: account, data, service worker, and the bar that is always there.
"use strict";

window.Tablet = window.Tablet ?? {};

(() => {
  const node = document.getElementById("tablet-config");
  Tablet.config = { ...node.dataset };
  const NETWORK = {
    online: "在线", offline: "离线", server: "服务器无应答", signin: "需要重新登录",
    upgrade: "需要更新", other: "账号已更换", unknown: "正在连接",
  };
  const state = { network: navigator.onLine ? "unknown" : "offline", text: "", busy: false };
  const listeners = new Set();
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(`chanji-${Tablet.config.account}`) : null;

  /** Make an element; `props` are properties, `children` nodes or texts. */
  Tablet.element = (tag, props = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), props);
    made.append(...children);
    return made;
  };

  // --- the bar --------------------------------------------------------------------------------

  const bar = document.getElementById("tablet-bar");
  const part = (name) => bar.querySelector(`[data-part="${name}"]`);

  async function paint() {
    const waiting = await Tablet.waiting();
    const synced = await Tablet.store.meta("synced");
    bar.dataset.network = state.network;
    const known = state.network === "unknown" && state.busy ? [] : [NETWORK[state.network]];
    part("network").textContent = [...known, ...(state.busy ? ["正在同步…"] : [])].join("，");
    const count = waiting.ops + waiting.files;
    part("waiting").textContent = count ? `待上传 ${count} 项，${Tablet.size(waiting.bytes)}` : "全部已上传";
    part("waiting").dataset.count = String(count);
    const trouble = [];
    if (waiting.conflicts) trouble.push(`${waiting.conflicts} 处有冲突`);
    if (waiting.refused) trouble.push(`${waiting.refused} 处被退回`);
    if (Tablet.store.elsewhere) trouble.push(`本机另存有 ${Tablet.store.elsewhere} 项，打开下一页后上传`);
    part("trouble").textContent = trouble.join("，");
    part("synced").textContent = synced ? `上次完整同步 ${synced.slice(5, 16).replace("T", " ")}` : "尚未完整同步";
    const text = part("text");
    text.replaceChildren(state.text);
    if (state.network === "signin") {
      const next = encodeURIComponent(location.pathname);
      text.append("　", Tablet.element("a", { href: `${Tablet.config.login}?next=${next}`, textContent: "去登录" }));
    }
    text.hidden = !state.text && state.network !== "signin";
    bar.hidden = false;
  }

  Tablet.state = (changes) => {
    Object.assign(state, changes);
    paint();
  };
  Tablet.network = () => state.network;

  /** Something was written on this tablet: repaint here and in the other tabs. */
  Tablet.changed = () => {
    channel?.postMessage("changed");
    repaint();
    Tablet.soon();
  };
  Tablet.onChange = (listener) => listeners.add(listener);
  let painting = null;
  let stale = false;

  async function paintAll() {
    try {
      while (stale) {
        stale = false;
        await paint();
        for (const listener of listeners) await listener();
      }
    } finally {
      painting = null;
    }
  }

  /**
   * Resolves once the page shows what the disk holds now. One round at a time: of two at once, the
   * one that read earlier could finish later and put back what was typed in between.
   */
  function repaint() {
    stale = true;
    painting ??= paintAll();
    return painting;
  }
  Tablet.repaint = repaint;
  channel?.addEventListener("message", repaint);
  // Back from the browser's memory: the world went on meanwhile.
  window.addEventListener("pageshow", async ({ persisted }) => {
    if (!persisted) return;
    await takeDrafts();
    await repaint();
  });

  // --- starting ----------------------------------------------------------------------------------

  /** Cached pages carry a token of an earlier day. */
  function freshTokens() {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (!token) return;
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
  }

  Tablet.draftKey = (id) => `chanji-draft-${Tablet.config.account}-${id}`;

  /** What was typed in the moment a page was left. */
  async function takeDrafts() {
    const prefix = Tablet.draftKey("");
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(prefix))) {
      const id = key.slice(prefix.length);
      const draft = JSON.parse(localStorage.getItem(key));
      const { sections = draft, seen = {} } = draft; // an older version wrote the sections alone
      for (const [section, value] of Object.entries(sections)) {
        await Tablet.guard(() => Tablet.store.edit(id, section, value, seen[section]));
      }
      localStorage.removeItem(key);
    }
  }

  async function start() {
    if (!window.isSecureContext || !window.indexedDB || !navigator.serviceWorker) {
      document.getElementById("tablet-alarm").textContent =
        "此浏览器或此地址不支持离线填写（需要 HTTPS）。请保持联网并随时按“保存”。";
      document.getElementById("tablet-alarm").hidden = false;
      return;
    }
    freshTokens();
    await Tablet.guard(() => Tablet.store.open(Tablet.config.account));
    await takeDrafts();
    await paint();
    document.documentElement.dataset.tablet = "ready";
    for (const refresh of Tablet.pages ?? []) Tablet.onChange(refresh);
    await repaint();
    Tablet.register().catch((error) => Tablet.state({ text: `离线组件没有装上：${error.message}` }));
    Tablet.keepReserve().then(Tablet.room);
    await Tablet.run();
  }

  /** Accepting and starting need no network: the server does both with the first entry it is sent. */
  function withoutNetwork(event) {
    const instead = event.target.dataset.withoutNetwork;
    if (!instead || (navigator.onLine && !["offline", "server"].includes(state.network))) return;
    event.preventDefault();
    location.assign(instead);
  }

  document.addEventListener("submit", withoutNetwork);
  document.addEventListener("DOMContentLoaded", start);
})();
