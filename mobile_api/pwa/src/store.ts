/** Values that screens watch. */
import { useEffect, useState } from "preact/hooks";

export class Watched<T> {
  private readonly readers = new Set<(value: T) => void>();

  constructor(public value: T) {}

  set(value: T): void {
    this.value = value;
    for (const reader of this.readers) reader(value);
  }

  watch(reader: (value: T) => void): () => void {
    this.readers.add(reader);
    return () => void this.readers.delete(reader);
  }
}

export function useWatched<T>(watched: Watched<T>): T {
  const [value, set] = useState(watched.value);
  useEffect(() => {
    set(() => watched.value);
    return watched.watch((next) => set(() => next));
  }, [watched]);
  return value;
}
