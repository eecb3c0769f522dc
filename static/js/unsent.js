// What an account has on this device that has not reached the server. Told in this one place, for
// the tablet's bar, for the choice of its database and for signing out.
"use strict";

const Unsent = (() => {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const first = (account) => `chanji-${account}`;

  /** The names of the account's databases, the newest last. */
  async function databases(account) {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    return names.filter((name) => name === first(account) || name.startsWith(`${first(account)}-`)).sort();
  }

  /** {ops, files, sections}: rows on their way to the server, and those a person must see to. */
  async function left(database) {
    const tx = database.transaction(["queue", "files", "sections"]);
    const [ops, files, sections] = await Promise.all([
      settled(tx.objectStore("queue").getAll()),
      settled(tx.objectStore("files").index("uploaded").getAll(0)),
      settled(tx.objectStore("sections").getAll()),
    ]);
    return {
      ops: ops.filter((op) => op.state === "waiting"),
      files: files.filter((file) => !file.refused),
      sections: sections.filter((row) => row.conflict || row.status === "refused"),
    };
  }

  /** How many rows wait in the database of this name; nothing is created for asking. */
  async function waitingIn(name) {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.transaction.abort();
    const database = await settled(opening).catch(() => null);
    if (!database) return 0;
    const { ops, files } = await left(database);
    database.close();
    return ops.length + files.length;
  }

  /** How many rows wait in all databases of the account. */
  async function count(account) {
    const counts = await Promise.all((await databases(account)).map(waitingIn));
    return counts.reduce((sum, waiting) => sum + waiting, 0);
  }

  return { first, databases, left, count };
})();
