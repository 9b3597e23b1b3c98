// Editing an earlier question in the box: what stood there before comes back when it is given up.
import { button, make, text } from "./dom.js";

const bar = make("div", { id: "editing", hidden: true });
let number = "";
let draft = "";
let box = null;
let put = null;

export function prepare(composer, field, write) {
  [box, put] = [field, write];
  const cancel = button(text("cancel"), give, { class: "plain" });
  bar.append(make("span", { role: "status" }), cancel);
  composer.prepend(bar);
}

// The number of the exchange that is asked anew, "" where none is.
export const edited = () => number;

export function edit(which, words) {
  if (number === "") draft = box().value;
  number = String(which);
  bar.hidden = false;
  bar.firstChild.textContent = text("editing");
  put(box(), words);
  box().focus();
}

// Done: nothing is edited any more.
export function leave() {
  number = "";
  bar.hidden = true;
  bar.firstChild?.replaceChildren();
}

// Given up: the box is as it was before.
export function give() {
  if (number === "") return;
  leave();
  put(box(), draft);
  box().focus();
}
