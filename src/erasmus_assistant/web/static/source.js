// The source panel: a passage in its place in the guide, the quotation marked.
import { announce, button, copy, make, options, smooth, text } from "./dom.js";

const panel = document.getElementById("source");
const narrow = window.matchMedia("(max-width: 60rem)");
let opener = null;

export function isSource(link) {
  return link.getAttribute("href")?.startsWith("#source/");
}

export async function openSource(link) {
  const [, passage, spans, tag] = link.getAttribute("href").split("/");
  opener = link;
  open(frame(tag, [make("p", { class: "quiet" }, text("loading"))]));
  const query = new URLSearchParams({ language: options.language });
  for (const span of spans.split(",")) query.append("quote", span);
  try {
    const response = await fetch(`api/passages/${passage}?${query}`);
    if (opener !== link) return;
    if (!response.ok) throw new Error(String(response.status));
    fill(tag, await response.json(), query);
  } catch (error) {
    const missing = error.message === "404";
    fillWith(tag, [make("p", { role: "alert" }, text(missing ? "source_missing" : "connection_lost"))]);
  }
}

function open(children) {
  panel.replaceChildren(...children);
  if (panel.open) panel.close();
  document.documentElement.classList.add("reading");
  if (narrow.matches) panel.showModal();
  else panel.show();
  panel.querySelector("h2").focus();
}

export function closeSource() {
  if (!panel.open) return;
  panel.close();
}

panel.addEventListener("close", () => {
  if (panel.open) return;
  document.documentElement.classList.remove("reading");
  const back = opener;
  opener = null;
  if (back?.isConnected) back.focus();
});
panel.addEventListener("click", (event) => {
  if (event.target === panel) closeSource();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.open && !panel.matches(":modal")) {
    event.preventDefault();
    closeSource();
  }
});

function frame(tag, content, above = []) {
  const title = make("h2", { id: "source-title", tabindex: "-1" }, make("span", { class: "cite" }, tag), " ", text("source_in_place"));
  const close = button("×", closeSource, { class: "plain close", "aria-label": text("source_close"), title: text("source_close") });
  return [make("div", { class: "panel-head" }, title, close), ...above, make("div", { class: "panel-body", tabindex: "0", role: "group", "aria-labelledby": "source-title" }, ...content)];
}

function fillWith(tag, content, above) {
  const focused = panel.contains(document.activeElement);
  panel.replaceChildren(...frame(tag, content, above));
  if (focused) panel.querySelector("h2").focus();
}

function fill(tag, passage, query) {
  const path = make("nav", { "aria-label": text("breadcrumb_label"), class: "crumbs" }, crumbs(passage));
  const section = make("div", { class: "section", lang: passage.language }, ...blocks(passage.section.blocks));
  fillWith(tag, [section, actions(passage)], [path]);
  const mark = panel.querySelector("mark");
  if (!mark) return;
  if (options.translates && passage.language !== options.language) translate(passage, section, query);
  const body = panel.querySelector(".panel-body");
  const above = mark.getBoundingClientRect().top - body.getBoundingClientRect().top - 48;
  body.scrollTo({ top: body.scrollTop + above, behavior: smooth() });
  announce(passage.heading_path.at(-1) ?? passage.title);
}

// Below the quotation, what a machine makes of it in the reader's language; nothing where that fails.
async function translate(passage, section, query) {
  const last = [...section.children].filter((one) => one.querySelector("mark")).at(-1);
  const box = make("aside", { class: "translation", lang: options.language }, make("p", { class: "quiet" }, text("loading")));
  last.after(box);
  try {
    const response = await fetch(`api/passages/${encodeURIComponent(passage.passage_id)}/translation?${query}`);
    if (!response.ok) throw new Error(String(response.status));
    const { text: words, note } = await response.json();
    box.replaceChildren(...words.split("\n").map((line) => make("p", {}, line)), make("p", { class: "label" }, note));
    if (box.isConnected) announce(`${note} ${words}`);
  } catch {
    box.remove();
  }
}

function crumbs(passage) {
  const steps = [passage.title, ...passage.heading_path];
  return make("ol", { lang: passage.language }, ...steps.map((step) => make("li", {}, step)));
}

const TAGS = { heading: "h3", item: "li", footnote: "p", table_row: "p", paragraph: "p" };

// Items that follow each other are one list; the level is told by its depth.
function blocks(rows) {
  const found = [];
  for (const row of rows) {
    const tag = TAGS[row.kind] ?? "p";
    const classes = [row.kind, row.in_passage ? "near" : ""].join(" ").trim();
    const block = make(tag, { class: classes }, ...row.pieces.map(piece));
    if (tag !== "li") {
      found.push(block);
      continue;
    }
    block.style.setProperty("--depth", Math.max(0, row.level - 1));
    if (found.at(-1)?.tagName !== "UL") found.push(make("ul"));
    found.at(-1).append(block);
  }
  return found;
}

function piece({ text: words, marked }) {
  return marked ? make("mark", {}, ...linked(words)) : make("span", {}, ...linked(words));
}

// Words with their web addresses as links.
function linked(words) {
  return words.split(/(https?:\/\/\S*[^\s.,;:!?)\]”"'»])/).map((part, number) =>
    number % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part,
  );
}

function actions(passage) {
  const list = make("div", { class: "panel-actions" });
  if (passage.quotes.length) {
    const words = `“${passage.quotes.join(" […] ")}”\n— ${passage.reference}. ${passage.url}\n${passage.licence}`.trim();
    const pressed = button(text("copy_quotation"), () => copy(words, pressed), { class: "filled" });
    list.append(pressed);
  }
  if (passage.url) list.append(official(passage.url, options.names[passage.language]));
  if (passage.localized_url) list.append(official(passage.localized_url, options.names[options.language]));
  return list;
}

function official(url, language) {
  const safe = /^https?:\/\//.test(url) ? url : "about:blank";
  const label = `${text("official_page_link")} (${language})`;
  return make("a", { class: "outlined", href: safe, target: "_blank", rel: "noopener noreferrer" }, label);
}
