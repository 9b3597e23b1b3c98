// Before anything is drawn: the theme, and eyes on the requests of the chat (to say in the
// person's language what went wrong).
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
  const send = window.fetch.bind(window);
  window.fetch = async (target, options) => {
    const address = String(target?.url ?? target);
    if (!address.includes("/queue/")) return send(target, options);
    try {
      const response = await send(target, options);
      if (!response.ok) report(response.status);
      return response;
    } catch (error) {
      if (error?.name !== "AbortError") report(0);
      throw error;
    }
  };
  function report(status) {
    window.dispatchEvent(new CustomEvent("assistant:refused", { detail: { status } }));
  }
})();
