import { useState } from "react";
import { begin, type Draft, follow, isChanged, theirs, typed, valuesOf } from "../lib/draft";

/** A form over something that others may change meanwhile; `tag` says which version it is. */
export function useDraft<T extends object>(present: T, tag: string) {
  const [kept, setKept] = useState<Draft<T>>(() => begin(present, tag));
  const draft = follow(kept, present, tag);
  if (draft !== kept) setKept(draft);
  return {
    values: valuesOf(draft),
    mine: draft.mine,
    changed: isChanged(draft),
    /** The version over which was typed. */
    seen: draft.tag,
    theirs: theirs(draft, present),
    type: (part: Partial<T>) => setKept((now) => typed(now, part)),
    /** Forget what was typed. */
    drop: () => setKept(begin(present, tag)),
    /** It is saved: this is the present version now. */
    saved: (values: T, savedTag: string) => setKept(begin(values, savedTag)),
  };
}
