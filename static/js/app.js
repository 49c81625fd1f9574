// On every page. All of it is comfort: the pages work without.
// After a refused form the summary gets focus, so the reason is the first thing read out.
document.querySelector("[data-autofocus]")?.focus();

// On a phone the menu scrolls sideways; the page one is on should be in sight.
const current = document.querySelector(".site-nav [aria-current]");
if (current) current.closest("ul").scrollLeft = current.offsetLeft - innerWidth / 3;

// A summary's link goes to the control and puts the caret in it; the browser alone only scrolls.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".ds-error-summary a[href^='#']");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  control.focus({ preventScroll: true });
  (control.closest(".ds-field, .ds-fieldset, tr") ?? control).scrollIntoView({ block: "start" });
});

// Another language draws the form again that one has typed into; without script it is the first.
let touched;
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => { if (target.form?.id.startsWith("form-")) touched = target.form; });
}
for (const button of document.querySelectorAll(".languages button")) {
  const first = button.getAttribute("form");
  button.addEventListener("click", () => button.setAttribute("form", touched?.id ?? first));
}

// A second press while the first is on its way sends nothing. Back in history frees the form again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const once = form.hasAttribute("data-once") || event.submitter?.hasAttribute("data-once");
  if (!once || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
});

// Fields by choice: what belongs to another answer is put away and not sent. A refused field stays.
for (const part of document.querySelectorAll("[data-when]")) {
  const [name, ...answers] = part.dataset.when.split(" ");
  const form = part.closest("form");
  const refused = part.querySelector("[aria-invalid=true], .in-error");
  const follow = () => {
    part.hidden = !refused && !answers.includes(form.elements[name].value);
    for (const field of part.querySelectorAll("input, select, textarea")) {
      field.disabled = Boolean(field.closest("[data-when][hidden]"));
    }
  };
  form.addEventListener("change", follow);
  follow();
}

// The account menu closes like any menu: Escape, or a press elsewhere.
const menus = () => document.querySelectorAll("details.account[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.querySelector("[data-print]")?.addEventListener("click", () => print());

document.documentElement.classList.add("has-script");
