/** What not every browser has, and a test has not. */
interface Browser {
  localStorage?: Storage;
  matchMedia?: typeof globalThis.matchMedia;
  navigator?: { locks?: LockManager };
}

export const browser: Browser = globalThis;
