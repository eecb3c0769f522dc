// After a refusal the browser shows the first mistake, not the top of the page.
"use strict";

(() => {
  const first = document.querySelector('main [aria-invalid="true"], main .alert-block, main .errorlist');
  first?.focus({ preventScroll: true });
  first?.scrollIntoView({ block: "center", behavior: "instant" });
})();
