// The keyboard of the review pages. Without it everything works with a mouse.
"use strict";

const $ = (id) => document.getElementById(id);
const form = $("decide");
const points = $("points");
const comment = $("comment");

function isTyping(element) {
  return element === comment || (element && element.type === "search");
}

function setPoints(name) {
  const choice = $(name);
  if (points) {
    points.value = name === "full" ? points.dataset.full : "0";
    points.focus();
    points.select();
  } else if (choice) {
    choice.checked = true;
    choice.focus();
  }
}

function accept(button) {
  points.value = button.dataset.points;
  comment.value = button.dataset.comment;
  form.requestSubmit($("send"));
}

function toggleSources() {
  const all = [...document.querySelectorAll("details.source")];
  const open = all.some((one) => !one.open);
  all.forEach((one) => { one.open = open; });
}

const COMMANDS = {
  f: () => setPoints("full"),
  c: () => comment && comment.focus(),
  s: toggleSources,
  a: () => { const first = document.querySelector(".accept"); if (first) accept(first); },
  "/": () => $("search").focus(),
};

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (target) target.click();
  return Boolean(target);
}

function typePoints(event) {
  if (!points) {
    if (event.key !== "0") return false;
    setPoints("zero");
    return true;
  }
  if (document.activeElement !== points) {
    points.value = "";
    points.focus();
  }
  return false; // the field takes the digit itself
}

document.addEventListener("keydown", (event) => {
  const active = document.activeElement;
  if (event.repeat && event.key.length === 1 && !isTyping(active) && active !== points) return;
  if (event.key === "Escape" && active) active.blur();
  if (event.key === "Enter" && form) {
    const decides = active === comment ? event.ctrlKey || event.metaKey : !active || active === document.body || active === points || active.type === "radio" || active.type === "checkbox";
    if (decides && event.repeat) event.preventDefault();
    else if (decides) { event.preventDefault(); form.requestSubmit($("send")); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(active)) return;
  if (/^[0-9.]$/.test(event.key)) {
    if (form && typePoints(event)) event.preventDefault();
    return;
  }
  if (COMMANDS[event.key]) {
    event.preventDefault();
    COMMANDS[event.key]();
  } else if (/^[a-z]$/.test(event.key) && (press(event.key) || active === points)) {
    event.preventDefault();
  }
});

// One press, one decision: a key that is held down must not decide what comes next.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form").forEach((one) => { delete one.dataset.sent; });
});

const count = $("count");
if (count) {
  form.addEventListener("change", () => {
    count.textContent = form.querySelectorAll("[name=seen]:checked").length;
  });
}

for (const name of ["full", "zero"]) {
  const button = $(name);
  if (button && button.type === "button") button.addEventListener("click", () => setPoints(name));
}
document.querySelectorAll(".accept").forEach((one) => one.addEventListener("click", () => accept(one)));
if (location.hash) {
  const part = $(decodeURIComponent(location.hash.slice(1)));
  if (part instanceof HTMLDetailsElement) part.open = true;
}
