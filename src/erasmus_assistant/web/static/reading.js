// Where the reader is: at the beginning of the latest answer.
import { smooth } from "./dom.js";

let aim = null;
let begun = false;

// How much of the page's top lies below the bar that stays there.
function covered() {
  const bar = document.querySelector(".bar");
  return getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;
}

// How far the beginning is: the question's top; of a long one the end, so that the answer is seen below.
function away() {
  const row = aim?.closest(".message-row");
  if (!row?.isConnected) return 0;
  const { top, bottom } = row.getBoundingClientRect();
  return Math.max(top - covered(), bottom - innerHeight / 3);
}

export function begin(question, behavior = smooth()) {
  begun = true;
  aim = question;
  if (Math.abs(away()) > 1) scrollBy({ top: away(), behavior });
  else aim = null;
}

// A conversation that was kept goes on where it was.
export function resume(question) {
  if (!begun) begin(question, "auto");
}

// A keyboard on the screen would cover half of the answer.
export function clearView(box) {
  if (window.matchMedia("(pointer: coarse)").matches) box.blur();
}

// What stands above may change its height on the way: the aim is taken again, unless the reader goes elsewhere.
document.addEventListener("scrollend", () => {
  if (Math.abs(away()) > 1) scrollBy({ top: away(), behavior: "auto" });
  aim = null;
});
for (const move of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  document.addEventListener(move, () => (aim = null), { passive: true });
}
history.scrollRestoration = "manual";
