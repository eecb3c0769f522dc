// What the server's answers and news do to the tablet's data.
"use strict";

(() => {
  const { STRICT, shown } = Tablet.store;

  /** Mark operations as on their way, before a byte leaves: a killed browser sends them again. */
  async function takeBatch({ submissions }) {
    const tx = Tablet.store.db.transaction("queue", "readwrite", STRICT);
    const batch = [];
    let size = 0;
    for (const op of await tx.store.getAll()) {
      const ready = op.state === "waiting" && op.base !== null;
      if (!ready || (op.section === "submit") !== submissions) continue;
      size += new Blob([JSON.stringify(op)]).size + 64;
      if (batch.length === 100 || (size > 900_000 && batch.length)) break;
      batch.push({ ...op, sent: true });
      if (!op.sent) await tx.store.put({ ...op, sent: true });
    }
    await tx.done;
    return batch;
  }

  async function successor(queue, op) {
    const all = await queue.getAll();
    return all.find(
      (other) =>
        other.assignment === op.assignment &&
        other.section === op.section &&
        other.state === "waiting" &&
        other.base === null,
    );
  }

  async function applied(queue, row, op, answer) {
    await queue.delete(op.seq);
    const next = await successor(queue, op);
    if (next) await queue.put({ ...next, base: answer.rev });
    if (answer.rev >= row.rev) {
      row.rev = answer.rev;
      row.value = op.value;
    }
    if (!next) {
      delete row.local;
      row.status = "sent";
    }
    delete row.errors;
  }

  async function conflicting(queue, row, op, answer) {
    await queue.delete(op.seq);
    if (Tablet.isSignature(op.section)) {
      // The server keeps it whatever it says; what differs is for the officers to decide.
      delete row.local;
      Object.assign(row, { rev: answer.rev, value: op.value, status: "conflict" });
      row.differs = { sections: answer.value.sections, who: answer.who, when: answer.when };
      return;
    }
    const next = await successor(queue, op);
    if (next) await queue.delete(next.seq);
    const mine = row.local ?? op.value;
    row.conflict = { mine, theirs: answer.value, rev: answer.rev, who: answer.who, when: answer.when };
    Object.assign(row, { local: mine, value: answer.value, rev: answer.rev, status: "conflict" });
  }

  async function refused(queue, row, op, answer) {
    await queue.put({ ...op, state: "refused", errors: answer.errors, kept: answer.kept ?? "" });
    const next = await successor(queue, op);
    if (next) await queue.put({ ...next, base: row.rev });
    else Object.assign(row, { status: "refused", errors: answer.errors, kept: answer.kept ?? "" });
  }

  async function answered(batch, answers) {
    const tx = Tablet.store.db.transaction(["queue", "sections"], "readwrite", STRICT);
    const [queue, sections] = [tx.objectStore("queue"), tx.objectStore("sections")];
    for (const answer of answers) {
      const sent = batch.find((op) => op.op === answer.op);
      const op = sent && (await queue.get(sent.seq));
      if (!op || op.state !== "waiting") continue;
      const key = [op.assignment, op.section];
      const row = (await sections.get(key)) ?? {
        assignment: op.assignment, section: op.section, rev: 0, value: null,
      };
      if (answer.status === "applied" || answer.status === "already") {
        await applied(queue, row, op, answer);
      } else if (answer.status === "conflict") await conflicting(queue, row, op, answer);
      else await refused(queue, row, op, answer);
      await sections.put(row);
    }
    await tx.done;
    Tablet.changed();
  }

  // --- news ---------------------------------------------------------------------------------

  async function takeSections(tx, entry, pending) {
    const store = tx.objectStore("sections");
    const known = await store.getAll(IDBKeyRange.bound([entry.assignment], [entry.assignment, []]));
    const rows = Object.fromEntries(known.map((row) => [row.section, row]));
    for (const [section, theirs] of Object.entries(entry.sections)) {
      const row = rows[section] ?? { assignment: entry.assignment, section, rev: 0, value: null };
      if (theirs.rev < row.rev) continue; // older than an answer that came meanwhile
      const waits = pending.has(`${entry.assignment} ${section}`);
      if (theirs.rev > row.rev && !Tablet.same(shown(row), theirs.value)) row.foreign = theirs.rev;
      Object.assign(row, { rev: theirs.rev, value: theirs.value });
      if (!waits && !row.conflict && row.status !== "refused") {
        delete row.local;
        row.status = "sent";
      }
      await store.put(row);
    }
    // The officers took a signed content without it.
    for (const row of known) {
      const waits = pending.has(`${entry.assignment} ${row.section}`) || row.local || row.conflict;
      if (!(row.section in entry.sections) && row.section !== "submit" && !waits) {
        await store.delete([row.assignment, row.section]);
      }
    }
  }

  async function pulled(reply) {
    const stores = ["assignments", "sections", "queue", "meta"];
    const tx = Tablet.store.db.transaction(stores, "readwrite", STRICT);
    const waiting = (await tx.objectStore("queue").getAll()).filter((op) => op.state === "waiting");
    const pending = new Set(waiting.map((op) => `${op.assignment} ${op.section}`));
    for (const entry of reply.assignments) {
      const { sections, ...rest } = entry;
      await tx.objectStore("assignments").put({ ...rest, gone: false });
      await takeSections(tx, entry, pending);
    }
    for (const id of reply.gone) {
      const row = await tx.objectStore("assignments").get(id);
      if (row) await tx.objectStore("assignments").put({ ...row, gone: true });
    }
    await tx.objectStore("meta").put({ key: "cursor", value: reply.cursor });
    await tx.objectStore("meta").put({ key: "synced", value: Tablet.stamp() });
    await tx.done;
    Tablet.changed();
  }

  /** Take away what the server has confirmed, once the assignment is closed and nothing waits. */
  async function cleanUp() {
    const stores = ["assignments", "sections", "queue", "files"];
    const tx = Tablet.store.db.transaction(stores, "readwrite", STRICT);
    const [queue, files] = [await tx.objectStore("queue").getAll(), tx.objectStore("files")];
    for (const row of await tx.objectStore("assignments").getAll()) {
      const closed = row.gone || ["approved", "replaced", "cancelled"].includes(row.state);
      const range = IDBKeyRange.bound([row.assignment], [row.assignment, []]);
      const kept = await files.getAll(range);
      const open = queue.some((op) => op.assignment === row.assignment && op.state === "waiting");
      const undecided = (await tx.objectStore("sections").getAll(range)).some((r) => r.conflict);
      if (!closed || open || undecided || kept.some((file) => !file.uploaded)) continue;
      await files.delete(range);
      await tx.objectStore("sections").delete(range);
      if (row.gone) await tx.objectStore("assignments").delete(row.assignment);
    }
    await tx.done;
  }

  async function uploaded(file, state) {
    const tx = Tablet.store.db.transaction("files", "readwrite", STRICT);
    const row = await tx.store.get([file.assignment, file.sha]);
    if (row) await tx.store.put({ ...row, ...state });
    await tx.done;
    Tablet.changed();
  }

  /** Everything that has not reached the server: operations, conflicts to decide, bytes. */
  async function waiting() {
    const { ops, files, sections } = await Unsent.left(idb.unwrap(Tablet.store.db));
    const queued = ops.length ? new Blob([JSON.stringify(ops)]).size : 0;
    return {
      ops: ops.length,
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.size, queued),
      conflicts: sections.filter((row) => row.conflict).length,
      refused: sections.filter((row) => row.status === "refused").length,
    };
  }

  Object.assign(Tablet, { takeBatch, answered, pulled, cleanUp, uploaded, waiting, shown });
})();
