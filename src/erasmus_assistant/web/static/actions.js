// What can be done with an answer: copied, linked to, asked again, judged.
import { button, copy, options, text, whole } from "./dom.js";
import { feedbackBar } from "./feedback.js";

export function addActions(answer, words, ask) {
  const bar = answer.querySelector(".actions");
  if (!bar || bar.childElementCount) return;
  const copied = button(text("copy"), () => copy(plain(answer), copied), { class: "plain" });
  const linked = button(text("share_link"), () => copy(address(words()), linked), { class: "plain" });
  bar.append(copied, linked, button(text("retry"), ask, { class: "plain" }));
  if (options.feedback) bar.append(feedbackBar(answer.id.replace("answer-", "")));
}

function plain(answer) {
  const said = whole(answer.querySelector(".said"));
  const sources = [...answer.querySelectorAll(".sources li")].map((one) => `[${one.innerText.trim().replace(/\s+/, "] ")}`);
  return [said, ...sources].join("\n");
}

function address(words) {
  const link = new URL(location.pathname, location.href);
  link.searchParams.set("q", words);
  return String(link);
}
