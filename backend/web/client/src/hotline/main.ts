// The form of the hotline: work against programs, and the phone's own place.
import "altcha/external";
import "altcha/i18n/zh-cn";

/** Fills the hidden fields of the position when the citizen says that he is there. */
function offerPlace(form: HTMLFormElement): void {
  const line = form.querySelector<HTMLElement>(".here");
  const button = line?.querySelector<HTMLButtonElement>("[data-here]");
  const told = line?.querySelector<HTMLElement>("[role=status]");
  if (!line || !button || !told || !("geolocation" in navigator)) return;
  line.hidden = false;
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field("lng").value = coords.longitude.toFixed(6);
        field("lat").value = coords.latitude.toFixed(6);
        told.textContent = told.dataset.found ?? "";
      },
      () => (told.textContent = told.dataset.lost ?? ""),
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  });
}

const form = document.querySelector<HTMLFormElement>("form.letter");
if (form) {
  // Its address has a hash, which the page alone knows.
  $altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(form.dataset.worker ?? ""));
  offerPlace(form);
}
