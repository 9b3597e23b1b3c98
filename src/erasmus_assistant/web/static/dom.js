// Small helpers; text only ever goes in as text.
const data = JSON.parse(document.getElementById("data").textContent);

export const options = data;

export function text(key, values = {}) {
  return (data.texts[key] ?? "").replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export function button(label, onclick, attributes = {}) {
  return make("button", { type: "button", onclick, ...attributes }, label);
}

// What an element says, with its addresses as they are followed, not as they are shown.
export function whole(element) {
  let [done, rest] = ["", element.innerText.trim()];
  for (const link of element.querySelectorAll("a.address")) {
    const [before, ...after] = rest.split(link.textContent);
    if (!after.length) continue;
    done += before + link.title;
    rest = after.join(link.textContent);
  }
  return done + rest;
}

// The sources of an answer: the number of each, its place in the guide, the address of its official page.
export function sources(answer) {
  return [...answer.querySelectorAll(".sources li:has(> .cite)")].map((one) => ({
    number: one.querySelector(".cite").textContent,
    place: one.closest("li:has(.place)")?.querySelector(".place").innerText.trim() ?? "",
    url: one.querySelector("a.official")?.href ?? "",
  }));
}

export async function copy(words, pressed) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const area = make("textarea", { class: "sr-only" });
    area.value = words;
    (pressed.closest("dialog") ?? document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    pressed.focus();
  }
  announce(text("copied"));
  const before = pressed.textContent;
  pressed.textContent = text("copied");
  setTimeout(() => (pressed.textContent = before), 1600);
}

// What is said to screen readers: one entry a sentence, so that each is read as it arrives.
export function announce(words) {
  const announcer = document.getElementById("announcer");
  for (const sentence of sentences(words)) announcer.append(make("p", {}, sentence));
  while (announcer.children.length > 40) announcer.firstChild.remove();
}

function sentences(words) {
  if (!("Segmenter" in Intl)) return [words];
  const cutter = new Intl.Segmenter(document.documentElement.lang, { granularity: "sentence" });
  return [...cutter.segment(words)].map((one) => one.segment.trim()).filter(Boolean);
}

export function show(words) {
  const status = document.getElementById("status");
  status.textContent = words;
  status.hidden = !words;
}

export function smooth() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
