/**
 * The search, as it runs in the reader's browser. The index is another script, so that it works from file:// too, and is loaded when
 * somebody searches. Without scripts there is no search, and the rest is as it was.
 */
export const searchInPage = `"use strict";
(() => {
  const form = document.getElementById("search"), query = document.getElementById("query");
  const list = document.getElementById("search-found"), said = document.getElementById("search-said");
  const base = form.dataset.base;
  form.hidden = false;
  const load = () => {
    if (document.getElementById("search-index")) return;
    const script = document.createElement("script");
    script.id = "search-index"; script.src = base + "search-index.js"; script.onload = show;
    document.head.append(script);
  };
  const find = (words) => window.searchIndex
    .map(([address, title, section, text]) => {
      const places = [title, section, text].map((each) => each.toLowerCase());
      let score = 0;
      for (const word of words) {
        const at = places.findIndex((place) => place.includes(word));
        if (at < 0) return null;
        score += [9, 5, 1][at];
        if (places[0].startsWith(word) || places[1].startsWith(word)) score += 3;
      }
      return { address, title, section, text, score };
    })
    .filter(Boolean).sort((a, b) => b.score - a.score);
  function show() {
    const words = query.value.toLowerCase().split(/\\s+/).filter(Boolean);
    list.replaceChildren();
    if (words.length === 0 || !window.searchIndex) { said.textContent = ""; return; }
    const found = find(words);
    said.textContent = found.length === 0 ? "Nothing found" : found.length + " found";
    for (const { address, title, section, text } of found.slice(0, 12)) {
      const item = document.createElement("li"), link = document.createElement("a"), around = document.createElement("p");
      link.href = base + address;
      link.textContent = section === title ? title : title + " › " + section;
      const at = Math.max(0, text.toLowerCase().indexOf(words[0]) - 40);
      around.textContent = (at > 0 ? "…" : "") + text.slice(at, at + 130) + (text.length > at + 130 ? "…" : "");
      item.append(link, around);
      list.append(item);
    }
    if (found.length === 0) { const item = document.createElement("li"); item.textContent = "Nothing found"; list.append(item); }
  }
  query.addEventListener("focus", load);
  query.addEventListener("input", () => { load(); show(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); const first = list.querySelector("a"); if (first) location.href = first.href; });
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") { query.value = ""; show(); query.focus(); } });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) list.replaceChildren(); });
})();
`;
