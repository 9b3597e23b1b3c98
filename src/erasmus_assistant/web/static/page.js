// What every page has: the theme button and the language picker.
const root = document.documentElement;
const themeButton = document.getElementById("theme");
const picker = document.getElementById("language");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
}

function label() {
  const text = isDark() ? themeButton.dataset.light : themeButton.dataset.dark;
  themeButton.setAttribute("aria-label", text);
  themeButton.title = text;
  themeButton.classList.toggle("sun", isDark());
}

export function remember(key, value) {
  try {
    if (value === "") localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Nothing can be kept here; the choice holds until the page is closed.
  }
}

themeButton.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  remember("erasmus-theme", root.dataset.theme);
  label();
});
dark.addEventListener("change", label);
label();

picker.addEventListener("change", () => {
  const address = new URL(location.href);
  address.searchParams.set("language", picker.value);
  address.hash = "";
  remember("erasmus-language", picker.value);
  location.assign(address);
});
