// Keyboard shortcuts of the desk, and the progress of a run. Every page works without this file.
"use strict";

const typing = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

function move(step) {
  const cases = [...document.querySelectorAll(".queue .case")];
  if (!cases.length) return;
  const held = cases.findIndex((one) => one.classList.contains("here"));
  const next = Math.min(cases.length - 1, Math.max(0, held < 0 ? 0 : held + step));
  cases.forEach((one, place) => one.classList.toggle("here", place === next));
  const link = cases[next].querySelector("a.question");
  link.focus();
  cases[next].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = document.getElementById("verdict");
    if (form) { event.preventDefault(); form.requestSubmit(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "j" || event.key === "k") { move(event.key === "j" ? 1 : -1); return; }
  if (event.key === "/") {
    const search = document.getElementById("search") || document.getElementById("find");
    if (search) { event.preventDefault(); search.focus(); }
    return;
  }
  if (!/^[a-z0-9]$/.test(event.key)) return;
  const target = document.querySelector(`[data-key="${event.key}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input[type=radio]")) { target.checked = true; target.focus(); } else { target.click(); }
});

// The look-up brings other sections without leaving the page: what is typed and ticked stays.
async function lookUp(form) {
  const sent = new URLSearchParams(new FormData(form));
  const answer = await fetch(`${form.action.split("#")[0]}?${sent}`, { headers: { accept: "text/html" } });
  const guide = document.getElementById("guide");
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("guide");
  if (!answer.ok || !found) { form.submit(); return; }
  const ticked = [...guide.querySelectorAll("input:checked")];
  const fresh = new Map([...found.querySelectorAll("input[name=gold]")].map((one) => [one.value, one]));
  fresh.forEach((one) => { one.checked = false; });
  const legend = found.querySelector("legend");
  for (const one of ticked.reverse()) {
    const same = fresh.get(one.value);
    if (same) { same.checked = true; same.closest("details").open = true; } else legend.after(one.closest("label"));
  }
  guide.replaceChildren(...found.childNodes);
  guide.scrollIntoView({ block: "nearest" });
}

document.querySelector("form.lookup")?.addEventListener("submit", (event) => {
  event.preventDefault();
  lookUp(event.target).catch(() => event.target.submit());
});

async function follow(place) {
  try {
    const answer = await fetch(place.dataset.progress, { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    const run = await answer.json();
    const bar = document.getElementById("bar");
    bar.max = run.total || 1;
    bar.value = run.done;
    document.getElementById("done").textContent = run.done;
    document.getElementById("total").textContent = run.total || "…";
    if (run.stage !== "running") { location.reload(); return; }
  } catch { /* the server is busy or away: ask again */ }
  setTimeout(() => follow(place), 1000);
}

const running = document.getElementById("progress");
if (running) setTimeout(() => follow(running), 500);
