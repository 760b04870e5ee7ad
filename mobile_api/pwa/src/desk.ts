/** The reports under the inspector's hands, and the photos still being made ready for them. */
import { noRoom } from "./db";
import { keepDraft, loadBox } from "./outbox";
import { fixNow } from "./place";
import { Watched } from "./store";
import type { Draft } from "./types";

const WRITE_AGAIN = 5_000;

export type Change = (part: Partial<Draft> | ((draft: Draft) => Partial<Draft>)) => void;

/**
 * One draft in its newest state. It outlives the screen while photos are in work: a slow phone may
 * be done with one only after the inspector has gone back.
 */
export class Desk {
  readonly draft: Watched<Draft>;
  readonly kept = new Watched<"" | "saving" | "saved" | "notSaved" | "notKept">("");
  /** How many photos are being made ready: by the id of a defect, or "" for the report's own. */
  readonly inWork = new Watched<Record<string, number>>({});
  private shut = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shown = 0;

  constructor(first: Draft) {
    this.draft = new Watched(first);
  }

  /** Each touch is on the disk before it is called saved. */
  readonly change: Change = (part) => {
    if (this.shut) return;
    const now = this.draft.value;
    const next = { ...now, ...placed(now), ...(typeof part === "function" ? part(now) : part) };
    this.draft.set(next);
    this.kept.set("saving");
    keepDraft(next).then(
      () => {
        if (this.draft.value !== next) return;
        this.kept.set("saved");
        if (!this.shown) void this.tidy();
      },
      (error: unknown) => {
        this.kept.set(lost(error));
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.again(), WRITE_AGAIN);
      },
    );
  };

  /** Whether it holds touches that found no room on the disk. */
  get unsaved(): boolean {
    return !this.shut && (this.kept.value === "notSaved" || this.kept.value === "notKept");
  }

  /** Writes them once more: there may be room by now. */
  private again(): void {
    if (this.unsaved) this.change({});
  }

  /** Whether it holds what is not on the disk, or not in the draft yet. */
  get full(): boolean {
    return this.waiting > 0 || this.unsaved || this.kept.value === "saving";
  }

  get waiting(): number {
    return Object.values(this.inWork.value).reduce((sum, count) => sum + count, 0);
  }

  /** Counts `count` photos of a place as in work until all of them are in the draft. */
  async during(place: string, count: number, work: () => Promise<void>): Promise<void> {
    const add = (by: number) => this.inWork.set({ ...this.inWork.value, [place]: (this.inWork.value[place] ?? 0) + by });
    add(count);
    try {
      await work();
    } finally {
      add(-count);
      if (!this.shown) await this.tidy();
    }
  }

  /** Ends the draft by `work`: filed or dropped, it takes no more touches. */
  async end(work: (draft: Draft) => Promise<void>): Promise<void> {
    if (this.shut) return;
    this.shut = true;
    try {
      await work(this.draft.value);
      desks.delete(this.draft.value.id);
    } catch (error) {
      this.shut = false;
      this.kept.set(lost(error));
      throw error;
    }
  }

  /** For the screen that shows it; what is returned ends that. */
  show(): () => void {
    this.shown += 1;
    this.again();
    return () => {
      this.shown -= 1;
      void this.tidy();
    };
  }

  /** Off the screen, on the disk and with all its photos, it is read from there next time. */
  private async tidy(): Promise<void> {
    await loadBox();
    if (!this.shown && !this.full) desks.delete(this.draft.value.id);
  }
}

/** Why a touch is not on the disk: it is full, or it did not take it just now. */
function lost(error: unknown): "notSaved" | "notKept" {
  return noRoom(error) ? "notSaved" : "notKept";
}

/** A report bears the hour and the place of the inspection, not those of the office where it is finished. */
function placed({ at, fix }: Draft): Partial<Draft> {
  return { at: at ?? new Date().toISOString(), fix: fix ?? fixNow() };
}

const desks = new Map<string, Desk>();

/** Whether something is in hand that a reload would lose. */
export function handsFull(): boolean {
  return [...desks.values()].some((desk) => desk.full);
}

/** The drafts under hands, be they on the disk or not. */
export function inHand(): Draft[] {
  return [...desks.values()].map((desk) => desk.draft.value);
}

/** The drafts on the disk, with those that found no room there. */
export function withUnsaved(drafts: Draft[]): Draft[] {
  const unsaved = [...desks.values()].filter((desk) => desk.unsaved).map((desk) => desk.draft.value);
  return [...unsaved, ...drafts.filter(({ id }) => !unsaved.some((one) => one.id === id))];
}

export function deskOf(draft: Draft): Desk {
  let desk = desks.get(draft.id);
  if (!desk) desks.set(draft.id, (desk = new Desk(draft)));
  return desk;
}

/** The drafts as they stand: those under hands in their newest state. */
export function newest(drafts: Draft[]): Draft[] {
  return [...inHand(), ...drafts.filter((draft) => !desks.has(draft.id))];
}
