// Names that fit what is typed, offered in the field's own list.

const PAUSE_MS = 150;
const LEAST = 2;

export function offering(field: HTMLInputElement): void {
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void load(field), PAUSE_MS);
  });
}

async function load(field: HTMLInputElement): Promise<void> {
  const text = field.value.trim();
  if (text.length < LEAST || chosen(field, text)) return;
  const answer = await fetch(`${field.dataset["offers"]}?q=${encodeURIComponent(text)}`);
  if (!answer.ok || field.value.trim() !== text) return;
  const names = (await answer.json()) as string[];
  field.list?.replaceChildren(...names.map((name) => new Option(name, name)));
}

const chosen = (field: HTMLInputElement, text: string): boolean =>
  Array.from(field.list?.options ?? []).some((option) => option.value === text);
