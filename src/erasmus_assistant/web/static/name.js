// The random name of a conversation: it tells the journal's readers which turns belong together, and
// nothing of the person. Made here, kept with the conversation, another one for each new conversation.
const KEY = "erasmus-conversation-name";
const FORM = /^[\w-]{8,64}$/;
let held = "";

function made() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function conversationName() {
  try {
    const kept = localStorage.getItem(KEY) ?? "";
    if (FORM.test(kept)) return kept;
    held ||= made();
    localStorage.setItem(KEY, held);
  } catch {
    // Nothing can be kept here: the name holds until the page is closed.
  }
  return held ||= made();
}

export function forgetName() {
  held = "";
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There was none.
  }
}
