/* A region ([data-region] with its own hx-get) says when it loads and when it failed, and offers to try again. */

const regionOf = (event) => (event.detail.elt.matches?.('[data-region]') ? event.detail.elt : null);

function reasonOf(xhr) {
  if (!xhr || xhr.status === 0) return 'The server did not answer.';
  const id = xhr.getResponseHeader('x-request-id');
  return `The server answered with error ${xhr.status}${id ? ` (request ${id})` : ''}.`;
}

function showFailed(region, xhr) {
  clearFailed(region);
  const template = document.getElementById('failed-template');
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.dataset.fromRegion = 'true';
  notice.querySelector('[data-failed-text]').textContent =
    region.dataset.failedText ?? 'This part of the page could not be refreshed.';
  notice.querySelector('[data-failed-reason]').textContent = reasonOf(xhr);
  const head = region.querySelector(':scope > .panel-head');
  if (head) head.after(notice);
  else region.prepend(notice);
  region.dataset.failed = 'true';
}

function clearFailed(region) {
  delete region.dataset.failed;
  region.querySelector(':scope > [data-from-region]')?.remove();
}

document.addEventListener('htmx:beforeSend', (event) => {
  regionOf(event)?.setAttribute('aria-busy', 'true');
});

document.addEventListener('htmx:afterRequest', (event) => {
  const region = regionOf(event);
  if (!region) return;
  region.removeAttribute('aria-busy');
  if (event.detail.successful) clearFailed(region);
});

/* What was typed is never wiped by a failure: only the region's own request turns it into a failed one. */
function failed(event) {
  const region = regionOf(event);
  if (region) {
    showFailed(region, event.detail.xhr);
    return;
  }
  const text = `That did not work. ${reasonOf(event.detail.xhr)} Nothing you typed is lost; try again.`;
  document.dispatchEvent(new window.CustomEvent('app:toast', { detail: { kind: 'bad', text } }));
}

for (const name of ['htmx:responseError', 'htmx:sendError', 'htmx:timeout']) {
  document.addEventListener(name, failed);
}

document.addEventListener('click', (event) => {
  const retry = event.target.closest('[data-retry]');
  const region = retry?.closest('[data-region]');
  if (!region) return;
  event.preventDefault();
  if (region.getAttribute('aria-busy') === 'true') return;
  retry.setAttribute('aria-busy', 'true');
  // Its failure is told by the events above; the promise has nothing to add.
  htmx.ajax('GET', region.getAttribute('hx-get'), { source: region }).catch(() => undefined);
});
