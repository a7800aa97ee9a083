import { words } from '../../words';

/**
 * Says that this browser keeps nothing, over everything else: lists would look empty, counts would be zero, and what is
 * filled in would be gone with the page.
 */
export function sayNoStorage(): void {
  const root = document.createElement('div');
  root.className = 'no-storage';
  root.setAttribute('role', 'alert');
  const title = document.createElement('h1');
  title.textContent = words.noStorage.title;
  const how = document.createElement('p');
  how.textContent = words.noStorage.how;
  const again = Object.assign(document.createElement('button'), { type: 'button', textContent: words.common.again });
  again.className = 'no-storage-again';
  again.onclick = () => window.location.reload();
  root.append(title, how, again);
  document.body.append(root);
}
