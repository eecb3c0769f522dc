// While the draw runs, the projector says so; a second press would only be refused.
const form = document.getElementById("draw-form");
form.addEventListener("submit", () => {
  document.getElementById("drawing").hidden = false;
  form.querySelector(".actions").hidden = true;
});
