// The conversation as Markdown, with a reference for every number.
import { make, sources, text, whole } from "./dom.js";

export function exportConversation() {
  const lines = [`# ${text("title")}`, "", new Date().toISOString().slice(0, 10), ""];
  for (const message of document.querySelectorAll("#log .asked, #log .answer.done")) {
    if (message.matches(".asked")) lines.push(`## ${message.innerText.trim()}`, "");
    else lines.push(...answer(message));
  }
  const blob = new Blob([lines.join("\n")], { type: "text/markdown" });
  const link = make("a", { href: URL.createObjectURL(blob), download: "erasmus-guide.md" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function answer(message) {
  const lines = [];
  for (const part of message.querySelector(".said").children) {
    if (part.matches("blockquote")) lines.push(...quotation(part));
    else lines.push(escaped(whole(part)), "");
  }
  for (const { number, place, url } of sources(message)) {
    lines.push(`[${number}] ${escaped(place)}${url ? ` <${url}>` : ""}`, "");
  }
  return lines;
}

function quotation(block) {
  const lines = [...block.querySelectorAll("p, li")].map((one) => `> ${one.matches("li") ? "- " : ""}${escaped(one.innerText.trim())}  `);
  const tag = block.querySelector(".cite")?.textContent;
  if (tag && lines.length) lines[lines.length - 1] = `${lines.at(-1).trimEnd()} [${tag}]`;
  return [...lines, ""];
}

// Words that Markdown shows as they are; an address keeps its characters, and so does a line_between_letters.
function escaped(words) {
  const line = words.replace(/\s*\n\s*/g, " ");
  const parts = line.split(/(https?:\/\/[^\s<>]*[^\s<>.,;:!?)\]”"'»])/);
  const plain = (part) => part.replace(/[<>&*`\\]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&");
  return parts.map((part, number) => (number % 2 ? `<${part}>` : plain(part))).join("");
}
