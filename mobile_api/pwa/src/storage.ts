/** Whether the system may clear what lies on the phone. */
import { Watched } from "./store";

/** Whether it has promised not to; null where it cannot say. */
export const safe = new Watched<boolean | null>(null);

/** Asks again and again: a browser grants it once the app is installed or much used, and says no at first. */
export async function protect(): Promise<void> {
  const { storage } = navigator;
  if (storage?.persist) safe.set((await storage.persisted()) || (await storage.persist()));
}
