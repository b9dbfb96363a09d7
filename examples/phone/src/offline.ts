/** Keeps the page itself for when there is no network: the worker of `service-worker/`. */

/**
 * Registers the worker, in a built page.
 * @param onNewVersion - another version was fetched and waits; it is taken when the function is called, which loads the page anew.
 */
export async function keepOffline(onNewVersion: (use: () => void) => void): Promise<void> {
  const { serviceWorker } = navigator;
  // While the page is being written nothing is kept.
  if (import.meta.hot !== undefined || serviceWorker === undefined) return;
  try {
    const registration = await serviceWorker.register('./service-worker.js');
    const tell = (): void => {
      const { waiting } = registration;
      // The first version takes over by itself.
      if (waiting === null || serviceWorker.controller === null) return;
      onNewVersion(() => {
        serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
        waiting.postMessage('take over');
      });
    };
    tell();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', tell);
    });
  } catch {
    // A browser that keeps no page offline shows it all the same.
  }
}
