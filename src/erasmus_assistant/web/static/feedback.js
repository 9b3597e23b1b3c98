// Thumbs under an answer, reasons and a free text, sent with the answer's id.
import { announce, button, make, options, text } from "./dom.js";
import { remember } from "./page.js";

const REASONS = ["wrong", "incomplete", "wrong_citation", "should_have_known", "other"];
const KEY = "erasmus-feedback";
const MOST = 200;
// What was said of which answer, as [answer, helpful]; kept by the browser, where it keeps anything.
let given = read();

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Map(Array.isArray(kept) ? kept.filter((row) => Array.isArray(row) && row.length === 2) : []);
  } catch {
    return new Map();
  }
}

export function forgetFeedback() {
  given = new Map();
  remember(KEY, "");
}

export function feedbackBar(answer) {
  const bar = make("div", { class: "feedback", role: "group", "aria-label": text("feedback_title") });
  if (given.has(answer)) bar.append(...said(given.get(answer) === true));
  else bar.append(thumb(bar, answer, true), thumb(bar, answer, false));
  return bar;
}

// The thumb that was pressed, and thanks.
function said(helpful) {
  const label = text(helpful ? "feedback_good" : "feedback_bad");
  const pressed = make("span", { class: `given ${helpful ? "up" : "down"}`, role: "img", "aria-label": label, title: label });
  return [pressed, make("span", { class: "quiet", tabindex: "-1" }, text("feedback_thanks"))];
}

function thumb(bar, answer, helpful) {
  const label = text(helpful ? "feedback_good" : "feedback_bad");
  const pressed = button("", () => (helpful ? send(bar, { answer, helpful }) : ask(bar, answer, pressed)), {
    class: `plain icon ${helpful ? "up" : "down"}`,
    "aria-label": label,
    title: label,
  });
  return pressed;
}

function ask(bar, answer, pressed) {
  if (bar.querySelector("form")) return giveUp(bar, pressed);
  pressed.setAttribute("aria-expanded", "true");
  const name = `comment-${answer}`;
  const boxes = REASONS.map((reason) =>
    make("label", {}, make("input", { type: "checkbox", name: "reason", value: reason }), " ", text(`feedback_${reason}`)),
  );
  const form = make(
    "form",
    {},
    make("fieldset", {}, make("legend", {}, text("feedback_bad")), ...boxes),
    make("label", { for: name }, text("feedback_comment")),
    make("textarea", { id: name, rows: "3", maxlength: "2000" }),
    make(
      "div",
      { class: "choice" },
      make("button", { type: "submit", class: "filled" }, text("feedback_send")),
      button(text("cancel"), () => giveUp(bar, pressed), { class: "plain" }),
    ),
  );
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    giveUp(bar, pressed);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const reasons = [...form.querySelectorAll("input:checked")].map((box) => box.value);
    send(bar, { answer, helpful: false, reasons, comment: form.querySelector("textarea").value });
  });
  bar.append(form);
  form.querySelector("input").focus();
}

// Nothing is said: the form goes, and who was in it is back at the thumb.
function giveUp(bar, pressed) {
  bar.querySelector("form").remove();
  bar.querySelector(".failed")?.remove();
  pressed.setAttribute("aria-expanded", "false");
  pressed.focus();
}

async function send(bar, body) {
  bar.querySelector(".failed")?.remove();
  try {
    const response = await fetch("api/feedback", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, language: options.language }),
    });
    if (!response.ok) throw new Error(String(response.status));
    given.set(body.answer, body.helpful);
    remember(KEY, JSON.stringify([...given].slice(-MOST)));
    bar.replaceChildren(...said(body.helpful));
    bar.lastChild.focus();
    announce(text("feedback_thanks"));
  } catch {
    bar.append(make("span", { class: "failed", role: "alert" }, text("feedback_failed")));
  }
}
