// Swaps sections whose content has changed. Without it the page works the
// same and is simply as old as its loading.
(() => {
  const every = 3000;
  const live = document.getElementById("live");
  const say = (state) => { live.className = "live " + state; live.textContent = live.dataset[state]; };
  const keyed = (root, sel) => [...root.querySelectorAll(sel)].map((e) => e.dataset.key);

  const swap = (section, html, hash) => {
    const open = new Set(keyed(section, "details[open][data-key]"));
    const focus = section.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    section.innerHTML = html;
    section.dataset.hash = hash;
    for (const d of section.querySelectorAll("details[data-key]")) d.open = open.has(d.dataset.key);
    if (focus) section.querySelector('a[href="' + CSS.escape(focus) + '"]')?.focus({ preventScroll: true });
  };

  const selecting = (section) => {
    const s = getSelection();
    return s && !s.isCollapsed && section.contains(s.anchorNode);
  };

  const refresh = async (section) => {
    if (selecting(section)) return;
    const at = new URL("/overview", location.origin);
    at.search = location.search;
    at.searchParams.set("fragment", section.dataset.fragment);
    const got = await fetch(at, { cache: "no-store", headers: { "If-None-Match": '"' + section.dataset.hash + '"' } });
    if (got.status === 401 || got.status === 403) throw "out";
    if (got.status === 304) return;
    if (!got.ok) throw "lost";
    swap(section, await got.text(), (got.headers.get("ETag") || "").replaceAll('"', ""));
  };

  const round = async () => {
    if (!document.hidden) {
      try {
        for (const section of document.querySelectorAll("[data-fragment]")) await refresh(section);
        say("good");
      } catch (why) {
        say(why === "out" ? "out" : "lost");
        if (why === "out") return;
      }
    }
    setTimeout(round, every);
  };
  say("good");
  setTimeout(round, every);
})();
