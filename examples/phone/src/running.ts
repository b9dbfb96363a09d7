/** The phone of somebody who is enrolled: it fetches, carries and opens. */
import { nobleCrypto } from 'doorwright/noble';
import type { PhoneSetup } from 'doorwright/phone';
import type { Signer } from 'doorwright/web';
import { openDesk } from './desk.js';
import { carry, fetchBundle } from './exchange.js';
import { type PhoneHost, type Progress, startHost } from './host.js';
import type { PhoneMemory } from './memory.js';
import { openLock } from './opening.js';
import type { PhoneView, StopCode } from './view.js';
import type { Way } from './way.js';

/** What a running phone is made of. */
export interface RunningParts {
  readonly setup: PhoneSetup;
  readonly signer: Signer;
  readonly memory: PhoneMemory;
  readonly way: Way;
  /** What the radio complained of last, emptied before each wish. */
  readonly radio: { fault: string | null };
  readonly view: () => PhoneView;
  readonly show: (change: Partial<PhoneView>) => void;
  readonly onStopped: (why: StopCode) => void;
}

/** A phone that runs until it is stopped. */
export interface Running {
  /** Brings what waits and fetches what is new. */
  refresh(): Promise<void>;
  /** Opens a lock by its id. In a click: some browsers ask which lock it is. */
  open(lock: string): Promise<void>;
  /** Nobody waits for the lock any more. */
  cancel(): void;
  stop(): void;
}

/** Starts the phone from its memory, or says why it does not start. */
export function startRunning(parts: RunningParts): Running | StopCode {
  const running = new RunningPhone(parts);
  return running.start() ?? running;
}

/** With this the desk says that this phone is none of its phones any more. */
const WITHDRAWN = 'withdrawn';

class RunningPhone implements Running {
  readonly #parts: RunningParts;
  readonly #desk;
  #host: PhoneHost | undefined;
  #carrying: Promise<string | null> = Promise.resolve(null);
  /** Locks that this browser told adverts of since the page was loaded: for them no chooser is needed. */
  readonly #heard = new Set<string>();

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.#desk = openDesk(parts.way.desk, parts.signer);
  }

  start(): StopCode | undefined {
    const { setup, signer, memory, way, show, onStopped } = this.#parts;
    const started = startHost({
      ...{ setup, signer, memory, crypto: nobleCrypto(), transport: way.transport },
      timeToken: async (nonce) => {
        const answer = await this.#desk.time(nonce);
        return answer.ok ? answer.value : undefined;
      },
      onProgress: (progress) => this.#showProgress(progress),
      // Without a network it waits for the next refresh.
      onUpload: () => void this.#carry(),
      onBroken: () => onStopped('memory_failed'),
    });
    if (!started.ok) return started.code;
    this.#host = started.value;
    show({ waiting: started.value.outbox.length });
    return undefined;
  }

  async refresh(): Promise<void> {
    const { memory, view, show, onStopped } = this.#parts;
    const host = this.#host;
    if (host === undefined || view().asking !== null) return;
    show({ asking: 'refresh' });
    try {
      const failed = await this.#carry();
      const list = failed ?? (await fetchBundle(host, this.#desk, memory));
      if (this.#host === undefined) return;
      if (typeof list !== 'string') {
        await memory.erase('withdrawn');
        show({ list, trouble: null, withdrawn: null });
      } else if (list === WITHDRAWN) {
        const withdrawn = memory.papers.withdrawn ?? Date.now();
        await memory.write('withdrawn', withdrawn);
        show({ trouble: null, withdrawn });
      } else show({ trouble: list });
      show({ asking: null, aheadSeconds: this.#desk.aheadSeconds });
    } catch {
      if (this.#host !== undefined) onStopped('memory_failed');
    }
  }

  async open(lock: string): Promise<void> {
    const { way, radio, view, show } = this.#parts;
    const host = this.#host;
    if (host === undefined || view().wish !== null || view().withdrawn !== null) return;
    radio.fault = null;
    const choose = this.#heard.has(lock) ? null : way.choose;
    show({ wish: { lock, progress: choose === null ? 'seeking' : 'choosing' } });
    const end = await openLock(host, lock, choose);
    // Forgotten meanwhile, or broken off: the page says so by itself.
    if (this.#host === undefined) return;
    if (end.code === 'not_found' || end.chooser !== null) this.#heard.delete(lock);
    const told = { ...end, fault: radio.fault, at: Date.now() };
    show({ wish: null, ends: { ...view().ends, [lock]: told } });
    if (end.code === 'refresh_needed') await this.refresh();
  }

  cancel(): void {
    this.#host?.cancel();
  }

  stop(): void {
    this.#host?.stop();
    this.#host = undefined;
  }

  /** One at a time; what comes meanwhile is carried after it. */
  #carry(): Promise<string | null> {
    this.#carrying = this.#carrying.then(async () => {
      if (this.#host === undefined) return null;
      const failed = await carry(this.#host, this.#desk);
      if (this.#host !== undefined) this.#parts.show({ waiting: this.#host.outbox.length });
      return failed;
    });
    return this.#carrying;
  }

  #showProgress(progress: Progress): void {
    const { view, show } = this.#parts;
    const { wish } = view();
    if (wish === null) return;
    if (progress === 'connecting') this.#heard.add(wish.lock);
    // The browser's dialogue is still open.
    if (progress === 'seeking' && wish.progress === 'choosing') return;
    show({ wish: { ...wish, progress } });
  }
}
