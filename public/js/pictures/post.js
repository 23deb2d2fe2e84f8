/* Sends a form of a picture, and says in words what came of it: '' where all is well. */

const patienceMs = 60_000;

const headers = () => ({
  ...JSON.parse(document.body.getAttribute('hx-headers') ?? '{}'),
  // As htmx says it: a session that has ended is then answered by where to sign in.
  'hx-request': 'true',
});

function sentenceIn(html) {
  const page = new window.DOMParser().parseFromString(html, 'text/html');
  const said = page.querySelector('[data-refusal]') ?? page.querySelector('.error-page h1');
  return said?.textContent.trim() ?? '';
}

/* What can be tried once more. */
export const unanswered = 'The server did not answer.';

export async function post(url, body) {
  try {
    const signal = window.AbortSignal.timeout(patienceMs);
    // Not followed: where it leads is this very page.
    const sent = { method: 'POST', body, headers: headers(), redirect: 'manual', signal };
    const answer = await window.fetch(url, sent);
    if (answer.type === 'opaqueredirect') return '';
    const signIn = answer.headers.get('hx-redirect');
    if (signIn !== null) return 'Your session has ended. Sign in again in another tab, then try once more.';
    return sentenceIn(await answer.text()) || `The server answered with error ${answer.status}. Try again.`;
  } catch {
    return unanswered;
  }
}
