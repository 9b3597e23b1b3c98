// The line to the server, as Gradio uses it: eyes on its requests (to say in the person's language
// what went wrong), and a question that is taken back is not sent, or its answer left out.
const TAKEN_BACK = 409;
const send = window.fetch.bind(window);
const dropped = new Set();
const told = new Set();
let question = { way: new AbortController(), event: "" };

// A new question goes on its way.
export function begin() {
  question = { way: new AbortController(), event: "" };
}

// Takes the latest question back; whether the server knows of it, so that it should be told.
export function takeBack() {
  if (question.event) dropped.add(question.event);
  else question.way.abort();
  return question.event !== "";
}

window.fetch = async (target, options) => {
  const address = String(target?.url ?? target);
  if (!address.includes("/queue/")) return send(target, options);
  try {
    const response = await (address.includes("/queue/join") ? join(target, options) : send(target, options));
    if (!response.ok && response.status !== TAKEN_BACK) report(response.status);
    return address.includes("/queue/data") && response.body ? sifted(response) : response;
  } catch (error) {
    if (error?.name !== "AbortError") report(0);
    throw error;
  }
};

function report(status) {
  window.dispatchEvent(new CustomEvent("assistant:refused", { detail: { status } }));
}

// Gradio gives up for good where a request breaks off; one that is taken back gets a refusal instead.
async function join(target, options) {
  const own = question;
  try {
    const response = await send(target, { ...options, signal: own.way.signal });
    if (response.ok) own.event = (await response.clone().json()).event_id;
    return response;
  } catch (error) {
    if (!own.way.signal.aborted) throw error;
    return Response.json({ detail: "" }, { status: TAKEN_BACK });
  }
}

// The server's messages without those on a question that was taken back: they end as if it had stopped in time.
function sifted(response) {
  let rest = "";
  const sieve = new TransformStream({
    transform(words, out) {
      const events = (rest + words).split("\n\n");
      rest = events.pop();
      for (const event of events) for (const one of sift(event)) out.enqueue(`${one}\n\n`);
    },
  });
  const body = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(sieve).pipeThrough(new TextEncoderStream());
  return new Response(body, { status: response.status, headers: response.headers });
}

function sift(event) {
  const id = [...dropped].find((one) => event.includes(one));
  if (!id) return [event];
  if (told.has(id)) return [];
  told.add(id);
  return [`data: ${JSON.stringify({ msg: "process_completed", event_id: id, output: {}, success: true })}`];
}
