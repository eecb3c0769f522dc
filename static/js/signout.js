// Signing out with work that has not reached the server: warns first, on every staff page.
"use strict";

(() => {
  const form = document.querySelector("form[data-sign-out]");
  if (!form || !window.indexedDB) return;
  let sure = false;

  /** What waits in one of the account's databases. */
  function waitingIn(name) {
    return new Promise((resolve) => {
      const opening = indexedDB.open(name);
      // Never opened before: nothing waits, and nothing is created.
      opening.onupgradeneeded = () => opening.transaction.abort();
      opening.onerror = () => resolve(0);
      opening.onsuccess = () => {
        const db = opening.result;
        const tx = db.transaction(["queue", "files"]);
        const found = { ops: [], files: [] };
        tx.objectStore("queue").getAll().onsuccess = (event) => (found.ops = event.target.result);
        tx.objectStore("files").getAll().onsuccess = (event) => (found.files = event.target.result);
        tx.oncomplete = () => {
          db.close();
          resolve(
            found.ops.filter((op) => op.state === "waiting").length +
              found.files.filter((file) => !file.uploaded && !file.refused).length,
          );
        };
      };
    });
  }

  async function count(account) {
    const first = `chanji-${account}`;
    const names = (await indexedDB.databases()).map(({ name }) => name);
    const own = names.filter((name) => name === first || name.startsWith(`${first}-`));
    const counts = await Promise.all(own.map(waitingIn));
    return counts.reduce((sum, waiting) => sum + waiting, 0);
  }

  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    const waiting = await count(form.dataset.signOut);
    const text = `还有 ${waiting} 项没有上传，只存在这台设备上。退出后仍会保留，但须用本账号再次登录才能上传。确定退出？`;
    if (waiting && !window.confirm(text)) return;
    sure = true;
    form.submit();
  });
})();
