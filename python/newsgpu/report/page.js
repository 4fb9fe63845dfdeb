"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  const theme = document.getElementById("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  // Storage is refused to some pages opened from a file: the choice then lasts as long as the page.
  const remembered = (() => { try { return localStorage.getItem("newsgpu-theme"); } catch { return null; } })();
  if (remembered === "dark" || remembered === "light") root.dataset.theme = remembered;
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const now = root.dataset.theme || (prefersDark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    try { localStorage.setItem("newsgpu-theme", root.dataset.theme); } catch { /* not remembered */ }
  });

  const list = document.querySelector(".documents");
  const more = document.getElementById("more");
  const later = list.querySelectorAll(".later").length;
  more.hidden = later === 0;
  more.textContent = `Show ${later.toLocaleString("en")} more`;
  more.addEventListener("click", () => { list.classList.add("all"); more.hidden = true; });

  const filter = document.getElementById("filter");
  const nothing = document.getElementById("nothing");
  const items = Array.from(document.querySelectorAll("[data-filter]"));
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.normalize("NFKC").toLowerCase());
    return texts.get(item);
  };
  const apply = () => {
    const words = filter.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      item.hidden = !words.every((word) => textOf(item).includes(word));
      shown += !item.hidden;
    }
    nothing.hidden = shown > 0 || items.length === 0;
    if (words.length) { list.classList.add("all"); more.hidden = true; }
    else { list.classList.remove("all"); more.hidden = later === 0; }
  };
  filter.hidden = false;
  filter.addEventListener("input", apply);
  filter.addEventListener("keydown", (event) => { if (event.key === "Escape") { filter.value = ""; apply(); } });
})();
