// The sign-in page at the door goes on taking sign-ins when the network drops. Without this file it is an
// ordinary form. Kept on the device until they are sent: a random key, the group and the number, nothing else.
"use strict";
(() => {
  const form = document.querySelector("[data-door]");
  const said = document.querySelector("[data-door-said]");
  const line = document.querySelector("[data-door-waiting]");
  const fields = form.elements;
  const texts = form.dataset;
  // The night is over: there is nothing to fill in, only what was kept to be sent.
  const over = !fields.group;
  const STORE = `door-${texts.door}`;
  const AGAIN_AFTER = 10_000;
  const PATIENCE = 15_000;
  // What was ticked, by key: in this page alone, gone when it is closed.
  const ticked = new Map();
  // The same list where the browser keeps nothing for a page.
  let inMemory = [];
  // The key of what was typed last: what becomes of it is said.
  let latest = "";
  let sending = false;
  let closed = false;

  function waiting() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) || [];
    } catch {
      return inMemory;
    }
  }

  function keep(entries) {
    inMemory = entries;
    try {
      if (entries.length) localStorage.setItem(STORE, JSON.stringify(entries));
      else localStorage.removeItem(STORE);
    } catch {
      // Full or forbidden: the list in memory holds while the page is open.
    }
    show(entries.length);
  }

  function show(count) {
    line.hidden = count === 0;
    line.textContent = count === 1 ? texts.oneWaits : texts.manyWait.replace("{number}", count);
  }

  function randomKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function ask(options) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      return await fetch(form.getAttribute("action"), { ...options, signal: patience.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  function post(entry) {
    const body = new URLSearchParams(ticked.get(entry.key) || {});
    body.set("form_key", entry.key);
    body.set("group", entry.organization);
    body.set("count", entry.count);
    body.set("csrf_token", fields.csrf_token.value);
    return ask({ method: "POST", headers: { Accept: "application/json" }, body });
  }

  // The browser may have been tidied since the page was opened: ask for a token that holds.
  async function renewToken() {
    const answer = await ask({});
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name='csrf_token']");
    if (token) fields.csrf_token.value = token.value;
  }

  // What became of an entry: "kept", "refused", "closed", "busy", or "away".
  async function send(entry) {
    try {
      let answer = await post(entry);
      if (answer.status === 400) {
        await renewToken();
        answer = await post(entry);
      }
      if (answer.ok) return (await answer.json()).kept ? "kept" : "away";
      return { 410: "closed", 404: "closed", 422: "refused" }[answer.status] || "busy";
    } catch {
      return "away";
    }
  }

  function settle(entry, became) {
    ticked.delete(entry.key);
    keep(waiting().filter((other) => other.key !== entry.key));
    if (became === "refused") {
      said.textContent = texts.refused.replace("{what}", `${entry.organization} ${entry.count}`);
    } else if (over) {
      said.textContent = texts.sent;
    } else if (entry.key === latest) {
      said.textContent = texts.thanks;
    }
  }

  // One after the other, the oldest first.
  async function flush() {
    if (sending || closed) return;
    sending = true;
    for (let entry = waiting()[0]; entry; entry = waiting()[0]) {
      const became = await send(entry);
      if (became === "kept" || became === "refused") {
        settle(entry, became);
        continue;
      }
      closed = became === "closed";
      if (closed) said.textContent = texts.closed;
      else if (waiting().some((other) => other.key === latest)) said.textContent = became === "busy" ? texts.busy : texts.kept;
      break;
    }
    sending = false;
  }

  // As the server would say it, so that it is said without a network too; [field, text] or nothing.
  function fault(count) {
    const email = fields.email.value.trim();
    if (!Number.isInteger(count) || count < 1 || count > 500) return ["count", texts.howMany];
    if (fields.may_join.checked && !fields.group.value.trim()) return ["group", texts.whichGroup];
    if (fields.wants_news.checked && !email) return ["email", texts.where];
    if (email && !fields.email.validity.valid) return ["email", texts.where];
    if (email && !fields.wants_news.checked && !fields.may_join.checked) return ["email", texts.whatFor];
    return null;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const count = Number(fields.count.value);
    const wrong = fault(count);
    if (wrong) {
      said.textContent = wrong[1];
      fields[wrong[0]].focus();
      return;
    }
    const entry = { key: randomKey(), organization: fields.group.value.trim().slice(0, 200), count };
    const more = {};
    for (const name of ["wants_news", "may_join"]) if (fields[name].checked) more[name] = "y";
    if (fields.email.value.trim()) more.email = fields.email.value.trim();
    ticked.set(entry.key, more);
    latest = entry.key;
    said.textContent = "";
    keep([...waiting(), entry]);
    form.reset();
    fields.group.focus();
    flush();
  });

  window.addEventListener("online", flush);
  setInterval(flush, AGAIN_AFTER);
  show(waiting().length);
  flush();
})();
