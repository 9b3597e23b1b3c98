// Before anything is drawn: the theme, and the language of the page.
(() => {
  const root = document.documentElement;
  try {
    const chosen = localStorage.getItem("erasmus-theme");
    if (chosen) root.dataset.theme = chosen;
    if (localStorage.getItem("erasmus-talking")) root.classList.add("talking");
  } catch {
    // A browser that keeps nothing: the system's theme, an empty conversation.
  }
  root.classList.add("scripted");
  // Gradio sets the language to one of its own; the page's is the one that it was served in.
  const language = root.lang;
  new MutationObserver(() => {
    if (root.lang !== language) root.lang = language;
  }).observe(root, { attributeFilter: ["lang"] });
})();
