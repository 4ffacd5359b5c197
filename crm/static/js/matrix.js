// The matrix by keyboard: one tab stop, arrows from cell to cell. Without this file each cell is a plain link.
"use strict";
(() => {
  const table = document.querySelector("[data-matrix]");
  if (!table) return;
  const FAR = 10;

  // What can be reached, row by row: the heads of the demands, then each group with its cells.
  const rows = [...table.rows]
    .map((row) => [...row.querySelectorAll("a, input")])
    .filter((row) => row.length);
  const places = new Map();
  rows.forEach((row, y) => row.forEach((stop, x) => places.set(stop, [y, x])));

  // Roles are said aloud, so that they hold however a style sheet lays out the rows.
  const ROLES = { THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "gridcell" };
  table.setAttribute("role", "grid");
  for (const part of table.querySelectorAll("thead, tbody, tr, td, th")) {
    const head = part.scope === "row" ? "rowheader" : "columnheader";
    part.setAttribute("role", ROLES[part.tagName] || head);
  }

  let here = rows[rows.length > 1 ? 1 : 0].at(-rows[0].length) || rows[0][0];
  for (const stop of places.keys()) stop.tabIndex = -1;
  here.tabIndex = 0;

  function go(stop) {
    if (!stop) return;
    here.tabIndex = -1;
    here = stop;
    here.tabIndex = 0;
    here.focus({ preventScroll: true });
    here.closest("td, th").scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // The stop of another row in the same column, else the nearest to its left.
  function column(stop) {
    return stop.closest("td, th").cellIndex;
  }
  function below(y, from) {
    const row = rows[Math.max(0, Math.min(rows.length - 1, y))];
    const same = row.filter((stop) => column(stop) === column(from));
    return same.find((stop) => stop.tagName === from.tagName) || same[0];
  }

  function target(event, y, x) {
    const onward = document.documentElement.dir === "rtl" ? -1 : 1;
    switch (event.key) {
      case "ArrowRight": return rows[y][x + onward];
      case "ArrowLeft": return rows[y][x - onward];
      case "ArrowDown": return below(y + 1, here);
      case "ArrowUp": return below(y - 1, here);
      case "PageDown": return below(y + FAR, here);
      case "PageUp": return below(Math.max(y - FAR, 1), here);
      case "Home": return event.ctrlKey ? rows[0][0] : rows[y][0];
      case "End": return event.ctrlKey ? rows.at(-1).at(-1) : rows[y].at(-1);
      default: return undefined;
    }
  }

  const KEYS = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"];
  table.addEventListener("keydown", (event) => {
    if (!places.has(event.target) || !KEYS.includes(event.key) || event.altKey || event.metaKey) return;
    event.preventDefault();
    here = event.target;
    go(target(event, ...places.get(here)));
  });
  // The words of a cell for the pointer as well: the page would weigh a quarter more if it held them twice.
  table.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("td > a");
    if (cell) cell.title = cell.textContent;
  });
  // A cell that is clicked, or reached by a screen reader, is where the keys go on from.
  table.addEventListener("focusin", (event) => {
    if (!places.has(event.target) || event.target === here) return;
    here.tabIndex = -1;
    here = event.target;
    here.tabIndex = 0;
  });
})();
