// What the kit's behaviours share: finding elements, and clicks by attribute.

export const root = document.documentElement;
export const $ = <E extends Element = HTMLElement>(q: string, within: ParentNode = document) => within.querySelector<E>(q);
export const $$ = <E extends Element = HTMLElement>(q: string, within: ParentNode = document) => [...within.querySelectorAll<E>(q)];

/** The nearest element around an event that a selector matches. */
export const near = (e: Event, q: string) => (e.target instanceof Element ? e.target.closest<HTMLElement>(q) : null);

/** Does something for each click on an element with data-{name}, wherever it came from. */
export function onClick(name: string, act: (el: HTMLElement, value: string) => void): void {
  document.addEventListener("click", (e) => {
    const el = near(e, `[data-${name}]`);
    if (el) act(el, el.getAttribute(`data-${name}`)!);
  });
}

// A button that says why it cannot be used stays in the tab order and does nothing.
addEventListener("click", (e) => {
  if (near(e, '[aria-disabled="true"]')) { e.preventDefault(); e.stopPropagation(); }
}, true);
