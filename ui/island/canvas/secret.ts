// The control of a secret: what is typed goes to the server at once, which keeps it apart from the flow and gives an
// id for it. Nobody reads it again.
import type { Control, Host } from "./fields";

export function secret(slot: HTMLElement, host: Host): Control {
  const input = slot.querySelector("input")!;
  const kept = slot.querySelector<HTMLElement>("[data-kept]")!;
  const fresh = slot.querySelector<HTMLElement>("[data-new]")!;
  const keep = fresh.querySelector<HTMLButtonElement>("[data-keep]")!;
  let id = "";
  let replacing = false;
  const show = () => {
    kept.hidden = id === "" || replacing;
    fresh.hidden = !kept.hidden;
    keep.disabled = input.value === "";
  };
  const control: Control = {
    input,
    local: "",
    read: () => (id === "" && host.fresh === undefined ? undefined : id),
    fill: (value) => {
      const now = typeof value === "string" ? value : "";
      if (now !== id) replacing = false;
      id = now;
      show();
    },
    focus: () => (kept.hidden ? input : kept.querySelector<HTMLElement>("[data-replace]")!).focus(),
  };
  const settle = (now: string) => {
    id = now;
    replacing = false;
    input.value = "";
    control.local = "";
    show();
    host.changed();
    host.mark();
  };
  const send = async () => {
    const value = input.value;
    if (value === "" || input.disabled) return;
    input.disabled = true;
    const had = document.activeElement === input || document.activeElement === keep;
    const made = await put(host.known.secrets, value);
    input.disabled = false;
    if (made !== undefined) settle(made);
    else {
      control.local = host.editor.say("canvas.secret.failed");
      host.mark();
    }
    if (had) control.focus("");
  };
  input.addEventListener("input", show);
  input.addEventListener("change", () => void send());
  keep.addEventListener("click", () => void send());
  kept.querySelector("[data-clear]")!.addEventListener("click", () => {
    settle("");
    input.focus();
  });
  kept.querySelector("[data-replace]")!.addEventListener("click", () => {
    replacing = true;
    show();
    input.focus();
  });
  input.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !replacing || e.isComposing) return;
    e.preventDefault();
    input.value = "";
    replacing = false;
    show();
    control.focus("");
  });
  return control;
}

// put gives the id of what the server has kept; undefined when it has not.
async function put(url: string, value: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ value }),
    });
    return answer.ok ? ((await answer.json()) as { id: string }).id : undefined;
  } catch {
    return undefined;
  }
}
