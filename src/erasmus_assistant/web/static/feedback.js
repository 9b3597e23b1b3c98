// Thumbs under an answer, reasons and a free text, sent with the answer's id.
import { announce, button, make, options, text } from "./dom.js";

const REASONS = ["wrong", "incomplete", "wrong_citation", "should_have_known", "other"];
const given = new Map();

export function feedbackBar(answer) {
  const bar = make("div", { class: "feedback", role: "group", "aria-label": text("feedback_title") });
  const before = given.get(answer);
  if (before) bar.append(make("span", { class: "quiet" }, before));
  else bar.append(thumb(bar, answer, true), thumb(bar, answer, false));
  return bar;
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
  const open = bar.querySelector("form");
  if (open) {
    open.remove();
    pressed.setAttribute("aria-expanded", "false");
    return;
  }
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
    make("button", { type: "submit", class: "filled" }, text("feedback_send")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const reasons = [...form.querySelectorAll("input:checked")].map((box) => box.value);
    send(bar, { answer, helpful: false, reasons, comment: form.querySelector("textarea").value });
  });
  bar.append(form);
  form.querySelector("input").focus();
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
    const thanks = make("span", { class: "quiet", tabindex: "-1" }, text("feedback_thanks"));
    given.set(body.answer, text("feedback_thanks"));
    bar.replaceChildren(thanks);
    thanks.focus();
    announce(text("feedback_thanks"));
  } catch {
    bar.append(make("span", { class: "failed", role: "alert" }, text("feedback_failed")));
  }
}
