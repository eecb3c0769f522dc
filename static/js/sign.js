// Draws signatures; without it the typed name alone is signed.
for (const form of document.querySelectorAll(".sign-form")) {
  const canvas = form.querySelector("canvas");
  const ratio = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = canvas.offsetWidth * ratio;
  canvas.height = canvas.offsetHeight * ratio;
  canvas.getContext("2d").scale(ratio, ratio);
  const pad = new SignaturePad(canvas);
  form.querySelector(".pad-clear").addEventListener("click", () => pad.clear());
  form.addEventListener("submit", () => {
    const strokes = pad.toData().map((line) =>
      line.points.map((p) => [Math.round(p.x), Math.round(p.y), Math.round(p.time)]),
    );
    form.elements.strokes.value = strokes.length ? JSON.stringify(strokes) : "";
  });
}
