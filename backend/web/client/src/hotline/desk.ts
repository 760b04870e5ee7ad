// While an operator writes, what is like it is asked for and shown beside the form.
const PAUSE_MS = 250;
const ASKED = ["phone", "product_name", "against_name", "unit_code", "lng", "lat", "csrfmiddlewaretoken"];

function showHints(form: HTMLFormElement, place: HTMLElement, address: string): void {
  let waiting = 0;
  let turn = 0;
  const ask = async () => {
    const mine = ++turn;
    const told = new FormData(form);
    const body = new URLSearchParams();
    for (const name of ASKED) body.set(name, String(told.get(name) ?? ""));
    const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(5_000) });
    const text = await answer.text();
    // An answer that was overtaken by a later one is old.
    if (answer.ok && mine === turn) place.innerHTML = text;
  };
  form.addEventListener("input", (event) => {
    if (!ASKED.includes((event.target as HTMLInputElement).name)) return;
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void ask().catch(() => undefined), PAUSE_MS);
  });
}

const form = document.querySelector<HTMLFormElement>("form[data-hints]");
const place = document.getElementById("hints");
if (form?.dataset.hints && place) showHints(form, place, form.dataset.hints);
