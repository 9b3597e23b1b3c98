// What can be pressed in answers that were kept: in the language of the page, whatever it was when they were given.
// The words of an answer stay in its own.
import { options, text } from "./dom.js";

export function relabel(area) {
  for (const next of area.querySelectorAll(".next:not(.first)")) offerAnew(next);
  for (const link of area.querySelectorAll("a.cite")) {
    const label = text("source_open", { number: link.textContent });
    if (link.getAttribute("aria-label") === label) continue;
    link.title = label;
    link.setAttribute("aria-label", label);
  }
}

// Questions to go on with that were offered on a page in another language give way to this one's examples.
function offerAnew(next) {
  const mark = `for-${options.language}`;
  if (next.classList.contains(mark)) return;
  next.className = `next ${mark}`;
  const [label, list] = next.children;
  [label.textContent, label.lang, list.lang] = [text("follow_ups_title"), options.language, options.language];
  const asked = [...document.querySelectorAll("#log .asked")].map((one) => one.innerText.trim());
  const offers = [...document.querySelectorAll("#start .examples li")].filter((one) => !asked.includes(one.textContent));
  list.replaceChildren(...offers.map((one) => one.cloneNode(true)));
  next.hidden = !list.childElementCount;
}
