/** The phone behind the page, from the first visit to being forgotten. */
import { phoneSetupOf } from '../desk/setup.mjs';
import { openDesk } from './desk.js';
import type { Enrolment } from './desk-answers.js';
import { newDeviceKeys, signerOf } from './device-key.js';
import { openMemory, type PhoneMemory } from './memory.js';
import { becomeTheOneTab } from './one-tab.js';
import { type Running, startRunning } from './running.js';
import { FIRST_VIEW, type PhoneView, type StopCode } from './view.js';
import { namedDesk, openWay, type Way } from './way.js';

/** A phone as the page uses it. Nothing here rejects: what went wrong is in the view. */
export class Phone {
  readonly #onView: (view: PhoneView) => void;
  /** A code for enrolling that came with the address. */
  #code: string;
  readonly #address = namedDesk();
  readonly #radio: { fault: string | null } = { fault: null };
  #view: PhoneView = FIRST_VIEW;
  #way: Way | undefined;
  #memory: PhoneMemory | undefined;
  #running: Running | undefined;

  constructor(code: string, onView: (view: PhoneView) => void) {
    this.#code = code;
    this.#onView = onView;
  }

  /** What the demo shows of its building; null elsewhere. */
  get demo(): Way['demo'] {
    return this.#way?.demo ?? null;
  }

  /** Once, when the page is there. */
  async start(): Promise<void> {
    // Whoever frames a page can have its buttons pressed unseen.
    if (window.top !== window.self) return this.#stop('framed');
    try {
      await becomeTheOneTab(this.#name, () => this.#show({ stage: { kind: 'elsewhere' } }));
    } catch {
      return this.#stop('browser_lacks');
    }
    this.#show({ stage: { kind: 'starting' } });
    try {
      this.#way = await openWay(this.#address, (error) => {
        this.#radio.fault = error instanceof Error ? error.message : String(error);
      });
    } catch {
      return this.#stop('demo_failed');
    }
    await this.#wake();
  }

  /** A code for enrolling came while the page was open. A phone that is somebody's already is not asked. */
  offer(code: string): void {
    if (code === '') return;
    this.#code = code;
    if (this.#view.stage.kind === 'new') this.#show({ stage: { kind: 'new', code } });
  }

  /** Makes this phone known to the desk. */
  async enrol(code: string): Promise<void> {
    const [memory, way] = [this.#memory, this.#way];
    if (memory === undefined || way === undefined || this.#view.asking !== null) return;
    this.#show({ asking: 'enrol', trouble: null });
    try {
      let trouble = await this.#askToEnrol(memory, way, code);
      if (trouble !== null && SPENT_KEYS.includes(trouble)) {
        // Nothing here says any more whose the key was: another one is born.
        await memory.erase('key');
        trouble = await this.#askToEnrol(memory, way, code);
      }
      this.#show({ asking: null, trouble });
      if (trouble !== null) return;
    } catch {
      return this.#stop('memory_failed');
    }
    this.#code = '';
    // Some browsers ask the person; nothing waits for that.
    void askToStay().then((isPersistent) => this.#show({ isPersistent }));
    await this.#run(memory, way);
  }

  /** Brings what waits and fetches what is new. */
  async refresh(): Promise<void> {
    await this.#running?.refresh();
  }

  /** Opens a lock by its id. In a click: some browsers ask which lock it is. */
  async open(lock: string): Promise<void> {
    await this.#running?.open(lock);
  }

  /** Nobody waits for the lock any more. */
  cancel(): void {
    this.#running?.cancel();
  }

  /** Erases everything that this phone is; its desk goes on knowing a key that nobody has any more. */
  async forget(): Promise<void> {
    this.#running?.stop();
    this.#running = undefined;
    try {
      await this.#memory?.forget();
    } catch {
      return this.#stop('memory_failed');
    }
    this.#memory = undefined;
    this.#show({ ...FIRST_VIEW });
    await this.#wake();
  }

  /** Of the memory, and of what keeps tabs apart: another desk is another phone. */
  get #name(): string {
    return `doorwright phone ${this.#address ?? new URL('./demo', document.baseURI).href}`;
  }

  /** From memory, as far as there is one. */
  async #wake(): Promise<void> {
    const way = this.#way;
    if (way === undefined) return;
    this.#show({ hasRadio: way.transport !== null, isDemo: way.demo !== null });
    let memory: PhoneMemory;
    try {
      memory = await openMemory(this.#name, () => this.#stop('memory_failed'));
    } catch {
      return this.#stop('memory_failed');
    }
    this.#memory = memory;
    const { key, enrolment } = memory.papers;
    if (key !== undefined && enrolment !== undefined) {
      void hasStayed().then((isPersistent) => this.#show({ isPersistent }));
      return await this.#run(memory, way);
    }
    this.#show({ stage: { kind: 'new', code: this.#code } });
  }

  /** One try. @returns why it failed, or null when this phone is enrolled and knows it. */
  async #askToEnrol(memory: PhoneMemory, way: Way, code: string): Promise<string | null> {
    // Kept before anybody hears of it: with the same key and code a lost answer can be asked for again.
    const keys = memory.papers.key ?? (await newDeviceKeys());
    await memory.write('key', keys);
    const desk = openDesk(way.desk, await signerOf(keys));
    const answer = await desk.enrol(code);
    this.#show({ aheadSeconds: desk.aheadSeconds });
    if (!answer.ok) return answer.code;
    if (!isSetup(answer.value)) return 'answer_broken';
    await memory.write('enrolment', answer.value);
    return null;
  }

  /** Somebody is enrolled. */
  async #run(memory: PhoneMemory, way: Way): Promise<void> {
    const { key, enrolment, list = null, withdrawn = null } = memory.papers;
    if (key === undefined || enrolment === undefined) return;
    try {
      const signer = await signerOf(key);
      const running = startRunning({
        setup: phoneSetupOf(enrolment.setup, signer.publicKey),
        ...{ signer, memory, way, radio: this.#radio },
        view: () => this.#view,
        show: (change) => this.#show(change),
        onStopped: (why) => this.#stop(why),
      });
      if (typeof running === 'string') return this.#stop(running);
      this.#running = running;
    } catch {
      return this.#stop('memory_failed');
    }
    this.#show({ stage: { kind: 'ready' }, enrolment, list, withdrawn });
    await this.#running.refresh();
  }

  #show(change: Partial<PhoneView>): void {
    this.#view = { ...this.#view, ...change };
    this.#onView(this.#view);
  }

  #stop(why: StopCode): void {
    this.#running?.stop();
    this.#running = undefined;
    this.#show({ stage: { kind: 'stopped', why }, asking: null, wish: null });
  }
}

/** The desk knows the key, and this phone knows nothing of that. */
const SPENT_KEYS = ['phone_known', 'withdrawn'];

/** Whether the machine will start with it: asked before it is kept. */
function isSetup({ setup }: Enrolment): boolean {
  try {
    phoneSetupOf(setup, NO_KEY);
    return true;
  } catch {
    return false;
  }
}

/** The public key has no part in whether a setup is one. */
const NO_KEY = { kind: 'ed25519', x: new Uint8Array(32) } as const;

/** Asks the browser not to throw the memory away when the disk is full. */
async function askToStay(): Promise<boolean | null> {
  return (await navigator.storage?.persist?.().catch(() => false)) ?? null;
}

/** Whether it promised that before. */
async function hasStayed(): Promise<boolean | null> {
  return (await navigator.storage?.persisted?.().catch(() => false)) ?? null;
}
