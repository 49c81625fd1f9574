// On staff pages with filters: the list follows the choices without a new page.
import "@digdir/designsystemet-web/invokers";
import "@digdir/designsystemet-web/dialog";
import htmx from "htmx.org/dist/htmx.esm.js";

htmx.config.noSwap = [204, 304, "5xx"];
window.htmx = htmx;

// The button of a filter form is for those without script; see .js-hide in the styles.
document.documentElement.classList.add("has-htmx");

// A failed filter says so where it is read out, and leaves the list as it was.
document.addEventListener("htmx:error", () => {
  const status = document.querySelector("[data-filter-status]");
  if (status) status.textContent = status.dataset.filterStatus;
});
