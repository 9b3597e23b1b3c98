// The labels of answers that were kept: in the language of the page, whatever it was when they were given.
import { options, text } from "./dom.js";

const LABELS = {
  ".sources > .label": "sources_title",
  ".official": "official_page_link",
  ".confidence.high": "confidence_high",
  ".confidence.medium": "confidence_medium",
  ".confidence.low": "confidence_low",
  ".next:not(.first) > .label": "follow_ups_title",
};

export function relabel(area) {
  for (const next of area.querySelectorAll(".next:not(.first)")) offerAnew(next);
  for (const [place, key] of Object.entries(LABELS)) {
    for (const one of area.querySelectorAll(place)) {
      if (one.textContent !== text(key)) one.textContent = text(key);
      if (one.lang !== options.language) one.lang = options.language;
    }
  }
  for (const link of area.querySelectorAll("a.cite")) {
    const label = text("source_open", { number: link.textContent });
    if (link.getAttribute("aria-label") === label) continue;
    link.title = label;
    link.setAttribute("aria-label", label);
  }
}

// Questions to go on with that are in another language than the page give way to its examples.
function offerAnew(next) {
  const list = next.querySelector("ul");
  if (list.lang === options.language) return;
  list.lang = options.language;
  list.replaceChildren(...[...document.querySelectorAll("#start .examples li")].map((one) => one.cloneNode(true)));
  next.hidden = !list.childElementCount;
}
