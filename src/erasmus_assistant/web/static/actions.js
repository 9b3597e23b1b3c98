// What can be done with an answer: copied, linked to, asked again, judged.
import { button, copy, options, sources, text, whole } from "./dom.js";
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
  const places = sources(answer).map(({ number, place, url }) => `[${number}] ${place} ${url}`.trim());
  return [said, ...places].join("\n");
}

function address(words) {
  const link = new URL(location.pathname, location.href);
  link.searchParams.set("q", words);
  return String(link);
}
