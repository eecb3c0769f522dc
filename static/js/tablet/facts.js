// What the checks look at, from what the tablet holds.
"use strict";

(() => {
  /** `rows`: section → row. Signatures are valid when their digest is that of the present content. */
  function factsOf(assignment, rows, digest = null) {
    const values = Object.fromEntries(
      Object.values(rows)
        .map((row) => [row.section, Tablet.store.shown(row)])
        .filter(([name, value]) => value && name !== "submit"),
    );
    const signatures = Object.entries(values).filter(([name]) => Tablet.isSignature(name));
    const keys = (wanted) =>
      new Set(
        signatures
          .filter(([, value]) => (value.digest === digest) === wanted)
          .map(([name]) => name.slice("signature:".length)),
      );
    const unit = assignment.dossier ?? {};
    return {
      sections: values,
      officers: Object.fromEntries(assignment.officers.map((one) => [one.code, one.name])),
      items: assignment.checklist.items.map((item) => item.code),
      earliest: Date.parse(assignment.dispatched),
      now: Date.now(),
      valid: keys(true),
      stale: keys(false),
      hasEvidence: Object.keys(values).some((name) => name.startsWith("evidence:")),
      unit: unit.longitude ? { longitude: Number(unit.longitude), latitude: Number(unit.latitude) } : null,
      limit: unit.distance_limit,
    };
  }

  Object.assign(Tablet, { factsOf });
})();
