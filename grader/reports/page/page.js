"use strict";
// Sorts and filters lists that are complete without it. Values are in data-… of each row.
for (const controls of document.querySelectorAll("[data-controls]")) {
  const rows = document.getElementById(controls.dataset.controls);
  const all = [...rows.children];
  controls.hidden = false;
  const buttons = controls.querySelectorAll("button");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const key = button.dataset.sort;
      const down = button.dataset.down ? -1 : 1;
      const sorted = [...all].sort((one, other) =>
        down * (Number(one.dataset[key]) - Number(other.dataset[key])) ||
        Number(one.dataset.order) - Number(other.dataset.order));
      rows.append(...sorted);
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    });
  }
  const search = controls.querySelector("input");
  if (search) {
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLowerCase();
      for (const row of all) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
  }
}
