// All of Hymnsheet's own JavaScript: theme, charts, and what htmx leaves open. No page needs it to be read.
const root = document.documentElement
const saved = document.cookie.match(/(?:^|; )theme=(light|dark)/)
if (saved) root.dataset.theme = saved[1]            // pages are printed with it; Django's admin is not
const isDark = () => (root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark'

// Figures carry token names ("var(--accent)"); resolve them against the page so one template serves light, dark and print.
function resolve(value, probe) {
  if (typeof value === 'string' && value.startsWith('var(--')) { probe.style.color = value; return getComputedStyle(probe).color }
  if (Array.isArray(value)) return value.map(v => resolve(v, probe))
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v, probe)]))
  return value
}
function draw(box, width) {
  const fig = resolve(JSON.parse(document.getElementById(box.dataset.figure).textContent), box)
  box.style.color = ''
  return Plotly.react(box, fig.data, { ...fig.layout, width }, { displayModeBar: false, responsive: true, scrollZoom: false })
}
let loading
const plotly = src => loading ||= new Promise((done, failed) => document.head.append(Object.assign(document.createElement('script'), { src, onload: done, onerror: failed })))
const redraw = width => window.Plotly && document.querySelectorAll('[data-drawn]').forEach(box => draw(box, width))

// Called for the page and, by htmx:load, for every swapped-in fragment.
function enhance(scope) {
  const seen = new IntersectionObserver(entries => entries.filter(e => e.isIntersecting).forEach(async e => {
    seen.unobserve(e.target)
    await plotly(root.dataset.plotly)
    await draw(e.target)
    e.target.dataset.drawn = ''
  }), { rootMargin: '300px' })
  const boxes = scope.querySelectorAll('[data-figure]')
  boxes.forEach(box => seen.observe(box))
  if (boxes.length) (window.requestIdleCallback || setTimeout)(prefetch)
}
let prefetched
const prefetch = () => prefetched ||= document.head.appendChild(Object.assign(document.createElement('link'), { rel: 'prefetch', href: root.dataset.plotly }))

// A line in the page's status region, read out by screen readers.
function say(text, className = 'alert') {
  const line = Object.assign(document.createElement('li'), { className, textContent: text })
  document.getElementById('messages').replaceChildren(line)
}

function theme(button) {
  const label = () => button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} theme`)
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`
    label(); redraw()
  })
  label()
}

// A page without HTTPS has no clipboard: there the text is only selected.
async function copy(input) {
  input.select()
  try { await navigator.clipboard.writeText(input.value) } catch { return say('Selected: copy it with your keyboard.', 'alert info') }
  say('Copied.', 'alert info')
}

// One letter presses a button of the page, unless somebody writes, holds another key, or has switched that off.
function keys(choice) {
  choice.checked = localStorage.getItem('keys') !== 'off'
  choice.addEventListener('change', () => localStorage.setItem('keys', choice.checked ? 'on' : 'off'))
  document.addEventListener('keydown', e => {
    if (!choice.checked || e.repeat || e.ctrlKey || e.metaKey || e.altKey) return
    if (e.target.closest('input:not([type="checkbox"], [type="radio"]), select, textarea, [contenteditable]')) return
    document.querySelector(`[data-key="${CSS.escape(e.key.toLowerCase())}"]`)?.click()
  })
}

// A draft's bar on the calendar: dragged, or moved by arrows, it says what moving it there would do. Nothing is saved by it.
function movable(bar) {
  const start = new Date(`${bar.dataset.starts}T00:00Z`)
  const dayWidth = () => bar.closest('table').querySelector('thead th + th').offsetWidth / 7
  let days = 0, from = null, dragged = false, waiting
  const show = () => { bar.style.transform = days ? `translateX(${days * dayWidth()}px)` : '' }
  const ask = () => htmx.ajax('GET', `${bar.href}?starts_on=${new Date(+start + days * 864e5).toISOString().slice(0, 10)}`, '#preview')
  bar.addEventListener('keydown', e => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key]
    if (!step || e.ctrlKey || e.metaKey || e.altKey) return
    e.preventDefault()
    days += step * (e.shiftKey ? 7 : 1)
    show(); clearTimeout(waiting); waiting = setTimeout(ask, 400)
  })
  bar.addEventListener('pointerdown', e => { if (e.button) return; from = e.clientX - days * dayWidth(); dragged = false; bar.setPointerCapture(e.pointerId) })
  bar.addEventListener('pointermove', e => {
    if (from === null) return
    const to = Math.round((e.clientX - from) / dayWidth())
    if (to !== days) { days = to; dragged = true; show() }
  })
  bar.addEventListener('pointerup', () => { from = null; if (dragged) ask() })
  bar.addEventListener('pointercancel', () => { from = null })
  bar.addEventListener('click', e => { if (dragged) e.preventDefault() })
}

// While somebody writes “@To” into a text, names that begin so are offered: arrows choose, Enter or Tab takes, Escape leaves.
function mentions(text) {
  const box = Object.assign(document.createElement('ul'), { id: `${text.id}-names`, className: 'names', role: 'listbox', hidden: true })
  text.after(box)
  for (const [name, value] of Object.entries({ autocomplete: 'list', controls: box.id, haspopup: 'listbox' })) text.setAttribute(`aria-${name}`, value)
  const begun = () => text.value.slice(0, text.selectionStart).match(/@([^@\n]{0,40})$/)
  const chosen = () => box.querySelector('[aria-selected="true"]')
  const close = () => { box.hidden = true; text.removeAttribute('aria-activedescendant') }
  const choose = option => {
    chosen()?.setAttribute('aria-selected', 'false')
    option.setAttribute('aria-selected', 'true')
    text.setAttribute('aria-activedescendant', option.id)
  }
  const take = option => {
    const found = begun()
    if (found) text.setRangeText(`@${option.textContent} `, found.index, text.selectionStart, 'end')
    close(); text.focus()
  }
  const offer = () => {
    const said = begun()?.[1].toLowerCase()
    const names = [...document.getElementById(text.dataset.mentions).options].map(each => each.value)
    const fit = said === undefined ? [] : names.filter(name => ` ${name.toLowerCase()}`.includes(` ${said}`)).slice(0, 6)
    box.replaceChildren(...fit.map((name, at) => {
      const option = Object.assign(document.createElement('li'), { id: `${box.id}-${at}`, role: 'option', textContent: name })
      option.addEventListener('mousedown', e => { e.preventDefault(); take(option) })
      return option
    }))
    if (!fit.length) return close()
    box.hidden = false
    choose(box.firstChild)
  }
  text.addEventListener('input', offer)
  text.addEventListener('blur', close)
  text.addEventListener('keydown', e => {
    if (box.hidden) return
    const next = { ArrowDown: chosen().nextSibling || box.firstChild, ArrowUp: chosen().previousSibling || box.lastChild }[e.key]
    if (next) choose(next)
    else if (e.key === 'Enter' || e.key === 'Tab') take(chosen())
    else if (e.key === 'Escape') close()
    else return
    e.preventDefault()
  })
}

document.addEventListener('DOMContentLoaded', () => {
  document.querySelectorAll('[data-starts]').forEach(movable)
  document.querySelector('[data-now]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  document.querySelectorAll('[data-mentions]').forEach(mentions)
  const choice = document.getElementById('keys')
  if (choice) keys(choice)
  const button = document.getElementById('theme')   // the admin's pop-ups have none
  if (button) theme(button)
  enhance(document)
  document.querySelector('[data-focus]')?.focus()
  document.querySelectorAll('[data-copy]').forEach(each => each.addEventListener('click', () => copy(document.getElementById(each.dataset.copy))))
  const body = document.body
  body.addEventListener('htmx:load', e => { if (e.target !== body) enhance(e.target) })
  // Who was signed out meanwhile gets the sign-in page, not a sign-in form inside a fragment.
  body.addEventListener('htmx:beforeSwap', e => {
    if (new URL(e.detail.xhr.responseURL).pathname === root.dataset.signIn) { e.preventDefault(); location.reload() }
  })
  // A fragment may name what shall be read next, such as the first mistake of a form.
  body.addEventListener('htmx:afterSettle', e => e.target.querySelector('[data-focus]')?.focus())
  // What was revealed for a while is not left standing because it could not be hidden in place.
  for (const failed of ['htmx:responseError', 'htmx:sendError']) body.addEventListener(failed, e => { if ('revealed' in e.target.dataset) location.reload() })
  body.addEventListener('htmx:responseError', e => say(e.detail.xhr.status === 403 ? 'You may not do this.' : 'That did not work, and nothing was changed. Please try again.'))
  body.addEventListener('htmx:sendError', () => say('Hymnsheet does not answer. Please try again in a moment.'))
})
// A page that the browser kept may show what is hidden by now.
addEventListener('pageshow', e => { if (e.persisted && document.querySelector('[data-revealed]')) location.reload() })
// On paper a chart that nobody scrolled to gives way to its numbers.
function unfold() {
  document.querySelectorAll('.chart:has([data-figure]:not([data-drawn])) details:not([open])').forEach(numbers => { numbers.open = true; numbers.dataset.unfolded = '' })
}
const fold = () => document.querySelectorAll('[data-unfolded]').forEach(numbers => { numbers.open = false; delete numbers.dataset.unfolded })
addEventListener('beforeprint', () => { unfold(); root.dataset.was = root.dataset.theme || ''; root.dataset.theme = 'light'; redraw(660) })   // A4 less margins
addEventListener('afterprint', () => { fold(); root.dataset.theme = root.dataset.was; if (!root.dataset.was) delete root.dataset.theme; redraw() })
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => redraw())
