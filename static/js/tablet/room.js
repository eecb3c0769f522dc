// Room on the device: what does not fit is never called saved, and is announced before it happens.
"use strict";

(() => {
  const MB = 1024 * 1024;
  // Browsers no longer tell how much is left (Chromium always answers 10 GiB). So some is kept back:
  // the day the device is full it is given up, the change at hand still fits, and the person knows.
  // A second, smaller one is for handing in alone: even that has to write a little.
  const RESERVES = { "way-out": 8 * MB, reserve: 32 * MB };
  const FULL = "本机存储已满：这次修改没有保存。请先联网上传，或清理设备后再试；页面上的内容请勿关闭。";
  const NEARLY = "本机存储将满：这次修改已用预留空间存下。请尽快联网上传，或清理设备。";
  const FREEING = "本机存储将满，正在腾出预留空间，请稍候…";
  const CLOSED = "应用已在另一个标签页更新，本页不能再保存。请刷新本页；已存本机的内容没有丢失。";
  let reserved = true;

  const size = (bytes) =>
    bytes < MB ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MB).toFixed(1)} MB`;

  const is = (error, name) => error?.name === name || error?.inner?.name === name;
  const isFull = (error) => is(error, "QuotaExceededError");

  /** What went wrong with the tablet's own data, in the person's language. */
  function explain(error) {
    if (isFull(error)) return FULL;
    if (is(error, "InvalidStateError")) return CLOSED;
    return `没有保存到本机：${error?.message ?? error}`;
  }

  function alarm(text) {
    const box = document.getElementById("tablet-alarm");
    box.textContent = text;
    box.hidden = false;
  }

  async function keepReserve() {
    const { db } = Tablet.store;
    try {
      for (const [name, bytes] of Object.entries(RESERVES)) {
        if (await db.getKey("meta", name)) continue;
        await Tablet.store.setMeta(name, new Blob([new Uint8Array(bytes)]));
      }
      reserved = true;
    } catch {
      reserved = false;
    }
  }

  async function giveUp(name) {
    const { db } = Tablet.store;
    const had = await db.getKey("meta", name);
    if (had) await db.delete("meta", name);
    reserved = false;
    return Boolean(had);
  }

  /** True when handing in failed for want of room and is worth another try. */
  const makeWayOut = async (error) => isFull(error) && giveUp("way-out");

  /** Once more with the reserve; the browser takes up to ten seconds to free it. */
  async function withReserve(work, error) {
    if (!isFull(error) || !(await giveUp("reserve"))) throw error;
    alarm(FREEING);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const done = await work();
        alarm(NEARLY);
        await room();
        return done;
      } catch (again) {
        if (!isFull(again) || attempt === 30) throw again;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  /** Say so in red, and rethrow: nobody may believe that it was saved. */
  async function guard(work) {
    try {
      return await work().catch((error) => withReserve(work, error));
    } catch (error) {
      alarm(explain(error));
      throw error;
    }
  }

  async function room() {
    const kept = (await navigator.storage.persisted()) || (await navigator.storage.persist());
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    const left = quota - usage;
    const low = left < 300 * MB;
    const part = document.querySelector('#tablet-bar [data-part="room"]');
    const texts = [kept ? "本机数据受保护" : "浏览器可能清理本机数据，请尽快上传"];
    if (!reserved) texts.push("本机存储将满，请尽快上传");
    else if (low) texts.push(`只剩 ${size(left)}`);
    part.textContent = texts.join("；");
    part.dataset.warn = String(low || !kept || !reserved);
    return left;
  }

  Object.assign(Tablet, { guard, explain, room, keepReserve, makeWayOut, size });
})();
