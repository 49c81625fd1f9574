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

// Suggestions being made: look again until they are ready, then show them.
const follow = async () => {
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  const news = page && page.querySelector("[data-follow]");
  if (page && !news) return location.reload();
  if (news) document.querySelector("[data-follow]").replaceChildren(...news.childNodes);
  setTimeout(follow, 2000);
};
if (document.querySelector("[data-follow]")) setTimeout(follow, 2000);

// The sum of numbers that belong together, while somebody types them.
for (const group of document.querySelectorAll("[data-sum]")) {
  const numbers = [...group.querySelectorAll("input")];
  group.addEventListener("input", () => {
    document.getElementById(group.dataset.sum).value = numbers.reduce((sum, input) => sum + (Number(input.value) || 0), 0);
  });
}

// A text to share: one press selects and copies it. Without leave to copy, it is selected.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    const status = button.parentElement.querySelector("[data-copied]");
    text.select();
    await navigator.clipboard?.writeText(text.value).then(() => (status.textContent = status.dataset.copied)).catch(() => {});
  });
}
