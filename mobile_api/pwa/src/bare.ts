import type { Unit } from "./types";

/** A unit of which the phone knows no more than that it is there. */
export function bare(id: number): Unit {
  return {
    id, v: 0, code: null, dc: null, cert: null, no: `#${id}`, cat: "", name: "", user: null, addr: "", reg: "",
    pos: null, st: "", due: [], last: null, def: [], grade: null,
  };
}
