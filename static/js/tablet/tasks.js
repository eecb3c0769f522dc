// The list of assignments: what of each still waits on this tablet.
"use strict";

(() => {
  const tasks = [...document.querySelectorAll("[data-task]")];
  if (!tasks.length) return;

  async function refresh() {
    const [queue, files] = [await Tablet.store.queue(), await Tablet.store.files()];
    for (const task of tasks) {
      const id = task.dataset.task;
      const ops = queue.filter((op) => op.assignment === id && op.state === "waiting").length;
      const photos = files.filter((file) => file.assignment === id && !file.uploaded).length;
      const rows = await Tablet.store.sections(id);
      const conflicts = rows.filter((row) => row.conflict || row.differs).length;
      const chip = task.querySelector("[data-chip]");
      const held = Boolean(await Tablet.store.assignment(id));
      chip.textContent = conflicts
        ? `${conflicts} 处有冲突`
        : ops + photos ? `待上传 ${ops + photos} 项` : held ? "可离线" : "";
      chip.dataset.status = conflicts ? "conflict" : ops + photos ? "saved" : "sent";
      chip.hidden = !chip.textContent;
    }
  }

  (Tablet.pages ??= []).push(refresh);
})();
