// The progress of work in the background, read anew until it has ended; then the whole page.

const EVERY_MS = 2000;

export function watching(part: HTMLElement): void {
  const timer = setInterval(() => void look(), EVERY_MS);

  async function look(): Promise<void> {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById(part.id);
    if (!now?.hasAttribute("data-watched")) {
      clearInterval(timer);
      location.reload();
    } else if (now.innerHTML !== part.innerHTML) part.replaceChildren(...now.childNodes);
  }
}
