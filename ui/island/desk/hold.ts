// Several tabs may show one desk, but only one of them has the media of a call.

/** Hold is this tab's right to the media of one call. It lasts until drop, or until another tab takes it by force. */
export class Hold {
  private release: (() => void) | null = null;

  /** taken is called when another tab took the right away. */
  constructor(private readonly taken: () => void) {}

  /** take gets the right to a call; false when another tab has it and force is not used. */
  take(callId: string, force = false): Promise<boolean> {
    this.drop();
    if (!navigator.locks) return Promise.resolve(true); // an address without encryption has no camera either
    return new Promise((got) => {
      const granted = (lock: Lock | null) => {
        got(!!lock);
        return lock ? new Promise<void>((over) => (this.release = over)) : undefined;
      };
      navigator.locks.request(name(callId), force ? { steal: true } : { ifAvailable: true }, granted).catch(() => {
        this.release = null;
        this.taken();
      });
    });
  }

  /** drop gives the right back. */
  drop(): void {
    this.release?.();
    this.release = null;
  }

  /** held tells whether any tab has the right to a call. */
  static async held(callId: string): Promise<boolean> {
    const all = await navigator.locks?.query();
    return !!all?.held?.some((lock) => lock.name === name(callId));
  }
}

function name(callId: string): string {
  return `foyer.call.${callId}`;
}
