// Stops the service worker as the browser does where nothing keeps it: what it held in memory is gone.
import type { CDPSession } from '@playwright/test';

/**
 * Resolves once the worker was seen stopped. The next thing that anybody wants of it starts it anew, often at once: a test
 * sees to it first that a new one finds what the test is about.
 * `protocol` is a session of its own: what it is told first is how things are now.
 */
export async function stopWorkers(protocol: CDPSession): Promise<void> {
  let isStopped = false;
  const stopped = new Promise<void>((resolve, reject) => {
    protocol.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      const now = versions.filter(({ status }) => status === 'activated').map(({ runningStatus }) => runningStatus);
      isStopped ||= now.includes('stopped');
      if (isStopped) {
        resolve();
      } else if (now.includes('running')) {
        // One that was just starting was not stopped by what was said before.
        protocol.send('ServiceWorker.stopAllWorkers').catch(reject);
      }
    });
  });
  await protocol.send('ServiceWorker.enable');
  await protocol.send('ServiceWorker.stopAllWorkers');
  await stopped;
}
