// Hands in what waits and fetches what changed. One tab at a time; nothing is lost when it dies.
"use strict";

(() => {
  const PART = 8 * 1024 * 1024;
  const QUIET = 30_000; // look for news that often while the page is open
  const config = Tablet.config;
  let timer = null;
  let pause = 0;
  let running = false;
  let again = false;

  const cookie = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

  class Trouble extends Error {
    constructor(state, text) {
      super(text);
      this.state = state;
    }
  }

  async function ask(url, options = {}) {
    let response;
    try {
      response = await fetch(url, {
        credentials: "same-origin",
        redirect: "error",
        ...options,
        headers: { "X-CSRFToken": cookie(), ...options.headers },
      });
    } catch {
      throw new Trouble("offline", "");
    }
    if (response.status === 401) throw new Trouble("signin", "登录已过期，请重新登录");
    if (response.status === 426) throw new Trouble("upgrade", (await response.json()).text);
    if (response.status >= 500) throw new Trouble("server", `服务器暂时不能处理（${response.status}）`);
    return response;
  }

  async function post(batch) {
    const ops = batch.map(({ op, seq, assignment, section, base, value, at }) => ({
      op, seq, assignment, section, base, value, at,
    }));
    const body = JSON.stringify({ v: 1, device: await Tablet.store.device(), at: Tablet.stamp(), ops });
    const headers = { "Content-Type": "application/json" };
    let response = await ask(config.sync, { method: "POST", body, headers });
    if (response.status === 403) {
      // A new session has a new token; asking for news brings its cookie.
      await ask(config.sync);
      response = await ask(config.sync, { method: "POST", body, headers });
    }
    if (!response.ok) throw new Trouble("server", await textOf(response));
    const reply = await response.json().catch(() => null);
    if (!Array.isArray(reply?.answers)) throw new Trouble("server", "服务器的答复不完整");
    await Tablet.answered(batch, reply.answers);
  }

  const textOf = async (response) =>
    (await response.json().catch(() => null))?.text ?? `服务器拒绝（${response.status}）`;

  async function handIn({ submissions }) {
    for (;;) {
      const batch = await Tablet.takeBatch({ submissions });
      if (!batch.length) return;
      await post(batch);
    }
  }

  async function putWhole(file, url) {
    return ask(url, { method: "PUT", body: file.blob, headers: { "Content-Type": "application/octet-stream" } });
  }

  async function putParts(file, url) {
    const of = Math.ceil(file.size / PART);
    const state = await (await ask(`${url}?of=${of}`)).json();
    let response = null;
    for (let part = 1; part <= of; part += 1) {
      if (state.whole) return response;
      if (state.parts.includes(part)) continue;
      const bytes = await file.blob.slice((part - 1) * PART, part * PART).arrayBuffer();
      response = await ask(`${url}?part=${part}&of=${of}`, {
        method: "PUT",
        body: bytes,
        headers: { "Content-Type": "application/octet-stream", "X-Part-SHA256": await Tablet.sha256(bytes) },
      });
      if (!response.ok) return response;
    }
    return response;
  }

  async function upload(file) {
    const url = `${config.evidence}${file.sha}/`;
    const response = await (file.size > PART ? putParts : putWhole)(file, url);
    if (response === null || response.ok) await Tablet.uploaded(file, { uploaded: 1 });
    else if (response.status === 403) throw new Trouble("server", "上传被拒绝，请重新登录");
    else await Tablet.uploaded(file, { refused: await textOf(response) });
  }

  async function uploadAll() {
    for (const { assignment, sha } of (await Tablet.store.files()).filter((f) => !f.uploaded && !f.refused)) {
      const file = await Tablet.store.file(assignment, sha);
      if (file) await upload(file);
    }
  }

  async function fetchNews() {
    const cursor = (await Tablet.store.meta("cursor")) ?? "";
    const response = await ask(`${config.sync}${cursor ? `?since=${encodeURIComponent(cursor)}` : ""}`);
    if (!response.ok) throw new Trouble("server", await textOf(response));
    const reply = await response.json();
    // Somebody else signed in since this page was opened: nothing of his comes in here.
    if (reply.account !== config.account) throw new Trouble("other", "已由另一账号登录，请刷新页面");
    await Tablet.pulled(reply);
    await Tablet.cleanUp();
    return reply;
  }

  async function whole() {
    await handIn({ submissions: false });
    await uploadAll();
    await handIn({ submissions: true });
    const reply = await fetchNews();
    Tablet.warm(reply.assignments);
  }

  /** One round; resolves to the state of the connection. */
  async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      const mine = await navigator.locks.request(
        `chanji-sync-${config.account}`, { ifAvailable: true },
        async (lock) => {
          if (!lock) return false;
          Tablet.state({ busy: true });
          await whole();
          return true;
        },
      );
      pause = 0;
      Tablet.state({ busy: false, ...(mine ? { network: "online", text: "" } : {}) });
    } catch (trouble) {
      await Tablet.makeWayOut(trouble);
      pause = Math.min(Math.max(pause * 2, 4000), 60_000);
      Tablet.state({ busy: false, network: trouble.state ?? "server", text: trouble.state ? trouble.message : Tablet.explain(trouble) });
    } finally {
      running = false;
      plan(again ? 200 : pause || QUIET);
      again = false;
      Tablet.renew();
    }
  }

  function plan(delay) {
    clearTimeout(timer);
    timer = setTimeout(run, delay);
  }

  /** Something changed: hand it in shortly, together with what follows at once. */
  const soon = () => {
    if (running) again = true;
    else plan(Math.max(1200, pause));
  };

  window.addEventListener("online", () => {
    pause = 0;
    plan(0);
  });
  window.addEventListener("offline", () => Tablet.state({ network: "offline", text: "" }));

  Object.assign(Tablet, { run, soon, Trouble });
})();
