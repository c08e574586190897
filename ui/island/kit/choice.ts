// Copying a value, choosing a theme.
import { t, toast } from "../page";
import { $$, onClick, root } from "./dom";

onClick("copy", (el) => void copy(el));
onClick("theme-set", setTheme);

async function copy(button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(button.dataset.copy!);
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1600);
    toast(t("kit.script.copied"), "good");
  } catch {
    toast(t("kit.script.copyFailed"), "bad");
  }
}

function setTheme(item: HTMLElement): void {
  root.dataset.theme = item.dataset.themeSet!;
  document.cookie = `foyer_theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  for (const other of $$("[data-theme-set]")) other.setAttribute("aria-checked", String(other.dataset.themeSet === root.dataset.theme));
}
