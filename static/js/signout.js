// Signing out with work that has not reached the server: warns first, on every staff page.
"use strict";

(() => {
  const form = document.querySelector("form[data-sign-out]");
  if (!form || !window.indexedDB) return;
  let sure = false;

  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    const waiting = await Unsent.count(form.dataset.signOut);
    const text = `还有 ${waiting} 项没有上传，只存在这台设备上。退出后仍会保留，但须用本账号再次登录才能上传。确定退出？`;
    if (waiting && !window.confirm(text)) return;
    sure = true;
    form.submit();
  });
})();
