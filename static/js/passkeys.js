// A passkey in the place of a code or a link: the browser asks the device, and what the device
// signed goes off in an ordinary form. Forms that need it are hidden where it cannot be had.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

// What is not text in what the site asks for, and in what the device answers.
const forDevice = (asked) => ({
  ...asked,
  challenge: bytes(asked.challenge),
  ...(asked.user && { user: { ...asked.user, id: bytes(asked.user.id) } }),
  ...(asked.allowCredentials && { allowCredentials: named(asked.allowCredentials) }),
  ...(asked.excludeCredentials && { excludeCredentials: named(asked.excludeCredentials) }),
});
const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
const forSite = ({ id, rawId, type, response }) => ({
  id,
  rawId: text(rawId),
  type,
  clientExtensionResults: {},
  response: Object.fromEntries(PARTS.filter((part) => response[part]).map((part) => [part, text(response[part])])),
});

const ask = async (form) => {
  const token = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const answer = await fetch(form.dataset.challenge, { method: "POST", body: token, redirect: "error" });
  if (!answer.ok) return location.reload(); // signed out, or to be asked who it is again
  const publicKey = forDevice(await answer.json());
  const credentials = navigator.credentials;
  const made = await (form.dataset.passkey === "create" ? credentials.create({ publicKey }) : credentials.get({ publicKey }));
  form.querySelector("[data-answer]").value = JSON.stringify(forSite(made));
  form.submit();
};

const say = (form, why) => {
  for (const line of form.querySelectorAll("[data-says]")) line.hidden = line.dataset.says !== why;
};

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!form.reportValidity() || form.dataset.asking) return;
      form.dataset.asking = "yes";
      say(form, "");
      ask(form)
        .catch((error) => say(form, error.name === "InvalidStateError" ? "known" : "failed"))
        .finally(() => delete form.dataset.asking);
    });
  }
  for (const line of document.querySelectorAll("[data-without-passkeys]")) line.hidden = true;
}
