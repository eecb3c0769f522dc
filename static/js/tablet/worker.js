// The service worker and its versions: a new one takes over only when nothing can get lost by it.
"use strict";

(() => {
  const workers = navigator.serviceWorker;
  let controlled = Boolean(workers?.controller);

  const say = (text) => {
    const part = document.querySelector('#tablet-bar [data-part="version"]');
    if (part) part.textContent = text; // a page kept by an older version has no place for it
  };

  /** Typed, drawn or being taken on this page, and not on the disk yet. */
  const atWork = () => (Tablet.atWork ?? []).some((busy) => busy());

  async function safe() {
    if (atWork()) return false;
    if (Tablet.network() === "upgrade") return true; // the old version can hand in nothing any more
    const { ops, files } = await Tablet.waiting();
    return ops + files + Tablet.store.elsewhere === 0;
  }

  /** Let the new version in, or say why it waits. Asked after each round and whenever one arrives. */
  async function renew() {
    const registration = await workers.getRegistration();
    if (!registration?.waiting) return;
    if (await safe()) registration.waiting.postMessage({ type: "takeOver" });
    else say("新版本已下载，全部上传后自动启用");
  }

  async function register() {
    const registration = await workers.register(Tablet.config.worker, { scope: "/", updateViaCache: "none" });
    const watch = (arrived) => arrived?.addEventListener("statechange", renew);
    watch(registration.installing);
    registration.addEventListener("updatefound", () => watch(registration.installing));
    await renew();
  }

  workers?.addEventListener("controllerchange", () => {
    if (!controlled) {
      controlled = true; // the first one, not a newer one
      return;
    }
    if (Tablet.network() === "upgrade" && !atWork()) location.reload();
    else say("应用已更新，打开下一页起使用新版本");
  });

  window.addEventListener("online", async () => {
    const registration = await workers?.getRegistration();
    registration?.update().catch(() => {}); // asked again with the next page
  });

  /** Have the pages of what is open stored; anew where the server had news. */
  async function warm(changed) {
    const closed = ["approved", "replaced", "cancelled", "submitted"];
    const open = (await Tablet.store.assignments()).filter((row) => !row.gone && !closed.includes(row.state));
    const registration = await workers.getRegistration();
    // A worker whose files did not all arrive is thrown away by the browser: begin again.
    if (!registration?.active && !registration?.installing) await register();
    const { active } = await workers.ready;
    const ids = open.map((row) => row.assignment);
    active.postMessage({ type: "warm", base: Tablet.config.base, ids, changed: changed.map((row) => row.assignment) });
  }

  Object.assign(Tablet, { register, renew, warm });
})();
