// What the tablet holds, in IndexedDB: one database per account, so that another account on the
// same tablet cannot open it. A change and its operation are written in one strict transaction.
"use strict";

(() => {
  const STRICT = { durability: "strict" };
  let db = null;
  let elsewhere = 0; // not sent yet, in the account's other databases
  const PATIENCE = 4000;
  const BUSY = "本机数据暂时打不开，请关闭其他标签页后刷新";

  function connect(name) {
    return idb.openDB(name, 1, {
      // A later version adds what it needs and leaves the queue as it is.
      upgrade(database) {
        database.createObjectStore("assignments", { keyPath: "assignment" });
        database.createObjectStore("sections", { keyPath: ["assignment", "section"] });
        const queue = database.createObjectStore("queue", { keyPath: "seq", autoIncrement: true });
        queue.createIndex("op", "op", { unique: true });
        const files = database.createObjectStore("files", { keyPath: ["assignment", "sha"] });
        files.createIndex("uploaded", "uploaded");
        database.createObjectStore("meta", { keyPath: "key" });
      },
      async blocking(_mine, _theirs, event) {
        await Promise.allSettled([Tablet.flush?.()]); // what is typed here goes to the disk first
        event.target.close();
      },
    });
  }

  /** `work`, or nothing when it takes longer than a person waits; what comes later is closed. */
  async function patiently(work) {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
    const done = await Promise.race([work, late]);
    if (!done) work.then((database) => database.close?.(), () => {});
    return done;
  }

  /** The account's databases on this device, the newest last. */
  async function held(account) {
    const names = await patiently(Unsent.databases(account));
    if (!names) throw new Error(BUSY);
    return names;
  }

  /**
   * Open the newest of the account's databases, or make the first. Chromium may never again answer
   * for a name whose very first creation was cut off by leaving the page; the next name takes its
   * place. Which names there are is read from the disk: what a page notes elsewhere reaches it
   * seconds later, and a crash takes it.
   */
  async function openNewest(first, newest) {
    const creating = `${first}-creating`;
    let name = newest;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      if (!name) {
        name = attempt === 1 ? first : `${first}-${Date.now()}`;
        localStorage.setItem(creating, name);
      }
      const opened = await patiently(connect(name));
      if (opened) {
        localStorage.removeItem(creating);
        return opened;
      }
      if (localStorage.getItem(creating) !== name) {
        throw new Error(BUSY);
      }
      name = null;
    }
    throw new Error("本机数据打不开，请重新启动浏览器");
  }

  async function leftIn(database) {
    const { ops, files, sections } = await Unsent.left(idb.unwrap(database));
    return { database, unsent: ops.length + files.length, undecided: sections.length };
  }

  /**
   * The database to work with. There are several where a slow device was taken for one whose first
   * database never got ready. They are never mixed: the oldest that holds something unsent is in
   * use until the server has it, then the next one; what differs meets at the server, as it does
   * for two tablets. One tab at a time, lest two of them write in two places.
   */
  async function open(account) {
    const first = Unsent.first(account);
    return navigator.locks.request(`${first}-open`, async () => {
      const names = await held(account);
      const older = await Promise.all(names.slice(0, -1).map((name) => patiently(connect(name))));
      const all = [...older.filter(Boolean), await openNewest(first, names.at(-1))];
      const left = await Promise.all(all.map(leftIn));
      const chosen =
        left.find(({ unsent }) => unsent) ?? left.find(({ undecided }) => undecided) ?? left.at(-1);
      const others = left.filter((one) => one !== chosen);
      elsewhere = others.reduce((sum, { unsent }) => sum + unsent, 0);
      for (const { database } of others) database.close();
      db = chosen.database;
      return db;
    });
  }

  async function device() {
    const tx = db.transaction("meta", "readwrite", STRICT);
    let row = await tx.store.get("device");
    if (!row) {
      row = { key: "device", value: crypto.randomUUID() };
      await tx.store.put(row);
    }
    await tx.done;
    return row.value;
  }

  const meta = async (key) => (await db.get("meta", key))?.value;
  const setMeta = (key, value) => db.put("meta", { key, value });
  const assignment = (id) => db.get("assignments", id);
  const assignments = () => db.getAll("assignments");
  const queue = () => db.getAll("queue");
  const range = (id) => IDBKeyRange.bound([id], [id, []]);
  const sections = (id) => db.getAll("sections", range(id));
  const files = (id) => (id ? db.getAll("files", range(id)) : db.getAll("files"));
  const file = (id, sha) => db.get("files", [id, sha]);

  const shown = (row) => row.local ?? row.value;

  /** name → value as this tablet has it. */
  async function values(id) {
    const rows = await sections(id);
    return Object.fromEntries(
      rows.filter((row) => shown(row)).map((row) => [row.section, shown(row)]),
    );
  }

  // --- writing ------------------------------------------------------------------------------

  async function row(tx, id, section) {
    const found = await tx.objectStore("sections").get([id, section]);
    return found ?? { assignment: id, section, rev: 0, value: null };
  }

  /** Queue a value: it replaces the one that waits, unless that one is on its way or signed upon. */
  async function enqueue(tx, current, value, base) {
    const store = tx.objectStore("queue");
    const all = (await store.getAll()).filter((op) => op.assignment === current.assignment);
    const mine = all.filter((op) => op.section === current.section && op.state === "waiting");
    const last = mine.at(-1);
    const signedSince = last && all.some((op) => op.seq > last.seq && Tablet.isSignature(op.section));
    if (last && !last.sent && !signedSince) {
      await store.put({ ...last, value, at: Tablet.stamp() });
      return;
    }
    await store.add({
      op: crypto.randomUUID(),
      assignment: current.assignment,
      section: current.section,
      // Behind one that is on its way: its answer says on which revision this one stands.
      base: last ? null : base,
      value,
      at: Tablet.stamp(),
      state: "waiting",
      sent: false,
    });
  }

  /**
   * Write `fields` over the section; what they do not name stays as it is on the disk now. `seen` is
   * the newest revision of somebody else's that the person had before him: where another came
   * since, the base says so, and the server answers with a conflict.
   */
  async function putEdit(tx, id, section, fields, seen = Infinity) {
    const current = await row(tx, id, section);
    const base = current.foreign > seen ? current.foreign - 1 : current.rev;
    return putValue(tx, current, { ...shown(current), ...fields }, base);
  }

  async function putValue(tx, current, value, base) {
    if (Tablet.same(shown(current), value)) return { current, changed: false };
    current.local = value;
    if (current.conflict) {
      // Still to be decided by a person: only what is "mine" changes.
      current.conflict = { ...current.conflict, mine: value };
    } else {
      current.status = "saved";
      delete current.errors;
      await enqueue(tx, current, value, base);
    }
    await tx.objectStore("sections").put(current);
    return { current, changed: true };
  }

  /** Resolves to the section's row once it is on the disk. */
  async function edit(id, section, fields, seen) {
    const tx = db.transaction(["sections", "queue"], "readwrite", STRICT);
    const { current, changed } = await putEdit(tx, id, section, fields, seen);
    await tx.done;
    if (changed) Tablet.changed();
    return current;
  }

  /** The person's decision on a conflict: a new operation on the server's revision. */
  async function choose(id, section, value) {
    const tx = db.transaction(["sections", "queue"], "readwrite", STRICT);
    const current = await row(tx, id, section);
    current.rev = current.conflict.rev;
    current.value = current.conflict.theirs;
    delete current.conflict;
    delete current.local;
    current.status = "sent";
    await tx.objectStore("sections").put(current);
    await putValue(tx, current, value, current.rev);
    await tx.done;
    Tablet.changed();
  }

  /** A photo and what it shows, in one transaction: never one without the other. */
  async function addFile(id, photo, what, target) {
    const tx = db.transaction(["sections", "queue", "files"], "readwrite", STRICT);
    await tx.objectStore("files").put({ assignment: id, uploaded: 0, parts: 0, ...photo });
    const about = await row(tx, id, `evidence:${photo.sha}`);
    await putValue(tx, about, what, about.rev); // taken again after it was withdrawn: all new
    if (target.startsWith("must_check:")) {
      const value = shown(await row(tx, id, target)) ?? {};
      const evidence = [...new Set([...(value.evidence ?? []), photo.sha])];
      await putEdit(tx, id, target, { evidence });
    }
    await tx.done;
    Tablet.changed();
  }

  async function append(id, section, value) {
    const tx = db.transaction(["sections", "queue"], "readwrite", STRICT);
    const current = await row(tx, id, section);
    const op = { op: crypto.randomUUID(), assignment: id, section, base: current.rev, value };
    await tx.objectStore("queue").add({ ...op, at: Tablet.stamp(), state: "waiting", sent: false });
    const { conflict, errors, ...rest } = current;
    await tx.objectStore("sections").put({ ...rest, local: value, status: "saved" });
    await tx.done;
    Tablet.changed();
  }

  /** Signatures never replace one another; neither does a submission. */
  const sign = (id, value) => append(id, `signature:${value.signer}`, value);
  const submit = (id, digest) => append(id, "submit", { digest });

  Object.assign(Tablet, {
    store: {
      open, device, meta, setMeta, assignment, assignments, queue, sections, files, file, values,
      edit, choose, addFile, sign, submit, shown, STRICT,
      get db() {
        return db;
      },
      get elsewhere() {
        return elsewhere;
      },
    },
  });
})();
