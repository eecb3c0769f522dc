// Moves what waits in an older database of the account to the one in use. There is an older one
// where a slow device was taken for one whose first database never got ready.
"use strict";

(() => {
  const { STRICT } = Tablet.store;
  const KEPT_HERE_ONLY = ["local", "conflict", "errors", "kept", "status"];

  /** The files one by one, so that a full device has to hold only one of them twice. */
  async function takeFiles(older) {
    for (const { assignment, sha, uploaded, refused } of await older.getAll("files")) {
      if (uploaded || refused) continue;
      const file = await older.get("files", [assignment, sha]);
      const tx = Tablet.store.db.transaction("files", "readwrite", STRICT);
      if (!(await tx.store.getKey([assignment, sha]))) await tx.store.put(file);
      await tx.done;
      await older.delete("files", [assignment, sha]);
    }
  }

  /** Operations keep their name and their base: the server knows what it has, and what differs. */
  async function takeOperations(tx, queue) {
    const store = tx.objectStore("queue");
    const busy = new Set((await store.getAll()).map((op) => `${op.assignment} ${op.section}`));
    const bases = {};
    for (const { seq, ...op } of queue) {
      const key = `${op.assignment} ${op.section}`;
      bases[key] ??= op.base;
      if (await store.index("op").getKey(op.op)) continue;
      // Behind an operation of this database it must not pass for its successor.
      await store.add(busy.has(key) ? { ...op, base: op.base ?? bases[key] } : op);
    }
  }

  /** What the person wrote, decided or has to mend; never over what was written here since. */
  async function takeSections(tx, rows, waiting) {
    const store = tx.objectStore("sections");
    const taken = [];
    for (const old of rows) {
      const row = await store.get([old.assignment, old.section]);
      if (row?.local && !waiting.has(`${old.assignment} ${old.section}`)) continue;
      taken.push(old);
      if (row?.local) continue; // its operation goes to the server all the same
      const mine = KEPT_HERE_ONLY.filter((name) => name in old).map((name) => [name, old[name]]);
      await store.put(row ? { ...row, ...Object.fromEntries(mine) } : old);
    }
    return taken;
  }

  async function takeAssignments(tx, assignments) {
    const store = tx.objectStore("assignments");
    for (const row of assignments) {
      if (!(await store.getKey(row.assignment))) await store.put(row);
    }
  }

  /** Only what is still as it was copied: another tab may have it open and write to it. */
  async function forget(older, queue, taken) {
    const tx = older.transaction(["queue", "sections"], "readwrite", STRICT);
    for (const op of queue) {
      const now = await tx.objectStore("queue").get(op.seq);
      if (now && Tablet.same(now.value, op.value)) await tx.objectStore("queue").delete(op.seq);
    }
    for (const old of taken) {
      const now = await tx.objectStore("sections").get([old.assignment, old.section]);
      if (!now || !Tablet.same(now.local, old.local)) continue;
      const { local, conflict, errors, kept, ...rest } = now;
      await tx.objectStore("sections").put({ ...rest, status: "sent" });
    }
    await tx.done;
  }

  async function take(older) {
    await takeFiles(older);
    const queue = (await older.getAll("queue")).filter((op) => op.state === "waiting");
    const rows = (await older.getAll("sections")).filter((row) => row.local);
    if (!queue.length && !rows.length) return;
    const stores = ["assignments", "sections", "queue"];
    const assignments = await older.getAll("assignments");
    const tx = Tablet.store.db.transaction(stores, "readwrite", STRICT);
    await takeAssignments(tx, assignments);
    await takeOperations(tx, queue);
    const waiting = new Set(queue.map((op) => `${op.assignment} ${op.section}`));
    const taken = await takeSections(tx, rows, waiting);
    await tx.done;
    await forget(older, queue, taken);
  }

  /** What cannot be opened or does not fit stays where it is, and is asked for with the next page. */
  async function takeOver(account) {
    await navigator.locks.request(`chanji-${account}-older`, async () => {
      for (const older of await Tablet.store.olderOnes(account)) {
        try {
          await take(older);
        } finally {
          older.close();
        }
      }
    });
  }

  Object.assign(Tablet, { takeOver });
})();
