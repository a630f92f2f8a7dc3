/**
 * The one connection over which a tab hears what has changed. It must not know React or queries.
 *
 * A hidden tab lets go of it after a while: browsers allow six connections to a host, and twenty
 * tabs of which one is looked at should cost as much as one.
 */
import { BASE, type Schemas } from "./client";

export type Changes = Schemas["Changes"];

/** `live`: what is shown is true; `lost`: it may be old, and is tried again; `paused`: hidden. */
export type Connection = "connecting" | "live" | "lost" | "paused";

const HIDDEN_FOR_MS = 5_000;
const RETRY_MS = 1_000;
/** The server says something each 15 s; after this it is frozen or cut off without a word. */
const SILENT_FOR_MS = 35_000;

export class Live {
  private source: EventSource | undefined;
  private state: Connection = "connecting";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private leaving: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private hasBeenLive = false;
  private readonly watchers = new Set<() => void>();

  /**
   * @param heard called with each message.
   * @param missed called when messages may have been missed: after a pause or a loss.
   */
  constructor(
    private readonly heard: (changes: Changes) => void,
    private readonly missed: () => void,
  ) {}

  /** Connect, and follow the visibility of the tab. Returns what ends it. */
  start(): () => void {
    const onVisibility = () => this.onVisibility();
    document.addEventListener("visibilitychange", onVisibility);
    // A tab that is opened in the background asks for nothing until somebody looks at it.
    if (isHidden()) this.become("paused");
    else this.connect();
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      clearTimeout(this.leaving);
      this.disconnect();
    };
  }

  connection = (): Connection => this.state;

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private become(state: Connection): void {
    if (state === this.state) return;
    this.state = state;
    for (const watcher of this.watchers) watcher();
  }

  private connect(): void {
    this.disconnect();
    const source = new EventSource(`${BASE}api/v1/changes`);
    this.source = source;
    this.listenForSilence();
    source.onmessage = (message) => {
      this.listenForSilence();
      const wasLive = this.state === "live";
      this.become("live");
      if (!wasLive && this.hasBeenLive) this.missed();
      this.hasBeenLive = true;
      this.heard(JSON.parse(message.data) as Changes);
    };
    source.addEventListener("still", () => this.listenForSilence());
    // A browser gives up where the answer is no stream at all, so we try again ourselves.
    source.onerror = () => this.lose();
  }

  private lose(): void {
    this.disconnect();
    this.become("lost");
    this.timer = setTimeout(() => this.connect(), RETRY_MS);
  }

  private listenForSilence(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(), SILENT_FOR_MS);
  }

  private disconnect(): void {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.source?.close();
    this.source = undefined;
  }

  private onVisibility(): void {
    clearTimeout(this.leaving);
    if (!isHidden()) {
      if (this.state === "paused") this.connect();
      return;
    }
    // Whatever it is doing: one that was still connecting would stay connected unseen.
    this.leaving = setTimeout(() => {
      this.disconnect();
      this.become("paused");
    }, HIDDEN_FOR_MS);
  }
}

function isHidden(): boolean {
  return document.visibilityState === "hidden";
}
