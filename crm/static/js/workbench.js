// Small helps on the workbench. Every page works without this file; nothing here decides anything.
"use strict";
(() => {
  const language = document.documentElement.lang || "en";

  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(except)) menu.open = false;
    }
  }

  function escape() {
    const menu = document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") escape();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-key='/']");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "?") {
      const keys = document.getElementById("keys");
      if (keys && !keys.open) keys.showModal();
    }
  });

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    if (event.target.closest("[data-keys-open]")) document.getElementById("keys").showModal();
    const chip = event.target.closest("[data-day]");
    if (chip) pickDay(chip);
    const copy = event.target.closest("[data-copy] button");
    if (copy) copyText(copy);
  });

  // A form marked data-once is sent once: the second press of a nervous thumb does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-once") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // After the browser has read the form, or the pressed button's own value would be left out.
    setTimeout(() => form.querySelectorAll("button:not([type=button])").forEach((button) => (button.disabled = true)));
  });

  // A page that comes back with the back button can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => (button.disabled = false));
  }

  async function copyText(button) {
    const input = button.parentElement.querySelector("input");
    input.select();
    await navigator.clipboard.writeText(input.value);
    button.querySelector("span").textContent = button.dataset.copied;
  }

  // Dates are reckoned as noon UTC, so that no zone and no clock change moves them to another day.
  function noon(iso) {
    return new Date(`${iso}T12:00:00Z`);
  }

  function today(field) {
    if (field.dataset.today) return noon(field.dataset.today);
    const now = new Date();
    return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate(), 12));
  }

  function reckon(start, day) {
    const weekday = start.getUTCDay();
    const days = {
      yesterday: -1,
      today: 0,
      tomorrow: 1,
      friday: (5 - weekday + 7) % 7 || 7,
      "next-week": (1 - weekday + 7) % 7 || 7,
      "in-two-weeks": 14,
    }[day];
    return new Date(start.getTime() + days * 86400000).toISOString().slice(0, 10);
  }

  function pickDay(chip) {
    const field = chip.closest("[data-date]");
    const input = field.querySelector("input");
    input.value = reckon(today(field), chip.dataset.day);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function echo(field) {
    const input = field.querySelector("input");
    const output = field.querySelector("[data-date-echo]");
    const date = noon(input.value);
    output.hidden = !input.value || isNaN(date);
    if (!output.hidden) {
      const shape = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
      output.textContent = new Intl.DateTimeFormat(language, shape).format(date);
    }
    for (const chip of field.querySelectorAll("[data-day]")) {
      chip.setAttribute("aria-pressed", String(input.value === reckon(today(field), chip.dataset.day)));
    }
  }

  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-date]");
    if (field) echo(field);
  });

  // What only works with JavaScript is shown by it, in the page and in what htmx brings.
  function prepare(root) {
    for (const field of root.querySelectorAll("[data-date]")) {
      field.querySelectorAll("[data-date-chips]").forEach((chips) => (chips.hidden = false));
      echo(field);
    }
    root.querySelectorAll("[data-copy] button, [data-keys-open]").forEach((button) => (button.hidden = false));
  }

  prepare(document);
  document.addEventListener("htmx:after:swap", () => {
    prepare(document);
    // What took the place of the pressed button's row: else the keyboard would begin at the top of the page again.
    const next = document.querySelector("[data-focus]");
    if (!next) return;
    next.removeAttribute("data-focus");
    next.focus();
  });
  if (matchMedia("(max-width: 47.99rem)").matches) {
    document.querySelectorAll("[data-filters]").forEach((filters) => (filters.open = false));
  }
  // What the page answers to what was typed: the keyboard goes on from there.
  const answer = document.querySelector("[data-error-summary], [data-read-back]");
  if (answer) answer.focus();
})();
