// Beside a field for a colour (#rrggbb): the browser's own way to pick one. The text stays what is sent.
"use strict";
for (const frame of document.querySelectorAll("[data-colour]")) {
  const text = frame.querySelector("input");
  const label = frame.querySelector("label");
  const picker = document.createElement("input");
  picker.type = "color";
  picker.className = "form-control form-control-color";
  picker.setAttribute("aria-label", label.textContent.trim());
  const follow = () => {
    if (/^#[0-9a-f]{6}$/i.test(text.value)) picker.value = text.value.toLowerCase();
  };
  follow();
  text.addEventListener("input", follow);
  picker.addEventListener("input", () => { text.value = picker.value; });
  const row = document.createElement("div");
  row.className = "copy";
  text.before(row);
  row.append(picker, text);
}
