// Passkeys. A form has a hidden field `credential` and a button: the server is asked for what the passkey has to
// sign, the browser asks its owner, and the answer goes with the form. Without this file there is the password.
"use strict";
(() => {
  if (window.passkeysAreReady) return;
  window.passkeysAreReady = true;
  const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

  async function ask(button) {
    const making = button.hasAttribute("data-passkey-create");
    const way = { method: "POST", body: new FormData(button.form), headers: { Accept: "application/json" } };
    const answer = await fetch(button.dataset.passkeyCreate || button.dataset.passkeyGet, way);
    const told = await answer.json();
    if (!answer.ok) throw { told: told.error };
    return making
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(told) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(told) });
  }

  async function press(button) {
    const fault = button.closest("[data-passkey]").querySelector("[data-passkey-error]");
    fault.hidden = true;
    button.disabled = true;
    try {
      button.form.elements.credential.value = JSON.stringify((await ask(button)).toJSON());
      button.form.submit();
    } catch (error) {
      button.disabled = false;
      // What the server says is meant to be read; what the browser says is not.
      fault.textContent = error.told || fault.dataset.failed;
      fault.className = "field-error";
      fault.hidden = false;
    }
  }

  for (const part of document.querySelectorAll("[data-passkey]")) {
    const button = part.querySelector("button");
    part.hidden = !able || location.hostname !== button.dataset.host;
    button.addEventListener("click", () => press(button));
  }
})();
