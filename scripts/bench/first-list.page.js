/* global window, navigator, caches, indexedDB, document, MutationObserver, requestAnimationFrame, performance */

/** Runs in the page under measurement, before the app. */

/** When the first task row was painted, ms after the navigation began. */
const watching = new MutationObserver(() => {
  if (document.querySelector('.item .state') === null) return;
  watching.disconnect();
  requestAnimationFrame(() => {
    window.listAt = performance.now();
  });
});
watching.observe(document, { childList: true, subtree: true });

/** Everything but the session goes: lists, the kept app, its service worker. */
window.forgetVisit = async () => {
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  for (const key of await caches.keys()) await caches.delete(key);
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open('inspection-values');
    opening.onerror = () => reject(new Error('the store could not be opened'));
    opening.onsuccess = () => {
      const write = opening.result.transaction('values', 'readwrite');
      const store = write.objectStore('values');
      store.getAllKeys().onsuccess = ({ target }) => {
        for (const key of target.result) if (key !== 'session') store.delete(key);
      };
      write.oncomplete = () => {
        opening.result.close();
        resolve();
      };
    };
  });
};
