// The board: cards are dragged, moved by keys, or by their arrows without loading the page again. Without this
// file each arrow sends the form, and the page comes back with the card in its new column.
"use strict";
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const told = document.querySelector("[data-board-told]");
  const help = document.getElementById("board-keys");
  const onward = document.documentElement.dir === "rtl" ? -1 : 1;
  if (help) help.hidden = false;
  const before = document.querySelector(".bench > .flashes");

  const columns = () => [...board.querySelectorAll(".board-column")];
  const cards = (column) => [...column.querySelectorAll(".card")];
  const list = (column) => column.querySelector("[data-cards]");
  const columnOf = (node) => node.closest(".board-column");

  // Capped counts ("1,000+") stay as they are.
  function count(column, change) {
    const shown = column.querySelector("[data-count]");
    if (!shown || shown.dataset.count === "") return;
    shown.dataset.count = Number(shown.dataset.count) + change;
    shown.textContent = Number(shown.dataset.count).toLocaleString(document.documentElement.lang || "en");
  }

  // What is told lies over a corner of the board, so it can be put away.
  function show(...flashes) {
    for (const flash of flashes) {
      const close = document.createElement("button");
      close.type = "button";
      close.className = "btn btn-quiet";
      close.textContent = told.dataset.close;
      close.addEventListener("click", () => flash.remove());
      flash.append(close);
    }
    told.replaceChildren(...flashes);
  }

  function tell(html) {
    show(...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".flash"));
  }

  function fail() {
    const flash = document.createElement("div");
    const text = document.createElement("p");
    flash.className = "flash flash-error";
    text.textContent = board.dataset.failed;
    flash.append(text);
    show(flash);
  }

  if (before) {
    show(...before.children);
    before.remove();
  }

  async function send(card, stage) {
    const body = new FormData();
    for (const name of ["csrf_token", "next"]) body.set(name, board.elements[name].value);
    body.set("move", `${card.dataset.card} ${stage}`);
    // Kept up when the page is left meanwhile: the card was seen to go.
    const way = { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true };
    const answer = await fetch(board.action, way);
    const html = await answer.text();
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    return { moved: answer.ok && !answer.redirected, html };
  }

  // The card goes at once, and comes back where that was not saved.
  async function move(card, column, focus) {
    const from = columnOf(card);
    if (!column.dataset.stage || column === from || card.hasAttribute("aria-busy")) return;
    const after = card.nextSibling;
    const back = () => {
      list(from).insertBefore(card, after && after.parentNode === list(from) ? after : null);
      count(from, 1);
      count(column, -1);
      card.removeAttribute("aria-busy");
    };
    card.setAttribute("aria-busy", "true");
    list(column).prepend(card);
    count(from, -1);
    count(column, 1);
    let held = card;
    try {
      const { moved, html } = await send(card, column.dataset.stage);
      if (!moved) back();
      else held = renew(card, html) || card;
      if (!moved && !html.includes("flash")) fail();
      else tell(html);
    } catch {
      back();
      fail();
    }
    if (focus) rest(held, focus);
  }

  // The card as the server tells it now: other arrows, here since today.
  function renew(card, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".card");
    if (!fresh) return null;
    const shown = document.importNode(fresh, true);
    card.replaceWith(shown);
    return shown;
  }

  function rest(card, way) {
    const arrow = way === "name" ? null : [...card.querySelectorAll(".card-move")].at(way === "back" ? 0 : -1);
    (arrow || card.querySelector(".card-name")).focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  board.addEventListener("submit", (event) => {
    const pressed = event.submitter;
    if (!pressed || pressed.name !== "move") return;
    const stage = pressed.value.split(" ")[1];
    const column = columns().find((one) => one.dataset.stage === stage);
    if (!column) return;
    event.preventDefault();
    const card = pressed.closest(".card");
    move(card, column, pressed === card.querySelector(".card-move") && card.querySelectorAll(".card-move").length > 1 ? "back" : "forward");
  });

  let dragged = null;
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(".card[draggable]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.querySelector(".card-name").textContent);
  });
  function over(column) {
    for (const one of columns()) one.classList.toggle("board-over", one === column);
  }
  board.addEventListener("dragover", (event) => {
    const column = columnOf(event.target);
    const may = dragged && column && column.dataset.stage && column !== columnOf(dragged);
    if (may) event.preventDefault();
    over(may ? column : null);
  });
  board.addEventListener("drop", (event) => {
    const column = columnOf(event.target);
    if (!dragged || !column) return;
    event.preventDefault();
    move(dragged, column);
  });
  board.addEventListener("dragend", () => {
    dragged = null;
    over(null);
  });

  // The next column in a direction: with cards to go to, or that takes a card.
  function beside(column, step, fits) {
    const all = columns();
    let place = all.indexOf(column) + step;
    while (all[place] && !fits(all[place])) place += step;
    return all[place];
  }

  board.addEventListener("keydown", (event) => {
    const card = event.target.closest(".card");
    if (!card || event.ctrlKey || event.metaKey || event.altKey || !event.key.startsWith("Arrow")) return;
    const column = columnOf(card);
    const step = (event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0) * onward;
    event.preventDefault();
    if (step && event.shiftKey) {
      const to = beside(column, step, (one) => one.dataset.stage);
      if (to && card.draggable) move(card, to, "name");
      return;
    }
    const place = cards(column).indexOf(card);
    const other = step ? beside(column, step, (one) => cards(one).length) : column;
    const row = other ? cards(other) : [];
    const next = step ? row[Math.min(place, row.length - 1)] : row[place + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) rest(next, "name");
  });
})();
