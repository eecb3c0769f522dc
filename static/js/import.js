// Follows an import a worker has; without JavaScript the page refreshes itself.
const EVERY = 1000;

async function look() {
  const section = document.getElementById("import-progress");
  if (!section) return;
  try {
    const answer = await fetch(section.dataset.url, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("import-progress");
      if (!fresh || !("waiting" in fresh.dataset)) {
        location.reload();
        return;
      }
      section.replaceWith(fresh);
    }
  } catch {
    // The connection may come back; the next look says so.
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
