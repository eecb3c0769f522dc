// Shows only the fields the chosen kind of plan uses; without JavaScript all are there, each with its hint.
const FIELDS = {
  monthly: ["month"],
  construction: ["share"],
  lookback: ["share"],
  joint: ["share", "department", "partners_per_team", "types", "industries", "grids"],
};
const optional = [...new Set(Object.values(FIELDS).flat())];
const kind = document.getElementById("id_kind");

function show() {
  const used = FIELDS[kind.value] ?? [];
  for (const name of optional) {
    const field = document.getElementById(`div_id_${name}`);
    if (field) field.hidden = !used.includes(name);
  }
}

kind?.addEventListener("change", show);
if (kind) show();
