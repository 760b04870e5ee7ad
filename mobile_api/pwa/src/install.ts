/** Putting the app on the home screen: by the browser's own offer, or by hand where it makes none. */
import { Watched } from "./store";

interface Offer extends Event {
  prompt(): Promise<unknown>;
}

export const offer = new Watched<Offer | null>(null);

/** Heard from the start: the browser offers it once, when it likes. */
export function watchOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer.set(event as Offer);
  });
  addEventListener("appinstalled", () => offer.set(null));
}

/** Whether it runs from the home screen already. */
export function isInstalled(): boolean {
  return matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;
}

/** An iPad calls itself a Mac. */
export function isApple(): boolean {
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}
