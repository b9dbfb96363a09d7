/** One tab at a time holds the phone: two machines over one memory would undo each other's writes. */

/**
 * Resolves when this tab is the one, and stays so until it is closed.
 * @param name - of the phone.
 * @param onElsewhere - another tab is the one for now; when that is closed, this one takes over.
 * @throws TypeError in a browser without the Web Locks API, where two tabs could not be kept apart.
 */
export async function becomeTheOneTab(name: string, onElsewhere: () => void): Promise<void> {
  const { locks } = navigator;
  if (locks === undefined) throw new TypeError('this browser has no Web Locks');
  if (await take(locks, name, { ifAvailable: true })) return;
  onElsewhere();
  await take(locks, name, {});
}

/** Whether the lock is ours now. It is let go of by the browser when the page goes. */
function take(locks: LockManager, name: string, options: LockOptions): Promise<boolean> {
  return new Promise((resolve, reject) => {
    locks
      .request(name, options, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise<never>(() => {});
      })
      .catch(reject);
  });
}
