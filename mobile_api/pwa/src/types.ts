/** What docs/field-protocol.md says, and what the phone keeps of its own. */

export interface Fix {
  lng: number;
  lat: number;
  accuracy?: number;
  datum: "WGS84";
}

/** `own`: the user's own check, no inspection by a body. Packs of before do not tell. */
export type Due = [kind: string, last: string | null, due: string | null, opens: string | null, own?: boolean];
/** Why the unit must not be used, from `since` until before `until`. */
export type Hold = [rule: string, about: string, since: string, until: string | null];
/** Whether such an inspection gives the safety grade, only repeats it, or bears none. */
export type FitRow = [prefix: string, kind: string, conclusions: string[], grade: "gives" | "repeats" | "none"];
export type OpenDefect = [id: number, item: string, text: string, severity: string, foundOn: string];

export interface Unit {
  id: number;
  v: number;
  code: string | null;
  dc: string | null;
  cert: string | null;
  no: string;
  cat: string;
  name: string;
  user: string | null;
  /** The telephone of the using unit; missing in packs of before. */
  tel?: string | null;
  addr: string;
  reg: string;
  pos: [lng: number, lat: number] | null;
  st: string;
  due: Due[];
  last: [kind: string, conclusion: string, date: string] | null;
  def: OpenDefect[];
  /** Missing in packs of before. */
  hold?: Hold[];
  grade: number | null;
}

export type TagState = "bound" | "void" | "free";
export type TagRow = [code: string, state: TagState, unit: number | null];

export interface Entry {
  id: string;
  text: string;
  text_en: string;
  type: "pass_fail" | "number" | "text";
  required: boolean;
  unit?: string;
  min?: number;
  max?: number;
}

export interface Checklist {
  code: string;
  version: number;
  category_prefix: string;
  inspection_kind: string;
  title: string;
  title_en: string;
  items: Entry[];
  valid_from: string;
  valid_to: string | null;
  /** The pack has it no longer; it is kept for the work on this phone that names it. */
  ended?: boolean;
}

export interface Task {
  id: number;
  unit: number;
  kind: string;
  on: string;
  note: string;
}

export interface Limits {
  outbox_max_items: number;
  outbox_max_bytes: number;
  photo_max_bytes: number;
  tus: { version: string; max_size: number } | null;
}

/** An inspection body. */
export interface Body {
  id: number;
  name: string;
}

export interface User {
  id: number;
  username: string;
  name: string;
  role: string;
  region: string | null;
  body?: Body | null;
  /** Whether he may file reports; sign-ins of before do not tell. */
  may_file?: boolean;
  /** Whether matters come to him at a desk; sign-ins of before do not tell. */
  has_desk?: boolean;
}

export interface Session {
  token: string;
  user: User;
  /** The server knows the token no longer; what is unsent waits for the same person. */
  expired?: boolean;
  /** It was ended, by revocation too, and what the register had given was erased here. */
  ended?: boolean;
}

export type Answers = Record<string, string | number>;

export interface Defect {
  /** Of this phone alone, so that a late photo finds its defect; the server gives its own. */
  id: string;
  item: string;
  text: string;
  severity: "general" | "serious";
  photos: string[];
}

/** What the record needs beside the answers, by the names of the protocol. */
export interface Told {
  safety_grade?: number;
  /** A text while it is no number yet. */
  monitored_months?: number | string;
  stated_next_on?: string;
  opinion_notice_no?: string;
  opinion_answered_on?: string;
  report_no?: string;
  second_inspector?: string;
  /** Why the report is right though its parts contradict each other. */
  conclusion_reason?: string;
}

/** A report in the making; kept after each touch under its id, the id that the report will have. */
export interface Draft {
  id: string;
  /** Whose it is; another person's hands must not finish it. */
  owner?: number;
  unit: number;
  /** The unit as it was when the draft began: it may leave the pack before the report is filed. */
  about?: Unit;
  tag: string | null;
  checklist: string;
  version: number;
  kind: string;
  answers: Answers;
  defects: Defect[];
  closes: number[];
  photos: string[];
  conclusion: string;
  remark: string;
  /** The day of the inspection; without it that of `at`, or of the report corrected. */
  day?: string;
  /** When and where work on it began. */
  at?: string;
  fix: Fix | null;
  supersedes?: string;
  reason?: string;
  /** Missing in drafts of before. */
  told?: Told;
}

export type ItemState = "queued" | "waiting" | "accepted" | "duplicate" | "held" | "conflict" | "rejected";

export interface Receipt {
  id: string;
  state: ItemState | "unknown";
  code?: string;
  detail?: string;
  missing?: string[];
  /** What the server found odd about it, though it took it. */
  flags?: string[];
  received_at?: string;
  /** Whether the report is issued; one that has arrived may still wait for that. */
  in_force?: boolean;
}

/** What may be done with what is asked, beside deciding it. */
export type PassingType = "claim" | "release" | "hand-over" | "add-signer" | "take-back";

/** A fact on its way: one line of the outbox. */
export interface Item {
  id: string;
  type: "scan" | "report" | "correction" | "decision" | PassingType;
  /** When it happened; a report may be filed hours later. */
  made_at: string;
  /** When it was put into the outbox. */
  filed?: string;
  after?: string;
  body: Record<string, unknown>;
  owner: number;
  title: string;
  /** The unit of a report as it was when work on it began. */
  about?: Unit;
  photos: string[];
  state: ItemState;
  receipt?: Receipt;
  /** Who refused the whole call, in his own words: the server or somebody on the way. It is tried again. */
  why?: string;
  /** The inspector saved a copy of what the server refused. */
  saved?: boolean;
}

export type PhotoState = "draft" | "queued" | "there" | "refused";

export interface Photo {
  sha: string;
  /** Gone once the server has confirmed the hash and the report is in. */
  blob: Blob | null;
  size: number;
  owner: number;
  state: PhotoState;
  sent: number;
  why?: string;
  /** When it was stored here. */
  kept: string;
  /** The inspector saved a copy of what the server refused. */
  saved?: boolean;
}

/** A code and its name, or a label and a value. */
export type Pair = [string, string];

/** A matter as the list shows it. */
export interface MatterRow {
  matter: number;
  /** Grows with each change; a decision names the one on which it was taken. */
  version: number;
  number: string | null;
  title: string;
  kind_name: string;
  state_name: string;
  office_name: string;
  urgency: "normal" | "urgent" | "express";
  urgency_name: string;
  due_on: string | null;
  /** What is asked; of a matter by itself it is not told. */
  asks?: string;
}

export interface OfferField {
  name: string;
  label: string;
  kind: "yes" | "day" | "number" | "choice" | "text" | "lines";
  required: boolean;
  most: number | null;
  choices: Pair[];
  /** What it holds already; "true" of a yes that is ticked. Missing in what an earlier app kept. */
  value?: string;
}

/** A decision that he may take, and what it demands. */
export interface Offer {
  decision: string;
  label: string;
  remark: boolean;
  grounds: Pair[];
  /** The list of offices that one is chosen from. */
  office: string;
  persons: [least: number, most: number] | null;
  fields: OfferField[];
  /** It needs what only the page at the desk asks. */
  at_desk: boolean;
}

export interface Passing {
  type: PassingType;
  label: string;
  assignment: number | null;
  /** What is asked, and of whom where it is somebody else. */
  about: string;
  /** Of his own offices; others are asked for. */
  people: Pair[];
}

/** What he decided or began. */
export interface PastRow extends MatterRow {
  did: string;
  at: string | null;
}

/** A file of a matter as pictures of its pages. */
export interface KeptFile {
  /** The number of the matter and the key of the file. */
  id: string;
  matter: number;
  /** How many it has; no more than the first hundred are here. */
  pages: number;
  pictures: Blob[];
  size: number;
}

export interface TrailStep {
  at: string;
  did: string;
  state: string;
  by: string | null;
  on_behalf_of: string | null;
  office: string | null;
  remark: string;
}

/** A matter with all that a decision needs. */
export interface Matter extends MatterRow {
  received_at: string;
  outcome_name: string;
  facts: Pair[];
  deadlines: { due_on: string; why: string; late: boolean; paused: boolean; runs: boolean }[];
  trail: TrailStep[];
  enclosures: { key: string; title: string; media_type: string }[];
  decisions: Offer[];
  /** Missing in what an earlier app kept. */
  passings?: Passing[];
  choices: { offices: Record<string, Pair[]>; people: Pair[] };
  page: string;
}
