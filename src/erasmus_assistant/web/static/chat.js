// The chat around Gradio's log and question box: buttons under the answers, announcements,
// suggestions, limits, export. Gradio draws the messages; nothing of theirs is changed here but
// what a screen reader is told about them.
import { addActions } from "./actions.js";
import { announce, button, options, show, text } from "./dom.js";
import * as editing from "./editing.js";
import { forgetFeedback } from "./feedback.js";
import { exportConversation } from "./export.js";
import { relabel } from "./labels.js";
import * as line from "./line.js";
import { conversationName, forgetName } from "./name.js";
import { remember } from "./page.js";
import * as reading from "./reading.js";
import { isSource, openSource } from "./source.js";

const root = document.documentElement;
const counter = document.createElement("p");
counter.id = "counter";
counter.setAttribute("aria-live", "polite");
let asked = "";
let waiting = null;
let next = null;
let clearing = false;
let spoken = { begun: false, parts: 0 };

const log = () => document.getElementById("log");
const box = () => document.querySelector("#question textarea");
const asking = () => document.querySelector("#asking textarea, #asking input");
const keep = () => document.querySelector("#keep textarea, #keep input");
const named = () => document.querySelector("#conversation textarea, #conversation input");
const questions = () => [...document.querySelectorAll("#log .asked")];
const pending = () => document.querySelector("#log .answer.pending") !== null;
const busy = () => asked !== "" || pending();
const answers = () => [...document.querySelectorAll("#log .answer")];

function put(field, words) {
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Asks a question; `from` is how many exchanges stay before it ("" keeps all). While an answer is
// on its way, the latest question waits for it.
export function ask(words, from = "") {
  if (!box() || !asking() || !keep() || !named() || !document.getElementById("send")) {
    waiting = [words, from];
    return;
  }
  if (busy()) {
    next = () => ask(words, from);
    return;
  }
  if (!navigator.onLine) return show(text("offline"));
  show("");
  asked = words;
  line.begin();
  const mine = (spoken = { begun: false, parts: 0, before: answers().at(-1) });
  root.classList.add("talking");
  remember("erasmus-talking", "1");
  root.classList.add("asking");
  put(asking(), words);
  put(keep(), String(from));
  put(named(), conversationName());
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (spoken !== mine) return;
    document.getElementById("send").dataset.checked = "yes";
    document.getElementById("send").click();
  }));
}

// Asks what stands in the box; it is emptied once the question is on its way.
function send() {
  const words = box().value.trim();
  if (!words) return box().focus();
  if (tooLong()) return counted();
  if (busy()) {
    next = send;
    return;
  }
  ask(words, editing.edited());
  if (asked !== words) return;
  editing.leave();
  put(box(), "");
  reading.clearView(box());
}

function tooLong() {
  return Array.from(box().value).length > options.limit;
}

function counted() {
  const left = options.limit - Array.from(box().value).length;
  counter.classList.toggle("over", left < 0);
  if (left < 0) counter.textContent = text("question_too_long", { limit: options.limit });
  else counter.textContent = left <= 200 ? text("characters_left", { count: left }) : "";
}

// Every way to send goes through `send`, so that nothing is sent empty, too long or offline.
document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.("#send");
  if (!pressed) return;
  if (pressed.dataset.checked) delete pressed.dataset.checked;
  else {
    event.preventDefault();
    event.stopImmediatePropagation();
    send();
  }
}, true);
// Gradio is told to stop only what the server knows of; what it does not is not sent any more.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#stop")) return;
  next = null;
  if (!line.takeBack()) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  giveBack();
  over();
  if (questions().length <= (pending() ? 1 : 0)) quiet();
  box().focus();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.target !== box() || event.isComposing) return;
  if (event.key === "Escape") editing.give();
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  send();
}, true);
document.addEventListener("input", (event) => {
  if (event.target === box()) counted();
}, true);

document.addEventListener("click", (event) => {
  const suggestion = event.target.closest?.("button.ask");
  if (suggestion) ask(suggestion.textContent);
  const link = event.target.closest?.("a.cite");
  if (link && isSource(link)) {
    event.preventDefault();
    openSource(link);
  }
  if (event.target.closest?.("a.skip")) {
    event.preventDefault();
    box()?.focus();
  }
});
document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("a.cite");
  if (event.key === " " && link) {
    event.preventDefault();
    openSource(link);
  }
});

function enhance() {
  const area = log();
  if (!area) return;
  const list = area.querySelector('[role="log"]');
  list?.setAttribute("aria-live", "off");
  list?.setAttribute("aria-label", text("title"));
  name(area, "user", text("you"));
  name(area, "bot", text("assistant"));
  relabel(area);
  questions().forEach((one, number) => edited(one, number));
  for (const answer of area.querySelectorAll(".answer.done")) finished(answer);
  root.classList.toggle("asking", busy());
  const any = questions().length > 0;
  if (any && !clearing) root.classList.add("talking");
  if (!any) clearing = false;
  if (any && !busy()) reading.resume(questions().at(-1));
  for (const id of ["new", "export"]) document.getElementById(id).hidden = !any;
  speak();
}

function name(area, role, label) {
  for (const message of area.querySelectorAll(`[data-testid="${role}"]`)) {
    if (message.getAttribute("aria-label") !== label) message.setAttribute("aria-label", label);
    message.setAttribute("role", "article");
  }
}

function edited(question, number) {
  if (question.querySelector(".edit")) return;
  const again = button("", () => {
    const words = question.cloneNode(true);
    words.querySelector(".edit").remove();
    editing.edit(number, words.innerText.trim());
  }, { class: "plain icon edit", "aria-label": text("edit"), title: text("edit") });
  question.append(again);
}

function finished(answer) {
  const number = [...document.querySelectorAll("#log .answer.done")].indexOf(answer);
  const words = () => questions()[number]?.innerText.trim() ?? asked;
  addActions(answer, words, () => ask(words(), number));
}

// The latest answer, a paragraph at a time as it arrives.
function speak() {
  const answer = answers().at(-1);
  if (!answer || !asked) return;
  if (!spoken.begun && answer !== spoken.before) {
    spoken = { begun: true, parts: 0 };
    if (answer.matches(".pending")) announce(text("searching"));
    reading.begin(questions().at(-1));
  }
  if (!spoken.begun) return;
  const parts = [...answer.querySelectorAll("p:not(.searching, .label, .confidence), li")].filter((one) => !one.closest(".sources, .next, .actions"));
  const ready = answer.matches(".pending") ? parts.length - 1 : parts.length;
  for (; spoken.parts < ready; spoken.parts += 1) announce(parts[spoken.parts].innerText);
  if (!answer.matches(".pending")) {
    if (answer.matches(".notice")) giveBack();
    over();
  }
}

// A question that got no answer goes back into the box, unless something new stands there.
function giveBack() {
  if (asked && !box().value) put(box(), asked);
}

function over() {
  asked = "";
  spoken = { begun: false, parts: 0 };
  root.classList.remove("asking");
  const waits = next;
  next = null;
  waits?.();
}

function settle() {
  const composer = document.getElementById("composer");
  const parts = ["send", "stop", "clear"].map((id) => document.getElementById(id));
  if (!composer || !box() || !asking() || !keep() || !named() || parts.includes(null)) return false;
  if (!counter.isConnected) composer.after(counter);
  editing.prepare(composer, box, put);
  box().removeAttribute("maxlength");
  document.getElementById("new").onclick = clearAll;
  document.getElementById("export").onclick = exportConversation;
  const wanted = new URL(location.href).searchParams.get("q");
  if (wanted) {
    history.replaceState(null, "", location.pathname);
    waiting = [wanted, ""];
  }
  if (waiting) setTimeout(() => ask(...waiting), 300);
  return true;
}

// Nothing is being talked about: the page is as at the start.
function quiet() {
  clearing = true;
  root.classList.remove("talking", "asking");
  remember("erasmus-talking", "");
}

function clearAll() {
  forgetName();
  document.getElementById("clear").click();
  quiet();
  forgetFeedback();
  editing.leave();
  show("");
  box().focus();
}

let planned = false;
let settled = false;
new MutationObserver(() => {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    settled ||= settle();
    enhance();
  });
}).observe(document.querySelector("gradio-app"), { childList: true, subtree: true, characterData: true });

window.addEventListener("offline", () => show(text("offline")));
window.addEventListener("online", () => show(""));
window.addEventListener("assistant:refused", ({ detail }) => {
  const key = { 429: "rate_limited", 503: "busy", 413: "question_too_long" }[detail.status] ?? "connection_lost";
  show(navigator.onLine ? text(key, { limit: options.limit }) : text("offline"));
  next = null;
  giveBack();
  over();
});
if (!navigator.onLine) show(text("offline"));
