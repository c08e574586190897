// One's own picture: small, and out of the way wherever that is.

const MARGIN = 12;
const STEP = 24;

/** movable lets an element be dragged within its parent, by finger, pointer and arrow keys; let go, it rests at the nearer side. */
export function movable(el: HTMLElement): void {
  let from: { x: number; y: number; left: number; top: number } | null = null;
  el.addEventListener("pointerdown", (e) => {
    from = { x: e.clientX, y: e.clientY, left: el.offsetLeft, top: el.offsetTop };
    el.setPointerCapture(e.pointerId);
    el.classList.add("moving");
  });
  el.addEventListener("pointermove", (e) => from && put(el, from.left + e.clientX - from.x, from.top + e.clientY - from.y));
  for (const end of ["pointerup", "pointercancel"] as const) {
    el.addEventListener(end, () => {
      from = null;
      el.classList.remove("moving");
      rest(el);
    });
  }
  el.addEventListener("keydown", (e) => {
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[e.key];
    if (!by) return;
    e.preventDefault();
    put(el, el.offsetLeft + by[0], el.offsetTop + by[1]);
  });
  addEventListener("resize", () => el.style.left && rest(el));
}

/** put keeps the element within its parent. */
function put(el: HTMLElement, left: number, top: number): void {
  const room = el.offsetParent as HTMLElement | null;
  if (!room) return;
  const within = (x: number, most: number) => `${Math.max(MARGIN, Math.min(most - MARGIN, x))}px`;
  el.style.left = within(left, room.clientWidth - el.offsetWidth);
  el.style.top = within(top, room.clientHeight - el.offsetHeight);
  el.style.right = "auto";
}

function rest(el: HTMLElement): void {
  const room = el.offsetParent as HTMLElement | null;
  if (!room || !el.style.left) return;
  const right = el.offsetLeft + el.offsetWidth / 2 > room.clientWidth / 2;
  put(el, right ? room.clientWidth : 0, el.offsetTop);
}
